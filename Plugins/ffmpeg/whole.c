/* Whether the file is all there. Decoders make up what is missing; a judge must not see what was made up. Here: JPEG, GIF and
 * RIFF (WebP, WAV, AVI); boxes.c has the others. */
#include "ffmpeg_plugin.h"

#include <inttypes.h>
#include <string.h>

cupel_status cff_fail_cut(cff_job *job, const char *what, uint64_t at, uint64_t stated) {
  return cff_fail(
      job, CUPEL_INVALID_INPUT,
      "the file ends at byte %" PRIu64 " inside %s, which begins at byte %" PRIu64 " and states %" PRIu64
      " bytes; it was cut short",
      job->input->size, what, at, stated);
}

static cupel_status fail_end(cff_job *job, const char *what) {
  return cff_fail(
      job, CUPEL_INVALID_INPUT, "the file ends at byte %" PRIu64 " without %s; it was cut short", job->input->size,
      what);
}

static bool ends_before(const cff_job *job, uint64_t end) { return end > job->input->size; }

/* ---- JPEG ---- */

/* Notes where the Exif block is, if the segment at `at` holds one. */
static void look_for_exif(cff_job *job, uint64_t at, uint32_t size) {
  uint8_t name[6];
  if (size < 8 + sizeof name || job->exif_size != 0) return;
  if (cff_read(job, at + 4, name, sizeof name) != sizeof name || memcmp(name, "Exif\0", 6) != 0) return;
  job->exif = at + 10;
  job->exif_size = size - 8;
}

/* The end of the entropy-coded bytes that begin at `at`: the next marker that is neither stuffing nor a restart. */
static uint64_t end_of_scan(cff_job *job, uint64_t at) {
  for (int last = 0, byte; (byte = cff_byte(job, at)) >= 0; at++) {
    if (last == 0xFF && byte != 0 && byte != 0xFF && (byte < 0xD0 || byte > 0xD7)) return at - 1;
    last = byte;
  }
  return at;
}

static cupel_status check_jpeg(cff_job *job) {
  enum { SCAN = 0xDA, END = 0xD9, EXIF = 0xE1 };
  uint64_t at = 2;
  for (;;) {
    int byte;
    while ((byte = cff_byte(job, at)) >= 0 && byte != 0xFF) at++; /* garbage between segments is passed over */
    while ((byte = cff_byte(job, at)) == 0xFF) at++;
    if (byte < 0) return fail_end(job, "an end marker (EOI)");
    const uint64_t start = at - 1;
    if (byte == END) return job->status;
    at++;
    if (byte == 0 || byte == 1 || (byte >= 0xD0 && byte <= 0xD8)) continue;
    const int high = cff_byte(job, at), low = cff_byte(job, at + 1);
    if (low < 0) return fail_end(job, "an end marker (EOI)");
    const uint32_t size = (uint32_t)(high << 8 | low);
    if (ends_before(job, at + size)) return cff_fail_cut(job, "a segment", start, size);
    if (byte == EXIF) look_for_exif(job, start, size + 2);
    at += size < 2 ? 2 : size;
    if (byte == SCAN) at = end_of_scan(job, at);
  }
}

/* ---- GIF ---- */

/* The byte after a chain of sub-blocks; 0 where the file ends in it. */
static uint64_t end_of_sub_blocks(cff_job *job, uint64_t at) {
  for (int size; (size = cff_byte(job, at)) >= 0; at += (uint64_t)size + 1) {
    if (size == 0) return at + 1;
  }
  return 0;
}

static uint64_t palette_bytes(int flags) { return (flags & 0x80) != 0 ? 3u << ((flags & 7) + 1) : 0; }

static cupel_status check_gif(cff_job *job) {
  enum { PICTURE = 0x2C, EXTENSION = 0x21, END = 0x3B };
  const int flags = cff_byte(job, 10);
  uint64_t at = 13 + palette_bytes(flags < 0 ? 0 : flags);
  for (;;) {
    const uint64_t start = at;
    const int byte = cff_byte(job, at);
    if (byte == END) return job->status;
    if (byte == PICTURE) {
      const int local = cff_byte(job, at + 9);
      at = end_of_sub_blocks(job, at + 11 + palette_bytes(local < 0 ? 0 : local));
    } else if (byte == EXTENSION) {
      at = end_of_sub_blocks(job, at + 2);
    } else if (byte < 0) {
      return fail_end(job, "a trailer");
    } else {
      return cff_fail(
          job, CUPEL_INVALID_INPUT, "a GIF block has the unknown type 0x%02X at byte %" PRIu64, (unsigned)byte, start);
    }
    if (at == 0) return fail_end(job, "a trailer");
  }
}

/* ---- RIFF ---- */

static uint32_t little(const uint8_t bytes[4]) {
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* A size that a writer to a pipe leaves behind. */
static bool is_open(uint32_t size) { return size == 0 || size == UINT32_MAX; }

static cupel_status check_animation(cff_job *job, uint64_t at) {
  enum { ANIMATED = 2 };
  if (cff_byte(job, at) < 0 || (cff_byte(job, at) & ANIMATED) == 0) return job->status;
  return cff_fail(job, CUPEL_UNSUPPORTED, "the file is an animated WebP, which this FFmpeg does not read; send a GIF or a video");
}

static cupel_status check_riff(cff_job *job) {
  uint8_t head[12];
  if (cff_read(job, 0, head, 12) != 12) return fail_end(job, "a header");
  const uint32_t stated = little(head + 4);
  if (!is_open(stated) && ends_before(job, (uint64_t)stated + 8)) return cff_fail_cut(job, "RIFF", 0, stated);
  const uint64_t end = is_open(stated) ? job->input->size : (uint64_t)stated + 8;
  for (uint64_t at = 12; at + 8 <= end && job->status == CUPEL_OK;) {
    if (cff_read(job, at, head, 8) != 8 || cff_check_clock(job) != CUPEL_OK) break;
    const uint32_t size = little(head + 4);
    const bool is_data = memcmp(head, "data", 4) == 0;
    if (is_data && is_open(size)) break; /* to the end of the file */
    if (ends_before(job, at + 8 + size)) return cff_fail_cut(job, "a chunk", at, size);
    if (memcmp(head, "VP8X", 4) == 0 && check_animation(job, at + 8) != CUPEL_OK) return job->status;
    if (memcmp(head, "EXIF", 4) == 0) {
      uint8_t name[6];
      const bool is_named = cff_read(job, at + 8, name, 6) == 6 && memcmp(name, "Exif\0", 6) == 0;
      job->exif = at + (is_named ? 14 : 8);
      job->exif_size = size > 6 ? size - (is_named ? 6 : 0) : 0;
    }
    at += 8 + (uint64_t)size + (size & 1);
  }
  return job->status;
}

cupel_status cff_check_whole(cff_job *job) {
  const char *name = job->format->name;
  if (strcmp(name, "jpeg") == 0) return check_jpeg(job);
  if (strcmp(name, "gif") == 0) return check_gif(job);
  if (strcmp(name, "webp") == 0 || strcmp(name, "wav") == 0 || strcmp(name, "avi") == 0) return check_riff(job);
  if (strcmp(name, "tiff") == 0) {
    job->exif = 0;
    job->exif_size = job->input->size;
  }
  return cff_check_boxes(job);
}
