#include "logins.h"

#include "due.h"
#include "judge.h"
#include "memory.h"
#include "net.h"
#include "unsigned.h"
#include "wakeup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BATCHES_AT_ONCE 16u /* then other sockets and what is due get their turn */
#define LOGINS_AT_ONCE 256u /* then replies get theirs */
#define LINGER_NS (100 * (uint64_t)NS_PER_MS) /* for second replies to the last logins */

struct load_socket {
  uv_poll_t poll;
  struct logins *logins;
  uint32_t number;
  int fd;
};

struct logins {
  const struct load_options *options;
  const struct secret *secret;
  const struct users *users;
  struct load_run *run;
  uv_loop_t *loop;

  struct random random;
  struct plan plan;
  struct ids ids; /* a pool for each server */
  struct due due; /* slots, with how often each had been used then: see tag_of */
  struct load_socket **sockets;
  uint32_t n_sockets, socket_capacity;
  struct net_in *in;
  struct net_out *out;
  struct wakeup wakeup;

  uint8_t echoed[RADMFA_PACKET_SIZE_MAX]; /* with LOAD_ECHO: what is sent, but for its header */
  size_t echoed_len;

  uint64_t now_ns, start_ns, first_sent_ns, last_sent_ns;
  uint64_t ended_ns; /* when the last login ended; 0 before */
};

/* ---- sockets ---- */

static void on_readable(uv_poll_t *poll, int status, int events);

static void keep_socket(struct logins *logins, struct load_socket *socket) {
  if (logins->n_sockets == logins->socket_capacity) {
    logins->socket_capacity = logins->socket_capacity ? 2 * logins->socket_capacity : 16;
    logins->sockets =
        memory_grow(logins->sockets, logins->socket_capacity * sizeof *logins->sockets);
  }
  socket->number = logins->n_sockets;
  logins->sockets[logins->n_sockets++] = socket;
}

/* Returns 0 or a negative errno. */
static int open_socket(struct logins *logins, unsigned server, const radmfa_address *source) {
  int fd = net_connect(&logins->options->servers.list[server], source);
  if (fd < 0) return fd;
  struct load_socket *socket = memory_new(sizeof *socket);
  socket->fd = fd;
  socket->logins = logins;
  int error = uv_poll_init(logins->loop, &socket->poll, fd);
  if (error) {
    close(fd);
    free(socket);
    return error;
  }
  socket->poll.data = socket;
  keep_socket(logins, socket);
  return uv_poll_start(&socket->poll, UV_READABLE, on_readable);
}

static bool may_open(const struct logins *logins) {
  uint64_t most = logins->options->n_sockets;
  return !most || logins->n_sockets < most;
}

/* One more port of each source, with 256 identifiers. Returns 0 or the error of the first one that
 * could not be had. */
static int open_sockets(struct logins *logins, unsigned server) {
  const struct sources *sources = &logins->options->sources;
  uint32_t before = logins->n_sockets;
  int error = 0;
  for (uint64_t i = 0; !error && may_open(logins) && i < (sources->count ? sources->count : 1);
       i++) {
    radmfa_address source = sources_get(sources, i);
    error = open_socket(logins, server, sources->count ? &source : NULL);
  }
  if (logins->n_sockets > before) ids_add_sockets(&logins->ids, server, logins->n_sockets - before);
  return error;
}

static struct slot *take_slot(struct logins *logins, unsigned server) {
  struct slot *slot = ids_take(&logins->ids, server);
  if (slot || !may_open(logins)) return slot;
  (void)open_sockets(logins, server);
  return ids_take(&logins->ids, server);
}

/* ---- requests ---- */

static uint64_t tag_of(const struct slot *slot) {
  return (uint64_t)slot->number << 32 | slot->use;
}

/* The slot of a tag, or NULL where its login has ended meanwhile. */
static struct slot *slot_of(const struct logins *logins, uint64_t tag) {
  struct slot *slot = ids_slot(&logins->ids, (uint32_t)(tag >> 32));
  return slot->use == (uint32_t)tag && slot->state == SLOT_WAITING ? slot : NULL;
}

