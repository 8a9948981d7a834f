/* What a call costs at the least: the same requests, answers and connections as the clients of the benchmark have, with nothing
 * around them. What it leaves out is what a client is for: timeouts, limits, failures with their reasons, cancelling.
 *
 *   floor socket|socket-json|curl|curl-json URL IN_FLIGHT CALLS
 *
 * socket: send, recv and epoll, a connection for each call that is in flight. curl: libcurl's multi interface with its socket
 * functions and epoll, easy handles used again. -json: the answer is parsed with jansson, as the clients do it.
 * Prints what the calls took as one JSON line. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <jansson.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 16 << 10, EVENTS = 256 };

#define ANSWERS \
  "The harbour of Trieste was dredged in 1754, after the free port had been declared in 1719; both dates are in the " \
  "charter that the city archive keeps. The work took eleven years and was paid for by a duty on salt. "

/* One call after the other, over one connection. */
typedef struct caller {
  int fd;
  CURL *easy;
  long number;
  size_t size; /* of `answer` so far */
  char body[4096];
  char answer[ROOM];
} caller;

static bool is_parsed;
static const char *host;
static int port;
static long next_number, end_number, running, wrong;

static int write_body(caller *caller) {
  return snprintf(caller->body, sizeof caller->body,
      "{\"model\":\"bench\",\"messages\":[{\"role\":\"system\",\"content\":\"You are an impartial judge. Think first, then close "
      "with the number of the better answer between answer tags.\"},{\"role\":\"user\",\"content\":\"Question call-%ld: when was "
      "the harbour dredged?\\n\\nFirst answer:\\n" ANSWERS ANSWERS "\\n\\nSecond answer:\\n" ANSWERS "\"}],\"stream\":false,"
      "\"temperature\":0.5,\"top_p\":0.75,\"max_tokens\":4096}", caller->number);
}

static void check(caller *caller, const char *body, size_t size) {
  char expected[256];
  snprintf(expected, sizeof expected, "The first answer names its source, the second does not. What the reference says is in "
      "both. In the matter of call-%ld: <answer>1</answer>", caller->number);
  if (!is_parsed) {
    wrong += memmem(body, size, expected, strlen(expected)) == NULL;
    return;
  }
  json_t *root = json_loadb(body, size, JSON_REJECT_DUPLICATES, NULL);
  json_t *message = json_object_get(json_array_get(json_object_get(root, "choices"), 0), "message");
  const char *content = json_string_value(json_object_get(message, "content"));
  wrong += content == NULL || strcmp(content, expected) != 0;
  json_decref(root);
}

static void fail(const char *what) {
  fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
  exit(1);
}

/* ---- with sockets alone ---- */

static bool ask(caller *caller) {
  if (next_number == end_number) return false;
  caller->number = next_number++;
  caller->size = 0;
  const int size = write_body(caller);
  char message[8192];
  const int length = snprintf(message, sizeof message,
      "POST /v1/chat/completions HTTP/1.1\r\nHost: %s:%d\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
      "Authorization: Bearer none\r\nContent-Length: %d\r\n\r\n%s", host, port, size, caller->body);
  if (send(caller->fd, message, length, MSG_NOSIGNAL) != length) fail("send");
  running++;
  return true;
}

static void read_answer(caller *caller) {
  const ssize_t count = recv(caller->fd, caller->answer + caller->size, ROOM - 1 - caller->size, 0);
  if (count <= 0) fail("recv");
  caller->size += count;
  caller->answer[caller->size] = 0;
  const char *end = memmem(caller->answer, caller->size, "\r\n\r\n", 4);
  const char *length = strcasestr(caller->answer, "content-length:");
  if (end == NULL || length == NULL) return;
  const size_t head = end + 4 - caller->answer, size = strtoul(length + 15, NULL, 10);
  if (caller->size < head + size) return;
  check(caller, end + 4, size);
  running--;
  ask(caller);
}

static void connect_all(caller *callers, int count, int epoll) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, host, &address.sin_addr);
  const int yes = 1;
  for (int i = 0; i < count; i++) {
    caller *caller = &callers[i];
    caller->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(caller->fd, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    setsockopt(caller->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = caller};
    epoll_ctl(epoll, EPOLL_CTL_ADD, caller->fd, &event);
  }
}

static void socket_round(caller *callers, int count, int epoll) {
  for (int i = 0; i < count && ask(&callers[i]); i++) {}
  struct epoll_event events[EVENTS];
  while (running > 0) {
    const int ready = epoll_wait(epoll, events, EVENTS, -1);
    for (int i = 0; i < ready; i++) read_answer(events[i].data.ptr);
  }
}

