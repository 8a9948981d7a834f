/* The one walk over the file. Packets of pictures are kept, so that their times are known before any is decoded and a part can
 * be decoded without seeking; sound is decoded on the way. */
#include "ffmpeg_plugin.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Thirty years. */
static const double MOST_SECONDS = 1e9;

/* What a kept packet costs besides its bytes. */
enum { PACKET_COST = sizeof(AVPacket) + sizeof(cff_packet) + AV_INPUT_BUFFER_PADDING_SIZE + 64 };

static bool is_shown(const cff_packet *kept) { return (kept->packet->flags & AV_PKT_FLAG_DISCARD) == 0; }

static cupel_status grow(cff_job *job) {
  if (job->packet_count < job->packet_capacity) return job->status;
  const size_t capacity = job->packet_capacity < 64 ? 64 : 2 * job->packet_capacity;
  cff_packet *packets = realloc(job->packets, capacity * sizeof *packets);
  if (packets == NULL) return cff_fail(job, CUPEL_FAILED, "out of memory");
  job->packets = packets;
  job->packet_capacity = capacity;
  return job->status;
}

static cupel_status keep(cff_job *job) {
  AVPacket *packet = job->packet;
  if (packet->size == 0) return job->status; /* would end the decoding; AVI has them for frames that were left out */
  const uint64_t cost = (uint64_t)packet->size + PACKET_COST;
  if (cff_check_memory(job, cost) != CUPEL_OK || grow(job) != CUPEL_OK) return job->status;
  AVPacket *own = av_packet_alloc();
  if (own == NULL) return cff_fail(job, CUPEL_FAILED, "out of memory");
  av_packet_move_ref(own, packet);
  atomic_fetch_add(&job->allocated, cost);
  const int64_t time = own->pts != AV_NOPTS_VALUE ? own->pts : own->dts;
  job->has_unstated_times |= own->pts == AV_NOPTS_VALUE;
  job->packets[job->packet_count++] = (cff_packet){own, time};
  return job->status;
}

/* A packet that FFmpeg calls corrupt ended early, or lost a part on the way (MPEG-TS). */
static cupel_status check(cff_job *job) {
  const AVPacket *packet = job->packet;
  if ((packet->flags & AV_PKT_FLAG_CORRUPT) == 0) return job->status;
  job->corrupt_packets++;
  if (strcmp(job->format->demuxer, "mpegts") == 0) return job->status;
  return cff_fail(
      job, CUPEL_INVALID_INPUT, "a packet of %s is cut short near byte %" PRIu64 " of %" PRIu64,
      job->video != NULL && packet->stream_index == job->video->index ? "pictures" : "sound",
      packet->pos >= 0 ? (uint64_t)packet->pos : job->position, job->input->size);
}

static cupel_status take(cff_job *job) {
  const int index = job->packet->stream_index;
  if (job->video != NULL && index == job->video->index) return check(job) == CUPEL_OK ? keep(job) : job->status;
  if (job->audio == NULL || index != job->audio->index || job->packet->size == 0) return job->status;
  return check(job) == CUPEL_OK ? cff_sound_take(job, job->packet) : job->status;
}

/* ---- times ---- */

static int by_time(const void *a, const void *b) {
  const int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
  return (left > right) - (left < right);
}

/* Where a packet says nothing about when it is shown, the times are those at which packets are decoded, in order: as many, and
 * as far apart. */
static void use_decoding_times(cff_job *job) {
  int64_t next = 0;
  for (size_t i = 0; i < job->packet_count; i++) {
    const AVPacket *packet = job->packets[i].packet;
    int64_t time = packet->dts != AV_NOPTS_VALUE ? packet->dts : next;
    if (time < next) time = next;
    job->packets[i].time = time;
    next = time + (packet->duration > 0 ? packet->duration : 1);
  }
}

/* How long the last frame is shown: as it says, or as the others are on average. */
static int64_t last_duration(const cff_job *job) {
  const int64_t first = job->times[0], last = job->times[job->time_count - 1];
  for (size_t i = job->packet_count; i-- > 0;) {
    const cff_packet *kept = &job->packets[i];
    if (kept->time == last && kept->packet->duration > 0) return kept->packet->duration;
  }
  const int64_t average = job->time_count > 1 ? (last - first) / (int64_t)(job->time_count - 1) : 0;
  return average > 0 ? average : 1;
}

static cupel_status find_times(cff_job *job) {
  /* A time that no sane file has would overflow what is computed with it. */
  const int64_t most = INT64_MAX / 4;
  if (job->has_unstated_times) use_decoding_times(job);
  job->times = cff_allocate(job, job->packet_count * sizeof *job->times);
  if (job->times == NULL) return job->status;
  size_t count = 0;
  for (size_t i = 0; i < job->packet_count; i++) {
    if (!is_shown(&job->packets[i])) continue;
    const int64_t time = job->packets[i].time;
    if (time > most || time < -most) {
      return cff_fail(job, CUPEL_INVALID_INPUT, "a frame states the time %" PRId64 ", which cannot be", time);
    }
    job->times[count++] = time;
  }
  if (count == 0) return cff_fail(job, CUPEL_INVALID_INPUT, "the file holds no frame that is shown");
  qsort(job->times, count, sizeof *job->times, by_time);
  job->time_count = 1;
  for (size_t i = 1; i < count; i++) {
    if (job->times[i] != job->times[job->time_count - 1]) job->times[job->time_count++] = job->times[i];
  }
  const int64_t duration = last_duration(job);
  job->end_time = job->times[job->time_count - 1] + (duration < most ? duration : most);
  /* Ticks of years are as good as none: in microseconds their times would not fit a number. */
  const double seconds = (double)(job->end_time - job->times[0]) * av_q2d(job->video->time_base);
  if (seconds <= MOST_SECONDS) return job->status;
  return cff_fail(
      job, CUPEL_INVALID_INPUT, "the pictures are shown for %.0f s; accepted: up to %.0f s", seconds, MOST_SECONDS);
}

/* ---- the walk ---- */

cupel_status cff_packets_read(cff_job *job) {
  const bool is_one = (job->format->may_hold & (CFF_MOVING | CFF_SOUND)) == 0;
  while (cff_check_clock(job) == CUPEL_OK && !(is_one && job->packet_count > 0)) {
    const int result = av_read_frame(job->container, job->packet);
    if (result == AVERROR_EOF && !job->is_unreadable) break;
    if (result < 0) return cff_fail_av(job, result, "the file could not be read further");
    take(job);
    av_packet_unref(job->packet);
  }
  if (job->status != CUPEL_OK) return job->status;
  if (job->audio != NULL && cff_sound_take(job, NULL) != CUPEL_OK) return job->status;
  if (job->video == NULL) return job->status;
  if (job->packet_count == 0) {
    return cff_fail(job, CUPEL_INVALID_INPUT, "the file (%s) states pictures and holds none", job->format->name);
  }
  return find_times(job);
}

void cff_packets_free(cff_job *job) {
  for (size_t i = 0; i < job->packet_count; i++) av_packet_free(&job->packets[i].packet);
  free(job->packets);
  free(job->times);
}
