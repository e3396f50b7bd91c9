/* call_turn.c: does what the state machine says: dials, hangs up, answers the login. An action that
 * goes on to another event does so as its last step, since the call may be gone afterwards. */
#include "call_record.h"

#include "../thread.h"

#include <radmfa/error.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define TRUNK_SILENT_MS 4000u  /* design.md section 6 */
#define TALK_RESERVE_MS 15000u /* of the login's time that is not rung away */
#define REDIRECTS_MAX 3u
#define GOODBYE_MS 15000u /* last words that take longer are cut */
#define ENDING_MS (SIP_END_MS + 1000u)

/* ---- timers ---- */

static void on_limit(uv_timer_t *timer) {
  struct call *call = timer->data;
  switch (call->state) {
    case CALL_DIALLING:
    case CALL_PROCEEDING:
    case CALL_RINGING:
      call_turn_with(call, CALL_ON_RING_TIMEOUT,
                     call->rang ? CALL_OUTCOME_NO_ANSWER : CALL_OUTCOME_UNREACHABLE);
      return;
    case CALL_TALKING:
    case CALL_CHECKING: call_turn_with(call, CALL_ON_TALK_TIMEOUT, CALL_OUTCOME_DENIED); return;
    case CALL_LEAVING: call_turn(call, CALL_ON_TALK_TIMEOUT); return;
    case CALL_ENDING: call_turn(call, CALL_ON_HUNG_UP); return;
    case CALL_QUEUED:
    case CALL_OVER:
    case CALL_STATE_COUNT: return;
  }
}

static void on_pause(uv_timer_t *timer) {
  struct call *call = timer->data;
  if (call->state == CALL_DIALLING)
    call_trunk_failed(call, CALL_OUTCOME_TRUNK_DOWN, "no answer in 4 s");
  else if (call->state == CALL_TALKING)
    call_wrong(call);
}

void call_timers_init(struct call *call, uv_loop_t *loop) {
  (void)uv_timer_init(loop, &call->limit); /* cannot fail */
  (void)uv_timer_init(loop, &call->pause);
  call->limit.data = call->pause.data = call;
  call->n_timers = 2;
}

static void set_limit(struct call *call, uint64_t after_ms) {
  (void)uv_timer_start(&call->limit, on_limit, after_ms, 0);
}

void call_set_pause(struct call *call, uint64_t after_ms) {
  (void)uv_timer_start(&call->pause, on_pause, after_ms, 0);
}

void call_clear_pause(struct call *call) {
  (void)uv_timer_stop(&call->pause);
}

/* ---- dialling ---- */

/* Who answers late still has time to hear what is asked and to press a key. */
static uint64_t ring_ms(const struct call *call, uint64_t now_ms) {
  uint64_t left = call->deadline_ms > now_ms ? call->deadline_ms - now_ms : 0;
  uint64_t reserve = left / 2 < TALK_RESERVE_MS ? left / 2 : TALK_RESERVE_MS;
  uint64_t most = call->factor->options.ring_timeout_ms;
  return left - reserve < most ? left - reserve : most;
}

static bool invite(struct call *call) {
  struct call_factor *factor = call->factor;
  const struct number *number = &call->callee.phone.number;
  char sdp[SDP_SIZE_MAX];
  size_t len = call_offer(call, factor->options.trunks[call->trunk].has_srtp, sdp);
  if (!len) return false;
  uint64_t leg = ++factor->n_legs;
  struct sip_call sip = {
      .call = leg,
      .trunk = call->trunk,
      .number = number->e164,
      .extension =
          factor->options.extension_in_uri && number->extension[0] ? number->extension : NULL,
      .sdp = {(const uint8_t *)sdp, len},
  };
  bool is_sent = sip_call(factor->sip, &sip);
  if (is_sent) call_table_set_leg(&factor->table, call, leg);
  sodium_memzero(sdp, sizeof sdp); /* a key may stand in it */
  return is_sent;
}

