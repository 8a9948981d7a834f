/* Whether a file in boxes, pages or packets is all there: MP4, Matroska, Ogg, MPEG-TS, MP3. */
#include "ffmpeg_plugin.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static uint64_t big(const uint8_t *bytes, int count) {
  uint64_t value = 0;
  for (int i = 0; i < count; i++) value = value << 8 | bytes[i];
  return value;
}

static bool is_longer(const cff_job *job, uint64_t at, uint64_t size) {
  return size > job->input->size || at > job->input->size - size;
}

/* ---- MP4 ---- */

static cupel_status check_mp4(cff_job *job) {
  uint8_t head[16];
  for (uint64_t at = 0; at < job->input->size && cff_check_clock(job) == CUPEL_OK;) {
    const size_t got = cff_read(job, at, head, sizeof head);
    if (got < 8) return cff_fail_cut(job, "the header of a box", at, 8);
    uint64_t size = big(head, 4);
    if (size == 0) break; /* to the end of the file */
    if (size == 1 && got < 16) return cff_fail_cut(job, "the header of a box", at, 16);
    if (size == 1) size = big(head + 8, 8);
    char name[32];
    snprintf(name, sizeof name, "box '%.4s'", (const char *)head + 4);
    if (size < 8) return cff_fail(job, CUPEL_INVALID_INPUT, "%s at byte %" PRIu64 " states %" PRIu64 " bytes", name, at, size);
    if (is_longer(job, at, size)) return cff_fail_cut(job, name, at, size);
    at += size;
  }
  return job->status;
}

/* ---- Matroska ---- */

/* A number of EBML: the count of leading zero bits says how many bytes it has. 0: there is none. */
static int read_number(cff_job *job, uint64_t at, bool keeps_marker, uint64_t *value) {
  uint8_t bytes[8];
  const size_t got = cff_read(job, at, bytes, sizeof bytes);
  if (got == 0 || bytes[0] == 0) return 0;
  const int count = __builtin_clz((unsigned)bytes[0]) - 24 + 1;
  if ((size_t)count > got) return 0;
  *value = big(bytes, count);
  if (!keeps_marker) *value &= ((uint64_t)1 << (7 * count)) - 1;
  return count;
}

/* An element at `at`: its id, where its content begins, and how long that is; UINT64_MAX: not stated. */
static bool read_element(cff_job *job, uint64_t at, uint64_t *id, uint64_t *content, uint64_t *size) {
  const int id_bytes = read_number(job, at, true, id);
  if (id_bytes == 0 || id_bytes > 4) return false;
  const int size_bytes = read_number(job, at + (uint64_t)id_bytes, false, size);
  if (size_bytes == 0) return false;
  *content = at + (uint64_t)id_bytes + (uint64_t)size_bytes;
  if (*size == ((uint64_t)1 << (7 * size_bytes)) - 1) *size = UINT64_MAX;
  return true;
}

/* The file's own elements, and those of the segment, whose sizes a live recording leaves open. */
static cupel_status check_matroska(cff_job *job) {
  const uint64_t segment = 0x18538067, cluster = 0x1F43B675;
  uint64_t at = 0, id, content, size;
  while (at < job->input->size && cff_check_clock(job) == CUPEL_OK) {
    if (!read_element(job, at, &id, &content, &size)) {
      return cff_fail(
          job, CUPEL_INVALID_INPUT, "there is no element at byte %" PRIu64 " of %" PRIu64 "; the file is damaged or cut short", at,
          job->input->size);
    }
    if (size == UINT64_MAX) {
      if (id != segment && id != cluster) break;
      at = content;
      continue;
    }
    if (is_longer(job, content, size)) return cff_fail_cut(job, id == segment ? "the segment" : "an element", at, size);
    at = id == segment ? content : content + size;
  }
  return job->status;
}

/* ---- Ogg ---- */

