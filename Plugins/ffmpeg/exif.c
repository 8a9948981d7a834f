/* Exif: the orientation, which the picture needs, and the camera. The directory of the place (GPS) is never entered. */
#include "ffmpeg_plugin.h"

#include <string.h>

enum { ENTRY = 12, MOST_ENTRIES = 512, TEXT = 2, SHORT = 3, LONG = 4 };
enum { MAKE = 0x010F, MODEL = 0x0110, ORIENTATION = 0x0112, MORE = 0x8769, TAKEN = 0x9003 };

typedef struct block {
  cff_job *job;
  bool is_big; /* the order of bytes */
} block;

static uint32_t number(const block *block, const uint8_t *bytes, int count) {
  uint32_t value = 0;
  for (int i = 0; i < count; i++) value |= (uint32_t)bytes[i] << 8 * (block->is_big ? count - 1 - i : i);
  return value;
}

static bool read_at(const block *block, uint32_t at, void *buffer, size_t size) {
  const cff_job *job = block->job;
  if (at > job->exif_size || size > job->exif_size - at) return false;
  return cff_read(block->job, job->exif + at, buffer, size) == size;
}

static void give_text(const block *block, const char *key, const uint8_t entry[ENTRY]) {
  char text[80] = "";
  const uint32_t count = number(block, entry + 4, 4);
  const size_t size = count < sizeof text ? count : sizeof text - 1;
  if (number(block, entry + 2, 2) != TEXT || count == 0) return;
  if (count <= 4) memcpy(text, entry + 8, size);
  else if (!read_at(block, number(block, entry + 8, 4), text, size)) return;
  if (text[0] != 0) cff_fact(block->job, key, "%s", text);
}

/* Reads a directory; returns where the further one is that it names, 0: nowhere. */
static uint32_t read_directory(const block *block, uint32_t at) {
  uint8_t entry[ENTRY];
  uint32_t more = 0;
  if (!read_at(block, at, entry, 2)) return 0;
  const uint32_t count = number(block, entry, 2);
  for (uint32_t i = 0; i < count && i < MOST_ENTRIES; i++) {
    if (!read_at(block, at + 2 + i * ENTRY, entry, ENTRY)) break;
    switch (number(block, entry, 2)) {
      case ORIENTATION:
        if (number(block, entry + 2, 2) == SHORT) {
          const uint32_t value = number(block, entry + 8, 2);
          if (value >= 1 && value <= 8) block->job->orientation = (int)value;
        }
        break;
      case MAKE:
        give_text(block, "camera_make", entry);
        break;
      case MODEL:
        give_text(block, "camera_model", entry);
        break;
      case TAKEN:
        give_text(block, "taken", entry);
        break;
      case MORE:
        if (number(block, entry + 2, 2) == LONG) more = number(block, entry + 8, 4);
        break;
      default:
        break;
    }
  }
  return more;
}

void cff_exif(cff_job *job) {
  uint8_t head[8];
  block block = {.job = job};
  if (job->exif_size < sizeof head || !read_at(&block, 0, head, sizeof head)) return;
  if (memcmp(head, "MM\0*", 4) == 0) block.is_big = true;
  else if (memcmp(head, "II*\0", 4) != 0) return;
  const uint32_t more = read_directory(&block, number(&block, head + 4, 4));
  if (more != 0) read_directory(&block, more);
}
