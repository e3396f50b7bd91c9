/* portal_edit.c: a function for each kind. */
#include "portal_edit.h"

#include "../site.h"

#include <sodium.h>
#include <string.h>

static bool same_number(const struct number *a, const struct number *b) {
  return strcmp(a->e164, b->e164) == 0 && strcmp(a->extension, b->extension) == 0;
}

static void use_invite(struct store_user *user) {
  user->invite_until_ms = 0;
  sodium_memzero(user->invite_hash, sizeof user->invite_hash);
}

static enum portal_edit_result set_number(const struct portal_edit *edit, struct store_user *user) {
  user->number = edit->number;
  user->number_state = STORE_NUMBER_VERIFIED;
  user->number_is_directorys = false;
  if (!user->language[0]) memcpy(user->language, edit->language, sizeof user->language);
  use_invite(user);
  return PORTAL_EDIT_DONE;
}

static enum portal_edit_result answered(const struct portal_edit *edit, struct store_user *user) {
  if (!site_number_counts(user)) {
    if (!edit->is_listed) return PORTAL_EDIT_CHANGED;
    if (!edit->is_kept) return PORTAL_EDIT_NOTHING;
    user->number = edit->number;
    user->number_is_directorys = true;
  } else if (!same_number(&user->number, &edit->number)) {
    return PORTAL_EDIT_CHANGED;
  } else if (user->number_state == STORE_NUMBER_VERIFIED) {
    return PORTAL_EDIT_NOTHING;
  }
  user->number_state = STORE_NUMBER_VERIFIED;
  use_invite(user);
  return PORTAL_EDIT_DONE;
}

static enum portal_edit_result set_text(char *field, size_t size, const char *text) {
  if (strcmp(field, text) == 0) return PORTAL_EDIT_NOTHING;
  size_t len = strnlen(text, size - 1);
  memcpy(field, text, len);
  field[len] = '\0';
  return PORTAL_EDIT_DONE;
}

static enum portal_edit_result set_passcode(const struct portal_edit *edit,
                                            struct store_user *user) {
  memcpy(user->totp_secret, edit->secret, sizeof user->totp_secret);
  user->totp_secret_len = edit->secret_len;
  user->totp_step = edit->step;
  /* its only factor, so far as anybody knows: the code behind a password is looked for */
  if (!user->factor[0] && !site_number_counts(user) && !edit->is_listed)
    (void)set_text(user->factor, sizeof user->factor, edit->text);
  use_invite(user);
  return PORTAL_EDIT_DONE;
}

/* Who has no factor left may be let in on his password alone, or enrol whatever he likes. */
static enum portal_edit_result remove_passcode(const struct portal_edit *edit,
                                               struct store_user *user) {
  if (!user->totp_secret_len) return PORTAL_EDIT_NOTHING;
  if (user->number_state != STORE_NUMBER_VERIFIED && !edit->is_listed) return PORTAL_EDIT_LAST;
  sodium_memzero(user->totp_secret, sizeof user->totp_secret);
  user->totp_secret_len = 0;
  user->totp_step = 0;
  if (strcmp(user->factor, edit->text) == 0) user->factor[0] = '\0';
  return PORTAL_EDIT_DONE;
}

enum portal_edit_result portal_edit_apply(const struct portal_edit *edit, struct store_user *user) {
  switch (edit->kind) {
    case PORTAL_EDIT_NUMBER: return set_number(edit, user);
    case PORTAL_EDIT_ANSWERED: return answered(edit, user);
    case PORTAL_EDIT_PIN: return set_text(user->pin_hash, sizeof user->pin_hash, edit->text);
    case PORTAL_EDIT_FACTOR: return set_text(user->factor, sizeof user->factor, edit->text);
    case PORTAL_EDIT_LANGUAGE: return set_text(user->language, sizeof user->language, edit->text);
    case PORTAL_EDIT_PASSCODE: return set_passcode(edit, user);
    case PORTAL_EDIT_NO_PASSCODE: return remove_passcode(edit, user);
  }
  return PORTAL_EDIT_NOTHING;
}

const char *portal_edit_name(enum portal_edit_kind kind) {
  static const char *const names[] = {[PORTAL_EDIT_NUMBER] = "number",
                                      [PORTAL_EDIT_ANSWERED] = "number",
                                      [PORTAL_EDIT_PIN] = "pin",
                                      [PORTAL_EDIT_FACTOR] = "factor",
                                      [PORTAL_EDIT_LANGUAGE] = "language",
                                      [PORTAL_EDIT_PASSCODE] = "passcode",
                                      [PORTAL_EDIT_NO_PASSCODE] = "no_passcode"};
  return names[kind];
}
