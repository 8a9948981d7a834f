/* Ends the whole process when a judge is closed. */
#include "base.h"

static void abort_close(cupel_judge_instance *judge) {
  (void)judge;
  abort();
}

JUDGE(.close = abort_close)
PLUGIN("aborts-in-close", .abi_minor = 0)
