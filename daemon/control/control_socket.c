/* control_socket.c: bound under the strictest mode, so that there is no moment in which somebody
 * else may connect. */
#include "control_socket.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 128

static bool find_group(const char *name, gid_t *out_group) {
  char buffer[16384];
  struct group group, *found = NULL;
  if (!name || getgrnam_r(name, &group, buffer, sizeof buffer, &found) || !found) return false;
  *out_group = group.gr_gid;
  return true;
}

static int new_socket(void) {
  return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* Whether what is there is a socket that nobody listens at. */
static bool is_left_over(const struct sockaddr_un *address) {
  struct stat status;
  if (lstat(address->sun_path, &status) || !S_ISSOCK(status.st_mode)) return false;
  int fd = new_socket();
  if (fd < 0) return false;
  bool refused =
      connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 && errno == ECONNREFUSED;
  close(fd);
  return refused;
}

static int bind_privately(int fd, const struct sockaddr_un *address) {
  mode_t before = umask(0177);
  int failed = bind(fd, (const struct sockaddr *)address, sizeof *address);
  if (failed && errno == EADDRINUSE && is_left_over(address) && !unlink(address->sun_path))
    failed = bind(fd, (const struct sockaddr *)address, sizeof *address);
  umask(before);
  return failed;
}

/* Who may not give it to the group keeps it for himself. */
static bool give_to_group(const char *path, const char *group) {
  gid_t gid;
  return find_group(group, &gid) && !chown(path, (uid_t)-1, gid) && !chmod(path, 0660);
}

static bool address_of(const char *path, struct sockaddr_un *out_address, char *out_error,
                       size_t error_size) {
  size_t len = strlen(path);
  *out_address = (struct sockaddr_un){.sun_family = AF_UNIX};
  if (len < sizeof out_address->sun_path) {
    memcpy(out_address->sun_path, path, len);
    return true;
  }
  snprintf(out_error, error_size, "%.100s...: a socket's path has at most %zu octets", path,
           sizeof out_address->sun_path - 1);
  return false;
}

int control_socket_open(const char *path, const char *group, bool *out_has_group, char *out_error,
                        size_t error_size) {
  struct sockaddr_un address;
  if (!address_of(path, &address, out_error, error_size)) return -1;
  int fd = new_socket();
  if (fd >= 0 && !bind_privately(fd, &address)) {
    *out_has_group = give_to_group(path, group);
    if (!listen(fd, BACKLOG)) return fd;
  }
  snprintf(out_error, error_size, "%s: %s", path,
           errno == EADDRINUSE ? "something is there already" : strerror(errno));
  if (fd >= 0) close(fd);
  return -1;
}

/* The folder of a path without its last part. */
static void folder_of(const char *path, char *out, size_t size) {
  const char *slash = strrchr(path, '/');
  size_t len = slash ? (size_t)(slash - path) : 0;
  snprintf(out, size, "%.*s", (int)(len ? len : 1), slash ? path : ".");
}

int control_socket_try(const char *path, char *out_error, size_t error_size) {
  struct sockaddr_un address;
  char folder[sizeof address.sun_path];
  struct stat status;
  if (!address_of(path, &address, out_error, error_size)) return -1;
  folder_of(path, folder, sizeof folder);
  if (access(folder, W_OK | X_OK)) {
    snprintf(out_error, error_size, "%s: %s", folder, strerror(errno));
    return -1;
  }
  if (lstat(path, &status) || is_left_over(&address)) return 0;
  if (S_ISSOCK(status.st_mode)) return 1;
  snprintf(out_error, error_size, "%s: something is there already", path);
  return -1;
}
