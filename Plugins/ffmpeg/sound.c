/* Samples: decoded as packets come, resampled, mixed, and kept to the end. */
#include "ffmpeg_plugin.h"

#include <libavutil/channel_layout.h>

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Time and memory for the filter of a resampler grow with the rate, and are nobody's limit. */
enum { MOST_CHANNELS = 64, HIGHEST_RATE = 768000 };

static uint64_t bytes_of(const cff_samples *samples, uint64_t count) {
  return count * samples->channels * sizeof *samples->values;
}

/* Room for `more` samples per channel. */
static cupel_status reserve(cff_job *job, uint64_t more) {
  cff_samples *samples = &job->samples;
  if (samples->count + more <= samples->capacity) return job->status;
  uint64_t capacity = samples->capacity + samples->capacity / 2;
  if (capacity < samples->count + more) capacity = samples->count + more + 4096;
  const uint64_t size = bytes_of(samples, capacity), held = bytes_of(samples, samples->capacity);
  if (cff_check_memory(job, size - held) != CUPEL_OK) return job->status;
  float *values = realloc(samples->values, size);
  if (values == NULL) return cff_fail(job, CUPEL_FAILED, "out of memory: %" PRIu64 " bytes could not be had", size);
  atomic_fetch_add(&job->allocated, size - held);
  samples->values = values;
  samples->capacity = capacity;
  return job->status;
}

/* ---- resampling ---- */

/* Converts what `frame` holds, or with NULL what the resampler still does. */
static cupel_status convert(cff_job *job, const AVFrame *frame) {
  cff_samples *samples = &job->samples;
  const int count = frame != NULL ? frame->nb_samples : 0;
  const int room = swr_get_out_samples(samples->resampler, count);
  if (room < 0) return cff_fail_av(job, room, "the sound could not be resampled");
  if (reserve(job, (uint64_t)room) != CUPEL_OK || room == 0) return job->status;
  uint8_t *output = (uint8_t *)(samples->values + samples->count * samples->channels);
  const uint8_t **input = frame != NULL ? (const uint8_t **)frame->extended_data : NULL;
  const int made = swr_convert(samples->resampler, &output, room, input, count);
  if (made < 0) return cff_fail_av(job, made, "the sound could not be resampled");
  samples->count += (uint64_t)made;
  return job->status;
}

static bool fits(const cff_samples *samples, const AVFrame *frame) {
  return samples->resampler != NULL && samples->source_rate == frame->sample_rate &&
      samples->source_format == frame->format && av_channel_layout_compare(&samples->layout, &frame->ch_layout) == 0;
}

/* The order of the channels, or where it is not told the usual one for so many. */
static int layout_of(const AVFrame *frame, AVChannelLayout *layout) {
  if (frame->ch_layout.order != AV_CHANNEL_ORDER_UNSPEC) return av_channel_layout_copy(layout, &frame->ch_layout);
  av_channel_layout_default(layout, frame->ch_layout.nb_channels);
  return 0;
}

static cupel_status prepare(cff_job *job, const AVFrame *frame) {
  cff_samples *samples = &job->samples;
  const int channels = frame->ch_layout.nb_channels;
  if (fits(samples, frame)) return job->status;
  if (channels < 1 || channels > MOST_CHANNELS || frame->sample_rate < 1 || frame->sample_rate > HIGHEST_RATE) {
    return cff_fail(
        job, CUPEL_INVALID_INPUT, "sound of %d channels at %d Hz; accepted: 1 to %d channels, 1 to %d Hz", channels,
        frame->sample_rate, MOST_CHANNELS, HIGHEST_RATE);
  }
  if (samples->resampler != NULL) {
    samples->changes++;
    if (convert(job, NULL) != CUPEL_OK) return job->status;
  } else {
    samples->rate = job->wanted.sound_rate_hz != 0 ? job->wanted.sound_rate_hz : (uint32_t)frame->sample_rate;
    samples->channels = job->wanted.sound_channels != 0 ? job->wanted.sound_channels : (uint32_t)channels;
    const bool is_measured = (job->wanted.facts & CUPEL_FACT_LOUDNESS) != 0;
    if (is_measured && cff_loudness_begin(job, frame) != CUPEL_OK) return job->status;
  }
  AVChannelLayout from = {0}, to = {0};
  av_channel_layout_default(&to, (int)samples->channels);
  int result = layout_of(frame, &from);
  if (samples->channels == (uint32_t)channels) av_channel_layout_copy(&to, &from);
  if (result >= 0) {
    swr_free(&samples->resampler);
    result = swr_alloc_set_opts2(
        &samples->resampler, &to, AV_SAMPLE_FMT_FLT, (int)samples->rate, &from, frame->format, frame->sample_rate, 0,
        NULL);
  }
  if (result >= 0) result = swr_init(samples->resampler);
  av_channel_layout_uninit(&samples->layout);
  av_channel_layout_copy(&samples->layout, &frame->ch_layout);
  av_channel_layout_uninit(&from);
  av_channel_layout_uninit(&to);
  samples->source_rate = frame->sample_rate;
  samples->source_format = frame->format;
  return result < 0 ? cff_fail_av(job, result, "the sound could not be resampled") : job->status;
}

/* ---- decoding ---- */

static cupel_status pass_over(cff_job *job, int result) {
  if (result == AVERROR(ENOMEM) || atomic_load(&job->is_over_memory)) {
    return cff_fail_av(job, result, "the sound could not be decoded");
  }
  job->corrupt_packets++;
  return job->status;
}

