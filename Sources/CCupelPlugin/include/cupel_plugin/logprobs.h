/* Cupel plugin ABI, capability "cupel.judge.logprobs/1": a judge that can return token log-probabilities. */
#ifndef CUPEL_PLUGIN_LOGPROBS_H
#define CUPEL_PLUGIN_LOGPROBS_H

#include "judge.h"

CUPEL_C_BEGIN

#define CUPEL_JUDGE_LOGPROBS "cupel.judge.logprobs/1"

typedef struct cupel_judge_logprobs {
  uint32_t struct_size;
  uint32_t reserved;

  /* The largest cupel_sampling.top_logprobs this open judge serves; 0: none, as it is configured. [thread: any] [fails: never] */
  uint32_t (*CUPEL_NULLABLE max_top)(const cupel_judge_instance *CUPEL_NONNULL judge);
} cupel_judge_logprobs;

CUPEL_C_END
#endif
