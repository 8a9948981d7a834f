/* Which frames are meant, and their decoding: from one to the next, or from the last key frame before it. */
#include "ffmpeg_plugin.h"

#include <libavutil/mathematics.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Where the decoding is. */
typedef struct walk {
  cff_job *job;
  size_t fed; /* packets that the codec has */
  bool is_draining, may_jump;
  int64_t wanted; /* the time of the frame that is looked for */
  bool has_frame; /* in job->frame, shown at `time` */
  int64_t time;
  size_t frames; /* that came since the beginning */
  uint64_t errors;
  AVFrame *earlier; /* the frame before, in case the one that is looked for does not come */
} walk;

/* ---- which frames ---- */

/* The frame shown at `time`: the last one that began by then. */
static size_t shown_at(const cff_job *job, int64_t time) {
  size_t low = 0, high = job->time_count;
  while (high - low > 1) {
    const size_t middle = low + (high - low) / 2;
    if (job->times[middle] <= time) low = middle;
    else high = middle;
  }
  return low;
}

/* Containers round times to their ticks. Where a frame lasts several, one more makes up for that. */
static int64_t rounding(const cff_job *job) {
  const int64_t span = job->end_time - job->times[0];
  return span / (int64_t)job->time_count >= 8 ? 1 : 0;
}

static uint64_t count_frames(const cff_job *job) {
  if (job->wanted.frame_choice == CUPEL_FRAMES_TIMES) return job->wanted.frame_count;
  const int64_t span = job->end_time - job->times[0] + rounding(job);
  return cdk_frame_count(&job->wanted, job->time_count, (double)span * av_q2d(job->video->time_base));
}

/* Reported times are rounded down to microseconds; one more finds the frame again. */
static int64_t asked_time(const cff_job *job, uint64_t index) {
  const int64_t us = job->wanted.frame_times_us[index];
  const int64_t most = INT64_MAX / 4;
  const int64_t ticks = av_rescale_q_rnd(
      us < most ? us + 1 : most, (AVRational){1, 1000000}, job->video->time_base, AV_ROUND_DOWN | AV_ROUND_PASS_MINMAX);
  /* FFmpeg answers with a negative number where the result has no room. */
  return job->times[0] + (ticks >= 0 && ticks < most ? ticks : most);
}

static void choose(cff_job *job, size_t *chosen, uint64_t count) {
  const bool has_times = job->wanted.frame_choice == CUPEL_FRAMES_TIMES;
  const int64_t span = job->end_time - job->times[0];
  uint64_t late = 0;
  for (uint64_t i = 0; i < count; i++) {
    const int64_t time = has_times ? asked_time(job, i) : job->times[0] + cdk_frame_time(i, count, span) + rounding(job);
    late += time >= job->end_time + rounding(job);
    chosen[i] = !has_times && count == job->time_count ? i : shown_at(job, time);
  }
  if (late > 0) cff_note(job, "times", "%" PRIu64 " of the times are behind the end; the last frame stands for them", late);
}

/* ---- decoding ---- */

static bool is_fatal(const cff_job *job, int result) {
  return result == AVERROR(ENOMEM) || atomic_load(&job->is_over_memory) || job->status != CUPEL_OK;
}

/* A damaged packet is passed over; what it takes away is noted. */
static cupel_status pass_over(walk *walk, int result) {
  cff_job *job = walk->job;
  if (is_fatal(job, result)) return cff_fail_av(job, result, "the pictures could not be decoded");
  job->corrupt_packets++;
  /* More errors than packets come from a codec that does not move on. */
  if (++walk->errors <= 2 * (uint64_t)job->packet_count + 64) return job->status;
  return cff_fail_av(job, result, "the pictures could not be decoded");
}

static cupel_status feed(walk *walk) {
  cff_job *job = walk->job;
  const cff_packet *kept = walk->fed < job->packet_count ? &job->packets[walk->fed] : NULL;
  walk->is_draining = kept == NULL;
  walk->fed += kept != NULL;
  /* Frames that nobody looks at and no other refers to need not be decoded. */
  const bool is_passed = kept != NULL && walk->may_jump && kept->time < walk->wanted;
  job->video_codec->skip_frame = is_passed ? AVDISCARD_NONREF : AVDISCARD_DEFAULT;
  const int result = avcodec_send_packet(job->video_codec, kept != NULL ? kept->packet : NULL);
  return result < 0 ? pass_over(walk, result) : job->status;
}

static int64_t time_of(const walk *walk) {
  const cff_job *job = walk->job;
  if (job->has_unstated_times) return job->times[walk->frames < job->time_count ? walk->frames : job->time_count - 1];
  const AVFrame *frame = job->frame;
  return frame->pts != AV_NOPTS_VALUE ? frame->pts : frame->best_effort_timestamp;
}

/* The next frame into job->frame; false at the end and after a failure. */
static bool next_frame(walk *walk) {
  cff_job *job = walk->job;
  while (cff_check_clock(job) == CUPEL_OK) {
    const int result = avcodec_receive_frame(job->video_codec, job->frame);
    if (result == 0) {
      walk->has_frame = true;
      walk->time = time_of(walk);
      walk->frames++;
      return true;
    }
    if (result == AVERROR_EOF || (result == AVERROR(EAGAIN) && walk->is_draining)) return false;
    if (result == AVERROR(EAGAIN) ? feed(walk) != CUPEL_OK : pass_over(walk, result) != CUPEL_OK) return false;
  }
  return false;
}

