/* A decoder that a file has taken over, as far as the file says. The descriptors are those of a worker: 3 is its socket, 4 the file,
 * 5 the place for the result. */
#define _GNU_SOURCE
#include "base.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static int32_t probe(cupel_bytes head) { return head.size > 0 ? 100 : 0; }

static bool is(const char *wish, const char *what) { return strcmp(wish, what) == 0; }

static void *nothing(void *context) { return context; }

/* Calls that the sandbox answers with an error: what came of them is a fact. */
static int try_softly(const char *wish) {
  if (is(wish, "open a file")) return open("/etc/passwd", O_RDONLY);
  if (is(wish, "open a new file")) return open("/tmp/cupel-hostile", O_WRONLY | O_CREAT, 0600);
  if (is(wish, "look for a file")) return access("/etc/passwd", F_OK);
  if (is(wish, "open a hundred gigabytes")) {
    volatile char *memory = malloc(100ull << 30);
    for (size_t i = 0; memory != NULL && i < 100ull << 30; i += 4096) memory[i] = 1;
    return memory == NULL ? -1 : 0;
  }
  if (is(wish, "fill memory")) {
    size_t held = 0;
    for (volatile char *memory; held < 100ull << 30 && (memory = malloc(1 << 20)) != NULL; held += 1 << 20) {
      for (size_t i = 0; i < 1 << 20; i += 4096) memory[i] = 1;
    }
    return held < 100ull << 30 ? -1 : 0;
  }
  if (is(wish, "overfill the result")) {
    static const char bytes[1 << 20];
    ssize_t written = 1;
    for (int i = 0; i < 1 << 20 && written > 0; i++) written = write(5, bytes, sizeof bytes);
    return written > 0 ? 0 : -1;
  }
  return 1;
}

static void try_hard(const char *wish) {
  if (is(wish, "crash")) *(volatile int *)NULL = 1;
  if (is(wish, "abort")) abort();
  if (is(wish, "exit")) _exit(7);
  if (is(wish, "loop")) {
    for (volatile int i = 0;; i++) {
    }
  }
  if (is(wish, "sleep")) {
    while (pause() < 1) {
    }
  }
  if (is(wish, "make a socket")) socket(AF_INET, SOCK_STREAM, 0);
  if (is(wish, "start a program")) execl("/bin/true", "true", (char *)NULL);
  if (is(wish, "start a process")) fork();
  if (is(wish, "end the host")) kill(getppid(), SIGKILL);
  if (is(wish, "raise limits")) setrlimit(RLIMIT_DATA, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
  if (is(wish, "map code")) mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (is(wish, "map the result")) mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, 5, 0);
  if (is(wish, "say nonsense")) {
    struct iovec part = {"nonsense", 8};
    sendmsg(3, &(struct msghdr){.msg_iov = &part, .msg_iovlen = 1}, 0);
  }
  if (is(wish, "say it is done")) {
    uint32_t answer[256] = {3, 0, 1000};
    struct iovec part = {answer, sizeof answer};
    sendmsg(3, &(struct msghdr){.msg_iov = &part, .msg_iovlen = 1}, 0);
  }
  if (is(wish, "flood the log")) {
    uint32_t line[256] = {5, 2};
    struct iovec part = {line, sizeof line};
    for (;;) sendmsg(3, &(struct msghdr){.msg_iov = &part, .msg_iovlen = 1}, 0);
  }
  if (is(wish, "log and crash")) {
    host->log(CUPEL_LOG_WARNING, text("hostile"), text("last \x1b[2Jwords\ncupel: all is well"));
    *(volatile int *)NULL = 1;
  }
  if (is(wish, "log a lot")) {
    for (int i = 0; i < 1000; i++) host->log(CUPEL_LOG_WARNING, text("hostile"), text("a lot"));
  }
  if (is(wish, "say too much")) write(5, "before the result", 17);
  if (is(wish, "hang up")) {
    close(3);
    for (;;) pause();
  }
}

static cupel_status decode(
    const cupel_input *input, const cupel_wanted *wanted, const cupel_media_sink *sink, cupel_error *error) {
  (void)wanted;
  static const uint8_t pixels[3] = {1, 2, 3};
  const cupel_image image = {.struct_size = sizeof image, .width = 1, .height = 1, .stride = 3, .pixels = pixels};
  char wish[32] = {0}, number[16];
  input->read_at(input->context, 0, wish, sizeof wish - 1);
  try_hard(wish);
  const int result = try_softly(wish);
  if (result < 0) return host->fail(error, CUPEL_FAILED, text("it was not allowed"));
  if (result == 0) return host->fail(error, CUPEL_FAILED, text("it was allowed"));
  /* A block that libraries would take for a picture, larger than what the C library keeps aside as it is. */
  enum { BLOCK = 3 << 20 };
  if (is(wish, "leave a secret") || is(wish, "look for a secret")) {
    volatile unsigned char *block = malloc(BLOCK);
    size_t found = 0;
    for (size_t i = 0; i < BLOCK; i++) {
      found += block[i] == 'S';
      if (is(wish, "leave a secret")) block[i] = 'S';
    }
    free((void *)block);
    snprintf(number, sizeof number, "%zu", found);
    sink->fact(sink->context, text("secrets"), text(number));
  }
  pthread_t thread;
  if (is(wish, "use a thread") && (pthread_create(&thread, NULL, nothing, NULL) != 0 || pthread_join(thread, NULL) != 0)) {
    return host->fail(error, CUPEL_FAILED, text("no thread"));
  }
  snprintf(number, sizeof number, "%ld", (long)getpid());
  sink->fact(sink->context, text("process"), text(number));
  return sink->image(sink->context, &image);
}

DECODER(.probe = probe, .decode = decode)
PLUGIN("hostile", .abi_minor = 0)
