/* own_socket.c: looks for the other end among our own descriptors. */
#include "own_socket.h"

#include <dirent.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct end {
  struct sockaddr_storage address;
  socklen_t len;
};

typedef int name_fn(int fd, struct sockaddr *address, socklen_t *len);

static bool read_end(name_fn *name, int fd, struct end *out_end) {
  *out_end = (struct end){.len = sizeof out_end->address};
  return name(fd, (struct sockaddr *)&out_end->address, &out_end->len) == 0;
}

static bool is_same(const struct end *a, const struct end *b) {
  return a->len == b->len && memcmp(&a->address, &b->address, a->len) == 0;
}

/* Whether this descriptor is the end at `here` of a connection to `there`. */
static bool joins(int fd, const struct end *here, const struct end *there) {
  struct end own, other;
  return read_end(getsockname, fd, &own) && is_same(&own, here) &&
         read_end(getpeername, fd, &other) && is_same(&other, there);
}

bool own_socket_is_peer(int fd) {
  struct end near, far;
  bool is_found = false;
  if (!read_end(getsockname, fd, &near) || !read_end(getpeername, fd, &far)) return false;
  DIR *directory = opendir("/proc/self/fd");
  const struct dirent *entry;
  while (directory && !is_found && (entry = readdir(directory)))
    is_found = joins(atoi(entry->d_name), &far, &near);
  if (directory) closedir(directory);
  return is_found;
}
