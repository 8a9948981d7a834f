/* Takes every call and answers none, not even when it is closed. */
#include "base.h"

static cupel_status swallow(cupel_judge_instance *judge, const cupel_call *call, cupel_on_reply on_reply, void *context,
    uint64_t *ticket, cupel_error *error) {
  (void)judge, (void)call, (void)on_reply, (void)context, (void)error;
  *ticket = 7;
  return CUPEL_OK;
}

static void ignore_cancel(cupel_judge_instance *judge, uint64_t ticket) { (void)judge, (void)ticket; }

JUDGE(.submit = swallow, .cancel = ignore_cancel)
PLUGIN("never-replies", .abi_minor = 0)
