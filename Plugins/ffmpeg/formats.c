/* Which bytes belong to which demuxer, and which codecs are let at the packets. FFmpeg's own guessing is not asked: it knows
 * playlists, lists of files and subtitles that lead to other files, and none of those is ever entered from here. */
#include "ffmpeg_plugin.h"

#include <string.h>

typedef struct signature {
  cff_format format;
  uint32_t at;
  const char *bytes; /* with their count, since they may hold NUL */
  uint32_t count;
  uint32_t second_at; /* a second mark; count 0: none */
  const char *second;
  uint32_t second_count;
} signature;

#define MOVING_SOUND (CFF_MOVING | CFF_SOUND)
#define MP4 "mov"

/* The first that fits counts. Scores under 100 are of marks that are short or elsewhere in use. */
static const signature signatures[] = {
    {{"jpeg", "jpeg_pipe", CFF_STILL, 100}, 0, "\xFF\xD8\xFF", 3, 0, NULL, 0},
    {{"webp", "webp_pipe", CFF_STILL, 100}, 0, "RIFF", 4, 8, "WEBP", 4},
    {{"gif", "gif", CFF_STILL | CFF_MOVING, 100}, 0, "GIF87a", 6, 0, NULL, 0},
    {{"gif", "gif", CFF_STILL | CFF_MOVING, 100}, 0, "GIF89a", 6, 0, NULL, 0},
    {{"tiff", "tiff_pipe", CFF_STILL, 100}, 0, "II*\0", 4, 0, NULL, 0},
    {{"tiff", "tiff_pipe", CFF_STILL, 100}, 0, "MM\0*", 4, 0, NULL, 0},
    {{"bmp", "bmp_pipe", CFF_STILL, 90}, 0, "BM", 2, 6, "\0\0\0\0", 4},
    {{"avif", MP4, CFF_STILL, 100}, 4, "ftypavif", 8, 0, NULL, 0},
    {{"avif sequence", MP4, CFF_MOVING, 100}, 4, "ftypavis", 8, 0, NULL, 0},
    {{"mp4", MP4, MOVING_SOUND, 100}, 4, "ftyp", 4, 0, NULL, 0},
    {{"mov", MP4, MOVING_SOUND, 90}, 4, "moov", 4, 0, NULL, 0},
    {{"mov", MP4, MOVING_SOUND, 90}, 4, "mdat", 4, 0, NULL, 0},
    {{"mov", MP4, MOVING_SOUND, 90}, 4, "wide", 4, 0, NULL, 0},
    {{"matroska", "matroska", MOVING_SOUND, 100}, 0, "\x1A\x45\xDF\xA3", 4, 0, NULL, 0},
    {{"avi", "avi", MOVING_SOUND, 100}, 0, "RIFF", 4, 8, "AVI ", 4},
    {{"mpegts", "mpegts", MOVING_SOUND, 80}, 0, "G", 1, 188, "G", 1},
    {{"wav", "wav", CFF_SOUND, 100}, 0, "RIFF", 4, 8, "WAVE", 4},
    {{"flac", "flac", CFF_SOUND, 100}, 0, "fLaC", 4, 0, NULL, 0},
    {{"ogg", "ogg", MOVING_SOUND, 100}, 0, "OggS", 4, 0, NULL, 0},
    {{"mp3", "mp3", CFF_SOUND, 90}, 0, "ID3", 3, 0, NULL, 0},
};

static bool has(cupel_bytes head, uint32_t at, const char *bytes, uint32_t count) {
  return head.size >= (size_t)at + count && memcmp(head.data + at, bytes, count) == 0;
}

/* A frame header of MPEG sound: eleven set bits, then nothing that is reserved. ADTS has layer 0, MP3 layer 1. */
static const cff_format *raw_sound(cupel_bytes head) {
  static const cff_format mp3 = {"mp3", "mp3", CFF_SOUND, 60}, aac = {"aac", "aac", CFF_SOUND, 60};
  if (head.size < 4 || head.data[0] != 0xFF || (head.data[1] & 0xE0) != 0xE0) return NULL;
  const int version = head.data[1] >> 3 & 3, layer = head.data[1] >> 1 & 3;
  if (layer == 0) return (head.data[1] & 0xF0) == 0xF0 && (head.data[2] >> 2 & 15) < 13 ? &aac : NULL;
  const int bit_rate = head.data[2] >> 4, rate = head.data[2] >> 2 & 3;
  return layer == 1 && version != 1 && bit_rate != 0 && bit_rate != 15 && rate != 3 ? &mp3 : NULL;
}

bool cff_is_heif(cupel_bytes head) {
  static const char *const brands[] = {"mif1", "msf1", "heic", "heix", "heim", "heis", "hevc", "hevx"};
  if (!has(head, 4, "ftyp", 4)) return false;
  for (size_t i = 0; i < sizeof brands / sizeof brands[0]; i++) {
    if (has(head, 8, brands[i], 4)) return true;
  }
  return false;
}

const cff_format *cff_format_of(cupel_bytes head) {
  for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
    const signature *known = &signatures[i];
    const bool fits = has(head, known->at, known->bytes, known->count) &&
        (known->second_count == 0 || has(head, known->second_at, known->second, known->second_count));
    if (fits) return &known->format;
  }
  return raw_sound(head);
}

/* FFmpeg has some hundred decoders more, for formats that nobody sends and few people look at. */
const char cff_codecs[] =
    "mjpeg,webp,gif,bmp,tiff,png,libdav1d,libaom-av1,av1,"
    "h264,hevc,vp8,vp9,mpeg1video,mpeg2video,mpeg4,msmpeg4v2,msmpeg4,h263,theora,prores,dnxhd,ffv1,huffyuv,rawvideo,"
    "mp1,mp1float,mp2,mp2float,mp3,mp3float,aac,alac,ac3,eac3,flac,vorbis,opus,libopus,"
    "pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be,"
    "pcm_alaw,pcm_mulaw,adpcm_ms,adpcm_ima_wav";