static void dial(struct call *call) {
  uint64_t now_ms = thread_now_ms();
  call->trunk = trunks_pick(&call->factor->trunks, call->tried, now_ms);
  call->tried |= 1u << call->trunk;
  if (!call->dialled_ms) {
    call->dialled_ms = now_ms;
    set_limit(call, ring_ms(call, now_ms));
  }
  if (invite(call))
    call_set_pause(call, TRUNK_SILENT_MS);
  else /* no port, or no memory */
    call_turn_with(call, CALL_ON_FAILED, CALL_OUTCOME_LIMIT);
}

/* What still comes of this leg finds nobody. */
static void leave_leg(struct call *call) {
  uint64_t leg = call->place.leg;
  if (!leg) return;
  call_table_set_leg(&call->factor->table, call, 0);
  (void)sip_hang_up(call->factor->sip, leg); /* without memory the trunk's own timers end it */
}

static void redial(struct call *call) {
  leave_leg(call);
  media_free(call->stream);
  call->stream = NULL;
  dial(call);
}

/* All that it had for the first number is given back: a redirect is no way around a limit. */
static void ask_again(struct call *call) {
  call_clear_pause(call);
  (void)uv_timer_stop(&call->limit);
  media_free(call->stream);
  call->stream = NULL;
  if (call->has_ticket)
    call_limits_end(call->factor->options.limits, &call->ticket, thread_now_ms());
  call->has_ticket = false;
  call->ticket = (struct call_ticket){0};
  call->tried = 0;
  call->dialled_ms = 0;
  call_ask(call);
}

/* ---- ending ---- */

/* The login hears it once, and nothing after it was cancelled. */
static void answer(struct call *call) {
  const struct call_options *options = &call->factor->options;
  if (call->is_answered) return;
  call->is_answered = true;
  options->answer(options->user, call->place.id, call_outcome_answer(call->outcome));
}

static void on_timer_closed(uv_handle_t *timer) {
  struct call *call = timer->data;
  if (--call->n_timers) return;
  sodium_memzero(call, sizeof *call);
  free(call);
}

static void free_call(struct call *call) {
  struct call_factor *factor = call->factor;
  media_free(call->stream);
  call_table_remove(&factor->table, call);
  if (call->has_ticket) call_limits_end(factor->options.limits, &call->ticket, thread_now_ms());
  call_tell(call);
  uv_close((uv_handle_t *)&call->limit, on_timer_closed);
  uv_close((uv_handle_t *)&call->pause, on_timer_closed);
  call_factor_wake(factor);
}

/* Nothing is heard or said any more. Where the far end does not confirm it in time, it is over all
 * the same. */
static void hang_up(struct call *call) {
  uint64_t leg = call->place.leg;
  call->ended_ms = thread_now_ms();
  call_clear_pause(call);
  media_free(call->stream);
  call->stream = NULL;
  if (leg && sip_hang_up(call->factor->sip, leg))
    set_limit(call, ENDING_MS);
  else
    call_turn(call, CALL_ON_HUNG_UP);
}

static void say_goodbye(struct call *call) {
  call_clear_pause(call);
  set_limit(call, GOODBYE_MS);
  call_say_goodbye(call);
}

static void perform(struct call *call, enum call_action action) {
  switch (action) {
    case CALL_DO_NONE:
    case CALL_DO_IGNORE:
    case CALL_ACTION_COUNT: return;
    case CALL_DO_DIAL: dial(call); return;
    case CALL_DO_REDIAL: redial(call); return;
    case CALL_DO_ASK_AGAIN: ask_again(call); return;
    case CALL_DO_GREET:
      set_limit(call, call->factor->options.talk_timeout_ms);
      call_greet(call);
      return;
    case CALL_DO_PROMPT: call_prompt_again(call); return;
    case CALL_DO_CHECK_PIN: call_check_pin(call); return;
    case CALL_DO_CONCLUDE:
      answer(call);
      hang_up(call);
      return;
    case CALL_DO_SAY_GOODBYE:
      answer(call);
      say_goodbye(call);
      return;
    case CALL_DO_HANG_UP: hang_up(call); return;
    case CALL_DO_FREE: free_call(call); return;
  }
}

void call_turn(struct call *call, enum call_machine_event event) {
  const struct call_options *options = &call->factor->options;
  struct call_step step = call_step_for(call->state, event);
  bool is_news = step.next != call->state;
  call->state = step.next;
  if (is_news && options->on_progress)
    options->on_progress(options->user, call->place.id, step.next);
  perform(call, step.action);
}

