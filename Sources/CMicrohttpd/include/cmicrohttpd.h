/* libmicrohttpd for Swift: its header, the functions with a variable number of arguments as ones that Swift can
 * call, and the event interface of Linux, which Swift's Glibc leaves out.
 * Only the target HTTPServing imports this. */
#ifndef CMICROHTTPD_H
#define CMICROHTTPD_H

#include <microhttpd.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

typedef struct cmhd_options {
  unsigned int threads;      /* at least 1 */
  unsigned int idle_seconds; /* 0: for ever */
  size_t memory_bytes;       /* of one connection: bounds request line and headers */
  void *context;             /* handed to all callbacks */
  MHD_AccessHandlerCallback handle;
  MHD_RequestCompletedCallback completed;
  MHD_NotifyConnectionCallback connection;
} cmhd_options;

/* The cores that this process may run on: fewer than the machine has where it is confined to some. At least 1. */
unsigned int cmhd_usable_cores(void);

/* A daemon that does not listen: connections come by cmhd_accept, as many as the caller likes. NULL where it cannot be started. */
struct MHD_Daemon *cmhd_start(const cmhd_options *options);

/* Hands the daemon the next connection of a listening socket. 0, or why there is none: EAGAIN where none waits. */
int cmhd_accept(int listener, struct MHD_Daemon *daemon);

/* The connection's socket, which stays its own. */
int cmhd_socket(struct MHD_Connection *connection);

/* The state that the `connection` callback set up for this connection. */
void *cmhd_connection_state(struct MHD_Connection *connection);

#endif
