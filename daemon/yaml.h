/* yaml.h: one YAML document as a tree in which every node knows its place. Scalars are text to us,
 * whatever YAML would make of them (`off` is a word). Refused, each with its place: aliases,
 * anchors, tags, a second document, keys that are no scalar, a key given twice. Passwords and
 * secrets stand in these files: every byte is wiped before its memory is freed. */
#ifndef RADMFAD_YAML_H
#define RADMFAD_YAML_H

#include "diag.h"

#include <stdbool.h>
#include <stddef.h>

#define YAML_FILE_SIZE_MAX (64u << 20)
#define YAML_DEPTH_MAX 32u

enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING };

/* Children: for (const struct yaml_node *child = node->first; child; child = child->next). Those of
 * a mapping are its values, in the file's order, and each points to its key. */
struct yaml_node {
  enum yaml_kind kind;
  struct place at;
  const char *text; /* scalar: with a NUL behind it, and perhaps NULs inside; else NULL */
  size_t len;       /* scalar: octets of text */
  const struct yaml_node *key; /* value in a mapping: its key, a scalar; else NULL */
  const struct yaml_node *first;
  const struct yaml_node *next;
  size_t count; /* of children */
};

struct yaml_doc;

/* yaml_doc_load reads the regular file at `path`, up to YAML_FILE_SIZE_MAX octets. Places borrow
 * `path`. Returns NULL after an error to `diag`. */
struct yaml_doc *yaml_doc_load(const char *path, struct diag *diag);
/* The same from memory; `name` stands for the file in messages, and is borrowed. */
struct yaml_doc *yaml_doc_parse(const char *name, const char *bytes, size_t len, struct diag *diag);
void yaml_doc_free(struct yaml_doc *doc); /* wipes; NULL is fine */

const struct yaml_node *yaml_doc_root(const struct yaml_doc *doc); /* never NULL */

/* yaml_find gives the value of `key` in a mapping, or NULL (also where it is no mapping). */
const struct yaml_node *yaml_find(const struct yaml_node *mapping, const char *key);
/* yaml_text_is: is it a scalar with exactly this text? */
bool yaml_text_is(const struct yaml_node *node, const char *text);
/* yaml_kind_name: "a single value", "a list" or "a mapping", for messages. */
const char *yaml_kind_name(enum yaml_kind kind);

#endif
