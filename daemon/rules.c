/* rules.c: values that must differ, and values that bound each other. */
#include "rules.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#define WORKERS_MAX 256

static int compare_places(struct place a, struct place b) {
  if (a.line != b.line) return a.line < b.line ? -1 : 1;
  return a.column < b.column ? -1 : a.column > b.column;
}

static int compare_values(const struct unique *a, const struct unique *b) {
  if (a->row != b->row) return (uintptr_t)a->row < (uintptr_t)b->row ? -1 : 1;
  if (a->len != b->len) return a->len < b->len ? -1 : 1;
  return memcmp(a->bytes, b->bytes, a->len);
}

static int compare_uniques(const void *left, const void *right) {
  const struct unique *a = *(const struct unique *const *)left;
  const struct unique *b = *(const struct unique *const *)right;
  int order = compare_values(a, b);
  return order ? order : compare_places(a->at, b->at);
}

static void check_uniques(struct reader *r) {
  struct place at = r->root->at;
  const struct unique **sorted = new_array(r, at, r->n_uniques, sizeof *sorted);
  if (!sorted) return;
  size_t count = 0;
  for (const struct unique *unique = r->uniques; unique; unique = unique->next)
    sorted[count++] = unique;
  qsort(sorted, count, sizeof *sorted, compare_uniques);
  for (size_t i = 1; i < count; i++) {
    if (compare_values(sorted[i - 1], sorted[i]) != 0) continue;
    diag_error(r->diag, sorted[i]->at, "the same stands in `%s` in line %u already",
               sorted[i]->row->key, sorted[i - 1]->at.line);
  }
}

/* design.md section 5: answer_before is at most a tenth of timeout. */
static void check_answer_before(struct reader *r) {
  const struct yaml_node *clients = yaml_find(r->root, "clients");
  const struct yaml_node *one = r->config->n_clients ? clients->first : NULL;
  for (size_t i = 0; one; one = one->next, i++) {
    const struct config_client *client = &r->config->clients[i];
    const struct yaml_node *value = yaml_find(one, "answer_before");
    if (!value || client->answer_before_ms <= client->timeout_ms / 10) continue;
    diag_error(r->diag, value->at, "`answer_before` must be at most a tenth of timeout, %ums",
               client->timeout_ms / 10);
  }
}

static unsigned count_cores(void) {
  cpu_set_t set;
  int cores = sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);
  return cores > WORKERS_MAX ? WORKERS_MAX : (unsigned)cores;
}

static void resolve_standards(struct config *config) {
  if (!config->workers) config->workers = count_cores();
  if (!config->kept_replies_max) config->kept_replies_max = config->pending_max;
  for (size_t i = 0; i < config->n_clients; i++)
    if (!config->clients[i].pending_max) config->clients[i].pending_max = config->pending_max;
}

void rules_check(struct reader *r) {
  check_uniques(r);
  check_answer_before(r);
  resolve_standards(r->config);
}
