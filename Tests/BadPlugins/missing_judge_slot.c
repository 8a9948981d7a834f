/* A judge without a function that is required. */
#include "base.h"

JUDGE(.submit = NULL)
PLUGIN("missing-judge-slot", .summary = "")
