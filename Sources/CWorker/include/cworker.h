/* What the host and its worker processes say to each other, and the system calls for it that Swift cannot make: descriptors in
 * messages, processes with a socket, limits of another process. Both ends come from one build. */
#ifndef CWORKER_H
#define CWORKER_H

#include <stdint.h>
#include <sys/types.h>

#include <cupel_plugin/decoder.h>

/* The worker's end of the socket, from its start. */
#define CWK_SOCKET 3

/* One decode. Travels with two descriptors: the file, and the place for the result. */
typedef struct cwk_job {
  uint64_t struct_size; /* of both ends the same, or they are of different builds */
  uint64_t input_size;  /* the file is the first so many bytes; the times of frames follow at the next multiple of 8 */
  uint64_t max_output_bytes;
  cupel_wanted wanted;  /* its pointers mean nothing */
  cupel_size image_size, frame_size;
} cwk_job;

enum {
  CWK_READY = 1,   /* the plugin is loaded, the worker is locked in; the message is the plugin's version */
  CWK_REFUSED = 2, /* it is not, and why */
  CWK_DECODED = 3, /* the result is complete, `size` bytes */
  CWK_FAILED = 4,  /* there is none, and why: a status of the ABI and a message */
  CWK_LOG = 5,     /* no answer yet: a line of the plugin for the log; the status is its level */
};

/* How many lines for the log may come before an answer. */
enum { CWK_MOST_LINES = 64 };

/* What a worker says: once after its start, and once for every job; lines for the log before that. */
typedef struct cwk_answer {
  uint32_t kind; /* CWK_* */
  int32_t status;
  uint64_t size;
  uint32_t message_size;
  char message[1004]; /* UTF-8, cut off where it is longer */
} cwk_answer;

/* All of these return 0 or an errno. */

/* Starts `program plugin` with an empty environment, nothing open but its end of a new socket (CWK_SOCKET), and standard output
 * and error closed to it. */
int cwk_start(const char *program, const char *plugin, pid_t *process, int *host_end);
/* A file in memory that can be sealed. */
int cwk_memory_file(const char *name, int *descriptor);
/* Nothing can change the file's bytes or size any more. Fails with EBUSY where it is mapped for writing. */
int cwk_seal(int descriptor);
/* Sends one message with up to two descriptors. EPIPE: nobody is there. */
int cwk_send(int socket, const void *message, size_t size, const int *descriptors, int count);
/* Receives one message of exactly `size` bytes with exactly `count` descriptors. EPIPE: the other end is closed; EBADMSG: something
 * else came. */
int cwk_receive(int socket, void *message, size_t size, int *descriptors, int count);
/* Sets what a process may still use: memory that it writes to, size of a file, processor time beyond what it has used. Never above
 * what the host itself may. */
int cwk_limit(pid_t process, uint64_t memory_bytes, uint64_t file_bytes, uint64_t processor_seconds);
/* What a process may write to now, as RLIMIT_DATA counts it. */
int cwk_memory(pid_t process, uint64_t *bytes);
/* "SIGSEGV" for 11; NULL for what is no signal. */
const char *cwk_signal_name(int signal);

#endif
