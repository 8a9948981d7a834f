/* A descriptor without a function that is required. */
#include "base.h"

JUDGE(.reserved = 0)
PLUGIN("missing-slot", .capability = NULL)
