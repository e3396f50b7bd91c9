/* log.c: rings of formatted lines, so that threads do not wait for each other, and the thread that
 * writes them. */
#include "log.h"

#include "drops.h"
#include "factor/call_event.h"
#include "logline.h"
#include "primary/ldap.h"
#include "primary/ldap_error.h"
#include "ring.h"
#include "thread.h"
#include "user_event.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RINGS 16u /* threads beyond so many share one */
/* Lines may wait so long for others, or until there are so many octets: one write, one waking, for
 * all of them, and they are still in the CPU's cache. */
#define GATHER_MS 10u
#define GATHER_MAX (128u << 10)
#define FREE_PATIENCE_MS 2000u
#define POLL_MS \
  100 /* how often a writer that waits for its reader looks whether it is told to stop */

struct log {
  int fd;
  size_t write_max; /* octets that a ready fd takes without making the writer wait */
  atomic_int format;
  atomic_int level;
  atomic_uint_fast64_t lost;

  pthread_t writer;
  pthread_mutex_t wake_lock; /* the next three */
  pthread_cond_t wake;
  bool is_woken;
  bool stopping;
  atomic_bool is_resting; /* the writer sleeps until there is a line; else it comes by itself */
  atomic_uint_fast64_t give_up_ms; /* when stopping: until when the reader may take its time */
  /* the writer's: the last write ended inside a line of this one; or NULL */
  struct ring *unfinished;

  pthread_mutex_t drops_lock; /* the next one */
  struct drops drops;

  struct ring rings[RINGS];
};

static struct timespec wall_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now;
}

static enum log_format format_of(const struct log *log) {
  return (enum log_format)atomic_load_explicit(&log->format, memory_order_relaxed);
}

/* ---- to the writer ---- */

static void wake_writer(struct log *log) {
  pthread_mutex_lock(&log->wake_lock);
  log->is_woken = true;
  pthread_mutex_unlock(&log->wake_lock);
  pthread_cond_signal(&log->wake);
}

/* A writer that rests has looked into each ring since it said so: either it has seen this line, or
 * we see that it rests (both hold the ring's lock on the way). */
static void log_line(struct log *log, const struct logline *line) {
  radmfa_span text = {(const uint8_t *)line->text, line->len};
  size_t used;
  if (!ring_put(&log->rings[thread_number() % RINGS], text, &used))
    atomic_fetch_add(&log->lost, 1);
  else if ((used >= GATHER_MAX && used - text.len < GATHER_MAX) ||
           atomic_load_explicit(&log->is_resting, memory_order_relaxed))
    wake_writer(log);
}

/* What was lost came after what was in the ring, in which there is room again. */
static void tell_lost(struct log *log, struct ring *ring) {
  uint64_t lost = ring_take_lost(ring);
  if (!lost) return;
  char text[64];
  size_t used;
  int len = snprintf(text, sizeof text, "%llu log lines lost", (unsigned long long)lost);
  struct logline line;
  logline_message(&line, format_of(log), wall_clock(), LOG_LEVEL_WARNING,
                  (radmfa_span){(const uint8_t *)text, (size_t)len});
  if (!ring_put(ring, (radmfa_span){(const uint8_t *)line.text, line.len}, &used))
    ring_give_lost(ring, lost);
}

/* ---- lines ---- */

static const struct logline_key client_key = LOGLINE_KEY("client");
static const struct logline_key user_key = LOGLINE_KEY("user");
static const struct logline_key identity_key = LOGLINE_KEY("identity");
static const struct logline_key policy_key = LOGLINE_KEY("policy");
static const struct logline_key verdict_key = LOGLINE_KEY("verdict");
static const struct logline_key reason_key = LOGLINE_KEY("reason");
static const struct logline_key factor_key = LOGLINE_KEY("factor");
static const struct logline_key waiters_key = LOGLINE_KEY("waiters");
static const struct logline_key count_key = LOGLINE_KEY("count");
static const struct logline_key hint_key = LOGLINE_KEY("hint");
static const struct logline_key upstream_key = LOGLINE_KEY("upstream");
static const struct logline_key server_key = LOGLINE_KEY("server");
static const struct logline_key outstanding_key = LOGLINE_KEY("outstanding");
static const struct logline_key primary_key = LOGLINE_KEY("primary");
static const struct logline_key use_key = LOGLINE_KEY("use");
static const struct logline_key error_key = LOGLINE_KEY("error");
static const struct logline_key detail_key = LOGLINE_KEY("detail");
static const struct logline_key outcome_key = LOGLINE_KEY("outcome");
static const struct logline_key trunk_key = LOGLINE_KEY("trunk");
static const struct logline_key number_key = LOGLINE_KEY("number");
static const struct logline_key sip_status_key = LOGLINE_KEY("sip_status");
static const struct logline_key sip_reason_key = LOGLINE_KEY("sip_reason");
static const struct logline_key rang_key = LOGLINE_KEY("rang_ms");
static const struct logline_key talked_key = LOGLINE_KEY("talked_ms");
static const struct logline_key tries_key = LOGLINE_KEY("tries");
static const struct logline_key address_key = LOGLINE_KEY("address");
static const struct logline_key what_key = LOGLINE_KEY("what");
static const struct logline_key how_key = LOGLINE_KEY("how");
static const struct logline_key by_key = LOGLINE_KEY("by");

