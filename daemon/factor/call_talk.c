/* call_talk.c: an answered call: what is said, which keys count, and what they mean. Keys count
 * only here, so only after the 200 and on its dialog. */
#include "call_record.h"

#include "../thread.h"

#include <radmfa/error.h>
#include <sodium.h>
#include <string.h>

#define TOLD_FRAUD_CODE "0" /* as the prompt `changed` says */
#define SILENCE_MS 10000u
#define TRIES_MAX 3u
#define EXTENSION_PAUSES "," /* the far end's own greeting begins first */

/* ---- media ---- */

static void on_rtp_key(char key, void *user) {
  call_key(user, CALL_KEY_RTP, key);
}

static void greet(struct call *call);

static void on_played(void *user) {
  struct call *call = user;
  if (call->state == CALL_LEAVING) {
    call_turn(call, CALL_ON_SAID);
  } else if (call->dials_extension) {
    call->dials_extension = false;
    greet(call);
  } else if (call->state == CALL_TALKING) {
    call_set_pause(call, SILENCE_MS);
  }
}

size_t call_offer(struct call *call, bool has_srtp, char *out) {
  struct media_stream_options options = {
      .on_key = on_rtp_key, .on_played = on_played, .user = call};
  if (media_reserve(call->factor->media, &options, &call->stream)) return 0;
  call->sdp = (struct sdp_local){.has_srtp = has_srtp, .srtp_tag = 1};
  media_local(call->stream, &call->sdp.rtp);
  randombytes_buf(&call->sdp.session, sizeof call->sdp.session);
  call->sdp.session >>= 2; /* a number that others keep in 63 bits */
  if (has_srtp) randombytes_buf(call->sdp.srtp_key, sizeof call->sdp.srtp_key);
  return sdp_write_offer(&call->sdp, out);
}

bool call_begin_media(struct call *call, radmfa_span answer) {
  struct sdp_session session;
  int error = sdp_read(answer, call->sdp.has_srtp, &session);
  if (!error) error = media_start(call->stream, &session, call->sdp.srtp_key);
  sodium_memzero(&session, sizeof session);
  return !error;
}

static void accept_offer(struct call *call, const struct sdp_session *session) {
  char sdp[SDP_SIZE_MAX];
  call->sdp.version++;
  call->sdp.srtp_tag = session->srtp_tag;
  size_t len = sdp_write_answer(&call->sdp, session, sdp);
  (void)sip_accept_offer(call->factor->sip, call->place.leg,
                         (radmfa_span){(const uint8_t *)sdp, len});
  sodium_memzero(sdp, sizeof sdp);
}

/* Hold, another codec, another address; what cannot be spoken is refused, and the call goes on
 * as it was (RFC 3261 14.2). */
void call_answer_offer(struct call *call, radmfa_span offer) {
  struct sdp_session session;
  if (!call->stream || sdp_read(offer, call->sdp.has_srtp, &session)) {
    (void)sip_refuse_offer(call->factor->sip, call->place.leg);
    return;
  }
  if (media_change(call->stream, &session, call->sdp.srtp_key))
    (void)sip_refuse_offer(call->factor->sip, call->place.leg);
  else
    accept_offer(call, &session);
  sodium_memzero(&session, sizeof session);
}

/* ---- what is said ---- */

static const struct sound *sound(const struct call *call, enum prompt prompt) {
  return prompts_find(call->callee.prompts, call->callee.language, prompt);
}

static void say(struct call *call, const enum prompt *prompts, size_t n) {
  const struct sound *sounds[MEDIA_SOUNDS_MAX];
  for (size_t i = 0; i < n; i++) sounds[i] = sound(call, prompts[i]);
  call_clear_pause(call);
  media_play(call->stream, sounds, n);
}

/* What he is asked, behind `retry` where it is not the first time. */
static void ask(struct call *call, bool is_retry) {
  enum prompt prompts[5];
  size_t n = 0;
  if (is_retry) prompts[n++] = PROMPT_RETRY;
  if (call->purpose == CALL_TO_MANAGE) prompts[n++] = PROMPT_MANAGE;
  if (call->purpose == CALL_TO_VERIFY) {
    prompts[n++] = PROMPT_VERIFY;
  } else if (call->purpose == CALL_TO_TELL) {
    prompts[n++] = PROMPT_CHANGED;
  } else if (call->keys.rules.wants_pin) {
    prompts[n++] = PROMPT_GREETING_PIN;
  } else if (call->keys.rules.challenge) {
    prompts[n++] = PROMPT_GREETING_CHALLENGE;
    prompts[n++] = (enum prompt)(PROMPT_DIGIT_0 + (call->keys.rules.challenge - '0'));
    prompts[n++] = PROMPT_THEN_POUND;
  } else {
    prompts[n++] = PROMPT_GREETING;
  }
  call->tries++;
  say(call, prompts, n);
}

