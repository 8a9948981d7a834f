/* Integrated loudness after ITU-R BS.1770-4 and EBU R128: K-weighted, in blocks of 400 ms that overlap by three quarters, gated at -70 LUFS
 * and then at 10 LU below the mean of what is left. Of the file's own samples, before they are resampled or mixed. */
#include "ffmpeg_plugin.h"

#include <libavutil/channel_layout.h>

#include <math.h>
#include <stdlib.h>

enum { STAGES = 2, MOST_CHANNELS = 64 };

typedef struct stage {
  double b[3], a[2];
} stage;

/* What a stage remembers of a channel: two samples in, two out. */
typedef struct memory {
  double x1, x2, y1, y2;
} memory;

struct cff_loudness {
  SwrContext *converter; /* to doubles */
  AVChannelLayout layout;
  int format, rate;
  stage stages[STAGES];
  memory memories[MOST_CHANNELS][STAGES];
  double weights[MOST_CHANNELS];
  double *samples; /* of one frame */
  int capacity;    /* samples per channel */
  double *steps;   /* energy of each 100 ms, all channels */
  uint64_t step_count, step_capacity;
  uint64_t taken;  /* samples of the step that is under way */
  double energy;   /* the same */
  bool has_changed; /* rate or channels: there is no one loudness */
};

/* The two filters, a shelf and a high pass, for any rate: BS.1770 gives them for 48 kHz, the parameters behind are those of
 * libebur128. The high pass keeps at all rates the gain that it has there. */
static void set_filters(cff_loudness *loudness) {
  const double rate = loudness->rate, k = tan(M_PI * 1681.974450955533 / rate), q = 0.7071752369554196;
  const double high = pow(10, 3.999843853973347 / 20), band = pow(high, 0.4996667741545416), a0 = 1 + k / q + k * k;
  loudness->stages[0] = (stage){
      {(high + band * k / q + k * k) / a0, 2 * (k * k - high) / a0, (high - band * k / q + k * k) / a0},
      {2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0}};
  const double f = 38.13547087602444, p = 0.5003270373238773;
  const double l = tan(M_PI * f / rate), l48 = tan(M_PI * f / 48000), c0 = 1 + l / p + l * l;
  const double gain = (1 + l48 / p + l48 * l48) / c0;
  loudness->stages[1] = (stage){{gain, -2 * gain, gain}, {2 * (l * l - 1) / c0, (1 - l / p + l * l) / c0}};
}

/* What is behind the listener counts for more, low frequencies alone for nothing. */
static double weight_of(enum AVChannel channel) {
  switch (channel) {
    case AV_CHAN_LOW_FREQUENCY:
    case AV_CHAN_LOW_FREQUENCY_2:
      return 0;
    case AV_CHAN_BACK_LEFT:
    case AV_CHAN_BACK_CENTER:
    case AV_CHAN_BACK_RIGHT:
    case AV_CHAN_SIDE_LEFT:
    case AV_CHAN_SIDE_RIGHT:
    case AV_CHAN_TOP_BACK_LEFT:
    case AV_CHAN_TOP_BACK_CENTER:
    case AV_CHAN_TOP_BACK_RIGHT:
    case AV_CHAN_SURROUND_DIRECT_LEFT:
    case AV_CHAN_SURROUND_DIRECT_RIGHT:
      return 1.41;
    default:
      return 1;
  }
}

cupel_status cff_loudness_begin(cff_job *job, const AVFrame *frame) {
  cff_loudness *loudness = job->samples.loudness = cff_allocate(job, sizeof *loudness);
  if (loudness == NULL) return job->status;
  *loudness = (cff_loudness){.format = frame->format, .rate = frame->sample_rate};
  if (frame->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
    av_channel_layout_default(&loudness->layout, frame->ch_layout.nb_channels);
  } else if (av_channel_layout_copy(&loudness->layout, &frame->ch_layout) < 0) {
    return cff_fail(job, CUPEL_FAILED, "out of memory");
  }
  for (int i = 0; i < loudness->layout.nb_channels && i < MOST_CHANNELS; i++) {
    loudness->weights[i] = weight_of(av_channel_layout_channel_from_index(&loudness->layout, (unsigned)i));
  }
  set_filters(loudness);
  int result = swr_alloc_set_opts2(
      &loudness->converter, &loudness->layout, AV_SAMPLE_FMT_DBL, loudness->rate, &loudness->layout, frame->format,
      loudness->rate, 0, NULL);
  if (result >= 0) result = swr_init(loudness->converter);
  return result < 0 ? cff_fail_av(job, result, "the loudness could not be measured") : job->status;
}

