/* The least that a server on libmicrohttpd and jansson takes for these requests: it reads a request, parses it, and answers each item with
 * the best score, unseen. No checks, no validation, no limits, no log.
 *   cupel-bench-server-floor PORT */
#include <jansson.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct body {
  char *bytes;
  size_t count, room;
};

static int append(struct body *body, const char *bytes, size_t count) {
  if (body->count + count > body->room) {
    size_t room = 2 * (body->count + count);
    char *larger = realloc(body->bytes, room);
    if (!larger) return 0;
    body->bytes = larger;
    body->room = room;
  }
  memcpy(body->bytes + body->count, bytes, count);
  body->count += count;
  return 1;
}

static json_t *judgment(const json_t *item) {
  return json_pack("{s:O, s:s, s:[f]}", "id", json_object_get(item, "id"), "status", "ok", "scores", 1.0);
}

/* NULL where the request is not one of ours. */
static char *answer(const struct body *body) {
  json_t *request = json_loadb(body->bytes, body->count, 0, NULL), *item, *list = json_array();
  size_t at;
  json_array_foreach(json_object_get(request, "items"), at, item) json_array_append_new(list, judgment(item));
  json_t *whole = json_pack("{s:o}", "judgments", list);
  char *text = request ? json_dumps(whole, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
  json_decref(whole);
  json_decref(request);
  return text;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *data, size_t *size, void **state) {
  (void)context, (void)url, (void)method, (void)version;
  struct body *body = *state;
  if (!body) return (*state = calloc(1, sizeof *body)) ? MHD_YES : MHD_NO;
  if (*size > 0) {
    if (!append(body, data, *size)) return MHD_NO;
    *size = 0;
    return MHD_YES;
  }
  char *text = answer(body);
  struct MHD_Response *response = text ? MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE)
                                       : MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT);
  if (!response) return MHD_NO;
  MHD_add_response_header(response, "Content-Type", "application/json");
  enum MHD_Result queued = MHD_queue_response(connection, text ? 200 : 400, response);
  MHD_destroy_response(response);
  return queued;
}

static void complete(void *context, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code) {
  (void)context, (void)connection, (void)code;
  struct body *body = *state;
  if (body) free(body->bytes);
  free(body);
}

int main(int count, char **arguments) {
  if (count != 2) return fprintf(stderr, "usage: cupel-bench-server-floor PORT\n"), 2;
  sigset_t ends;
  int signal;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigprocmask(SIG_BLOCK, &ends, NULL);
  struct MHD_Daemon *daemon =
      MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, (uint16_t)atoi(arguments[1]), NULL, NULL, handle, NULL,
                       MHD_OPTION_NOTIFY_COMPLETED, complete, NULL, MHD_OPTION_CONNECTION_LIMIT, 1000u, MHD_OPTION_END);
  if (!daemon) return fprintf(stderr, "cupel-bench-server-floor: cannot listen on port %s\n", arguments[1]), 1;
  sigwait(&ends, &signal);
  MHD_stop_daemon(daemon);
  return 0;
}
