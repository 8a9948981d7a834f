/* A model server for the benchmark, fast enough not to be what is measured: HTTP/1.1 with kept connections on one thread,
 * epoll, no parsing beyond what it needs. The answer repeats the number of the question ("call-N"), so that every client can
 * be held to what it was told.
 *
 *   mock LATENCY_MS [SCORES]   prints its port, then answers each request LATENCY_MS after it was complete, until it is killed;
 *                              the verdict on call-N is 1 + N % SCORES (SCORES is 1 unless stated)
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 64 << 10, CONNECTIONS = 16384, EVENTS = 256 };

typedef struct connection {
  int fd;
  size_t used;
  char data[BUFFER];
} connection;

/* A thread that sleeps wakes up late, by as much as the latency of a call may be off; so the rest is waited for awake. */
enum { AWAKE_NS = 500000 };

/* Answers that are due later: all wait equally long, so the first one in is the first one out. */
typedef struct pending {
  int64_t due;
  connection *connection;
  long number;
} pending;

static pending queue[CONNECTIONS];
static size_t queue_head, queue_tail;
static int64_t latency_ns;
static long scores = 1;

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void answer(connection *connection, long number) {
  char body[1024], message[2048];
  const int size = snprintf(body, sizeof body,
      "{\"id\":\"chatcmpl-%ld\",\"object\":\"chat.completion\",\"created\":1750000000,\"model\":\"bench\",\"choices\":[{\"index\":0,"
      "\"message\":{\"role\":\"assistant\",\"content\":\"The first answer names its source, the second does not. What the "
      "reference says is in both. In the matter of call-%ld: <answer>%ld</answer>\",\"refusal\":null},\"logprobs\":null,"
      "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":312,\"completion_tokens\":41,\"total_tokens\":353}}",
      number, number, 1 + number % scores);
  const int length = snprintf(message, sizeof message,
      "HTTP/1.1 200 OK\r\ndate: Fri, 01 Aug 2025 00:00:00 GMT\r\nserver: mock\r\ncontent-length: %d\r\n"
      "content-type: application/json\r\n\r\n%s", size, body);
  if (send(connection->fd, message, length, MSG_NOSIGNAL) != length) perror("mock: send");
}

/* The end of the request that `data` begins with, and the number it asks with; 0: it is not complete. */
static size_t request_end(connection *connection, long *number) {
  connection->data[connection->used] = 0;
  const char *end = memmem(connection->data, connection->used, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  const size_t head = end + 4 - connection->data;
  const char *length = strcasestr(connection->data, "content-length:");
  const size_t size = length != NULL && length < end ? strtoul(length + 15, NULL, 10) : 0;
  if (connection->used < head + size) return 0;
  const char *mark = memmem(connection->data + head, size, "call-", 5);
  *number = mark != NULL ? strtol(mark + 5, NULL, 10) : -1;
  return head + size;
}

static void read_requests(connection *connection) {
  const ssize_t count = recv(connection->fd, connection->data + connection->used, BUFFER - 1 - connection->used, 0);
  if (count <= 0) {
    if (count < 0 && errno == EAGAIN) return;
    close(connection->fd);
    connection->fd = -1; /* its answers may still be due, so it is not freed */
    return;
  }
  connection->used += count;
  long number;
  for (size_t end; (end = request_end(connection, &number)) > 0;) {
    memmove(connection->data, connection->data + end, connection->used - end);
    connection->used -= end;
    if (latency_ns == 0) answer(connection, number);
    else queue[queue_tail++ % CONNECTIONS] = (pending){now_ns() + latency_ns, connection, number};
  }
}

static void accept_all(int listener, int epoll) {
  for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
    const int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    connection *connection = malloc(sizeof *connection);
    connection->fd = fd;
    connection->used = 0;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
  }
}

int main(int count, char **arguments) {
  latency_ns = count > 1 ? atol(arguments[1]) * 1000000 : 0;
  if (count > 2 && atol(arguments[2]) > 0) scores = atol(arguments[2]);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 4096) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
    perror("mock");
    return 1;
  }
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  const int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, events[EVENTS];
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  while (1) {
    struct timespec wait = {0, 0};
    if (queue_head != queue_tail) {
      const int64_t left = queue[queue_head % CONNECTIONS].due - now_ns();
      if (left > AWAKE_NS) wait = (struct timespec){(left - AWAKE_NS) / 1000000000, (left - AWAKE_NS) % 1000000000};
    }
    const int ready = epoll_pwait2(epoll, events, EVENTS, queue_head != queue_tail ? &wait : NULL, NULL);
    for (int i = 0; i < ready; i++) {
      if (events[i].data.ptr == NULL) accept_all(listener, epoll);
      else read_requests(events[i].data.ptr);
    }
    for (const int64_t now = now_ns(); queue_head != queue_tail && queue[queue_head % CONNECTIONS].due <= now; queue_head++) {
      const pending *next = &queue[queue_head % CONNECTIONS];
      if (next->connection->fd >= 0) answer(next->connection, next->number);
    }
  }
}
