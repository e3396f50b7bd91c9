#include "load.h"

#include "due.h"
#include "judge.h"
#include "load_options.h"
#include "load_report.h"
#include "memory.h"
#include "net.h"
#include "plan.h"
#include "random.h"
#include "unsigned.h"
#include "wakeup.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BATCHES_AT_ONCE 16u /* then other sockets and what is due get their turn */
#define LOGINS_AT_ONCE 256u /* then replies get theirs */
#define LINGER_NS (100 * (uint64_t)NS_PER_MS) /* for second replies to the last logins */
#define PROGRESS_MS 1000u

struct load;

struct load_socket {
  uv_poll_t poll;
  struct load *load;
  uint32_t number;
  int fd;
};

struct load {
  struct load_options options;
  struct secret secret;
  struct random random;
  struct load_run run;

  struct plan plan;
  struct ids ids;
  struct due due; /* slots, with how often each had been used then: see tag_of */
  struct load_socket **sockets;
  uint32_t n_sockets, socket_capacity;
  struct net_in *in;
  struct net_out *out;

  uv_loop_t loop;
  uv_signal_t signals[2];
  uv_timer_t progress;
  struct wakeup wakeup;
  uint64_t now_ns, start_ns, first_sent_ns, last_sent_ns;
  uint64_t ended_ns; /* when the last login ended; 0 before */

  struct hist second; /* for the progress line */
  uint64_t sent_before;
};

/* ---- sockets ---- */

static void on_readable(uv_poll_t *poll, int status, int events);

static void keep_socket(struct load *load, struct load_socket *socket) {
  if (load->n_sockets == load->socket_capacity) {
    load->socket_capacity = load->socket_capacity ? 2 * load->socket_capacity : 16;
    load->sockets = memory_grow(load->sockets, load->socket_capacity * sizeof(socket));
  }
  socket->number = load->n_sockets;
  load->sockets[load->n_sockets++] = socket;
  ids_add_socket(&load->ids);
}

/* One more source port, with 256 identifiers. Returns 0 or a negative errno. */
static int open_socket(struct load *load) {
  int fd = net_connect(&load->options.server);
  if (fd < 0) return fd;
  struct load_socket *socket = memory_new(sizeof *socket);
  socket->fd = fd;
  socket->load = load;
  int error = uv_poll_init(&load->loop, &socket->poll, fd);
  if (error) {
    close(fd);
    free(socket);
    return error;
  }
  socket->poll.data = socket;
  keep_socket(load, socket);
  return uv_poll_start(&socket->poll, UV_READABLE, on_readable);
}

static struct slot *take_slot(struct load *load) {
  struct slot *slot = ids_take(&load->ids);
  if (slot) return slot;
  uint64_t most = load->options.n_sockets;
  if (most && load->n_sockets >= most) return NULL;
  if (open_socket(load)) return NULL;
  return ids_take(&load->ids);
}

/* ---- requests ---- */

static uint64_t tag_of(const struct slot *slot) {
  return (uint64_t)slot->number << 32 | slot->use;
}

/* The slot of a tag, or NULL where its login has ended meanwhile. */
static struct slot *slot_of(const struct load *load, uint64_t tag) {
  struct slot *slot = ids_slot(&load->ids, (uint32_t)(tag >> 32));
  return slot->use == (uint32_t)tag && slot->state == SLOT_WAITING ? slot : NULL;
}

/* When something is to be done for a login that has no answer until then. */
static uint64_t next_step_ns(const struct load *load, const struct slot *slot) {
  const struct retransmission *again = &load->options.retransmission;
  uint64_t lost_ns = slot->sent_ns + load->options.timeout_ns;
  uint64_t again_ns = slot->sent_ns + slot->n_sent * again->every_ns;
  return slot->n_sent <= again->times && again_ns < lost_ns ? again_ns : lost_ns;
}

