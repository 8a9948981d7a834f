/* decode LIBRARY FILE: decodes FILE three times with a decoder plugin, the pixels copied as a host does, and prints the
 * best processor time in milliseconds. */
#define _POSIX_C_SOURCE 200809L

#include <cupel_plugin/decoder.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct cupel_error {
  char message[512];
};

static cupel_status fail(cupel_error *error, cupel_status status, cupel_text message) {
  snprintf(error->message, sizeof error->message, "%.*s", (int)message.size, message.data);
  return status;
}

static void ignore_write(cupel_text_sink *sink, cupel_text text) { (void)sink, (void)text; }
static void ignore_log(int32_t level, cupel_text id, cupel_text message) { (void)level, (void)id, (void)message; }

static int64_t read_at(void *context, uint64_t offset, void *buffer, size_t capacity) {
  const cupel_bytes *file = context;
  if (offset >= file->size) return 0;
  const size_t left = file->size - (size_t)offset, count = capacity < left ? capacity : left;
  memcpy(buffer, file->data + offset, count);
  return (int64_t)count;
}

static cupel_status take_image(void *context, const cupel_image *image) {
  const size_t size = (size_t)image->stride * image->height;
  uint8_t *copy = malloc(size);
  if (copy == NULL) return CUPEL_FAILED;
  memcpy(copy, image->pixels, size);
  *(uint8_t *)context += copy[size - 1];
  free(copy);
  return CUPEL_OK;
}

static cupel_status no_frame(void *context, const cupel_frame *frame) {
  (void)context, (void)frame;
  return CUPEL_OK;
}
static cupel_status no_sound(void *context, const cupel_sound *sound) {
  (void)context, (void)sound;
  return CUPEL_OK;
}
static void ignore_pair(void *context, cupel_text key, cupel_text value) { (void)context, (void)key, (void)value; }

static cupel_bytes contents(const char *path) {
  cupel_bytes bytes = {NULL, 0};
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) return bytes;
  const size_t size = (size_t)ftell(file);
  rewind(file);
  uint8_t *data = malloc(size);
  if (data != NULL && fread(data, 1, size, file) == size) bytes = (cupel_bytes){data, size};
  fclose(file);
  return bytes;
}

static double used_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

int main(int count, char **arguments) {
  if (count != 3) return fprintf(stderr, "usage: decode LIBRARY FILE\n"), 2;
  void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return fprintf(stderr, "%s\n", dlerror()), 1;
  cupel_plugin_entry_fn entry;
  *(void **)&entry = dlsym(library, CUPEL_PLUGIN_ENTRY);
  if (entry == NULL) return fprintf(stderr, "%s\n", dlerror()), 1;

  static const cupel_host host = {sizeof host, CUPEL_ABI_MAJOR, CUPEL_ABI_MINOR, fail, ignore_write, ignore_log};
  cupel_error error = {""};
  const cupel_plugin *plugin = entry(CUPEL_ABI_MAJOR << 16 | CUPEL_ABI_MINOR);
  if (plugin->start(&host, &error) != CUPEL_OK) return fprintf(stderr, "%s\n", error.message), 1;
  const cupel_decoder *decoder = plugin->capability(CUPEL_DECODER);

  cupel_bytes file = contents(arguments[2]);
  uint8_t sum = 0;
  const cupel_input input = {sizeof input, 0, &file, file.size, read_at};
  const cupel_wanted wanted = {
      .struct_size = sizeof wanted, .kinds = 1u << CUPEL_MEDIA_IMAGE, .background_rgb = {255, 255, 255}};
  const cupel_media_sink sink = {sizeof sink, 0, &sum, take_image, no_frame, no_sound, ignore_pair, ignore_pair};
  double best = 1e9;
  for (int i = 0; i < 3; i++) {
    const double start = used_ms();
    if (decoder->decode(&input, &wanted, &sink, &error) != CUPEL_OK) return fprintf(stderr, "%s\n", error.message), 1;
    const double time = used_ms() - start;
    if (time < best) best = time;
  }
  printf("%.3f\n", best);
  return 0;
}
