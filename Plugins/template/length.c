/* A complete Cupel plugin in plain C: a scoring judge that counts the words of an answer. Copy it and put your own
 * measure in place of `measure`. docs/abi.md walks through it; README.md has the line that builds it.
 *
 * Configuration: {"min_words": 1, "max_words": 200}, both optional. The score is 1 between the two and falls with the
 * ratio outside: half of min_words scores 0.5, twice max_words scores 0.5. */
#include "cupel_plugin/cupel_plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the host offers; set once by start, before anything else is called. */
static const cupel_host *host;

/* An open judge: its configuration, and nothing that changes, so that any number of threads may use it at once. */
struct cupel_judge_instance {
  unsigned long min_words;
  unsigned long max_words;
};

static cupel_text text(const char *string) { return (cupel_text){string, strlen(string)}; }

static bool equals(cupel_text view, const char *string) {
  return view.size == strlen(string) && (view.size == 0 || memcmp(view.data, string, view.size) == 0);
}

/* ---- The configuration: an object of whole numbers. A plugin with richer options would use a JSON library. ---- */

typedef struct cursor {
  const char *at;
  const char *end;
} cursor;

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static void skip_space(cursor *c) {
  while (c->at < c->end && is_space(*c->at)) c->at++;
}

static bool take(cursor *c, char wanted) {
  skip_space(c);
  if (c->at == c->end || *c->at != wanted) return false;
  c->at++;
  return true;
}

static bool at_end(cursor *c) {
  skip_space(c);
  return c->at == c->end;
}

static bool take_key(cursor *c, cupel_text *key) {
  if (!take(c, '"')) return false;
  key->data = c->at;
  while (c->at < c->end && *c->at != '"' && *c->at != '\\') c->at++;
  key->size = (size_t)(c->at - key->data);
  return take(c, '"');
}

static bool take_number(cursor *c, unsigned long *number) {
  skip_space(c);
  const char *start = c->at;
  *number = 0;
  while (c->at < c->end && *c->at >= '0' && *c->at <= '9' && c->at - start < 9) {
    *number = *number * 10 + (unsigned)(*c->at - '0');
    c->at++;
  }
  return c->at > start;
}

/* An error about one field; names it, as all of Cupel's errors do. */
static bool refuse(cupel_error *error, cupel_text key, const char *what) {
  char message[256];
  int length = snprintf(message, sizeof message, "%.*s: %s", (int)(key.size > 64 ? 64 : key.size), key.data, what);
  host->fail(error, CUPEL_INVALID_INPUT, (cupel_text){message, (size_t)length});
  return false;
}

static bool read_config(struct cupel_judge_instance *judge, cupel_text json, cupel_error *error) {
  cursor c = {json.data, json.data + json.size};
  cupel_text key = {"configuration", 13};
  if (!take(&c, '{')) return refuse(error, key, "expected an object such as {\"min_words\": 10}");
  if (take(&c, '}')) return at_end(&c) || refuse(error, key, "has something after its last '}'");
  do {
    unsigned long *field = NULL;
    if (!take_key(&c, &key) || !take(&c, ':')) return refuse(error, key, "is not valid JSON after this");
    if (equals(key, "min_words")) field = &judge->min_words;
    if (equals(key, "max_words")) field = &judge->max_words;
    if (!field) return refuse(error, key, "unknown field; accepted: min_words, max_words");
    if (!take_number(&c, field)) return refuse(error, key, "expected a whole number from 0 to 999999999");
  } while (take(&c, ','));
  if (!take(&c, '}') || !at_end(&c)) return refuse(error, key, "is not valid JSON after this");
  if (judge->min_words > judge->max_words) return refuse(error, text("min_words"), "is above max_words");
  return true;
}

