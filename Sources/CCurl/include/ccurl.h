/* libcurl for Swift: its headers, the functions with a variable number of arguments as ones that Swift can call, and the
 * place where an event thread waits for the sockets of a multi handle. Only the target HTTP imports this. */
#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>
#include <stdbool.h>

CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value);
CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value);
CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value);
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value);

/* What takes pieces of an answer; anything but size * count ends the transfer. */
typedef size_t (*ccurl_sink)(char *data, size_t size, size_t count, void *context);
CURLcode ccurl_set_body_sink(CURL *handle, ccurl_sink sink, void *context);
CURLcode ccurl_set_header_sink(CURL *handle, ccurl_sink sink, void *context);

/* Called each time a request is about to go out over a connection that stands; the last four arguments are addresses. */
typedef int (*ccurl_before_request)(void *context, char *, char *, int, int);
CURLcode ccurl_set_before_request(CURL *handle, ccurl_before_request callback, void *context);

CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value);
void *ccurl_get_private(CURL *handle);

CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);

/* The next transfer that has ended, and how; NULL: no more for now. */
CURL *ccurl_next_done(CURLM *multi, CURLcode *result);

/* Where one thread waits for the sockets and timers of a multi handle (epoll: the cost is that of what is ready, not of
 * what is open), and where other threads wake it. */
typedef struct ccurl_poller ccurl_poller;

/* NULL: the system refuses, errno says why. */
ccurl_poller *ccurl_poller_open(void);
void ccurl_poller_close(ccurl_poller *poller);

/* The multi handle whose sockets are watched from now on. */
CURLMcode ccurl_poller_watch(ccurl_poller *poller, CURLM *multi);

/* For every handle that is to be used with that multi handle: the poller opens and closes its sockets, and so knows which
 * of the descriptors that it watches are those of kept connections. It has to outlive the multi handle. */
CURLcode ccurl_poller_own_sockets(ccurl_poller *poller, CURL *handle);

/* From now on nothing is connected to that is not public, after names have been looked up. Before any handle is used. */
void ccurl_poller_connect_only_publicly(ccurl_poller *poller);

/* Whether an address of IPv4 or IPv6 is one that the whole internet reaches: no loopback, private or link-local one, and no
 * other that IANA has set apart. */
bool ccurl_is_public(const struct sockaddr *address);

/* Ends the wait that is on, or the next one. Any thread. */
void ccurl_poller_wake(ccurl_poller *poller);

/* Waits until a socket is ready, a timer of libcurl is due, somebody wakes, or `milliseconds` have passed (negative: no
 * limit). The thread of the multi handle only, and a call of ccurl_poller_work for each. */
void ccurl_poller_wait(ccurl_poller *poller, int milliseconds);

/* Lets libcurl do what the wait has ended for. */
CURLMcode ccurl_poller_work(ccurl_poller *poller);

#endif
