/* Demuxer, streams, codecs. */
#include "ffmpeg_plugin.h"

#include <libavutil/avstring.h>
#include <libavutil/pixdesc.h>

#include <inttypes.h>
#include <string.h>

enum {
  MOST_STREAMS = 64,
  PROBE_BYTES = 4 << 20,
  ANALYZE_US = 5 * 1000 * 1000,
  THREADS = 2, /* of a video's codec; more only help where nothing else is decoded at the same time */
};

static int is_interrupted(void *opaque) { return cff_is_late(opaque); }

/* Whatever a file refers to stays closed. */
static int refuse_to_open(AVFormatContext *context, AVIOContext **io, const char *url, int flags, AVDictionary **options) {
  (void)context, (void)io, (void)url, (void)flags, (void)options;
  return AVERROR(EPERM);
}

/* ---- container ---- */

static bool needs_analysis(const cff_job *job) {
  static const char *const complete[] = {"jpeg_pipe", "webp_pipe", "bmp_pipe", "tiff_pipe", "gif"};
  for (size_t i = 0; i < sizeof complete / sizeof complete[0]; i++) {
    if (strcmp(job->format->demuxer, complete[i]) == 0) return false;
  }
  return true;
}

static cupel_status analyze(cff_job *job) {
  AVDictionary *limits[MOST_STREAMS] = {NULL};
  const unsigned count = job->container->nb_streams;
  if (!needs_analysis(job)) return job->status;
  for (unsigned i = 0; i < count && i < MOST_STREAMS; i++) {
    if (job->wanted.max_pixels != 0) {
      const uint64_t most = job->wanted.max_pixels < INT32_MAX ? job->wanted.max_pixels : INT32_MAX;
      av_dict_set_int(&limits[i], "max_pixels", (int64_t)most, 0);
    }
    av_dict_set_int(&limits[i], "threads", 1, 0);
  }
  /* A file that may grow streams as it is read has no limits for those to come. */
  const int result = avformat_find_stream_info(job->container, count <= MOST_STREAMS ? limits : NULL);
  for (unsigned i = 0; i < count && i < MOST_STREAMS; i++) av_dict_free(&limits[i]);
  return result < 0 ? cff_fail_av(job, result, "the streams could not be found") : job->status;
}

static cupel_status open_container(cff_job *job) {
  const AVInputFormat *demuxer = av_find_input_format(job->format->demuxer);
  AVFormatContext *context = avformat_alloc_context();
  if (context == NULL) return cff_fail(job, CUPEL_FAILED, "out of memory");
  if (demuxer == NULL) {
    avformat_free_context(context);
    return cff_fail(job, CUPEL_UNSUPPORTED, "this FFmpeg has no demuxer %s", job->format->demuxer);
  }
  context->pb = job->avio;
  context->flags |= AVFMT_FLAG_CUSTOM_IO;
  context->interrupt_callback = (AVIOInterruptCB){is_interrupted, job};
  context->io_open = refuse_to_open;
  context->protocol_whitelist = av_strdup("none");
  context->format_whitelist = av_strdup(demuxer->name);
  context->codec_whitelist = av_strdup(cff_codecs);
  context->max_streams = MOST_STREAMS;
  context->probesize = PROBE_BYTES;
  context->max_analyze_duration = ANALYZE_US;
  /* FFmpeg frees the context where it fails. */
  const int result = avformat_open_input(&context, "", demuxer, NULL);
  if (result < 0) return cff_fail_av(job, result, "the container could not be opened");
  job->container = context;
  return analyze(job);
}

/* ---- streams ---- */

