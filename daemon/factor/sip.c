/* sip.c: the stack's thread: it starts, does what it is told, and ends in order.
 *
 * What a reader must know of sofia-sip 1.12.11 (Debian 12), all of it seen in runs or its
 * source:
 *
 * - Its TLS is not used; sip_relay.c does that. It verifies chain, date and DNS name, but tells
 *   nobody when that fails: a call then ends after 32 s with 408. It knows no certificate with an
 *   IP address, no SNI, and never frees an SSL object, so that each connection leaks.
 * - Its look-ups are not used; sip_paths.c does that. A name out of /etc/hosts is "503 DNS
 * Error". - Its user agent (nua) is not used, but its transactions and dialogs (nta). nua
 * follows 302 and
 *   Retry-After by itself, knows digest with MD5 only and no password with a colon, and ends a call
 *   by anybody's BYE.
 * - A second 200 of a forked INVITE is hung up by nta itself: once, without sending the BYE
 * again, and
 *   to its Contact. sip_calls.c does it where nta does not.
 * - A call that rings does not end with its connection where that ends in order: the answer may
 *   come over another one. Over TLS it cannot, so the relay resets.
 * - Its timers go by the clock of the day: a step of it ends or prolongs transactions. The
 * limits
 *   that a login relies on are ours, by the monotonic clock.
 * - It says things on stderr; here it says nothing. */
#include "../thread.h"
#include "media_socket.h"
#include "sip_local.h"
#include "sip_queue.h"
#include "sip_stack.h"

#include <errno.h>
#include <radmfa/error.h>
#include <sodium.h>
#include <sofia-sip/nta_stateless.h>
#include <sofia-sip/su_log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#define TICK_MS 100
#define NAME_PATIENCE_MS 3000u /* for the first trunk's, to find our own address */

/* ---- events and requests that belong to no call ---- */

void sip_tell(struct sip *sip, const struct sip_event *event) {
  sip->on_event(event, sip->user);
}

static int status_for(const sip_t *message) {
  switch (message->sip_request->rq_method) {
    case sip_method_options: return 200;
    case sip_method_invite: return message->sip_to->a_tag ? 481 : 486;
    case sip_method_bye:
    case sip_method_info:
    case sip_method_update:
    case sip_method_cancel: return 481;
    default: return 405;
  }
}

/* Nothing of it is kept, for anybody may send it, as much as he likes, and give the trunk's address
 * for his; who is no trunk does not even hear that we are here. */
static int on_stray(struct sip *sip, nta_agent_t *agent, msg_t *message, sip_t *parts) {
  const sip_request_t *request = parts->sip_request;
  if (!request || request->rq_method == sip_method_ack || !sip_is_of_trunk(sip, message)) {
    nta_msg_discard(agent, message);
    return 0;
  }
  int status = status_for(parts);
  return nta_msg_treply(agent, message, status, sip_status_phrase(status),
                        SIPTAG_ALLOW_STR(SIP_METHODS),
                        TAG_IF(status == 200, SIPTAG_ACCEPT_STR("application/sdp")), TAG_END());
}

/* ---- the transports ---- */

static nta_agent_t *agent_new(struct sip *sip, const char *url) {
  return nta_agent_create(sip->stack.root, URL_STRING_MAKE(url), on_stray, sip, NTATAG_STATELESS(1),
                          NTATAG_UA(1), NTATAG_MERGE_482(1), NTATAG_PASS_100(1),
                          NTATAG_TIMEOUT_408(1), NTATAG_CLIENT_RPORT(1), NTATAG_UDP_MTU(65535),
                          NTATAG_MAXSIZE(65536), TAG_END());
}

