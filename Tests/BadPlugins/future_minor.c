/* Built with headers that have more members: fine, the host reads what it knows. */
#include "base.h"

JUDGE(.struct_size = sizeof(cupel_judge) + 64)
PLUGIN("future-minor", .abi_minor = 7, .struct_size = sizeof(cupel_plugin) + 64)