static void transmit(struct load *load, struct slot *slot) {
  struct load_counts *counts = &load->run.counts;
  slot->n_sent++;
  due_add(&load->due, next_step_ns(load, slot), tag_of(slot));
  if (random_chance(&load->random, load->options.lose)) {
    counts->requests_lost++;
    return;
  }
  uint8_t packet[RADMFA_PACKET_SIZE_MAX];
  size_t len = request_build(&load->options.request, slot->login, slot_id(slot),
                             slot->authenticator, load->secret.shared, packet);
  counts->requests_sent++;
  if (slot->n_sent > 1) counts->retransmissions++;
  net_send(load->out, load->sockets[slot_socket(slot)]->fd, (radmfa_span){packet, len}, NULL);
}

static void send_login(struct load *load, uint64_t login, uint64_t due_ns) {
  struct slot *slot = take_slot(load);
  if (!slot) {
    load->run.counts.not_sent++;
    return;
  }
  slot->login = login;
  slot->due_ns = due_ns;
  slot->sent_ns = load->last_sent_ns = uv_hrtime();
  if (!load->first_sent_ns) load->first_sent_ns = slot->sent_ns;
  random_bytes(&load->random, slot->authenticator, sizeof slot->authenticator);
  hist_add(&load->run.behind, slot->sent_ns - due_ns);
  transmit(load, slot);
}

static void send_due_logins(struct load *load) {
  uint64_t due_ns;
  for (unsigned i = 0; i < LOGINS_AT_ONCE && plan_next_due(&load->plan, &due_ns); i++) {
    if (load->start_ns + due_ns > load->now_ns) break;
    send_login(load, load->plan.next, load->start_ns + due_ns);
    plan_advance(&load->plan);
  }
}

static void on_no_answer(struct load *load, struct slot *slot) {
  if (load->now_ns < slot->sent_ns + load->options.timeout_ns) {
    transmit(load, slot);
    return;
  }
  load->run.counts.lost++;
  ids_give_back(&load->ids, slot, SLOT_LOST);
}

