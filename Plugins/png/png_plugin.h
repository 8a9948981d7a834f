/* The png plugin: what its files share.
 *
 *   plugin.c   the entry point, the tables, probe, and decode from top to bottom
 *   job.c      one decode: errors, the clock, memory under the limit, reading
 *   chunks.c   a walk over the file's chunks before libpng sees it: structure, limits, what will be lost
 *   ahead.c    the quick road: image data inflated at once, before libpng reads it
 *   picture.c  libpng: header, transformations, rows
 *   pixels.c   one row to RGB8: gamma, 16 to 8 bits, compositing
 *   size.c     the size that is wanted
 *   report.c   facts and notes
 */
#ifndef CPNG_PLUGIN_H
#define CPNG_PLUGIN_H

#include <png.h>

#include <cupel_decoder_kit.h>
#include <cupel_plugin/decoder.h>

#define CPNG_WINDOW 32768
#define CPNG_WARNINGS 4
#define CPNG_UNKNOWN 8

/* What the walk over the chunks found. */
typedef struct cpng_layout {
  uint32_t width, height;
  uint8_t bit_depth, colour_type, interlace;
  uint64_t end; /* the byte after IEND */
  uint64_t data_start, data_end; /* the IDAT chunks, one behind the other */
  uint64_t data_size;            /* what they hold; 0: they are not one behind the other */
  uint32_t text_count;
  uint32_t animation_frames; /* 0: not animated */
  bool has_profile;
  char profile_name[80];
  bool has_cicp;
  uint8_t cicp[4]; /* primaries, transfer function, matrix, full range */
  bool has_exif;
  uint16_t exif_orientation; /* 0: not stated */
  uint32_t unknown_count;
  char unknown[CPNG_UNKNOWN][5]; /* the types of the first of them */
} cpng_layout;

/* A palette entry as it will be seen. Four bytes, so that it is copied in one move. */
typedef struct cpng_colour {
  uint8_t rgb[3];
  uint8_t is_translucent;
} cpng_colour;
_Static_assert(sizeof(cpng_colour) == 4, "copied in one move");

/* How a row of libpng's becomes a row of RGB8. */
typedef struct cpng_pixels {
  uint32_t width;
  int channels;         /* 1: palette indices or gray, a byte each; 3: RGB; 4: RGB and alpha */
  bool is_wide;         /* 16-bit samples, big-endian; only with a table */
  const uint8_t *table; /* sample to sRGB, 256 or 65536 entries; NULL: as they are */
  uint8_t background[3];
  int palette_count; /* gray has a palette of 256 */
  bool has_translucent_colours;
  cpng_colour palette[256];
  uint64_t translucent; /* counts pixels that are not opaque */
} cpng_pixels;

/* Image data that is inflated already, and how much of it libpng has had, as one chunk of stored blocks. */
typedef struct cpng_ahead {
  uint8_t *inflated; /* owned; NULL: libpng reads the file as it is */
  uint64_t size, given;
  uint32_t stored;   /* what the chunk states */
  uint8_t frame[16]; /* of a chunk, a stream, a block */
  size_t frame_size, frame_at;
  size_t block_rest;
  bool has_begun, is_last;
} cpng_ahead;

/* One decode. Everything that must outlive a longjmp is in here and not in a local variable. */
typedef struct cpng_job {
  const cupel_host *host;
  const cupel_input *input;
  cupel_wanted wanted;

  cupel_status status; /* CUPEL_OK until the first failure, which stays */
  char message[320];
  uint64_t deadline_ns; /* 0: none */
  uint64_t allocated;   /* bytes, libpng's own included */

  uint64_t position;  /* of the next byte to read */
  uint64_t last_read; /* where the last read began: the place that errors name */
  uint64_t window_start;
  size_t window_size;
  uint8_t window[CPNG_WINDOW];

  png_structp png;
  png_infop info;
  cpng_layout layout;
  cpng_ahead ahead;
  cpng_pixels pixels;
  uint8_t *table;   /* owned; pixels.table */
  uint8_t *output;  /* owned; RGB8 rows without gaps, once decoded */
  uint8_t *staging; /* owned; rows as libpng gives them: one, or all of an interlaced picture */
  cdk_extent size;  /* of output: the file's, then the wanted one */
  uint8_t *scaled;  /* owned, while it is made */
  uint8_t *scratch; /* owned, as above */
  int pass, passes;
  uint32_t row_number; /* rows of this pass that are done */
  bool in_rows;        /* errors name the row */

  char warnings[CPNG_WARNINGS][100];
  uint32_t warning_count;
} cpng_job;

/* ---- job.c ---- */

/* Records a failure, unless there is one already; returns the status that stands. */
cupel_status cpng_job_fail(cpng_job *job, cupel_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Starts the clock. */
void cpng_job_start_clock(cpng_job *job);
/* Fails with CUPEL_TIMEOUT once the deadline is past. */
cupel_status cpng_job_check_clock(cpng_job *job);
/* Memory that counts against max_memory_bytes, not cleared; NULL after a recorded failure. */
void *cpng_job_allocate(cpng_job *job, uint64_t size);
void cpng_job_release(cpng_job *job, void *memory);
/* Fails if `size` more bytes would break max_memory_bytes. */
cupel_status cpng_job_check_memory(cpng_job *job, uint64_t size);
/* Reads exactly `size` bytes at job->position and moves on. */
cupel_status cpng_job_read(cpng_job *job, void *buffer, size_t size);

/* ---- chunks.c ---- */
/* The eight bytes every PNG starts with. */
extern const uint8_t cpng_signature[8];
cupel_status cpng_chunks_walk(cpng_job *job);
uint32_t cpng_big_endian(const uint8_t *bytes);

/* ---- ahead.c ---- */
/* Whether the quick road is taken at all; Tests/Fuzz compares both. */
extern bool cpng_goes_ahead;
/* Inflates the image data into job->ahead, where nothing stands against it. Fails only where the file cannot be read, or in time. */
cupel_status cpng_ahead_inflate(cpng_job *job);
/* As cpng_job_read, with the image data that is inflated in the place of the file's own. */
cupel_status cpng_ahead_read(cpng_job *job, uint8_t *buffer, size_t size);
void cpng_ahead_free(cpng_job *job);

/* ---- picture.c ---- */
/* Reads the header, and the pixels into job->output where the host wants them. Leaves job->png and job->info for the
 * report. */
cupel_status cpng_picture_read(cpng_job *job);
/* Frees what it has made. */
void cpng_picture_free(cpng_job *job);
/* gAMA in units of 1/100000 that has to be converted to sRGB, else 0. */
int32_t cpng_picture_foreign_gamma(const cpng_job *job);

/* ---- pixels.c ---- */
/* Fills job->pixels.table for a file whose samples are light to the power of `gamma` / 100000. */
cupel_status cpng_pixels_make_table(cpng_job *job, int32_t gamma);
/* What a palette colour looks like: gamma and background applied. */
cpng_colour cpng_pixels_colour(const cpng_pixels *pixels, const uint8_t rgb[3], uint8_t alpha);
/* One row; `to` may be `from` for 8-bit RGB. False if a pixel refers to a palette entry that is not there. */
bool cpng_pixels_convert(cpng_pixels *pixels, const uint8_t *from, uint8_t *to);

/* ---- size.c ---- */
/* Scales job->output to the size that is wanted. */
cupel_status cpng_size_apply(cpng_job *job);

/* ---- report.c ---- */
void cpng_report(const cpng_job *job, const cupel_media_sink *sink);

#endif
