#include "cllama_media.h"

#include <gguf.h>
#include <llama.h>
#include <mtmd.h>
#include <stdlib.h>
#include <string.h>

static void copy_text(const struct gguf_context *file, const char *key, char *text, size_t room) {
  int64_t id = gguf_find_key(file, key);
  if (id < 0 || gguf_get_kv_type(file, id) != GGUF_TYPE_STRING) return;
  strncpy(text, gguf_get_val_str(file, id), room - 1);
}

cllama_projector_facts cllama_projector_look(const char *path) {
  cllama_projector_facts facts = {0};
  struct gguf_context *file = gguf_init_from_file(path, (struct gguf_init_params){.no_alloc = true});
  if (!file) return facts;
  facts.readable = true;
  char architecture[64] = "";
  copy_text(file, "general.architecture", architecture, sizeof architecture);
  facts.is_projector = strcmp(architecture, "clip") == 0;
  copy_text(file, "clip.vision.projector_type", facts.vision, sizeof facts.vision);
  copy_text(file, "clip.audio.projector_type", facts.audio, sizeof facts.audio);
  if (!facts.vision[0] && !facts.audio[0]) copy_text(file, "clip.projector_type", facts.vision, sizeof facts.vision);
  facts.needed_bytes = gguf_get_data_offset(file);
  for (int64_t at = 0; at < gguf_get_n_tensors(file); at++) {
    uint64_t end = gguf_get_data_offset(file) + gguf_get_tensor_offset(file, at) + gguf_get_tensor_size(file, at);
    if (end > facts.needed_bytes) facts.needed_bytes = end;
  }
  gguf_free(file);
  return facts;
}

cllama_media *cllama_media_open(const char *path, const cllama_model *model, cllama_media_options options) {
  struct mtmd_context_params params = mtmd_context_params_default();
  params.use_gpu = options.gpu;
  params.print_timings = false;
  params.n_threads = options.threads;
  params.flash_attn_type = (enum llama_flash_attn_type)options.flash_attention;
  params.warmup = false;
  params.image_min_tokens = options.image_min_tokens;
  params.image_max_tokens = options.image_max_tokens;
  return mtmd_init_from_file(path, model, params);
}

void cllama_media_close(cllama_media *media) { mtmd_free(media); }
bool cllama_media_sees(const cllama_media *media) { return mtmd_support_vision(media); }
int32_t cllama_media_rate(const cllama_media *media) {
  return mtmd_support_audio(media) ? mtmd_get_audio_sample_rate(media) : -1;
}
bool cllama_media_uses_mrope(const cllama_media *media) { return mtmd_decode_use_mrope(media); }
int32_t cllama_media_width(const cllama_model *model) { return llama_model_n_embd_inp(model); }

static cllama_chunks *chunks_of(const cllama_media *media, mtmd_bitmap **bitmaps, size_t count, size_t before) {
  // What stands before counts for few models only; any text of one token each does.
  struct mtmd_input_text text = {.text = "\n", .text_len = 1};
  size_t parts = count + before;
  struct mtmd_input_part *part = calloc(parts, sizeof *part);
  const struct mtmd_input_part **list = calloc(parts, sizeof *list);
  mtmd_input_chunks *chunks = mtmd_input_chunks_init();
  if (!part || !list || !chunks) abort();
  for (size_t at = 0; at < parts; at++) {
    if (at < before)
      part[at].text = &text;
    else
      part[at].bitmap = bitmaps[at - before];
    list[at] = &part[at];
  }
  int32_t status = mtmd_tokenize_from_parts(media, chunks, list, parts, false);
  free(list);
  free(part);
  if (status == 0) return chunks;
  mtmd_input_chunks_free(chunks);
  return NULL;
}

cllama_chunks *cllama_chunks_of_images(
    const cllama_media *media, size_t count, const uint32_t *widths, const uint32_t *heights, const uint8_t *const *pixels,
    size_t before) {
  mtmd_bitmap **bitmaps = calloc(count, sizeof(mtmd_bitmap *));
  if (!bitmaps) abort();
  for (size_t at = 0; at < count; at++) {
    bitmaps[at] = mtmd_bitmap_init(widths[at], heights[at], pixels ? pixels[at] : NULL);
    if (count > 1) mtmd_bitmap_set_mergeable(bitmaps[at], true);
  }
  cllama_chunks *chunks = chunks_of(media, bitmaps, count, before);
  for (size_t at = 0; at < count; at++) mtmd_bitmap_free(bitmaps[at]);
  free(bitmaps);
  return chunks;
}

