/* Facts: what is known about the file. Notes: what the picture lost on its way to 8-bit sRGB. */
#include "png_plugin.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cupel_text text(const char *string) { return (cupel_text){string, strlen(string)}; }

__attribute__((format(printf, 3, 4))) static void fact(
    const cupel_media_sink *sink, const char *key, const char *format, ...) {
  char value[160];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(value, sizeof value, format, arguments);
  va_end(arguments);
  sink->fact(sink->context, text(key), text(value));
}

__attribute__((format(printf, 3, 4))) static void note(
    const cupel_media_sink *sink, const char *code, const char *format, ...) {
  char message[240];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  sink->note(sink->context, text(code), text(message));
}

/* ---- facts ---- */

static const char *colour_type(const cpng_job *job) {
  switch (job->layout.colour_type) {
    case PNG_COLOR_TYPE_GRAY:
      return "gray";
    case PNG_COLOR_TYPE_RGB:
      return "rgb";
    case PNG_COLOR_TYPE_PALETTE:
      return "palette";
    case PNG_COLOR_TYPE_GRAY_ALPHA:
      return "gray-alpha";
    default:
      return "rgb-alpha";
  }
}

static const char *transparency(const cpng_job *job) {
  if (job->layout.colour_type & PNG_COLOR_MASK_ALPHA) return "channel";
  return png_get_valid(job->png, job->info, PNG_INFO_tRNS) ? "tRNS" : "none";
}

static void report_resolution(const cpng_job *job, const cupel_media_sink *sink) {
  png_uint_32 x = 0, y = 0;
  int unit = PNG_RESOLUTION_UNKNOWN;
  if (!png_get_pHYs(job->png, job->info, &x, &y, &unit)) return;
  if (unit != PNG_RESOLUTION_METER) fact(sink, "pixel_aspect", "%" PRIu32 ":%" PRIu32, (uint32_t)y, (uint32_t)x);
  else if (x == y) fact(sink, "dpi", "%.1f", x * 0.0254);
  else fact(sink, "dpi", "%.1f x %.1f", x * 0.0254, y * 0.0254);
}

static void report_facts(const cpng_job *job, const cupel_media_sink *sink) {
  static const char *const intents[] = {"perceptual", "relative", "saturation", "absolute"};
  const cpng_layout *layout = &job->layout;
  png_fixed_point gamma = 0;
  int intent = 0;
  fact(sink, "container", "png");
  fact(sink, "codec", "png");
  fact(sink, "width", "%" PRIu32, layout->width);
  fact(sink, "height", "%" PRIu32, layout->height);
  fact(sink, "bit_depth", "%d", layout->bit_depth);
  fact(sink, "colour_type", "%s", colour_type(job));
  fact(sink, "transparency", "%s", transparency(job));
  fact(sink, "interlaced", "%s", layout->interlace != 0 ? "adam7" : "no");
  if (png_get_sRGB(job->png, job->info, &intent)) fact(sink, "srgb", "%s", intents[intent & 3]);
  else if (png_get_gAMA_fixed(job->png, job->info, &gamma)) fact(sink, "gamma", "%.5f", gamma / 100000.0);
  report_resolution(job, sink);
  if (layout->animation_frames > 0) fact(sink, "animation_frames", "%" PRIu32, layout->animation_frames);
}

/* ---- notes on the pixels ---- */

static void report_alpha(const cpng_job *job, const cupel_media_sink *sink) {
  const uint8_t *background = job->wanted.background_rgb;
  const uint64_t pixels = (uint64_t)job->layout.width * job->layout.height;
  if (job->pixels.translucent == 0) return;
  note(
      sink, "alpha", "%" PRIu64 " of %" PRIu64 " pixels are not opaque; composited on #%02x%02x%02x",
      job->pixels.translucent, pixels, background[0], background[1], background[2]);
}

