/* config.c: walks radmfad.yaml by the table in schema.c. values.c reads what stands for itself,
 * rules.c knows what must hold between values; references, lists and mappings are read here. */
#include "config.h"

#include "choices.h"
#include "rules.h"

#include <stdlib.h>
#include <string.h>

static void read_mapping(struct reader *r, const struct schema_section *section,
                         const struct yaml_node *node, void *base);

static void report_reference(struct reader *r, const struct schema_row *row,
                             const struct yaml_node *section, const struct yaml_node *value) {
  struct choices choices = {.wanted = value->text};
  const struct yaml_node *child = section && section->kind == YAML_MAPPING ? section->first : NULL;
  for (; child; child = child->next) choices_add(&choices, child->key->text);
  diag_error(r->diag, value->at, "no `%s` in %s: %s%s", value->text, row->refers_to,
             choices.used ? choices.list : "there are none", choices_hint(&choices));
}

/* Where the name stands in the section it refers to, counted from 0: its place in the array too. */
static size_t take_reference(struct reader *r, const struct schema_row *row,
                             const struct yaml_node *value) {
  const struct yaml_node *section = yaml_find(r->root, row->refers_to), *child = NULL;
  const char *text = text_of(r, row, value);
  size_t index = 0;
  if (!text) return 0;
  if (section && section->kind == YAML_MAPPING) child = section->first;
  for (; child && strcmp(child->key->text, text) != 0; child = child->next) index++;
  if (child) return index;
  report_reference(r, row, section, value);
  return 0;
}

static void read_reference(struct reader *r, const struct schema_row *row,
                           const struct yaml_node *value, void *base) {
  size_t index = take_reference(r, row, value);
  memcpy(field(row, base), &index, sizeof index);
}

static bool is_repeated(const struct yaml_node *list, const struct yaml_node *value) {
  const struct yaml_node *other = list->first;
  while (other != value && !(value->text && yaml_text_is(other, value->text))) other = other->next;
  return other != value;
}

static void read_references(struct reader *r, const struct schema_row *row,
                            const struct yaml_node *value, void *base) {
  size_t *indexes = field(row, base), count = 0;
  if (!is_kind(r, row, value, YAML_SEQUENCE)) return;
  for (const struct yaml_node *one = value->first; one; one = one->next) {
    if (count == row->size / sizeof *indexes) {
      diag_error(r->diag, one->at, "`%s` takes at most %zu", row->key, count);
      break;
    }
    if (is_repeated(value, one)) diag_error(r->diag, one->at, "`%s` is named twice", one->text);
    indexes[count++] = take_reference(r, row, one);
  }
  set_count(row, base, count);
}

static void read_section(struct reader *r, const struct schema_row *row,
                         const struct yaml_node *value, void *base) {
  if (is_kind(r, row, value, YAML_MAPPING)) read_mapping(r, row->section, value, base);
}

static void read_element(struct reader *r, const struct schema_row *row,
                         const struct yaml_node *value, void *element) {
  memcpy(element, &value->at, sizeof value->at);
  read_section(r, row, value, element);
}

/* Makes the array of a list or map; returns its memory, or NULL. */
static char *start_array(struct reader *r, const struct schema_row *row,
                         const struct yaml_node *value, void *base) {
  if (row->required && !value->count)
    diag_error(r->diag, value->at, "`%s` needs at least one", row->key);
  if (row->range && value->count > range_most(row->range))
    diag_error(r->diag, value->at, "`%s` takes at most %zu", row->key, range_most(row->range));
  char *array = new_array(r, value->at, value->count, row->section->size);
  if (!array) return NULL;
  memcpy(field(row, base), &array, sizeof array);
  set_count(row, base, value->count);
  return array;
}

static void read_list(struct reader *r, const struct schema_row *row, const struct yaml_node *value,
                      void *base) {
  const struct yaml_node *outer = r->list;
  if (!is_kind(r, row, value, YAML_SEQUENCE)) return;
  char *element = start_array(r, row, value, base);
  if (!element) return;
  r->list = value;
  for (const struct yaml_node *one = value->first; one; one = one->next) {
    read_element(r, row, one, element);
    element += row->section->size;
  }
  r->list = outer;
}

/* The key of a mapping's element is its name. */
static void read_map(struct reader *r, const struct schema_row *row, const struct yaml_node *value,
                     void *base) {
  const struct schema_row name_row = {.key = "name", .offset = row->section->name_offset};
  if (!is_kind(r, row, value, YAML_MAPPING)) return;
  char *element = start_array(r, row, value, base);
  if (!element) return;
  for (const struct yaml_node *one = value->first; one; one = one->next) {
    const char *name = take_name(r, &name_row, one->key);
    memcpy(field(&name_row, element), &name, sizeof name);
    read_element(r, row, one, element);
    element += row->section->size;
  }
}

