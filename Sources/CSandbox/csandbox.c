/* The filter of system calls, and what goes before it. */
#define _GNU_SOURCE

#include "csandbox.h"

#include <errno.h>
#include <malloc.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MOST_DESCRIPTORS = 16 };

/* Memory of one file serves for the next: asking the system for each large picture costs more than decoding a small one. What is freed is
 * written over, so that a decoder that reads what it never wrote finds nothing of an earlier file. */
static void keep_memory(void) {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  mallopt(M_PERTURB, 0xA5);
}

int csb_prepare(int last) {
  const struct rlimit none = {0, 0}, few = {MOST_DESCRIPTORS, MOST_DESCRIPTORS};
  keep_memory();
  if (close_range((unsigned)last + 1, ~0u, 0) != 0) return errno;
  /* The Swift runtime would start a program to explain a crash. */
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  /* A result that grows too large is an error of write(), which can be told. */
  signal(SIGXFSZ, SIG_IGN);
  if (setrlimit(RLIMIT_CORE, &none) != 0 || setrlimit(RLIMIT_NOFILE, &few) != 0) return errno;
  return prctl(PR_SET_DUMPABLE, 0) == 0 ? 0 : errno;
}

void csb_watch(unsigned seconds) { alarm(seconds); }

/* What a decoder needs: memory, threads, time, and to read and write what is open already. */
static const int allowed[] = {
    SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(write), SCMP_SYS(pwrite64), SCMP_SYS(writev),
    SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap),
    SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(times), SCMP_SYS(getrusage), SCMP_SYS(alarm), SCMP_SYS(setitimer), SCMP_SYS(pause), SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(getcpu), SCMP_SYS(membarrier), SCMP_SYS(getpid), SCMP_SYS(gettid),
    SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(getrandom), SCMP_SYS(uname),
    SCMP_SYS(sysinfo), SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group),
};

/* What libraries try and do without: they look for files, for a terminal, for newer calls. */
static const struct {
  int call;
  uint32_t error;
} refused[] = {
    {SCMP_SYS(open), EACCES}, {SCMP_SYS(openat), EACCES}, {SCMP_SYS(stat), EACCES}, {SCMP_SYS(lstat), EACCES},
    {SCMP_SYS(newfstatat), EACCES}, {SCMP_SYS(statx), EACCES}, {SCMP_SYS(access), EACCES}, {SCMP_SYS(faccessat), EACCES},
    {SCMP_SYS(readlink), EACCES}, {SCMP_SYS(readlinkat), EACCES}, {SCMP_SYS(getcwd), EACCES}, {SCMP_SYS(ioctl), ENOTTY},
    {SCMP_SYS(fcntl), EPERM}, {SCMP_SYS(clone3), ENOSYS}, {SCMP_SYS(mbind), EPERM}, {SCMP_SYS(sched_setaffinity), EPERM},
    {SCMP_SYS(sched_setscheduler), EPERM}, {SCMP_SYS(setpriority), EPERM},
};

/* Calls that are allowed with these arguments only. */
static int add_conditional(scmp_filter_ctx filter, int socket) {
  const scmp_datum_t kinds = MAP_SHARED | MAP_PRIVATE | MAP_ANONYMOUS;
  struct {
    int call;
    unsigned count;
    struct scmp_arg_cmp arguments[2];
  } rules[] = {
      /* Memory of the process's own, never code. */
      {SCMP_SYS(mmap), 2, {SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0), SCMP_A3(SCMP_CMP_MASKED_EQ, kinds, MAP_PRIVATE | MAP_ANONYMOUS)}},
      {SCMP_SYS(mprotect), 1, {SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)}},
      {SCMP_SYS(clone), 1, {SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)}},
      {SCMP_SYS(sendmsg), 1, {SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)socket)}},
      {SCMP_SYS(recvmsg), 1, {SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)socket)}},
      /* abort() */
      {SCMP_SYS(tgkill), 1, {SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid())}},
      {SCMP_SYS(prctl), 1, {SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME)}},
      /* Limits are asked for, not set; the pointer to new ones is null. */
      {SCMP_SYS(prlimit64), 2, {SCMP_A0(SCMP_CMP_EQ, 0), SCMP_A2(SCMP_CMP_EQ, 0)}},
  };
  int result = 0;
  for (size_t i = 0; i < sizeof rules / sizeof rules[0] && result == 0; i++) {
    result = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, rules[i].call, rules[i].count, rules[i].arguments);
  }
  return result;
}

int csb_lock(int socket) {
  /* Whatever is not named ends the process: sockets, other programs, new processes, tracing, the rest. */
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
  if (filter == NULL) return ENOMEM;
  int result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
  for (size_t i = 0; i < sizeof allowed / sizeof allowed[0] && result == 0; i++) {
    result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
  }
  for (size_t i = 0; i < sizeof refused / sizeof refused[0] && result == 0; i++) {
    result = seccomp_rule_add(filter, SCMP_ACT_ERRNO(refused[i].error), refused[i].call, 0);
  }
  if (result == 0) result = add_conditional(filter, socket);
  if (result == 0) result = seccomp_load(filter);
  seccomp_release(filter);
  return -result;
}