cllama_chunks *cllama_chunks_of_sound(const cllama_media *media, size_t count, const float *samples) {
  mtmd_bitmap *bitmap = mtmd_bitmap_init_from_audio(count, samples);
  cllama_chunks *chunks = chunks_of(media, &bitmap, 1, 0);
  mtmd_bitmap_free(bitmap);
  return chunks;
}

void cllama_chunks_free(cllama_chunks *chunks) { mtmd_input_chunks_free(chunks); }
size_t cllama_chunks_count(const cllama_chunks *chunks) { return mtmd_input_chunks_size(chunks); }

cllama_chunk_facts cllama_chunk_look(const cllama_media *media, const cllama_chunks *chunks, size_t at) {
  const mtmd_input_chunk *chunk = mtmd_input_chunks_get(chunks, at);
  bool is_media = mtmd_input_chunk_get_type(chunk) != MTMD_INPUT_CHUNK_TYPE_TEXT;
  return (cllama_chunk_facts){
      .is_media = is_media,
      .is_whole = is_media && mtmd_decode_use_non_causal(media, chunk),
      .tokens = (int32_t)mtmd_input_chunk_get_n_tokens(chunk),
      .positions = mtmd_input_chunk_get_n_pos(chunk),
  };
}

const int32_t *cllama_chunk_text(const cllama_chunks *chunks, size_t at) {
  size_t count = 0;
  return mtmd_input_chunk_get_tokens_text(mtmd_input_chunks_get(chunks, at), &count);
}

void cllama_chunk_position(const cllama_chunks *chunks, size_t at, int32_t start, int32_t index, int32_t position[4]) {
  const mtmd_image_tokens *image = mtmd_input_chunk_get_tokens_image(mtmd_input_chunks_get(chunks, at));
  if (!image) {
    for (int part = 0; part < 4; part++) position[part] = start + index;
    return;
  }
  struct mtmd_decoder_pos theirs = mtmd_image_tokens_get_decoder_pos(image, start, (size_t)index);
  position[0] = (int32_t)theirs.t;
  position[1] = (int32_t)theirs.y;
  position[2] = (int32_t)theirs.x;
  position[3] = (int32_t)theirs.z;
}

bool cllama_chunk_encode(cllama_media *media, const cllama_chunks *chunks, size_t at, size_t floats, float *embeddings) {
  if (mtmd_encode_chunk(media, mtmd_input_chunks_get(chunks, at)) != 0) return false;
  const float *computed = mtmd_get_output_embd(media);
  if (!computed) return false;
  memcpy(embeddings, computed, floats * sizeof *embeddings);
  return true;
}

int32_t cllama_decode_media(
    cllama_context *context, int32_t count, const float *embeddings, const int32_t *positions, int32_t sequence,
    bool is_whole, bool wants_last) {
  int32_t *counts = calloc((size_t)count, sizeof *counts);
  llama_seq_id **sequences = calloc((size_t)count + 1, sizeof *sequences);
  int8_t *wanted = calloc((size_t)count, sizeof *wanted);
  if (!counts || !sequences || !wanted) abort();
  for (int32_t at = 0; at < count; at++) {
    counts[at] = 1;
    sequences[at] = &sequence;
  }
  wanted[count - 1] = wants_last;
  // Neither the embeddings nor the positions are written to.
  struct llama_batch batch = {
      .n_tokens = count,
      .embd = (float *)embeddings,
      .pos = (llama_pos *)positions,
      .n_seq_id = counts,
      .seq_id = sequences,
      .logits = wanted,
  };
  if (is_whole) llama_set_causal_attn(context, false);
  int32_t status = llama_decode(context, batch);
  if (is_whole) llama_set_causal_attn(context, true);
  free(counts);
  free(sequences);
  free(wanted);
  return status;
}