static double filtered(const stage *stage, memory *memory, double x) {
  const double y = stage->b[0] * x + stage->b[1] * memory->x1 + stage->b[2] * memory->x2 - stage->a[0] * memory->y1 -
      stage->a[1] * memory->y2;
  memory->x2 = memory->x1, memory->x1 = x;
  memory->y2 = memory->y1, memory->y1 = y;
  return y;
}

static cupel_status end_step(cff_job *job, cff_loudness *loudness) {
  if (loudness->step_count == loudness->step_capacity) {
    const uint64_t capacity = 2 * loudness->step_capacity + 600, more = (capacity - loudness->step_capacity) * sizeof(double);
    if (cff_check_memory(job, more) != CUPEL_OK) return job->status;
    double *steps = realloc(loudness->steps, capacity * sizeof *steps);
    if (steps == NULL) return cff_fail(job, CUPEL_FAILED, "out of memory");
    atomic_fetch_add(&job->allocated, more);
    loudness->steps = steps;
    loudness->step_capacity = capacity;
  }
  loudness->steps[loudness->step_count++] = loudness->energy;
  loudness->energy = 0;
  loudness->taken = 0;
  return job->status;
}

static cupel_status add(cff_job *job, cff_loudness *loudness, int count) {
  const int channels = loudness->layout.nb_channels, step = loudness->rate / 10;
  const double *sample = loudness->samples;
  for (int i = 0; i < count; i++, sample += channels) {
    for (int channel = 0; channel < channels; channel++) {
      double value = sample[channel];
      for (int s = 0; s < STAGES; s++) value = filtered(&loudness->stages[s], &loudness->memories[channel][s], value);
      loudness->energy += loudness->weights[channel] * value * value;
    }
    if (++loudness->taken == (uint64_t)step && end_step(job, loudness) != CUPEL_OK) break;
  }
  return job->status;
}

cupel_status cff_loudness_take(cff_job *job, const AVFrame *frame) {
  cff_loudness *loudness = job->samples.loudness;
  const int count = frame->nb_samples, channels = loudness->layout.nb_channels;
  loudness->has_changed |= frame->format != loudness->format || frame->sample_rate != loudness->rate ||
      frame->ch_layout.nb_channels != channels;
  if (loudness->has_changed) return job->status;
  if (count > loudness->capacity) {
    const uint64_t size = (uint64_t)count * (uint64_t)channels * sizeof(double);
    if (cff_check_memory(job, size) != CUPEL_OK) return job->status;
    double *samples = realloc(loudness->samples, size);
    if (samples == NULL) return cff_fail(job, CUPEL_FAILED, "out of memory");
    loudness->samples = samples;
    loudness->capacity = count;
  }
  uint8_t *output = (uint8_t *)loudness->samples;
  const int made = swr_convert(loudness->converter, &output, count, (const uint8_t **)frame->extended_data, count);
  if (made < 0) return cff_fail_av(job, made, "the loudness could not be measured");
  return add(job, loudness, made);
}

/* ---- the measure ---- */

static double level(double power) { return -0.691 + 10 * log10(power); }

static double power_of_block(const cff_loudness *loudness, uint64_t first) {
  const double *steps = loudness->steps + first;
  return (steps[0] + steps[1] + steps[2] + steps[3]) / (4.0 * (loudness->rate / 10));
}

/* The mean power of all blocks above a level; 0: there is none. */
static double mean_above(const cff_loudness *loudness, uint64_t blocks, double gate) {
  double sum = 0;
  uint64_t count = 0;
  for (uint64_t i = 0; i < blocks; i++) {
    const double power = power_of_block(loudness, i);
    if (!(level(power) > gate)) continue;
    sum += power;
    count++;
  }
  return count > 0 ? sum / (double)count : 0;
}

bool cff_loudness_of(const cff_job *job, uint64_t count, double *integrated) {
  const cff_loudness *loudness = job->samples.loudness;
  if (loudness == NULL || loudness->has_changed || loudness->rate < 10) return false;
  const uint64_t inside = count / (uint64_t)(loudness->rate / 10);
  const uint64_t steps = inside < loudness->step_count ? inside : loudness->step_count;
  if (steps < 4) return false;
  const double loud = mean_above(loudness, steps - 3, -70);
  if (loud <= 0) return false;
  *integrated = level(mean_above(loudness, steps - 3, level(loud) - 10));
  return isfinite(*integrated);
}

void cff_loudness_free(cff_job *job) {
  cff_loudness *loudness = job->samples.loudness;
  if (loudness == NULL) return;
  swr_free(&loudness->converter);
  av_channel_layout_uninit(&loudness->layout);
  free(loudness->samples);
  cff_release(job, loudness->steps, loudness->step_capacity * sizeof(double));
  cff_release(job, loudness, sizeof *loudness);
}