static void read_value(struct reader *r, const struct schema_row *row,
                       const struct yaml_node *value, void *base) {
  switch (row->kind) {
    case SCHEMA_REFERENCE: read_reference(r, row, value, base); break;
    case SCHEMA_REFERENCES: read_references(r, row, value, base); break;
    case SCHEMA_SECTION: read_section(r, row, value, base); break;
    case SCHEMA_LIST: read_list(r, row, value, base); break;
    case SCHEMA_MAP: read_map(r, row, value, base); break;
    default: value_reader(row->kind)(r, row, value, base); break;
  }
}

/* ---- the keys of one mapping ---- */

struct mapping {
  const struct schema_section *section;
  const struct yaml_node *node;
  const char *type; /* the word of the section's type, or NULL where it has none */
  void *base;
};

static const char *const secret_forms[] = {"", "_file", "_env"};
#define N_FORMS (sizeof secret_forms / sizeof *secret_forms)

static bool has_forms(const struct schema_row *row) {
  return (row->kind == SCHEMA_SECRET || row->kind == SCHEMA_PASSWORD) && !row->later;
}

/* Is `key` this row's? A secret answers to three. */
static bool is_key_of(const struct schema_row *row, const struct yaml_node *key) {
  size_t len = strlen(row->key);
  if (!has_forms(row)) return yaml_text_is(key, row->key);
  if (strncmp(key->text, row->key, len) != 0) return false;
  for (size_t i = 0; i < N_FORMS; i++) {
    if (!strcmp(key->text + len, secret_forms[i])) return true;
  }
  return false;
}

static bool has_row(const struct mapping *mapping, const struct schema_row *row) {
  return !row->only_for || !strcmp(row->only_for, mapping->type);
}

static const struct yaml_node *find_value(const struct mapping *mapping,
                                          const struct schema_row *row) {
  const struct yaml_node *child = mapping->node->first;
  while (child && !is_key_of(row, child->key)) child = child->next;
  return child;
}

static const struct schema_row *find_row(const struct mapping *mapping,
                                         const struct yaml_node *key) {
  for (size_t i = 0; i < mapping->section->n_rows; i++) {
    const struct schema_row *row = &mapping->section->rows[i];
    if (has_row(mapping, row) && is_key_of(row, key)) return row;
  }
  return NULL;
}

/* Which types have the key, where that of the mapping has not? */
static void list_types(const struct mapping *mapping, const struct yaml_node *key,
                       struct choices *types) {
  for (size_t i = 0; i < mapping->section->n_rows; i++) {
    const struct schema_row *row = &mapping->section->rows[i];
    if (is_key_of(row, key)) choices_add(types, row->only_for);
  }
}

static void add_choices(struct reader *r, const struct schema_row *row, struct place at,
                        struct choices *choices) {
  size_t n_forms = has_forms(row) ? N_FORMS : 1, size = strlen(row->key) + 8;
  for (size_t i = 0; !row->later && i < n_forms; i++) {
    char *name = new_array(r, at, size, 1);
    if (!name) return;
    snprintf(name, size, "%s%s", row->key, secret_forms[i]);
    choices_add(choices, name);
  }
}

static void report_no_row(struct reader *r, const struct mapping *mapping,
                          const struct yaml_node *key) {
  const struct schema_section *section = mapping->section;
  struct choices keys = {.wanted = key->text}, types = {.wanted = ""};
  list_types(mapping, key, &types);
  for (size_t i = 0; i < section->n_rows; i++)
    if (has_row(mapping, &section->rows[i])) add_choices(r, &section->rows[i], key->at, &keys);
  if (types.used)
    diag_error(r->diag, key->at, "`%s` is for `%s: %s`", key->text, section->type->key, types.list);
  else
    diag_error(r->diag, key->at, "unknown key `%s` in %s, whose keys are: %s%s", key->text,
               section->title, keys.list, choices_hint(&keys));
}

static void read_key(struct reader *r, const struct mapping *mapping,
                     const struct yaml_node *value) {
  const struct schema_row *row = find_row(mapping, value->key);
  const struct yaml_node *first = row ? find_value(mapping, row) : NULL;
  if (!first) {
    report_no_row(r, mapping, value->key);
  } else if (row->later) {
    diag_error(r->diag, value->key->at, "`%s` is not built yet", row->key);
  } else if (first != value) {
    diag_error(r->diag, value->key->at, "`%s` and `%s` say the same thing: only one may be given",
               first->key->text, value->key->text);
  } else {
    read_value(r, row, value, mapping->base);
  }
}

