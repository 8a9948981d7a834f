/* Cupel plugin ABI, capability "cupel.judge.probe/1": a judge that can find out what stands behind it. */
#ifndef CUPEL_PLUGIN_PROBE_H
#define CUPEL_PLUGIN_PROBE_H

#include "judge.h"

CUPEL_C_BEGIN

#define CUPEL_JUDGE_PROBE "cupel.judge.probe/1"

typedef struct cupel_judge_probe {
  uint32_t struct_size;
  uint32_t reserved;

  /* Asks the model and its server what they can do, by trying it, and writes a report (docs/abi.md): {"findings": [{"name",
   * "status": "yes" | "no" | "unknown", "detail"}], "usage": {...}, "options": {...}}. What fails is a finding; an error only
   * where nothing can be found out. Returns within timeout_ms. [thread: any] [fails: error] */
  cupel_status (*CUPEL_NULLABLE probe)(cupel_judge_instance *CUPEL_NONNULL judge, uint32_t timeout_ms,
      cupel_text_sink *CUPEL_NONNULL sink, cupel_error *CUPEL_NONNULL error);
} cupel_judge_probe;

CUPEL_C_END
#endif
