/* Messages with descriptors over a socket that keeps their borders. */
#define _GNU_SOURCE

#include "cworker.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MOST_DESCRIPTORS = 2 };

typedef union control {
  struct cmsghdr header;
  char bytes[CMSG_SPACE(MOST_DESCRIPTORS * sizeof(int))];
} control;

int cwk_send(int socket, const void *message, size_t size, const int *descriptors, int count) {
  if (count < 0 || count > MOST_DESCRIPTORS) return EINVAL;
  struct iovec part = {(void *)message, size};
  struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
  control control = {0};
  if (count > 0) {
    const size_t length = (size_t)count * sizeof(int);
    header.msg_control = control.bytes;
    header.msg_controllen = CMSG_SPACE(length);
    struct cmsghdr *first = CMSG_FIRSTHDR(&header);
    first->cmsg_level = SOL_SOCKET;
    first->cmsg_type = SCM_RIGHTS;
    first->cmsg_len = CMSG_LEN(length);
    memcpy(CMSG_DATA(first), descriptors, length);
  }
  ssize_t sent;
  while ((sent = sendmsg(socket, &header, MSG_NOSIGNAL)) < 0 && errno == EINTR) {
  }
  if (sent < 0) return errno == ECONNRESET ? EPIPE : errno;
  return (size_t)sent == size ? 0 : EMSGSIZE;
}

/* Takes the descriptors out of a message; more than there is room for the system has closed already. */
static int take(struct msghdr *header, int *descriptors, int count) {
  int taken[MOST_DESCRIPTORS], found = 0;
  for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part != NULL; part = CMSG_NXTHDR(header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const size_t length = part->cmsg_len - CMSG_LEN(0);
    found = (int)(length / sizeof(int));
    memcpy(taken, CMSG_DATA(part), length);
  }
  if (found == count && (header->msg_flags & (MSG_CTRUNC | MSG_TRUNC)) == 0) {
    memcpy(descriptors, taken, (size_t)count * sizeof(int));
    return 0;
  }
  for (int i = 0; i < found; i++) close(taken[i]);
  return EBADMSG;
}

int cwk_receive(int socket, void *message, size_t size, int *descriptors, int count) {
  if (count < 0 || count > MOST_DESCRIPTORS) return EINVAL;
  struct iovec part = {message, size};
  control control = {0};
  struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
  if (count > 0) {
    header.msg_control = control.bytes;
    header.msg_controllen = sizeof control.bytes;
  }
  ssize_t got;
  while ((got = recvmsg(socket, &header, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {
  }
  if (got < 0) return errno == ECONNRESET ? EPIPE : errno;
  if (got == 0) return EPIPE;
  const int result = take(&header, descriptors, count);
  return result == 0 && (size_t)got != size ? EBADMSG : result;
}