/* sRGB's primaries and white point in units of 1/100000; within 0.01 counts as the same. */
static bool has_foreign_primaries(const cpng_job *job) {
  static const png_fixed_point srgb[8] = {31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000};
  png_fixed_point found[8];
  if (png_get_valid(job->png, job->info, PNG_INFO_sRGB)) return false;
  if (!png_get_cHRM_fixed(
          job->png, job->info, &found[0], &found[1], &found[2], &found[3], &found[4], &found[5], &found[6],
          &found[7])) {
    return false;
  }
  for (int i = 0; i < 8; i++) {
    if (labs((long)found[i] - srgb[i]) > 1000) return true;
  }
  return false;
}

static void report_colour(const cpng_job *job, const cupel_media_sink *sink) {
  const cpng_layout *layout = &job->layout;
  const int32_t gamma = cpng_picture_foreign_gamma(job);
  if (layout->bit_depth == 16) note(sink, "bit_depth", "16-bit samples were rounded to 8 bits");
  if (gamma != 0) note(sink, "gamma", "gAMA %.5f was converted to sRGB", gamma / 100000.0);
  if (has_foreign_primaries(job))
    note(sink, "primaries", "the cHRM chunk states other primaries than sRGB's; they were not converted");
  if (layout->has_profile) note(sink, "profile", "the ICC profile '%s' was not applied", layout->profile_name);
  const bool is_srgb = layout->cicp[0] == 1 && layout->cicp[1] == 13 && layout->cicp[2] == 0 && layout->cicp[3] == 1;
  if (layout->has_cicp && !is_srgb) {
    note(
        sink, "profile", "the cICP colour space (primaries %d, transfer %d) was not applied", layout->cicp[0],
        layout->cicp[1]);
  }
}

static void report_size(const cpng_job *job, const cupel_media_sink *sink) {
  const cpng_layout *layout = &job->layout;
  if (job->size.width == layout->width && job->size.height == layout->height) return;
  note(
      sink, "size", "scaled from %" PRIu32 " x %" PRIu32 " to %" PRIu32 " x %" PRIu32 " pixels", layout->width,
      layout->height, job->size.width, job->size.height);
}

/* ---- notes on what was left out ---- */

static void report_unknown(const cpng_layout *layout, const cupel_media_sink *sink) {
  char names[CPNG_UNKNOWN * 6 + 8] = "";
  if (layout->unknown_count == 0) return;
  for (uint32_t i = 0; i < layout->unknown_count && i < CPNG_UNKNOWN; i++) {
    if (i > 0) strcat(names, ", ");
    strcat(names, layout->unknown[i]);
  }
  note(
      sink, "chunks", "chunks of unknown types dropped: %" PRIu32 " (%s%s)", layout->unknown_count, names,
      layout->unknown_count > CPNG_UNKNOWN ? ", ..." : "");
}

static void report_losses(const cpng_job *job, const cupel_media_sink *sink) {
  const cpng_layout *layout = &job->layout;
  if (layout->animation_frames > 0) {
    note(
        sink, "animation", "only the default picture was decoded, not the %" PRIu32 " frames of the animation",
        layout->animation_frames);
  }
  if (layout->exif_orientation > 1) {
    note(sink, "orientation", "the Exif orientation %d was not applied", layout->exif_orientation);
  }
  if (layout->has_exif) note(sink, "exif", "the Exif data was dropped");
  if (layout->text_count > 0) note(sink, "text", "text chunks dropped: %" PRIu32, layout->text_count);
  report_unknown(layout, sink);
  if (job->input->size > layout->end) {
    note(
        sink, "trailing", "%" PRIu64 " bytes after the end of the picture were ignored",
        job->input->size - layout->end);
  }
  for (uint32_t i = 0; i < job->warning_count; i++) note(sink, "warning", "%s", job->warnings[i]);
}

void cpng_report(const cpng_job *job, const cupel_media_sink *sink) {
  report_facts(job, sink);
  if (job->output != NULL) {
    report_alpha(job, sink);
    report_colour(job, sink);
    report_size(job, sink);
  }
  report_losses(job, sink);
}