static void report_missing(struct reader *r, const struct mapping *mapping,
                           const struct schema_row *row) {
  diag_error(r->diag, mapping->node->at, "%s needs `%s%s`%s", mapping->section->title, row->key,
             has_forms(row) ? "_file" : "", has_forms(row) ? " (or its form with _env)" : "");
}

/* A default is read as if it had been written: "{}" is a mapping without keys. */
static void read_standard(struct reader *r, const struct mapping *mapping,
                          const struct schema_row *row) {
  if (!row->standard) return;
  const struct yaml_node value = {
      .kind = row->kind == SCHEMA_SECTION ? YAML_MAPPING : YAML_SCALAR,
      .at = mapping->node->at,
      .text = row->standard,
      .len = strlen(row->standard),
  };
  read_value(r, row, &value, mapping->base);
}

/* Where a type is missing, wrong or not built yet nothing else can be said about its mapping. */
static bool take_type(struct reader *r, struct mapping *mapping) {
  const struct schema_row *row = mapping->section->type;
  const struct yaml_node *value = row ? yaml_find(mapping->node, row->key) : NULL;
  for (const struct schema_word *word = value ? row->words : NULL; word && word->word; word++)
    if (yaml_text_is(value, word->word) && !word->later) mapping->type = word->word;
  if (!row || mapping->type) return true;
  if (value)
    read_word(r, row, value, mapping->base);
  else
    report_missing(r, mapping, row);
  return false;
}

static void read_mapping(struct reader *r, const struct schema_section *section,
                         const struct yaml_node *node, void *base) {
  struct mapping mapping = {section, node, NULL, base};
  if (!take_type(r, &mapping)) return;
  for (const struct yaml_node *value = node->first; value; value = value->next)
    read_key(r, &mapping, value);
  for (size_t i = 0; i < section->n_rows; i++) {
    const struct schema_row *row = &section->rows[i];
    if (row->later || !has_row(&mapping, row) || find_value(&mapping, row)) continue;
    if (row->required)
      report_missing(r, &mapping, row);
    else
      read_standard(r, &mapping, row);
  }
}

/* ---- a whole file ---- */

static struct config *new_config(const char *file, struct diag *diag) {
  struct config *config = calloc(1, sizeof *config);
  if (config) config->file = arena_copy(&config->memory, file, strlen(file));
  if (config && config->file) return config;
  diag_error(diag, (struct place){.file = file}, "out of memory");
  config_free(config);
  return NULL;
}

static void read_root(struct reader *r) {
  if (r->root->kind != YAML_MAPPING) {
    diag_error(r->diag, r->root->at, "must be a mapping, not %s", yaml_kind_name(r->root->kind));
    return;
  }
  read_mapping(r, &schema_root, r->root, r->config);
  rules_check(r);
}

/* Takes both over; `doc` may be NULL: its errors are reported. */
static struct config *read_doc(struct config *config, struct yaml_doc *doc, struct diag *diag) {
  int errors_before = diag->errors;
  if (doc) read_root(&(struct reader){.config = config, .diag = diag, .root = yaml_doc_root(doc)});
  bool valid = doc && diag->errors == errors_before;
  yaml_doc_free(doc);
  if (valid) return config;
  config_free(config);
  return NULL;
}

struct config *config_load(const char *path, struct diag *diag) {
  struct config *config = new_config(path, diag);
  return config ? read_doc(config, yaml_doc_load(config->file, diag), diag) : NULL;
}

struct config *config_load_text(const char *name, const char *bytes, size_t len,
                                struct diag *diag) {
  struct config *config = new_config(name, diag);
  return config ? read_doc(config, yaml_doc_parse(config->file, bytes, len, diag), diag) : NULL;
}

static void free_primary(struct config_primary *primary) {
  struct config_radius *radius = &primary->radius;
  for (size_t i = 0; i < radius->n_servers; i++) secret_wipe(&radius->servers[i].secret);
  secret_wipe(&radius->probe_password);
  secret_wipe(&primary->ldap.search.password);
  radmfa_tls_context_unref(primary->ldap.trust);
}

static void free_call(struct config_call *call) {
  for (size_t i = 0; i < call->n_trunks; i++) secret_wipe(&call->trunks[i].password);
}

void config_free(struct config *config) {
  if (!config) return;
  for (size_t i = 0; i < config->n_clients; i++) secret_wipe(&config->clients[i].secret);
  for (size_t i = 0; i < config->n_primaries; i++) free_primary(&config->primaries[i]);
  for (size_t i = 0; i < config->n_factors; i++) free_call(&config->factors[i].call);
  arena_free(&config->memory);
  free(config);
}