/* "sip:10.0.0.7:5060;transport=udp"; port 0: any. `more` is a parameter. */
static void url_of(const radmfa_address *local, const char *more, const char *transport,
                   char out[SIP_URI_SIZE]) {
  char text[RADMFA_ADDRESS_TEXT_SIZE], port[8] = "*";
  (void)radmfa_address_format(local, text);
  *strrchr(text, ':') = '\0';
  if (local->port) (void)snprintf(port, sizeof port, "%u", local->port);
  (void)snprintf(out, SIP_URI_SIZE, "sip:%s:%s%s;transport=%s", text, port, more, transport);
}

static uint16_t port_of(const nta_agent_t *agent) {
  const sip_via_t *via = nta_agent_via(agent);
  return via && via->v_port ? (uint16_t)strtoul(via->v_port, NULL, 10) : 5060;
}

static bool uses(const struct sip *sip, enum sip_transport transport) {
  for (size_t i = 0; i < sip->stack.n_lines; i++)
    if (sip->stack.lines[i].next.transport == transport) return true;
  return false;
}

/* UDP and TCP share a port. */
static bool open_plain(struct sip *sip) {
  char url[SIP_URI_SIZE];
  bool has_udp = uses(sip, SIP_UDP), has_tcp = uses(sip, SIP_TCP);
  if (!has_udp && !has_tcp) return true;
  url_of(&sip->local, "", has_udp ? "udp" : "tcp", url);
  sip->stack.plain = agent_new(sip, url);
  if (!sip->stack.plain) return false;
  sip->local.port = port_of(sip->stack.plain);
  if (!has_udp || !has_tcp) return true;
  url_of(&sip->local, "", "tcp", url);
  return nta_agent_add_tport(sip->stack.plain, URL_STRING_MAKE(url), TAG_END()) == 0;
}

/* What it says of itself is our address; what it is bound to is where only the relay is. Everything
 * goes to the relay, also what sofia sends by itself. */
static bool open_relayed(struct sip *sip, struct sip_line *line) {
  char url[SIP_URI_SIZE], next[SIP_URI_SIZE];
  radmfa_address any = sip->local;
  any.port = 0;
  url_of(&any, ";maddr=127.0.0.1", "tcp", url);
  if (sip_line_next(line, next) != SIP_PATH_READY) return false;
  line->agent = agent_new(sip, url);
  if (!line->agent) return false;
  if (!sip->local.port) sip->local.port = port_of(line->agent);
  return nta_agent_set_params(line->agent, NTATAG_DEFAULT_PROXY(next), TAG_END()) >= 0;
}

static void set_contact(struct sip *sip, struct sip_line *line) {
  char uri[SIP_URI_SIZE], local[SIP_URI_SIZE];
  radmfa_address address = sip->local;
  if (line->next.transport == SIP_TLS) address.port = port_of(line->agent);
  url_of(&address, "", sip_text_transport(line->next.transport), local);
  (void)snprintf(uri, sizeof uri, "sip:%s@%.400s", sip->options.from, local + strlen("sip:"));
  (void)snprintf(line->contact, sizeof line->contact, "<%.500s>", uri);
}

/* False with errno. */
static bool open_transports(struct sip *sip) {
  if (!open_plain(sip)) return false;
  for (size_t i = 0; i < sip->stack.n_lines; i++) {
    struct sip_line *line = &sip->stack.lines[i];
    if (line->next.transport == SIP_TLS) {
      if (!open_relayed(sip, line)) return false;
    } else {
      line->agent = sip->stack.plain;
    }
    set_contact(sip, line);
    if (line->registers && !sip_registrar_start(line)) return false;
  }
  return true;
}

static void close_transports(struct sip *sip) {
  for (size_t i = 0; i < sip->stack.n_lines; i++) {
    struct sip_line *line = &sip->stack.lines[i];
    sip_registrar_free(line);
    if (line->agent != sip->stack.plain) nta_agent_destroy(line->agent);
    line->agent = NULL;
  }
  nta_agent_destroy(sip->stack.plain);
}

/* ---- the thread ---- */