/* When something is to be done for a login that has no answer until then. */
static uint64_t next_step_ns(const struct logins *logins, const struct slot *slot) {
  const struct retransmission *again = &logins->options->retransmission;
  uint64_t lost_ns = slot->asked_ns + logins->options->timeout_ns;
  uint64_t again_ns = slot->asked_ns + slot->n_sent * again->every_ns;
  return slot->n_sent <= again->times && again_ns < lost_ns ? again_ns : lost_ns;
}

static size_t build(const struct logins *logins, uint64_t login, uint8_t id,
                    const uint8_t *authenticator, uint8_t *out_packet) {
  struct user user;
  users_get(logins->users, login, &user);
  return request_build(&logins->options->request, &user, login, id, authenticator,
                       logins->secret->shared, out_packet);
}

static radmfa_span echoed(struct logins *logins, const struct slot *slot) {
  logins->echoed[1] = slot_id(slot);
  memcpy(logins->echoed + 4, slot->authenticator, sizeof slot->authenticator); /* RFC 2865 3 */
  return (radmfa_span){logins->echoed, logins->echoed_len};
}

static void send_packet(struct logins *logins, const struct slot *slot) {
  uint8_t packet[RADMFA_PACKET_SIZE_MAX];
  int fd = logins->sockets[slot_socket(slot)]->fd;
  if (logins->options->echo == LOAD_ECHO) {
    net_send(logins->out, fd, echoed(logins, slot), NULL);
    return;
  }
  size_t len = build(logins, slot->login, slot_id(slot), slot->authenticator, packet);
  net_send(logins->out, fd, (radmfa_span){packet, len}, NULL);
}

static void transmit(struct logins *logins, struct slot *slot) {
  struct load_counts *counts = &logins->run->counts;
  slot->n_sent++;
  due_add(&logins->due, next_step_ns(logins, slot), tag_of(slot));
  if (random_chance(&logins->random, logins->options->lose)) {
    counts->requests_lost++;
    return;
  }
  counts->requests_sent++;
  if (slot->n_sent > 1) counts->retransmissions++;
  send_packet(logins, slot);
}

/* Asks a server that has not been asked for this login. NULL where no identifier is free. */
static struct slot *ask(struct logins *logins, unsigned server, uint64_t login, uint64_t due_ns,
                        uint64_t sent_ns) {
  struct slot *slot = take_slot(logins, server);
  if (!slot) {
    logins->run->counts.not_sent++;
    return NULL;
  }
  slot->login = login;
  slot->due_ns = due_ns;
  slot->asked_ns = uv_hrtime();
  slot->sent_ns = sent_ns ? sent_ns : slot->asked_ns;
  random_bytes(&logins->random, slot->authenticator, sizeof slot->authenticator);
  transmit(logins, slot);
  return slot;
}

static void send_login(struct logins *logins, uint64_t login, uint64_t due_ns) {
  const struct slot *slot = ask(logins, 0, login, due_ns, 0);
  if (!slot) return;
  if (!logins->first_sent_ns) logins->first_sent_ns = slot->sent_ns;
  logins->last_sent_ns = slot->sent_ns;
  hist_add(&logins->run->behind, slot->sent_ns - due_ns);
}

static bool next_due(const struct logins *logins, uint64_t *out_due_ns) {
  uint64_t since_ns = logins->now_ns - logins->start_ns;
  if (!plan_next_due(&logins->plan, since_ns, logins->ids.n_waiting, out_due_ns)) return false;
  *out_due_ns += logins->start_ns;
  return true;
}

static void send_due_logins(struct logins *logins) {
  uint64_t due_ns;
  for (unsigned i = 0; i < LOGINS_AT_ONCE && next_due(logins, &due_ns); i++) {
    if (due_ns > logins->now_ns) break;
    send_login(logins, logins->plan.next, due_ns);
    plan_advance(&logins->plan);
  }
}

static void on_no_answer(struct logins *logins, struct slot *slot) {
  struct load_counts *counts = &logins->run->counts;
  const struct slot given_up = *slot;
  if (logins->now_ns < slot->asked_ns + logins->options->timeout_ns) {
    transmit(logins, slot);
    return;
  }
  ids_give_back(&logins->ids, slot, SLOT_LOST);
  unsigned next = given_up.pool + 1u;
  if (next == logins->options->servers.count) {
    counts->lost++;
  } else if (ask(logins, next, given_up.login, given_up.due_ns, given_up.sent_ns)) {
    counts->failovers++;
  }
}

