#include "words.h"

#include "doom.h"

#include <stdlib.h>
#include <string.h>

/* ---- words and numbers ---- */

size_t split(char *text, char *words[WORDS_MAX]) {
  size_t n = 0;
  char *rest = text, *word = strtok_r(text, " \t", &rest);
  for (; word && n < WORDS_MAX; word = strtok_r(NULL, " \t", &rest)) words[n++] = word;
  return n;
}

bool parse_ms(const char *text, uint64_t *out_ms) {
  char *unit;
  unsigned long long number = strtoull(text, &unit, 10);
  if (unit == text) return false;
  if (strcmp(unit, "ms") == 0 || (!*unit && !number))
    *out_ms = number;
  else if (strcmp(unit, "s") == 0)
    *out_ms = number * 1000;
  else
    return false;
  return true;
}

static bool is(const char *a, const char *b) {
  return strcmp(a, b) == 0;
}

static const char *keep(struct script *script, const char *word) {
  size_t size = strlen(word) + 1;
  if (script->text_len + size > sizeof script->text) DOOM("a script of too many words");
  char *kept = memcpy(script->text + script->text_len, word, size);
  script->text_len += size;
  return kept;
}

/* The index of `word` in a list that NULL ends, or -1. */
static int find(const char *word, const char *const *list) {
  for (int i = 0; list[i]; i++)
    if (is(word, list[i])) return i;
  return -1;
}

/* ---- settings ---- */

static bool number(const char *word, uint32_t *out) {
  uint64_t ms;
  char *end;
  unsigned long long value = strtoull(word, &end, 10);
  if (*end && !parse_ms(word, &ms)) return false;
  *out = (uint32_t)(*end ? ms : value);
  return true;
}

static bool set_list(struct script *script, const char *key, char *value) {
  static const char *const methods[] = {"pap", "chap", "mschap", "eap", NULL};
  struct world_options *o = &script->options;
  bool factors = is(key, "factors");
  if (!factors && !is(key, "methods")) return false;
  memset(o->factors, 0, factors ? sizeof o->factors : 0);
  if (!factors) o->methods = 0;
  size_t n = 0;
  for (char *item = strtok(value, ","); item; item = strtok(NULL, ",")) {
    if (factors && !is(item, "none")) o->factors[n++] = keep(script, item);
    if (!factors && find(item, methods) < 0) return false;
    if (!factors) o->methods |= 1u << find(item, methods);
  }
  return true;
}

static bool set_word(struct world_options *o, const char *key, const char *value) {
  static const char *const unavailable[] = {"silent", "reject", "accept", NULL};
  static const char *const sign[] = {"require", "auto", "off", NULL};
  if (is(key, "unavailable") && find(value, unavailable) >= 0)
    o->policy.on_unavailable = (radmfa_on_unavailable)find(value, unavailable);
  else if (is(key, "message_authenticator") && find(value, sign) >= 0)
    o->client.message_authenticator = (radmfa_message_authenticator)find(value, sign);
  else if (is(key, "join"))
    o->policy.join = is(value, "on");
  else if (is(key, "unenrolled"))
    o->policy.accept_unenrolled = is(value, "accept");
  else if (is(key, "upstream"))
    o->is_upstream = is(value, "yes");
  else
    return false;
  return true;
}

