/* Never comes back from a call. */
#include "base.h"

#include <unistd.h>

static cupel_status hang(cupel_judge_instance *judge, const cupel_call *call, cupel_on_reply on_reply, void *context,
    uint64_t *ticket, cupel_error *error) {
  (void)judge, (void)call, (void)on_reply, (void)context, (void)ticket, (void)error;
  while (pause() < 1) {
  }
  return CUPEL_FAILED;
}

JUDGE(.submit = hang)
PLUGIN("hangs-in-submit", .abi_minor = 0)