static void do_command(struct sip *sip, const struct sip_command *command) {
  const struct sip_call *call = &command->call;
  switch (command->kind) {
    case SIP_DO_CALL: sip_calls_place(sip, call); break;
    case SIP_DO_HANG_UP: sip_calls_hang_up(sip, call->call); break;
    case SIP_DO_ACCEPT_OFFER: sip_calls_answer_offer(sip, call->call, call->sdp, true); break;
    case SIP_DO_REFUSE_OFFER: sip_calls_answer_offer(sip, call->call, call->sdp, false); break;
    case SIP_DO_PROBE: sip_probe_start(sip, call->trunk); break;
    case SIP_DO_END:
      sip->stack.is_ending = true;
      sip->stack.end_by_ms = thread_now_ms() + SIP_END_MS;
      sip_calls_hang_up_all(sip);
      for (size_t i = 0; i < sip->stack.n_lines; i++) sip_registrar_leave(&sip->stack.lines[i]);
      break;
  }
}

static int on_commands(struct sip *magic, su_wait_t *wait, struct sip *sip) {
  struct sip_command *command = sip_queue_take(sip->queue);
  (void)magic;
  (void)wait;
  while (command) {
    struct sip_command *next = command->next;
    do_command(sip, command);
    sip_command_free(command);
    command = next;
  }
  return 0;
}

static bool has_ended(const struct sip *sip, uint64_t now_ms) {
  if (!sip->stack.is_ending) return false;
  if (now_ms >= sip->stack.end_by_ms) return true;
  for (size_t i = 0; i < sip->stack.n_lines; i++)
    if (!sip_registrar_is_idle(&sip->stack.lines[i])) return false;
  return !sip->stack.calls;
}

static void run_until_ended(struct sip *sip) {
  uint64_t now_ms = thread_now_ms(), tick_ms = 0;
  while (!has_ended(sip, now_ms)) {
    (void)su_root_step(sip->stack.root, TICK_MS);
    now_ms = thread_now_ms();
    if (now_ms - tick_ms < TICK_MS && !sip->stack.is_ending) continue;
    tick_ms = now_ms;
    sip_calls_tick(sip, now_ms);
    sip_probes_tick(sip, now_ms);
    for (size_t i = 0; i < sip->stack.n_lines; i++)
      sip_registrar_tick(&sip->stack.lines[i], now_ms);
  }
}

static void say_started(struct sip *sip, int error) {
  pthread_mutex_lock(&sip->lock);
  sip->has_started = true;
  sip->error = error;
  pthread_cond_broadcast(&sip->changed);
  pthread_mutex_unlock(&sip->lock);
}

static bool listen_to_queue(struct sip *sip) {
  su_wait_t wait[1] = {SU_WAIT_INIT};
  if (su_wait_create(wait, sip_queue_fd(sip->queue), SU_WAIT_IN) < 0) return false;
  return su_root_register(sip->stack.root, wait, on_commands, sip, 0) >= 0;
}

static void *run(void *arg) {
  struct sip *sip = arg;
  int error = RADMFA_E_NO_MEMORY;
  sip->stack.root = su_root_create(NULL);
  if (sip->stack.root) {
    errno = 0;
    bool is_open = open_transports(sip) && listen_to_queue(sip);
    error = is_open ? 0 : errno ? uv_translate_sys_error(errno) : RADMFA_E_NO_MEMORY;
  }
  say_started(sip, error);
  if (!error) run_until_ended(sip);
  sip_calls_drop_all(sip);
  sip_probes_drop_all(sip);
  close_transports(sip);
  if (sip->stack.root) su_root_destroy(sip->stack.root);
  return NULL;
}

/* ---- life ---- */

static void say_nothing(void *stream, const char *format, va_list args) {
  (void)stream;
  (void)format;
  (void)args;
}

static void init_library(void) {
  (void)su_init();
  su_log_redirect(NULL, say_nothing, NULL);
}