static void step_due_slots(struct load *load) {
  uint64_t tag;
  for (unsigned i = 0; i < LOGINS_AT_ONCE && due_pop(&load->due, load->now_ns, &tag); i++) {
    struct slot *slot = slot_of(load, tag);
    if (slot) on_no_answer(load, slot);
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

static void on_answer(struct load *load, struct slot *slot, const radmfa_packet *reply) {
  struct load_run *run = &load->run;
  uint64_t from_due_ns = load->now_ns - slot->due_ns;
  count_verdict(&run->counts, reply->code, load->options.expected);
  if (load->options.request.message_authenticator && !message_authenticator_is_first(reply))
    run->counts.not_signed_first++;
  hist_add(&run->from_due, from_due_ns);
  hist_add(&run->from_sent, load->now_ns - slot->sent_ns);
  hist_add(&load->second, from_due_ns);
  ids_give_back(&load->ids, slot, SLOT_ANSWERED);
}

static void on_reply(struct load *load, struct slot *slots, radmfa_span datagram) {
  struct load_counts *counts = &load->run.counts;
  radmfa_packet reply;
  struct slot *slot;
  counts->replies_received++;
  if (random_chance(&load->random, load->options.lose)) {
    counts->replies_lost++;
    return;
  }
  switch (judge_reply(slots, datagram, load->secret.shared, &reply, &slot)) {
    case JUDGED_ANSWER: on_answer(load, slot, &reply); break;
    case JUDGED_DOUBLED: counts->doubled++; break;
    case JUDGED_LATE: counts->late++; break;
    case JUDGED_FORGED: counts->forged++; break;
    case JUDGED_MALFORMED: counts->malformed++; break;
  }
}

/* ---- the loop ---- */

static bool all_ended(const struct load *load) {
  uint64_t due_ns;
  return !load->ids.n_waiting && !plan_next_due(&load->plan, &due_ns);
}

static uint64_t next_turn_ns(const struct load *load) {
  uint64_t login_ns, slot_ns = due_next_ns(&load->due);
  if (load->ended_ns) return load->ended_ns + LINGER_NS;
  if (!plan_next_due(&load->plan, &login_ns)) return slot_ns;
  login_ns += load->start_ns;
  return login_ns < slot_ns ? login_ns : slot_ns;
}

static void end_turn(struct load *load) {
  net_flush(load->out);
  if (!load->ended_ns && all_ended(load)) load->ended_ns = load->now_ns;
  wakeup_set(&load->wakeup, next_turn_ns(load));
}

static void on_wakeup(void *user) {
  struct load *load = user;
  load->now_ns = uv_hrtime();
  if (load->ended_ns) {
    uv_stop(&load->loop);
    return;
  }
  send_due_logins(load);
  step_due_slots(load);
  end_turn(load);
}

static void receive(struct load *load, struct load_socket *socket) {
  const struct net_datagram *datagrams;
  for (unsigned i = 0; i < BATCHES_AT_ONCE; i++) {
    int n = net_receive(load->in, socket->fd, &datagrams);
    if (n == -ECONNREFUSED) load->run.counts.refused++;
    load->now_ns = uv_hrtime();
    for (int at = 0; at < n; at++)
      on_reply(load, load->ids.sockets[socket->number], datagrams[at].bytes);
    if (n >= 0 && n < (int)NET_BATCH) break;
  }
}

/* libuv stops a handle whose socket has an error to tell, which is "port unreachable" here. */
static void on_readable(uv_poll_t *poll, int status, int events) {
  struct load_socket *socket = poll->data;
  struct load *load = socket->load;
  (void)events;
  receive(load, socket);
  if (status < 0) (void)uv_poll_start(poll, UV_READABLE, on_readable);
  end_turn(load);
}

static void on_signal(uv_signal_t *handle, int number) {
  struct load *load = handle->data;
  (void)number;
  load->run.interrupted = true;
  uv_stop(&load->loop);
}

static void on_progress(uv_timer_t *timer) {
  struct load *load = timer->data;
  uint64_t sent = load->run.behind.count;
  const struct load_progress progress = {.elapsed_ns = uv_hrtime() - load->start_ns,
                                         .pending = load->ids.n_waiting,
                                         .answered = load->run.from_due.count,
                                         .lost = load->run.counts.lost,
                                         .sent_now = sent - load->sent_before,
                                         .from_due = &load->second};
  load_print_progress(stderr, &progress);
  load->sent_before = sent;
  hist_reset(&load->second);
}

static bool shows_progress(const struct load *load) {
  return !load->options.quiet && isatty(STDERR_FILENO);
}

static int start_handles(struct load *load) {
  static const int numbers[] = {SIGINT, SIGTERM};
  int error = uv_timer_init(&load->loop, &load->progress);
  load->progress.data = load;
  if (!error && shows_progress(load))
    error = uv_timer_start(&load->progress, on_progress, PROGRESS_MS, PROGRESS_MS);
  for (size_t i = 0; !error && i < sizeof numbers / sizeof *numbers; i++) {
    error = uv_signal_init(&load->loop, &load->signals[i]);
    load->signals[i].data = load;
    if (!error) error = uv_signal_start(&load->signals[i], on_signal, numbers[i]);
  }
  if (!error) error = wakeup_init(&load->wakeup, &load->loop, on_wakeup, load);
  return error ? error : open_socket(load); /* a server out of reach is told before the start */
}

/* Those that were started. */
static void close_handle(uv_handle_t *handle) {
  if (handle->loop) uv_close(handle, NULL);
}

static void close_handles(struct load *load) {
  for (uint32_t i = 0; i < load->n_sockets; i++)
    close_handle((uv_handle_t *)&load->sockets[i]->poll);
  for (size_t i = 0; i < 2; i++) close_handle((uv_handle_t *)&load->signals[i]);
  close_handle((uv_handle_t *)&load->progress);
  wakeup_close(&load->wakeup);
  uv_run(&load->loop, UV_RUN_DEFAULT);
}

/* ---- start and end ---- */

static void finish_counts(struct load *load) {
  struct load_counts *counts = &load->run.counts;
  uint64_t end_ns = load->ended_ns ? load->ended_ns : uv_hrtime();
  load->run.ran_ns = end_ns - load->start_ns;
  load->run.sending_ns = load->last_sent_ns - load->first_sent_ns;
  counts->planned = load->plan.n_logins;
  counts->unfinished = counts->planned - counts->ok - counts->rejected - counts->challenged -
                       counts->wrong_verdict - counts->lost - counts->not_sent;
  counts->refused += net_refused(load->out);
  counts->not_taken = net_not_taken(load->out);
  counts->sockets = load->n_sockets;
  counts->most_pending = load->ids.most_waiting;
  for (uint32_t i = 0; i < load->n_sockets; i++)
    counts->dropped_by_kernel += net_dropped(load->sockets[i]->fd);
}

static void cleanup(struct load *load) {
  for (uint32_t i = 0; i < load->n_sockets; i++) {
    close(load->sockets[i]->fd);
    free(load->sockets[i]);
  }
  free(load->sockets);
  ids_cleanup(&load->ids);
  due_cleanup(&load->due);
  net_in_free(load->in);
  net_out_free(load->out);
}

/* Returns 0, or a negative error of libuv or the system. */
static int run_plan(struct load *load) {
  int error = uv_loop_init(&load->loop);
  if (!error) error = start_handles(load);
  if (!error) {
    load->start_ns = uv_hrtime();
    wakeup_set(&load->wakeup, load->start_ns);
    uv_run(&load->loop, UV_RUN_DEFAULT);
    if (shows_progress(load)) load_print_progress(stderr, NULL);
    finish_counts(load);
  }
  close_handles(load);
  (void)uv_loop_close(&load->loop);
  return error;
}

static bool report(const struct load *load, FILE *json_file, int argc, char **argv) {
  struct json json;
  if (!load->options.quiet) load_print(stdout, &load->run, &load->options);
  if (!json_file) return true;
  report_begin_json(&json, json_file, "load", argc, argv);
  load_put_json(&json, &load->run, &load->options);
  report_json_cost(&json);
  return report_end_json(&json, load_command.name, stderr);
}

static int run(struct load *load, int argc, char **argv) {
  const char *name = load_command.name, *path = load->options.json;
  char address[RADMFA_ADDRESS_TEXT_SIZE];
  FILE *json = path ? report_open_json(path, name, stderr) : NULL;
  if (path && !json) return 1;
  random_seed(&load->random, load->options.seed);
  plan_init(&load->plan, load->options.per_second, load->options.n_logins);
  load->in = net_in_new();
  load->out = net_out_new();
  net_raise_limit();
  int error = run_plan(load);
  bool reported = false;
  if (error) {
    fprintf(stderr, "%s: %s: %s\n", name, radmfa_address_format(&load->options.server, address),
            uv_strerror(error));
    if (json) fclose(json);
  } else {
    reported = report(load, json, argc, argv);
  }
  cleanup(load);
  return reported && load_is_as_expected(&load->run, &load->options) ? 0 : 1;
}

int load_main(int argc, char **argv) {
  struct load *load = memory_new(sizeof *load);
  int status = 2;
  enum args_result result = load_options_read(argc, argv, &load->options, stdout, stderr);
  if (result == ARGS_HELP) {
    status = 0;
  } else if (result == ARGS_OK &&
             secret_open(&load->secret, &load->options.secret, load_command.name, stderr)) {
    status = run(load, argc, argv);
    secret_close(&load->secret);
  }
  free(load);
  return status;
}
