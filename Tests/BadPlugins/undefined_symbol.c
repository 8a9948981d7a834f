/* Needs a function that is nowhere. */
#include "base.h"

int cupel_missing_function(void);
static cupel_status needy_start(const cupel_host *the_host, cupel_error *error) {
  return (void)the_host, (void)error, cupel_missing_function();
}

JUDGE(.reserved = 0)
PLUGIN("undefined-symbol", .start = needy_start)
