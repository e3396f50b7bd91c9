/* call_keys.c: digits before `#`, and what they mean by the rules of the call. */
#include "call_keys.h"

#include <sodium.h>
#include <string.h>

void call_keys_init(struct call_keys *keys, const struct call_key_rules *rules) {
  *keys = (struct call_keys){.rules = *rules};
}

void call_keys_clear(struct call_keys *keys) {
  sodium_memzero(keys->digits, sizeof keys->digits);
  keys->n = 0;
  keys->is_too_long = false;
}

static bool is_digit(char key) {
  return key >= '0' && key <= '9';
}

/* Is it a key at all? A to D have no place on a telephone (RFC 4733 3.2). */
static bool is_heard(struct call_keys *keys, enum call_key_source source, char key) {
  if (source == CALL_KEY_NONE || (!is_digit(key) && key != '*' && key != '#')) return false;
  if (keys->source == CALL_KEY_NONE) keys->source = source;
  return keys->source == source;
}

static void append(struct call_keys *keys, char digit) {
  if (keys->n == CALL_KEYS_MAX) {
    keys->is_too_long = true;
    return;
  }
  keys->digits[keys->n++] = digit;
}

static bool is_fraud_code(const struct call_keys *keys) {
  const char *code = keys->rules.fraud_code;
  return code && *code && !strcmp(keys->digits, code);
}

static enum call_keys_result judge(const struct call_keys *keys) {
  bool is_pin = keys->n >= CALL_PIN_MIN && keys->n <= CALL_PIN_MAX;
  if (keys->is_too_long) return CALL_KEYS_WRONG;
  if (is_fraud_code(keys)) return CALL_KEYS_FRAUD;
  if (keys->rules.wants_pin) return is_pin ? CALL_KEYS_PIN : CALL_KEYS_WRONG;
  const char wanted[] = {keys->rules.challenge, '\0'};
  return !strcmp(keys->digits, wanted) ? CALL_KEYS_APPROVED : CALL_KEYS_WRONG;
}

enum call_keys_result call_keys_press(struct call_keys *keys, enum call_key_source source,
                                      char key) {
  if (!is_heard(keys, source, key)) return CALL_KEYS_MORE;
  if (key == '#') {
    enum call_keys_result result = judge(keys);
    if (result != CALL_KEYS_PIN) call_keys_clear(keys);
    return result;
  }
  if (key == '*')
    call_keys_clear(keys);
  else
    append(keys, key);
  return CALL_KEYS_MORE;
}