static void free_lines(struct sip *sip) {
  for (size_t i = 0; i < SIP_TRUNKS_MAX; i++) {
    struct sip_line *line = &sip->stack.lines[i];
    if (line->password) sodium_memzero(line->password, line->password_len);
    free(line->password);
    free(line->user);
  }
}

static void destroy(struct sip *sip) {
  sip_paths_free(sip->paths);
  sip_queue_free(sip->queue);
  free_lines(sip);
  pthread_cond_destroy(&sip->changed);
  pthread_mutex_destroy(&sip->lock);
  free(sip);
}

static int copy_secrets(struct sip_line *line, const struct sip_trunk *trunk) {
  if (!trunk->user) return 0;
  line->user = strdup(trunk->user);
  line->password = calloc(1, trunk->password.len + 1);
  if (!line->user || !line->password) return RADMFA_E_NO_MEMORY;
  if (trunk->password.len) memcpy(line->password, trunk->password.ptr, trunk->password.len);
  line->password_len = trunk->password.len;
  return 0;
}

static int copy_trunk(struct sip *sip, size_t at, const struct sip_trunk *trunk) {
  struct sip_line *line = &sip->stack.lines[at];
  char uri[SIP_URI_SIZE];
  line->sip = sip;
  line->at = at;
  line->registers = trunk->registers;
  if (!sip_text_target(trunk->uri, &line->target)) return RADMFA_E_INVALID;
  line->next = line->target;
  if (trunk->proxy && !sip_text_target(trunk->proxy, &line->next)) return RADMFA_E_INVALID;
  (void)sip_text_host_port(&line->target, line->host_port);
  (void)snprintf(uri, sizeof uri, "sip:%s@%.400s", sip->options.from, line->host_port);
  (void)sip_text_name_address(sip->options.display_name, uri, line->from);
  if (trunk->proxy) {
    (void)sip_text_host_port(&line->next, uri);
    (void)snprintf(line->route, sizeof line->route, "<sip:%.400s;transport=%s;lr>", uri,
                   sip_text_transport(line->next.transport));
  }
  return copy_secrets(line, trunk);
}

static int copy_options(struct sip *sip, const struct sip_options *options) {
  int error = 0;
  if (options->n_trunks == 0 || options->n_trunks > SIP_TRUNKS_MAX) return RADMFA_E_INVALID;
  if (!sip_text_is_number(options->from)) return RADMFA_E_INVALID;
  sip->options = *options;
  sip->on_event = options->on_event;
  sip->user = options->user;
  sip->local = options->local;
  sip->stack.n_lines = options->n_trunks;
  for (size_t i = 0; i < options->n_trunks && !error; i++) {
    error = copy_trunk(sip, i, &options->trunks[i]);
    sip->nexts[i] = sip->stack.lines[i].next;
  }
  if (options->asserts_identity)
    (void)snprintf(sip->stack.identity, sizeof sip->stack.identity,
                   "P-Asserted-Identity: <sip:%s@%.400s>", options->from,
                   sip->stack.lines[0].host_port);
  return error;
}

static void on_paths_changed(void *user) {
  struct sip *sip = user;
  pthread_mutex_lock(&sip->lock);
  pthread_cond_broadcast(&sip->changed);
  pthread_mutex_unlock(&sip->lock);
}

/* The first trunk's; where its name is not known, any address that is far away. */
static radmfa_address far_address(struct sip *sip) {
  radmfa_address far;
  uint64_t until_ms = thread_now_ms() + NAME_PATIENCE_MS;
  enum sip_path_state state;
  pthread_mutex_lock(&sip->lock);
  while ((state = sip_paths_address(sip->paths, 0, &far)) == SIP_PATH_PENDING &&
         thread_now_ms() < until_ms)
    thread_wait_until(&sip->changed, &sip->lock, until_ms);
  pthread_mutex_unlock(&sip->lock);
  if (state != SIP_PATH_READY && radmfa_address_parse("192.0.2.1:5060", &far))
    far = (radmfa_address){0};
  return far;
}

