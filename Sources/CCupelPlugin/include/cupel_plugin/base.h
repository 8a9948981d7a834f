/* Cupel plugin ABI: versions, views, errors, the host table and the plugin descriptor.
 *
 * A plugin is a shared library that exports one symbol, cupel_plugin_entry. Everything else is found through the static
 * descriptor which that function returns. C11, no headers but stdint, stddef and stdbool.
 *
 * Conventions
 *  - Structs are size-first and append-only. The writer sets struct_size to its own sizeof; the reader takes what it knows
 *    and treats the missing tail as zero. Nothing is ever removed, reordered or given another meaning within a major.
 *  - Arrays of structs are arrays of pointers, so that the element may grow.
 *  - A view (cupel_text, cupel_bytes) is borrowed: valid until the call that received it returns. Copy what you keep.
 *    Text is UTF-8 without a terminator; it may hold any character, NUL included.
 *  - Memory never changes owner across the border. What a plugin has to say goes through host functions and sinks.
 *  - Enumerations start at 1; 0 is "not stated". CUPEL_OK is the only status that is 0.
 *  - Units are in names: timeout_ms, rate_hz.
 *
 * Tags on every function
 *  [thread: any]       may be called from any thread, several at once on one instance
 *  [thread: one]       calls on one object do not overlap; the thread may differ from call to call
 *  [calls-back: inline] the function may call the given callbacks before it returns, on the same thread
 *  [fails: error]      on failure returns a status other than CUPEL_OK, after host->fail(error, ...)
 *  [fails: never]      cannot fail
 *
 * Trust: a judge plugin runs in the host's process with its full rights. Decoder plugins read hostile bytes; a host may run
 * them in a worker process, so a decoder must not count on seeing the same process twice. */
#ifndef CUPEL_PLUGIN_BASE_H
#define CUPEL_PLUGIN_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define CUPEL_C_BEGIN extern "C" {
#define CUPEL_C_END }
#else
#define CUPEL_C_BEGIN
#define CUPEL_C_END
#endif
CUPEL_C_BEGIN

#if defined(__clang__)
#define CUPEL_NULLABLE _Nullable
#define CUPEL_NONNULL _Nonnull
#else
#define CUPEL_NULLABLE
#define CUPEL_NONNULL
#endif

/* A host runs plugins of its own major whatever their minor: additions are found by struct_size and by capability id. */
#define CUPEL_ABI_MAJOR 1
#define CUPEL_ABI_MINOR 0

/* The name that dlsym looks up. */
#define CUPEL_PLUGIN_ENTRY "cupel_plugin_entry"

typedef struct cupel_text {
  const char *CUPEL_NULLABLE data; /* may be NULL when size is 0 */
  size_t size;                     /* bytes */
} cupel_text;

typedef struct cupel_bytes {
  const uint8_t *CUPEL_NULLABLE data;
  size_t size;
} cupel_bytes;

/* How a call ended. A value the reader does not know counts as CUPEL_FAILED. */
typedef int32_t cupel_status;
enum {
  CUPEL_OK = 0,
  CUPEL_FAILED = 1,        /* the plugin or what is behind it failed; the message says how */
  CUPEL_INVALID_INPUT = 2, /* the input can never succeed: broken file, missing modality, bad configuration */
  CUPEL_UNSUPPORTED = 3,   /* not a thing this plugin does */
  CUPEL_LIMIT = 4,         /* a stated limit was reached; the message names it */
  CUPEL_TIMEOUT = 5,
  CUPEL_CANCELLED = 6,
  CUPEL_OVERLOADED = 7     /* try again later */
};

enum { CUPEL_LOG_DEBUG = 1, CUPEL_LOG_INFO = 2, CUPEL_LOG_WARNING = 3, CUPEL_LOG_ERROR = 4 };

/* A place for an error, owned by the host, valid during the call that received it. */
typedef struct cupel_error cupel_error;

/* A consumer of one text, owned by the host, valid during the call that received it. */
typedef struct cupel_text_sink cupel_text_sink;

/* What the host offers. Static: valid from cupel_plugin.start until the process ends. */
typedef struct cupel_host {
  uint32_t struct_size;
  uint16_t abi_major;
  uint16_t abi_minor;

  /* Records why a call fails and returns `status`, so that `return host->fail(error, CUPEL_LIMIT, text);` is one line. The
   * last record counts. [thread: any] [fails: never] */
  cupel_status (*CUPEL_NONNULL fail)(cupel_error *CUPEL_NULLABLE error, cupel_status status, cupel_text message);

  /* Gives `text` to `sink`, which copies it. Several calls append. [thread: any] [fails: never] */
  void (*CUPEL_NONNULL write)(cupel_text_sink *CUPEL_NONNULL sink, cupel_text text);

  /* A line for the host's log; never candidate text, prompts or keys. [thread: any] [fails: never] */
  void (*CUPEL_NONNULL log)(int32_t level, cupel_text plugin_id, cupel_text message);
} cupel_host;

/* The descriptor. Static: valid until the process ends; the host never unloads a plugin. */
typedef struct cupel_plugin {
  uint32_t struct_size;
  uint16_t abi_major; /* CUPEL_ABI_MAJOR of the headers the plugin was built with */
  uint16_t abi_minor;

  /* ---- required ---- */
  const char *CUPEL_NULLABLE id;      /* [a-z0-9-]+, unique among the plugins of a host; NUL-terminated */
  const char *CUPEL_NULLABLE version; /* of the plugin, "1.2.0"; part of every judgment's provenance */

  /* Called once, before anything else. Keep the host table.
   * [thread: one] [fails: error] */
  cupel_status (*CUPEL_NULLABLE start)(const cupel_host *CUPEL_NONNULL host, cupel_error *CUPEL_NONNULL error);

  /* The table of capability `id` (CUPEL_DECODER, CUPEL_JUDGE, ...), static, or NULL where the plugin has none.
   * [thread: any] [fails: never] */
  const void *CUPEL_NULLABLE (*CUPEL_NULLABLE capability)(const char *CUPEL_NONNULL id);

  /* ---- optional ---- */
  const char *CUPEL_NULLABLE summary; /* one line for `cupel plugin list` */
} cupel_plugin;

/* The one exported symbol. `host_abi` is (major << 16 | minor) of the host. Only returns the descriptor, whatever the number:
 * the host decides whether it fits. [thread: any] [fails: never] */
typedef const cupel_plugin *CUPEL_NULLABLE (*cupel_plugin_entry_fn)(uint32_t host_abi);

#if defined(__GNUC__)
#define CUPEL_EXPORT __attribute__((visibility("default")))
#else
#define CUPEL_EXPORT
#endif
CUPEL_EXPORT const cupel_plugin *CUPEL_NULLABLE cupel_plugin_entry(uint32_t host_abi);

CUPEL_C_END
#endif
