/* verbs_pending.c: who waits for his verdict, and to hang up. Loops of RADIUS copy what they know
 * of a few thousand records at a time; all else is done here. */
#include "verb_inside.h"

#include "../thread.h"
#include "../worker.h"

#include <radmfa/error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_DEFAULT 100u
#define PAGE_MAX 1000u
#define CURSOR_SIZE 32u

/* A login as it was when its loop was asked. */
struct seen {
  uint64_t login_id, arrived_ms, deadline_ms;
  radmfa_address peer;
  radmfa_login_state state;
  char client[RADMFA_NAME_SIZE_MAX + 1], policy[RADMFA_NAME_SIZE_MAX + 1];
  char factor[RADMFA_NAME_SIZE_MAX + 1];
  uint8_t user[RADMFA_ATTR_VALUE_SIZE_MAX], identity[255];
  uint8_t user_len, identity_len;
};

struct search {
  struct control_work work;
  struct control_call *call;
  struct control *control;
  const struct control_world *world;
  unsigned worker; /* who is asked, and from where on */
  uint32_t place;
  size_t n, max;
  radmfa_pending *found; /* max of them, the loop's scratch */
  struct seen seen[];    /* max of them */
};

static void look(struct search *search);

static uint8_t keep_octets(radmfa_span from, uint8_t *out, size_t size) {
  size_t len = from.len < size ? from.len : size;
  if (len) memcpy(out, from.ptr, len);
  return (uint8_t)len;
}

static void keep_name(const char *from, char out[RADMFA_NAME_SIZE_MAX + 1]) {
  (void)snprintf(out, RADMFA_NAME_SIZE_MAX + 1, "%s", from ? from : "");
}

static void see(const radmfa_pending *login, struct seen *out) {
  out->login_id = login->login_id;
  out->arrived_ms = login->arrived_ms;
  out->deadline_ms = login->deadline_ms;
  out->peer = login->peer;
  out->state = login->state;
  keep_name(login->client, out->client);
  keep_name(login->policy, out->policy);
  keep_name(login->factor, out->factor);
  out->user_len = keep_octets(login->user, out->user, sizeof out->user);
  out->identity_len = keep_octets(login->identity, out->identity, sizeof out->identity);
}

/* ---- the answer ---- */

static const char *state_word(radmfa_login_state state) {
  switch (state) {
    case RADMFA_STATE_PRIMARY: return "primary";
    case RADMFA_STATE_FACTOR: return "factor";
    case RADMFA_STATE_REFUSED: return "refused";
    case RADMFA_STATE_UNANSWERED: return "unanswered";
    case RADMFA_STATE_FOLLOWS: return "follows";
    default: return "new";
  }
}

/* Loops count by the monotonic clock. */
static json_t *wall_time(uint64_t at_ms) {
  return control_time(now_ms_since_1970() - thread_now_ms() + at_ms);
}

static json_t *login_of(const struct seen *seen) {
  char peer[RADMFA_ADDRESS_TEXT_SIZE];
  json_t *identity = json_null();
  if (seen->identity_len)
    identity = control_text((radmfa_span){seen->identity, seen->identity_len});
  return json_pack("{sosssssososs sosssoso}", "id", control_id(seen->login_id), "client",
                   seen->client, "peer", radmfa_address_format(&seen->peer, peer), "user",
                   control_text((radmfa_span){seen->user, seen->user_len}), "identity", identity,
                   "policy", seen->policy, "factor", control_text_or_null(seen->factor), "state",
                   state_word(seen->state), "since", wall_time(seen->arrived_ms), "deadline",
                   wall_time(seen->deadline_ms));
}

static json_t *cursor_of(const struct search *search) {
  char text[CURSOR_SIZE];
  if (search->worker == search->world->n_workers) return json_null();
  (void)snprintf(text, sizeof text, "%u-%u", search->worker, search->place);
  return json_string(text);
}

static bool parse_cursor(const char *text, struct search *search) {
  char end;
  return sscanf(text, "%u-%u%c", &search->worker, &search->place, &end) == 2 &&
         search->worker < search->world->n_workers;
}

static void free_search(struct search *search) {
  free(search->found);
  free(search);
}

static void answer(struct search *search) {
  json_t *logins = json_array();
  for (size_t i = 0; i < search->n; i++)
    (void)json_array_append_new(logins, login_of(&search->seen[i]));
  control_end(search->call, json_pack("{soso}", "logins", logins, "more", cursor_of(search)));
  free_search(search);
}

