/* The file by position: a window for our own looking, an AVIOContext for FFmpeg. */
#include "ffmpeg_plugin.h"

#include <string.h>

/* One read of FFmpeg's; large enough that the host is not asked often. */
enum { AVIO_BUFFER = 65536 };

/* Reads once; -1 when the host could not. */
static int64_t read_some(cff_job *job, uint64_t offset, void *buffer, size_t size) {
  if (offset >= job->input->size) return 0;
  const int64_t got = job->input->read_at(job->input->context, offset, buffer, size);
  if (got >= 0 && (uint64_t)got <= size) return got;
  job->is_unreadable = true;
  return -1;
}

size_t cff_read(cff_job *job, uint64_t offset, void *buffer, size_t size) {
  size_t done = 0;
  while (done < size) {
    const int64_t got = read_some(job, offset + done, (uint8_t *)buffer + done, size - done);
    if (got <= 0) break;
    done += (size_t)got;
  }
  return done;
}

int cff_byte(cff_job *job, uint64_t offset) {
  if (offset < job->window_start || offset - job->window_start >= job->window_size) {
    if (cff_check_clock(job) != CUPEL_OK) return -1;
    job->window_start = offset;
    job->window_size = cff_read(job, offset, job->window, sizeof job->window);
    if (job->window_size == 0) return -1;
  }
  return job->window[offset - job->window_start];
}

/* ---- FFmpeg's reader ---- */

static int read_packet(void *opaque, uint8_t *buffer, int size) {
  cff_job *job = opaque;
  if (size <= 0) return AVERROR(EINVAL);
  if (cff_is_late(job)) return AVERROR_EXIT;
  const int64_t got = read_some(job, job->position, buffer, (size_t)size);
  if (got < 0) return AVERROR(EIO);
  if (got == 0) return AVERROR_EOF; /* 0 does not mean the end here */
  job->position += (uint64_t)got;
  return (int)got;
}

static int64_t seek(void *opaque, int64_t offset, int whence) {
  cff_job *job = opaque;
  int64_t base = 0;
  switch (whence & ~AVSEEK_FORCE) {
    case AVSEEK_SIZE:
      return (int64_t)job->input->size;
    case SEEK_SET:
      break;
    case SEEK_CUR:
      base = (int64_t)job->position;
      break;
    case SEEK_END:
      base = (int64_t)job->input->size;
      break;
    default:
      return AVERROR(EINVAL);
  }
  int64_t position;
  if (__builtin_add_overflow(base, offset, &position) || position < 0) return AVERROR(EINVAL);
  job->position = (uint64_t)position;
  return position;
}

cupel_status cff_input_open(cff_job *job) {
  if (job->input->size > INT64_MAX) return cff_fail(job, CUPEL_INVALID_INPUT, "the file is too large");
  uint8_t *buffer = av_malloc(AVIO_BUFFER);
  if (buffer != NULL) job->avio = avio_alloc_context(buffer, AVIO_BUFFER, 0, job, read_packet, NULL, seek);
  if (job->avio == NULL) {
    av_free(buffer);
    return cff_fail(job, CUPEL_FAILED, "out of memory");
  }
  return CUPEL_OK;
}
