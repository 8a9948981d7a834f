/* Offers nothing. */
#include "base.h"

static const void *capability(const char *id) { return (void)id, NULL; }
PLUGIN("no-capability", .abi_minor = 0)
