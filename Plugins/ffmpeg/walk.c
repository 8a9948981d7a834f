/* The way through the packets of pictures: frame after frame, or from the last key frame before the one that is looked for. */
#include "ffmpeg_plugin.h"

static bool is_fatal(const cff_job *job, int result) {
  return result == AVERROR(ENOMEM) || atomic_load(&job->is_over_memory) || job->status != CUPEL_OK;
}

/* A damaged packet is passed over; what it takes away is noted. */
static cupel_status pass_over(cff_walk *walk, int result) {
  cff_job *job = walk->job;
  if (is_fatal(job, result)) return cff_fail_av(job, result, "the pictures could not be decoded");
  job->corrupt_packets++;
  /* More errors than packets come from a codec that does not move on. */
  if (++walk->errors <= 2 * (uint64_t)job->packet_count + 64) return job->status;
  return cff_fail_av(job, result, "the pictures could not be decoded");
}

static cupel_status feed(cff_walk *walk) {
  cff_job *job = walk->job;
  const cff_packet *kept = walk->fed < job->packet_count ? &job->packets[walk->fed] : NULL;
  walk->is_draining = kept == NULL;
  walk->fed += kept != NULL;
  /* Frames that nobody looks at and no other refers to need not be decoded. */
  const bool is_passed = kept != NULL && walk->may_jump && kept->time < walk->wanted;
  job->video_codec->skip_frame = is_passed ? AVDISCARD_NONREF : AVDISCARD_DEFAULT;
  const int result = avcodec_send_packet(job->video_codec, kept != NULL ? kept->packet : NULL);
  return result < 0 ? pass_over(walk, result) : job->status;
}

static int64_t time_of(const cff_walk *walk) {
  const cff_job *job = walk->job;
  if (job->has_unstated_times) return job->times[walk->frames < job->time_count ? walk->frames : job->time_count - 1];
  const AVFrame *frame = job->frame;
  return frame->pts != AV_NOPTS_VALUE ? frame->pts : frame->best_effort_timestamp;
}

bool cff_walk_next(cff_walk *walk) {
  cff_job *job = walk->job;
  while (cff_check_clock(job) == CUPEL_OK) {
    const int result = avcodec_receive_frame(job->video_codec, job->frame);
    if (result == 0) {
      walk->has_frame = true;
      walk->time = time_of(walk);
      walk->frames++;
      return true;
    }
    if (result == AVERROR_EOF || (result == AVERROR(EAGAIN) && walk->is_draining)) return false;
    if (result == AVERROR(EAGAIN) ? feed(walk) != CUPEL_OK : pass_over(walk, result) != CUPEL_OK) return false;
  }
  return false;
}

static void restart(cff_walk *walk, size_t packet) {
  avcodec_flush_buffers(walk->job->video_codec);
  av_frame_unref(walk->earlier);
  av_frame_unref(walk->job->frame);
  walk->has_frame = false;
  walk->fed = packet;
  walk->is_draining = false;
}

/* Goes to the last key frame from which the wanted frame can be decoded, if that is ahead. Frames that come after a key frame
 * and are shown before it may refer to what was before it. */
static void jump(cff_walk *walk) {
  const cff_job *job = walk->job;
  size_t at = walk->fed;
  while (at < job->packet_count && job->packets[at].time != walk->wanted) at++;
  for (; at < job->packet_count && at > walk->fed; at--) {
    const cff_packet *kept = &job->packets[at];
    if ((kept->packet->flags & AV_PKT_FLAG_KEY) == 0 || kept->time > walk->wanted) continue;
    restart(walk, at);
    return;
  }
}

/* Decodes until the frame of walk->wanted is in job->frame. False where it does not come: then job->frame has a later one, if
 * walk->has_frame. */
static bool find(cff_walk *walk) {
  while (walk->has_frame || cff_walk_next(walk)) {
    if (walk->time >= walk->wanted) return walk->time == walk->wanted;
    av_frame_unref(walk->earlier);
    av_frame_move_ref(walk->earlier, walk->job->frame);
    walk->has_frame = false;
  }
  return false;
}

void cff_walk_again(cff_walk *walk) {
  walk->frames = 0;
  restart(walk, 0);
}

/* A frame that did not come after a jump may come without one. */
static bool find_without_jumps(cff_walk *walk) {
  if (walk->job->status != CUPEL_OK || !walk->may_jump) return false;
  walk->may_jump = false;
  cff_walk_again(walk);
  return find(walk);
}

cupel_status cff_walk_begin(cff_job *job, cff_walk *walk) {
  *walk = (cff_walk){.job = job, .earlier = av_frame_alloc()};
  walk->may_jump = !job->has_unstated_times && job->video->codecpar->codec_id != AV_CODEC_ID_GIF;
  job->complaint[0] = 0;
  return walk->earlier != NULL ? job->status : cff_fail(job, CUPEL_FAILED, "out of memory");
}

AVFrame *cff_walk_to(cff_walk *walk, int64_t time, uint64_t *missing) {
  cff_job *job = walk->job;
  walk->wanted = time;
  if (walk->may_jump) jump(walk);
  if (find(walk) || find_without_jumps(walk)) return job->frame;
  *missing += 1;
  if (job->status != CUPEL_OK) return NULL;
  if (walk->earlier->buf[0] != NULL) return walk->earlier;
  return walk->has_frame ? job->frame : NULL;
}

void cff_walk_end(cff_walk *walk) { av_frame_free(&walk->earlier); }
