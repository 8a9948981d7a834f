/* The arithmetic of cupel_wanted: sizes and frames. */
#include "cupel_decoder_kit.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

cupel_wanted cdk_known_fields(const cupel_wanted *wanted) {
  cupel_wanted known = {0};
  memcpy(&known, wanted, wanted->struct_size < sizeof known ? wanted->struct_size : sizeof known);
  return known;
}

/* ---- sizes ---- */

static double smaller(double a, double b) { return a < b ? a : b; }
static double larger(double a, double b) { return a > b ? a : b; }

/* The largest size of the same proportions inside `box`, never larger than the file's. */
static cdk_extent fit(cdk_extent file, cdk_extent box) {
  const double scale = smaller(1, smaller((double)box.width / file.width, (double)box.height / file.height));
  return (cdk_extent){
      (uint32_t)larger(1, round(file.width * scale)),
      (uint32_t)larger(1, round(file.height * scale)),
  };
}

/* What one frame of several may have: an even share of the total, but not less than a little over the minimum. */
static uint64_t share(const cupel_size *size, uint64_t frames) {
  if (size->max_total_pixels == 0) return size->max_pixels;
  const uint64_t even = size->max_total_pixels / (frames > 0 ? frames : 1);
  const uint64_t least = (uint64_t)((double)size->min_pixels * 1.05);
  const uint64_t most = size->max_pixels < even ? size->max_pixels : even;
  return most > least ? most : least;
}

/* smart_resize of transformers' Qwen2VLImageProcessor; nearbyint rounds halves to even, as Python's round does. */
static bool smart_resize(
    const cupel_size *size, cdk_extent file, uint64_t frames, double *width, double *height) {
  const double factor = size->factor, w = file.width, h = file.height;
  const double least = (double)size->min_pixels, most = (double)share(size, frames);
  if (larger(w, h) / smaller(w, h) > 200) return false;
  *width = nearbyint(w / factor) * factor;
  *height = nearbyint(h / factor) * factor;
  if (*width * *height > most) {
    const double beta = sqrt(h * w / most);
    *height = larger(factor, floor(h / beta / factor) * factor);
    *width = larger(factor, floor(w / beta / factor) * factor);
  } else if (*width * *height < least) {
    const double beta = sqrt(least / (h * w));
    *height = ceil(h * beta / factor) * factor;
    *width = ceil(w * beta / factor) * factor;
  }
  return true;
}

bool cdk_target_size(const cupel_size *size, cdk_extent file, uint64_t frames, uint64_t max_pixels, cdk_extent *target,
    char *message, size_t capacity) {
  cupel_size known = {0};
  if (size != NULL) memcpy(&known, size, size->struct_size < sizeof known ? size->struct_size : sizeof known);
  const cdk_extent box = {known.width, known.height};
  double width = file.width, height = file.height;
  switch (known.mode) {
    case 0:
      break;
    case CUPEL_SIZE_EXACT:
      width = box.width, height = box.height;
      break;
    case CUPEL_SIZE_FIT:
      if (box.width > 0 && box.height > 0) {
        const cdk_extent fitted = fit(file, box);
        width = fitted.width, height = fitted.height;
      } else {
        width = height = 0;
      }
      break;
    case CUPEL_SIZE_PIXELS:
      if (known.factor == 0 || known.max_pixels < known.min_pixels || known.max_pixels == 0) {
        snprintf(message, capacity, "a size by pixels needs a factor and min_pixels <= max_pixels");
        return false;
      }
      if (!smart_resize(&known, file, frames, &width, &height)) {
        snprintf(
            message, capacity, "a picture of %" PRIu32 " x %" PRIu32 " pixels is too narrow; one side may be 200 times "
            "the other at most",
            file.width, file.height);
        return false;
      }
      break;
    default:
      snprintf(message, capacity, "the size mode %" PRIu32 " is not known here", known.mode);
      return false;
  }
  const bool is_in_range = width >= 1 && height >= 1 && width <= INT32_MAX && height <= INT32_MAX;
  if (!is_in_range || (max_pixels != 0 && width * height > (double)max_pixels)) {
    snprintf(
        message, capacity, "a picture of %.0f x %.0f pixels is wanted; accepted: 1 to max_pixels = %" PRIu64, width,
        height, max_pixels);
    return false;
  }
  *target = (cdk_extent){(uint32_t)width, (uint32_t)height};
  return true;
}

/* ---- frames ---- */

/* The count of transformers' Qwen2VLVideoProcessor.sample_frames, where `seconds` are frames over frame rate. */
static uint64_t count_by_rate(const cupel_wanted *wanted, uint64_t total, double seconds) {
  const double multiple = wanted->frame_multiple > 0 ? wanted->frame_multiple : 1;
  const double limit = smaller(wanted->max_frames > 0 ? wanted->max_frames : INFINITY, (double)total);
  const double most = floor(limit / multiple) * multiple;
  const double asked = larger(seconds * wanted->frames_per_second, wanted->min_frames);
  const double count = floor(smaller(asked, most) / multiple) * multiple;
  if (count >= 1) return (uint64_t)count;
  /* Fewer frames than the multiple: there is nothing to round to, and no frame at all says nothing. */
  return total < multiple ? total : (uint64_t)multiple;
}

uint64_t cdk_frame_count(const cupel_wanted *wanted, uint64_t total, double seconds) {
  if (total == 0) return 0;
  switch (wanted->frame_choice) {
    case CUPEL_FRAMES_COUNT:
      return wanted->frame_count < total ? wanted->frame_count : total;
    case CUPEL_FRAMES_RATE:
      return count_by_rate(wanted, total, seconds);
    default:
      return total;
  }
}

int64_t cdk_frame_time(uint64_t index, uint64_t count, int64_t duration) {
  return (int64_t)((__int128)index * duration / (__int128)(count > 0 ? count : 1));
}
