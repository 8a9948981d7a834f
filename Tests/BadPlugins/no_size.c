/* A descriptor whose size was forgotten. */
#include "base.h"

JUDGE(.reserved = 0)
PLUGIN("no-size", .struct_size = 0)
