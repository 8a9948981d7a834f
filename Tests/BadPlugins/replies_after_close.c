/* Answers the calls of a judge that is closed: each call is kept, and answered when the next one comes, whichever judge that
 * belongs to. */
#include "base.h"

#include <stdatomic.h>

/* Two threads may be in here at once: each takes over what the other one left, and nothing is lost. */
static _Atomic(void *) kept;

static cupel_status keep(cupel_judge_instance *judge, const cupel_call *call, cupel_on_reply on_reply, void *context,
    uint64_t *ticket, cupel_error *error) {
  (void)judge, (void)call, (void)error;
  *ticket = 1;
  void *previous = atomic_exchange(&kept, context);
  if (previous) answer(on_reply, previous, "quality", 1, 1);
  return CUPEL_OK;
}

JUDGE(.submit = keep)
PLUGIN("replies-after-close", .abi_minor = 0)
