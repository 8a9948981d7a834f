/* The quick road through the pixels: libdeflate inflates all image data at once, and libpng reads the same file with that data
 * in stored blocks, so that unfiltering, interlacing and colours stay libpng's. Whatever is not as it should be (a checksum, a length, a
 * stream that libdeflate does not take, too little memory for both) is left to the plain road, which alone says what is wrong with a file. */
#include "png_plugin.h"

#include <libdeflate.h>

#include <string.h>

bool cpng_goes_ahead = true;

enum {
  CHUNK_HEADER = 8,
  CHUNK_TRAILER = 4,
  ZLIB_HEADER = 2,
  ZLIB_TRAILER = 4,
  BLOCK_HEADER = 5,
  MOST_IN_BLOCK = 65535,
  WINDOW_OF_32K = 0x78, /* a stream that states a smaller window may break its own word, which libdeflate does not see */
  SLACK = 1 << 20,      /* what libpng and zlib need besides */
};

/* ---- how much there must be ---- */

static uint64_t bits_of_pixel(const cpng_layout *layout) {
  static const uint8_t channels[7] = {1, 0, 3, 1, 2, 0, 4};
  return layout->colour_type < sizeof channels ? (uint64_t)channels[layout->colour_type] * layout->bit_depth : 0;
}

/* Rows of so many pixels, each with the byte of its filter. */
static uint64_t bytes_of_rows(const cpng_layout *layout, uint64_t width, uint64_t height) {
  return width == 0 ? 0 : ((width * bits_of_pixel(layout) + 7) / 8 + 1) * height;
}

/* The size of the inflated data. Adam7's passes begin at a place and take every so manieth pixel. */
static uint64_t inflated_size(const cpng_layout *layout) {
  static const uint8_t starts[7][2] = {{0, 0}, {4, 0}, {0, 4}, {2, 0}, {0, 2}, {1, 0}, {0, 1}};
  static const uint8_t steps[7][2] = {{8, 8}, {8, 8}, {4, 8}, {4, 4}, {2, 4}, {2, 2}, {1, 2}};
  const uint64_t width = layout->width, height = layout->height;
  uint64_t size = 0;
  if (layout->interlace == 0) return bytes_of_rows(layout, width, height);
  for (int pass = 0; pass < 7; pass++) {
    const uint64_t x = steps[pass][0], y = steps[pass][1];
    size += bytes_of_rows(
        layout, (width + x - 1 - starts[pass][0]) / x, (height + y - 1 - starts[pass][1]) / y);
  }
  return size;
}

static uint64_t blocks_of(uint64_t size) { return (size + MOST_IN_BLOCK - 1) / MOST_IN_BLOCK; }

/* Whether all that both roads need fits under the limit, so that what the file is refused for does not depend on the road. */
static bool has_room(const cpng_job *job, uint64_t inflated) {
  const uint64_t limit = job->wanted.max_memory_bytes, pixels = (uint64_t)job->layout.width * job->layout.height;
  const uint64_t needed = inflated + job->layout.data_size + 3 * pixels + 8 * pixels + SLACK;
  return limit == 0 || (job->allocated < limit && needed < limit - job->allocated);
}

/* ---- collecting and inflating ---- */

/* The contents of all IDAT chunks, one behind the other; false where a checksum is wrong or the host cannot read. */
static bool collect(cpng_job *job, uint8_t *to) {
  uint8_t frame[CHUNK_HEADER];
  job->position = job->layout.data_start;
  while (job->position < job->layout.data_end) {
    if (cpng_job_read(job, frame, CHUNK_HEADER) != CUPEL_OK) return false;
    const uint32_t length = cpng_big_endian(frame);
    if (cpng_job_read(job, to, length) != CUPEL_OK) return false;
    const uint32_t sum = libdeflate_crc32(libdeflate_crc32(0, frame + 4, 4), to, length);
    if (cpng_job_read(job, frame, CHUNK_TRAILER) != CUPEL_OK || cpng_big_endian(frame) != sum) return false;
    to += length;
  }
  return true;
}

