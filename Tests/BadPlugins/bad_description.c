/* Describes itself in something that is not JSON. */
#include "base.h"

static cupel_status bad_describe(const cupel_judge_instance *judge, cupel_text_sink *sink, cupel_error *error) {
  (void)judge, (void)error;
  host->write(sink, text("{\"kind\": \"scorign\", \"fingerprint\": \"1\"}"));
  return CUPEL_OK;
}

JUDGE(.describe = bad_describe)
PLUGIN("bad-description", .abi_minor = 0)
