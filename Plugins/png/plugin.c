/* The entry point and the decoder's table; decode from top to bottom. */
#include "png_plugin.h"

#include <stdlib.h>
#include <string.h>

static const cupel_host *the_host;

static cupel_text text(const char *string) { return (cupel_text){string, strlen(string)}; }

/* A signature that lost its line ends is claimed too, weakly, so that the error can say what happened to the file. */
static int32_t probe(cupel_bytes head) {
  if (head.size >= 8 && memcmp(head.data, cpng_signature, 8) == 0) return 100;
  if (head.size >= 4 && memcmp(head.data, cpng_signature, 4) == 0) return 50;
  return 0;
}

static cupel_status send_image(cpng_job *job, const cupel_media_sink *sink) {
  const cupel_image image = {
      .struct_size = sizeof image,
      .width = job->size.width,
      .height = job->size.height,
      .stride = 3 * job->size.width,
      .pixels = job->output,
  };
  const cupel_status status = sink->image(sink->context, &image);
  return status == CUPEL_OK ? CUPEL_OK : cpng_job_fail(job, status, "the host did not take the image");
}

static cupel_status run(cpng_job *job, const cupel_media_sink *sink) {
  if (cpng_chunks_walk(job) != CUPEL_OK) return job->status;
  if (cpng_picture_read(job) != CUPEL_OK) return job->status;
  if (job->output != NULL && cpng_size_apply(job) != CUPEL_OK) return job->status;
  if (job->output != NULL && send_image(job, sink) != CUPEL_OK) return job->status;
  cpng_report(job, sink);
  return CUPEL_OK;
}

static void clean_up(cpng_job *job) {
  cpng_picture_free(job);
  cpng_job_release(job, job->scratch);
  cpng_job_release(job, job->scaled);
  free(job);
}

static cupel_status decode(
    const cupel_input *input, const cupel_wanted *wanted, const cupel_media_sink *sink, cupel_error *error) {
  cpng_job *job = calloc(1, sizeof *job);
  if (job == NULL) return the_host->fail(error, CUPEL_FAILED, text("out of memory"));
  job->host = the_host;
  job->input = input;
  job->wanted = cdk_known_fields(wanted);
  job->allocated = sizeof *job;
  cpng_job_start_clock(job);

  cupel_status status = run(job, sink);
  if (status != CUPEL_OK) status = the_host->fail(error, status, text(job->message));
  clean_up(job);
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
  return CUPEL_OK;
}

static const void *capability(const char *id) { return strcmp(id, CUPEL_DECODER) == 0 ? &decoder : NULL; }

static const cupel_plugin plugin = {
    .struct_size = sizeof plugin,
    .abi_major = CUPEL_ABI_MAJOR,
    .abi_minor = CUPEL_ABI_MINOR,
    .id = "png",
    .version = "1.0.0",
    .start = start,
    .capability = capability,
    .summary = "PNG pictures (libpng): all colour types, bit depths and interlacing, to 8-bit sRGB",
};

const cupel_plugin *cupel_plugin_entry(uint32_t host_abi) {
  (void)host_abi;
  return &plugin;
}
