#include "tree.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 32u
#define NODES_OF_BLOCK 256u

struct block {
  struct block *next;
  size_t used;
  struct tree nodes[NODES_OF_BLOCK];
};

struct tree_document {
  struct block *blocks;
  struct tree *root;
  char *text; /* cut to strings in place */
};

struct parser {
  struct tree_document *document;
  char *at; /* the text ends with a NUL */
  unsigned depth;
};

static struct tree *new_node(struct tree_document *document) {
  struct block *block = document->blocks;
  if (!block || block->used == NODES_OF_BLOCK) {
    block = memory_new(sizeof *block);
    block->next = document->blocks;
    document->blocks = block;
  }
  return &block->nodes[block->used++];
}

/* ---- tokens ---- */

static void skip_blanks(struct parser *parser) {
  parser->at += strspn(parser->at, " \t\r\n");
}

static bool take(struct parser *parser, char want) {
  skip_blanks(parser);
  if (*parser->at != want) return false;
  parser->at++;
  return true;
}

static bool take_word(struct parser *parser, const char *word) {
  size_t len = strlen(word);
  if (strncmp(parser->at, word, len) != 0) return false;
  parser->at += len;
  return true;
}

/* The character of an escape; `*inout` stands behind the backslash and moves on. 0 where it is
 * none, or a NUL, which no text of ours may hold. */
static char take_escape(char **inout) {
  static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
  char digits[5] = {0};
  char letter = *(*inout)++;
  const char *found = letter ? strchr(letters, letter) : NULL;
  if (found) return meant[found - letters];
  if (letter != 'u' || strspn(*inout, "0123456789abcdefABCDEF") < 4) return 0;
  memcpy(digits, *inout, 4);
  *inout += 4;
  unsigned long code = strtoul(digits, NULL, 16);
  return code < 0x80 ? (char)code : '?';
}

/* Unescaped where it stands: it never grows. */
static char *take_text(struct parser *parser) {
  if (!take(parser, '"')) return NULL;
  char *text = parser->at, *from = text, *to = text;
  while (*from && *from != '"') {
    if (*from != '\\') {
      *to++ = *from++;
      continue;
    }
    from++;
    char character = take_escape(&from);
    if (!character) return NULL;
    *to++ = character;
  }
  if (!*from) return NULL;
  *to = 0;
  parser->at = from + 1;
  return text;
}

/* ---- values ---- */

static struct tree *take_value(struct parser *parser);

static struct tree *take_member(struct parser *parser, bool has_name) {
  char *name = has_name ? take_text(parser) : NULL;
  if (has_name && (!name || !take(parser, ':'))) return NULL;
  struct tree *value = take_value(parser);
  if (value) value->name = name;
  return value;
}

static bool take_members(struct parser *parser, struct tree *tree, char end) {
  struct tree **link = &tree->first;
  if (take(parser, end)) return true;
  do {
    if (!(*link = take_member(parser, tree->type == TREE_OBJECT))) return false;
    link = &(*link)->next;
  } while (take(parser, ','));
  return take(parser, end);
}

static bool take_nested(struct parser *parser, struct tree *tree, enum tree_type type) {
  tree->type = type;
  if (parser->depth == DEPTH_MAX) return false;
  parser->depth++;
  bool taken = take_members(parser, tree, type == TREE_OBJECT ? '}' : ']');
  parser->depth--;
  return taken;
}

static bool take_number(struct parser *parser, struct tree *tree) {
  char *end;
  if (!strchr("-0123456789", *parser->at) || !*parser->at) return false;
  tree->type = TREE_NUMBER;
  tree->number = strtod(parser->at, &end);
  if (end == parser->at) return false;
  parser->at = end;
  return true;
}

static bool take_bool(struct parser *parser, struct tree *tree) {
  tree->type = TREE_BOOL;
  tree->number = *parser->at == 't';
  return take_word(parser, "true") || take_word(parser, "false");
}

static bool take_string(struct parser *parser, struct tree *tree) {
  tree->type = TREE_TEXT;
  tree->text = take_text(parser);
  return tree->text;
}

static struct tree *take_value(struct parser *parser) {
  struct tree *tree = new_node(parser->document);
  bool taken = false;
  skip_blanks(parser);
  switch (*parser->at) {
    case '{':
      parser->at++;
      taken = take_nested(parser, tree, TREE_OBJECT);
      break;
    case '[':
      parser->at++;
      taken = take_nested(parser, tree, TREE_ARRAY);
      break;
    case '"': taken = take_string(parser, tree); break;
    case 't':
    case 'f': taken = take_bool(parser, tree); break;
    case 'n': taken = take_word(parser, "null"); break;
    default: taken = take_number(parser, tree); break;
  }
  return taken ? tree : NULL;
}

struct tree_document *tree_parse(const char *text, size_t len) {
  struct tree_document *document = memory_new(sizeof *document);
  document->text = memory_new(len + 1);
  memcpy(document->text, text, len);
  struct parser parser = {.document = document, .at = document->text};
  document->root = take_value(&parser);
  skip_blanks(&parser);
  if (document->root && parser.at == document->text + len) return document;
  tree_free(document);
  return NULL;
}

void tree_free(struct tree_document *document) {
  if (!document) return;
  for (struct block *block = document->blocks, *next; block; block = next) {
    next = block->next;
    free(block);
  }
  free(document->text);
  free(document);
}

const struct tree *tree_root(const struct tree_document *document) {
  return document->root;
}

/* ---- looking up ---- */

static const struct tree *member(const struct tree *tree, const char *name, size_t len) {
  if (tree->type != TREE_OBJECT) return NULL;
  for (const struct tree *at = tree->first; at; at = at->next)
    if (strlen(at->name) == len && !memcmp(at->name, name, len)) return at;
  return NULL;
}

const struct tree *tree_at(const struct tree *tree, const char *path) {
  while (tree && *path) {
    size_t len = strcspn(path, "/");
    tree = member(tree, path, len);
    path += len + (path[len] == '/');
  }
  return tree;
}

double tree_number_at(const struct tree *tree, const char *path) {
  const struct tree *found = tree_at(tree, path);
  return found && found->type == TREE_NUMBER ? found->number : 0;
}

const char *tree_text_at(const struct tree *tree, const char *path) {
  const struct tree *found = tree_at(tree, path);
  return found && found->type == TREE_TEXT ? found->text : "";
}

bool tree_is_true_at(const struct tree *tree, const char *path) {
  const struct tree *found = tree_at(tree, path);
  return found && found->type == TREE_BOOL && found->number > 0;
}
