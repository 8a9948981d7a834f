/* The size that is wanted. */
#include "png_plugin.h"

static bool is_in_time(void *context) { return cpng_job_check_clock(context) == CUPEL_OK; }

cupel_status cpng_size_apply(cpng_job *job) {
  const cdk_extent file = {job->layout.width, job->layout.height};
  char message[200];
  job->size = file;
  if (!cdk_target_size(
          job->wanted.image_size, file, 1, job->wanted.max_pixels, &job->size, message, sizeof message)) {
    return cpng_job_fail(job, CUPEL_INVALID_INPUT, "%s", message);
  }
  if (job->size.width == file.width && job->size.height == file.height) return CUPEL_OK;

  job->scaled = cpng_job_allocate(job, (uint64_t)3 * job->size.width * job->size.height);
  job->scratch = cpng_job_allocate(job, cdk_scale_scratch(file, job->size));
  if (job->status != CUPEL_OK) return job->status;
  if (!cdk_scale(job->output, file, job->scaled, job->size, job->scratch, is_in_time, job)) return job->status;
  uint8_t *unscaled = job->output;
  job->output = job->scaled;
  job->scaled = NULL;
  cpng_job_release(job, unscaled);
  return CUPEL_OK;
}
