/* Takes the host's version for something to disagree with. */
#include "base.h"

CUPEL_EXPORT const cupel_plugin *cupel_plugin_entry(uint32_t host_abi) { return (void)host_abi, NULL; }
