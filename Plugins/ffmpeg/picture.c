/* A frame to RGB8 as it is to be seen: on a background, in size, upright. */
#include "ffmpeg_plugin.h"

#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Rows of what swscale writes are padded: its vector code may write behind the last pixel. */
enum { ALIGNMENT = 64, PADDING = 64 };
#define FLAGS (SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_BITEXACT)

/* What swscale is given: a frame, or one field of it. */
typedef struct source {
  const uint8_t *planes[4];
  int strides[4];
  int width, height;
  enum AVPixelFormat format;
} source;

static uint32_t aligned_stride(uint32_t width, uint32_t bytes) {
  return (width * bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static cupel_status allocate(cff_job *job, cdk_extent extent, uint32_t bytes, cff_picture *picture) {
  *picture = (cff_picture){.extent = extent};
  if (extent.width > INT32_MAX / 8) return cff_fail(job, CUPEL_LIMIT, "a picture %" PRIu32 " pixels wide is too wide", extent.width);
  picture->stride = aligned_stride(extent.width, bytes);
  picture->allocated = (uint64_t)picture->stride * extent.height + PADDING;
  picture->pixels = cff_allocate(job, picture->allocated);
  return job->status;
}

void cff_picture_free(cff_job *job, cff_picture *picture) {
  cff_release(job, picture->pixels, picture->allocated);
  picture->pixels = NULL;
}

cupel_image cff_picture_view(const cff_picture *picture) {
  return (cupel_image){
      .struct_size = sizeof(cupel_image),
      .width = picture->extent.width,
      .height = picture->extent.height,
      .stride = picture->stride,
      .pixels = picture->pixels,
  };
}

/* ---- the frame ---- */

/* The lines of an interlaced frame were taken at two times. Where it could not be made whole (fields.c), those of the first are taken, and
 * stretched. */
static source source_of(cff_job *job, const AVFrame *frame) {
  const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(frame->format);
  source source = {.width = frame->width, .height = frame->height, .format = frame->format};
  for (int i = 0; i < 4; i++) {
    source.planes[i] = frame->data[i];
    source.strides[i] = frame->linesize[i];
  }
  const int field = frame->height / 2 / (1 << format->log2_chroma_h) * (1 << format->log2_chroma_h);
  if (!frame->interlaced_frame || field < 2 || (format->flags & AV_PIX_FMT_FLAG_PAL) != 0) return source;
  job->interlaced_frames++;
  source.height = field;
  for (int i = 0; i < 4 && source.planes[i] != NULL; i++) {
    if (!frame->top_field_first) source.planes[i] += source.strides[i];
    source.strides[i] *= 2;
  }
  return source;
}

static bool has_full_range(const AVFrame *frame) {
  switch (frame->format) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ411P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ440P:
    case AV_PIX_FMT_YUVJ444P:
      return true;
    default:
      return frame->color_range == AVCOL_RANGE_JPEG;
  }
}

/* Converts and scales in one go. */
static cupel_status convert(cff_job *job, struct SwsContext **scaler, const source *source, bool is_full_range, int colours,
    enum AVPixelFormat format, cff_picture *picture) {
  const int width = (int)picture->extent.width, height = (int)picture->extent.height;
  job->complaint[0] = 0;
  *scaler = sws_getCachedContext(
      *scaler, source->width, source->height, source->format, width, height, format, FLAGS, NULL, NULL, NULL);
  if (*scaler == NULL) {
    return cff_fail(
        job, CUPEL_UNSUPPORTED, "a picture of %d x %d pixels in %s cannot be made one of %d x %d", source->width,
        source->height, av_get_pix_fmt_name(source->format), width, height);
  }
  const int *matrix = sws_getCoefficients(colours);
  sws_setColorspaceDetails(*scaler, matrix, is_full_range, matrix, 0, 0, 1 << 16, 1 << 16);
  uint8_t *planes[4] = {picture->pixels};
  const int strides[4] = {(int)picture->stride};
  const int lines = sws_scale(*scaler, source->planes, source->strides, 0, source->height, planes, strides);
  return lines == height ? job->status : cff_fail_av(job, lines < 0 ? lines : AVERROR_BUG, "the picture could not be scaled");
}

/* ---- transparency ---- */

/* Mixed as sRGB values, rounded, which is what browsers show. RGBA to RGB, in place. */
static void composite(cff_job *job, cff_picture *picture) {
  const uint8_t *background = job->wanted.background_rgb;
  for (uint32_t y = 0; y < picture->extent.height; y++) {
    const uint8_t *from = picture->pixels + (size_t)picture->stride * y;
    uint8_t *to = picture->pixels + (size_t)picture->stride * y;
    for (uint32_t x = 0; x < picture->extent.width; x++, from += 4, to += 3) {
      const uint32_t alpha = from[3];
      job->translucent += alpha != 255;
      for (int i = 0; i < 3; i++) to[i] = (uint8_t)((from[i] * alpha + background[i] * (255 - alpha) + 127) / 255);
    }
  }
}

static bool has_alpha(enum AVPixelFormat format) {
  const AVPixFmtDescriptor *found = av_pix_fmt_desc_get(format);
  return (found->flags & (AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_PAL)) != 0;
}

/* A frame with transparency in its own size, opaque; `source` is what is to be scaled then. */
static cupel_status make_opaque(
    cff_job *job, const AVFrame *frame, source *source, cff_picture *opaque) {
  const cdk_extent extent = {(uint32_t)source->width, (uint32_t)source->height};
  if (allocate(job, extent, 4, opaque) != CUPEL_OK) return job->status;
  if (convert(job, &job->unpacker, source, has_full_range(frame), frame->colorspace, AV_PIX_FMT_RGBA, opaque) != CUPEL_OK) {
    return job->status;
  }
  composite(job, opaque);
  memset(source->planes, 0, sizeof source->planes);
  source->planes[0] = opaque->pixels;
  source->strides[0] = (int)opaque->stride;
  source->format = AV_PIX_FMT_RGB24;
  return job->status;
}

/* ---- high dynamic range ---- */

/* In the size that is wanted: scaled in its own transfer, then mapped. Rows shrink to half their length, and move up. */
static cupel_status make_mapped(cff_job *job, const AVFrame *frame, const source *source, cff_picture *picture) {
  const int colours = frame->colorspace == AVCOL_SPC_UNSPECIFIED ? AVCOL_SPC_BT2020_NCL : frame->colorspace;
  if (cff_tone_map_make(job, frame) != CUPEL_OK || allocate(job, picture->extent, 6, picture) != CUPEL_OK ||
      convert(job, &job->scaler, source, has_full_range(frame), colours, AV_PIX_FMT_RGB48LE, picture) != CUPEL_OK) {
    return job->status;
  }
  const uint32_t wide = picture->stride;
  picture->stride = aligned_stride(picture->extent.width, 3);
  for (uint32_t y = 0; y < picture->extent.height; y++) {
    const uint8_t *from = picture->pixels + (size_t)wide * y;
    uint8_t *to = picture->pixels + (size_t)picture->stride * y;
    cff_tone_map_row(job->tone_map, (const uint16_t *)(const void *)from, to, picture->extent.width);
  }
  return job->status;
}

/* ---- orientation ---- */

static bool is_on_its_side(int orientation) { return orientation >= 5; }

/* The orientation of Exif that a display matrix means; 0: an angle that is none of them. */
static int orientation_of(const int32_t *matrix) {
  static const int known[9][4] = {{0}, {1, 0, 0, 1}, {-1, 0, 0, 1}, {-1, 0, 0, -1}, {1, 0, 0, -1},
                                  {0, 1, 1, 0}, {0, 1, -1, 0}, {0, -1, -1, 0}, {0, -1, 1, 0}};
  const int32_t parts[4] = {matrix[0], matrix[1], matrix[3], matrix[4]};
  for (int orientation = 1; orientation <= 8; orientation++) {
    bool fits = true;
    for (int i = 0; i < 4; i++) fits &= (parts[i] > 1 << 15) - (parts[i] < -(1 << 15)) == known[orientation][i];
    if (fits) return orientation;
  }
  return 0;
}

static int orientation(cff_job *job, const AVFrame *frame) {
  const AVFrameSideData *of_frame = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
  size_t size = of_frame != NULL ? of_frame->size : 0;
  const uint8_t *matrix = of_frame != NULL ? of_frame->data : NULL;
  if (matrix == NULL) matrix = av_stream_get_side_data(job->video, AV_PKT_DATA_DISPLAYMATRIX, &size);
  if (matrix == NULL || size < 9 * sizeof(int32_t)) return job->orientation;
  const int found = orientation_of((const int32_t *)(const void *)matrix);
  if (found != 0) job->orientation = found;
  return job->orientation;
}

/* Where the pixel that is seen at (x, y) is stored, in a picture of `extent`. */
static size_t stored(int orientation, cdk_extent extent, uint32_t stride, uint32_t x, uint32_t y) {
  const uint32_t right = extent.width - 1, bottom = extent.height - 1;
  uint32_t from_x = x, from_y = y;
  if (is_on_its_side(orientation)) from_x = y, from_y = x;
  if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) from_x = right - from_x;
  if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) from_y = bottom - from_y;
  return (size_t)stride * from_y + (size_t)3 * from_x;
}

