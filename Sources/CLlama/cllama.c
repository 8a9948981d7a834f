#include "cllama.h"

#include <llama.h>
#include <math.h>
#include <mtmd.h>
#include <stdlib.h>

static cllama_log host_log;

static void pass_log(enum ggml_log_level level, const char *text, void *unused) {
  (void)unused;
  int32_t ours = 0;
  switch (level) {
    case GGML_LOG_LEVEL_NONE:
    case GGML_LOG_LEVEL_CONT: break;
    case GGML_LOG_LEVEL_DEBUG: ours = CLLAMA_DEBUG; break;
    case GGML_LOG_LEVEL_INFO: ours = CLLAMA_INFO; break;
    case GGML_LOG_LEVEL_WARN: ours = CLLAMA_WARNING; break;
    case GGML_LOG_LEVEL_ERROR: ours = CLLAMA_ERROR; break;
  }
  host_log(ours, text);
}

const char *cllama_built_version(void) { return CUPEL_LLAMA_VERSION; }
const char *cllama_loaded_version(void) { return llama_version(); }

void cllama_start(cllama_log log) {
  host_log = log;
  llama_log_set(pass_log, NULL);
  mtmd_log_set(pass_log, NULL);
  llama_backend_init();
}

bool cllama_offloads(void) { return llama_supports_gpu_offload(); }

cllama_model *cllama_model_open(const char *path, int32_t gpu_layers) {
  struct llama_model_params params = llama_model_default_params();
  params.n_gpu_layers = gpu_layers;
  return llama_model_load_from_file(path, params);
}

void cllama_model_close(cllama_model *model) { llama_model_free(model); }

cllama_facts cllama_model_facts(const cllama_model *model) {
  return (cllama_facts){
      .vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model)),
      .trained_context = llama_model_n_ctx_train(model),
      .layers = llama_model_n_layer(model),
      .embedding = llama_model_n_embd(model),
      .heads = llama_model_n_head(model),
      .kv_heads = llama_model_n_head_kv(model),
      .bytes = llama_model_size(model),
      .parameters = llama_model_n_params(model),
      .has_decoder = llama_model_has_decoder(model),
      .has_encoder = llama_model_has_encoder(model),
      .is_recurrent = llama_model_is_recurrent(model) || llama_model_is_hybrid(model),
      .is_diffusion = llama_model_is_diffusion(model),
  };
}

int32_t cllama_model_description(const cllama_model *model, char *text, size_t room) {
  return llama_model_desc(model, text, room);
}

int32_t cllama_model_metadata(const cllama_model *model, const char *key, char *text, size_t room) {
  return llama_model_meta_val_str(model, key, text, room);
}

const char *cllama_model_template(const cllama_model *model) { return llama_model_chat_template(model, NULL); }

int32_t cllama_apply_template(
    const char *template_text, const cllama_message *messages, size_t count, bool opens_reply, char *text, int32_t room) {
  struct llama_chat_message *theirs = calloc(count + 1, sizeof *theirs);
  if (!theirs) abort();
  for (size_t at = 0; at < count; at++)
    theirs[at] = (struct llama_chat_message){.role = messages[at].role, .content = messages[at].content};
  int32_t length = llama_chat_apply_template(template_text, theirs, count, opens_reply, text, room);
  free(theirs);
  return length;
}

int32_t cllama_tokenize(
    const cllama_model *model, const char *text, int32_t length, int32_t *tokens, int32_t room, bool start, bool special) {
  return llama_tokenize(llama_model_get_vocab(model), text, length, tokens, room, start, special);
}

int32_t cllama_piece(const cllama_model *model, int32_t token, char *text, int32_t room) {
  return llama_token_to_piece(llama_model_get_vocab(model), token, text, room, 0, true);
}

bool cllama_ends_reply(const cllama_model *model, int32_t token) {
  return llama_vocab_is_eog(llama_model_get_vocab(model), token);
}

static enum ggml_type stored_type(int32_t kv_type) {
  return kv_type == 1 ? GGML_TYPE_Q8_0 : kv_type == 2 ? GGML_TYPE_F32 : GGML_TYPE_F16;
}

