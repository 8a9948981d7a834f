/* A judge table that ends before its required members. */
#include "base.h"

JUDGE(.struct_size = 24)
PLUGIN("short-table", .abi_minor = 0)
