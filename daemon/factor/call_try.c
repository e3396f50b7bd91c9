/* call_try.c: a stack, or a factor, for a few seconds. */
#include "call_try.h"

#include "../thread.h"

#include <radmfa/error.h>
#include <stdarg.h>
#include <string.h>

#define TRY_MS 5000u        /* sip_probe gives up before */
#define CALL_TRY_MS 120000u /* of a test call in all */

const char *call_error_text(int error) {
  if (error == UV_EADDRNOTAVAIL) return "`local` is no address of this machine";
  return error > RADMFA_E_TRUNCATED ? uv_strerror(error) : radmfa_strerror(error);
}

/* ---- trunks ---- */

struct round {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  struct call_trial *trials;
  size_t n, n_done;
};

static void on_sip_event(const struct sip_event *event, void *user) {
  struct round *round = user;
  if (event->kind != SIP_EVENT_PROBED || event->call >= round->n) return;
  pthread_mutex_lock(&round->lock);
  struct call_trial *trial = &round->trials[event->call];
  trial->status = event->is_local ? 0 : event->status;
  memcpy(trial->reason, event->reason, sizeof trial->reason);
  if (event->probe) trial->probe = *event->probe;
  round->n_done++;
  pthread_cond_signal(&round->changed);
  pthread_mutex_unlock(&round->lock);
}

static void ask_all(struct sip *sip, struct round *round) {
  uint64_t until_ms = thread_now_ms() + TRY_MS;
  for (size_t i = 0; i < round->n; i++) (void)sip_probe(sip, i);
  pthread_mutex_lock(&round->lock);
  while (round->n_done < round->n && thread_now_ms() < until_ms)
    thread_wait_until(&round->changed, &round->lock, until_ms);
  pthread_mutex_unlock(&round->lock);
}

void call_try_trunks(const struct call_options *options, struct call_trial *out_trials) {
  struct round round = {.trials = out_trials, .n = options->n_trunks};
  struct sip_trunk trunks[SIP_TRUNKS_MAX];
  struct sip *sip = NULL;
  for (size_t i = 0; i < options->n_trunks; i++) {
    trunks[i] = options->trunks[i].sip;
    trunks[i].registers = false; /* it would take the place of the daemon's own */
  }
  struct sip_options sip_options = {.trunks = trunks,
                                    .n_trunks = options->n_trunks,
                                    .from = options->from,
                                    .local = options->local,
                                    .ca_file = options->ca_file,
                                    .on_event = on_sip_event,
                                    .user = &round};
  (void)pthread_mutex_init(&round.lock, NULL);
  int error = thread_wait_init(&round.changed) ? sip_new(&sip_options, &sip) : RADMFA_E_NO_MEMORY;
  for (size_t i = 0; i < options->n_trunks; i++)
    out_trials[i] = (struct call_trial){.error = error};
  if (!error) ask_all(sip, &round);
  sip_free(sip);
  pthread_cond_destroy(&round.changed);
  pthread_mutex_destroy(&round.lock);
}

/* ---- a call ---- */

struct story {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  FILE *out;
  uint64_t began_ms;
  struct call_factor *factor;
  enum call_state state;
  bool is_answered, is_over;
  radmfa_factor_answer answer;
};

__attribute__((format(printf, 2, 3))) static void tell(struct story *story, const char *format,
                                                       ...) {
  va_list args;
  fprintf(story->out, "%7.2f s  ", (double)(thread_now_ms() - story->began_ms) / 1000);
  va_start(args, format);
  vfprintf(story->out, format, args);
  va_end(args);
  fputc('\n', story->out);
  fflush(story->out);
}

static void on_answer(void *user, uint64_t id, radmfa_factor_answer answer) {
  struct story *story = user;
  (void)id;
  pthread_mutex_lock(&story->lock);
  story->is_answered = true;
  story->answer = answer;
  pthread_mutex_unlock(&story->lock);
}

static bool is_answered(enum call_state state) {
  return state == CALL_TALKING || state == CALL_CHECKING || state == CALL_LEAVING;
}

static void on_progress(void *user, uint64_t id, enum call_state state) {
  static const char *const words[CALL_STATE_COUNT] = {
      [CALL_DIALLING] = "dialling",      [CALL_PROCEEDING] = "the trunk has the call",
      [CALL_RINGING] = "ringing",        [CALL_TALKING] = "answered, the prompt is said",
      [CALL_LEAVING] = "saying goodbye", [CALL_ENDING] = "hanging up",
  };
  struct story *story = user;
  bool is_told = words[state] && (state != CALL_ENDING || is_answered(story->state));
  (void)id;
  story->state = state;
  if (is_told) tell(story, "%s", words[state]);
}

/* The far end may say what it likes, but nothing that a terminal would obey. */
static void print_plain(const char *text, FILE *out) {
  for (const unsigned char *c = (const unsigned char *)text; *c; c++)
    fprintf(out, *c >= ' ' && *c < 0x7f ? "%c" : "\\x%02x", *c);
}

