/* yaml.c: libyaml's events become a tree in an arena. */
#include "yaml.h"

#include "arena.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

#ifndef YAML_H
#error "this is daemon/yaml.h, not libyaml's: take daemon/ off the include path"
#endif

#define KEYS_MAX 10000u /* of one mapping: each is compared with all before it */

struct yaml_doc {
  struct arena memory;
  const struct yaml_node *root;
};

/* A sequence or mapping whose end has not come yet. */
struct level {
  struct yaml_node *node;
  struct yaml_node *last;      /* child */
  const struct yaml_node *key; /* waits for its value */
};

struct builder {
  yaml_parser_t parser;
  const char *file;
  const char *bytes; /* the whole input */
  struct diag *diag;
  struct yaml_doc *doc;
  struct level levels[YAML_DEPTH_MAX];
  unsigned depth;
};

static struct place place_of(const struct builder *b, yaml_mark_t mark) {
  return (struct place){b->file, (unsigned)mark.line + 1, (unsigned)mark.column + 1};
}

/* libyaml gives only an offset where the input is no UTF-8. */
static struct place place_of_offset(const struct builder *b, size_t offset) {
  struct place at = {b->file, 1, 1};
  for (size_t i = 0; i < offset; i++) {
    at.column++;
    if (b->bytes[i] == '\n') at = (struct place){b->file, at.line + 1, 1};
  }
  return at;
}

static void report_syntax(const struct builder *b) {
  const yaml_parser_t *p = &b->parser;
  const char *problem = p->problem ? p->problem : "out of memory";
  if (p->error == YAML_READER_ERROR) {
    diag_error(b->diag, place_of_offset(b, p->problem_offset), "not YAML: %s", problem);
  } else if (p->context) {
    diag_error(b->diag, place_of(b, p->problem_mark), "not YAML: %s, %s", problem, p->context);
  } else {
    diag_error(b->diag, place_of(b, p->problem_mark), "not YAML: %s", problem);
  }
}

static bool fail(const struct builder *b, struct place at, const char *why) {
  diag_error(b->diag, at, "%s", why);
  return false;
}

static bool set_key(struct builder *b, struct level *level, const struct yaml_node *key) {
  if (key->kind != YAML_SCALAR) return fail(b, key->at, "a key must be a single value");
  if (level->node->count == KEYS_MAX) return fail(b, key->at, "too many keys in one mapping");
  for (const struct yaml_node *child = level->node->first; child; child = child->next) {
    if (child->key->len != key->len || memcmp(child->key->text, key->text, key->len) != 0) continue;
    diag_error(b->diag, key->at, "`%s` is given twice, first in line %u", key->text,
               child->key->at.line);
    return false;
  }
  level->key = key;
  return true;
}

/* Puts a node where it belongs: as the root, a key, or a child. */
static bool place_node(struct builder *b, struct yaml_node *node) {
  if (!b->depth) {
    b->doc->root = node;
    return true;
  }
  struct level *level = &b->levels[b->depth - 1];
  if (level->node->kind == YAML_MAPPING && !level->key) return set_key(b, level, node);
  node->key = level->key;
  level->key = NULL;
  if (level->last) {
    level->last->next = node;
  } else {
    level->node->first = node;
  }
  level->last = node;
  level->node->count++;
  return true;
}

static struct yaml_node *add_node(struct builder *b, const yaml_event_t *event,
                                  enum yaml_kind kind) {
  struct yaml_node *node = arena_alloc(&b->doc->memory, sizeof *node);
  struct place at = place_of(b, event->start_mark);
  if (!node) {
    fail(b, at, "out of memory");
    return NULL;
  }
  node->kind = kind;
  node->at = at;
  return node;
}

static bool add_scalar(struct builder *b, const yaml_event_t *event) {
  struct yaml_node *node = add_node(b, event, YAML_SCALAR);
  if (!node) return false;
  node->len = event->data.scalar.length;
  node->text = arena_copy(&b->doc->memory, (const char *)event->data.scalar.value, node->len);
  return node->text ? place_node(b, node) : fail(b, node->at, "out of memory");
}

static bool open_level(struct builder *b, const yaml_event_t *event, enum yaml_kind kind) {
  if (b->depth == YAML_DEPTH_MAX)
    return fail(b, place_of(b, event->start_mark), "nested too deeply");
  struct yaml_node *node = add_node(b, event, kind);
  if (!node || !place_node(b, node)) return false;
  b->levels[b->depth++] = (struct level){.node = node};
  return true;
}

static bool has_anchor(const yaml_event_t *event) {
  switch (event->type) {
    case YAML_SCALAR_EVENT: return event->data.scalar.anchor != NULL;
    case YAML_SEQUENCE_START_EVENT: return event->data.sequence_start.anchor != NULL;
    case YAML_MAPPING_START_EVENT: return event->data.mapping_start.anchor != NULL;
    default: return event->type == YAML_ALIAS_EVENT;
  }
}

static bool has_tag(const yaml_event_t *event) {
  switch (event->type) {
    case YAML_SCALAR_EVENT: return event->data.scalar.tag != NULL;
    case YAML_SEQUENCE_START_EVENT: return event->data.sequence_start.tag != NULL;
    case YAML_MAPPING_START_EVENT: return event->data.mapping_start.tag != NULL;
    default: return false;
  }
}

static bool take_event(struct builder *b, const yaml_event_t *event) {
  struct place at = place_of(b, event->start_mark);
  if (has_anchor(event))
    return fail(b, at,
                "anchors (&) and aliases (*) are not supported; quote a text that begins so");
  if (has_tag(event)) return fail(b, at, "tags (!) are not supported; quote a text that begins so");
  switch (event->type) {
    case YAML_DOCUMENT_START_EVENT: return b->doc->root ? fail(b, at, "a second document") : true;
    case YAML_SCALAR_EVENT: return add_scalar(b, event);
    case YAML_SEQUENCE_START_EVENT: return open_level(b, event, YAML_SEQUENCE);
    case YAML_MAPPING_START_EVENT: return open_level(b, event, YAML_MAPPING);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: b->depth--; return true;
    default: return true;
  }
}

