#include "upstream.h"

#include "asked.h"
#include "due.h"
#include "memory.h"
#include "net.h"
#include "tally.h"
#include "unsigned.h"
#include "upstream_options.h"
#include "upstream_report.h"
#include "values.h"
#include "wakeup.h"

#include <radmfa/auth.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BATCHES_AT_ONCE 16u /* then what is due gets its turn */
#define DUE_AT_ONCE 1024u   /* then requests get theirs */
#define HELD_BACK_NS (20 * (uint64_t)NS_PER_MS)

struct upstream {
  struct upstream_options options;
  struct secret secret;
  struct random random;
  struct upstream_run run;

  uv_loop_t loop;
  uv_poll_t poll;
  uv_signal_t signals[2];
  struct wakeup wakeup;
  int fd;
  struct net_in *in;
  struct net_out *out;

  struct due due; /* each asked: when to answer it, later when to forget it */
  struct table asked;
  struct tally logins, ports;
  uint64_t now_ns, started_ns, first_ns; /* first_ns: of the first request, 0 before it */
};

/* ---- replies ---- */

static bool stands_still(const struct upstream *upstream) {
  const struct upstream_options *options = &upstream->options;
  if (!options->stop_for_ns || !upstream->first_ns) return false;
  uint64_t since_ns = upstream->now_ns - upstream->first_ns;
  return since_ns >= options->stop_after_ns &&
         since_ns < options->stop_after_ns + options->stop_for_ns;
}

static void send_datagram(struct upstream *upstream, const uint8_t *bytes, size_t len,
                          const radmfa_address *peer) {
  upstream->run.counts.sent++;
  net_send(upstream->out, upstream->fd, (radmfa_span){bytes, len}, peer);
}

/* With what may go wrong on its way. */
static void send_reply(struct upstream *upstream, const struct asked *asked) {
  struct upstream_counts *counts = &upstream->run.counts;
  const struct faults *faults = &upstream->options.faults;
  uint8_t reply[RADMFA_PACKET_SIZE_MAX];
  size_t len = asked->reply_len;
  memcpy(reply, asked->reply, len);
  switch (faults_draw(faults, &upstream->random)) {
    case FAULT_LOST: counts->lost++; return;
    case FAULT_FORGED:
      fault_forge(reply);
      counts->forged++;
      break;
    case FAULT_TRUNCATED:
      len = fault_truncated_len(len, &upstream->random);
      counts->truncated++;
      break;
    case FAULT_NONE:
    default: break;
  }
  send_datagram(upstream, reply, len, &asked->peer);
  if (!random_chance(&upstream->random, faults->twice)) return;
  counts->doubled++;
  send_datagram(upstream, reply, len, &asked->peer);
}

static void add_due(struct upstream *upstream, struct asked *asked, uint64_t after_ns) {
  due_add(&upstream->due, upstream->now_ns + after_ns, (uintptr_t)asked);
}

static void answer_due(struct upstream *upstream, struct asked *asked) {
  if (!asked->held_back && random_chance(&upstream->random, upstream->options.faults.hold_back)) {
    asked->held_back = true;
    upstream->run.counts.held_back++;
    uint64_t more_ns = (uint64_t)(random_unit(&upstream->random) * HELD_BACK_NS);
    add_due(upstream, asked, more_ns);
    return;
  }
  asked->answered = true;
  upstream->run.counts.pending--;
  if (stands_still(upstream))
    upstream->run.counts.lost_while_stopped++;
  else
    send_reply(upstream, asked);
  add_due(upstream, asked, upstream->options.remember_ns);
}

/* ---- requests ---- */

static void count_answer(struct upstream_counts *counts, uint8_t code) {
  counts->answers++;
  if (code == RADMFA_ACCESS_ACCEPT) counts->accepts++;
  if (code == RADMFA_ACCESS_REJECT) counts->rejects++;
  if (code == RADMFA_ACCESS_CHALLENGE) counts->challenges++;
}

/* The second request of a challenged login is no second request for the same thing. */
static void count_login(struct upstream *upstream, const radmfa_packet *request) {
  radmfa_span name = {0}, state;
  if (radmfa_packet_find(request, RADMFA_ATTR_STATE, &state)) return;
  (void)radmfa_packet_find(request, RADMFA_ATTR_USER_NAME, &name);
  tally_add(&upstream->logins, hash_of(0, name.ptr, name.len));
}

