/* Cupel plugin ABI, capability "cupel.decoder/1": encoded bytes to images, frames, sound and facts.
 *
 * A decoder holds no state between calls. It reads hostile bytes: every limit below is checked before memory is allocated for
 * what the file claims, and a truncated or corrupt file is an error that says where, never a partial picture. */
#ifndef CUPEL_PLUGIN_DECODER_H
#define CUPEL_PLUGIN_DECODER_H

#include "media.h"

CUPEL_C_BEGIN

#define CUPEL_DECODER "cupel.decoder/1"

/* The file, by position: a large one is never loaded whole. Owned by the host, valid during the call. */
typedef struct cupel_input {
  uint32_t struct_size;
  uint32_t reserved;
  void *CUPEL_NULLABLE context;
  uint64_t size; /* bytes */

  /* Reads up to `capacity` bytes from `offset` into `buffer`; returns the count, 0 at the end, -1 when reading failed.
   * [thread: one] */
  int64_t (*CUPEL_NONNULL read_at)(
      void *CUPEL_NULLABLE context, uint64_t offset, void *CUPEL_NONNULL buffer, size_t capacity);
} cupel_input;

enum { CUPEL_SIZE_EXACT = 1, CUPEL_SIZE_FIT = 2, CUPEL_SIZE_PIXELS = 3 };
enum { CUPEL_FRAMES_COUNT = 1, CUPEL_FRAMES_RATE = 2, CUPEL_FRAMES_TIMES = 3, CUPEL_FRAMES_SCENES = 4 };
enum { CUPEL_FACT_LOUDNESS = 1 }; /* facts that take time to find out */

/* How large pictures are to be. docs/abi.md has the arithmetic, Sources/CDecoderKit is an implementation to take. */
typedef struct cupel_size {
  uint32_t struct_size;
  uint32_t mode; /* CUPEL_SIZE_*; 0: as in the file */
  uint32_t width; uint32_t height; /* EXACT: these; FIT: at most these, in proportion, never enlarged */
  uint32_t factor; /* PIXELS: sides are multiples of it, the area lies between the next two */
  uint32_t reserved;
  uint64_t min_pixels; uint64_t max_pixels;
  uint64_t max_total_pixels; /* PIXELS: of all frames together; 0: no limit */
} cupel_size;

/* What the host wants of a file, and the limits. 0 in a limit means none. */
typedef struct cupel_wanted {
  uint32_t struct_size;
  uint32_t kinds; /* bits 1 << CUPEL_MEDIA_IMAGE | ...; facts and notes always come */
  uint64_t max_input_bytes;
  uint64_t max_pixels;       /* of one image, before scaling and after */
  uint64_t max_memory_bytes; /* what the decoder may allocate for one file */
  uint64_t max_chunk_bytes;  /* of one ancillary part (a text or profile chunk) */
  uint32_t timeout_ms;       /* the decoder looks at the clock between rows, packets, frames */
  uint8_t background_rgb[3]; /* what transparent pixels are composited on */
  uint8_t reserved[1];
  const cupel_size *CUPEL_NULLABLE image_size; /* NULL: as in the file */
  const cupel_size *CUPEL_NULLABLE frame_size;
  double frames_per_second;                   /* RATE */
  uint32_t min_frames; uint32_t max_frames;   /* RATE, SCENES (most alone); 0: no limit */
  uint32_t frame_multiple;                    /* RATE: the count is a multiple of it */
  uint32_t frame_choice;                      /* CUPEL_FRAMES_*; 0: every frame; one that is not known is CUPEL_UNSUPPORTED */
  const int64_t *CUPEL_NULLABLE frame_times_us; /* TIMES: the frames shown then, in ascending order */
  uint32_t frame_count;                       /* of COUNT, evenly spaced, and of TIMES */
  uint32_t sound_rate_hz; uint32_t sound_channels; /* 0: as in the file */
  uint32_t facts;                             /* bits CUPEL_FACT_*: to be found out, too */
  double scene_threshold;                     /* SCENES: what a change scores at least, 0 to 100 */
} cupel_wanted;

/* Where results go. Every function copies what it keeps; a status other than CUPEL_OK means: stop and return it. */
typedef struct cupel_media_sink {
  uint32_t struct_size;
  uint32_t reserved;
  void *CUPEL_NULLABLE context;
  cupel_status (*CUPEL_NONNULL image)(void *CUPEL_NULLABLE context, const cupel_image *CUPEL_NONNULL image);
  cupel_status (*CUPEL_NONNULL frame)(void *CUPEL_NULLABLE context, const cupel_frame *CUPEL_NONNULL frame);
  cupel_status (*CUPEL_NONNULL sound)(void *CUPEL_NULLABLE context, const cupel_sound *CUPEL_NONNULL sound);
  /* What is known about the file: ("width", "640"), ("colour_type", "palette"). */
  void (*CUPEL_NONNULL fact)(void *CUPEL_NULLABLE context, cupel_text key, cupel_text value);
  /* What was lost or changed on the way: ("alpha", "composited on #ffffff"). */
  void (*CUPEL_NONNULL note)(void *CUPEL_NULLABLE context, cupel_text code, cupel_text message);
} cupel_media_sink;

typedef struct cupel_decoder {
  uint32_t struct_size;
  uint32_t reserved;

  /* How well this decoder reads a file that starts with `head` (up to 4 KiB): 0 not at all, 100 certainly. The name of the file
   * is not asked: the type comes from the bytes. [thread: any] [fails: never] */
  int32_t (*CUPEL_NULLABLE probe)(cupel_bytes head);

  /* Decodes the whole file into `sink`. [thread: any] [calls-back: inline] [fails: error] */
  cupel_status (*CUPEL_NULLABLE decode)(const cupel_input *CUPEL_NONNULL input, const cupel_wanted *CUPEL_NONNULL wanted,
      const cupel_media_sink *CUPEL_NONNULL sink, cupel_error *CUPEL_NONNULL error);
} cupel_decoder;

CUPEL_C_END
#endif
