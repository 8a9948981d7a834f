#include "ccurl.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS_AT_ONCE = 256 };

struct ccurl_poller {
  CURLM *multi;
  int epoll;
  int wakeup;      /* an eventfd among the watched descriptors */
  int64_t timer;   /* when libcurl wants to be called without an event, in ms of the monotonic clock; -1: never */
  uint8_t *known;  /* by descriptor: what the set watches it for, and whether it is a connection's */
  size_t known_count;
  bool only_public; /* connections to special addresses are refused */
  int ready;       /* how many of `events` the last wait has filled */
  struct epoll_event events[EVENTS_AT_ONCE];
};

void ccurl_poller_connect_only_publicly(ccurl_poller *poller) { poller->only_public = true; }

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

ccurl_poller *ccurl_poller_open(void) {
  ccurl_poller *poller = calloc(1, sizeof *poller);
  if (poller == NULL) return NULL;
  poller->timer = -1;
  poller->wakeup = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  poller->epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = poller->wakeup};
  if (poller->wakeup >= 0 && poller->epoll >= 0 &&
      epoll_ctl(poller->epoll, EPOLL_CTL_ADD, poller->wakeup, &event) == 0)
    return poller;
  const int reason = errno;
  ccurl_poller_close(poller);
  errno = reason;
  return NULL;
}

void ccurl_poller_close(ccurl_poller *poller) {
  if (poller->wakeup >= 0) close(poller->wakeup);
  if (poller->epoll >= 0) close(poller->epoll);
  free(poller->known);
  free(poller);
}

/* Bits of `known`. A connection that libcurl keeps for later stays in the set: most are used again at once, and taking them
 * out and in would be two system calls for each exchange. */
enum { WATCHED_IN = 1, WATCHED_OUT = 2, OF_CONNECTION = 4, KEPT = 8 };

static uint8_t *known(ccurl_poller *poller, int fd) {
  if ((size_t)fd >= poller->known_count) {
    size_t count = poller->known_count == 0 ? 1024 : poller->known_count;
    while (count <= (size_t)fd) count *= 2;
    uint8_t *longer = realloc(poller->known, count);
    if (longer == NULL) return NULL;
    memset(longer + poller->known_count, 0, count - poller->known_count);
    poller->known = longer;
    poller->known_count = count;
  }
  return &poller->known[fd];
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
  (void)purpose;
  /* This is the address that is about to be connected to: whatever a name led to when it was looked up. */
  if (((ccurl_poller *)context)->only_public && !ccurl_is_public(&address->addr)) {
    errno = EACCES;
    return CURL_SOCKET_BAD;
  }
  const int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd < 0) return CURL_SOCKET_BAD;
  uint8_t *bits = known(context, fd);
  if (bits != NULL) *bits = OF_CONNECTION;
  return fd;
}

static int close_socket(void *context, curl_socket_t fd) {
  uint8_t *bits = known(context, fd);
  if (bits != NULL) *bits = 0;
  return close(fd);
}

CURLcode ccurl_poller_own_sockets(ccurl_poller *poller, CURL *handle) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, poller);
  if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
  if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_CLOSESOCKETDATA, poller);
  return code;
}

static void forget(ccurl_poller *poller, int fd) {
  uint8_t *bits = known(poller, fd);
  if (bits != NULL) *bits &= OF_CONNECTION;
  /* It may be closed already, and gone from the set with that. */
  epoll_ctl(poller->epoll, EPOLL_CTL_DEL, fd, NULL);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *of_socket) {
  (void)easy;
  (void)of_socket;
  ccurl_poller *poller = context;
  uint8_t *bits = known(poller, fd);
  if (bits == NULL) return -1;
  if (what == CURL_POLL_REMOVE) {
    if (*bits == (OF_CONNECTION | WATCHED_IN)) *bits |= KEPT;
    else forget(poller, fd);
    return 0;
  }
  const uint8_t wanted = (what & CURL_POLL_IN ? WATCHED_IN : 0) | (what & CURL_POLL_OUT ? WATCHED_OUT : 0);
  *bits &= ~KEPT;
  if (*bits == (OF_CONNECTION | wanted)) return 0;
  struct epoll_event event = {.data.fd = fd};
  if (what & CURL_POLL_IN) event.events |= EPOLLIN;
  if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
  *bits = (*bits & OF_CONNECTION) | wanted;
  if (epoll_ctl(poller->epoll, EPOLL_CTL_ADD, fd, &event) == 0) return 0;
  if (errno == EEXIST && epoll_ctl(poller->epoll, EPOLL_CTL_MOD, fd, &event) == 0) return 0;
  return -1;
}

static int on_timer(CURLM *multi, long milliseconds, void *context) {
  (void)multi;
  ccurl_poller *poller = context;
  poller->timer = milliseconds < 0 ? -1 : now_ms() + milliseconds;
  return 0;
}

CURLMcode ccurl_poller_watch(ccurl_poller *poller, CURLM *multi) {
  poller->multi = multi;
  CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, poller);
  if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
  if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_TIMERDATA, poller);
  return code;
}

void ccurl_poller_wake(ccurl_poller *poller) {
  const uint64_t one = 1;
  /* It fails only when the counter is full, and then the waiter is being woken as it is. */
  if (write(poller->wakeup, &one, sizeof one) < 0) return;
}

static int wait_for(const ccurl_poller *poller, int milliseconds) {
  if (poller->timer < 0) return milliseconds;
  const int64_t left = poller->timer - now_ms();
  if (left <= 0) return 0;
  if (milliseconds >= 0 && milliseconds < left) return milliseconds;
  return left < INT_MAX ? (int)left : INT_MAX;
}

void ccurl_poller_wait(ccurl_poller *poller, int milliseconds) {
  poller->ready = epoll_wait(poller->epoll, poller->events, EVENTS_AT_ONCE, wait_for(poller, milliseconds));
}

static CURLMcode work_on(ccurl_poller *poller, struct epoll_event event) {
  if (event.data.fd == poller->wakeup) {
    uint64_t wakes;
    while (read(poller->wakeup, &wakes, sizeof wakes) < 0 && errno == EINTR) {}
    return CURLM_OK;
  }
  const uint8_t *bits = known(poller, event.data.fd);
  /* The server has closed it, or says what nobody asked for: libcurl will see to it when it wants the connection again. */
  if (bits != NULL && *bits & KEPT) {
    forget(poller, event.data.fd);
    return CURLM_OK;
  }
  int what = 0, running = 0;
  if (event.events & (EPOLLIN | EPOLLHUP)) what |= CURL_CSELECT_IN;
  if (event.events & EPOLLOUT) what |= CURL_CSELECT_OUT;
  if (event.events & EPOLLERR) what |= CURL_CSELECT_ERR;
  return curl_multi_socket_action(poller->multi, event.data.fd, what, &running);
}

CURLMcode ccurl_poller_work(ccurl_poller *poller) {
  for (int i = 0; i < poller->ready; i++) {
    const CURLMcode code = work_on(poller, poller->events[i]);
    if (code != CURLM_OK) return code;
  }
  poller->ready = 0;
  if (poller->timer < 0 || poller->timer > now_ms()) return CURLM_OK;
  /* libcurl sets the next one from within, when there is one. */
  poller->timer = -1;
  int running = 0;
  return curl_multi_socket_action(poller->multi, CURL_SOCKET_TIMEOUT, 0, &running);
}
