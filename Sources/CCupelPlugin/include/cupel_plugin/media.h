/* Cupel plugin ABI: what a judge sees and hears. Decoders produce these, judges receive them; all are borrowed views. */
#ifndef CUPEL_PLUGIN_MEDIA_H
#define CUPEL_PLUGIN_MEDIA_H

#include "base.h"

CUPEL_C_BEGIN

enum { CUPEL_MEDIA_IMAGE = 1, CUPEL_MEDIA_FRAMES = 2, CUPEL_MEDIA_SOUND = 3 };

/* 8-bit sRGB, three bytes a pixel, rows from top to bottom. */
typedef struct cupel_image {
  uint32_t struct_size;
  uint32_t width;  /* pixels, at least 1 */
  uint32_t height; /* pixels, at least 1 */
  uint32_t stride; /* bytes from one row to the next, at least 3 * width */
  const uint8_t *CUPEL_NONNULL pixels; /* stride * (height - 1) + 3 * width bytes */
  cupel_bytes original; /* the encoded file, where at hand and of this very picture; else size 0 */
  cupel_text media_type; /* of `original`: "image/png" */
} cupel_image;

/* One frame of a moving picture, shown from time_us until the next frame's. */
typedef struct cupel_frame {
  uint32_t struct_size;
  uint32_t reserved;
  int64_t time_us; /* from the start of the stream */
  const cupel_image *CUPEL_NONNULL image;
} cupel_frame;

/* 32-bit float samples in -1...1, interleaved. */
typedef struct cupel_sound {
  uint32_t struct_size;
  uint32_t rate_hz;
  uint32_t channels;
  uint32_t reserved;
  uint64_t frame_count; /* samples per channel */
  const float *CUPEL_NULLABLE samples; /* frame_count * channels */
} cupel_sound;

CUPEL_C_END
#endif
