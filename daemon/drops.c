/* drops.c: a table of open windows, and a walk over it once a second. */
#include "drops.h"

#include <string.h>

static void name_copy(char out_name[DROPS_CLIENT_NAME_SIZE], const char *name) {
  size_t len = name ? strnlen(name, DROPS_CLIENT_NAME_SIZE - 1) : 0;
  if (len) memcpy(out_name, name, len);
  out_name[len] = '\0';
}

static bool is_name(const struct drops_kind *kind, const char *name) {
  return strncmp(kind->name, name, DROPS_CLIENT_NAME_SIZE - 1) == 0;
}

/* A client's own kind for limit; a new one where there is room. */
static struct drops_kind *limit_of(struct drops *drops, const char *client) {
  for (unsigned i = 0; i < drops->n_limits; i++)
    if (is_name(&drops->limits[i], client)) return &drops->limits[i];
  if (drops->n_limits == DROPS_CLIENTS_MAX) return NULL;
  struct drops_kind *fresh = &drops->limits[drops->n_limits++];
  *fresh = (struct drops_kind){.count = 0};
  return fresh;
}

static struct drops_kind *kind_of(struct drops *drops, const radmfa_notice *notice) {
  struct drops_kind *limit = NULL;
  if (notice->drop == RADMFA_DROP_LIMIT && notice->client) limit = limit_of(drops, notice->client);
  return limit ? limit : &drops->kinds[notice->drop];
}

/* Hands over what was counted and opens the next window. */
static void take_line(struct drops_kind *kind, uint64_t now_ms, struct drops_kind *out_line) {
  *out_line = *kind;
  kind->count = 0;
  kind->secret_may_be_wrong = false;
  kind->window_end_ms = now_ms + DROPS_WINDOW_MS;
}

static bool count(struct drops_kind *kind, uint32_t n, bool secret_may_be_wrong, uint64_t now_ms,
                  struct drops_kind *out_line) {
  kind->count += n;
  kind->secret_may_be_wrong |= secret_may_be_wrong;
  if (now_ms < kind->window_end_ms) return false;
  take_line(kind, now_ms, out_line);
  return true;
}

bool drops_add(struct drops *drops, const radmfa_notice *notice, uint64_t now_ms,
               struct drops_kind *out_line) {
  struct drops_kind *kind = kind_of(drops, notice);
  kind->reason = radmfa_drop_name(notice->drop);
  kind->peer = notice->peer;
  name_copy(kind->name, notice->client);
  return count(kind, notice->dropped, notice->secret_may_be_wrong, now_ms, out_line);
}

bool drops_add_upstream(struct drops *drops, const radmfa_upstream_notice *notice, uint64_t now_ms,
                        struct drops_kind *out_line) {
  struct drops_kind *kind = &drops->kinds[RADMFA_DROP_COUNT + (unsigned)notice->event];
  kind->reason = radmfa_upstream_event_name(notice->event);
  kind->peer = notice->address;
  kind->is_upstream = true;
  name_copy(kind->name, notice->server);
  return count(kind, 1, notice->event == RADMFA_UPSTREAM_EVENT_FORGED, now_ms, out_line);
}

/* An over window in which nothing came is closed: the next drop is told at once again. */
static bool due(struct drops_kind *kind, uint64_t now_ms, struct drops_kind *out_line) {
  if (kind->window_end_ms == 0 || now_ms < kind->window_end_ms) return false;
  bool any = kind->count > 0;
  if (any)
    take_line(kind, now_ms == UINT64_MAX ? kind->window_end_ms : now_ms, out_line);
  else
    kind->window_end_ms = 0;
  return any;
}

static bool due_limit(struct drops *drops, uint64_t now_ms, struct drops_kind *out_line) {
  for (unsigned i = 0; i < drops->n_limits;) {
    struct drops_kind *limit = &drops->limits[i];
    if (due(limit, now_ms, out_line)) return true;
    if (limit->window_end_ms)
      i++;
    else
      *limit = drops->limits[--drops->n_limits]; /* at rest: its place is another client's */
  }
  return false;
}

bool drops_due(struct drops *drops, uint64_t now_ms, struct drops_kind *out_line) {
  for (unsigned i = 0; i < DROPS_KINDS; i++)
    if (due(&drops->kinds[i], now_ms, out_line)) return true;
  return due_limit(drops, now_ms, out_line);
}

static uint64_t earlier(uint64_t next_ms, const struct drops_kind *kind) {
  return kind->window_end_ms && kind->window_end_ms < next_ms ? kind->window_end_ms : next_ms;
}

uint64_t drops_next_ms(const struct drops *drops) {
  uint64_t next_ms = UINT64_MAX;
  for (unsigned i = 0; i < DROPS_KINDS; i++) next_ms = earlier(next_ms, &drops->kinds[i]);
  for (unsigned i = 0; i < drops->n_limits; i++) next_ms = earlier(next_ms, &drops->limits[i]);
  return next_ms;
}
