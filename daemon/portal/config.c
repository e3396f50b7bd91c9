/* config.c: the keys of portal.yaml, one row each. */
#include "config.h"

#include "../choices.h"
#include "../duration.h"
#include "../yaml.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_MAX 100000u

struct reader {
  struct config *config;
  struct diag *diag;
  const char *file;
};

struct key {
  const char *name;
  bool (*read)(struct reader *reader, const struct yaml_node *node, void *out_field);
  size_t field;
};

static bool complain(const struct reader *reader, const struct yaml_node *node, const char *what) {
  diag_error(reader->diag, node->at, "%s", what);
  return false;
}

static bool read_text(struct reader *reader, const struct yaml_node *node, void *out_field) {
  const char *text = NULL;
  if (node->kind != YAML_SCALAR || !node->len || strlen(node->text) != node->len)
    return complain(reader, node, "must be a text");
  text = arena_copy(&reader->config->memory, node->text, node->len);
  memcpy(out_field, &text, sizeof text);
  return text || complain(reader, node, "out of memory");
}

/* A relative path begins at the folder in which the configuration lies. */
static bool read_path(struct reader *reader, const struct yaml_node *node, void *out_field) {
  const char *slash = strrchr(reader->file, '/'), *path;
  if (!read_text(reader, node, out_field)) return false;
  memcpy(&path, out_field, sizeof path);
  if (*path == '/' || !slash) return true;
  size_t folder = (size_t)(slash - reader->file) + 1;
  char *joined = arena_alloc(&reader->config->memory, folder + node->len + 1);
  if (!joined) return complain(reader, node, "out of memory");
  memcpy(joined, reader->file, folder);
  memcpy(joined + folder, path, node->len + 1);
  memcpy(out_field, &joined, sizeof joined);
  return true;
}

static bool read_language(struct reader *reader, const struct yaml_node *node, void *out_field) {
  for (int i = 0; i < LANGUAGES; i++) {
    enum language language = (enum language)i;
    if (!yaml_text_is(node, language_codes[i])) continue;
    memcpy(out_field, &language, sizeof language);
    return true;
  }
  return complain(reader, node, "must be one of en, de");
}

static bool read_count(struct reader *reader, const struct yaml_node *node, void *out_field) {
  uint32_t count = 0;
  bool is_number = node->kind == YAML_SCALAR && node->len && node->len < 7;
  for (size_t i = 0; is_number && i < node->len; i++) {
    is_number = node->text[i] >= '0' && node->text[i] <= '9';
    count = count * 10 + (uint32_t)(node->text[i] - '0');
  }
  if (!is_number || !count || count > COUNT_MAX)
    return complain(reader, node, "must be a number from 1 to 100000");
  memcpy(out_field, &count, sizeof count);
  return true;
}

static bool read_timeout(struct reader *reader, const struct yaml_node *node, void *out_field) {
  uint32_t ms;
  if (node->kind != YAML_SCALAR || !duration_parse(node->text, &ms) || ms < 1000 || ms > 300000)
    return complain(reader, node, "must be a duration from 1s to 5m");
  memcpy(out_field, &ms, sizeof ms);
  return true;
}

/* "[::]:8443" or "0.0.0.0:8443". */
static bool parse_address(const char *text, struct config_listen *out) {
  const char *colon = strrchr(text, ':');
  char host[INET6_ADDRSTRLEN + 2];
  size_t len = colon ? (size_t)(colon - text) : 0;
  if (!len || len >= sizeof host || strspn(colon + 1, "0123456789") != strlen(colon + 1))
    return false;
  unsigned long port = strtoul(colon + 1, NULL, 10);
  if (!port || port > 65535) return false;
  memcpy(host, text, len);
  host[len] = '\0';
  struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
  if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
    memcpy(&out->address, &v4, out->len = sizeof v4);
    return true;
  }
  if (host[0] != '[' || host[len - 1] != ']') return false;
  host[len - 1] = '\0';
  if (inet_pton(AF_INET6, host + 1, &v6.sin6_addr) != 1) return false;
  memcpy(&out->address, &v6, out->len = sizeof v6);
  return true;
}

