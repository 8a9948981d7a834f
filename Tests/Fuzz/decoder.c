/* Any bytes, through a decoder plugin as the host calls it, under small limits. What a decoder must keep is checked for every input; what
 * the sanitizers say is a finding, too. Built and run by Tests/Fuzz/run. */
#include <cupel_plugin/cupel_plugin.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition)                                                             \
  do {                                                                              \
    if (!(condition)) {                                                             \
      fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);       \
      abort();                                                                      \
    }                                                                               \
  } while (0)

enum { MOST_PIXELS = 1 << 18, MOST_MEMORY = 128 << 20, SOUND_RATE = 16000 };

/* ---- the host ---- */

struct cupel_error {
  cupel_status status;
  size_t length;
  uint32_t words; /* a digest of the message */
};

static uint32_t digest(const void *data, size_t size) {
  const uint8_t *bytes = data;
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < size; i++) hash = (hash ^ bytes[i]) * 16777619u;
  return hash;
}

static cupel_status fail(cupel_error *error, cupel_status status, cupel_text message) {
  MUST(status != CUPEL_OK);
  error->status = status;
  error->length = message.size;
  error->words = digest(message.data, message.size);
  return status;
}

static void write_text(cupel_text_sink *sink, cupel_text text) { (void)sink, (void)text; }

static void log_text(int32_t level, cupel_text plugin, cupel_text message) { (void)level, (void)plugin, (void)message; }

static const cupel_host host = {
    .struct_size = sizeof host,
    .abi_major = CUPEL_ABI_MAJOR,
    .abi_minor = CUPEL_ABI_MINOR,
    .fail = fail,
    .write = write_text,
    .log = log_text,
};

/* ---- the file ---- */

static int64_t read_at(void *context, uint64_t offset, void *buffer, size_t capacity) {
  const cupel_bytes *file = context;
  if (offset >= file->size) return 0;
  const size_t rest = file->size - (size_t)offset, count = capacity < rest ? capacity : rest;
  memcpy(buffer, file->data + offset, count);
  return (int64_t)count;
}

/* ---- what comes out ---- */

typedef struct taken {
  const cupel_wanted *wanted;
  unsigned images, frames, sounds;
  int64_t last_time;
  uint64_t sum; /* of all bytes, so that each is read */
} taken;

static void look_at(taken *taken, const cupel_image *image, const cupel_size *size) {
  MUST(image->width > 0 && image->height > 0);
  MUST((uint64_t)image->width * image->height <= MOST_PIXELS);
  MUST(image->stride >= 3 * image->width && image->pixels != NULL);
  if (size != NULL && size->mode == CUPEL_SIZE_EXACT) MUST(image->width == size->width && image->height == size->height);
  if (size != NULL && size->mode == CUPEL_SIZE_FIT) MUST(image->width <= size->width && image->height <= size->height);
  for (uint32_t y = 0; y < image->height; y++) {
    const uint8_t *row = image->pixels + (size_t)image->stride * y;
    for (uint32_t x = 0; x < 3 * image->width; x++) taken->sum += row[x];
  }
}

static cupel_status take_image(void *context, const cupel_image *image) {
  taken *taken = context;
  MUST(taken->images++ == 0);
  look_at(taken, image, taken->wanted->image_size);
  return CUPEL_OK;
}

static cupel_status take_frame(void *context, const cupel_frame *frame) {
  taken *taken = context;
  MUST(taken->frames == 0 || frame->time_us >= taken->last_time);
  taken->last_time = frame->time_us;
  taken->frames++;
  if (taken->wanted->frame_choice == CUPEL_FRAMES_COUNT) MUST(taken->frames <= taken->wanted->frame_count);
  if (taken->wanted->frame_choice == CUPEL_FRAMES_SCENES) MUST(taken->frames <= taken->wanted->max_frames);
  look_at(taken, frame->image, taken->wanted->frame_size);
  return CUPEL_OK;
}

static cupel_status take_sound(void *context, const cupel_sound *sound) {
  taken *taken = context;
  const cupel_wanted *wanted = taken->wanted;
  MUST(taken->sounds++ == 0 && sound->rate_hz > 0 && sound->channels > 0);
  if (wanted->sound_rate_hz != 0) MUST(sound->rate_hz == wanted->sound_rate_hz);
  if (wanted->sound_channels != 0) MUST(sound->channels == wanted->sound_channels);
  MUST(sound->frame_count <= MOST_MEMORY / sizeof(float) / sound->channels);
  for (uint64_t i = 0; i < sound->frame_count * sound->channels; i++) {
    MUST(isfinite(sound->samples[i]) && fabsf(sound->samples[i]) <= 1);
  }
  return CUPEL_OK;
}

