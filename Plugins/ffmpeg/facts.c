/* What is known about the file, and what was lost on the way. */
#include "ffmpeg_plugin.h"

#include <libavutil/pixdesc.h>

#include <inttypes.h>
#include <string.h>

/* ---- facts ---- */

static void report_pictures(const cff_job *job) {
  const AVRational base = job->video->time_base;
  const AVRational aspect = av_guess_sample_aspect_ratio(job->container, job->video, NULL);
  cff_fact(job, "codec", "%s", avcodec_get_name(job->video->codecpar->codec_id));
  cff_fact(job, "width", "%" PRIu32, job->size.width);
  cff_fact(job, "height", "%" PRIu32, job->size.height);
  cff_fact(job, "bit_depth", "%d", job->bit_depth);
  if (job->is_still) return;
  const double seconds = (double)(job->end_time - job->times[0]) * av_q2d(base);
  cff_fact(job, "duration", "%.6f", seconds);
  cff_fact(job, "frames", "%zu", job->time_count);
  if (seconds > 0) cff_fact(job, "frame_rate", "%.3f", (double)job->time_count / seconds);
  if (aspect.num > 0 && aspect.num != aspect.den) cff_fact(job, "pixel_aspect", "%d:%d", aspect.num, aspect.den);
}

static void report_sound(const cff_job *job) {
  const cff_samples *samples = &job->samples;
  cff_fact(job, "sound_codec", "%s", avcodec_get_name(job->audio->codecpar->codec_id));
  cff_fact(job, "sample_rate", "%d", samples->source_rate);
  cff_fact(job, "channels", "%d", samples->layout.nb_channels);
  if (job->audio_codec->bits_per_raw_sample > 0) cff_fact(job, "sample_bits", "%d", job->audio_codec->bits_per_raw_sample);
  cff_fact(job, "sound_duration", "%.6f", (double)samples->count / samples->rate);
  double loudness;
  if (cff_loudness_of(job, samples->decoded, &loudness)) cff_fact(job, "loudness", "%.2f", loudness);
}

/* ---- notes ---- */

static void note_streams(const cff_job *job) {
  unsigned pictures = 0, sounds = 0, others = 0;
  for (unsigned i = 0; i < job->container->nb_streams; i++) {
    const AVStream *stream = job->container->streams[i];
    const enum AVMediaType type = stream->codecpar->codec_type;
    if (stream == job->video || stream == job->audio) continue;
    if (type == AVMEDIA_TYPE_VIDEO) pictures += job->video != NULL || (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
    else if (type == AVMEDIA_TYPE_AUDIO) sounds += job->audio != NULL;
    else others++;
  }
  if (pictures + sounds + others == 0) return;
  cff_note(job, "streams", "left out: %u of pictures, %u of sound, %u of other things", pictures, sounds, others);
}

static void note_colour(const cff_job *job) {
  const bool is_pq = job->transfer == AVCOL_TRC_SMPTE2084, is_hlg = job->transfer == AVCOL_TRC_ARIB_STD_B67;
  if (job->bit_depth > 8) cff_note(job, "bit_depth", "%d-bit samples were reduced to 8 bits", job->bit_depth);
  if (is_pq || is_hlg) {
    cff_note(job, "hdr", "the %s transfer of high dynamic range was mapped to sRGB, 203 cd/m2 being white", is_pq ? "PQ" : "HLG");
  }
  if (job->has_profile) cff_note(job, "profile", "the ICC profile was not applied");
  if (job->translucent > 0) {
    const uint8_t *background = job->wanted.background_rgb;
    cff_note(
        job, "alpha", "%" PRIu64 " pixels are not opaque; composited on #%02x%02x%02x", job->translucent, background[0],
        background[1], background[2]);
  }
}

static void note_pictures(const cff_job *job) {
  if (job->orientation != 1) cff_note(job, "orientation", "turned upright (orientation %d)", job->orientation);
  /* A TIFF is one Exif block; of that nothing but the picture is kept either. */
  if (job->exif_size > 0 && strcmp(job->format->name, "tiff") != 0) cff_note(job, "exif", "the Exif data was dropped");
  if (job->given_size.width != job->size.width || job->given_size.height != job->size.height) {
    cff_note(
        job, "size", "scaled from %" PRIu32 " x %" PRIu32 " to %" PRIu32 " x %" PRIu32 " pixels", job->size.width,
        job->size.height, job->given_size.width, job->given_size.height);
  }
  if (job->mixed_frames > 0) cff_note(job, "interlaced", "%" PRIu64 " frames were interlaced, and were made whole", job->mixed_frames);
  if (job->interlaced_frames > 0) {
    cff_note(job, "interlaced", "%" PRIu64 " frames were interlaced; the first field of each is shown", job->interlaced_frames);
  }
  if (job->is_still && job->time_count > 1) {
    cff_note(job, "animation", "only the first of %zu frames was decoded", job->time_count);
  }
  if (job->corrupt_frames > 0) {
    cff_note(job, "corrupt", "%" PRIu64 " of the frames given are damaged; parts were made up by the decoder", job->corrupt_frames);
  }
}

void cff_report(cff_job *job) {
  const bool has_pictures = job->video != NULL && job->given_frames > 0;
  cff_fact(job, "container", "%s", job->format->name);
  if (has_pictures) report_pictures(job);
  if (job->audio != NULL) report_sound(job);
  if (has_pictures) {
    note_colour(job);
    note_pictures(job);
  }
  note_streams(job);
  if (job->samples.changes > 0) cff_note(job, "sound_changes", "rate or channels change %" PRIu64 " times", job->samples.changes);
  if (job->corrupt_packets > 0) cff_note(job, "damaged", "%" PRIu64 " damaged packets were passed over", job->corrupt_packets);
}
