// What Cupel needs of libmtmd: pictures and sound for a model that has a projector (a second GGUF file).
#ifndef CUPEL_CLLAMA_MEDIA_H
#define CUPEL_CLLAMA_MEDIA_H

#include "cllama.h"

typedef struct mtmd_context cllama_media;
typedef struct mtmd_input_chunks cllama_chunks;

typedef struct {
  bool readable;          // a GGUF file whose header is whole
  bool is_projector;      // its architecture is `clip`
  uint64_t needed_bytes;  // that its header says the file has
  char vision[64];        // kinds of projector; empty: none
  char audio[64];
} cllama_projector_facts;
cllama_projector_facts cllama_projector_look(const char *path);

typedef struct {
  int32_t threads;
  bool gpu;
  int32_t flash_attention;   // -1 as llama.cpp sees fit, 0 off, 1 on
  int32_t image_min_tokens;  // -1: the model's own
  int32_t image_max_tokens;
} cllama_media_options;
// NULL: it could not be loaded, or does not go with the model; why is in the log.
cllama_media *cllama_media_open(const char *path, const cllama_model *model, cllama_media_options options);
void cllama_media_close(cllama_media *media);

bool cllama_media_sees(const cllama_media *media);
// Samples per second that it wants of sound; -1: it does not hear.
int32_t cllama_media_rate(const cllama_media *media);
bool cllama_media_uses_mrope(const cllama_media *media);
// Numbers in the embedding of one token.
int32_t cllama_media_width(const cllama_model *model);

// What stands in a prompt for pictures that belong together (the frames of one moment, or one picture), after `before` tokens of
// text. `pixels` NULL: only how many tokens that is. Any thread; NULL: they could not be read, and why is in the log.
cllama_chunks *cllama_chunks_of_images(
    const cllama_media *media, size_t count, const uint32_t *widths, const uint32_t *heights, const uint8_t *const *pixels,
    size_t before);
// The same for mono sound of the rate that is wanted; `count` is 2 at least.
cllama_chunks *cllama_chunks_of_sound(const cllama_media *media, size_t count, const float *samples);
void cllama_chunks_free(cllama_chunks *chunks);

typedef struct {
  bool is_media;
  bool is_whole;  // each of its tokens sees all others: it cannot be computed in parts
  int32_t tokens;
  int32_t positions;
} cllama_chunk_facts;
size_t cllama_chunks_count(const cllama_chunks *chunks);
cllama_chunk_facts cllama_chunk_look(const cllama_media *media, const cllama_chunks *chunks, size_t at);
// Of a chunk of text.
const int32_t *cllama_chunk_text(const cllama_chunks *chunks, size_t at);
// The four parts of the position of token `index` of a media chunk that begins at `start`, in the order of the cache.
void cllama_chunk_position(const cllama_chunks *chunks, size_t at, int32_t start, int32_t index, int32_t position[4]);
// Computes the embeddings of a media chunk: one thread at a time. false: failed; why is in the log.
bool cllama_chunk_encode(cllama_media *media, const cllama_chunks *chunks, size_t at, size_t floats, float *embeddings);

// Computes `count` embeddings of one sequence, as cllama_decode does tokens. `positions` has all first parts, then all second ones
// and so on: four with M-RoPE, else one. Logits are kept of the last one only, if `wants_last`.
int32_t cllama_decode_media(
    cllama_context *context, int32_t count, const float *embeddings, const int32_t *positions, int32_t sequence,
    bool is_whole, bool wants_last);

#endif