/* ---- the way round the loops ---- */

static void on_seen(void *arg) {
  struct search *search = arg;
  if (!search->place) search->worker++;
  if (search->n == search->max || search->worker == search->world->n_workers)
    answer(search);
  else
    look(search);
}

static void look_in_loop(radmfa_proxy *proxy, void *arg) {
  struct search *search = arg;
  size_t n = radmfa_proxy_pending(proxy, &search->place, search->found, search->max - search->n);
  for (size_t i = 0; i < n; i++) see(&search->found[i], &search->seen[search->n++]);
  search->work = (struct control_work){.run = on_seen, .arg = search};
  control_post_work(search->control, &search->work);
}

static void look(struct search *search) {
  if (worker_run(search->world->workers[search->worker], look_in_loop, search)) return;
  control_fail(search->call, "failed", "out of memory");
  free_search(search);
}

static struct search *search_new(struct control_call *call, const struct control_world *world,
                                 size_t max) {
  struct search *search = calloc(1, sizeof *search + max * sizeof *search->seen);
  radmfa_pending *found = calloc(max, sizeof *found);
  if (!search || !found) {
    free(search);
    free(found);
    control_fail(call, "failed", "out of memory");
    return NULL;
  }
  search->call = call;
  search->control = control_of(call);
  search->world = world;
  search->max = max;
  search->found = found;
  return search;
}

void verb_pending(struct control_call *call, const json_t *arguments, void *world) {
  const char *after = NULL;
  uint64_t max = PAGE_DEFAULT;
  if (!take_text(call, arguments, "after", &after) ||
      !take_count(call, arguments, "max", 1, PAGE_MAX, &max))
    return;
  struct search *search = search_new(call, world, max);
  if (!search) return;
  if (!after || parse_cursor(after, search)) {
    look(search);
    return;
  }
  control_fail(call, "bad_request", "`after` is what stood in `more`");
  free_search(search);
}

/* ---- hangup ---- */

struct hangup {
  struct control_work work;
  struct control_call *call;
  struct control *control;
  const struct control_world *world;
  unsigned worker; /* who is asked for it */
  uint64_t login_id;
  int error;
};

static void look_for(struct hangup *hangup);

static void end_hangup(struct hangup *hangup) {
  if (!hangup->error)
    control_end(hangup->call, json_object());
  else if (hangup->error == RADMFA_E_NOT_FOUND)
    control_fail(hangup->call, "not_found", "no such login is pending");
  else
    control_fail(hangup->call, "failed", "%s", radmfa_strerror(hangup->error));
  free(hangup);
}

static void on_looked(void *arg) {
  struct hangup *hangup = arg;
  if (hangup->error == RADMFA_E_NOT_FOUND && ++hangup->worker < hangup->world->n_workers)
    look_for(hangup);
  else
    end_hangup(hangup);
}

static void hang_up_in_loop(radmfa_proxy *proxy, void *arg) {
  struct hangup *hangup = arg;
  if (radmfa_proxy_is_pending(proxy, hangup->login_id))
    hangup->error = radmfa_hang_up(hangup->world->join_table, hangup->login_id);
  hangup->work = (struct control_work){.run = on_looked, .arg = hangup};
  control_post_work(hangup->control, &hangup->work);
}

static void look_for(struct hangup *hangup) {
  if (worker_run(hangup->world->workers[hangup->worker], hang_up_in_loop, hangup)) return;
  hangup->error = RADMFA_E_NO_MEMORY;
  end_hangup(hangup);
}

void verb_hangup(struct control_call *call, const json_t *arguments, void *world) {
  const char *text = NULL;
  uint64_t login_id = 0;
  if (!need_text(call, arguments, "login", &text)) return;
  if (!control_id_parse(text, &login_id)) {
    control_fail(call, "invalid", "a login is named by the 16 hexadecimal digits of its id");
    return;
  }
  struct hangup *hangup = calloc(1, sizeof *hangup);
  if (!hangup) {
    control_fail(call, "failed", "out of memory");
    return;
  }
  *hangup = (struct hangup){.call = call,
                            .control = control_of(call),
                            .world = world,
                            .login_id = login_id,
                            .error = RADMFA_E_NOT_FOUND};
  look_for(hangup);
}
