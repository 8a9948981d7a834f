/* Locking a process in: after it, no file can be opened, no socket made, nothing executed. */
#ifndef CSANDBOX_H
#define CSANDBOX_H

#include <stddef.h>

/* Before anything else: closes every descriptor above `last`, lets a crash end the process and a file that grows too large not, forbids core
 * files and more than a few descriptors. Returns 0 or an errno. */
int csb_prepare(int last);
/* Locks all threads in, for good. `socket` is what messages may go through. Returns 0, or an errno. */
int csb_lock(int socket);
/* Ends the process in `seconds` unless it is called again; 0: never. For a process whose parent may be gone. */
void csb_watch(unsigned seconds);

#endif
