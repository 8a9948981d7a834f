/* Takes no call, for each reason in turn. */
#include "base.h"

static cupel_status refuse(cupel_judge_instance *judge, const cupel_call *call, cupel_on_reply on_reply, void *context,
    uint64_t *ticket, cupel_error *error) {
  (void)judge, (void)on_reply, (void)context, (void)ticket;
  /* The call says which status it wants: its prompt digest is a number, which as all texts has no terminator. */
  char number[8] = {0};
  memcpy(number, call->prompt_digest.data, call->prompt_digest.size < 7 ? call->prompt_digest.size : 7);
  return host->fail(error, atoi(number), text("as you wished"));
}

JUDGE(.submit = refuse)
PLUGIN("refuses-calls", .abi_minor = 0)
