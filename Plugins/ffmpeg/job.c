/* One decode: the first error, the clock, memory under the limit, what FFmpeg says, facts and notes. */
#define _DEFAULT_SOURCE

#include "ffmpeg_plugin.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Words of the file or of FFmpeg about it: one line of ASCII. */
static void make_printable(char *text) {
  size_t length = strlen(text);
  while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == ' ')) text[--length] = 0;
  for (; *text != 0; text++) {
    if (*text < 0x20 || *text > 0x7E) *text = '?';
  }
}

/* ---- errors ---- */

cupel_status cff_fail(cff_job *job, cupel_status status, const char *format, ...) {
  if (job->status != CUPEL_OK) return job->status;
  job->status = status;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(job->message, sizeof job->message, format, arguments);
  va_end(arguments);
  make_printable(job->message);
  return status;
}

cupel_status cff_fail_av(cff_job *job, int code, const char *what) {
  char text[AV_ERROR_MAX_STRING_SIZE] = "";
  if (job->is_unreadable) {
    return cff_fail(job, CUPEL_FAILED, "the file could not be read at byte %" PRIu64, job->position);
  }
  if (cff_check_clock(job) != CUPEL_OK) return job->status;
  if (atomic_load(&job->is_over_memory)) {
    return cff_fail(
        job, CUPEL_LIMIT, "decoding needs more memory than the limit max_memory_bytes = %" PRIu64,
        job->wanted.max_memory_bytes);
  }
  av_strerror(code, text, sizeof text);
  const bool is_limit = strstr(job->complaint, "max pixel count") != NULL;
  const char *hint = is_limit ? " (the limit max_pixels)" : "";
  const char *said = job->complaint[0] != 0 ? job->complaint : text;
  return cff_fail(
      job, is_limit ? CUPEL_LIMIT : CUPEL_INVALID_INPUT, "%s: %s%s at byte %" PRIu64 " of %" PRIu64, what, said, hint,
      job->position, job->input->size);
}

/* ---- the clock ---- */

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

void cff_start_clock(cff_job *job) {
  if (job->wanted.timeout_ms != 0) job->deadline_ns = now_ns() + (uint64_t)job->wanted.timeout_ms * 1000000u;
}

bool cff_is_late(const cff_job *job) { return job->deadline_ns != 0 && now_ns() > job->deadline_ns; }

cupel_status cff_check_clock(cff_job *job) {
  if (!cff_is_late(job)) return job->status;
  return cff_fail(
      job, CUPEL_TIMEOUT, "decoding took longer than timeout_ms = %" PRIu32 " (it was at byte %" PRIu64 ")",
      job->wanted.timeout_ms, job->position);
}

/* ---- memory ---- */

cupel_status cff_check_memory(cff_job *job, uint64_t size) {
  const uint64_t limit = job->wanted.max_memory_bytes, allocated = atomic_load(&job->allocated);
  if (limit == 0 || (allocated <= limit && size <= limit - allocated)) return job->status;
  return cff_fail(
      job, CUPEL_LIMIT,
      "decoding needs at least %" PRIu64 " bytes of memory, over the limit max_memory_bytes = %" PRIu64,
      allocated + size, limit);
}

void *cff_allocate(cff_job *job, uint64_t size) {
  if (cff_check_memory(job, size) != CUPEL_OK) return NULL;
  void *memory = size <= SIZE_MAX ? malloc(size > 0 ? (size_t)size : 1) : NULL;
  if (memory == NULL) {
    cff_fail(job, CUPEL_FAILED, "out of memory: %" PRIu64 " bytes could not be had", size);
    return NULL;
  }
  atomic_fetch_add(&job->allocated, size);
  return memory;
}

void cff_release(cff_job *job, void *memory, uint64_t size) {
  if (memory == NULL) return;
  free(memory);
  atomic_fetch_sub(&job->allocated, size);
}

/* ---- what FFmpeg says ---- */

static _Thread_local cff_job *listener;

void cff_listen(cff_job *job) { listener = job; }

void cff_hear(void *context, int level, const char *format, va_list arguments) {
  (void)context;
  cff_job *job = listener;
  char said[sizeof job->complaint];
  if (job == NULL || level > AV_LOG_ERROR) return;
  vsnprintf(said, sizeof said, format, arguments);
  make_printable(said);
  /* The first is the cause of the others, but for sizes, which are looked at late. */
  if (job->complaint[0] == 0 || strncmp(said, "Picture size", 12) == 0) memcpy(job->complaint, said, sizeof said);
}

/* ---- facts and notes ---- */

static cupel_text text(const char *string) { return (cupel_text){string, strlen(string)}; }

void cff_fact(const cff_job *job, const char *key, const char *format, ...) {
  char value[200];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(value, sizeof value, format, arguments);
  va_end(arguments);
  make_printable(value);
  job->sink->fact(job->sink->context, text(key), text(value));
}

void cff_note(const cff_job *job, const char *code, const char *format, ...) {
  char message[280];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  make_printable(message);
  job->sink->note(job->sink->context, text(code), text(message));
}
