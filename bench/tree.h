/* tree.h: a JSON document (RFC 8259) as a tree, to read reports back. */
#ifndef RADMFA_BENCH_TREE_H
#define RADMFA_BENCH_TREE_H

#include <stdbool.h>
#include <stddef.h>

enum tree_type { TREE_NULL, TREE_BOOL, TREE_NUMBER, TREE_TEXT, TREE_ARRAY, TREE_OBJECT };

struct tree {
  enum tree_type type;
  const char *name; /* of a member, else NULL */
  const char *text; /* TREE_TEXT; for an escape of other than ASCII stands a question mark */
  double number;    /* TREE_NUMBER; TREE_BOOL: 0 or 1 */
  struct tree *first, *next;
};

struct tree_document;
/* `text` is copied. NULL where it is not JSON, or nested deeper than 32. */
struct tree_document *tree_parse(const char *text, size_t len);
void tree_free(struct tree_document *document);
const struct tree *tree_root(const struct tree_document *document);

/* "latency_ms/from_due/p50" below `tree`; NULL where there is nothing, or `tree` is NULL. */
const struct tree *tree_at(const struct tree *tree, const char *path);
double tree_number_at(const struct tree *tree, const char *path);    /* 0 where there is none */
const char *tree_text_at(const struct tree *tree, const char *path); /* "" where there is none */
bool tree_is_true_at(const struct tree *tree, const char *path);

#endif