static void find_local(struct sip *sip) {
  uint16_t port = sip->local.port;
  if (!sip_local_is_unset(&sip->local)) return;
  static const radmfa_address loopback = {.ip = {[10] = 0xff, [11] = 0xff, 127, 0, 0, 1}};
  radmfa_address far = far_address(sip);
  if (!sip_local_toward(&far, &sip->local)) sip->local = loopback;
  sip->local.port = port;
}

/* Of an address that is none of ours sofia-sip only says that something was bad. */
static int check_local(const struct sip *sip) {
  radmfa_address local = sip->local;
  int fd;
  local.port = 0;
  int error = media_socket_open(&local, &fd);
  if (!error) (void)close(fd);
  return error;
}

static int start_thread(struct sip *sip) {
  if (!thread_start(&sip->thread, "sip", run, sip)) return UV_EAGAIN;
  pthread_mutex_lock(&sip->lock);
  while (!sip->has_started) pthread_cond_wait(&sip->changed, &sip->lock);
  int error = sip->error;
  pthread_mutex_unlock(&sip->lock);
  if (error) pthread_join(sip->thread, NULL);
  return error;
}

static int start(struct sip *sip, const struct sip_options *options) {
  struct sip_paths_options paths = {.targets = sip->nexts,
                                    .n_targets = options->n_trunks,
                                    .ca_file = options->ca_file,
                                    .changed = on_paths_changed,
                                    .user = sip};
  sip->queue = sip_queue_new();
  if (!sip->queue) return RADMFA_E_NO_MEMORY;
  int error = sip_paths_new(&paths, &sip->paths);
  if (error) return error;
  find_local(sip);
  error = check_local(sip);
  return error ? error : start_thread(sip);
}

int sip_new(const struct sip_options *options, struct sip **out_sip) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  struct sip *sip = calloc(1, sizeof *sip);
  if (!sip) return RADMFA_E_NO_MEMORY;
  pthread_once(&once, init_library);
  pthread_mutex_init(&sip->lock, NULL);
  (void)thread_wait_init(&sip->changed);
  int error = copy_options(sip, options);
  if (!error) error = start(sip, options);
  if (error)
    destroy(sip);
  else
    *out_sip = sip;
  return error;
}

/* It must be heard: the small piece of memory that this takes is asked for until it is there. */
void sip_free(struct sip *sip) {
  static const struct sip_call nothing;
  if (!sip) return;
  while (!sip_queue_push(sip->queue, SIP_DO_END, &nothing)) (void)usleep(10000);
  pthread_join(sip->thread, NULL);
  destroy(sip);
}

void sip_local(const struct sip *sip, radmfa_address *out_local) {
  *out_local = sip->local;
}

/* ---- commands ---- */

bool sip_call(struct sip *sip, const struct sip_call *call) {
  return sip_queue_push(sip->queue, SIP_DO_CALL, call);
}

bool sip_hang_up(struct sip *sip, uint64_t call) {
  return sip_queue_push(sip->queue, SIP_DO_HANG_UP, &(struct sip_call){.call = call});
}

bool sip_accept_offer(struct sip *sip, uint64_t call, radmfa_span sdp) {
  return sip_queue_push(sip->queue, SIP_DO_ACCEPT_OFFER,
                        &(struct sip_call){.call = call, .sdp = sdp});
}

bool sip_refuse_offer(struct sip *sip, uint64_t call) {
  return sip_queue_push(sip->queue, SIP_DO_REFUSE_OFFER, &(struct sip_call){.call = call});
}

bool sip_probe(struct sip *sip, size_t trunk) {
  return sip_queue_push(sip->queue, SIP_DO_PROBE, &(struct sip_call){.trunk = trunk});
}
