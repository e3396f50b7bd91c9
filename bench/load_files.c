#include "load_files.h"

#include "memory.h"
#include "page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_AT_ONCE 65536u
#define NAME_SIZE 64u

/* ---- before the run ---- */

/* The whole file; NULL where it cannot be read. */
static char *read_whole(const char *path, size_t *out_len) {
  FILE *file = fopen(path, "rb");
  char *text = NULL;
  size_t len = 0, n;
  if (!file) return NULL;
  do {
    text = memory_grow(text, len + SIZE_AT_ONCE);
    n = fread(text + len, 1, SIZE_AT_ONCE, file);
    len += n;
  } while (n);
  fclose(file);
  *out_len = len;
  return text;
}

static bool read_other(struct load_files *files, FILE *messages) {
  const char *path = files->options->against, *name = load_command.name;
  size_t len;
  char *text = read_whole(path, &len);
  if (!text) {
    fprintf(messages, "%s: --against: %s: %s\n", name, path, strerror(errno));
    return false;
  }
  files->other = tree_parse(text, len);
  free(text);
  if (files->other && page_can_show(tree_root(files->other))) return true;
  fprintf(messages, "%s: --against: %s: it is no report of `load --json`\n", name, path);
  return false;
}

bool load_files_open(struct load_files *files, const struct load_options *options, FILE *messages) {
  const char *name = load_command.name;
  *files = (struct load_files){.options = options};
  bool good = !options->against || read_other(files, messages);
  if (good && options->json) {
    files->json = report_open("--json", options->json, name, messages);
    good = files->json;
  }
  if (good && options->html) {
    files->html = report_open("--html", options->html, name, messages);
    good = files->html;
  }
  if (!good) load_files_close(files);
  return good;
}

/* ---- after it ---- */

/* To be freed. */
static char *json_of(const struct load_files *files, const struct load_run *run, int argc,
                     char **argv, size_t *out_len) {
  char *text = NULL;
  struct json json;
  FILE *out = open_memstream(&text, out_len);
  if (!out) return NULL;
  report_begin_json(&json, out, "load", argc, argv);
  load_put_json(&json, run, files->options);
  report_json_cost(&json);
  json_close(&json, '}');
  if (fclose(out)) return NULL;
  return text;
}

/* "before" of "results/before.json" */
static const char *name_of(const char *path, char out[NAME_SIZE]) {
  const char *slash = strrchr(path, '/');
  snprintf(out, NAME_SIZE, "%s", slash ? slash + 1 : path);
  char *dot = strrchr(out, '.');
  if (dot && dot > out) *dot = 0;
  return out;
}

static void write_page(const struct load_files *files, const char *json, size_t len) {
  const struct load_options *options = files->options;
  char name[NAME_SIZE], other_name[NAME_SIZE];
  struct tree_document *document = tree_parse(json, len);
  if (!document) return;
  struct page_run run = {name_of(options->html, name), tree_root(document)}, other;
  if (files->other)
    other = (struct page_run){name_of(options->against, other_name), tree_root(files->other)};
  page_write(files->html, &run, files->other ? &other : NULL);
  tree_free(document);
}

bool load_files_write(struct load_files *files, const struct load_run *run, int argc, char **argv,
                      FILE *messages) {
  const char *name = load_command.name;
  size_t len = 0;
  if (!files->json && !files->html) return true;
  char *json = json_of(files, run, argc, argv, &len);
  if (files->json) (void)!fwrite(json, 1, len, files->json);
  if (files->html) write_page(files, json, len);
  free(json);
  bool written = !files->json || report_close("--json", files->json, name, messages);
  files->json = NULL;
  written &= !files->html || report_close("--html", files->html, name, messages);
  files->html = NULL;
  return written;
}

void load_files_close(struct load_files *files) {
  if (files->json) fclose(files->json);
  if (files->html) fclose(files->html);
  tree_free(files->other);
  *files = (struct load_files){0};
}
