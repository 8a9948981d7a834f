/* High dynamic range to sRGB, by published formulas: the light of PQ (SMPTE ST 2084) or HLG (ITU-R BT.2100, on a display of 1000
 * cd/m2), the highlights rolled off as by the EETF of ITU-R BT.2390-8 so that 203 cd/m2 (the white of ITU-R BT.2408) is full, the
 * primaries of BT.2020 turned into sRGB's, what lies outside cut off, and the curve of IEC 61966-2-1. */
#include "ffmpeg_plugin.h"

#include <libavutil/mastering_display_metadata.h>

#include <math.h>
#include <string.h>

enum { CODES = 65536 };
#define WHITE 203.0
#define USUAL_PEAK 1000.0

/* Of one frame's transfer and peak. */
struct cff_tone_map {
  enum AVColorTransferCharacteristic transfer;
  double peak;
  float light[CODES]; /* cd/m2 of a code; for HLG relative light of the scene, 0...1 */
  float gain[CODES];  /* by the code of the largest channel, PQ; by 65535 * cd/m2 / peak, HLG: what light is multiplied with to be 0...1 */
  uint8_t srgb[CODES];
};

static const double m1 = 2610.0 / 16384, m2 = 2523.0 / 4096 * 128, c1 = 3424.0 / 4096, c2 = 2413.0 / 4096 * 32, c3 = 2392.0 / 4096 * 32;

static double pq_light(double code) {
  const double root = pow(code, 1 / m2), top = root - c1;
  return 10000 * pow((top > 0 ? top : 0) / (c2 - c3 * root), 1 / m1);
}

static double pq_code(double light) {
  const double power = pow(light / 10000, m1);
  return pow((c1 + c2 * power) / (1 + c3 * power), m2);
}

static double hlg_light(double code) {
  const double a = 0.17883277, b = 1 - 4 * a, c = 0.5 - a * log(4 * a);
  return code <= 0.5 ? code * code / 3 : (exp((code - c) / a) + b) / 12;
}

static double srgb_code(double light) {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055;
}

/* The light, 0...1, that `light` of a picture with this peak is shown as. */
static double rolled_off(double light, double peak) {
  const double top = pq_code(peak), most = pq_code(WHITE) / top, knee = 1.5 * most - 0.5;
  double code = pq_code(light) / top;
  if (most >= 1) return light / WHITE;
  if (code > 1) code = 1;
  if (code > knee) {
    const double t = (code - knee) / (1 - knee), t2 = t * t, t3 = t2 * t;
    code = (2 * t3 - 3 * t2 + 1) * knee + (t3 - 2 * t2 + t) * (1 - knee) + (-2 * t3 + 3 * t2) * most;
  }
  return pq_light(code * top) / WHITE;
}

/* As the file states it, between what is more than white and what PQ can say. */
static double stated_peak(const AVFrame *frame) {
  const AVFrameSideData *data = av_frame_get_side_data(frame, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA);
  if (data == NULL || frame->color_trc != AVCOL_TRC_SMPTE2084) return USUAL_PEAK;
  const AVMasteringDisplayMetadata *display = (const void *)data->data;
  if (!display->has_luminance || display->max_luminance.den <= 0) return USUAL_PEAK;
  const double peak = av_q2d(display->max_luminance);
  return peak >= WHITE && peak <= 10000 ? peak : USUAL_PEAK;
}

bool cff_is_hdr(const AVFrame *frame) {
  return frame->color_trc == AVCOL_TRC_SMPTE2084 || frame->color_trc == AVCOL_TRC_ARIB_STD_B67;
}

static void fill(cff_tone_map *map) {
  const bool is_pq = map->transfer == AVCOL_TRC_SMPTE2084;
  for (int code = 0; code < CODES; code++) {
    const double share = (double)code / (CODES - 1);
    const double light = is_pq ? pq_light(share) : share * map->peak;
    map->light[code] = (float)(is_pq ? light : hlg_light(share));
    map->gain[code] = light > 0 ? (float)(rolled_off(light, map->peak) / light) : 0;
    map->srgb[code] = (uint8_t)(255 * srgb_code(share) + 0.5);
  }
}

cupel_status cff_tone_map_make(cff_job *job, const AVFrame *frame) {
  const double peak = stated_peak(frame);
  cff_tone_map *map = job->tone_map;
  if (map != NULL && map->transfer == frame->color_trc && map->peak == peak) return CUPEL_OK;
  if (map == NULL) map = job->tone_map = cff_allocate(job, sizeof *map);
  if (map == NULL) return job->status;
  map->transfer = frame->color_trc;
  map->peak = peak;
  fill(map);
  return CUPEL_OK;
}

void cff_tone_map_free(cff_job *job) { cff_release(job, job->tone_map, sizeof *job->tone_map); }

static uint8_t encoded(const cff_tone_map *map, float light) {
  return light <= 0 ? 0 : light >= 1 ? 255 : map->srgb[(int)(light * (CODES - 1) + 0.5f)];
}

static float largest(const float *light) {
  const float most = light[0] > light[1] ? light[0] : light[1];
  return most > light[2] ? most : light[2];
}

void cff_tone_map_row(const cff_tone_map *map, const uint16_t *from, uint8_t *to, uint32_t width) {
  static const float matrix[3][3] = {
      {1.660491f, -0.587641f, -0.072850f}, {-0.124550f, 1.132900f, -0.008349f}, {-0.018151f, -0.100579f, 1.118730f}};
  const bool is_pq = map->transfer == AVCOL_TRC_SMPTE2084;
  for (uint32_t x = 0; x < width; x++, from += 3, to += 3) {
    float light[3] = {map->light[from[0]], map->light[from[1]], map->light[from[2]]};
    float gain;
    if (is_pq) {
      const uint16_t most = from[0] > from[1] ? from[0] : from[1];
      gain = map->gain[most > from[2] ? most : from[2]];
    } else {
      /* The system gamma of BT.2100: it acts on the luminance of the scene. */
      const float scene = 0.2627f * light[0] + 0.6780f * light[1] + 0.0593f * light[2];
      const float shown = (float)map->peak * (scene > 0 ? powf(scene, 0.2f) : 0);
      for (int i = 0; i < 3; i++) light[i] *= shown;
      const float share = largest(light) / (float)map->peak;
      gain = map->gain[share >= 1 ? CODES - 1 : (int)(share * (CODES - 1) + 0.5f)];
    }
    for (int i = 0; i < 3; i++) {
      const float *row = matrix[i];
      to[i] = encoded(map, gain * (row[0] * light[0] + row[1] * light[1] + row[2] * light[2]));
    }
  }
}
