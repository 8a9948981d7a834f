/* A still picture: the first frame, which must be whole. */
#include "ffmpeg_plugin.h"

static cupel_status decode_first(cff_job *job) {
  job->complaint[0] = 0;
  for (size_t i = 0; i <= job->packet_count; i++) {
    int result = avcodec_send_packet(job->video_codec, i < job->packet_count ? job->packets[i].packet : NULL);
    if (result < 0) return cff_fail_av(job, result, "the picture could not be decoded");
    result = avcodec_receive_frame(job->video_codec, job->frame);
    if (result == 0) return job->status;
    if (result != AVERROR(EAGAIN)) return cff_fail_av(job, result, "the picture could not be decoded");
    if (cff_check_clock(job) != CUPEL_OK) return job->status;
  }
  return cff_fail_av(job, AVERROR_INVALIDDATA, "the picture could not be decoded");
}

cupel_status cff_still(cff_job *job) {
  cff_picture picture;
  if (decode_first(job) != CUPEL_OK) return job->status;
  /* What a decoder complains about in a picture that it gives all the same, it made up. */
  const bool is_damaged = job->frame->decode_error_flags != 0 || (job->frame->flags & AV_FRAME_FLAG_CORRUPT) != 0;
  if (is_damaged || job->complaint[0] != 0) return cff_fail_av(job, AVERROR_INVALIDDATA, "the picture is damaged");
  if (cff_picture_make(job, job->frame, job->wanted.image_size, 1, &picture) != CUPEL_OK) return job->status;
  const cupel_image image = cff_picture_view(&picture);
  const cupel_status status = job->sink->image(job->sink->context, &image);
  cff_picture_free(job, &picture);
  job->given_frames = 1;
  return status == CUPEL_OK ? job->status : cff_fail(job, status, "the host did not take the image");
}
