/* A descriptor that ends before its required members. */
#include "base.h"

JUDGE(.reserved = 0)
PLUGIN("short-struct", .struct_size = 16)
