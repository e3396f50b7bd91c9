/* verbs_stats.c: what was counted, over all loops. */
#include "verb_inside.h"

#include "../log.h"
#include "../worker.h"

#include <radmfa/version.h>
#include <stdlib.h>

struct count {
  struct control_work work;
  struct control_call *call;
  struct control *control;
  const struct control_world *world;
  unsigned worker; /* who is asked */
  radmfa_engine_stats sum, one;
};

static void ask(struct count *count);

static void add(radmfa_engine_stats *sum, const radmfa_engine_stats *one) {
  for (size_t i = 0; i < RADMFA_DROP_COUNT; i++) sum->drops[i] += one->drops[i];
  for (size_t i = 0; i < RADMFA_REASON_COUNT; i++) {
    sum->logins[i] += one->logins[i];
    sum->accepted_on_one_factor[i] += one->accepted_on_one_factor[i];
  }
  sum->datagrams += one->datagrams;
  sum->retransmissions_absorbed += one->retransmissions_absorbed;
  sum->replies_resent += one->replies_resent;
  sum->joined += one->joined;
  sum->status_server += one->status_server;
  sum->factors_started += one->factors_started;
  sum->answers_dropped += one->answers_dropped;
  sum->pending += one->pending;
  sum->kept += one->kept;
}

static json_t *by_reason(const uint64_t counts[RADMFA_REASON_COUNT]) {
  json_t *object = json_object();
  for (int i = 1; i < RADMFA_REASON_COUNT; i++)
    if (counts[i])
      (void)json_object_set_new(object, radmfa_reason_name((radmfa_reason)i),
                                json_integer((json_int_t)counts[i]));
  return object;
}

static json_t *by_drop(const uint64_t counts[RADMFA_DROP_COUNT]) {
  json_t *object = json_object();
  for (int i = 0; i < RADMFA_DROP_COUNT; i++)
    if (counts[i])
      (void)json_object_set_new(object, radmfa_drop_name((radmfa_drop)i),
                                json_integer((json_int_t)counts[i]));
  return object;
}

static void answer(struct count *count) {
  const radmfa_engine_stats *sum = &count->sum;
  struct store *store = count->world->store;
  json_t *stats =
      json_pack("{sssososososisi}", "version", RADMFA_VERSION, "started",
                control_time(count->world->started_ms), "logins", by_reason(sum->logins),
                "accepted_on_one_factor", by_reason(sum->accepted_on_one_factor), "drops",
                by_drop(sum->drops), "pending", (int)sum->pending, "kept", (int)sum->kept);
  const struct {
    const char *name;
    uint64_t n;
  } counts[] = {{"datagrams", sum->datagrams},
                {"retransmissions_absorbed", sum->retransmissions_absorbed},
                {"replies_resent", sum->replies_resent},
                {"joined", sum->joined},
                {"status_server", sum->status_server},
                {"factors_started", sum->factors_started},
                {"answers_dropped", sum->answers_dropped},
                {"users", store ? store_count(store) : 0},
                {"history_lost", store ? store_lost_logins(store) : 0},
                {"log_lines_lost", log_lost(count->world->log)}};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    (void)json_object_set_new(stats, counts[i].name, json_integer((json_int_t)counts[i].n));
  control_end(count->call, stats);
  free(count);
}

static void on_counted(void *arg) {
  struct count *count = arg;
  add(&count->sum, &count->one);
  if (++count->worker < count->world->n_workers)
    ask(count);
  else
    answer(count);
}

static void count_in_loop(radmfa_proxy *proxy, void *arg) {
  struct count *count = arg;
  radmfa_proxy_stats_get(proxy, &count->one);
  count->work = (struct control_work){.run = on_counted, .arg = count};
  control_post_work(count->control, &count->work);
}

static void ask(struct count *count) {
  if (worker_run(count->world->workers[count->worker], count_in_loop, count)) return;
  control_fail(count->call, "failed", "out of memory");
  free(count);
}

void verb_stats(struct control_call *call, const json_t *arguments, void *world) {
  struct count *count = calloc(1, sizeof *count);
  (void)arguments;
  if (!count) {
    control_fail(call, "failed", "out of memory");
    return;
  }
  count->call = call;
  count->control = control_of(call);
  count->world = world;
  ask(count);
}