static void format_login(struct logline *line, const radmfa_notice *notice) {
  logline_id(line, notice->login_id);
  logline_name(line, &client_key, notice->client);
  logline_peer(line, &notice->peer);
  logline_value(line, &user_key, notice->user);
  logline_value(line, &identity_key, notice->identity);
  logline_name(line, &policy_key, notice->policy);
  logline_word(line, &verdict_key, radmfa_verdict_name(notice->verdict));
  logline_word(line, &reason_key, radmfa_reason_name(notice->reason));
  logline_name(line, &factor_key, notice->factor);
  logline_number(line, &waiters_key, notice->waiters);
  logline_stages(line, notice->primary_ms, notice->factor_ms, notice->total_ms);
}

static void format_factor_start(struct logline *line, const radmfa_notice *notice) {
  logline_id(line, notice->login_id);
  logline_name(line, &client_key, notice->client);
  logline_value(line, &user_key, notice->user);
  logline_name(line, &policy_key, notice->policy);
  logline_name(line, &factor_key, notice->factor);
}

static void format_drop(struct logline *line, const struct drops_kind *drop) {
  logline_word(line, &reason_key, drop->reason);
  logline_peer(line, &drop->peer);
  if (drop->name[0]) logline_name(line, drop->is_upstream ? &server_key : &client_key, drop->name);
  logline_number(line, &count_key, drop->count);
}

static void end_with_hint(struct logline *line, bool secret_may_be_wrong) {
  if (secret_may_be_wrong) logline_word(line, &hint_key, "secret may be wrong");
  logline_end(line);
}

static void log_login_notice(struct log *log, const radmfa_notice *notice) {
  bool ended = notice->type == RADMFA_NOTICE_LOGIN;
  struct logline line;
  logline_begin(&line, format_of(log), wall_clock(), LOG_LEVEL_INFO,
                ended ? "login" : "factor_start");
  if (ended)
    format_login(&line, notice);
  else
    format_factor_start(&line, notice);
  end_with_hint(&line, ended && notice->secret_may_be_wrong);
  log_line(log, &line);
}

static void log_drop(struct log *log, const struct drops_kind *drop) {
  struct logline line;
  logline_begin(&line, format_of(log), wall_clock(), LOG_LEVEL_WARNING, "drop");
  format_drop(&line, drop);
  end_with_hint(&line, drop->secret_may_be_wrong);
  log_line(log, &line);
}

static void log_drop_notice(struct log *log, const radmfa_notice *notice) {
  struct drops_kind line;
  uint64_t now_ms = thread_now_ms();
  pthread_mutex_lock(&log->drops_lock);
  bool due = drops_add(&log->drops, notice, now_ms, &line);
  pthread_mutex_unlock(&log->drops_lock);
  if (due) log_drop(log, &line);
}

void log_notice(struct log *log, const radmfa_notice *notice) {
  bool drop = notice->type == RADMFA_NOTICE_DROP;
  if (!log_wants(log, drop ? LOG_LEVEL_WARNING : LOG_LEVEL_INFO)) return;
  if (drop)
    log_drop_notice(log, notice);
  else
    log_login_notice(log, notice);
}

static void log_upstream_change(struct log *log, const radmfa_upstream_notice *notice) {
  struct logline line;
  logline_begin(&line, format_of(log), wall_clock(), LOG_LEVEL_WARNING,
                radmfa_upstream_event_name(notice->event));
  logline_name(&line, &upstream_key, notice->upstream);
  logline_name(&line, &server_key, notice->server);
  logline_peer(&line, &notice->address);
  logline_number(&line, &outstanding_key, notice->outstanding);
  logline_end(&line);
  log_line(log, &line);
}

