/* Ends where the optional members begin: fine, the missing tail counts as zero. */
#include "base.h"

JUDGE(.struct_size = offsetof(cupel_judge, cancel), .cancel = (void (*)(cupel_judge_instance *, uint64_t))1)
PLUGIN("short-optional", .struct_size = offsetof(cupel_plugin, summary), .summary = (const char *)1)
