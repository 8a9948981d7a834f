/* Ends the whole process when a judge is opened. */
#include "base.h"

static cupel_judge_instance *abort_open(cupel_text config, cupel_error *error) {
  (void)config, (void)error;
  abort();
}

JUDGE(.open = abort_open)
PLUGIN("aborts-in-open", .abi_minor = 0)