static cupel_status turn(cff_job *job, int orientation, cff_picture *picture) {
  if (orientation == 1) return job->status;
  cff_picture upright;
  const cdk_extent extent = picture->extent;
  const cdk_extent turned = is_on_its_side(orientation) ? (cdk_extent){extent.height, extent.width} : extent;
  if (allocate(job, turned, 3, &upright) != CUPEL_OK) return job->status;
  for (uint32_t y = 0; y < turned.height; y++) {
    uint8_t *to = upright.pixels + (size_t)upright.stride * y;
    for (uint32_t x = 0; x < turned.width; x++, to += 3) {
      memcpy(to, picture->pixels + stored(orientation, extent, picture->stride, x, y), 3);
    }
  }
  cff_picture_free(job, picture);
  *picture = upright;
  return job->status;
}

/* ---- all of it ---- */

/* The size as it is seen before it is turned: pixels of a video may be wider than high. */
static cdk_extent shown_extent(cff_job *job, AVFrame *frame) {
  cdk_extent extent = {(uint32_t)frame->width, (uint32_t)frame->height};
  if (job->is_still) return extent;
  const AVRational aspect = av_guess_sample_aspect_ratio(job->container, job->video, frame);
  if (aspect.num <= 0 || aspect.den <= 0 || aspect.num / aspect.den >= 16 || aspect.den / aspect.num >= 16) return extent;
  const double width = round((double)extent.width * aspect.num / aspect.den);
  if (width >= 1 && width <= INT32_MAX / 8) extent.width = (uint32_t)width;
  return extent;
}