static void log_upstream_drop(struct log *log, const radmfa_upstream_notice *notice) {
  struct drops_kind line;
  uint64_t now_ms = thread_now_ms();
  pthread_mutex_lock(&log->drops_lock);
  bool due = drops_add_upstream(&log->drops, notice, now_ms, &line);
  pthread_mutex_unlock(&log->drops_lock);
  if (due) log_drop(log, &line);
}

void log_upstream(struct log *log, const radmfa_upstream_notice *notice) {
  if (!log_wants(log, LOG_LEVEL_WARNING)) return;
  if (notice->event == RADMFA_UPSTREAM_EVENT_DEAD || notice->event == RADMFA_UPSTREAM_EVENT_ALIVE)
    log_upstream_change(log, notice);
  else
    log_upstream_drop(log, notice);
}

static void format_ldap_server(struct logline *line, const struct ldap_event *event) {
  logline_name(line, &primary_key, event->primary);
  logline_name(line, &server_key, event->server);
  logline_word(line, &use_key, event->is_service ? "search" : "login");
  if (event->kind == LDAP_EVENT_UP) return;
  logline_word(line, &error_key, ldap_error_text(event->error));
  logline_value(line, &detail_key, event->detail);
}

static void format_ldap_login(struct logline *line, const struct ldap_event *event) {
  logline_id(line, event->login_id);
  logline_value(line, &user_key, event->user);
  logline_name(line, &primary_key, event->primary);
  logline_name(line, &server_key, event->server);
  logline_word(line, &outcome_key, event->outcome);
  if (event->kind == LDAP_EVENT_UNANSWERED) logline_value(line, &detail_key, event->detail);
}

void log_ldap(struct log *log, const struct ldap_event *event) {
  static const char *const names[] = {[LDAP_EVENT_UP] = "ldap_up",
                                      [LDAP_EVENT_DOWN] = "ldap_down",
                                      [LDAP_EVENT_REFUSED] = "ldap_refused",
                                      [LDAP_EVENT_UNANSWERED] = "ldap_unanswered"};
  bool is_login = event->kind == LDAP_EVENT_REFUSED || event->kind == LDAP_EVENT_UNANSWERED;
  enum log_level level = is_login ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING;
  struct logline line;
  if (!log_wants(log, level)) return;
  logline_begin(&line, format_of(log), wall_clock(), level, names[event->kind]);
  if (is_login)
    format_ldap_login(&line, event);
  else
    format_ldap_server(&line, event);
  logline_end(&line);
  log_line(log, &line);
}

static void format_trunk(struct logline *line, const struct call_event *event) {
  logline_name(line, &factor_key, event->factor);
  logline_name(line, &trunk_key, event->trunk);
  if (event->kind == CALL_EVENT_TRUNK_DOWN || event->kind == CALL_EVENT_TRUNK_UNREGISTERED)
    logline_value(line, &error_key, radmfa_text(event->error));
}

static void format_call(struct logline *line, const struct call_event *event) {
  char number[CALL_NUMBER_MASKED_SIZE];
  call_number_mask(event->number, number);
  logline_id(line, event->id);
  logline_value(line, &identity_key, event->user);
  logline_name(line, &factor_key, event->factor);
  logline_value(line, &number_key, radmfa_text(number));
  logline_name(line, &trunk_key, event->trunk);
  logline_word(line, &outcome_key, event->outcome);
  logline_number(line, &sip_status_key, event->sip_status);
  logline_value(line, &sip_reason_key, radmfa_text(event->sip_reason));
  logline_number(line, &rang_key, event->rang_ms);
  logline_number(line, &talked_key, event->talked_ms);
  logline_number(line, &tries_key, event->tries);
}

void log_call(struct log *log, const struct call_event *event) {
  static const char *const names[] = {[CALL_EVENT_ENDED] = "call",
                                      [CALL_EVENT_TRUNK_UP] = "trunk_up",
                                      [CALL_EVENT_TRUNK_DOWN] = "trunk_down",
                                      [CALL_EVENT_TRUNK_REGISTERED] = "trunk_registered",
                                      [CALL_EVENT_TRUNK_UNREGISTERED] = "trunk_unregistered"};
  bool is_call = event->kind == CALL_EVENT_ENDED;
  enum log_level level = is_call ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING;
  struct logline line;
  if (!log_wants(log, level)) return;
  logline_begin(&line, format_of(log), wall_clock(), level, names[event->kind]);
  if (is_call)
    format_call(&line, event);
  else
    format_trunk(&line, event);
  logline_end(&line);
  log_line(log, &line);
}

