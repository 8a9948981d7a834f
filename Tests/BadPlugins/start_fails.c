/* Cannot start, and says why. */
#include "base.h"

static cupel_status no_start(const cupel_host *the_host, cupel_error *error) {
  return the_host->fail(error, CUPEL_FAILED, text("no device was found"));
}

JUDGE(.reserved = 0)
PLUGIN("start-fails", .start = no_start)