static bool read_listen(struct reader *reader, const struct yaml_node *node) {
  struct config *config = reader->config;
  if (config->n_listens == CONFIG_LISTENS_MAX) return complain(reader, node, "too many addresses");
  struct config_listen *listen = &config->listens[config->n_listens];
  if (node->kind != YAML_SCALAR || !parse_address(node->text, listen))
    return complain(reader, node, "must be an address and port: 0.0.0.0:8443 or \"[::]:8443\"");
  listen->at = node->at;
  config->n_listens++;
  return true;
}

static bool read_listens(struct reader *reader, const struct yaml_node *node, void *out_field) {
  (void)out_field;
  if (node->kind == YAML_SCALAR) return read_listen(reader, node);
  if (node->kind != YAML_SEQUENCE || !node->count)
    return complain(reader, node, "must be an address and port, or a list of them");
  bool read = true;
  for (const struct yaml_node *child = node->first; child; child = child->next)
    read = read_listen(reader, child) && read;
  return read;
}

static bool read_keys(struct reader *reader, const struct yaml_node *node, const struct key *keys,
                      size_t n_keys);

#define FIELD(name) offsetof(struct config, name)
static bool read_limits(struct reader *reader, const struct yaml_node *node, void *out_field) {
  static const struct key keys[] = {
      {"connections", read_count, FIELD(connections)},
      {"connections_per_address", read_count, FIELD(connections_per_address)},
      {"request_timeout", read_timeout, FIELD(request_timeout_ms)},
  };
  (void)out_field;
  return read_keys(reader, node, keys, sizeof keys / sizeof *keys);
}

static const struct key top_keys[] = {
    {"listen", read_listens, 0},
    {"certificate_file", read_path, FIELD(certificate_file)},
    {"key_file", read_path, FIELD(key_file)},
    {"radmfad", read_path, FIELD(radmfad)},
    {"title", read_text, FIELD(title)},
    {"language", read_language, FIELD(language)},
    {"limits", read_limits, 0},
};
#undef FIELD

static bool read_key(struct reader *reader, const struct yaml_node *node, const struct key *keys,
                     size_t n_keys) {
  struct choices choices = {.wanted = node->key->text};
  for (size_t i = 0; i < n_keys; i++) {
    if (yaml_text_is(node->key, keys[i].name))
      return keys[i].read(reader, node, (char *)reader->config + keys[i].field);
    choices_add(&choices, keys[i].name);
  }
  diag_error(reader->diag, node->key->at, "unknown key `%s`%s", node->key->text,
             choices_hint(&choices));
  return false;
}

static bool read_keys(struct reader *reader, const struct yaml_node *node, const struct key *keys,
                      size_t n_keys) {
  bool read = true;
  if (node->kind != YAML_MAPPING) return complain(reader, node, "must be a mapping");
  for (const struct yaml_node *child = node->first; child; child = child->next)
    read = read_key(reader, child, keys, n_keys) && read;
  return read;
}

static bool is_complete(struct reader *reader, const struct yaml_node *root) {
  static const char *const needed[] = {"listen", "certificate_file", "key_file"};
  bool complete = true;
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
    if (yaml_find(root, needed[i])) continue;
    diag_error(reader->diag, root->at, "`%s` is missing", needed[i]);
    complete = false;
  }
  return complete;
}

static struct config *read_document(struct yaml_doc *doc, const char *file, struct diag *diag) {
  if (!doc) return NULL;
  struct config *config = calloc(1, sizeof *config);
  struct reader reader = {config, diag, file};
  bool read = false;
  if (config) {
    config->radmfad = "/run/radmfad/portal";
    config->title = "radmfa";
    config->connections = 4000;
    config->connections_per_address = 200;
    config->request_timeout_ms = 15000;
    read = read_keys(&reader, yaml_doc_root(doc), top_keys, sizeof top_keys / sizeof *top_keys);
    read = read && is_complete(&reader, yaml_doc_root(doc));
  }
  yaml_doc_free(doc);
  if (read) return config;
  config_free(config);
  return NULL;
}

struct config *config_load_text(const char *name, const char *bytes, size_t len,
                                struct diag *diag) {
  return read_document(yaml_doc_parse(name, bytes, len, diag), name, diag);
}

struct config *config_load(const char *path, struct diag *diag) {
  return read_document(yaml_doc_load(path, diag), path, diag);
}

void config_free(struct config *config) {
  if (!config) return;
  arena_free(&config->memory);
  free(config);
}