static void format_user_change(struct logline *line, const struct user_event *event) {
  char number[CALL_NUMBER_MASKED_SIZE];
  call_number_mask(event->number, number);
  logline_name(line, &what_key, event->what);
  logline_value(line, &how_key, radmfa_text(event->how));
  logline_value(line, &number_key, radmfa_text(number));
  logline_value(line, &by_key, event->by);
}

void log_user_event(struct log *log, const struct user_event *event) {
  static const char *const names[] = {[USER_EVENT_SIGN_IN] = "sign_in",
                                      [USER_EVENT_ENROLMENT] = "enrolment",
                                      [USER_EVENT_CHANGE] = "user_change"};
  struct logline line;
  if (!log_wants(log, LOG_LEVEL_INFO)) return;
  logline_begin(&line, format_of(log), wall_clock(), LOG_LEVEL_INFO, names[event->kind]);
  logline_value(&line, &user_key, event->user);
  logline_value(&line, &identity_key, event->identity);
  logline_name(&line, &primary_key, event->primary);
  if (event->kind == USER_EVENT_SIGN_IN) {
    logline_name(&line, &outcome_key, event->outcome);
    logline_name(&line, &reason_key, event->reason);
    logline_value(&line, &address_key, radmfa_text(event->address));
  } else {
    format_user_change(&line, event);
  }
  logline_end(&line);
  log_line(log, &line);
}

void log_message(struct log *log, enum log_level level, const char *format, ...) {
  if (!log_wants(log, level)) return;
  char text[LOGLINE_MESSAGE_MAX + 1];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  struct logline line;
  logline_message(&line, format_of(log), wall_clock(), level, radmfa_text(text));
  log_line(log, &line);
}

/* ---- the writer ---- */

/* Writes lines for the drops of the windows that are over. Returns when to come again. */
static uint64_t flush_drops(struct log *log, uint64_t now_ms) {
  struct drops_kind line;
  for (;;) {
    pthread_mutex_lock(&log->drops_lock);
    bool due = drops_due(&log->drops, now_ms, &line);
    uint64_t next_ms = drops_next_ms(&log->drops);
    pthread_mutex_unlock(&log->drops_lock);
    if (!due) return next_ms;
    log_drop(log, &line);
  }
}

/* Sleeps until woken, or stopping, or it is `until_ms`. */
static void sleep_until(struct log *log, uint64_t until_ms) {
  pthread_mutex_lock(&log->wake_lock);
  if (!log->is_woken && !log->stopping) thread_wait_until(&log->wake, &log->wake_lock, until_ms);
  log->is_woken = false;
  pthread_mutex_unlock(&log->wake_lock);
}

static void gather(struct log *log) {
  sleep_until(log, thread_now_ms() + GATHER_MS);
}

static bool has_lines(struct log *log) {
  for (unsigned i = 0; i < RINGS; i++)
    if (ring_oldest(&log->rings[i]).len) return true;
  return false;
}

static bool is_stopping(struct log *log) {
  pthread_mutex_lock(&log->wake_lock);
  bool stopping = log->stopping;
  pthread_mutex_unlock(&log->wake_lock);
  return stopping;
}

/* Waits for something to write, or for `until_ms`, or to be stopped; returns whether it is. */
static bool wait_for_lines(struct log *log, uint64_t until_ms) {
  gather(log);
  if (has_lines(log)) return is_stopping(log);
  atomic_store(&log->is_resting, true);
  if (!has_lines(log)) sleep_until(log, until_ms);
  atomic_store(&log->is_resting, false);
  if (has_lines(log)) gather(log);
  return is_stopping(log);
}

static bool ready(const struct log *log) {
  struct pollfd poll_fd = {.fd = log->fd, .events = POLLOUT};
  return poll(&poll_fd, 1, POLL_MS) > 0;
}

static void count_lost(struct log *log, radmfa_span lines) {
  for (size_t i = 0; i < lines.len; i++)
    if (lines.ptr[i] == '\n') atomic_fetch_add(&log->lost, 1);
}

/* Up to write_max octets; whole lines where there are any, so that what others write there does not
 * come between. */
static radmfa_span first_part(const struct log *log, radmfa_span bytes) {
  if (bytes.len <= log->write_max) return bytes;
  const uint8_t *end = memrchr(bytes.ptr, '\n', log->write_max);
  return (radmfa_span){bytes.ptr, end ? (size_t)(end - bytes.ptr) + 1 : log->write_max};
}