static bool set_number(struct world_options *o, const char *key, const char *value) {
  struct {
    const char *key;
    uint32_t *to;
  } numbers[] = {{"engines", &o->engines},
                 {"timeout", &o->client.timeout_ms},
                 {"answer_before", &o->client.answer_before_ms},
                 {"client_pending", &o->client.pending_max},
                 {"reuse_approval", &o->policy.reuse_approval_ms},
                 {"reject_delay", &o->policy.reject_delay_ms},
                 {"min_call", &o->policy.min_call_ms},
                 {"pending", &o->engine.pending_max},
                 {"kept_replies", &o->engine.kept_replies_max},
                 {"keep_reply", &o->engine.keep_reply_ms}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (is(key, numbers[i].key)) return number(value, numbers[i].to);
  return false;
}

const char *script_setting(struct script *script, char **words, size_t n) {
  if (n % 2) return "settings are pairs of key and value:";
  for (size_t i = 0; i < n; i += 2)
    if (!set_word(&script->options, words[i], words[i + 1]) &&
        !set_number(&script->options, words[i], words[i + 1]) &&
        !set_list(script, words[i], words[i + 1]))
      return "no such setting or value";
  return NULL;
}

void script_init(struct script *script) {
  world_options_init(&script->options);
  script->options.is_manual = true;
  for (size_t i = 0; i < LABELS_MAX; i++) script->waiters[i] = -1;
}

void script_begin(struct script *script) {
  if (script->has_begun) return;
  script->world = world_new(&script->options);
  script->began_ms = world_now(&script->world);
  script->has_begun = true;
}

/* ---- events ---- */

static int *waiter_of(struct script *script, const char *label) {
  if (label[0] < 'A' || label[0] > 'Z' || label[1]) return NULL;
  return &script->waiters[label[0] - 'A'];
}

static bool request_flag(struct request *request, const char *word) {
  static const char *const methods[] = {"pap", "chap", "mschap", "eap", NULL};
  if (is(word, "unsigned"))
    request->is_unsigned = true;
  else if (is(word, "forged"))
    request->is_forged = true;
  else if (is(word, "status"))
    request->code = RADMFA_STATUS_SERVER;
  else if (is(word, "accounting"))
    request->code = RADMFA_ACCOUNTING_REQUEST;
  else if (find(word, methods) >= 0)
    request->method = (radmfa_method)(1u << find(word, methods));
  else
    return false;
  return true;
}

static bool request_option(struct script *script, struct request *request, char *word) {
  if (request_flag(request, word)) return true;
  char *value = strchr(word, '=');
  uint32_t n = 0;
  if (!value) return false;
  *value++ = 0;
  if (is(word, "peer"))
    request->peer = keep(script, value);
  else if (is(word, "station"))
    request->station = keep(script, value);
  else if (is(word, "nas"))
    request->nas = keep(script, value);
  else if (is(word, "proxy_state"))
    request->proxy_state = keep(script, value);
  else if (!number(value, &n))
    return false;
  else if (is(word, "id"))
    request->id = (uint8_t)n;
  else if (is(word, "engine"))
    request->engine = (uint8_t)n;
  else if (is(word, "socket"))
    request->socket = (uint16_t)n;
  else if (is(word, "filler"))
    request->filler = (uint16_t)n;
  else if (is(word, "password_octets"))
    request->password_octets = (uint8_t)n;
  else
    return false;
  return true;
}

/* request A alice right [OPTION...]; `fresh` follows the label, so that no two are alike by
 * accident. */
static const char *send_request(struct script *script, char **words, size_t n) {
  struct request request = {0};
  int *waiter = n >= 4 ? waiter_of(script, words[1]) : NULL;
  if (!waiter) return "request LABEL USER PASSWORD:";
  request.label = keep(script, words[1]);
  request.fresh = (uint8_t)words[1][0];
  request.user = is(words[2], "-") ? NULL : keep(script, words[2]);
  request.password = is(words[3], "-") ? NULL : keep(script, words[3]);
  for (size_t i = 4; i < n; i++)
    if (!request_option(script, &request, words[i])) return "no such option of a request:";
  *waiter = world_send(&script->world, request);
  return NULL;
}

static size_t encode_attributes(char **words, size_t n, uint8_t *out, radmfa_span *out_identity) {
  size_t len = 0;
  for (size_t i = 0; i < n; i++) {
    char *value = strchr(words[i], '=') + 1;
    size_t size = strlen(value);
    if (strncmp(words[i], "identity=", 9) == 0) {
      *out_identity = radmfa_text(value);
      continue;
    }
    out[len] = (uint8_t)strtoul(words[i], NULL, 10);
    out[len + 1] = (uint8_t)(size + 2);
    memcpy(out + len + 2, value, size);
    len += size + 2;
  }
  return len;
}

static const char *say_primary(struct script *script, char **words, size_t n) {
  static const struct {
    const char *word;
    radmfa_primary_answer answer;
  } answers[] = {
      {"ok", {.verdict = RADMFA_PRIMARY_ACCEPT}},
      {"exempt", {.verdict = RADMFA_PRIMARY_ACCEPT, .admission = RADMFA_ADMISSION_EXEMPT}},
      {"bypass", {.verdict = RADMFA_PRIMARY_ACCEPT, .admission = RADMFA_ADMISSION_BYPASS}},
      {"wrong", {.verdict = RADMFA_PRIMARY_REJECT, .reason = RADMFA_REASON_WRONG_PASSWORD}},
      {"unknown", {.verdict = RADMFA_PRIMARY_REJECT, .reason = RADMFA_REASON_UNKNOWN_USER}},
      {"blocked", {.verdict = RADMFA_PRIMARY_REJECT, .reason = RADMFA_REASON_BLOCKED}},
      {"challenge", {.verdict = RADMFA_PRIMARY_CHALLENGE}},
      {"unavailable", {.verdict = RADMFA_PRIMARY_UNAVAILABLE}},
      {"lost", {.verdict = RADMFA_PRIMARY_UNAVAILABLE, .was_asked = true}},
      {"limit", {.verdict = RADMFA_PRIMARY_OVER_LIMIT}}};
  uint8_t attributes[1024];
  const int *waiter = n >= 3 ? waiter_of(script, words[2]) : NULL;
  if (!waiter || *waiter < 0) return "password ANSWER LABEL:";
  for (size_t i = 3; i < n; i++)
    if (!strchr(words[i], '=')) return "attributes are TYPE=TEXT:";
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
    if (!is(words[1], answers[i].word)) continue;
    radmfa_primary_answer answer = answers[i].answer;
    answer.attributes.len = encode_attributes(words + 3, n - 3, attributes, &answer.identity);
    answer.attributes.ptr = attributes;
    world_answer_primary(&script->world, *waiter, answer);
    return NULL;
  }
  return "no such answer of a primary:";
}