/* ---- with libcurl ---- */

static CURLM *multi;
static int64_t timer = -1;
static char watched[65536]; /* by descriptor: what epoll watches it for */

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int on_timer(CURLM *of, long milliseconds, void *context) {
  timer = milliseconds < 0 ? -1 : now_ms() + milliseconds;
  return (void)of, (void)context, 0;
}

/* A connection stays watched while it is kept: otherwise each call would take two system calls more. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *of_socket) {
  (void)easy, (void)of_socket;
  if (what == CURL_POLL_REMOVE || watched[fd] == what) return 0;
  struct epoll_event event = {.data.fd = fd};
  if (what & CURL_POLL_IN) event.events |= EPOLLIN;
  if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
  epoll_ctl(*(int *)context, watched[fd] == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
  watched[fd] = what;
  return 0;
}

static size_t take(char *data, size_t size, size_t count, void *context) {
  caller *caller = context;
  if (caller->size + size * count >= ROOM) return 0;
  memcpy(caller->answer + caller->size, data, size * count);
  caller->size += size * count;
  return size * count;
}

static bool ask_curl(caller *caller) {
  if (next_number == end_number) return false;
  caller->number = next_number++;
  caller->size = 0;
  curl_easy_setopt(caller->easy, CURLOPT_POSTFIELDSIZE, (long)write_body(caller));
  curl_multi_add_handle(multi, caller->easy);
  running++;
  return true;
}

static void prepare_all(caller *callers, int count, int *epoll, const char *url) {
  multi = curl_multi_init();
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, epoll);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)count);
  struct curl_slist *headers = curl_slist_append(NULL, "Accept: application/json");
  headers = curl_slist_append(headers, "Content-Type: application/json");
  headers = curl_slist_append(headers, "Authorization: Bearer none");
  headers = curl_slist_append(headers, "Expect:");
  char whole[4096];
  snprintf(whole, sizeof whole, "%s/chat/completions", url);
  for (int i = 0; i < count; i++) {
    CURL *easy = callers[i].easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, whole);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, callers[i].body);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &callers[i]);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &callers[i]);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
  }
}

static void collect(void) {
  int left = 0;
  for (CURLMsg *message; (message = curl_multi_info_read(multi, &left)) != NULL;) {
    caller *caller = NULL;
    if (message->data.result != CURLE_OK) fail(curl_easy_strerror(message->data.result));
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &caller);
    curl_multi_remove_handle(multi, caller->easy);
    check(caller, caller->answer, caller->size);
    running--;
    ask_curl(caller);
  }
}

static void curl_round(caller *callers, int count, int epoll) {
  for (int i = 0; i < count && ask_curl(&callers[i]); i++) {}
  struct epoll_event events[EVENTS];
  int active = 0;
  while (running > 0) {
    const int64_t left = timer < 0 ? -1 : timer - now_ms();
    const int ready = epoll_wait(epoll, events, EVENTS, timer < 0 ? -1 : left > 0 ? (int)left : 0);
    for (int i = 0; i < ready; i++)
      curl_multi_socket_action(multi, events[i].data.fd, events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : CURL_CSELECT_IN, &active);
    if (timer >= 0 && timer <= now_ms()) {
      timer = -1;
      curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &active);
    }
    collect();
  }
}

static double seconds(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
  char address[256];
  if (count != 5 || sscanf(arguments[2], "http://%255[^:]:%d", address, &port) != 2) {
    fprintf(stderr, "usage: floor socket|socket-json|curl|curl-json http://ADDRESS:PORT/PATH IN_FLIGHT CALLS\n");
    return 2;
  }
  host = address;
  is_parsed = strstr(arguments[1], "-json") != NULL;
  const bool is_curl = strncmp(arguments[1], "curl", 4) == 0;
  const int in_flight = atoi(arguments[3]);
  caller *callers = calloc(in_flight, sizeof *callers);
  int epoll = epoll_create1(0);
  if (is_curl) prepare_all(callers, in_flight, &epoll, arguments[2]);
  else connect_all(callers, in_flight, epoll);
  void (*const round)(caller *, int, int) = is_curl ? curl_round : socket_round;
  /* Connections and caches are there before the clock starts. */
  end_number = 2 * in_flight;
  round(callers, in_flight, epoll);
  next_number = 0;
  end_number = atol(arguments[4]);
  const double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
  round(callers, in_flight, epoll);
  printf("{\"wall\": %f, \"cpu\": %f, \"wrong\": %ld}\n", seconds(CLOCK_MONOTONIC) - wall,
      seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu, wrong);
}
