/* An id that could not be written on a command line. */
#include "base.h"

JUDGE(.reserved = 0)
PLUGIN("Bad Id", .abi_minor = 0)
