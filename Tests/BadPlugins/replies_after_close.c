/* Answers the calls of a judge that is closed: each call is kept, and answered when the next one comes, whichever judge that
 * belongs to. */
#include "base.h"

static cupel_on_reply kept;
static void *kept_context;

static cupel_status keep(cupel_judge_instance *judge, const cupel_call *call, cupel_on_reply on_reply, void *context,
    uint64_t *ticket, cupel_error *error) {
  (void)judge, (void)call, (void)error;
  if (kept) answer(kept, kept_context, "quality", 1, 1);
  kept = on_reply;
  kept_context = context;
  *ticket = 1;
  return CUPEL_OK;
}

JUDGE(.submit = keep)
PLUGIN("replies-after-close", .abi_minor = 0)
