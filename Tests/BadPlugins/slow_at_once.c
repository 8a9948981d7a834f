/* Says that its submit returns at once, and answers a call that says "wait" when one comes that does not; it waits in submit. */
#define _POSIX_C_SOURCE 199309L
#include "base.h"

#include <stdatomic.h>
#include <time.h>

static atomic_int others;

static cupel_status describe_at_once(const cupel_judge_instance *judge, cupel_text_sink *sink, cupel_error *error) {
  (void)judge, (void)error;
  host->write(sink, text("{\"kind\": \"scoring\", \"fingerprint\": \"1\", \"criteria\": [\"quality\"], \"submits_at_once\": true}"));
  return CUPEL_OK;
}

static cupel_status wait_in_submit(cupel_judge_instance *judge, const cupel_call *call, cupel_on_reply on_reply, void *context,
    uint64_t *ticket, cupel_error *error) {
  const cupel_text wish = call->prompt_digest;
  if (wish.size != 4 || memcmp(wish.data, "wait", 4) != 0) {
    others++;
  } else {
    /* Not for ever: who runs the tests may have one thread only. */
    const int before = others;
    const struct timespec moment = {.tv_nsec = 1000000};
    for (int waited = 0; others == before && waited < 10000; waited++) nanosleep(&moment, NULL);
  }
  return submit(judge, call, on_reply, context, ticket, error);
}

JUDGE(.describe = describe_at_once, .submit = wait_in_submit)
PLUGIN("slow-at-once", .abi_minor = 0)
