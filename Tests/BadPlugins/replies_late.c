/* Answers each call when the next one comes. */
#include "base.h"

#include <stdatomic.h>

/* Two threads may be in here at once: each takes over what the other one left, and nothing is lost. */
static _Atomic(void *) kept;
static _Atomic(cupel_on_reply) host_on_reply;

static cupel_status keep(cupel_judge_instance *judge, const cupel_call *call, cupel_on_reply on_reply, void *context,
    uint64_t *ticket, cupel_error *error) {
  (void)judge, (void)call, (void)error;
  *ticket = 1;
  host_on_reply = on_reply;
  void *previous = atomic_exchange(&kept, context);
  if (previous) answer(on_reply, previous, "quality", 1, 1);
  return CUPEL_OK;
}

static void close_late(cupel_judge_instance *judge) {
  void *last = atomic_exchange(&kept, NULL);
  if (last) atomic_load(&host_on_reply)(last, CUPEL_CANCELLED, NULL, text("closed"));
  free(judge);
}

JUDGE(.submit = keep, .close = close_late)
PLUGIN("replies-late", .abi_minor = 0)
