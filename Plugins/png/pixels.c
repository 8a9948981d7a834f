/* One row to RGB8: gamma, 16 to 8 bits, compositing. */
#include "png_plugin.h"

#include <math.h>
#include <string.h>

/* Light (0...1) as an sRGB value, IEC 61966-2-1. */
static double srgb(double light) { return light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055; }

cupel_status cpng_pixels_make_table(cpng_job *job, int32_t gamma) {
  const uint32_t count = job->pixels.is_wide ? 65536 : 256;
  job->table = cpng_job_allocate(job, count);
  if (job->table == NULL) return job->status;
  const double exponent = 100000.0 / gamma; /* a sample is light to the power of gamma */
  for (uint32_t sample = 0; sample < count; sample++) {
    job->table[sample] = (uint8_t)(255 * srgb(pow((double)sample / (count - 1), exponent)) + 0.5);
  }
  job->pixels.table = job->table;
  return CUPEL_OK;
}

static inline uint32_t wide(const uint8_t *sample) { return (uint32_t)sample[0] << 8 | sample[1]; }

/* The sRGB value over the background's, mixed as values and not as light, which is what browsers show. Rounded. */
static inline uint8_t composite(uint32_t value, uint32_t alpha, uint32_t background) {
  return (uint8_t)((value * alpha + background * (255 - alpha) + 127) / 255);
}

cpng_colour cpng_pixels_colour(const cpng_pixels *pixels, const uint8_t rgb[3], uint8_t alpha) {
  cpng_colour colour = {.is_translucent = alpha != 255};
  for (int c = 0; c < 3; c++) {
    colour.rgb[c] = composite(pixels->table ? pixels->table[rgb[c]] : rgb[c], alpha, pixels->background[c]);
  }
  return colour;
}

static bool convert_indices(cpng_pixels *pixels, const uint8_t *from, uint8_t *to) {
  const size_t width = pixels->width;
  uint8_t highest = 0;
  for (size_t i = 0; i < width; i++) highest = from[i] > highest ? from[i] : highest;
  if (highest >= pixels->palette_count) return false;
  /* Four bytes at a time; the fourth is overwritten by the next pixel, so the last one is apart. */
  for (size_t i = 0; i + 1 < width; i++, to += 3) memcpy(to, &pixels->palette[from[i]], 4);
  memcpy(to, pixels->palette[from[width - 1]].rgb, 3);
  if (pixels->has_translucent_colours) {
    for (size_t i = 0; i < width; i++) pixels->translucent += pixels->palette[from[i]].is_translucent;
  }
  return true;
}

static void convert_opaque(const cpng_pixels *pixels, const uint8_t *from, uint8_t *to) {
  const size_t samples = (size_t)3 * pixels->width;
  if (pixels->is_wide) {
    for (size_t i = 0; i < samples; i++) to[i] = pixels->table[wide(from + 2 * i)];
  } else if (pixels->table != NULL) {
    for (size_t i = 0; i < samples; i++) to[i] = pixels->table[from[i]];
  } else if (to != from) {
    memcpy(to, from, samples);
  }
}

static void convert_alpha(cpng_pixels *pixels, const uint8_t *from, uint8_t *to) {
  const uint8_t *table = pixels->table, *background = pixels->background;
  uint64_t translucent = 0;
  for (size_t i = 0; i < pixels->width; i++, from += 4, to += 3) {
    const uint32_t alpha = from[3];
    translucent += alpha != 255;
    to[0] = composite(table ? table[from[0]] : from[0], alpha, background[0]);
    to[1] = composite(table ? table[from[1]] : from[1], alpha, background[1]);
    to[2] = composite(table ? table[from[2]] : from[2], alpha, background[2]);
  }
  pixels->translucent += translucent;
}

static void convert_wide_alpha(cpng_pixels *pixels, const uint8_t *from, uint8_t *to) {
  for (size_t i = 0; i < pixels->width; i++, from += 8, to += 3) {
    const uint32_t alpha = (wide(from + 6) * 255 + 32895) >> 16; /* n * 255 / 65535 rounded, as libpng does it */
    pixels->translucent += alpha != 255;
    for (int c = 0; c < 3; c++) to[c] = composite(pixels->table[wide(from + 2 * c)], alpha, pixels->background[c]);
  }
}

bool cpng_pixels_convert(cpng_pixels *pixels, const uint8_t *from, uint8_t *to) {
  if (pixels->channels == 1) return convert_indices(pixels, from, to);
  if (pixels->channels == 3) convert_opaque(pixels, from, to);
  else if (pixels->is_wide) convert_wide_alpha(pixels, from, to);
  else convert_alpha(pixels, from, to);
  return true;
}