static cupel_judge_instance *open_judge(cupel_text config_json, cupel_error *error) {
  struct cupel_judge_instance *judge = malloc(sizeof *judge);
  if (!judge) {
    host->fail(error, CUPEL_FAILED, text("out of memory"));
    return NULL;
  }
  *judge = (struct cupel_judge_instance){.min_words = 1, .max_words = 200};
  if (read_config(judge, config_json, error)) return judge;
  free(judge);
  return NULL;
}

static void close_judge(cupel_judge_instance *judge) { free(judge); }

static cupel_status describe(const cupel_judge_instance *judge, cupel_text_sink *sink, cupel_error *error) {
  (void)judge, (void)error;
  host->write(sink,
      text("{\"kind\": \"scoring\", \"fingerprint\": \"words-1\", \"formats\": [\"pointwise\"], "
           "\"modalities\": [\"text\"], \"criteria\": [\"length\"]}"));
  return CUPEL_OK;
}

/* ---- The measure ---- */

static unsigned long count_words(cupel_text view) {
  unsigned long words = 0;
  bool inside = false;
  for (size_t i = 0; i < view.size; i++) {
    bool space = view.data[i] == ' ' || (view.data[i] >= '\t' && view.data[i] <= '\r');
    words += !space && !inside;
    inside = !space;
  }
  return words;
}

static double measure(const struct cupel_judge_instance *judge, unsigned long words) {
  if (words < judge->min_words) return (double)words / (double)judge->min_words;
  if (words > judge->max_words) return (double)judge->max_words / (double)words;
  return 1;
}

/* The answer is the last message of the assistant. */
static const cupel_message *find_answer(const cupel_call *call) {
  for (size_t i = call->message_count; i > 0; i--)
    if (call->messages[i - 1]->role == CUPEL_ROLE_ASSISTANT) return call->messages[i - 1];
  return NULL;
}

/* Answers at once, on the thread that asks, so there is never a call to cancel. */
static cupel_status submit(cupel_judge_instance *judge, const cupel_call *call, cupel_on_reply on_reply, void *context,
    uint64_t *ticket, cupel_error *error) {
  const cupel_message *answer = find_answer(call);
  if (!answer) return host->fail(error, CUPEL_INVALID_INPUT, text("the call has no answer to count the words of"));
  *ticket = 0;
  unsigned long words = 0;
  for (size_t i = 0; i < answer->part_count; i++)
    if (answer->parts[i]->kind == CUPEL_PART_TEXT) words += count_words(answer->parts[i]->text);

  char reason[96];
  snprintf(reason, sizeof reason, "%lu words; wanted: %lu to %lu", words, judge->min_words, judge->max_words);
  const cupel_score score = {
      .struct_size = sizeof score,
      .status = CUPEL_OK,
      .name = text("length"),
      .reason = text(reason),
      .value = (double)words,
      .score = measure(judge, words),
  };
  const cupel_score *scores[] = {&score};
  const cupel_reply reply = {.struct_size = sizeof reply, .scores = scores, .score_count = 1};
  on_reply(context, CUPEL_OK, &reply, (cupel_text){NULL, 0});
  return CUPEL_OK;
}

/* ---- The tables the host finds all this by ---- */

static const cupel_judge judge_table = {
    .struct_size = sizeof judge_table,
    .open = open_judge,
    .describe = describe,
    .submit = submit,
    .close = close_judge,
};

static cupel_status start(const cupel_host *the_host, cupel_error *error) {
  (void)error;
  host = the_host;
  return CUPEL_OK;
}

static const void *capability(const char *id) { return strcmp(id, CUPEL_JUDGE) == 0 ? &judge_table : NULL; }

static const cupel_plugin plugin = {
    .struct_size = sizeof plugin,
    .abi_major = CUPEL_ABI_MAJOR,
    .abi_minor = CUPEL_ABI_MINOR,
    .id = "length",
    .version = "1.0.0",
    .start = start,
    .capability = capability,
    .summary = "Scores the number of words of an answer.",
};

const cupel_plugin *cupel_plugin_entry(uint32_t host_abi) {
  (void)host_abi;
  return &plugin;
}
