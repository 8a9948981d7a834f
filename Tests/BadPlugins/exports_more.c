/* Shows more than its entry, so that two plugins could get hold of each other's functions. */
#include "base.h"

CUPEL_EXPORT int cupel_helper(void);
int cupel_helper(void) { return 1; }

JUDGE(.reserved = 0)
PLUGIN("exports-more", .abi_minor = 0)
