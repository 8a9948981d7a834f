/* Processes with a socket, their limits, files in memory. */
#define _GNU_SOURCE

#include "cworker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

_Static_assert(sizeof(cwk_answer) == 1024, "no padding that would carry bytes of the host's memory");

static int spawn(const char *program, const char *plugin, int worker_end, pid_t *process) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t all, none;
  char *const arguments[] = {(char *)program, (char *)plugin, NULL};
  char *const environment[] = {NULL};
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  posix_spawn_file_actions_adddup2(&actions, worker_end, CWK_SOCKET);
  /* A group of its own: what a terminal sends to the host's group is the host's to act on. */
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setsigmask(&attributes, &none);
  const int result = posix_spawn(process, program, &actions, &attributes, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return result;
}

int cwk_start(const char *program, const char *plugin, pid_t *process, int *host_end) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return errno;
  const int result = spawn(program, plugin, ends[1], process);
  close(ends[1]);
  if (result != 0) close(ends[0]);
  *host_end = ends[0];
  return result;
}

int cwk_memory_file(const char *name, int *descriptor) {
  *descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  return *descriptor < 0 ? errno : 0;
}

int cwk_seal(int descriptor) {
  return fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0 ? 0 : errno;
}

static int limit(pid_t process, int resource, uint64_t value) {
  struct rlimit limits;
  if (prlimit(process, resource, NULL, &limits) != 0) return errno;
  limits.rlim_cur = limits.rlim_max != RLIM_INFINITY && value > limits.rlim_max ? limits.rlim_max : value;
  return prlimit(process, resource, &limits, NULL) == 0 ? 0 : errno;
}

int cwk_limit(pid_t process, uint64_t memory_bytes, uint64_t file_bytes, uint64_t processor_seconds) {
  clockid_t clock;
  struct timespec used;
  int result = clock_getcpuclockid(process, &clock);
  if (result == 0 && clock_gettime(clock, &used) != 0) result = errno;
  if (result == 0) result = limit(process, RLIMIT_DATA, memory_bytes);
  if (result == 0) result = limit(process, RLIMIT_FSIZE, file_bytes);
  if (result == 0) result = limit(process, RLIMIT_CPU, (uint64_t)used.tv_sec + 1 + processor_seconds);
  return result;
}

int cwk_memory(pid_t process, uint64_t *bytes) {
  char path[40];
  unsigned long long data;
  snprintf(path, sizeof path, "/proc/%ld/statm", (long)process);
  FILE *file = fopen(path, "re");
  if (file == NULL) return errno;
  const int found = fscanf(file, "%*s %*s %*s %*s %*s %llu", &data);
  fclose(file);
  if (found != 1) return EINVAL;
  *bytes = data * (uint64_t)sysconf(_SC_PAGESIZE);
  return 0;
}

const char *cwk_signal_name(int signal) {
  static const struct {
    int signal;
    const char *name;
  } names[] = {
      {SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"},   {SIGILL, "SIGILL"},   {SIGFPE, "SIGFPE"},   {SIGABRT, "SIGABRT"},
      {SIGTRAP, "SIGTRAP"}, {SIGSYS, "SIGSYS"},   {SIGKILL, "SIGKILL"}, {SIGTERM, "SIGTERM"}, {SIGXCPU, "SIGXCPU"},
      {SIGXFSZ, "SIGXFSZ"}, {SIGPIPE, "SIGPIPE"}, {SIGALRM, "SIGALRM"},
  };
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (names[i].signal == signal) return names[i].name;
  }
  return NULL;
}