static cupel_status take_frames(cff_job *job) {
  for (uint64_t errors = 0; cff_check_clock(job) == CUPEL_OK;) {
    const int result = avcodec_receive_frame(job->audio_codec, job->frame);
    if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) break;
    if (result < 0) {
      if (pass_over(job, result) != CUPEL_OK || ++errors > 64) break;
      continue;
    }
    job->samples.decoded += (uint64_t)job->frame->nb_samples;
    if (prepare(job, job->frame) == CUPEL_OK) convert(job, job->frame);
    if (job->status == CUPEL_OK && job->samples.loudness != NULL) cff_loudness_take(job, job->frame);
    av_frame_unref(job->frame);
  }
  return job->status;
}

cupel_status cff_sound_take(cff_job *job, const AVPacket *packet) {
  const int result = avcodec_send_packet(job->audio_codec, packet);
  if (result < 0 && pass_over(job, result) != CUPEL_OK) return job->status;
  if (take_frames(job) != CUPEL_OK || packet != NULL || job->samples.resampler == NULL) return job->status;
  return convert(job, NULL);
}

/* ---- giving ---- */

/* Samples per channel that the file states, at its own rate; 0: it does not, or only FFmpeg guesses. */
static uint64_t stated(const cff_job *job) {
  const AVStream *stream = job->audio;
  const bool is_guess = job->container->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE;
  if (stream->duration <= 0 || is_guess || job->samples.source_rate <= 0) return 0;
  const int64_t count = av_rescale_q(stream->duration, stream->time_base, (AVRational){1, job->samples.source_rate});
  return count > 0 ? (uint64_t)count : 0;
}

/* Formats without pages or boxes say how much there is, and nothing else tells when some of it is missing. MP3 counts in frames,
 * and decoders differ by what they add in front. */
static cupel_status check_length(cff_job *job) {
  const bool is_flac = strcmp(job->format->demuxer, "flac") == 0, is_mp3 = strcmp(job->format->demuxer, "mp3") == 0;
  const uint64_t count = stated(job), slack = is_mp3 ? 2 * 1152 : 0;
  if ((!is_flac && !is_mp3) || count == 0 || job->samples.decoded + slack >= count) return job->status;
  return cff_fail(
      job, CUPEL_INVALID_INPUT,
      "the file states %" PRIu64 " samples and holds %" PRIu64 " up to its end at byte %" PRIu64 "; it was cut short", count,
      job->samples.decoded, job->input->size);
}

/* FFmpeg 5.1 takes the first packet of Vorbis for sound, which it is not, and cuts off as much at the end. */
bool cff_sound_trims_itself(const cff_job *job, const AVStream *stream) {
  return stream->codecpar->codec_id == AV_CODEC_ID_VORBIS && strcmp(job->format->demuxer, "ogg") == 0;
}

/* MP4 and Ogg say how long their sound is; codecs fill up their last block. */
static void trim(cff_job *job) {
  cff_samples *samples = &job->samples;
  const bool is_exact = strcmp(job->format->demuxer, "mov") == 0 || cff_sound_trims_itself(job, job->audio);
  const uint64_t count = is_exact ? stated(job) : 0;
  if (count == 0 || count >= samples->decoded || samples->decoded - count > 4096) return;
  const uint64_t kept = (uint64_t)av_rescale_rnd(
      (int64_t)count, samples->rate, samples->source_rate, AV_ROUND_UP);
  if (kept < samples->count) samples->count = kept;
  samples->decoded = count;
}

/* Numbers that are none would become a judge's; loud ones are cut off, as every player does. */
static cupel_status check_values(cff_job *job) {
  cff_samples *samples = &job->samples;
  const uint64_t count = samples->count * samples->channels;
  uint64_t loud = 0;
  for (uint64_t i = 0; i < count; i++) {
    const float value = samples->values[i];
    if (value >= -1 && value <= 1) continue;
    if (!isfinite(value)) {
      return cff_fail(
          job, CUPEL_INVALID_INPUT, "the sample %" PRIu64 " of channel %" PRIu64 " is not a finite number",
          i / samples->channels, i % samples->channels);
    }
    samples->values[i] = value < 0 ? -1 : 1;
    loud++;
  }
  if (loud > 0) cff_note(job, "clipped", "%" PRIu64 " of %" PRIu64 " samples were beyond full scale and cut off", loud, count);
  return job->status;
}

cupel_status cff_sound_give(cff_job *job) {
  cff_samples *samples = &job->samples;
  if (job->audio == NULL) return job->status;
  if (samples->resampler == NULL) return cff_fail_av(job, AVERROR_INVALIDDATA, "no sound could be decoded");
  if (check_length(job) != CUPEL_OK) return job->status;
  trim(job);
  if (check_values(job) != CUPEL_OK) return job->status;
  const cupel_sound sound = {
      .struct_size = sizeof sound,
      .rate_hz = samples->rate,
      .channels = samples->channels,
      .frame_count = samples->count,
      .samples = samples->values,
  };
  const cupel_status status = job->sink->sound(job->sink->context, &sound);
  return status == CUPEL_OK ? job->status : cff_fail(job, status, "the host did not take the sound");
}

void cff_sound_free(cff_job *job) {
  swr_free(&job->samples.resampler);
  av_channel_layout_uninit(&job->samples.layout);
  free(job->samples.values);
  cff_loudness_free(job);
}
