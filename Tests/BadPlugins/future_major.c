/* Built for an ABI that does not exist yet. Its members could mean anything, so none but the version may be read. */
#include "base.h"

JUDGE(.reserved = 0)
PLUGIN((const char *)1, .abi_major = 2, .abi_minor = 3, .version = (const char *)1)
