/* accept4, sched_getaffinity and the sets of processors. */
#define _GNU_SOURCE
#include "cmicrohttpd.h"
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <sys/socket.h>

unsigned int cmhd_usable_cores(void) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  const int count = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
  return count > 0 ? (unsigned int)count : 1;
}

struct MHD_Daemon *cmhd_start(const cmhd_options *options) {
  const unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME;
  /* The library refuses a pool of one: no pool is one thread. */
  const struct MHD_OptionItem pool[] = {
      {options->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)options->threads, NULL},
      {MHD_OPTION_END, 0, NULL}};
  return MHD_start_daemon(flags, 0, NULL, NULL, options->handle, options->context,
      MHD_OPTION_CONNECTION_LIMIT, (unsigned int)INT_MAX, /* the caller's to keep */
      MHD_OPTION_CONNECTION_TIMEOUT, options->idle_seconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, options->memory_bytes,
      MHD_OPTION_NOTIFY_COMPLETED, options->completed, options->context,
      MHD_OPTION_NOTIFY_CONNECTION, options->connection, options->context,
      MHD_OPTION_ARRAY, pool,
      MHD_OPTION_END);
}

int cmhd_socket(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info ? info->connect_fd : -1;
}

void *cmhd_connection_state(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info ? info->socket_context : NULL;
}

int cmhd_accept(int listener, struct MHD_Daemon *daemon) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  const int connection = accept4(listener, (struct sockaddr *)&address, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (connection < 0) return errno;
  /* Closes the connection where there is no memory for it. */
  return MHD_add_connection(daemon, connection, (const struct sockaddr *)&address, length) == MHD_YES ? 0 : ENOMEM;
}