static void on_new_request(struct upstream *upstream, const radmfa_packet *request,
                           const radmfa_address *peer) {
  struct upstream_counts *counts = &upstream->run.counts;
  uint8_t reply[RADMFA_PACKET_SIZE_MAX];
  bool bad_password;
  counts->distinct++;
  count_login(upstream, request);
  uint8_t code =
      answer_code(&upstream->options.answer, request, upstream->secret.shared, &bad_password);
  counts->bad_passwords += bad_password;
  size_t len = answer_build(&upstream->options.answer, request, code, &upstream->secret, reply);
  if (!len) {
    counts->too_big++;
    return;
  }
  count_answer(counts, code);
  struct asked *asked = asked_add(&upstream->asked, peer, request, (radmfa_span){reply, len});
  if (++counts->pending > counts->most_pending) counts->most_pending = counts->pending;
  uint64_t delay_ns = delay_draw(&upstream->options.delay, &upstream->random);
  if (delay_ns)
    add_due(upstream, asked, delay_ns);
  else
    answer_due(upstream, asked);
}

static void on_retransmission(struct upstream *upstream, const struct asked *asked) {
  struct upstream_counts *counts = &upstream->run.counts;
  counts->retransmissions++;
  if (!asked->answered || upstream->options.drop_duplicates) {
    counts->ignored++;
    return;
  }
  counts->answered_again++;
  send_reply(upstream, asked);
}

static void on_access_request(struct upstream *upstream, const radmfa_packet *request,
                              const radmfa_address *peer) {
  struct upstream_counts *counts = &upstream->run.counts;
  if (!request->message_authenticator_at)
    counts->message_authenticator_missing++;
  else if (message_authenticator_is_first(request))
    counts->message_authenticator_first++;
  else
    counts->message_authenticator_later++;
  tally_add(&upstream->ports, asked_hash_peer(peer));
  struct asked *asked = asked_find(&upstream->asked, peer, request);
  if (asked)
    on_retransmission(upstream, asked);
  else
    on_new_request(upstream, request, peer);
}

/* RFC 5997: answered at once, whatever the logins wait for. */
static void on_status_server(struct upstream *upstream, const radmfa_packet *request,
                             const radmfa_address *peer) {
  uint8_t reply[RADMFA_PACKET_SIZE_MAX];
  upstream->run.counts.status_server++;
  if (!upstream->options.status_server) return;
  size_t len = answer_build(&upstream->options.answer, request, RADMFA_ACCESS_ACCEPT,
                            &upstream->secret, reply);
  if (len) send_datagram(upstream, reply, len, peer);
}

static void on_packet(struct upstream *upstream, const radmfa_packet *request,
                      const radmfa_address *peer) {
  struct upstream_counts *counts = &upstream->run.counts;
  bool is_status = request->code == RADMFA_STATUS_SERVER;
  if (!is_status && request->code != RADMFA_ACCESS_REQUEST)
    counts->unexpected++;
  else if (radmfa_verify_request(request, upstream->secret.shared, false))
    counts->bad_message_authenticator++;
  else if (is_status)
    on_status_server(upstream, request, peer);
  else
    on_access_request(upstream, request, peer);
}

static void on_datagram(struct upstream *upstream, const struct net_datagram *datagram) {
  struct upstream_counts *counts = &upstream->run.counts;
  radmfa_packet request;
  counts->received++;
  if (!upstream->first_ns) upstream->first_ns = upstream->now_ns;
  if (stands_still(upstream))
    counts->requests_while_stopped++;
  else if (random_chance(&upstream->random, upstream->options.lose_requests))
    counts->requests_lost++;
  else if (radmfa_packet_parse(datagram->bytes, &request))
    counts->malformed++;
  else
    on_packet(upstream, &request, &datagram->peer);
}

/* ---- the loop ---- */

static void end_turn(struct upstream *upstream) {
  net_flush(upstream->out);
  wakeup_set(&upstream->wakeup, due_next_ns(&upstream->due));
}

static void on_readable(uv_poll_t *poll, int status, int events) {
  struct upstream *upstream = poll->data;
  const struct net_datagram *datagrams;
  (void)status;
  (void)events;
  for (unsigned i = 0; i < BATCHES_AT_ONCE; i++) {
    int n = net_receive(upstream->in, upstream->fd, &datagrams);
    if (n <= 0) break;
    upstream->now_ns = uv_hrtime();
    for (int at = 0; at < n; at++) on_datagram(upstream, &datagrams[at]);
  }
  end_turn(upstream);
}

static void on_wakeup(void *user) {
  struct upstream *upstream = user;
  uint64_t what;
  upstream->now_ns = uv_hrtime();
  for (unsigned i = 0; i < DUE_AT_ONCE && due_pop(&upstream->due, upstream->now_ns, &what); i++) {
    struct asked *asked = (struct asked *)(uintptr_t)what;
    if (asked->answered)
      asked_forget(&upstream->asked, asked);
    else
      answer_due(upstream, asked);
  }
  end_turn(upstream);
}

static void on_signal(uv_signal_t *handle, int number) {
  (void)number;
  uv_stop(handle->loop);
}