/* A digit that is not the fraud code, and not 0, which is most often pressed to reach a person. */
static char random_digit(const char *fraud_code) {
  char digit;
  do digit = (char)('1' + randombytes_uniform(9));
  while (fraud_code && fraud_code[0] == digit && !fraud_code[1]);
  return digit;
}

static void greet(struct call *call) {
  ask(call, false);
}

/* PIN and challenge are asked for at a sign-in alone; who is told of a change hears which code. */
static void set_rules(struct call *call) {
  const struct callee *callee = &call->callee;
  struct call_key_rules rules = {.fraud_code = call->factor->options.fraud_code};
  if (call->purpose == CALL_TO_TELL) rules.fraud_code = TOLD_FRAUD_CODE;
  bool is_personal = call_is_personal(call->purpose);
  rules.wants_pin = is_personal && callee->wants_pin;
  if (is_personal && callee->wants_challenge && !rules.wants_pin)
    rules.challenge = random_digit(rules.fraud_code);
  call_keys_init(&call->keys, &rules);
}

void call_greet(struct call *call) {
  const struct callee *callee = &call->callee;
  const char *extension = callee->phone.number.extension;
  set_rules(call);
  if (!extension[0] || call->factor->options.extension_in_uri) {
    greet(call);
    return;
  }
  char keys[sizeof EXTENSION_PAUSES + NUMBER_EXTENSION_MAX];
  snprintf(keys, sizeof keys, EXTENSION_PAUSES "%s", extension);
  call->dials_extension = true;
  media_dial(call->stream, keys);
}

void call_prompt_again(struct call *call) {
  call_keys_clear(&call->keys);
  ask(call, true);
}

void call_say_goodbye(struct call *call) {
  enum prompt prompt = PROMPT_DENIED;
  if (call->purpose == CALL_TO_TELL && call->outcome != CALL_OUTCOME_FRAUD)
    prompt = PROMPT_NOTED;
  else if (call->outcome == CALL_OUTCOME_APPROVED)
    prompt = call->purpose == CALL_TO_VERIFY ? PROMPT_VERIFIED : PROMPT_THANKS;
  else if (call->outcome == CALL_OUTCOME_FRAUD)
    prompt = PROMPT_FRAUD;
  call_keys_clear(&call->keys);
  say(call, &prompt, 1);
}

/* ---- what is heard ---- */

void call_wrong(struct call *call) {
  call_turn_with(call, call->tries < TRIES_MAX ? CALL_ON_WRONG : CALL_ON_WRONG_LAST,
                 CALL_OUTCOME_DENIED);
}

void call_key(struct call *call, enum call_key_source source, char key) {
  if (call->state != CALL_TALKING || call->dials_extension) return;
  enum call_keys_result result = call_keys_press(&call->keys, source, key);
  switch (result) {
    case CALL_KEYS_MORE:
      media_play(call->stream, NULL, 0); /* he need not hear the rest */
      call_set_pause(call, SILENCE_MS);
      return;
    case CALL_KEYS_WRONG: call_wrong(call); return;
    case CALL_KEYS_APPROVED: call_turn_with(call, CALL_ON_APPROVED, CALL_OUTCOME_APPROVED); return;
    case CALL_KEYS_FRAUD: call_turn_with(call, CALL_ON_FRAUD, CALL_OUTCOME_FRAUD); return;
    case CALL_KEYS_PIN: call_turn(call, CALL_ON_PIN); return;
  }
}

void call_judge_pin(struct call *call, bool is_right) {
  if (call->state != CALL_CHECKING) return;
  if (is_right)
    call_turn_with(call, CALL_ON_APPROVED, CALL_OUTCOME_APPROVED);
  else
    call_wrong(call);
}

/* A hash takes its time on a thread of its own. */
static bool submit_pin(struct call *call, radmfa_span pin) {
  struct hashing *hashing = call->factor->hashing;
  struct hashing_job job = {.login_id = call->place.id,
                            .client = call->place.id,
                            .subject = call->place.id,
                            .hash = call->callee.pin_hash,
                            .password = pin};
  return hashing && hashing_submit(hashing, &job);
}

void call_check_pin(struct call *call) {
  const struct callee *callee = &call->callee;
  radmfa_span pin = {(const uint8_t *)call->keys.digits, call->keys.n};
  bool waits = callee->pin_hash[0] && submit_pin(call, pin);
  bool is_right = !callee->pin_hash[0] && callee->pin_user &&
                  call->factor->options.pin_is(callee->pin_user, pin);
  call_clear_pause(call);
  media_play(call->stream, NULL, 0);
  call_keys_clear(&call->keys);
  if (!waits) call_judge_pin(call, is_right);
}
