/* Cupel plugin ABI, capability "cupel.judge/1": messages in, text or scores out.
 * A generative judge answers with text. A scoring judge (deterministic checks, a reward model) answers with numbers. */
#ifndef CUPEL_PLUGIN_JUDGE_H
#define CUPEL_PLUGIN_JUDGE_H

#include "media.h"

CUPEL_C_BEGIN

#define CUPEL_JUDGE "cupel.judge/1"

/* Who speaks. CUPEL_ROLE_REFERENCE carries the reference answer; only scoring judges receive it (for a generative judge the
 * reference is part of the prompt's words). */
enum { CUPEL_ROLE_SYSTEM = 1, CUPEL_ROLE_USER = 2, CUPEL_ROLE_ASSISTANT = 3, CUPEL_ROLE_REFERENCE = 4 };

enum { CUPEL_PART_TEXT = 1, CUPEL_PART_IMAGE = 2, CUPEL_PART_FRAMES = 3, CUPEL_PART_SOUND = 4 };

/* One piece of a message; the field that `kind` names is set. */
typedef struct cupel_part {
  uint32_t struct_size;
  uint32_t kind; /* CUPEL_PART_* */
  cupel_text text;
  const cupel_image *CUPEL_NULLABLE image;
  const cupel_frame *CUPEL_NONNULL const *CUPEL_NULLABLE frames;
  size_t frame_count;
  const cupel_sound *CUPEL_NULLABLE sound;
  cupel_bytes original; /* of frames and sound: the file they were taken from, where at hand and whole; else size 0 */
  cupel_text media_type; /* of `original`: "video/mp4" */
  cupel_text facts; /* of media, for scoring judges: what is known of the file, a JSON object of texts; else empty */
} cupel_part;

typedef struct cupel_message {
  uint32_t struct_size;
  uint32_t role; /* CUPEL_ROLE_* */
  const cupel_part *CUPEL_NONNULL const *CUPEL_NULLABLE parts;
  size_t part_count;
} cupel_message;

/* How to sample. NaN (for doubles) and 0 (for counts) mean: the judge's own default. */
typedef struct cupel_sampling {
  uint32_t struct_size;
  uint32_t max_tokens;
  double temperature;
  double top_p;
  uint64_t seed;
  bool has_seed;
  uint8_t reserved[3];
  uint32_t top_logprobs; /* alternatives wanted per token; 0: no log-probabilities */
  const cupel_text *CUPEL_NULLABLE stop; /* cupel_text is a view and never grows: a plain array */
  size_t stop_count;
  uint32_t samples; /* replies wanted of this one call, at most what describe said in "max_samples"; 0 and 1: one */
  uint32_t reserved_tail;
} cupel_sampling;

typedef struct cupel_call {
  uint32_t struct_size;
  uint32_t timeout_ms; /* from submit; 0: none */
  /* Which call this is: a JSON object {"item","response","order","sample","criterion","attempt"} in canonical form (keys sorted,
   * no spaces). Equal for the same question asked again in another run. */
  cupel_text key;
  cupel_text prompt_digest; /* "sha256:" and 64 hex digits, over the messages with their media */
  cupel_text group;         /* calls that share a long prefix carry the same text; empty: none */
  cupel_text answer_shape;  /* JSON: what the reply should end in (docs/rubrics.md); a hint for structured output; may be empty */
  const cupel_message *CUPEL_NONNULL const *CUPEL_NULLABLE messages;
  size_t message_count;
  const cupel_sampling *CUPEL_NONNULL sampling;
  cupel_text traceparent; /* of the trace that the call belongs to, as the W3C header has it, for servers that are asked; may be empty */
} cupel_call;

/* Why a generative judge stopped. */
enum { CUPEL_FINISH_STOP = 1, CUPEL_FINISH_LENGTH = 2, CUPEL_FINISH_REFUSED = 3 };

/* A token of the reply, or one of its alternatives. */
typedef struct cupel_token {
  uint32_t struct_size;
  uint32_t reserved;
  cupel_text text;
  double logprob; /* natural logarithm */
  const struct cupel_token *CUPEL_NONNULL const *CUPEL_NULLABLE top; /* most likely first */
  size_t top_count;
} cupel_token;

/* One number of a scoring judge, or why there is none. */
typedef struct cupel_score {
  uint32_t struct_size;
  cupel_status status; /* CUPEL_OK; else there is no number, `reason` says why, and value and score mean nothing */
  cupel_text name;   /* the criterion, as it was named in the configuration */
  cupel_text reason; /* one line */
  double value;      /* what was measured, in its own unit (a ratio, decibels, a count) */
  double score;      /* 0...1, more is better; reward models without a bound give NaN and only `value` */
} cupel_score;