void call_turn_with(struct call *call, enum call_machine_event event, enum call_outcome outcome) {
  if (!call->is_answered) call->outcome = outcome;
  call_turn(call, event);
}

/* ---- what the trunk says ---- */

void call_trunk_failed(struct call *call, enum call_outcome outcome, const char *why) {
  struct call_factor *factor = call->factor;
  if (trunks_down(&factor->trunks, call->trunk, thread_now_ms()))
    call_tell_trunk(factor, call->trunk, CALL_EVENT_TRUNK_DOWN, why);
  uint32_t all = factor->options.n_trunks == 32 ? UINT32_MAX : (1u << factor->options.n_trunks) - 1;
  call_turn_with(call, call->tried == all ? CALL_ON_NO_TRUNK : CALL_ON_NEXT_TRUNK, outcome);
}

static void trunk_lives(struct call *call) {
  struct call_factor *factor = call->factor;
  if (trunks_up(&factor->trunks, call->trunk))
    call_tell_trunk(factor, call->trunk, CALL_EVENT_TRUNK_UP, NULL);
  if (call->state == CALL_DIALLING) call_clear_pause(call);
}

static bool is_unanswered(const struct call *call) {
  return call->state == CALL_DIALLING || call->state == CALL_PROCEEDING ||
         call->state == CALL_RINGING;
}

/* A phone that has rung is not left for another. */
static bool is_redirected(struct call *call, const struct sip_event *event) {
  struct number number;
  if (!call->factor->options.follows_redirects || call->rang || !event->redirect[0]) return false;
  if (call->n_redirects == REDIRECTS_MAX) return false;
  if (!number_parse(radmfa_text(event->redirect), NULL, &number)) return false;
  call->n_redirects++;
  call->callee.phone.number = number;
  return true;
}

static void on_ended(struct call *call, const struct sip_event *event) {
  call_table_set_leg(&call->factor->table, call, 0);
  if (!is_unanswered(call)) {
    call_turn_with(call, CALL_ON_HUNG_UP, CALL_OUTCOME_HUNG_UP);
    return;
  }
  if (is_redirected(call, event)) {
    trunk_lives(call);
    call_turn(call, CALL_ON_REDIRECTED);
    return;
  }
  enum call_outcome outcome = call_outcome_of(event->status, event->is_local, call->rang);
  call->sip_status = event->is_local ? 0 : event->status; /* that the far end sent */
  memcpy(call->sip_reason, event->reason, sizeof call->sip_reason);
  if (!call_outcome_is_of_trunk(outcome)) {
    trunk_lives(call);
    call_turn_with(call, CALL_ON_FAILED, outcome);
    return;
  }
  call_trunk_failed(call, outcome, call->sip_reason);
}

static void on_answered(struct call *call, radmfa_span sdp) {
  if (!is_unanswered(call)) return;
  call->answered_ms = thread_now_ms();
  call->sip_status = 200;
  call_clear_pause(call);
  if (call_begin_media(call, sdp))
    call_turn(call, CALL_ON_ANSWERED);
  else
    call_turn_with(call, CALL_ON_NO_MEDIA, CALL_OUTCOME_NO_MEDIA);
}

void call_on_sip(struct call *call, const struct sip_event *event) {
  switch (event->kind) {
    case SIP_EVENT_TRYING:
      trunk_lives(call);
      call_turn(call, CALL_ON_TRYING);
      return;
    case SIP_EVENT_RINGING:
      trunk_lives(call);
      call->rang = true;
      call_turn(call, CALL_ON_RANG);
      return;
    case SIP_EVENT_ANSWERED:
      trunk_lives(call);
      on_answered(call, event->sdp);
      return;
    case SIP_EVENT_OFFERED: call_answer_offer(call, event->sdp); return;
    case SIP_EVENT_KEY: call_key(call, CALL_KEY_INFO, event->key); return;
    case SIP_EVENT_ENDED: on_ended(call, event); return;
    case SIP_EVENT_REGISTERED:
    case SIP_EVENT_UNREGISTERED:
    case SIP_EVENT_PROBED: return;
  }
}