static void step_due_slots(struct logins *logins) {
  uint64_t tag;
  for (unsigned i = 0; i < LOGINS_AT_ONCE && due_pop(&logins->due, logins->now_ns, &tag); i++) {
    struct slot *slot = slot_of(logins, tag);
    if (slot) on_no_answer(logins, slot);
  }
}

/* ---- replies ---- */

static void count_verdict(struct load_counts *counts, uint8_t code, uint8_t expected) {
  if (code == expected)
    counts->ok++;
  else if (code == RADMFA_ACCESS_REJECT)
    counts->rejected++;
  else if (code == RADMFA_ACCESS_CHALLENGE)
    counts->challenged++;
  else
    counts->wrong_verdict++;
}

static void check_reply(struct logins *logins, const struct slot *slot,
                        const radmfa_packet *reply) {
  struct load_counts *counts = &logins->run->counts;
  const struct request_options *request = &logins->options->request;
  count_verdict(counts, reply->code, users_expected(logins->users, slot->login));
  if (request->message_authenticator && !message_authenticator_is_first(reply))
    counts->not_signed_first++;
  if (request->proxy_state && !request_proxy_state_is_back(reply, slot->login))
    counts->proxy_state_wrong++;
}

/* `reply` is NULL where an echo answered. */
static void on_answer(struct logins *logins, struct slot *slot, const radmfa_packet *reply) {
  struct load_run *run = logins->run;
  uint64_t from_due_ns = logins->now_ns - slot->due_ns;
  if (reply)
    check_reply(logins, slot, reply);
  else
    run->counts.ok++;
  hist_add(&run->from_due, from_due_ns);
  hist_add(&run->from_sent, logins->now_ns - slot->sent_ns);
  series_answer(&run->series, from_due_ns);
  ids_give_back(&logins->ids, slot, SLOT_ANSWERED);
}

static enum judgement judge(const struct logins *logins, struct slot *slots, radmfa_span datagram,
                            radmfa_packet *out_reply, struct slot **out_slot) {
  enum judgement of_reply = JUDGED_FORGED;
  if (logins->options->echo != LOAD_ECHO)
    of_reply = judge_reply(slots, datagram, logins->secret->shared, out_reply, out_slot);
  return logins->options->echo ? judge_echo(slots, datagram, out_slot) : of_reply;
}

static void on_reply(struct logins *logins, struct slot *slots, radmfa_span datagram) {
  struct load_counts *counts = &logins->run->counts;
  radmfa_packet reply;
  struct slot *slot;
  counts->replies_received++;
  if (random_chance(&logins->random, logins->options->lose)) {
    counts->replies_lost++;
    return;
  }
  switch (judge(logins, slots, datagram, &reply, &slot)) {
    case JUDGED_ANSWER: on_answer(logins, slot, logins->options->echo ? NULL : &reply); break;
    case JUDGED_DOUBLED: counts->doubled++; break;
    case JUDGED_LATE: counts->late++; break;
    case JUDGED_FORGED: counts->forged++; break;
    case JUDGED_MALFORMED: counts->malformed++; break;
  }
}

/* ---- the loop ---- */

static bool all_ended(const struct logins *logins) {
  return !logins->ids.n_waiting && plan_is_over(&logins->plan, logins->now_ns - logins->start_ns);
}

static uint64_t next_turn_ns(const struct logins *logins) {
  uint64_t login_ns, slot_ns = due_next_ns(&logins->due);
  if (logins->ended_ns) return logins->ended_ns + LINGER_NS;
  return next_due(logins, &login_ns) && login_ns < slot_ns ? login_ns : slot_ns;
}

static void end_turn(struct logins *logins) {
  if (!logins->ended_ns) send_due_logins(logins);
  net_flush(logins->out);
  if (!logins->ended_ns && all_ended(logins)) logins->ended_ns = logins->now_ns;
  wakeup_set(&logins->wakeup, next_turn_ns(logins));
}

static void on_wakeup(void *user) {
  struct logins *logins = user;
  logins->now_ns = uv_hrtime();
  if (logins->ended_ns) {
    uv_stop(logins->loop);
    return;
  }
  step_due_slots(logins);
  end_turn(logins);
}

