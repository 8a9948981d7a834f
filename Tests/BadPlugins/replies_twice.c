/* Answers every call two times. */
#include "base.h"

static cupel_status twice(cupel_judge_instance *judge, const cupel_call *call, cupel_on_reply on_reply, void *context,
    uint64_t *ticket, cupel_error *error) {
  (void)judge, (void)call, (void)error;
  *ticket = 0;
  answer(on_reply, context, "quality", 1, 1);
  answer(on_reply, context, "quality", 0, 0);
  return CUPEL_OK;
}

JUDGE(.submit = twice)
PLUGIN("replies-twice", .abi_minor = 0)