/* What was consumed. Counts of tokens: UINT64_MAX: not known. */
typedef struct cupel_usage {
  uint32_t struct_size;
  uint32_t attempts; /* requests that were made, 0: not stated */
  uint64_t prompt_tokens;
  uint64_t completion_tokens;
  uint64_t reasoning_tokens; /* part of completion_tokens */
  uint64_t cached_tokens;    /* part of prompt_tokens */
} cupel_usage;

typedef struct cupel_reply {
  uint32_t struct_size;
  uint32_t finish; /* CUPEL_FINISH_*; 0 for a scoring judge */
  cupel_text text;
  cupel_text reasoning; /* where the judge gives it apart from the text */
  cupel_text model;     /* as the judge names itself */
  const cupel_usage *CUPEL_NULLABLE usage;
  const cupel_score *CUPEL_NONNULL const *CUPEL_NULLABLE scores;
  size_t score_count;
  const cupel_token *CUPEL_NONNULL const *CUPEL_NULLABLE tokens; /* of `text`, when log-probabilities were asked for */
  size_t token_count;
  /* The further replies of a call that wanted several samples, in their order; `usage` of the first covers all. */
  const struct cupel_reply *CUPEL_NONNULL const *CUPEL_NULLABLE more;
  size_t more_count;
} cupel_reply;

/* The answer to one submit: `reply` when status is CUPEL_OK. Else `message` says why, and `reply` is NULL or holds nothing but
 * the `usage` of a failure that was paid for all the same. Called exactly once for every submit that returned CUPEL_OK, a
 * cancelled one included. Copies what it keeps.
 * [thread: any] [fails: never] */
typedef void (*cupel_on_reply)(void *CUPEL_NULLABLE context, cupel_status status,
    const cupel_reply *CUPEL_NULLABLE reply, cupel_text message);

/* An open judge: the plugin's own. */
typedef struct cupel_judge_instance cupel_judge_instance;

typedef struct cupel_judge {
  uint32_t struct_size;
  uint32_t reserved;

  /* Opens a judge from its configuration, a JSON object; unknown or bad fields are errors that name their path.
   * NULL on failure. [thread: any] [fails: error] */
  cupel_judge_instance *CUPEL_NULLABLE (*CUPEL_NULLABLE open)(cupel_text config_json, cupel_error *CUPEL_NONNULL error);

  /* What the judge is, as JSON: {"kind": "generative" | "scoring", "model", "fingerprint", "formats": ["pointwise", ...],
   * "modalities": ["text", "image", "frames", "sound"], "criteria": [...], "max_in_flight": n, "max_samples": n,
   * "submits_at_once": bool | bytes}.
   * [thread: any] [fails: error] */
  cupel_status (*CUPEL_NULLABLE describe)(const cupel_judge_instance *CUPEL_NONNULL judge,
      cupel_text_sink *CUPEL_NONNULL sink, cupel_error *CUPEL_NONNULL error);

  /* Takes a call. On CUPEL_OK the answer comes through on_reply, now or later; otherwise on_reply is never called. The call is
   * borrowed until submit returns. `ticket` is set before on_reply can be called. Of a judge that said "submits_at_once" it is
   * called on threads that must not wait.
   * [thread: any] [calls-back: inline] [fails: error] */
  cupel_status (*CUPEL_NULLABLE submit)(cupel_judge_instance *CUPEL_NONNULL judge, const cupel_call *CUPEL_NONNULL call,
      cupel_on_reply CUPEL_NONNULL on_reply, void *CUPEL_NULLABLE context, uint64_t *CUPEL_NONNULL ticket,
      cupel_error *CUPEL_NONNULL error);

  /* Closes the judge; calls still out are answered with CUPEL_CANCELLED before it returns.
   * [thread: any, once] [calls-back: inline] [fails: never] */
  void (*CUPEL_NULLABLE close)(cupel_judge_instance *CUPEL_NONNULL judge);

  /* ---- optional ---- */

  /* Asks to end a call early; its on_reply still comes, once. Unknown and finished tickets are ignored.
   * [thread: any] [calls-back: inline] [fails: never] */
  void (*CUPEL_NULLABLE cancel)(cupel_judge_instance *CUPEL_NONNULL judge, uint64_t ticket);
} cupel_judge;

CUPEL_C_END
#endif
