/* template.c: reads a template and writes the page at once, without a tree between. */
#include "template.h"

#include "assets.h"
#include "messages.h"

#include <stdio.h>
#include <string.h>

#define SCOPES_MAX 8u
#define INCLUDES_MAX 4u
#define DEPTH_MAX 16u
#define NAME_SIZE 48u

struct view {
  struct text *out;
  const char *page;
  enum language language;
  const json_t *scopes[SCOPES_MAX]; /* the innermost last */
  size_t n_scopes;
  unsigned includes, depth;
};

/* What is still to be read. */
struct source {
  const char *at, *end;
};

struct tag {
  char kind; /* one of # ^ / > or 0: a value; u t m: with that prefix */
  char name[NAME_SIZE];
};

static bool put_source(struct view *view, struct source *in, bool shown, const char *until);

static bool is_one_of(char c, const char *set) {
  return c && strchr(set, c);
}

/* Reads "{{...}}", of which the braces have been seen. */
static bool take_tag(struct source *in, struct tag *out) {
  const char *from = in->at + 2, *close = NULL;
  for (const char *at = from; at + 1 < in->end && !close; at++) {
    if (at[0] == '}' && at[1] == '}') close = at;
  }
  if (!close) return false;
  in->at = close + 2;
  out->kind = 0;
  if (from < close && is_one_of(*from, "#^/>")) {
    out->kind = *from++;
  } else if (close - from > 2 && from[1] == ':' && is_one_of(*from, "utm")) {
    out->kind = *from;
    from += 2;
  }
  size_t len = (size_t)(close - from);
  if (len >= NAME_SIZE || memchr(from, '{', len)) return false;
  memcpy(out->name, from, len);
  out->name[len] = '\0';
  return len > 0 || out->kind == '>';
}

static const json_t *find(const struct view *view, const char *name) {
  for (size_t i = view->n_scopes; i-- > 0;) {
    const json_t *value = json_object_get(view->scopes[i], name);
    if (value) return value;
  }
  return NULL;
}

static bool put_message(struct view *view, const char *key) {
  const char *message = key ? messages_find(key, view->language) : NULL;
  if (!message) return false;
  text_put_html(view->out, message);
  return true;
}

static bool put_value(struct view *view, const struct tag *tag) {
  const json_t *value = find(view, tag->name);
  char number[24];
  const char *text = json_string_value(value);
  if (json_is_null(value)) return true;
  if (json_is_integer(value)) {
    snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    text = number;
  }
  if (!text) return false;
  if (tag->kind == 'm') return put_message(view, text);
  tag->kind == 'u' ? text_put_url(view->out, text) : text_put_html(view->out, text);
  return true;
}

static bool put_include(struct view *view, const char *name) {
  struct asset asset;
  const char *wanted = *name ? name : view->page;
  if (!wanted || !assets_template(wanted, &asset) || view->includes == INCLUDES_MAX) return false;
  struct source in = {asset.bytes, asset.bytes + asset.len};
  view->includes++;
  bool put = put_source(view, &in, true, NULL);
  view->includes--;
  return put;
}

/* Puts what is inside a section once, `scope` before all others where it is an object. */
static bool put_once(struct view *view, struct source *in, const json_t *scope, const char *name) {
  if (!json_is_object(scope)) return put_source(view, in, true, name);
  if (view->n_scopes == SCOPES_MAX) return false;
  view->scopes[view->n_scopes++] = scope;
  bool put = put_source(view, in, true, name);
  view->n_scopes--;
  return put;
}

static bool put_section(struct view *view, struct source *in, const struct tag *tag, bool shown) {
  const json_t *value = shown ? find(view, tag->name) : NULL;
  if (shown && !value) return false;
  bool is_empty = json_is_null(value) || json_is_false(value) ||
                  (json_is_array(value) && json_array_size(value) == 0);
  const struct source inside = *in;
  if (view->depth == DEPTH_MAX) return false;
  view->depth++;
  bool is_closed = put_source(view, in, false, tag->name);
  view->depth--;
  if (!is_closed) return false; /* else `in` is behind it now */
  if (!shown || (tag->kind == '#') == is_empty) return true;
  struct source again = inside;
  if (tag->kind == '^' || !json_is_array(value)) return put_once(view, &again, value, tag->name);
  for (size_t i = 0; i < json_array_size(value); i++) {
    again = inside;
    if (!put_once(view, &again, json_array_get(value, i), tag->name)) return false;
  }
  return true;
}

static bool put_tag(struct view *view, struct source *in, const struct tag *tag, bool shown) {
  if (tag->kind == '#' || tag->kind == '^') return put_section(view, in, tag, shown);
  if (!shown) return true;
  if (tag->kind == '>') return put_include(view, tag->name);
  return tag->kind == 't' ? put_message(view, tag->name) : put_value(view, tag);
}

/* Puts all up to the end, or up to {{/until}}; where it is not `shown`, it is only read. */
static bool put_source(struct view *view, struct source *in, bool shown, const char *until) {
  while (in->at < in->end) {
    const char *open = memmem(in->at, (size_t)(in->end - in->at), "{{", 2);
    const char *stop = open ? open : in->end;
    struct tag tag;
    if (shown) text_put(view->out, in->at, (size_t)(stop - in->at));
    in->at = stop;
    if (!open) break;
    if (!take_tag(in, &tag)) return false;
    if (tag.kind == '/') return until && !strcmp(tag.name, until);
    if (!put_tag(view, in, &tag, shown)) return false;
  }
  return !until;
}

bool template_put_source(struct text *out, const char *source, size_t len, const json_t *data,
                         enum language language) {
  struct view view = {.out = out, .language = language, .scopes = {data}, .n_scopes = 1};
  struct source in = {source, source + len};
  return put_source(&view, &in, true, NULL) && !out->failed;
}

bool template_put(struct text *out, const char *name, const char *page, const json_t *data,
                  enum language language) {
  struct view view = {
      .out = out, .page = page, .language = language, .scopes = {data}, .n_scopes = 1};
  return *name && put_include(&view, name) && !out->failed;
}