static bool take_events(struct builder *b) {
  for (bool ended = false; !ended;) {
    yaml_event_t event;
    if (!yaml_parser_parse(&b->parser, &event)) {
      report_syntax(b);
      return false;
    }
    ended = event.type == YAML_STREAM_END_EVENT;
    bool taken = take_event(b, &event);
    yaml_event_delete(&event);
    if (!taken) return false;
  }
  return b->doc->root ? true : fail(b, (struct place){b->file, 1, 1}, "is empty");
}

struct yaml_doc *yaml_doc_parse(const char *name, const char *bytes, size_t len,
                                struct diag *diag) {
  struct yaml_doc *doc = calloc(1, sizeof *doc);
  struct builder b = {.file = name, .bytes = bytes, .diag = diag, .doc = doc};
  if (!doc || !yaml_parser_initialize(&b.parser)) {
    fail(&b, (struct place){.file = name}, "out of memory");
    free(doc);
    return NULL;
  }
  yaml_parser_set_input_string(&b.parser, (const unsigned char *)bytes, len);
  bool taken = take_events(&b);
  yaml_parser_delete(&b.parser);
  if (taken) return doc;
  yaml_doc_free(doc);
  return NULL;
}

/* How much to read, or -1 after an error. */
static off_t size_of(int fd, struct place at, struct diag *diag) {
  struct stat info;
  if (fstat(fd, &info)) {
    diag_error(diag, at, "cannot be read: %s", strerror(errno));
  } else if (!S_ISREG(info.st_mode)) {
    diag_error(diag, at, "is not a regular file");
  } else if (info.st_size > (off_t)YAML_FILE_SIZE_MAX) {
    diag_error(diag, at, "is larger than %u MiB", YAML_FILE_SIZE_MAX >> 20);
  } else {
    return info.st_size;
  }
  return -1;
}

/* Reads until the end or until `size` octets are there; -1 with errno. */
static ssize_t read_all(int fd, char *buffer, size_t size) {
  size_t used = 0;
  while (used < size) {
    ssize_t got = read(fd, buffer + used, size - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (!got) break;
    used += (size_t)got;
  }
  return (ssize_t)used;
}

static struct yaml_doc *load_open_file(int fd, const char *path, struct diag *diag) {
  struct place at = {.file = path};
  off_t size = size_of(fd, at, diag);
  if (size < 0) return NULL;
  char *buffer = malloc((size_t)size + 1);
  ssize_t len = buffer ? read_all(fd, buffer, (size_t)size) : -1;
  struct yaml_doc *doc = NULL;
  if (len < 0) {
    diag_error(diag, at, "cannot be read: %s", strerror(errno));
  } else {
    doc = yaml_doc_parse(path, buffer, (size_t)len, diag);
  }
  if (buffer) explicit_bzero(buffer, (size_t)size + 1);
  free(buffer);
  return doc;
}

struct yaml_doc *yaml_doc_load(const char *path, struct diag *diag) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO shall not hold us up */
  if (fd < 0) {
    diag_error(diag, (struct place){.file = path}, "cannot be opened: %s", strerror(errno));
    return NULL;
  }
  struct yaml_doc *doc = load_open_file(fd, path, diag);
  close(fd);
  return doc;
}

void yaml_doc_free(struct yaml_doc *doc) {
  if (!doc) return;
  arena_free(&doc->memory);
  free(doc);
}

const struct yaml_node *yaml_doc_root(const struct yaml_doc *doc) {
  return doc->root;
}

bool yaml_text_is(const struct yaml_node *node, const char *text) {
  return node->kind == YAML_SCALAR && node->len == strlen(text) &&
         !memcmp(node->text, text, node->len);
}

const struct yaml_node *yaml_find(const struct yaml_node *mapping, const char *key) {
  if (mapping->kind != YAML_MAPPING) return NULL;
  for (const struct yaml_node *child = mapping->first; child; child = child->next) {
    if (yaml_text_is(child->key, key)) return child;
  }
  return NULL;
}

const char *yaml_kind_name(enum yaml_kind kind) {
  static const char *const names[] = {"a single value", "a list", "a mapping"};
  return names[kind];
}

/* libyaml copies what it reads many times over: raw input, decoded input, scalars that grow by
 * realloc. Its allocation functions are symbols of its shared library and called through the
 * linker's table, so the ones below take their place in this program and wipe what they free.
 * yaml_test.c looks for what is left in memory: it fails where libyaml does not call them. */
#define TAKES_THE_PLACE_OF_LIBYAMLS __attribute__((visibility("default")))

TAKES_THE_PLACE_OF_LIBYAMLS void *yaml_malloc(size_t size);
TAKES_THE_PLACE_OF_LIBYAMLS void *yaml_realloc(void *memory, size_t size);
TAKES_THE_PLACE_OF_LIBYAMLS void yaml_free(void *memory);

void *yaml_malloc(size_t size) {
  return malloc(size ? size : 1);
}

void yaml_free(void *memory) {
  if (memory) explicit_bzero(memory, malloc_usable_size(memory));
  free(memory);
}

void *yaml_realloc(void *memory, size_t size) {
  void *larger = yaml_malloc(size);
  if (!larger || !memory) return larger;
  size_t old_size = malloc_usable_size(memory);
  memcpy(larger, memory, old_size < size ? old_size : size);
  yaml_free(memory);
  return larger;
}