/* What an administrator may do about an outcome that is not the person's own. */
static const char *advice(const char *outcome) {
  static const struct {
    const char *outcome, *advice;
  } all[] = {
      {"denied", "no `#` was heard, or other keys"},
      {"no_answer", "nobody took the phone in time: `ring_timeout`"},
      {"unreachable", "no phone rang: is it switched off? A redirect is not followed"},
      {"bad_number", "the trunk knows no such number; does it want another form?"},
      {"forbidden", "not placed: `allowed_prefixes` or `denied_prefixes`"},
      {"no_media", "no codec in common (PCMU, PCMA), or no SRTP where it is required"},
      {"trunk_auth", "the trunk does not know us: `user`, password, `from`, or our address"},
      {"limit", "no port of `rtp_ports` is free"},
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (!strcmp(all[i].outcome, outcome)) return all[i].advice;
  return NULL;
}

#define INDENT "            "

/* A firewall that lets SIP through and RTP not is what most often fails. */
static void print_sound(struct story *story) {
  struct media_stats stats;
  call_factor_stats(story->factor, &stats);
  uint64_t heard = stats.received - stats.foreign;
  fprintf(story->out, INDENT "%llu packets of sound sent, %llu heard\n",
          (unsigned long long)stats.sent, (unsigned long long)heard);
  if (!heard)
    fputs(INDENT
          "nothing was heard: does UDP come through to `rtp_ports`, at the address `local`?\n",
          story->out);
}

static void print_end(struct story *story, const struct call_event *event) {
  const char *hint = advice(event->outcome);
  if (event->talked_ms)
    tell(story, "%s; rang %.1f s, talked %.1f s", event->outcome, event->rang_ms / 1000.0,
         event->talked_ms / 1000.0);
  else if (event->trunk)
    tell(story, "%s; rang %.1f s", event->outcome, event->rang_ms / 1000.0);
  else
    tell(story, "%s", event->outcome);
  if (event->sip_status >= 300) {
    fprintf(story->out, INDENT "the trunk said %u ", event->sip_status);
    print_plain(event->sip_reason ? event->sip_reason : "", story->out);
    fputc('\n', story->out);
  }
  if (event->talked_ms) print_sound(story);
  if (hint) fprintf(story->out, INDENT "%s\n", hint);
}

static void print_trunk(struct story *story, const struct call_event *event, const char *what) {
  fprintf(story->out, "%7.2f s  trunk %s %s: ", (double)(thread_now_ms() - story->began_ms) / 1000,
          event->trunk, what);
  print_plain(event->error ? event->error : "", story->out);
  fputc('\n', story->out);
}

static void on_event(void *user, const struct call_event *event) {
  struct story *story = user;
  if (event->kind == CALL_EVENT_TRUNK_DOWN) print_trunk(story, event, "cannot");
  if (event->kind == CALL_EVENT_TRUNK_UNREGISTERED)
    print_trunk(story, event, "does not register us");
  if (event->kind != CALL_EVENT_ENDED) return;
  print_end(story, event);
  pthread_mutex_lock(&story->lock);
  story->is_over = true;
  pthread_cond_signal(&story->changed);
  pthread_mutex_unlock(&story->lock);
}

static void wait_for_end(struct story *story) {
  uint64_t until_ms = story->began_ms + CALL_TRY_MS + SIP_END_MS;
  pthread_mutex_lock(&story->lock);
  while (!story->is_over && thread_now_ms() < until_ms)
    thread_wait_until(&story->changed, &story->lock, until_ms);
  pthread_mutex_unlock(&story->lock);
}

static bool run(struct call_options *options, const struct callee *callee, struct story *story) {
  static const char administrator[] = "administrator";
  int error = call_factor_new(options, &story->factor);
  if (error) {
    tell(story, "calls cannot be made: %s", call_error_text(error));
    return false;
  }
  struct call_request request = {.id = 1,
                                 .identity = radmfa_text(administrator),
                                 .purpose = CALL_TO_SIGN_IN,
                                 .deadline_ms = story->began_ms + CALL_TRY_MS,
                                 .callee = callee};
  call_factor_place(story->factor, &request);
  wait_for_end(story);
  call_factor_free(story->factor);
  return story->is_answered && story->answer == RADMFA_FACTOR_APPROVED;
}

bool call_try_number(const struct call_options *options, const struct callee *callee, FILE *out) {
  struct story story = {.out = out, .began_ms = thread_now_ms()};
  struct call_limits_options limits = {.calls = 1, .calls_per_second = 1};
  struct call_options own = *options;
  bool approved = false;
  own.answer = on_answer;
  own.on_progress = on_progress;
  own.on_event = on_event;
  own.user = &story;
  own.limits = call_limits_new(&limits);
  (void)pthread_mutex_init(&story.lock, NULL);
  if (own.limits && thread_wait_init(&story.changed)) {
    approved = run(&own, callee, &story);
    pthread_cond_destroy(&story.changed);
  }
  call_limits_free(own.limits);
  pthread_mutex_destroy(&story.lock);
  return approved;
}