static const char *say_factor(struct script *script, char **words, size_t n) {
  static const char *const answers[] = {
      "denied",  "approved",   "fraud",       "busy",  "declined",     "no_answer",
      "hung_up", "bad_number", "unavailable", "limit", "not_enrolled", NULL}; /* as the enum */
  const int *waiter = n == 3 ? waiter_of(script, words[2]) : NULL;
  if (!waiter || *waiter < 0) return "factor ANSWER LABEL:";
  if (find(words[1], answers) < 0) return "no such answer of a factor:";
  world_answer_factor(&script->world, *waiter, (radmfa_factor_answer)find(words[1], answers));
  return NULL;
}

static const char *hang_up(struct script *script, char **words, size_t n) {
  const int *waiter = n == 2 ? waiter_of(script, words[1]) : NULL;
  if (!waiter || *waiter < 0) return "hang_up LABEL:";
  world_hang_up(&script->world, *waiter);
  return NULL;
}

static const char *send_again(struct script *script, char **words, size_t n) {
  const int *waiter = n == 2 ? waiter_of(script, words[1]) : NULL;
  if (!waiter || *waiter < 0) return "again LABEL:";
  world_send_again(&script->world, *waiter);
  return NULL;
}

static const char *reload(struct script *script, char **words, size_t n) {
  const char *error = script_setting(script, words + 1, n - 1);
  if (!error && world_reload(&script->world, &script->options)) return "the ruleset was refused:";
  return error;
}

const char *script_event(struct script *script, char **words, size_t n) {
  if (is(words[0], "request")) return send_request(script, words, n);
  if (is(words[0], "again")) return send_again(script, words, n);
  if (is(words[0], "password")) return say_primary(script, words, n);
  if (is(words[0], "factor")) return say_factor(script, words, n);
  if (is(words[0], "hang_up")) return hang_up(script, words, n);
  if (is(words[0], "reload")) return reload(script, words, n);
  if (is(words[0], "drain")) world_drain(&script->world);
  if (is(words[0], "clock")) world_advance_ms(&script->world, 0);
  if (is(words[0], "drain") || is(words[0], "clock")) return NULL;
  return "no such event:";
}
