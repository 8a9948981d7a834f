/* One decode: the first error, the clock, memory under the limit, and reading through a window. */
#define _DEFAULT_SOURCE

#include "png_plugin.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

cupel_status cpng_job_fail(cpng_job *job, cupel_status status, const char *format, ...) {
  if (job->status != CUPEL_OK) return job->status;
  job->status = status;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(job->message, sizeof job->message, format, arguments);
  va_end(arguments);
  return status;
}

/* ---- the clock ---- */

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

void cpng_job_start_clock(cpng_job *job) {
  if (job->wanted.timeout_ms != 0) job->deadline_ns = now_ns() + (uint64_t)job->wanted.timeout_ms * 1000000u;
}

cupel_status cpng_job_check_clock(cpng_job *job) {
  if (job->deadline_ns == 0 || now_ns() <= job->deadline_ns) return CUPEL_OK;
  return cpng_job_fail(
      job, CUPEL_TIMEOUT, "decoding took longer than timeout_ms = %" PRIu32 " (it was at byte %" PRIu64 ")",
      job->wanted.timeout_ms, job->position);
}

/* ---- memory ---- */

/* Before every block stands its size, since libpng frees without saying it. 16 bytes keep the alignment of malloc. */
enum { BLOCK_HEADER = 16 };

cupel_status cpng_job_check_memory(cpng_job *job, uint64_t size) {
  const uint64_t limit = job->wanted.max_memory_bytes;
  if (limit == 0 || (job->allocated <= limit && size <= limit - job->allocated)) return CUPEL_OK;
  return cpng_job_fail(
      job, CUPEL_LIMIT,
      "decoding needs at least %" PRIu64 " bytes of memory, over the limit max_memory_bytes = %" PRIu64,
      job->allocated + size, limit);
}

/* Touching a picture's memory for the first time costs a page fault for every 4 KiB, a fifth of the decode of a flat
 * picture. The hint is for whole huge pages inside the block; where it does nothing, nothing is lost. */
static void prefer_huge_pages(uint8_t *block, size_t size) {
#ifdef MADV_HUGEPAGE
  const uintptr_t page = 1 << 21, start = ((uintptr_t)block + page - 1) & ~(page - 1),
                  end = ((uintptr_t)block + size) & ~(page - 1);
  if (end > start) madvise((void *)start, end - start, MADV_HUGEPAGE);
#else
  (void)block, (void)size;
#endif
}

void *cpng_job_allocate(cpng_job *job, uint64_t size) {
  if (size > SIZE_MAX - BLOCK_HEADER) {
    cpng_job_fail(job, CUPEL_FAILED, "out of memory");
    return NULL;
  }
  if (cpng_job_check_memory(job, size) != CUPEL_OK) return NULL;
  uint8_t *block = malloc((size_t)size + BLOCK_HEADER);
  if (block == NULL) {
    cpng_job_fail(job, CUPEL_FAILED, "out of memory: %" PRIu64 " bytes could not be had", size);
    return NULL;
  }
  prefer_huge_pages(block, (size_t)size);
  memcpy(block, &size, sizeof size);
  job->allocated += size;
  return block + BLOCK_HEADER;
}

void cpng_job_release(cpng_job *job, void *memory) {
  if (memory == NULL) return;
  uint8_t *block = (uint8_t *)memory - BLOCK_HEADER;
  uint64_t size;
  memcpy(&size, block, sizeof size);
  job->allocated -= size;
  free(block);
}

/* ---- reading ---- */

/* Fills the window from job->position on. Each filling looks at the clock, so that libpng cannot inflate for long
 * unseen: a window holds at most 32 MB of pixels. */
static cupel_status fill_window(cpng_job *job) {
  if (cpng_job_check_clock(job) != CUPEL_OK) return job->status;
  const int64_t got = job->input->read_at(job->input->context, job->position, job->window, sizeof job->window);
  if (got < 0 || (uint64_t)got > sizeof job->window) {
    return cpng_job_fail(job, CUPEL_FAILED, "the file could not be read at byte %" PRIu64, job->position);
  }
  if (got == 0)
    return cpng_job_fail(
        job, CUPEL_INVALID_INPUT, "the file ends at byte %" PRIu64 "; it was cut short", job->position);
  job->window_start = job->position;
  job->window_size = (size_t)got;
  return CUPEL_OK;
}

cupel_status cpng_job_read(cpng_job *job, void *buffer, size_t size) {
  uint8_t *to = buffer;
  job->last_read = job->position;
  while (size > 0) {
    const bool is_inside = job->position >= job->window_start && job->position - job->window_start < job->window_size;
    if (!is_inside && fill_window(job) != CUPEL_OK) return job->status;
    const size_t at = (size_t)(job->position - job->window_start);
    const size_t count = job->window_size - at < size ? job->window_size - at : size;
    memcpy(to, job->window + at, count);
    to += count;
    size -= count;
    job->position += count;
  }
  return CUPEL_OK;
}
