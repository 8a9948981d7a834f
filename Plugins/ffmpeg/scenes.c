/* Which frames begin a scene, by the score of FFmpeg's scdet: the smaller of how much a frame differs from the one before, in percent of full
 * scale on average, and how much that has changed since. */
#include "ffmpeg_plugin.h"

#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>

#include <math.h>
#include <stdlib.h>

typedef struct scene {
  size_t index; /* of the frame in job->times */
  double score;
} scene;

/* ---- scores ---- */

static uint64_t difference_of_bytes(const uint8_t *left, const uint8_t *right, int count) {
  uint64_t sum = 0;
  for (int i = 0; i < count; i++) sum += (uint64_t)abs(left[i] - right[i]);
  return sum;
}

static uint64_t difference_of_words(const uint16_t *left, const uint16_t *right, int count) {
  uint64_t sum = 0;
  for (int i = 0; i < count; i++) sum += (uint64_t)abs(left[i] - right[i]);
  return sum;
}

/* How many samples a row has that are compared: those of the first plane, which is the luma, or all colours of RGB; 0: the format
 * is not one that can be compared as it is. */
static int samples_of_row(const AVFrame *frame) {
  const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(frame->format);
  const uint64_t others = AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BAYER |
      AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BE;
  if (format == NULL || (format->flags & others) != 0 || format->comp[0].shift != 0) return 0;
  const bool is_in_planes = (format->flags & AV_PIX_FMT_FLAG_PLANAR) != 0;
  if (is_in_planes && (format->flags & AV_PIX_FMT_FLAG_RGB) != 0) return 0;
  const int bytes = av_image_get_linesize(frame->format, frame->width, 0);
  return bytes > 0 ? bytes / (format->comp[0].depth > 8 ? 2 : 1) : 0;
}

/* The mean absolute difference of two frames, in percent of full scale. Frames that cannot be compared have nothing in common. */
static double change(const AVFrame *before, const AVFrame *frame) {
  const int count = samples_of_row(frame);
  const bool is_alike =
      before->format == frame->format && before->width == frame->width && before->height == frame->height;
  if (!is_alike || count == 0) return 100;
  const int depth = av_pix_fmt_desc_get(frame->format)->comp[0].depth;
  uint64_t sum = 0;
  for (int y = 0; y < frame->height; y++) {
    const uint8_t *left = before->data[0] + (ptrdiff_t)before->linesize[0] * y;
    const uint8_t *right = frame->data[0] + (ptrdiff_t)frame->linesize[0] * y;
    sum += depth > 8 ? difference_of_words((const void *)left, (const void *)right, count)
                     : difference_of_bytes(left, right, count);
  }
  return (double)sum * 100 / ((double)count * frame->height) / (double)(UINT64_C(1) << depth);
}

/* ---- which ---- */

static int by_score(const void *a, const void *b) {
  const scene *left = a, *right = b;
  if (left->score != right->score) return left->score < right->score ? 1 : -1;
  return (left->index > right->index) - (left->index < right->index);
}

static int by_index(const void *a, const void *b) {
  const scene *left = a, *right = b;
  return (left->index > right->index) - (left->index < right->index);
}

/* Every frame is decoded, and those that begin a scene go into `scenes`, which has room for all. The first frame always does. */
static uint64_t find_scenes(cff_walk *walk, scene *scenes) {
  cff_job *job = walk->job;
  const double threshold = job->wanted.scene_threshold;
  double last = 0;
  uint64_t count = 1;
  scenes[0] = (scene){0, INFINITY};
  walk->wanted = INT64_MIN; /* none is passed over */
  while (cff_walk_next(walk)) {
    if (walk->earlier->buf[0] != NULL) {
      const double now = change(walk->earlier, job->frame);
      const double score = fmin(fmin(now, fabs(now - last)), 100);
      const size_t index = cff_shown_at(job, walk->time);
      if (score >= threshold && index > scenes[count - 1].index) scenes[count++] = (scene){index, score};
      last = now;
    }
    av_frame_unref(walk->earlier);
    av_frame_move_ref(walk->earlier, job->frame);
  }
  return count;
}

cupel_status cff_scenes_choose(cff_job *job, cff_walk *walk, size_t *chosen, uint64_t *count) {
  const uint64_t size = job->time_count * sizeof(scene);
  scene *scenes = cff_allocate(job, size);
  if (scenes == NULL) return job->status;
  const uint64_t packets = job->corrupt_packets, found = find_scenes(walk, scenes);
  const uint64_t most = job->wanted.max_frames;
  *count = most != 0 && found > most ? most : found;
  if (*count < found) {
    qsort(scenes, found, sizeof *scenes, by_score);
    qsort(scenes, *count, sizeof *scenes, by_index);
    cff_note(job, "scenes", "%zu scenes begin; the %zu that begin most sharply are shown", (size_t)found, (size_t)*count);
  }
  for (uint64_t i = 0; i < *count; i++) chosen[i] = scenes[i].index;
  cff_release(job, scenes, size);
  /* What is damaged is met again when the frames are shown, or is between them. */
  job->scene_packets = job->corrupt_packets - packets;
  job->corrupt_packets = packets;
  if (job->status == CUPEL_OK) cff_walk_again(walk);
  return job->status;
}