static void receive(struct logins *logins, struct load_socket *socket) {
  const struct net_datagram *datagrams;
  for (unsigned i = 0; i < BATCHES_AT_ONCE; i++) {
    int n = net_receive(logins->in, socket->fd, &datagrams);
    if (n == -ECONNREFUSED) logins->run->counts.refused++;
    logins->now_ns = uv_hrtime();
    for (int at = 0; at < n; at++)
      on_reply(logins, logins->ids.sockets[socket->number], datagrams[at].bytes);
    if (n >= 0 && n < (int)NET_BATCH) break;
  }
}

/* libuv stops a handle whose socket has an error to tell, which is "port unreachable" here. */
static void on_readable(uv_poll_t *poll, int status, int events) {
  struct load_socket *socket = poll->data;
  struct logins *logins = socket->logins;
  (void)events;
  receive(logins, socket);
  if (status < 0) (void)uv_poll_start(poll, UV_READABLE, on_readable);
  end_turn(logins);
}

/* ---- start and end ---- */

static void init_plan(struct logins *logins) {
  const struct load_options *options = logins->options;
  if (options->outstanding)
    plan_init_closed(&logins->plan, options->outstanding, options->n_logins, options->duration_ns);
  else
    plan_init(&logins->plan, &options->shape, options->per_second, options->n_logins,
              options->seed);
}

struct logins *logins_new(uv_loop_t *loop, const struct load_options *options,
                          const struct secret *secret, const struct users *users,
                          struct load_run *run) {
  static const uint8_t none[RADMFA_AUTHENTICATOR_SIZE];
  struct logins *logins = memory_new(sizeof *logins);
  logins->loop = loop;
  logins->options = options;
  logins->secret = secret;
  logins->users = users;
  logins->run = run;
  logins->in = net_in_new();
  logins->out = net_out_new();
  random_seed(&logins->random, options->seed);
  init_plan(logins);
  logins->echoed_len = build(logins, 0, 0, none, logins->echoed);
  return logins;
}

int logins_start(struct logins *logins) {
  int error = wakeup_init(&logins->wakeup, logins->loop, on_wakeup, logins);
  if (!error) error = open_sockets(logins, 0);
  logins->start_ns = logins->now_ns = uv_hrtime();
  if (!error) wakeup_set(&logins->wakeup, logins->start_ns);
  return error;
}

void logins_finish_counts(const struct logins *logins, uint64_t now_ns) {
  struct load_counts *counts = &logins->run->counts;
  logins->run->ran_ns = now_ns - logins->start_ns;
  logins->run->sending_ns = logins->last_sent_ns - logins->first_sent_ns;
  /* how many there are in a closed loop is seen at its end only */
  bool is_counted = logins->plan.n_logins == UINT64_MAX;
  counts->planned = is_counted ? logins->plan.next : logins->plan.n_logins;
  counts->unfinished = counts->planned - counts->ok - counts->rejected - counts->challenged -
                       counts->wrong_verdict - counts->lost - counts->not_sent;
  counts->refused += net_refused(logins->out);
  counts->not_taken = net_not_taken(logins->out);
  counts->sockets = logins->n_sockets;
  counts->most_pending = logins->ids.most_waiting;
  for (uint32_t i = 0; i < logins->n_sockets; i++)
    counts->dropped_by_kernel += net_dropped(logins->sockets[i]->fd);
}

struct series_totals logins_totals(const struct logins *logins) {
  const struct load_run *run = logins->run;
  return (struct series_totals){
      .sent = run->behind.count, .answered = run->from_due.count, .lost = run->counts.lost};
}

uint64_t logins_pending(const struct logins *logins) {
  return logins->ids.n_waiting;
}

uint64_t logins_started_ns(const struct logins *logins) {
  return logins->start_ns;
}

uint64_t logins_ended_ns(const struct logins *logins) {
  return logins->ended_ns;
}

void logins_close(struct logins *logins) {
  for (uint32_t i = 0; i < logins->n_sockets; i++)
    uv_close((uv_handle_t *)&logins->sockets[i]->poll, NULL);
  wakeup_close(&logins->wakeup);
}

void logins_free(struct logins *logins) {
  for (uint32_t i = 0; i < logins->n_sockets; i++) {
    close(logins->sockets[i]->fd);
    free(logins->sockets[i]);
  }
  free(logins->sockets);
  ids_cleanup(&logins->ids);
  due_cleanup(&logins->due);
  net_in_free(logins->in);
  net_out_free(logins->out);
  free(logins);
}
