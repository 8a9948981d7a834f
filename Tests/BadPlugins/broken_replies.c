/* Answers with a reply that breaks the contract in the way that the call's prompt digest names. */
#include "base.h"

#include <math.h>

static bool is(const cupel_call *call, const char *wish) {
  return call->prompt_digest.size == strlen(wish) && memcmp(call->prompt_digest.data, wish, strlen(wish)) == 0;
}

static cupel_status broken(cupel_judge_instance *judge, const cupel_call *call, cupel_on_reply on_reply, void *context,
    uint64_t *ticket, cupel_error *error) {
  (void)judge, (void)error;
  *ticket = 0;
  cupel_score score = {.struct_size = sizeof score, .name = text("quality"), .reason = text("said so"), .value = 1, .score = 1};
  cupel_score other = score;
  other.name = text("other");
  const cupel_score *scores[] = {&score, &score};
  cupel_reply reply = {.struct_size = sizeof reply, .scores = scores, .score_count = 1};
  const cupel_usage usage = {.struct_size = sizeof usage, .prompt_tokens = UINT64_MAX - 1, .completion_tokens = UINT64_MAX,
      .reasoning_tokens = UINT64_MAX, .cached_tokens = UINT64_MAX};
  const cupel_token token = {.struct_size = sizeof token, .text = text("a"), .logprob = NAN};
  const cupel_token *tokens[] = {&token};
  if (is(call, "nan value")) score.value = NAN;
  if (is(call, "infinite value")) score.value = INFINITY;
  if (is(call, "nan score")) score.score = NAN; /* allowed: a measure without bounds */
  if (is(call, "score of 2")) score.score = 2;
  if (is(call, "no name")) score.name = text("");
  if (is(call, "invalid name")) score.name = text("\xff\xfe");
  if (is(call, "invalid reason")) score.reason = text("\xc3");
  if (is(call, "invalid text")) reply.text = text("ok \xed\xa0\x80");
  if (is(call, "text without data")) reply.text = (cupel_text){NULL, 5};
  if (is(call, "text of all memory")) reply.text = (cupel_text){"x", SIZE_MAX};
  if (is(call, "no scores")) reply.score_count = 0;
  if (is(call, "twice the same")) reply.score_count = 2;
  if (is(call, "not described")) scores[0] = &other;
  if (is(call, "null score")) scores[0] = NULL;
  if (is(call, "null scores")) reply.scores = NULL;
  if (is(call, "many scores")) reply.score_count = SIZE_MAX;
  if (is(call, "score without size")) score.struct_size = 0;
  if (is(call, "reply without size")) reply.struct_size = 0;
  if (is(call, "unknown finish")) reply.finish = 9;
  if (is(call, "usage")) reply.usage = &usage;
  if (is(call, "nan logprob")) reply.tokens = tokens, reply.token_count = 1;
  if (is(call, "unscored")) score.status = CUPEL_INVALID_INPUT, score.reason = text("nothing to measure");
  if (is(call, "unknown status")) {
    on_reply(context, 4711, NULL, text("\xff odd"));
  } else {
    on_reply(context, CUPEL_OK, is(call, "no reply") ? NULL : &reply, text(""));
  }
  return CUPEL_OK;
}

JUDGE(.submit = broken)
PLUGIN("broken-replies", .abi_minor = 0)
