/* A decoder whose pictures contradict themselves, in the way that the file names. */
#include "base.h"

#include <unistd.h>

static int32_t probe(cupel_bytes head) { return head.size > 0 ? 1000 : -5; }

static cupel_status decode(
    const cupel_input *input, const cupel_wanted *wanted, const cupel_media_sink *sink, cupel_error *error) {
  (void)error;
  static const uint8_t pixels[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  char wish[32] = {0};
  input->read_at(input->context, 0, wish, sizeof wish - 1);
  cupel_image image = {.struct_size = sizeof image, .width = 2, .height = 2, .stride = 6, .pixels = pixels};
  if (strcmp(wish, "large stride") == 0) image.stride = 0xFFFFFFFFu;
  if (strcmp(wish, "small stride") == 0) image.stride = 5;
  if (strcmp(wish, "no area") == 0) image.width = 0;
  if (strcmp(wish, "too many pixels") == 0) image.width = image.height = 0x40000000u, image.stride = 0xC0000000u;
  if (strcmp(wish, "most pixels") == 0) image.width = image.height = UINT32_MAX, image.stride = UINT32_MAX;
  if (strcmp(wish, "no size") == 0) image.struct_size = 0;
  if (strcmp(wish, "no pixels") == 0) image.pixels = NULL;
  if (strcmp(wish, "nothing") == 0) return CUPEL_OK;
  if (strcmp(wish, "silent failure") == 0) return CUPEL_LIMIT;
  if (strcmp(wish, "hang") == 0) {
    while (pause() < 1) {
    }
  }
  if (strcmp(wish, "read beyond") == 0) {
    uint8_t one;
    if (input->read_at(input->context, UINT64_MAX, &one, 1) != 0) return CUPEL_FAILED;
    if (input->read_at(input->context, input->size - 1, wish, sizeof wish) != 1) return CUPEL_FAILED;
  }
  if (strcmp(wish, "facts") == 0) {
    sink->fact(sink->context, text("background"), wanted->background_rgb[0] == 255 ? text("white") : text("not white"));
    sink->note(sink->context, text("odd"), text("\xff"));
  }
  sink->image(sink->context, &image);
  if (strcmp(wish, "two images") == 0) sink->image(sink->context, &image);
  /* Whatever the sink said, this decoder claims success. */
  return CUPEL_OK;
}

DECODER(.probe = probe, .decode = decode)
PLUGIN("broken-images", .abi_minor = 0)
