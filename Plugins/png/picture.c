/* libpng: the header, its transformations, the rows.
 *
 * libpng reports an error by longjmp to the frame that called setjmp. That frame, `guarded`, has no local variable that
 * could be lost; all state lives in the job, and whoever made the job cleans it up. No longjmp crosses a frame of the
 * host: its reader has returned before libpng is told, and its sink is called when libpng is done. */
#include "png_plugin.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what libpng calls ---- */

/* An error of libpng's, with the place where it was met; an earlier failure (limit, clock, reading) stands. Before the
 * rows libpng says in warnings what is wrong and in the error only that it is ("Invalid IHDR data"). */
static void record_error(cpng_job *job, const char *message) {
  char place[160] = "";
  if (job->in_rows && job->passes > 1) {
    snprintf(
        place, sizeof place, " (pass %d of %d, row %" PRIu32 " of %" PRIu32 ")", job->pass + 1, job->passes,
        job->row_number + 1, job->layout.height);
  } else if (job->in_rows) {
    snprintf(place, sizeof place, " (row %" PRIu32 " of %" PRIu32 ")", job->row_number + 1, job->layout.height);
  } else if (job->warning_count > 0) {
    snprintf(place, sizeof place, " (%s)", job->warnings[job->warning_count - 1]);
  }
  cpng_job_fail(job, CUPEL_INVALID_INPUT, "%s at byte %" PRIu64 "%s", message, job->last_read, place);
}

_Noreturn static void on_error(png_structp png, png_const_charp message) {
  record_error(png_get_error_ptr(png), message);
  png_longjmp(png, 1);
}

/* libpng warns of image data that is damaged after the last row; here a damaged file is an error wherever the damage
 * is. Data that is merely too much is dropped with a note. */
static bool is_damage(const char *message) {
  return strncmp(message, "IDAT: ", 6) == 0 && strcmp(message, "IDAT: Extra compressed data") != 0 &&
         strcmp(message, "IDAT: Too much image data") != 0;
}

static void on_warning(png_structp png, png_const_charp message) {
  cpng_job *job = png_get_error_ptr(png);
  if (is_damage(message)) on_error(png, message);
  for (uint32_t i = 0; i < job->warning_count; i++) {
    if (strncmp(job->warnings[i], message, sizeof job->warnings[i] - 1) == 0) return;
  }
  if (job->warning_count == CPNG_WARNINGS) return;
  snprintf(job->warnings[job->warning_count++], sizeof job->warnings[0], "%s", message);
}

static void on_read(png_structp png, png_bytep buffer, size_t size) {
  cpng_job *job = png_get_io_ptr(png);
  if (cpng_ahead_read(job, buffer, size) != CUPEL_OK) png_error(png, "read failed");
}

static png_voidp on_allocate(png_structp png, png_alloc_size_t size) {
  return cpng_job_allocate(png_get_mem_ptr(png), size);
}

static void on_release(png_structp png, png_voidp memory) { cpng_job_release(png_get_mem_ptr(png), memory); }

/* ---- header ---- */

/* Chunks are skipped unread, but for those that decide how the pixels are meant: a compressed text or profile may
 * inflate to gigabytes. Every checksum counts, since a damaged tRNS or gAMA would change the picture. */
static void read_header(cpng_job *job) {
  static const png_byte wanted[] = "tRNS\0gAMA\0cHRM\0sRGB\0pHYs";
  png_structp png = job->png;
  png_set_read_fn(png, job, on_read);
  png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  if (job->ahead.inflated != NULL) png_set_option(png, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
  /* The walk has checked what the host limits. libpng's own limits would refuse a long chunk that is only skipped. */
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_chunk_malloc_max(png, 0);
  png_set_chunk_cache_max(png, 16);
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_AS_DEFAULT, wanted, sizeof wanted / 5);
  png_read_info(png, job->info);
}

/* sRGB says all there is to say, and so does a cICP that says sRGB. Within 5 % of 1/2.2 gAMA means sRGB too. */
int32_t cpng_picture_foreign_gamma(const cpng_job *job) {
  const cpng_layout *layout = &job->layout;
  png_fixed_point gamma = 0;
  if (png_get_valid(job->png, job->info, PNG_INFO_sRGB)) return 0;
  if (layout->has_cicp && layout->cicp[1] == 13) return 0;
  if (!png_get_gAMA_fixed(job->png, job->info, &gamma)) return 0;
  return gamma > 43182 && gamma < 47727 ? 0 : gamma;
}

/* ---- rows ---- */

/* The palette as it will be seen. libpng could expand indices itself, but draws those beyond the palette black. */
static void read_palette(cpng_job *job) {
  png_colorp colours = NULL;
  png_bytep alphas = NULL;
  int alpha_count = 0;
  cpng_pixels *pixels = &job->pixels;
  if (!png_get_PLTE(job->png, job->info, &colours, &pixels->palette_count)) png_error(job->png, "PLTE: missing");
  if (!png_get_tRNS(job->png, job->info, &alphas, &alpha_count, NULL)) alpha_count = 0;
  for (int i = 0; i < pixels->palette_count; i++) {
    const uint8_t rgb[3] = {colours[i].red, colours[i].green, colours[i].blue};
    pixels->palette[i] = cpng_pixels_colour(pixels, rgb, i < alpha_count ? alphas[i] : 255);
    if (pixels->palette[i].is_translucent) pixels->has_translucent_colours = true;
  }
}

/* Gray as palette indices: a look-up makes RGB of it faster than libpng does. */
static void make_gray_palette(cpng_pixels *pixels) {
  pixels->palette_count = 256;
  for (int i = 0; i < 256; i++) {
    const uint8_t rgb[3] = {(uint8_t)i, (uint8_t)i, (uint8_t)i};
    pixels->palette[i] = cpng_pixels_colour(pixels, rgb, 255);
  }
}

