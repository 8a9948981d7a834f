/* The ffmpeg plugin: what its files share.
 *
 *   plugin.c    the entry point, the tables, probe, and decode from top to bottom
 *   job.c       one decode: the first error, the clock, memory under the limit, what FFmpeg says, facts and notes
 *   input.c     the file by position: a window for our own looking, an AVIOContext for FFmpeg
 *   formats.c   which bytes belong to which demuxer, which codecs are used
 *   whole.c     whether the file is all there: JPEG, GIF, WebP, WAV, AVI
 *   boxes.c     the same for boxes, pages and packets: MP4, Matroska, Ogg, MPEG-TS, MP3
 *   exif.c      orientation and camera, never the place
 *   open.c      demuxer, streams, codecs
 *   packets.c   the one walk over the file: pictures are kept as packets, sound is decoded on the way
 *   picture.c   a frame to RGB8: size, colour, transparency, orientation
 *   still.c     a still picture
 *   walk.c      the way through a video: from frame to frame, or from the last key frame
 *   scenes.c    which frames begin a scene
 *   fields.c    interlaced frames as whole ones
 *   video.c     which frames are meant, and how they are given
 *   sound.c     samples: rate, channels, length
 *   loudness.c  how loud the sound is, where it is asked
 *   facts.c     what is known about the file
 */
#ifndef CFF_PLUGIN_H
#define CFF_PLUGIN_H

#include <stdatomic.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

#include <cupel_decoder_kit.h>
#include <cupel_plugin/decoder.h>

#define CFF_WINDOW 4096

/* What a file may hold. */
enum { CFF_STILL = 1, CFF_MOVING = 2, CFF_SOUND = 4 };

typedef struct cff_format {
  const char *name;    /* as facts and errors call it */
  const char *demuxer; /* FFmpeg's name of the only demuxer that is let at it */
  uint32_t may_hold;   /* CFF_* */
  int32_t score;       /* how surely the first bytes are of this format, 1 to 100 */
} cff_format;

/* One packet of the pictures' stream. */
typedef struct cff_packet {
  AVPacket *packet;
  int64_t time; /* when it is shown, in ticks of the stream */
} cff_packet;

typedef struct cff_loudness cff_loudness;

/* The sound as far as it is decoded. */
typedef struct cff_samples {
  float *values;
  uint64_t count, capacity; /* per channel */
  uint32_t rate, channels;  /* as they are given; 0 before the first frame */
  uint64_t decoded;         /* samples per channel of the file, at its own rate */
  SwrContext *resampler;
  AVChannelLayout layout; /* of the file, as the resampler was told */
  int source_rate, source_format;
  uint64_t changes; /* of rate, layout or format in the middle */
  cff_loudness *loudness; /* NULL: nobody asked */
} cff_samples;

typedef struct cff_tone_map cff_tone_map;

/* One decode. */
typedef struct cff_job {
  const cupel_host *host;
  const cupel_input *input;
  const cupel_media_sink *sink;
  cupel_wanted wanted;

  cupel_status status; /* CUPEL_OK until the first failure, which stays */
  char message[480];
  char complaint[160];   /* FFmpeg's first error since it was last cleared */
  uint64_t deadline_ns;  /* 0: none */
  _Atomic uint64_t allocated; /* bytes; pictures of a codec count from its threads */
  _Atomic bool is_over_memory;
  bool is_unreadable; /* the host could not read the file */

  const cff_format *format;
  uint64_t window_start;
  size_t window_size;
  uint8_t window[CFF_WINDOW];
  uint64_t position; /* of the AVIOContext */

  int orientation;      /* as Exif counts them, 1: upright */
  uint64_t exif, exif_size; /* where the file has its Exif block; size 0: nowhere */
  bool is_still;        /* the format, or a GIF of one frame */

  AVIOContext *avio;
  AVFormatContext *container;
  AVStream *video, *audio; /* NULL: none, or not wanted */
  AVCodecContext *video_codec, *audio_codec;
  AVPacket *packet;
  AVFrame *frame;

  cff_packet *packets; /* in the order of decoding */
  size_t packet_count, packet_capacity;
  int64_t *times; /* when the frames are shown, ascending, each once */
  size_t time_count;
  int64_t end_time;          /* when the last one ends */
  bool has_unstated_times;   /* some packets do not say when they are shown */
  cff_samples samples;

  struct SwsContext *scaler, *unpacker;
  uint64_t translucent; /* pixels that were not opaque */
  uint64_t corrupt_packets, corrupt_frames, given_frames;
  uint64_t interlaced_frames, mixed_frames; /* of which one field is given; that were made whole */
  uint64_t scene_packets;                   /* damaged ones that were met when scenes were looked for */
  cdk_extent size, given_size; /* upright, with square pixels: of the file, as given */
  int bit_depth;
  enum AVColorTransferCharacteristic transfer;
  cff_tone_map *tone_map; /* NULL: no frame of high dynamic range yet */
  bool has_profile;
} cff_job;

