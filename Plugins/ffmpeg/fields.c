/* Interlaced frames as whole ones: the algorithm of FFmpeg's yadif (one frame for a frame), to the bit. The lines of the first field stay.
 * Each line of the other is made from the lines beside it, along the direction in which they fit best, but no further from what
 * the frames before and after have in its place than things moved there. libavfilter has it, and brings thirty more libraries with it. */
#include "ffmpeg_plugin.h"

#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>

#include <stdlib.h>
#include <string.h>

static inline int smaller(int a, int b) { return a < b ? a : b; }
static inline int larger(int a, int b) { return a > b ? a : b; }

/* The rows that a line is made of: `above` and `below` lead from a sample to its neighbours'. `then` and `soon` are the frames that hold the
 * line's own field just before and just after. */
typedef struct rows {
  ptrdiff_t above, below; /* samples */
  int width;
  bool has_second_rows; /* two lines above and below are inside the picture */
} rows;

/* How far two rows differ around a sample, `slant` samples apart from the vertical. */
#define DIFFERENCE(now, slant)                                                          \
  (abs(now[above - 1 + (slant)] - now[below - 1 - (slant)]) +                           \
   abs(now[above + (slant)] - now[below - (slant)]) +                                   \
   abs(now[above + 1 + (slant)] - now[below + 1 - (slant)]))

#define TRY(now, slant)                                                                 \
  (score = DIFFERENCE(now, slant)) < least &&                                           \
      ((least = score), (guess = (now[above + (slant)] + now[below - (slant)]) >> 1), true)

#define DEFINE_LINE(name, sample)                                                                                   \
  static void name(                                                                                                 \
      const rows *rows, sample *to, const sample *before, const sample *now, const sample *after, const sample *then, \
      const sample *soon) {                                                                                         \
    const ptrdiff_t above = rows->above, below = rows->below;                                                       \
    for (int x = 0; x < rows->width; x++, to++, before++, now++, after++, then++, soon++) {                         \
      const int up = now[above], down = now[below], middle = (then[0] + soon[0]) >> 1;                              \
      const int moved = abs(then[0] - soon[0]) >> 1;                                                                \
      const int moved_before = (abs(before[above] - up) + abs(before[below] - down)) >> 1;                          \
      const int moved_after = (abs(after[above] - up) + abs(after[below] - down)) >> 1;                             \
      int reach = larger(moved, larger(moved_before, moved_after)), guess = (up + down) >> 1;                       \
      if (x >= 3 && x < rows->width - 3) {                                                                          \
        int score, least = DIFFERENCE(now, 0) - 1;                                                                  \
        if (TRY(now, -1)) (void)(TRY(now, -2));                                                                     \
        if (TRY(now, 1)) (void)(TRY(now, 2));                                                                       \
      }                                                                                                             \
      if (rows->has_second_rows) {                                                                                  \
        const int upper = (then[2 * above] + soon[2 * above]) >> 1, lower = (then[2 * below] + soon[2 * below]) >> 1; \
        const int most = larger(larger(middle - down, middle - up), smaller(upper - up, lower - down));             \
        const int fewest = smaller(smaller(middle - down, middle - up), larger(upper - up, lower - down));          \
        reach = larger(reach, larger(fewest, -most));                                                               \
      }                                                                                                             \
      *to = (sample)(guess > middle + reach ? middle + reach : guess < middle - reach ? middle - reach : guess);    \
    }                                                                                                               \
  }

DEFINE_LINE(mix_bytes, uint8_t)
DEFINE_LINE(mix_words, uint16_t)

/* Samples of one or two bytes in this machine's order, each colour in a plane of its own. */
bool cff_fields_can_mix(const AVFrame *frame) {
  const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(frame->format);
  const uint64_t others = AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BAYER |
      AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BE;
  if (format == NULL || (format->flags & others) != 0 || frame->width < 3 || frame->height < 3) return false;
  for (int i = 0; i < format->nb_components; i++) {
    const AVComponentDescriptor *component = &format->comp[i];
    if (component->plane != i || component->step > 2 || component->offset != 0 || component->shift != 0) return false;
    if (component->step != (component->depth > 8 ? 2 : 1)) return false;
  }
  return frame->height >> format->log2_chroma_h >= 3 && frame->width >> format->log2_chroma_w >= 3;
}

static bool is_alike(const AVFrame *left, const AVFrame *right) {
  return left->format == right->format && left->width == right->width && left->height == right->height;
}

static const void *row(const AVFrame *frame, int plane, int y) {
  return frame->data[plane] + (ptrdiff_t)frame->linesize[plane] * y;
}

/* All lines of a plane. The frames' rows must be of one length, so that `above` and `below` fit them all. */
static void mix_plane(AVFrame *to, const AVFrame *before, const AVFrame *now, const AVFrame *after, int plane, int width,
    int height, int bytes) {
  const int kept = now->top_field_first ? 0 : 1;
  const ptrdiff_t stride = now->linesize[plane] / bytes;
  for (int y = 0; y < height; y++) {
    uint8_t *line = to->data[plane] + (ptrdiff_t)to->linesize[plane] * y;
    const void *of_before = row(before, plane, y), *of_now = row(now, plane, y), *of_after = row(after, plane, y);
    if ((y & 1) == kept) {
      memcpy(line, of_now, (size_t)width * (size_t)bytes);
      continue;
    }
    const rows rows = {
        .above = y > 0 ? -stride : stride,
        .below = y + 1 < height ? stride : -stride,
        .width = width,
        .has_second_rows = y != 1 && y + 2 != height,
    };
    /* The first field is kept, so its other one was taken after it: between this frame and the last. */
    if (bytes == 1) mix_bytes(&rows, line, of_before, of_now, of_after, of_before, of_now);
    else mix_words(&rows, (void *)line, of_before, of_now, of_after, of_before, of_now);
  }
}

static bool has_equal_strides(const AVFrame *left, const AVFrame *right) {
  return memcmp(left->linesize, right->linesize, sizeof left->linesize) == 0;
}

cupel_status cff_fields_mix(
    cff_job *job, const AVFrame *before, const AVFrame *now, const AVFrame *after, AVFrame *mixed) {
  const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(now->format);
  const int size = av_image_get_buffer_size(now->format, now->width, now->height, 64);
  if (before == NULL || !is_alike(before, now) || !has_equal_strides(before, now)) before = now;
  if (after == NULL || !is_alike(after, now) || !has_equal_strides(after, now)) after = now;
  av_frame_unref(mixed);
  if (cff_check_memory(job, size > 0 ? (uint64_t)size : 0) != CUPEL_OK) return job->status;
  mixed->format = now->format;
  mixed->width = now->width;
  mixed->height = now->height;
  if (av_frame_get_buffer(mixed, 0) < 0 || av_frame_copy_props(mixed, now) < 0) {
    return cff_fail(job, CUPEL_FAILED, "out of memory");
  }
  mixed->interlaced_frame = 0;
  for (int i = 0; i < format->nb_components; i++) {
    const bool is_chroma = (i == 1 || i == 2) && (format->flags & AV_PIX_FMT_FLAG_RGB) == 0;
    const int width = is_chroma ? AV_CEIL_RSHIFT(now->width, format->log2_chroma_w) : now->width;
    const int height = is_chroma ? AV_CEIL_RSHIFT(now->height, format->log2_chroma_h) : now->height;
    mix_plane(mixed, before, now, after, i, width, height, format->comp[i].step);
  }
  job->mixed_frames++;
  return job->status;
}