static AVStream *best_stream(const cff_job *job, enum AVMediaType type) {
  AVStream *best = NULL;
  const int index = av_find_best_stream(job->container, type, -1, -1, NULL, 0);
  if (index >= 0) best = job->container->streams[index];
  const bool is_cover = best != NULL && (best->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
  return is_cover ? NULL : best;
}

static void describe(const cff_job *job, char *text, size_t capacity) {
  bool has_video = false, has_sound = false;
  for (unsigned i = 0; i < job->container->nb_streams; i++) {
    const AVStream *stream = job->container->streams[i];
    const bool is_cover = (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
    has_video |= stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO && !is_cover;
    has_sound |= stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
  }
  const char *pictures = (job->format->may_hold & CFF_STILL) != 0 ? "a picture" : "moving pictures";
  snprintf(
      text, capacity, "%s%s%s", has_video ? pictures : "", has_video && has_sound ? " and " : "",
      has_sound ? "sound" : has_video ? "" : "neither pictures nor sound");
}

static cupel_status choose_streams(cff_job *job) {
  const uint32_t kinds = job->wanted.kinds;
  const uint32_t pictures = (job->format->may_hold & CFF_STILL) != 0
      ? 1u << CUPEL_MEDIA_IMAGE | 1u << CUPEL_MEDIA_FRAMES
      : 1u << CUPEL_MEDIA_FRAMES;
  if ((kinds & pictures) != 0) job->video = best_stream(job, AVMEDIA_TYPE_VIDEO);
  if ((kinds & 1u << CUPEL_MEDIA_SOUND) != 0) job->audio = best_stream(job, AVMEDIA_TYPE_AUDIO);
  for (unsigned i = 0; i < job->container->nb_streams; i++) {
    AVStream *stream = job->container->streams[i];
    const bool is_wanted = stream == job->video || stream == job->audio;
    stream->discard = is_wanted ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  }
  if (job->video != NULL || job->audio != NULL) return job->status;
  char found[64];
  describe(job, found, sizeof found);
  return cff_fail(
      job, CUPEL_INVALID_INPUT, "the file (%s) holds %s, nothing of the kind that was asked for", job->format->name, found);
}

/* ---- codecs ---- */

/* Pictures of a codec count while they are in use. Called from the codec's threads. */
static void count_down(void *opaque, uint8_t *size) {
  cff_job *job = opaque;
  atomic_fetch_sub(&job->allocated, *(uint64_t *)(void *)size);
  av_free(size);
}

static int get_buffer(AVCodecContext *codec, AVFrame *frame, int flags) {
  cff_job *job = codec->opaque;
  int64_t planes = 0;
  if (codec->codec_type == AVMEDIA_TYPE_VIDEO) {
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(frame->format);
    const int bits = format != NULL ? av_get_padded_bits_per_pixel(format) : 32;
    planes = (int64_t)frame->width * frame->height * (bits > 8 ? bits : 8) / 8;
  } else {
    planes = (int64_t)frame->nb_samples * frame->ch_layout.nb_channels * av_get_bytes_per_sample(frame->format);
  }
  const uint64_t limit = job->wanted.max_memory_bytes, size = planes > 0 ? (uint64_t)planes : 0;
  if (limit != 0 && atomic_load(&job->allocated) + size > limit) {
    atomic_store(&job->is_over_memory, true);
    return AVERROR(ENOMEM);
  }
  const int result = avcodec_default_get_buffer2(codec, frame, flags);
  if (result < 0) return result;
  uint64_t *counted = av_malloc(sizeof *counted);
  if (counted == NULL) return AVERROR(ENOMEM);
  *counted = size;
  AVBufferRef *counter = av_buffer_create((uint8_t *)counted, sizeof *counted, count_down, job, 0);
  if (counter == NULL) {
    av_free(counted);
    return AVERROR(ENOMEM);
  }
  atomic_fetch_add(&job->allocated, size);
  av_buffer_unref(&frame->opaque_ref);
  frame->opaque_ref = counter;
  return 0;
}

static void allow_threads(AVCodecContext *codec) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  codec->thread_safe_callbacks = 1; /* get_buffer is; version 60 takes it for granted */
#pragma GCC diagnostic pop
}

cupel_status cff_open_codec(cff_job *job, AVStream *stream, AVCodecContext **opened) {
  const AVCodec *decoder = avcodec_find_decoder(stream->codecpar->codec_id);
  const char *name = avcodec_get_name(stream->codecpar->codec_id);
  if (decoder == NULL) return cff_fail(job, CUPEL_UNSUPPORTED, "this FFmpeg has no decoder for %s", name);
  if (av_match_list(decoder->name, cff_codecs, ',') == 0) {
    return cff_fail(job, CUPEL_UNSUPPORTED, "the codec %s is not read; convert the file, for example to H.264 and AAC", name);
  }
  AVCodecContext *codec = *opened = avcodec_alloc_context3(decoder);
  if (codec == NULL) return cff_fail(job, CUPEL_FAILED, "out of memory");
  int result = avcodec_parameters_to_context(codec, stream->codecpar);
  if (result < 0) return cff_fail_av(job, result, "the codec's parameters could not be read");
  codec->opaque = job;
  codec->pkt_timebase = stream->time_base;
  codec->get_buffer2 = get_buffer;
  allow_threads(codec);
  const bool is_video = stream == job->video && (job->format->may_hold & CFF_STILL) == 0;
  codec->thread_count = is_video ? THREADS : 1;
  if (cff_sound_trims_itself(job, stream)) codec->flags2 |= AV_CODEC_FLAG2_SKIP_MANUAL;
  if (job->wanted.max_pixels != 0) codec->max_pixels = (int64_t)(job->wanted.max_pixels & INT64_MAX);
  result = avcodec_open2(codec, decoder, NULL);
  return result < 0 ? cff_fail_av(job, result, "the codec could not be opened") : job->status;
}

cupel_status cff_open(cff_job *job) {
  if (open_container(job) != CUPEL_OK || choose_streams(job) != CUPEL_OK) return job->status;
  job->packet = av_packet_alloc();
  job->frame = av_frame_alloc();
  if (job->packet == NULL || job->frame == NULL) return cff_fail(job, CUPEL_FAILED, "out of memory");
  if (job->audio != NULL && cff_open_codec(job, job->audio, &job->audio_codec) != CUPEL_OK) return job->status;
  if (job->video == NULL) return job->status;
  job->complaint[0] = 0;
  return cff_open_codec(job, job->video, &job->video_codec);
}

void cff_close(cff_job *job) {
  av_frame_free(&job->frame);
  av_packet_free(&job->packet);
  avcodec_free_context(&job->video_codec);
  avcodec_free_context(&job->audio_codec);
  if (job->tone_map != NULL) cff_tone_map_free(job);
  sws_freeContext(job->scaler);
  sws_freeContext(job->unpacker);
  cff_sound_free(job);
  cff_packets_free(job);
  avformat_close_input(&job->container);
  if (job->avio != NULL) av_freep(&job->avio->buffer);
  avio_context_free(&job->avio);
}