static void restart(walk *walk, size_t packet) {
  avcodec_flush_buffers(walk->job->video_codec);
  av_frame_unref(walk->earlier);
  av_frame_unref(walk->job->frame);
  walk->has_frame = false;
  walk->fed = packet;
  walk->is_draining = false;
}

/* Goes to the last key frame from which the wanted frame can be decoded, if that is ahead. Frames that come after a key frame
 * and are shown before it may refer to what was before it. */
static void jump(walk *walk) {
  const cff_job *job = walk->job;
  size_t at = walk->fed;
  while (at < job->packet_count && job->packets[at].time != walk->wanted) at++;
  for (; at < job->packet_count && at > walk->fed; at--) {
    const cff_packet *kept = &job->packets[at];
    if ((kept->packet->flags & AV_PKT_FLAG_KEY) == 0 || kept->time > walk->wanted) continue;
    restart(walk, at);
    return;
  }
}

/* Decodes until the frame of walk->wanted is in job->frame. False where it does not come: then job->frame has a later one, if
 * walk->has_frame. */
static bool find(walk *walk) {
  while (walk->has_frame || next_frame(walk)) {
    if (walk->time >= walk->wanted) return walk->time == walk->wanted;
    av_frame_unref(walk->earlier);
    av_frame_move_ref(walk->earlier, walk->job->frame);
    walk->has_frame = false;
  }
  return false;
}

/* A frame that did not come after a jump may come without one. */
static bool find_without_jumps(walk *walk) {
  if (walk->job->status != CUPEL_OK || !walk->may_jump) return false;
  walk->may_jump = false;
  walk->frames = 0;
  restart(walk, 0);
  return find(walk);
}

/* ---- giving ---- */

static cupel_status give(cff_job *job, AVFrame *frame, int64_t time, uint64_t frames, uint64_t repeats) {
  cff_picture picture;
  job->corrupt_frames += frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0;
  if (cff_picture_make(job, frame, job->wanted.frame_size, frames, &picture) != CUPEL_OK) return job->status;
  const cupel_image image = cff_picture_view(&picture);
  const cupel_frame given = {
      .struct_size = sizeof given,
      .time_us = av_rescale_q_rnd(
          time - job->times[0], job->video->time_base, (AVRational){1, 1000000}, AV_ROUND_DOWN | AV_ROUND_PASS_MINMAX),
      .image = &image,
  };
  cupel_status status = CUPEL_OK;
  for (uint64_t i = 0; i <= repeats && status == CUPEL_OK; i++) status = job->sink->frame(job->sink->context, &given);
  cff_picture_free(job, &picture);
  job->given_frames += 1 + repeats;
  return status == CUPEL_OK ? job->status : cff_fail(job, status, "the host did not take a frame");
}

/* The frame for walk->wanted, or what stands for it: the one before, else the one after; NULL where there is none. */
static AVFrame *frame_for(walk *walk, uint64_t *missing) {
  cff_job *job = walk->job;
  if (walk->may_jump) jump(walk);
  if (find(walk) || find_without_jumps(walk)) return job->frame;
  *missing += 1;
  if (job->status != CUPEL_OK) return NULL;
  if (walk->earlier->buf[0] != NULL) return walk->earlier;
  return walk->has_frame ? job->frame : NULL;
}

static cupel_status give_chosen(walk *walk, const size_t *chosen, uint64_t count) {
  cff_job *job = walk->job;
  uint64_t missing = 0, repeated = 0;
  for (uint64_t i = 0; i < count; i++) {
    uint64_t repeats = 0;
    while (i + 1 < count && chosen[i + 1] == chosen[i]) i++, repeats++;
    walk->wanted = job->times[chosen[i]];
    AVFrame *frame = frame_for(walk, &missing);
    if (frame == NULL || give(job, frame, walk->wanted, count, repeats) != CUPEL_OK) break;
    repeated += repeats;
  }
  if (job->status != CUPEL_OK) return job->status;
  if (job->given_frames < count) return cff_fail_av(job, AVERROR_INVALIDDATA, "no frame could be decoded");
  if (missing > 0) {
    cff_note(job, "dropped", "%" PRIu64 " of the frames could not be decoded; frames beside them stand for them", missing);
  }
  if (repeated > 0) {
    cff_note(job, "repeated", "%" PRIu64 " of the frames are the same as the one before, which is still shown", repeated);
  }
  return job->status;
}

cupel_status cff_video(cff_job *job) {
  const uint64_t count = count_frames(job);
  const uint64_t size = count * sizeof(size_t);
  walk walk = {.job = job, .earlier = av_frame_alloc()};
  size_t *chosen = count <= UINT32_MAX ? cff_allocate(job, size) : NULL;
  job->complaint[0] = 0;
  walk.may_jump = !job->has_unstated_times && job->video->codecpar->codec_id != AV_CODEC_ID_GIF;
  if (walk.earlier == NULL) cff_fail(job, CUPEL_FAILED, "out of memory");
  if (chosen != NULL && job->status == CUPEL_OK) {
    choose(job, chosen, count);
    give_chosen(&walk, chosen, count);
  }
  av_frame_free(&walk.earlier);
  cff_release(job, chosen, size);
  return job->status;
}
