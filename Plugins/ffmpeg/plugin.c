/* The entry point and the decoder's table; decode from top to bottom. */
#include "ffmpeg_plugin.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const cupel_host *the_host;

static cupel_text text(const char *string) { return (cupel_text){string, strlen(string)}; }

static int32_t probe(cupel_bytes head) {
  const cff_format *format = cff_format_of(head);
  return format != NULL ? format->score : 0;
}

static bool wants(const cff_job *job, uint32_t kind) { return (job->wanted.kinds & 1u << kind) != 0; }

static cupel_status find_format(cff_job *job) {
  uint8_t head[CFF_WINDOW];
  const size_t size = cff_read(job, 0, head, sizeof head);
  if (job->is_unreadable) return cff_fail(job, CUPEL_FAILED, "the file could not be read at byte 0");
  if (job->wanted.max_input_bytes != 0 && job->input->size > job->wanted.max_input_bytes) {
    return cff_fail(
        job, CUPEL_LIMIT, "the file is %" PRIu64 " bytes large, over the limit max_input_bytes = %" PRIu64,
        job->input->size, job->wanted.max_input_bytes);
  }
  job->format = cff_format_of((cupel_bytes){head, size});
  if (cff_is_heif((cupel_bytes){head, size})) {
    return cff_fail(
        job, CUPEL_UNSUPPORTED, "the file is a HEIF picture (HEIC), which this FFmpeg does not read; send a JPEG, a PNG or an AVIF");
  }
  if (job->format != NULL) return CUPEL_OK;
  return cff_fail(
      job, CUPEL_INVALID_INPUT, "the file of %" PRIu64 " bytes begins like no picture, video or sound that is read here",
      job->input->size);
}

/* Whether the file's pictures are one, of which only the first matters. */
static cupel_status give_pictures(cff_job *job) {
  if (job->video == NULL) return CUPEL_OK;
  const bool may_be_still = (job->format->may_hold & CFF_STILL) != 0;
  const bool is_one = may_be_still && (job->packet_count == 1 || (job->format->may_hold & CFF_MOVING) == 0);
  job->is_still = is_one || (may_be_still && !wants(job, CUPEL_MEDIA_FRAMES));
  if (job->is_still) return wants(job, CUPEL_MEDIA_IMAGE) ? cff_still(job) : CUPEL_OK;
  return wants(job, CUPEL_MEDIA_FRAMES) ? cff_video(job) : CUPEL_OK;
}

static cupel_status run(cff_job *job) {
  if (find_format(job) != CUPEL_OK) return job->status;
  if (cff_check_whole(job) != CUPEL_OK) return job->status;
  cff_exif(job);
  if (cff_input_open(job) != CUPEL_OK) return job->status;
  if (cff_open(job) != CUPEL_OK) return job->status;
  if (cff_packets_read(job) != CUPEL_OK) return job->status;
  if (give_pictures(job) != CUPEL_OK) return job->status;
  if (cff_sound_give(job) != CUPEL_OK) return job->status;
  cff_report(job);
  return job->status;
}

static cupel_status decode(
    const cupel_input *input, const cupel_wanted *wanted, const cupel_media_sink *sink, cupel_error *error) {
  cff_job *job = calloc(1, sizeof *job);
  if (job == NULL) return the_host->fail(error, CUPEL_FAILED, text("out of memory"));
  job->host = the_host;
  job->input = input;
  job->sink = sink;
  job->wanted = cdk_known_fields(wanted);
  job->orientation = 1;
  atomic_store(&job->allocated, sizeof *job);
  cff_start_clock(job);
  cff_listen(job);

  cupel_status status = cff_check_memory(job, 0) == CUPEL_OK ? run(job) : job->status;
  cff_close(job);
  cff_listen(NULL);
  if (status != CUPEL_OK) status = the_host->fail(error, status, text(job->message));
  free(job);
  return status;
}

static const cupel_decoder decoder = {
    .struct_size = sizeof decoder,
    .probe = probe,
    .decode = decode,
};

static cupel_status start(const cupel_host *host, cupel_error *error) {
  (void)error;
  the_host = host;
  av_log_set_callback(cff_hear);
  return CUPEL_OK;
}

static const void *capability(const char *id) { return strcmp(id, CUPEL_DECODER) == 0 ? &decoder : NULL; }

static const cupel_plugin plugin = {
    .struct_size = sizeof plugin,
    .abi_major = CUPEL_ABI_MAJOR,
    .abi_minor = CUPEL_ABI_MINOR,
    .id = "ffmpeg",
    .version = "1.0.0",
    .start = start,
    .capability = capability,
    .summary = "pictures, video and sound (FFmpeg): JPEG, WebP, GIF, BMP, TIFF, AVIF; MP4, Matroska, AVI, MPEG-TS; "
               "WAV, MP3, FLAC, Ogg, AAC",
};

const cupel_plugin *cupel_plugin_entry(uint32_t host_abi) {
  (void)host_abi;
  return &plugin;
}
