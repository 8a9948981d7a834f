/* What every decoder in C needs to keep its contract, to be compiled into it: which fields the host knows, how large a
 * picture is to be, which frames are meant, and a scaler. docs/abi.md has the arithmetic. Nothing here allocates. */
#ifndef CUPEL_DECODER_KIT_H
#define CUPEL_DECODER_KIT_H

#include <cupel_plugin/decoder.h>

typedef struct cdk_extent {
  uint32_t width;
  uint32_t height;
} cdk_extent;

/* The fields that the host's struct has; those it lacks are zero. */
cupel_wanted cdk_known_fields(const cupel_wanted *wanted);

/* How large a picture of `file` is to be, seen upright with square pixels. `frames`: how many there will be, 1 for an image.
 * False, with the reason in `message`, where the size cannot be had. */
bool cdk_target_size(const cupel_size *size, cdk_extent file, uint64_t frames, uint64_t max_pixels, cdk_extent *target,
    char *message, size_t capacity);

/* How many frames CUPEL_FRAMES_COUNT, CUPEL_FRAMES_RATE or no choice mean for `total` frames that last `seconds`. */
uint64_t cdk_frame_count(const cupel_wanted *wanted, uint64_t total, double seconds);

/* When the frame `index` of `count` evenly spaced ones is looked for, in units of `duration`: index * duration / count,
 * rounded down. */
int64_t cdk_frame_time(uint64_t index, uint64_t count, int64_t duration);

/* Bytes that cdk_scale needs besides its pictures; 0 where they would be more than memory can hold. */
size_t cdk_scale_scratch(cdk_extent from, cdk_extent to);

/* Scales RGB8 rows without gaps by convolution with a bicubic kernel (a = -1/2) that is widened when it shrinks, in the
 * fixed-point arithmetic of Pillow's resize(BICUBIC), rows first: the results are the same where both sides shrink or grow. `scratch` is aligned for double. False where
 * `go_on`, asked once per row, said so. */
bool cdk_scale(const uint8_t *pixels, cdk_extent from, uint8_t *output, cdk_extent to, void *scratch,
    bool (*go_on)(void *context), void *context);

#endif
