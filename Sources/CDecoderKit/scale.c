/* Pillow's resize(BICUBIC) for RGB8: two passes of a convolution in fixed point, first along the rows. */
#include "cupel_decoder_kit.h"

#include <math.h>
#include <string.h>

/* Sums of 8-bit samples and weights fit into 32 bits with the sign and the kernel's overshoot. */
#define PRECISION 22
#define SUPPORT 2.0

/* Which samples make up each output sample. */
typedef struct taps {
  int32_t *first;  /* per output sample */
  int32_t *count;  /* per output sample */
  int32_t *weight; /* `most` per output sample */
  double *exact;   /* `most`, while they are computed */
  size_t most;
} taps;

static double bicubic(double x) {
  const double a = -0.5;
  x = fabs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

static double widening(uint32_t from, uint32_t to) { return from > to ? (double)from / to : 1; }

static size_t most_taps(uint32_t from, uint32_t to) { return (size_t)ceil(SUPPORT * widening(from, to)) * 2 + 1; }

static size_t aligned(size_t size) { return (size + 15) & ~(size_t)15; }

static size_t taps_memory(uint32_t from, uint32_t to) {
  const size_t most = most_taps(from, to);
  return aligned(most * sizeof(double)) + aligned(to * (2 + most) * sizeof(int32_t));
}

/* The weights of one output sample; they sum to one. */
static void fill_sample(taps *taps, uint32_t sample, uint32_t from, uint32_t to) {
  const double widen = widening(from, to), centre = (sample + 0.5) * ((double)from / to);
  const double reach = SUPPORT * widen;
  int32_t first = (int32_t)(centre - reach + 0.5), end = (int32_t)(centre + reach + 0.5);
  double sum = 0;
  if (first < 0) first = 0;
  if (end > (int32_t)from) end = (int32_t)from;
  const int32_t count = end - first;
  for (int32_t i = 0; i < count; i++) {
    taps->exact[i] = bicubic((i + first - centre + 0.5) * (1 / widen));
    sum += taps->exact[i];
  }
  for (int32_t i = 0; i < count; i++) {
    const double share = (sum != 0 ? taps->exact[i] / sum : taps->exact[i]) * (1 << PRECISION);
    taps->weight[sample * taps->most + (size_t)i] = (int32_t)(share < 0 ? share - 0.5 : share + 0.5);
  }
  taps->first[sample] = first;
  taps->count[sample] = count;
}

static taps make_taps(uint32_t from, uint32_t to, uint8_t *memory) {
  taps taps = {.most = most_taps(from, to), .exact = (double *)memory};
  taps.first = (int32_t *)(memory + aligned(taps.most * sizeof(double)));
  taps.count = taps.first + to;
  taps.weight = taps.count + to;
  for (uint32_t sample = 0; sample < to; sample++) fill_sample(&taps, sample, from, to);
  return taps;
}

static uint8_t clipped(int32_t sum) {
  sum >>= PRECISION;
  return sum < 0 ? 0 : sum > 255 ? 255 : (uint8_t)sum;
}

/* Compiled for what most servers have as well, and chosen when the library is loaded: sums of 32-bit products are what SSE2 lacks. Not under
   the thread sanitizer, which has not started when the loader chooses. */
#if defined(__has_feature)
#define IS_WATCHED __has_feature(thread_sanitizer)
#else
#define IS_WATCHED 0
#endif
#if defined(__x86_64__) && defined(__gnu_linux__) && !IS_WATCHED
#define FOR_VECTORS __attribute__((target_clones("avx2", "default")))
#else
#define FOR_VECTORS
#endif

typedef int32_t lanes __attribute__((vector_size(16)));
typedef uint8_t bytes __attribute__((vector_size(4)));

/* A pixel and the byte behind it. */
static inline __attribute__((always_inline)) lanes four(const uint8_t *pixel) {
  bytes loaded;
  memcpy(&loaded, pixel, sizeof loaded);
  return __builtin_convertvector(loaded, lanes);
}

FOR_VECTORS
static void scale_row(const taps *taps, const uint8_t *row, uint8_t *output, uint32_t width) {
  for (uint32_t x = 0; x < width; x++) {
    const uint8_t *from = row + 3 * (size_t)taps->first[x];
    const int32_t *weight = taps->weight + x * taps->most;
    const int32_t half = 1 << (PRECISION - 1), last = taps->count[x] - 1;
    lanes sums = {half, half, half, 0};
    for (int32_t i = 0; i < last; i++, from += 3) sums += four(from) * weight[i];
    /* Behind the last pixel of a picture there may be nothing to read. */
    sums += (lanes){from[0], from[1], from[2], 0} * weight[last];
    for (int i = 0; i < 3; i++) output[3 * (size_t)x + (size_t)i] = clipped(sums[i]);
  }
}

/* One output row from several of the same width; `sums` holds as many numbers as a row has bytes. */
FOR_VECTORS
static void mix_rows(
    const taps *taps, uint32_t y, const uint8_t *rows, size_t stride, int32_t *sums, uint8_t *output) {
  for (size_t x = 0; x < stride; x++) sums[x] = 1 << (PRECISION - 1);
  for (int32_t i = 0; i < taps->count[y]; i++) {
    const uint8_t *row = rows + stride * (size_t)(taps->first[y] + i);
    const int32_t weight = taps->weight[y * taps->most + (size_t)i];
    for (size_t x = 0; x < stride; x++) sums[x] += row[x] * weight;
  }
  for (size_t x = 0; x < stride; x++) output[x] = clipped(sums[x]);
}

size_t cdk_scale_scratch(cdk_extent from, cdk_extent to) {
  const double rows = 3.0 * to.width * from.height;
  if (rows > 1e15) return 0;
  return taps_memory(from.width, to.width) + taps_memory(from.height, to.height) + aligned((size_t)rows) +
      aligned(3 * (size_t)to.width * sizeof(int32_t));
}

bool cdk_scale(const uint8_t *pixels, cdk_extent from, uint8_t *output, cdk_extent to, void *scratch,
    bool (*go_on)(void *context), void *context) {
  uint8_t *memory = scratch;
  const size_t stride = 3 * (size_t)to.width, source_stride = 3 * (size_t)from.width;
  const taps across = make_taps(from.width, to.width, memory);
  memory += taps_memory(from.width, to.width);
  const taps down = make_taps(from.height, to.height, memory);
  memory += taps_memory(from.height, to.height);
  int32_t *sums = (int32_t *)memory;
  uint8_t *rows = memory + aligned(stride * sizeof(int32_t));

  for (uint32_t y = 0; y < from.height; y++) {
    if (!go_on(context)) return false;
    const uint8_t *row = pixels + source_stride * y;
    if (from.width == to.width) memcpy(rows + stride * y, row, stride);
    else scale_row(&across, row, rows + stride * y, to.width);
  }
  for (uint32_t y = 0; y < to.height; y++) {
    if (!go_on(context)) return false;
    if (from.height == to.height) memcpy(output + stride * y, rows + stride * y, stride);
    else mix_rows(&down, y, rows, stride, sums, output + stride * y);
  }
  return true;
}
