/* Linked into all that is built with the thread sanitizer (Tests/Threads/run): its options, what it passes over, and what it would not see. */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

/* Built in, since the programs that tests start get no environment. What is asked for beyond all memory is refused, as without the sanitizer. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void) {
  return "exitcode=0:allocator_may_return_null=1:history_size=4:second_deadlock_stack=1:log_path=" REPORTS;
}

static const char suppressions[] = {
#embed "suppressions" suffix(, )
    0};
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void) { return suppressions; }

/* Swift's `Mutex` takes a free lock by an atomic in the caller's code, which the sanitizer follows. Where two meet, the library waits and wakes by
   a futex, and nobody tells the sanitizer: it would call all that they do under the lock a race. So the library's three functions are called
   by way of these, which tell it. Self is in the register that Swift has for it. */
void __tsan_acquire(void *);
void __tsan_release(void *);

#define SELF __attribute__((swift_context)) void *mutex
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK_SLOW "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

typedef __attribute__((swiftcall)) void lock_function(uint32_t thread, SELF);
typedef __attribute__((swiftcall)) bool try_function(SELF);
typedef __attribute__((swiftcall)) void unlock_function(SELF);

lock_function lock_slow __asm__(LOCK_SLOW);
try_function try_lock_slow __asm__(TRY_LOCK_SLOW);
unlock_function unlock_slow __asm__(UNLOCK_SLOW);

static lock_function *original_lock;
static try_function *original_try_lock;
static unlock_function *original_unlock;

__attribute__((constructor)) static void find_originals(void) {
  void *library = dlopen("libswiftSynchronization.so", RTLD_NOW | RTLD_NOLOAD);
  if (!library) return;
  original_lock = (lock_function *)dlsym(library, LOCK_SLOW);
  original_try_lock = (try_function *)dlsym(library, TRY_LOCK_SLOW);
  original_unlock = (unlock_function *)dlsym(library, UNLOCK_SLOW);
}

__attribute__((swiftcall)) void lock_slow(uint32_t thread, SELF) {
  original_lock(thread, mutex);
  __tsan_acquire(mutex);
}

__attribute__((swiftcall)) bool try_lock_slow(SELF) {
  bool taken = original_try_lock(mutex);
  if (taken) __tsan_acquire(mutex);
  return taken;
}

__attribute__((swiftcall)) void unlock_slow(SELF) {
  __tsan_release(mutex);
  original_unlock(mutex);
}