static cupel_status check_ogg(cff_job *job) {
  enum { HEADER = 27, LAST = 4, MOST_STREAMS = 64 };
  uint32_t open[MOST_STREAMS];
  size_t open_count = 0;
  uint8_t page[HEADER + 255];
  for (uint64_t at = 0; at < job->input->size && cff_check_clock(job) == CUPEL_OK;) {
    const size_t got = cff_read(job, at, page, sizeof page);
    if (got < HEADER) return cff_fail_cut(job, "a page", at, HEADER);
    if (memcmp(page, "OggS", 4) != 0) {
      return cff_fail(job, CUPEL_INVALID_INPUT, "there is no Ogg page at byte %" PRIu64 "; the file is damaged", at);
    }
    uint64_t size = HEADER + (uint64_t)page[26];
    for (size_t i = 0; i < page[26] && HEADER + i < got; i++) size += page[HEADER + i];
    if (is_longer(job, at, size)) return cff_fail_cut(job, "a page", at, size);
    const uint32_t serial = (uint32_t)big(page + 14, 4);
    size_t i = 0;
    while (i < open_count && open[i] != serial) i++;
    const bool is_last = (page[5] & LAST) != 0;
    if (i < open_count && is_last) open[i] = open[--open_count];
    if (i == open_count && !is_last) {
      if (open_count == MOST_STREAMS) return cff_fail(job, CUPEL_LIMIT, "the file has more than %d streams", MOST_STREAMS);
      open[open_count++] = serial;
    }
    at += size;
  }
  if (open_count == 0) return job->status;
  return cff_fail(
      job, CUPEL_INVALID_INPUT, "the file ends at byte %" PRIu64 " without the last page of a stream; it was cut short",
      job->input->size);
}

/* ---- MPEG-TS ---- */

static cupel_status check_mpegts(cff_job *job) {
  enum { PACKET = 188 };
  const uint64_t rest = job->input->size % PACKET;
  return rest == 0 ? job->status : cff_fail_cut(job, "a packet", job->input->size - rest, PACKET);
}

/* ---- MP3 ---- */

/* Encoders leave a frame in front that says how many bytes there are (Xing, Info). Without it nobody can tell. */
static cupel_status check_mp3(cff_job *job) {
  enum { HAS_FRAMES = 1, HAS_BYTES = 2 };
  uint8_t head[10], tag[16];
  uint64_t at = 0;
  if (cff_read(job, 0, head, sizeof head) == sizeof head && memcmp(head, "ID3", 3) == 0) {
    at = sizeof head + ((uint64_t)(head[6] & 127) << 21 | (head[7] & 127) << 14 | (head[8] & 127) << 7 | (head[9] & 127));
    if (is_longer(job, 0, at)) return cff_fail_cut(job, "the ID3 tag", 0, at);
  }
  if (cff_read(job, at, head, 4) != 4 || head[0] != 0xFF) return job->status;
  const bool is_version_1 = (head[1] >> 3 & 3) == 3, is_mono = head[3] >> 6 == 3;
  const uint64_t side = is_version_1 ? (is_mono ? 17 : 32) : (is_mono ? 9 : 17);
  if (cff_read(job, at + 4 + side, tag, sizeof tag) != sizeof tag) return job->status;
  if (memcmp(tag, "Xing", 4) != 0 && memcmp(tag, "Info", 4) != 0) return job->status;
  if ((tag[7] & HAS_BYTES) == 0) return job->status;
  const uint64_t size = big(tag + ((tag[7] & HAS_FRAMES) != 0 ? 12 : 8), 4);
  return is_longer(job, at, size) ? cff_fail_cut(job, "the sound", at, size) : job->status;
}

cupel_status cff_check_boxes(cff_job *job) {
  const char *demuxer = job->format->demuxer;
  if (strcmp(demuxer, "mov") == 0) return check_mp4(job);
  if (strcmp(demuxer, "matroska") == 0) return check_matroska(job);
  if (strcmp(demuxer, "ogg") == 0) return check_ogg(job);
  if (strcmp(demuxer, "mpegts") == 0) return check_mpegts(job);
  if (strcmp(demuxer, "mp3") == 0) return check_mp3(job);
  return job->status;
}