cllama_context *cllama_context_open(cllama_model *model, cllama_context_options options) {
  struct llama_context_params params = llama_context_default_params();
  params.n_ctx = options.cells * options.sequences;
  params.n_batch = options.batch;
  params.n_ubatch = options.batch;
  params.n_seq_max = options.sequences;
  params.n_threads = options.threads;
  params.n_threads_batch = options.threads;
  params.type_k = stored_type(options.kv_type);
  params.type_v = stored_type(options.kv_type);
  params.flash_attn_type = (enum llama_flash_attn_type)options.flash_attention;
  // Cells of its own for each sequence: in a common pool attention is computed over everybody's before it is masked.
  params.kv_unified = false;
  // Sliding windows are kept whole, so that a sequence can be cut back to any earlier token.
  params.swa_full = true;
  params.no_perf = true;
  return llama_init_from_model(model, params);
}

void cllama_context_close(cllama_context *context) { llama_free(context); }

uint64_t cllama_bytes_per_token(const cllama_model *model, int32_t kv_type) {
  int64_t heads = llama_model_n_head(model);
  if (heads <= 0) return 0;
  int64_t width = (int64_t)llama_model_n_embd(model) / heads * llama_model_n_head_kv(model);
  return 2 * (uint64_t)llama_model_n_layer(model) * ggml_row_size(stored_type(kv_type), width);
}

int32_t cllama_decode(
    cllama_context *context, int32_t count, const int32_t *tokens, const int32_t *positions, const int32_t *sequences,
    const int8_t *wanted) {
  struct llama_batch batch = llama_batch_init(count, 0, 1);
  batch.n_tokens = count;
  for (int32_t at = 0; at < count; at++) {
    batch.token[at] = tokens[at];
    batch.pos[at] = positions[at];
    batch.n_seq_id[at] = 1;
    batch.seq_id[at][0] = sequences[at];
    batch.logits[at] = wanted[at];
  }
  int32_t status = llama_decode(context, batch);
  llama_batch_free(batch);
  return status;
}

const float *cllama_logits(cllama_context *context, int32_t at) { return llama_get_logits_ith(context, at); }

bool cllama_forget(cllama_context *context, int32_t sequence, int32_t from) {
  return llama_memory_seq_rm(llama_get_memory(context), sequence, from, -1);
}

bool cllama_copy(cllama_context *context, int32_t from, int32_t to, int32_t before) {
  llama_memory_t memory = llama_get_memory(context);
  // Between sequences with cells of their own the library copies all or nothing.
  llama_memory_seq_cp(memory, from, to, -1, -1);
  return llama_memory_seq_rm(memory, to, before, -1);
}

cllama_grammar *cllama_grammar_open(const cllama_model *model, const char *rules) {
  return llama_sampler_init_grammar(llama_model_get_vocab(model), rules, "root");
}

void cllama_grammar_close(cllama_grammar *grammar) { llama_sampler_free(grammar); }

bool cllama_grammar_allows(cllama_grammar *grammar, int32_t token) {
  llama_token_data one = {.id = token};
  llama_token_data_array all = {.data = &one, .size = 1, .selected = -1};
  llama_sampler_apply(grammar, &all);
  return isfinite(one.logit);
}

void cllama_grammar_restrict(cllama_grammar *grammar, float *logits, int32_t count) {
  llama_token_data *data = malloc((size_t)count * sizeof *data);
  if (!data) abort();
  // What is ruled out already needs no second look.
  size_t size = 0;
  for (int32_t token = 0; token < count; token++)
    if (logits[token] > -INFINITY) data[size++] = (llama_token_data){.id = token, .logit = logits[token]};
  llama_token_data_array all = {.data = data, .size = size, .selected = -1};
  llama_sampler_apply(grammar, &all);
  for (size_t at = 0; at < size; at++) logits[data[at].id] = data[at].logit;
  free(data);
}

void cllama_grammar_accept(cllama_grammar *grammar, int32_t token) { llama_sampler_accept(grammar, token); }

const char *cllama_template_name(size_t number) {
  int32_t count = llama_chat_builtin_templates(NULL, 0);
  if (count < 0 || number >= (size_t)count) return NULL;
  const char **names = malloc((size_t)count * sizeof *names);
  if (!names) abort();
  llama_chat_builtin_templates(names, (size_t)count);
  const char *name = names[number];
  free(names);
  return name;
}
