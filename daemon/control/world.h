/* world.h: what verbs of control sockets see of the process. app.c fills it. */
#ifndef RADMFAD_CONTROL_WORLD_H
#define RADMFAD_CONTROL_WORLD_H

#include "../log.h"
#include "../site.h"
#include "../store/store.h"

struct worker;

/* All of it lives longer than the sockets, and any thread may use it. */
struct control_world {
  void *app;
  struct store *store; /* NULL: there is none */
  struct log *log;
  radmfa_join_table *join_table;
  struct blocklist *blocklist;
  struct failures *failures;
  struct worker *const *workers;
  unsigned n_workers;
  uint64_t started_ms; /* since 1970 */
  /* The configuration that is at work now: it lives on, across reloads, until it is given back. */
  struct site *(*hold_site)(void *app);
  void (*release_site)(void *app, struct site *site);
};

#endif
