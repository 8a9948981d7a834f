/* Answers, and then says that it did not take the call. */
#include "base.h"

static cupel_status both(cupel_judge_instance *judge, const cupel_call *call, cupel_on_reply on_reply, void *context,
    uint64_t *ticket, cupel_error *error) {
  (void)judge, (void)call, (void)ticket;
  answer(on_reply, context, "quality", 1, 1);
  return host->fail(error, CUPEL_FAILED, text("changed my mind"));
}

JUDGE(.submit = both)
PLUGIN("fails-after-reply", .abi_minor = 0)