/* One write. Returns how many octets are done with: written, or never to be. */
static size_t write_part(struct log *log, radmfa_span part) {
  if (!ready(log)) return 0;
  ssize_t n = write(log->fd, part.ptr, part.len);
  if (n >= 0) return (size_t)n;
  if (errno == EINTR || errno == EAGAIN) return 0;
  count_lost(log, part); /* the reader has gone, the disk is full: later lines may fare better */
  return part.len;
}

static bool gives_up(struct log *log) {
  return thread_now_ms() >= atomic_load(&log->give_up_ms);
}

/* As much as a ring holds, and the rest of a line that was begun: others have lines, too. False
 * where the reader takes no more. */
static bool write_ring(struct log *log, struct ring *ring) {
  radmfa_span bytes;
  for (size_t done = 0;
       (done < RING_SIZE || log->unfinished == ring) && (bytes = ring_oldest(ring)).len;) {
    size_t n = gives_up(log) ? 0 : write_part(log, first_part(log, bytes));
    if (!n) return false;
    log->unfinished = bytes.ptr[n - 1] == '\n' ? NULL : ring;
    ring_drop(ring, n);
    tell_lost(log, ring);
    done += n;
  }
  return true;
}

/* The first ring, which is the main thread's, comes last: the line that radmfad ends is the last
 * one. */
static void write_rings(struct log *log) {
  if (log->unfinished && !write_ring(log, log->unfinished)) return;
  for (unsigned i = RINGS; i-- > 0;)
    if (!write_ring(log, &log->rings[i])) return;
}

static void *write_lines(void *arg) {
  struct log *log = arg;
  uint64_t next_drops_ms = UINT64_MAX;
  for (;;) {
    bool stopping = wait_for_lines(log, next_drops_ms);
    write_rings(log);
    if (stopping && (!has_lines(log) || gives_up(log))) return NULL;
    next_drops_ms = flush_drops(log, thread_now_ms());
  }
}

/* ---- life ---- */

/* A pipe, a socket or a terminal that polls as writable takes PIPE_BUF octets at once; a larger
 * write might wait for the reader, and log_free for the write. A file makes nobody wait. */
static size_t write_max_of(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? 256u << 10 : PIPE_BUF;
}

static void cleanup(struct log *log, unsigned n_rings) {
  while (n_rings > 0) ring_cleanup(&log->rings[--n_rings]);
  pthread_cond_destroy(&log->wake);
  pthread_mutex_destroy(&log->drops_lock);
  pthread_mutex_destroy(&log->wake_lock);
}

static bool locks_init(struct log *log) {
  if (pthread_mutex_init(&log->wake_lock, NULL) != 0) return false;
  if (pthread_mutex_init(&log->drops_lock, NULL) == 0) {
    if (thread_wait_init(&log->wake)) return true;
    pthread_mutex_destroy(&log->drops_lock);
  }
  pthread_mutex_destroy(&log->wake_lock);
  return false;
}

static bool init(struct log *log) {
  if (!locks_init(log)) return false;
  for (unsigned i = 0; i < RINGS; i++) {
    if (ring_init(&log->rings[i])) continue;
    cleanup(log, i);
    return false;
  }
  if (thread_start(&log->writer, "log", write_lines, log)) return true;
  cleanup(log, RINGS);
  return false;
}

struct log *log_new(int fd, enum log_format format, enum log_level level) {
  struct log *log = calloc(1, sizeof *log);
  if (!log) return NULL;
  log->fd = fd;
  log->write_max = write_max_of(fd);
  atomic_store(&log->give_up_ms, UINT64_MAX);
  log_set(log, format, level);
  if (init(log)) return log;
  free(log);
  return NULL;
}

void log_free(struct log *log) {
  if (!log) return;
  flush_drops(log, UINT64_MAX);
  atomic_store(&log->give_up_ms, thread_now_ms() + FREE_PATIENCE_MS);
  pthread_mutex_lock(&log->wake_lock);
  log->stopping = true;
  pthread_mutex_unlock(&log->wake_lock);
  pthread_cond_signal(&log->wake);
  pthread_join(log->writer, NULL);
  cleanup(log, RINGS);
  free(log);
}

void log_set(struct log *log, enum log_format format, enum log_level level) {
  atomic_store(&log->format, format);
  atomic_store(&log->level, level);
}

bool log_wants(const struct log *log, enum log_level level) {
  return (int)level <= atomic_load_explicit(&log->level, memory_order_relaxed);
}

uint64_t log_lost(const struct log *log) {
  return atomic_load(&log->lost);
}
