/* user_record.c: texts one behind the other. */
#include "user_record.h"

#include <stdlib.h>
#include <string.h>

#define FIELD(member) \
  { offsetof(struct store_user, member), sizeof(((struct store_user *)0)->member) }

static const struct {
  size_t offset, size;
} texts[USER_TEXTS] = {
    [USER_PRIMARY] = FIELD(primary),
    [USER_IDENTITY] = FIELD(identity),
    [USER_NAME] = FIELD(name),
    [USER_NUMBER] = FIELD(number.e164),
    [USER_EXTENSION] = FIELD(number.extension),
    [USER_LANGUAGE] = FIELD(language),
    [USER_FACTOR] = FIELD(factor),
    [USER_PIN_HASH] = FIELD(pin_hash),
    [USER_BLOCKED_WHY] = FIELD(blocked_why),
    [USER_BYPASS_WHY] = FIELD(bypass_why),
    [USER_BYPASS_BY] = FIELD(bypass_by),
};

static const size_t counts[USER_COUNTS] = {
    offsetof(struct store_user, totp_step),       offsetof(struct store_user, blocked_ms),
    offsetof(struct store_user, bypass_until_ms), offsetof(struct store_user, invite_until_ms),
    offsetof(struct store_user, created_ms),      offsetof(struct store_user, changed_ms),
    offsetof(struct store_user, revision),        offsetof(struct store_user, calls),
    offsetof(struct store_user, calls_window_ms),
};

char *user_text(struct store_user *user, enum user_text which, size_t *out_size) {
  if (out_size) *out_size = texts[which].size;
  return (char *)user + texts[which].offset;
}

uint64_t *user_count(struct store_user *user, size_t which) {
  return (uint64_t *)(void *)((char *)user + counts[which]);
}

static const char *text_of(const struct store_user *user, size_t which) {
  return (const char *)user + texts[which].offset;
}

/* ---- what a user may be ---- */

static bool is_number(const struct number *number) {
  struct number parsed;
  if (!number_parse(radmfa_text(number->e164), NULL, &parsed)) return false;
  size_t digits = strspn(number->extension, "0123456789");
  return strcmp(parsed.e164, number->e164) == 0 && !number->extension[digits];
}

static bool is_limit(const struct store_user *user) {
  if (!user->calls) return !user->calls_window_ms;
  return user->calls <= STORE_CALLS_MAX && user->calls_window_ms >= STORE_CALLS_WINDOW_MIN_MS &&
         user->calls_window_ms <= STORE_CALLS_WINDOW_MAX_MS;
}

bool user_is_valid(const struct store_user *user) {
  for (size_t i = 0; i < USER_TEXTS; i++)
    if (!memchr(text_of(user, i), '\0', texts[i].size)) return false;
  if (!*user->primary || !*user->identity) return false;
  if (user->totp_secret_len > STORE_TOTP_SECRET_MAX) return false;
  if ((unsigned)user->number_state > STORE_NUMBER_VERIFIED || !is_limit(user)) return false;
  return user->number_state == STORE_NUMBER_NONE || is_number(&user->number);
}

/* ---- records ---- */

static size_t copy_texts(struct user_record *record, const struct store_user *user) {
  size_t used = 0;
  for (size_t i = 0; i < USER_TEXTS; i++) {
    size_t len = strlen(text_of(user, i)) + 1;
    record->starts[i] = (uint16_t)used;
    memcpy(record->bytes + used, text_of(user, i), len);
    used += len;
  }
  return used;
}

static void copy_secrets(struct user_record *record, const struct store_user *user, size_t at) {
  memcpy(record->bytes + at, user->totp_secret, user->totp_secret_len);
  if (user->invite_until_ms)
    memcpy(record->bytes + at + user->totp_secret_len, user->invite_hash, sizeof user->invite_hash);
}

static size_t size_of(const struct store_user *user) {
  size_t size = sizeof(struct user_record) + user->totp_secret_len;
  for (size_t i = 0; i < USER_TEXTS; i++) size += strlen(text_of(user, i)) + 1;
  return size + (user->invite_until_ms ? sizeof user->invite_hash : 0);
}

struct user_record *user_record_new(const struct store_user *user) {
  size_t size = size_of(user);
  struct user_record *record = malloc(size);
  if (!record) return NULL;
  *record = (struct user_record){.holders = 1,
                                 .size = size,
                                 .number_state = (uint8_t)user->number_state,
                                 .number_is_directorys = user->number_is_directorys,
                                 .is_blocked = user->is_blocked,
                                 .totp_secret_len = user->totp_secret_len};
  for (size_t i = 0; i < USER_COUNTS; i++)
    memcpy(&record->counts[i], (const char *)user + counts[i], sizeof record->counts[i]);
  copy_secrets(record, user, copy_texts(record, user));
  return record;
}

struct user_record *user_record_hold(struct user_record *record) {
  record->holders++;
  return record;
}

void user_record_drop(struct user_record *record) {
  if (!record || --record->holders) return;
  radmfa_wipe(record, record->size);
  free(record);
}

const char *user_record_text(const struct user_record *record, enum user_text which) {
  return record->bytes + record->starts[which];
}

static void read_secrets(const struct user_record *record, struct store_user *out) {
  const char *last = user_record_text(record, USER_TEXTS - 1);
  const char *secrets = last + strlen(last) + 1;
  memcpy(out->totp_secret, secrets, record->totp_secret_len);
  if (out->invite_until_ms)
    memcpy(out->invite_hash, secrets + record->totp_secret_len, sizeof out->invite_hash);
}

void user_record_read(const struct user_record *record, struct store_user *out) {
  *out = (struct store_user){.number_state = (enum store_number_state)record->number_state,
                             .number_is_directorys = record->number_is_directorys,
                             .is_blocked = record->is_blocked,
                             .totp_secret_len = record->totp_secret_len};
  for (size_t i = 0; i < USER_TEXTS; i++) {
    const char *text = user_record_text(record, (enum user_text)i);
    memcpy(user_text(out, (enum user_text)i, NULL), text, strlen(text) + 1);
  }
  for (size_t i = 0; i < USER_COUNTS; i++) *user_count(out, i) = record->counts[i];
  read_secrets(record, out);
}
