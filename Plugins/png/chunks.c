/* A walk over the file's chunks before libpng sees it. It reads twelve bytes of each chunk, so it is quick whatever the
 * file claims; what it refuses costs no memory, and a file that was cut short is told from a damaged one. */
#include "png_plugin.h"

#include <inttypes.h>
#include <string.h>

typedef struct chunk {
  uint64_t start; /* of the length field */
  uint32_t length;
  char type[5];
} chunk;

uint32_t cpng_big_endian(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool is_letter(char byte) { return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z'); }
static bool is(const chunk *found, const char *type) { return memcmp(found->type, type, 4) == 0; }
/* By bit 5 of the first letter: a decoder may leave the chunk out. */
static bool is_ancillary(const chunk *found) { return (found->type[0] & 0x20) != 0; }

const uint8_t cpng_signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

static cupel_status check_signature(cpng_job *job) {
  uint8_t found[8];
  if (job->input->size < sizeof found) {
    return cpng_job_fail(
        job, CUPEL_INVALID_INPUT, "the file has %" PRIu64 " bytes, too few for a PNG", job->input->size);
  }
  if (cpng_job_read(job, found, sizeof found) != CUPEL_OK) return job->status;
  if (memcmp(found, cpng_signature, sizeof found) == 0) return CUPEL_OK;
  if (memcmp(found, cpng_signature, 4) == 0) {
    return cpng_job_fail(
        job, CUPEL_INVALID_INPUT, "the PNG signature at byte 0 is damaged; the file was changed as if it were text");
  }
  return cpng_job_fail(job, CUPEL_INVALID_INPUT, "not a PNG: the signature at byte 0 is missing");
}

static cupel_status read_chunk(cpng_job *job, chunk *found) {
  const uint64_t size = job->input->size;
  found->start = job->position;
  if (size - found->start < 12) {
    return cpng_job_fail(
        job, CUPEL_INVALID_INPUT, "the file ends at byte %" PRIu64 " without an IEND chunk; it was cut short", size);
  }
  uint8_t header[8];
  if (cpng_job_read(job, header, sizeof header) != CUPEL_OK) return job->status;
  found->length = cpng_big_endian(header);
  memcpy(found->type, header + 4, 4);
  found->type[4] = 0;
  for (int i = 0; i < 4; i++) {
    if (!is_letter(found->type[i])) {
      return cpng_job_fail(
          job, CUPEL_INVALID_INPUT,
          "there is no chunk at byte %" PRIu64 ": its type would be 0x%08" PRIx32 ", not four letters", found->start,
          cpng_big_endian(header + 4));
    }
  }
  if (found->length > 0x7FFFFFFF) {
    return cpng_job_fail(
        job, CUPEL_INVALID_INPUT, "%s: the chunk at byte %" PRIu64 " states an impossible length of %" PRIu32 " bytes",
        found->type, found->start, found->length);
  }
  const uint64_t present = size - found->start - 12;
  if (found->length > present) {
    return cpng_job_fail(
        job, CUPEL_INVALID_INPUT,
        "%s: the file ends inside the chunk at byte %" PRIu64 ": it states %" PRIu32 " bytes, %" PRIu64
        " are there; it was cut short",
        found->type, found->start, found->length, present);
  }
  const uint64_t limit = job->wanted.max_chunk_bytes;
  if (limit != 0 && found->length > limit && is_ancillary(found) && !is(found, "fdAT")) {
    return cpng_job_fail(
        job, CUPEL_LIMIT,
        "%s: the chunk at byte %" PRIu64 " holds %" PRIu32 " bytes, over the limit max_chunk_bytes = %" PRIu64,
        found->type, found->start, found->length, limit);
  }
  return CUPEL_OK;
}

/* ---- the header, and the limits on what it states ---- */

static cupel_status read_header(cpng_job *job, const chunk *found) {
  if (!is(found, "IHDR") || found->length != 13) {
    return cpng_job_fail(
        job, CUPEL_INVALID_INPUT, "%s: the first chunk must be an IHDR of 13 bytes, this one has %" PRIu32, found->type,
        found->length);
  }
  uint8_t bytes[13];
  if (cpng_job_read(job, bytes, sizeof bytes) != CUPEL_OK) return job->status;
  cpng_layout *layout = &job->layout;
  layout->width = cpng_big_endian(bytes);
  layout->height = cpng_big_endian(bytes + 4);
  layout->bit_depth = bytes[8];
  layout->colour_type = bytes[9];
  layout->interlace = bytes[12];

  const uint64_t width = layout->width, height = layout->height, pixels = width * height;
  if (width == 0 || height == 0 || width > 0x7FFFFFFF || height > 0x7FFFFFFF) {
    return cpng_job_fail(
        job, CUPEL_INVALID_INPUT, "IHDR: an image cannot have %" PRIu64 " x %" PRIu64 " pixels", width, height);
  }
  const uint64_t limit = job->wanted.max_pixels;
  if (limit != 0 && pixels > limit) {
    return cpng_job_fail(
        job, CUPEL_LIMIT,
        "IHDR: the image has %" PRIu64 " x %" PRIu64 " = %" PRIu64 " pixels, over the limit max_pixels = %" PRIu64,
        width, height, pixels, limit);
  }
  if (width > UINT32_MAX / 3) {
    return cpng_job_fail(job, CUPEL_UNSUPPORTED, "IHDR: a row of %" PRIu64 " pixels is too long to hand over", width);
  }
  return CUPEL_OK;
}

/* ---- what decoding will leave out ---- */

static uint16_t exif_u16(const uint8_t *bytes, bool is_little) {
  return (uint16_t)(is_little ? bytes[0] | bytes[1] << 8 : bytes[0] << 8 | bytes[1]);
}

/* The orientation of an Exif block (a TIFF file; tag 0x0112 of its first directory), 0 when it states none. */
static uint16_t exif_orientation(const uint8_t *bytes, size_t size) {
  if (size < 8) return 0;
  const bool is_little = bytes[0] == 'I';
  const size_t directory = exif_u16(bytes + (is_little ? 4 : 6), is_little); /* blocks read here are below 64 KiB */
  if (directory + 2 > size) return 0;
  const size_t count = exif_u16(bytes + directory, is_little);
  for (size_t i = 0, at = directory + 2; i < count && at + 12 <= size; i++, at += 12) {
    if (exif_u16(bytes + at, is_little) == 0x0112) return exif_u16(bytes + at + 8, is_little);
  }
  return 0;
}

static cupel_status read_exif(cpng_job *job, const chunk *found) {
  uint8_t bytes[4096];
  const size_t size = found->length < sizeof bytes ? found->length : sizeof bytes;
  if (cpng_job_read(job, bytes, size) != CUPEL_OK) return job->status;
  job->layout.has_exif = true;
  job->layout.exif_orientation = exif_orientation(bytes, size);
  return CUPEL_OK;
}

/* A profile's name: Latin-1 up to a NUL, at most 79 bytes; kept as printable ASCII. */
static cupel_status read_profile_name(cpng_job *job, const chunk *found) {
  char *name = job->layout.profile_name;
  const size_t size = found->length < 79 ? found->length : 79;
  if (cpng_job_read(job, name, size) != CUPEL_OK) return job->status;
  name[size] = 0;
  for (char *byte = name; *byte != 0; byte++) {
    if (*byte < ' ' || *byte > '~') *byte = '?';
  }
  job->layout.has_profile = true;
  return CUPEL_OK;
}

static cupel_status read_animation(cpng_job *job, const chunk *found) {
  uint8_t bytes[4];
  if (found->length < sizeof bytes) return CUPEL_OK;
  if (cpng_job_read(job, bytes, sizeof bytes) != CUPEL_OK) return job->status;
  job->layout.animation_frames = cpng_big_endian(bytes);
  return CUPEL_OK;
}

static cupel_status read_cicp(cpng_job *job, const chunk *found) {
  if (found->length != 4) return CUPEL_OK;
  job->layout.has_cicp = true;
  return cpng_job_read(job, job->layout.cicp, 4);
}

/* Chunks that libpng reads, and those whose loss changes nothing that is seen. */
static bool is_known(const chunk *found) {
  static const char *const types[] = {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "pHYs", "sBIT",
                                      "bKGD", "hIST", "sPLT", "tIME", "oFFs", "pCAL", "sCAL", "sTER", "fcTL", "fdAT"};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    if (is(found, types[i])) return true;
  }
  return false;
}

static void note_data(cpng_layout *layout, const chunk *found) {
  const bool is_first = layout->data_end == 0, is_next = layout->data_end == found->start;
  if (is_first) layout->data_start = found->start;
  layout->data_size = is_first || (is_next && layout->data_size > 0) ? layout->data_size + found->length : 0;
  layout->data_end = found->start + 12 + found->length;
}

static cupel_status note_chunk(cpng_job *job, const chunk *found) {
  cpng_layout *layout = &job->layout;
  if (is(found, "IDAT")) note_data(layout, found);
  else if (is(found, "tEXt") || is(found, "zTXt") || is(found, "iTXt")) layout->text_count++;
  else if (is(found, "iCCP")) return read_profile_name(job, found);
  else if (is(found, "cICP")) return read_cicp(job, found);
  else if (is(found, "acTL")) return read_animation(job, found);
  else if (is(found, "eXIf")) return read_exif(job, found);
  else if (!is_known(found) && layout->unknown_count++ < CPNG_UNKNOWN) {
    memcpy(layout->unknown[layout->unknown_count - 1], found->type, 5);
  }
  return CUPEL_OK;
}

cupel_status cpng_chunks_walk(cpng_job *job) {
  const uint64_t limit = job->wanted.max_input_bytes;
  if (limit != 0 && job->input->size > limit) {
    return cpng_job_fail(
        job, CUPEL_LIMIT, "the file is %" PRIu64 " bytes large, over the limit max_input_bytes = %" PRIu64,
        job->input->size, limit);
  }
  if (check_signature(job) != CUPEL_OK) return job->status;

  chunk found;
  bool is_first = true;
  do {
    if (read_chunk(job, &found) != CUPEL_OK) return job->status;
    if (is_first && read_header(job, &found) != CUPEL_OK) return job->status;
    if (note_chunk(job, &found) != CUPEL_OK) return job->status;
    is_first = false;
    job->position = found.start + 12 + found.length;
  } while (!is(&found, "IEND"));
  job->layout.end = job->position;
  job->position = 0;
  return CUPEL_OK;
}
