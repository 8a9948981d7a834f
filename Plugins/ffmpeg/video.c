/* Which frames are meant, and how they are given. */
#include "ffmpeg_plugin.h"

#include <libavutil/mathematics.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- which frames ---- */

/* The frame shown at `time`: the last one that began by then. */
size_t cff_shown_at(const cff_job *job, int64_t time) {
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
    chosen[i] = !has_times && count == job->time_count ? i : cff_shown_at(job, time);
  }
  if (late > 0) cff_note(job, "times", "%" PRIu64 " of the times are behind the end; the last frame stands for them", late);
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

/* ---- interlaced frames ---- */

enum { NEAR = 3 };

/* The way through the file, with the frames beside the one that is shown once they matter. */
typedef struct viewer {
  cff_walk walk;
  AVFrame *near[NEAR]; /* the frame `i` of job->times in near[i % NEAR], if places[i % NEAR] is i */
  size_t places[NEAR];
  AVFrame *mixed;
  bool has_neighbours;
} viewer;

/* The frame `index`, kept until others need its place; what stands for one that does not come is not. */
static AVFrame *neighbour(viewer *viewer, size_t index, uint64_t *missing) {
  AVFrame *kept = viewer->near[index % NEAR];
  if (kept->buf[0] != NULL && viewer->places[index % NEAR] == index) return kept;
  const uint64_t missed = *missing;
  cff_job *job = viewer->walk.job;
  AVFrame *found = cff_walk_to(&viewer->walk, job->times[index], missing);
  if (found == NULL || *missing > missed) return found;
  av_frame_unref(kept);
  if (av_frame_ref(kept, found) < 0) {
    cff_fail(job, CUPEL_FAILED, "out of memory");
    return NULL;
  }
  viewer->places[index % NEAR] = index;
  return kept;
}

/* The same where it only helps another frame. */
static AVFrame *helper(viewer *viewer, size_t index) {
  uint64_t missing = 0;
  AVFrame *frame = neighbour(viewer, index, &missing);
  return missing == 0 ? frame : NULL;
}

/* A frame that is interlaced, made whole with the help of those beside it. */
static AVFrame *whole(viewer *viewer, size_t index, uint64_t *missing) {
  cff_job *job = viewer->walk.job;
  AVFrame *before = index > 0 ? helper(viewer, index - 1) : NULL;
  if (job->status != CUPEL_OK) return NULL;
  const uint64_t missed = *missing;
  AVFrame *now = neighbour(viewer, index, missing);
  if (now == NULL || *missing > missed || !now->interlaced_frame || !cff_fields_can_mix(now)) return now;
  AVFrame *after = index + 1 < job->time_count ? helper(viewer, index + 1) : NULL;
  return job->status == CUPEL_OK && cff_fields_mix(job, before, now, after, viewer->mixed) == CUPEL_OK ? viewer->mixed : NULL;
}

/* The frame `index`, or what stands for it; NULL where there is none. */
static AVFrame *shown(viewer *viewer, size_t index, uint64_t *missing) {
  cff_job *job = viewer->walk.job;
  if (viewer->has_neighbours) return whole(viewer, index, missing);
  AVFrame *frame = cff_walk_to(&viewer->walk, job->times[index], missing);
  if (frame == NULL || !frame->interlaced_frame || !cff_fields_can_mix(frame)) return frame;
  /* The first that is: the one before it has gone by. */
  viewer->has_neighbours = true;
  if (index > 0) cff_walk_again(&viewer->walk);
  return whole(viewer, index, missing);
}

static cupel_status begin(cff_job *job, viewer *viewer) {
  *viewer = (struct viewer){.mixed = av_frame_alloc()};
  bool is_complete = cff_walk_begin(job, &viewer->walk) == CUPEL_OK && viewer->mixed != NULL;
  for (int i = 0; i < NEAR; i++) is_complete &= (viewer->near[i] = av_frame_alloc()) != NULL;
  const enum AVFieldOrder order = job->video->codecpar->field_order;
  viewer->has_neighbours = order != AV_FIELD_UNKNOWN && order != AV_FIELD_PROGRESSIVE;
  return is_complete ? job->status : cff_fail(job, CUPEL_FAILED, "out of memory");
}

static void end(viewer *viewer) {
  cff_walk_end(&viewer->walk);
  for (int i = 0; i < NEAR; i++) av_frame_free(&viewer->near[i]);
  av_frame_free(&viewer->mixed);
}

/* ---- all of them ---- */

static cupel_status give_chosen(viewer *viewer, const size_t *chosen, uint64_t count) {
  cff_job *job = viewer->walk.job;
  uint64_t missing = 0, repeated = 0;
  for (uint64_t i = 0; i < count; i++) {
    uint64_t repeats = 0;
    while (i + 1 < count && chosen[i + 1] == chosen[i]) i++, repeats++;
    AVFrame *frame = shown(viewer, chosen[i], &missing);
    if (frame == NULL || give(job, frame, job->times[chosen[i]], count, repeats) != CUPEL_OK) break;
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
  const bool has_scenes = job->wanted.frame_choice == CUPEL_FRAMES_SCENES;
  if (job->wanted.frame_choice > CUPEL_FRAMES_SCENES) {
    return cff_fail(job, CUPEL_UNSUPPORTED, "the choice of frames %" PRIu32 " is not known here", job->wanted.frame_choice);
  }
  uint64_t count = has_scenes ? job->time_count : count_frames(job);
  const uint64_t size = count * sizeof(size_t), packets = job->corrupt_packets;
  viewer viewer;
  size_t *chosen = count <= UINT32_MAX ? cff_allocate(job, size) : NULL;
  if (begin(job, &viewer) == CUPEL_OK && chosen != NULL) {
    if (has_scenes) cff_scenes_choose(job, &viewer.walk, chosen, &count);
    else choose(job, chosen, count);
    if (job->status == CUPEL_OK) give_chosen(&viewer, chosen, count);
  }
  if (job->corrupt_packets - packets < job->scene_packets) job->corrupt_packets = packets + job->scene_packets;
  end(&viewer);
  cff_release(job, chosen, size);
  return job->status;
}
