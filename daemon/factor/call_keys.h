/* call_keys.h: what somebody means who presses keys: digits are gathered until `#`. Pure. */
#ifndef RADMFAD_FACTOR_CALL_KEYS_H
#define RADMFAD_FACTOR_CALL_KEYS_H

#include <stdbool.h>

#define CALL_KEYS_MAX 16u
#define CALL_FRAUD_CODE_MAX 8u
#define CALL_PIN_MIN 4u
#define CALL_PIN_MAX 10u

/* A PBX may send a key both as RTP and as INFO: who delivers a call's first key is the only one
 * heard. */
enum call_key_source { CALL_KEY_NONE, CALL_KEY_RTP, CALL_KEY_INFO };

struct call_key_rules {
  const char *fraud_code; /* digits, before `#`: "that was not me"; goes before a PIN or challenge
                           * with the same digits. NULL: nothing says so */
  bool wants_pin;
  char challenge; /* the digit that was asked for, '0' to '9'; 0: none. Not with a PIN */
};

enum call_keys_result {
  CALL_KEYS_MORE, /* not yet `#`, or not heard */
  CALL_KEYS_WRONG,
  CALL_KEYS_APPROVED,
  CALL_KEYS_FRAUD,
  CALL_KEYS_PIN, /* `digits` are to be checked, and then call_keys_clear called; else it has been */
};

struct call_keys {
  struct call_key_rules rules;
  enum call_key_source source;
  char digits[CALL_KEYS_MAX + 1];
  unsigned n;
  bool is_too_long;
};

void call_keys_init(struct call_keys *keys, const struct call_key_rules *rules);
/* For another try: forgets digits (wiped), keeps the source. */
void call_keys_clear(struct call_keys *keys);
/* `*` begins anew; A to D are no keys of a telephone and not heard. `#` ends: behind no digit, or
 * with a challenge behind that alone, it approves; with a PIN behind CALL_PIN_MIN to CALL_PIN_MAX
 * digits it is PIN. */
enum call_keys_result call_keys_press(struct call_keys *keys, enum call_key_source source,
                                      char key);

#endif
