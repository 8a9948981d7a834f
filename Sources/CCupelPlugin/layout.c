#include "cupel_plugin/cupel_plugin.h"