static int start_handles(struct upstream *upstream) {
  static const int numbers[] = {SIGINT, SIGTERM};
  int error = uv_poll_init(&upstream->loop, &upstream->poll, upstream->fd);
  if (error) return error;
  upstream->poll.data = upstream;
  error = uv_poll_start(&upstream->poll, UV_READABLE, on_readable);
  for (size_t i = 0; !error && i < sizeof numbers / sizeof *numbers; i++) {
    error = uv_signal_init(&upstream->loop, &upstream->signals[i]);
    if (!error) error = uv_signal_start(&upstream->signals[i], on_signal, numbers[i]);
  }
  return error ? error : wakeup_init(&upstream->wakeup, &upstream->loop, on_wakeup, upstream);
}

/* Those that were started. */
static void close_handle(uv_handle_t *handle) {
  if (handle->loop) uv_close(handle, NULL);
}

static void close_handles(struct upstream *upstream) {
  close_handle((uv_handle_t *)&upstream->poll);
  for (size_t i = 0; i < 2; i++) close_handle((uv_handle_t *)&upstream->signals[i]);
  wakeup_close(&upstream->wakeup);
  uv_run(&upstream->loop, UV_RUN_DEFAULT);
}

/* ---- start and end ---- */

static void finish_counts(struct upstream *upstream) {
  struct upstream_counts *counts = &upstream->run.counts;
  upstream->run.seed = upstream->options.seed;
  upstream->run.ran_ns = uv_hrtime() - upstream->started_ns;
  counts->logins = upstream->logins.n_seen;
  counts->logins_repeated = upstream->logins.n_repeated;
  counts->most_requests = upstream->logins.most;
  counts->source_ports = upstream->ports.n_seen;
  counts->not_taken = net_not_taken(upstream->out);
  counts->dropped_by_kernel = net_dropped(upstream->fd);
}

static void init(struct upstream *upstream) {
  random_seed(&upstream->random, upstream->options.seed);
  upstream->in = net_in_new();
  upstream->out = net_out_new();
  table_init(&upstream->asked);
  tally_init(&upstream->logins);
  tally_init(&upstream->ports);
  upstream->started_ns = uv_hrtime();
}

static void cleanup(struct upstream *upstream) {
  net_in_free(upstream->in);
  net_out_free(upstream->out);
  table_cleanup(&upstream->asked, asked_free);
  tally_cleanup(&upstream->logins);
  tally_cleanup(&upstream->ports);
  due_cleanup(&upstream->due);
  close(upstream->fd);
}

/* Returns 0 or a libuv error. */
static int serve(struct upstream *upstream) {
  char address[RADMFA_ADDRESS_TEXT_SIZE];
  int error = uv_loop_init(&upstream->loop);
  if (!error) error = start_handles(upstream);
  if (!error) {
    printf("listening on %s\n", radmfa_address_format(&upstream->run.bound, address));
    fflush(stdout);
    uv_run(&upstream->loop, UV_RUN_DEFAULT);
    finish_counts(upstream);
  }
  close_handles(upstream);
  (void)uv_loop_close(&upstream->loop);
  return error;
}

static bool report(const struct upstream_run *run, FILE *json_file, int argc, char **argv) {
  struct json json;
  putchar('\n');
  upstream_print(stdout, run);
  if (!json_file) return true;
  report_begin_json(&json, json_file, "upstream", argc, argv);
  upstream_put_json(&json, run);
  report_json_cost(&json);
  return report_end_json(&json, upstream_command.name, stderr);
}

static int run(struct upstream *upstream, int argc, char **argv) {
  const char *name = upstream_command.name, *path = upstream->options.json;
  char address[RADMFA_ADDRESS_TEXT_SIZE];
  FILE *json = path ? report_open("--json", path, name, stderr) : NULL;
  if (path && !json) return 1;
  upstream->fd = net_listen(&upstream->options.listen, &upstream->run.bound);
  if (upstream->fd < 0) {
    fprintf(stderr, "%s: %s: %s\n", name, radmfa_address_format(&upstream->options.listen, address),
            strerror(-upstream->fd));
    if (json) fclose(json);
    return 1;
  }
  init(upstream);
  int error = serve(upstream);
  if (error) fprintf(stderr, "%s: %s\n", name, uv_strerror(error));
  bool reported = !error && report(&upstream->run, json, argc, argv);
  cleanup(upstream);
  return reported ? 0 : 1;
}

int upstream_main(int argc, char **argv) {
  struct upstream *upstream = memory_new(sizeof *upstream);
  int status = 2;
  enum args_result result = upstream_options_read(argc, argv, &upstream->options, stdout, stderr);
  if (result == ARGS_HELP) {
    status = 0;
  } else if (result == ARGS_OK && secret_open(&upstream->secret, &upstream->options.secret,
                                              upstream_command.name, stderr)) {
    status = run(upstream, argc, argv);
    secret_close(&upstream->secret);
  }
  free(upstream);
  return status;
}