static void take_text(void *context, cupel_text key, cupel_text value) {
  taken *taken = context;
  for (size_t i = 0; i < key.size; i++) taken->sum += (uint8_t)key.data[i];
  for (size_t i = 0; i < value.size; i++) taken->sum += (uint8_t)value.data[i];
}

/* ---- one input ---- */

static const cupel_decoder *decoder(void) {
  static const cupel_decoder *found;
  cupel_error error = {0};
  if (found != NULL) return found;
  const cupel_plugin *plugin = cupel_plugin_entry(CUPEL_ABI_MAJOR);
  MUST(plugin->start(&host, &error) == CUPEL_OK);
  found = plugin->capability(CUPEL_DECODER);
  return found;
}

typedef struct outcome {
  cupel_status status;
  uint32_t words; /* of the error */
  uint64_t sum;   /* of what came */
} outcome;

/* What is asked for follows from the bytes, so that an input is the same each time. */
static outcome decode(const uint8_t *data, size_t size) {
  static const int64_t times[] = {0, 1, 40000, 1000000, INT64_MAX};
  const cupel_size exact = {.struct_size = sizeof exact, .mode = CUPEL_SIZE_EXACT, .width = 29, .height = 17};
  const cupel_size fit = {.struct_size = sizeof fit, .mode = CUPEL_SIZE_FIT, .width = 40, .height = 30};
  const uint32_t choice = digest(data, size);
  cupel_bytes file = {data, size};
  cupel_error error = {0};
  cupel_wanted wanted = {
      .struct_size = sizeof wanted,
      .kinds = 1u << CUPEL_MEDIA_IMAGE | 1u << CUPEL_MEDIA_FRAMES | 1u << CUPEL_MEDIA_SOUND,
      .max_input_bytes = 1 << 24,
      .max_pixels = MOST_PIXELS,
      .max_memory_bytes = MOST_MEMORY,
      .max_chunk_bytes = 1 << 20,
      .timeout_ms = 4000,
      .image_size = choice % 3 == 0 ? NULL : choice % 3 == 1 ? &exact : &fit,
      .frame_size = choice % 5 == 0 ? NULL : choice % 5 < 3 ? &exact : &fit,
      .frame_choice = choice % 5,
      .scene_threshold = choice % 13,
      .facts = choice % 17 < 9 ? CUPEL_FACT_LOUDNESS : 0,
      .frame_count = choice % 5 == CUPEL_FRAMES_TIMES ? sizeof times / sizeof times[0] : 4,
      .frame_times_us = times,
      .frames_per_second = 2,
      .min_frames = 4,
      .max_frames = 32,
      .frame_multiple = 2,
      .sound_rate_hz = choice % 7 < 3 ? SOUND_RATE : 0,
      .sound_channels = choice % 11 < 5 ? 1 : 0,
  };
  taken taken = {.wanted = &wanted};
  const cupel_input input = {.struct_size = sizeof input, .context = &file, .size = size, .read_at = read_at};
  const cupel_media_sink sink = {
      .struct_size = sizeof sink, .context = &taken, .image = take_image, .frame = take_frame, .sound = take_sound,
      .fact = take_text, .note = take_text};

  const int32_t score = decoder()->probe((cupel_bytes){data, size < 4096 ? size : 4096});
  MUST(score >= 0 && score <= 100);
  const cupel_status status = decoder()->decode(&input, &wanted, &sink, &error);
  if (status == CUPEL_OK) {
    MUST(taken.images + taken.frames + taken.sounds > 0);
  } else {
    MUST(error.status == status && error.length > 0);
  }
  return (outcome){status, error.words, status == CUPEL_OK ? taken.sum : 0};
}

#ifdef CUPEL_TWO_ROADS
extern bool cpng_goes_ahead;

/* Both roads of the png plugin must come to the same. */
static void compare(const uint8_t *data, size_t size, outcome found) {
  cpng_goes_ahead = false;
  const outcome other = decode(data, size);
  cpng_goes_ahead = true;
  if (other.status == CUPEL_TIMEOUT) return;
  MUST(other.status == found.status && other.words == found.words && other.sum == found.sum);
}
#else
static void compare(const uint8_t *data, size_t size, outcome found) { (void)data, (void)size, (void)found; }
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const outcome found = decode(data, size);
  if (found.status != CUPEL_TIMEOUT) compare(data, size, found);
  return 0;
}
