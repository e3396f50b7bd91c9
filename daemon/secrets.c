/* secrets.c: where secrets come from, and the memory they lie in. */
#include "secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Secrets of thousands of clients share regions: a page for each would exhaust RLIMIT_MEMLOCK. A
 * region is filled from the front and goes when its last secret goes; that is enough, since the
 * secrets of one configuration come and go together. */
#define REGION_SIZE ((size_t)64 * 1024)

struct region {
  struct region *next;
  size_t used; /* of the whole region, this header included */
  size_t live; /* secrets in it */
};

static struct region *regions; /* the first is the one being filled */
static pthread_mutex_t regions_lock = PTHREAD_MUTEX_INITIALIZER;

static struct region *add_region(void) {
  struct region *region =
      mmap(NULL, REGION_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (region == MAP_FAILED) return NULL;
  madvise(region, REGION_SIZE, MADV_DONTDUMP);
  mlock(region, REGION_SIZE); /* over RLIMIT_MEMLOCK it may be swapped, and is still not dumped */
  region->used = sizeof *region;
  region->next = regions;
  regions = region;
  return region;
}

static void remove_region(struct region *region) {
  struct region **link = &regions;
  while (*link != region) link = &(*link)->next;
  *link = region->next;
  munmap(region, REGION_SIZE);
}

static uint8_t *region_alloc(size_t len) {
  pthread_mutex_lock(&regions_lock);
  struct region *region = regions;
  if (!region || REGION_SIZE - region->used < len) region = add_region();
  uint8_t *bytes = NULL;
  if (region) {
    bytes = (uint8_t *)region + region->used;
    region->used += len;
    region->live++;
  }
  pthread_mutex_unlock(&regions_lock);
  return bytes;
}

static bool is_inside(const struct region *region, const uint8_t *bytes) {
  uintptr_t start = (uintptr_t)region, at = (uintptr_t)bytes;
  return at >= start && at < start + REGION_SIZE;
}

static void region_release(const uint8_t *bytes) {
  pthread_mutex_lock(&regions_lock);
  struct region *region = regions;
  while (!is_inside(region, bytes)) region = region->next;
  if (!--region->live) remove_region(region);
  pthread_mutex_unlock(&regions_lock);
}

const char *secret_from_text(const char *text, size_t len, struct secret *out_secret) {
  if (!len) return "is empty";
  if (len > SECRET_SIZE_MAX) return "is longer than 4096 octets";
  uint8_t *bytes = region_alloc(len);
  if (!bytes) return "out of memory";
  memcpy(bytes, text, len);
  *out_secret = (struct secret){bytes, len};
  return NULL;
}

void secret_wipe(struct secret *secret) {
  if (!secret->bytes) return;
  radmfa_wipe(secret->bytes, secret->len);
  region_release(secret->bytes);
  *secret = (struct secret){NULL, 0};
}

static size_t without_line_end(const char *text, size_t len) {
  if (!len || text[len - 1] != '\n') return len;
  return len > 1 && text[len - 2] == '\r' ? len - 2 : len - 1;
}

/* Fills `buffer` as far as the file goes. Returns NULL or why not. */
static const char *read_file(int fd, char *buffer, size_t size, size_t *out_len) {
  struct stat info;
  if (fstat(fd, &info)) return strerror(errno);
  if (!S_ISREG(info.st_mode)) return "is not a regular file";
  size_t len = 0;
  while (len < size) {
    ssize_t got = read(fd, buffer + len, size - len);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return strerror(errno);
    if (!got) break;
    len += (size_t)got;
  }
  *out_len = len;
  return NULL;
}

const char *secret_from_file(const char *path, struct secret *out_secret) {
  char buffer[SECRET_SIZE_MAX + 3]; /* a line end, and one octet more to know that it is too long */
  size_t len = 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return strerror(errno);
  const char *problem = read_file(fd, buffer, sizeof buffer, &len);
  close(fd);
  if (!problem) problem = secret_from_text(buffer, without_line_end(buffer, len), out_secret);
  radmfa_wipe(buffer, sizeof buffer);
  return problem;
}

bool secret_file_is_world_readable(const char *path) {
  struct stat info;
  return !stat(path, &info) && (info.st_mode & S_IROTH);
}

/* What was taken from the environment: a reload asks for it again. */
struct taken {
  struct taken *next;
  struct secret value;
  char name[];
};

static struct taken *taken_first;

static struct taken *find_taken(const char *name) {
  struct taken *taken = taken_first;
  while (taken && strcmp(taken->name, name) != 0) taken = taken->next;
  return taken;
}

static struct taken *add_taken(const char *name) {
  size_t size = strlen(name) + 1;
  struct taken *taken = calloc(1, sizeof *taken + size);
  if (!taken) return NULL;
  memcpy(taken->name, name, size);
  taken->next = taken_first;
  taken_first = taken;
  return taken;
}

/* Moves a variable from the environment into `taken`: overwritten, it is gone from
 * /proc/PID/environ too. */
static const char *take_variable(const char *name, char *value) {
  struct taken *taken = find_taken(name);
  if (!taken) taken = add_taken(name);
  if (!taken) return "out of memory";
  secret_wipe(&taken->value);
  size_t len = strlen(value);
  const char *problem = secret_from_text(value, len, &taken->value);
  radmfa_wipe(value, len);
  unsetenv(name);
  return problem;
}

const char *secret_from_env(const char *name, struct secret *out_secret) {
  char *value = getenv(name);
  const char *problem = value ? take_variable(name, value) : NULL;
  if (problem) return problem;
  const struct taken *taken = find_taken(name);
  if (!taken || !taken->value.bytes) return "is not set";
  return secret_from_text((const char *)taken->value.bytes, taken->value.len, out_secret);
}

void secrets_forget_environment(void) {
  while (taken_first) {
    struct taken *taken = taken_first;
    taken_first = taken->next;
    secret_wipe(&taken->value);
    free(taken);
  }
}
