/* A small judge that keeps the contract. The plugins of this folder include it, and each breaks one thing. */
#include "cupel_plugin/cupel_plugin.h"

#include <stdlib.h>
#include <string.h>

static const cupel_host *host;

struct cupel_judge_instance {
  int unused;
};

static inline cupel_text text(const char *string) { return (cupel_text){string, strlen(string)}; }

/* Takes {} and nothing else. */
static inline cupel_judge_instance *open_judge(cupel_text config, cupel_error *error) {
  if (config.size == 2 && memcmp(config.data, "{}", 2) == 0) return calloc(1, sizeof(cupel_judge_instance));
  char message[300];
  size_t size = config.size < 200 ? config.size : 200;
  memcpy(message, "no field is accepted: ", 22);
  memcpy(message + 22, config.data, size);
  host->fail(error, CUPEL_INVALID_INPUT, (cupel_text){message, 22 + size});
  return NULL;
}

#define SCORING "{\"kind\": \"scoring\", \"fingerprint\": \"1\", \"criteria\": [\"quality\"]}"
#define GENERATIVE "{\"kind\": \"generative\", \"fingerprint\": \"1\"}"

static inline cupel_status describe(const cupel_judge_instance *judge, cupel_text_sink *sink, cupel_error *error) {
  (void)judge, (void)error;
  host->write(sink, text(SCORING));
  return CUPEL_OK;
}

/* Answers with one score. */
static inline void answer(cupel_on_reply on_reply, void *context, const char *name, double value, double score) {
  const cupel_score one = {.struct_size = sizeof one, .name = text(name), .reason = text("said so"), .value = value,
      .score = score};
  const cupel_score *scores[] = {&one};
  const cupel_reply reply = {.struct_size = sizeof reply, .scores = scores, .score_count = 1};
  on_reply(context, CUPEL_OK, &reply, text(""));
}

#define SUBMIT                                                                                              \
  cupel_status submit(cupel_judge_instance *judge, const cupel_call *call, cupel_on_reply on_reply, void *context, \
      uint64_t *ticket, cupel_error *error)

static inline SUBMIT {
  (void)judge, (void)call, (void)error;
  *ticket = 0;
  answer(on_reply, context, "quality", 1, 1);
  return CUPEL_OK;
}

static inline void close_judge(cupel_judge_instance *judge) { free(judge); }

static inline cupel_status start(const cupel_host *the_host, cupel_error *error) {
  (void)error;
  host = the_host;
  return CUPEL_OK;
}

/* The tables; what follows the fixed part overrides it. */
#define JUDGE(...)                                                                                              \
  static const cupel_judge judge_table = {.struct_size = sizeof judge_table, .open = open_judge,               \
      .describe = describe, .submit = submit, .close = close_judge, __VA_ARGS__};                               \
  static const void *capability(const char *id) { return strcmp(id, CUPEL_JUDGE) == 0 ? &judge_table : NULL; }

#define DECODER(...)                                                                                            \
  static const cupel_decoder decoder_table = {.struct_size = sizeof decoder_table, __VA_ARGS__};                \
  static const void *capability(const char *id) { return strcmp(id, CUPEL_DECODER) == 0 ? &decoder_table : NULL; }

#define PLUGIN(name, ...)                                                                                       \
  static const cupel_plugin plugin = {.struct_size = sizeof plugin, .abi_major = CUPEL_ABI_MAJOR,               \
      .abi_minor = CUPEL_ABI_MINOR, .id = name, .version = "1.0", .start = start, .capability = capability,     \
      __VA_ARGS__};                                                                                             \
  CUPEL_EXPORT const cupel_plugin *cupel_plugin_entry(uint32_t host_abi) { return (void)host_abi, &plugin; }