/* After this libpng gives palette indices in a byte each, or 3 or 4 samples a pixel, of 8 bits, or of 16 when a gamma
 * table needs them: linear light in 8 bits would lose the shadows. */
static void set_transformations(cpng_job *job) {
  png_structp png = job->png;
  cpng_pixels *pixels = &job->pixels;
  const int32_t gamma = cpng_picture_foreign_gamma(job);
  const uint8_t type = job->layout.colour_type;
  pixels->width = job->layout.width;
  pixels->is_wide = gamma != 0 && job->layout.bit_depth == 16;
  memcpy(pixels->background, job->wanted.background_rgb, 3);
  if (gamma != 0 && cpng_pixels_make_table(job, gamma) != CUPEL_OK) png_error(png, "no memory");

  if (type == PNG_COLOR_TYPE_PALETTE) {
    read_palette(job);
    png_set_packing(png);
  } else {
    const bool is_opaque_gray = type == PNG_COLOR_TYPE_GRAY && !png_get_valid(png, job->info, PNG_INFO_tRNS);
    png_set_expand(png); /* gray to 8 bits, tRNS to alpha */
    if (!pixels->is_wide) png_set_scale_16(png);
    if (is_opaque_gray && !pixels->is_wide) make_gray_palette(pixels);
    else png_set_gray_to_rgb(png);
  }
  job->passes = png_set_interlace_handling(png);
  png_read_update_info(png, job->info);

  pixels->channels = png_get_channels(png, job->info);
  const size_t expected = (size_t)pixels->width * (size_t)pixels->channels * (pixels->is_wide ? 2 : 1);
  if (png_get_rowbytes(png, job->info) != expected) png_error(png, "libpng gives rows of an unexpected size");
}

/* Rows that are RGB8 already go straight to the output. Others are staged: one at a time, or all of an interlaced
 * picture, since every pass adds to all rows; a row is complete, and converted, in the last pass. */
static void read_rows(cpng_job *job) {
  const size_t row_size = png_get_rowbytes(job->png, job->info), stride = (size_t)3 * job->layout.width;
  const uint32_t height = job->layout.height;
  const bool is_direct = job->pixels.channels == 3 && !job->pixels.is_wide;
  const size_t step = job->passes > 1 ? row_size : 0;
  if ((row_size > stride ? row_size : stride) > SIZE_MAX / height)
    png_error(job->png, "the image does not fit into memory");

  job->output = cpng_job_allocate(job, (uint64_t)stride * height);
  if (!is_direct) job->staging = cpng_job_allocate(job, job->passes > 1 ? (uint64_t)row_size * height : row_size);
  if (job->status != CUPEL_OK) png_error(job->png, "no memory");

  for (job->pass = 0; job->pass < job->passes; job->pass++) {
    for (job->row_number = 0; job->row_number < height; job->row_number++) {
      uint8_t *output = job->output + stride * job->row_number;
      uint8_t *row = is_direct ? output : job->staging + step * job->row_number;
      if (cpng_job_check_clock(job) != CUPEL_OK) png_error(job->png, "timeout");
      png_read_row(job->png, row, NULL);
      if (job->pass < job->passes - 1) continue;
      if (!cpng_pixels_convert(&job->pixels, row, output))
        png_error(job->png, "IDAT: a pixel refers to no palette entry");
    }
  }
}

static void read_pixels(cpng_job *job) {
  set_transformations(job);
  job->in_rows = true;
  if (job->ahead.inflated != NULL) png_set_crc_action(job->png, PNG_CRC_QUIET_USE, PNG_CRC_ERROR_QUIT);
  read_rows(job);
  png_set_crc_action(job->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  job->in_rows = false;
  png_read_end(job->png, NULL);
}

/* ---- the frame that libpng jumps back to ---- */

static cupel_status guarded(cpng_job *job) {
  if (setjmp(png_jmpbuf(job->png)) != 0) return job->status;
  read_header(job);
  if (job->wanted.kinds & 1u << CUPEL_MEDIA_IMAGE) read_pixels(job);
  return CUPEL_OK;
}

static cupel_status read_once(cpng_job *job) {
  job->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, job, on_error, on_warning, job, on_allocate, on_release);
  if (job->png != NULL) job->info = png_create_info_struct(job->png);
  if (job->info == NULL) return cpng_job_fail(job, CUPEL_FAILED, "libpng could not be started");
  return guarded(job);
}

/* As if nothing had been read but the chunks. */
static void start_over(cpng_job *job) {
  cpng_picture_free(job);
  job->pixels = (cpng_pixels){0};
  job->status = CUPEL_OK;
  job->position = 0;
  job->warning_count = 0;
  job->in_rows = false;
}

void cpng_picture_free(cpng_job *job) {
  if (job->png != NULL) png_destroy_read_struct(&job->png, &job->info, NULL);
  cpng_ahead_free(job);
  cpng_job_release(job, job->table);
  cpng_job_release(job, job->staging);
  cpng_job_release(job, job->output);
  job->table = job->staging = job->output = NULL;
}

cupel_status cpng_picture_read(cpng_job *job) {
  const bool has_pixels = (job->wanted.kinds & 1u << CUPEL_MEDIA_IMAGE) != 0;
  if (has_pixels && cpng_ahead_inflate(job) != CUPEL_OK) return job->status;
  const bool is_ahead = job->ahead.inflated != NULL;
  read_once(job);
  if (is_ahead && job->status != CUPEL_OK && job->status != CUPEL_TIMEOUT) {
    start_over(job);
    read_once(job);
  }
  cpng_ahead_free(job);
  return job->status;
}