/* ---- job.c ---- */
/* Records a failure, unless there is one already; returns the status that stands. */
cupel_status cff_fail(cff_job *job, cupel_status status, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Records that FFmpeg failed with `code` while it did `what`; adds what it said. */
cupel_status cff_fail_av(cff_job *job, int code, const char *what);
void cff_start_clock(cff_job *job);
/* Fails with CUPEL_TIMEOUT once the deadline is past. */
cupel_status cff_check_clock(cff_job *job);
bool cff_is_late(const cff_job *job);
/* Fails if `size` more bytes would break max_memory_bytes. */
cupel_status cff_check_memory(cff_job *job, uint64_t size);
/* Memory that counts against max_memory_bytes, not cleared; NULL after a recorded failure. Release it with its size. */
void *cff_allocate(cff_job *job, uint64_t size);
void cff_release(cff_job *job, void *memory, uint64_t size);
void cff_fact(const cff_job *job, const char *key, const char *format, ...) __attribute__((format(printf, 3, 4)));
void cff_note(const cff_job *job, const char *code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Hears what FFmpeg says on this thread from here on; NULL: nobody does. */
void cff_listen(cff_job *job);
/* For av_log_set_callback. */
void cff_hear(void *context, int level, const char *format, va_list arguments);

/* ---- input.c ---- */
/* Reads up to `size` bytes at `offset`; returns the count, less at the end of the file only. */
size_t cff_read(cff_job *job, uint64_t offset, void *buffer, size_t size);
/* The byte at `offset`, -1 behind the end. */
int cff_byte(cff_job *job, uint64_t offset);
/* Opens job->avio. */
cupel_status cff_input_open(cff_job *job);

/* ---- formats.c ---- */
/* The format that a file with this beginning has; NULL: none that is read here. */
const cff_format *cff_format_of(cupel_bytes head);
/* Whether a file with this beginning is a HEIF picture: HEIC, or an AVIF that does not call itself so first. FFmpeg 5.1 reads neither. */
bool cff_is_heif(cupel_bytes head);
/* FFmpeg's names of the decoders that are used, with commas. */
extern const char cff_codecs[];

/* ---- whole.c, boxes.c ---- */
/* Fails where the file states more than is there. Finds the Exif block of a picture on the way. */
cupel_status cff_check_whole(cff_job *job);
cupel_status cff_check_boxes(cff_job *job);
/* Fails: the file ends inside `what`, which begins at `at` and states `stated` bytes. */
cupel_status cff_fail_cut(cff_job *job, const char *what, uint64_t at, uint64_t stated);

/* ---- exif.c ---- */
/* Reads the orientation and gives the facts of the Exif block. */
void cff_exif(cff_job *job);

/* ---- open.c ---- */
/* Opens the container and chooses the streams that are wanted. */
cupel_status cff_open(cff_job *job);
cupel_status cff_open_codec(cff_job *job, AVStream *stream, AVCodecContext **codec);
void cff_close(cff_job *job);

/* ---- packets.c ---- */
/* Reads the file once: fills job->packets and job->times, decodes the sound. */
cupel_status cff_packets_read(cff_job *job);
void cff_packets_free(cff_job *job);

/* ---- picture.c ---- */
/* A picture that is ready to be given. */
typedef struct cff_picture {
  uint8_t *pixels; /* owned */
  uint64_t allocated;
  cdk_extent extent;
  uint32_t stride;
} cff_picture;
/* Makes the picture of `frame`, one of `frames`, in the size that is wanted. */
cupel_status cff_picture_make(
    cff_job *job, AVFrame *frame, const cupel_size *size, uint64_t frames, cff_picture *picture);
void cff_picture_free(cff_job *job, cff_picture *picture);
cupel_image cff_picture_view(const cff_picture *picture);

/* ---- hdr.c ---- */
bool cff_is_hdr(const AVFrame *frame);
/* Sets job->tone_map up for a frame. */
cupel_status cff_tone_map_make(cff_job *job, const AVFrame *frame);
void cff_tone_map_free(cff_job *job);
/* Pixels of 16 bits a channel, in the transfer and the primaries of BT.2020, to RGB8. */
void cff_tone_map_row(const cff_tone_map *map, const uint16_t *from, uint8_t *to, uint32_t width);

/* ---- walk.c ---- */
/* Where the decoding is. */
typedef struct cff_walk {
  cff_job *job;
  size_t fed; /* packets that the codec has */
  bool is_draining, may_jump;
  int64_t wanted; /* the time of the frame that is looked for */
  bool has_frame; /* in job->frame, shown at `time` */
  int64_t time;
  size_t frames; /* that came since the beginning */
  uint64_t errors;
  AVFrame *earlier; /* the frame before, in case the one that is looked for does not come */
} cff_walk;
cupel_status cff_walk_begin(cff_job *job, cff_walk *walk);
void cff_walk_end(cff_walk *walk);
/* From the beginning once more. */
void cff_walk_again(cff_walk *walk);
/* The next frame into job->frame; false at the end and after a failure. */
bool cff_walk_next(cff_walk *walk);
/* The frame shown at `time`, no earlier than the last one that was asked for, or what stands for it: the one before, else the one after.
 * Valid until the next call; NULL where there is none. Counts one that is `missing`. */
AVFrame *cff_walk_to(cff_walk *walk, int64_t time, uint64_t *missing);

/* ---- scenes.c ---- */
/* Puts the frames that begin a scene into `chosen`, which has room for all frames. */
cupel_status cff_scenes_choose(cff_job *job, cff_walk *walk, size_t *chosen, uint64_t *count);

/* ---- fields.c ---- */
bool cff_fields_can_mix(const AVFrame *frame);
/* Makes a whole frame of an interlaced one into `mixed`; NULL for a neighbour that is not there. */
cupel_status cff_fields_mix(
    cff_job *job, const AVFrame *before, const AVFrame *now, const AVFrame *after, AVFrame *mixed);

/* ---- loudness.c ---- */
/* Begins to measure sound like that of `frame`; the measure is of the first such sound alone. */
cupel_status cff_loudness_begin(cff_job *job, const AVFrame *frame);
cupel_status cff_loudness_take(cff_job *job, const AVFrame *frame);
/* Of the first `count` samples, in LUFS; false where there is no such number. */
bool cff_loudness_of(const cff_job *job, uint64_t count, double *loudness);
void cff_loudness_free(cff_job *job);

/* ---- still.c, video.c, sound.c, facts.c ---- */
/* The index in job->times of the frame that is shown at `time`: the last one that began by then. */
size_t cff_shown_at(const cff_job *job, int64_t time);
cupel_status cff_still(cff_job *job);
cupel_status cff_video(cff_job *job);
/* Takes a packet of sound; NULL at the end of the file. */
cupel_status cff_sound_take(cff_job *job, const AVPacket *packet);
cupel_status cff_sound_give(cff_job *job);
void cff_sound_free(cff_job *job);
/* Whether FFmpeg is not to cut the end off this stream, since it would cut too much. */
bool cff_sound_trims_itself(const cff_job *job, const AVStream *stream);
/* Gives the facts, and the notes on what was lost. */
void cff_report(cff_job *job);

#endif