static void remember(cff_job *job, const AVFrame *frame) {
  const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(frame->format);
  job->bit_depth = format->comp[0].depth;
  job->transfer = frame->color_trc;
  job->has_profile |= av_frame_get_side_data(frame, AV_FRAME_DATA_ICC_PROFILE) != NULL;
}

cupel_status cff_picture_make(
    cff_job *job, AVFrame *frame, const cupel_size *size, uint64_t frames, cff_picture *picture) {
  cff_picture opaque = {0};
  char message[200];
  *picture = (cff_picture){0};
  if (av_pix_fmt_desc_get(frame->format) == NULL || frame->width <= 0 || frame->height <= 0) {
    return cff_fail(job, CUPEL_INVALID_INPUT, "a frame has neither size nor format");
  }
  remember(job, frame);
  const int turned = orientation(job, frame);
  const cdk_extent lying = shown_extent(job, frame);
  job->size = is_on_its_side(turned) ? (cdk_extent){lying.height, lying.width} : lying;
  if (!cdk_target_size(size, job->size, frames, job->wanted.max_pixels, &job->given_size, message, sizeof message)) {
    return cff_fail(job, CUPEL_INVALID_INPUT, "%s", message);
  }
  const cdk_extent target =
      is_on_its_side(turned) ? (cdk_extent){job->given_size.height, job->given_size.width} : job->given_size;

  source source = source_of(job, frame);
  bool is_full_range = has_full_range(frame);
  if (has_alpha(source.format)) {
    make_opaque(job, frame, &source, &opaque);
    is_full_range = true;
  }
  if (job->status == CUPEL_OK && cff_is_hdr(frame) && opaque.pixels == NULL) {
    picture->extent = target;
    if (make_mapped(job, frame, &source, picture) == CUPEL_OK) turn(job, turned, picture);
  } else if (
      job->status == CUPEL_OK && allocate(job, target, 3, picture) == CUPEL_OK &&
      convert(job, &job->scaler, &source, is_full_range, frame->colorspace, AV_PIX_FMT_RGB24, picture) == CUPEL_OK) {
    turn(job, turned, picture);
  }
  cff_picture_free(job, &opaque);
  if (job->status != CUPEL_OK) cff_picture_free(job, picture);
  return job->status;
}
