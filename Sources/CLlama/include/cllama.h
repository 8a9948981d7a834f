// What Cupel needs of libllama, with opaque types: structs that llama.cpp passes by value, and that change with its
// versions, stay in cllama.c, which is compiled against the headers of the library that is linked.
#ifndef CUPEL_CLLAMA_H
#define CUPEL_CLLAMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct llama_model cllama_model;
typedef struct llama_context cllama_context;

// The version whose headers this was compiled against, and that of the library that the process has loaded.
const char *cllama_built_version(void);
const char *cllama_loaded_version(void);

enum { CLLAMA_DEBUG = 1, CLLAMA_INFO, CLLAMA_WARNING, CLLAMA_ERROR };
// One piece of llama.cpp's or ggml's log. `level` is 0 for a piece that goes on with the line before.
typedef void (*cllama_log)(int32_t level, const char *text);
// Before anything else, once.
void cllama_start(cllama_log log);

// Whether the library computes on anything but the CPU.
bool cllama_offloads(void);

// NULL: it could not be loaded; why is in the log. `gpu_layers` < 0: all.
cllama_model *cllama_model_open(const char *path, int32_t gpu_layers);
void cllama_model_close(cllama_model *model);

typedef struct {
  int32_t vocabulary;
  int32_t trained_context;
  int32_t layers;
  int32_t embedding;
  int32_t heads;
  int32_t kv_heads;
  uint64_t bytes;
  uint64_t parameters;
  bool has_decoder;
  bool has_encoder;
  // State that cannot be cut back to an earlier token.
  bool is_recurrent;
  bool is_diffusion;
} cllama_facts;
cllama_facts cllama_model_facts(const cllama_model *model);
// Writes like snprintf.
int32_t cllama_model_description(const cllama_model *model, char *text, size_t room);
// As snprintf; below 0: there is no such entry.
int32_t cllama_model_metadata(const cllama_model *model, const char *key, char *text, size_t room);
// NULL: the file has none.
const char *cllama_model_template(const cllama_model *model);

typedef struct {
  const char *role;
  const char *content;
} cllama_message;
// Bytes that the prompt has, of which at most `room` are written; below 0: the template is not one that llama.cpp knows.
int32_t cllama_apply_template(
    const char *template_text, const cllama_message *messages, size_t count, bool opens_reply, char *text, int32_t room);

// Tokens written; below 0: there are that many, and `room` is too small.
int32_t cllama_tokenize(
    const cllama_model *model, const char *text, int32_t length, int32_t *tokens, int32_t room, bool start, bool special);
// Bytes written; below 0: that many are needed.
int32_t cllama_piece(const cllama_model *model, int32_t token, char *text, int32_t room);
bool cllama_ends_reply(const cllama_model *model, int32_t token);

// llama.cpp rounds the cells of a sequence up to a multiple of this.
enum { CLLAMA_CELLS = 256 };

typedef struct {
  uint32_t cells;  // tokens of each sequence, a multiple of CLLAMA_CELLS
  uint32_t sequences;
  uint32_t batch;
  int32_t threads;
  int32_t kv_type;          // 0 f16, 1 q8_0, 2 f32
  int32_t flash_attention;  // -1 as llama.cpp sees fit, 0 off, 1 on
} cllama_context_options;
// NULL: no room, or settings that the model does not go with; why is in the log.
cllama_context *cllama_context_open(cllama_model *model, cllama_context_options options);
void cllama_context_close(cllama_context *context);
// Bytes of one token's keys and values in all layers.
uint64_t cllama_bytes_per_token(const cllama_model *model, int32_t kv_type);

// Computes `count` tokens, each the next one of its sequence. 0: done. 1: no room among the cells, nothing has changed.
// Anything else: failed.
int32_t cllama_decode(
    cllama_context *context, int32_t count, const int32_t *tokens, const int32_t *positions, const int32_t *sequences,
    const int8_t *wanted);
// The logits after entry `at` of the last decode, which was wanted, or -1 for the last one; NULL: there are none.
const float *cllama_logits(cllama_context *context, int32_t at);

// Forgets a sequence from a position on.
bool cllama_forget(cllama_context *context, int32_t sequence, int32_t from);
// Gives `to` a copy of what `from` has before a position, in place of what it had: at the next decode, so that nothing may be
// computed into `from` before. false: the cache cannot be cut there.
bool cllama_copy(cllama_context *context, int32_t from, int32_t to, int32_t before);

typedef struct llama_sampler cllama_grammar;
// NULL: the rules (GBNF, beginning at `root`) cannot be read; why is on the standard error.
cllama_grammar *cllama_grammar_open(const cllama_model *model, const char *rules);
void cllama_grammar_close(cllama_grammar *grammar);
bool cllama_grammar_allows(cllama_grammar *grammar, int32_t token);
// Sets the logit of every token that must not come next to -INFINITY.
void cllama_grammar_restrict(cllama_grammar *grammar, float *logits, int32_t count);
// Only a token that is allowed: the library throws, or ends the process, otherwise.
void cllama_grammar_accept(cllama_grammar *grammar, int32_t token);

// The template of that number that llama.cpp knows by name; NULL: there are not so many.
const char *cllama_template_name(size_t number);

#endif