static bool inflate_all(const uint8_t *data, size_t size, uint8_t *to, size_t inflated) {
  size_t taken = 0;
  struct libdeflate_decompressor *inflater = libdeflate_alloc_decompressor();
  if (inflater == NULL) return false;
  /* Without a place for how much there is, all of the room must be filled; data behind the stream is libpng's to warn of. */
  const enum libdeflate_result result = libdeflate_zlib_decompress_ex(inflater, data, size, to, inflated, &taken, NULL);
  libdeflate_free_decompressor(inflater);
  return result == LIBDEFLATE_SUCCESS && taken == size;
}

cupel_status cpng_ahead_inflate(cpng_job *job) {
  const cpng_layout *layout = &job->layout;
  const uint64_t inflated = inflated_size(layout), size = layout->data_size;
  const uint64_t stored = ZLIB_HEADER + inflated + blocks_of(inflated) * BLOCK_HEADER + ZLIB_TRAILER;
  if (!cpng_goes_ahead || size < ZLIB_HEADER || inflated == 0 || stored > PNG_UINT_31_MAX || !has_room(job, inflated)) return CUPEL_OK;
  uint8_t *data = cpng_job_allocate(job, size), *pixels = data != NULL ? cpng_job_allocate(job, inflated) : NULL;
  if (pixels != NULL && collect(job, data) && data[0] == WINDOW_OF_32K && inflate_all(data, size, pixels, inflated)) {
    job->ahead = (cpng_ahead){.inflated = pixels, .size = inflated, .stored = (uint32_t)stored};
  } else {
    cpng_job_release(job, pixels);
  }
  cpng_job_release(job, data);
  job->position = 0;
  return job->status;
}

/* ---- giving it to libpng ---- */

static void put_big_endian(uint8_t *to, uint32_t value) {
  for (int i = 0; i < 4; i++) to[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* What stands in front of the next bytes: the header of the chunk, that of the stream, those of blocks; or behind all of them. */
static void fill_frame(cpng_ahead *ahead) {
  uint8_t *to = ahead->frame;
  if (!ahead->has_begun) {
    put_big_endian(to, ahead->stored);
    memcpy(to + 4, "IDAT\x78\x01", 6);
    to += 10;
    ahead->has_begun = true;
  }
  if (ahead->given < ahead->size) {
    const uint64_t rest = ahead->size - ahead->given;
    const uint16_t count = rest < MOST_IN_BLOCK ? (uint16_t)rest : MOST_IN_BLOCK;
    to[0] = rest == count; /* the last block */
    to[1] = (uint8_t)count, to[2] = (uint8_t)(count >> 8);
    to[3] = (uint8_t)~count, to[4] = (uint8_t)((uint16_t)~count >> 8);
    to += BLOCK_HEADER;
    ahead->block_rest = count;
  } else {
    memset(to, 0, ZLIB_TRAILER + CHUNK_TRAILER); /* two checksums that nobody asks for: those of the file have been looked at */
    to += ZLIB_TRAILER + CHUNK_TRAILER;
    ahead->is_last = true;
  }
  ahead->frame_size = (size_t)(to - ahead->frame);
  ahead->frame_at = 0;
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* Up to `size` bytes of the chunk. Jumps over the file's own when it is done. */
static size_t give(cpng_job *job, uint8_t *buffer, size_t size) {
  cpng_ahead *ahead = &job->ahead;
  if (ahead->frame_at == ahead->frame_size && ahead->block_rest == 0) fill_frame(ahead);
  if (ahead->frame_at < ahead->frame_size) {
    const size_t count = smaller(size, ahead->frame_size - ahead->frame_at);
    memcpy(buffer, ahead->frame + ahead->frame_at, count);
    ahead->frame_at += count;
    if (ahead->is_last && ahead->frame_at == ahead->frame_size) job->position = job->layout.data_end;
    return count;
  }
  const size_t count = smaller(size, ahead->block_rest);
  memcpy(buffer, ahead->inflated + ahead->given, count);
  ahead->given += count;
  ahead->block_rest -= count;
  return count;
}

cupel_status cpng_ahead_read(cpng_job *job, uint8_t *buffer, size_t size) {
  while (size > 0 && job->ahead.inflated != NULL && job->position == job->layout.data_start) {
    const size_t count = give(job, buffer, size);
    buffer += count;
    size -= count;
  }
  return size > 0 ? cpng_job_read(job, buffer, size) : job->status;
}

void cpng_ahead_free(cpng_job *job) {
  cpng_job_release(job, job->ahead.inflated);
  job->ahead = (cpng_ahead){0};
}
