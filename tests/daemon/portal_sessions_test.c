/* Sessions of the portal: found by their tokens, until their time is over. */
#include "control/portal_sessions.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define IDLE_MS 900000u
#define HOUR_MS 3600000u

static struct portal_sessions *sessions;
static char token[PORTAL_TOKEN_SIZE];
static unsigned n_ended;

static void count_ended(struct portal_session *session, void *user) {
  (void)session;
  (void)user;
  n_ended++;
}

static void start(void) {
  sessions = portal_sessions_new(count_ended, NULL);
  n_ended = 0;
}

static void stop(void) {
  portal_sessions_free(sessions);
}

TestSuite(portal_sessions, .init = start, .fini = stop);

static struct portal_session *sign_in(const char *identity, uint64_t now_ms) {
  return portal_sessions_add(sessions, "corp", radmfa_text(identity), radmfa_text("typed"), IDLE_MS,
                             now_ms, token);
}

static struct portal_session *found(const char *text, uint64_t now_ms) {
  return portal_sessions_find(sessions, radmfa_text(text), IDLE_MS, now_ms);
}

Test(portal_sessions, a_token_finds_its_session_and_knows_whose_it_is) {
  struct portal_session *session = sign_in("alice", 0);
  cr_assert_not_null(session);
  cr_assert_eq(strlen(token), 43);
  cr_assert_eq(found(token, 1), session);
  cr_assert_str_eq(session->primary, "corp");
  cr_assert_str_eq(session->identity, "alice");
  cr_assert_str_eq(session->name, "typed");
  cr_assert_not(session->is_verified);
}

Test(portal_sessions, no_other_text_finds_it) {
  char other[PORTAL_TOKEN_SIZE];
  cr_assert_not_null(sign_in("alice", 0));
  snprintf(other, sizeof other, "%s", token);
  other[7] = other[7] == 'A' ? 'B' : 'A';
  cr_assert_null(found(other, 1));
  cr_assert_null(found("", 1));
  cr_assert_null(found("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 1));
  other[42] = '\0';
  cr_assert_null(found(other, 1));
}

Test(portal_sessions, two_sign_ins_have_two_tokens) {
  char first[PORTAL_TOKEN_SIZE];
  struct portal_session *one = sign_in("alice", 0);
  snprintf(first, sizeof first, "%s", token);
  cr_assert_neq(sign_in("alice", 0), one);
  cr_assert_str_neq(first, token);
  cr_assert_eq(found(first, 1), one);
}

Test(portal_sessions, the_token_is_not_kept) {
  const struct portal_session *session = sign_in("alice", 0);
  cr_assert_null(memmem(session, sizeof *session, token, 16));
}

Test(portal_sessions, one_that_is_not_used_ends) {
  cr_assert_not_null(sign_in("alice", 0));
  cr_assert_not_null(found(token, IDLE_MS - 1));
  cr_assert_not_null(found(token, 2 * IDLE_MS - 2));
  cr_assert_null(found(token, 3 * IDLE_MS - 2));
  cr_assert_eq(n_ended, 1);
  cr_assert_eq(portal_sessions_count(sessions), 0);
}

Test(portal_sessions, it_ends_after_eight_hours_however_busy_it_is) {
  cr_assert_not_null(sign_in("alice", 0));
  for (uint64_t now_ms = 0; now_ms < 8 * HOUR_MS; now_ms += 600000)
    cr_assert_not_null(found(token, now_ms));
  cr_assert_null(found(token, 8 * HOUR_MS));
}

Test(portal_sessions, it_tells_how_long_it_lasts) {
  struct portal_session *session = sign_in("alice", 1000);
  cr_assert_eq(portal_session_left_ms(session, IDLE_MS, 1000), IDLE_MS);
  cr_assert_eq(portal_session_left_ms(session, IDLE_MS, 2000), IDLE_MS - 1000);
  session->used_ms = 8 * HOUR_MS;
  cr_assert_eq(portal_session_left_ms(session, IDLE_MS, 8 * HOUR_MS), 1000);
}

Test(portal_sessions, one_in_which_something_is_under_way_is_not_idle) {
  struct portal_session *session = sign_in("alice", 0);
  uint64_t id = portal_session_hold(session);
  cr_assert_not_null(found(token, IDLE_MS + 5));
  cr_assert_eq(portal_sessions_release(sessions, id, 3 * IDLE_MS), session);
  cr_assert_not_null(found(token, 4 * IDLE_MS - 1));
  cr_assert_null(found(token, 5 * IDLE_MS));
}

Test(portal_sessions, what_is_under_way_finds_out_that_its_session_has_ended) {
  struct portal_session *session = sign_in("alice", 0);
  uint64_t id = portal_session_hold(session);
  portal_sessions_end(sessions, session);
  cr_assert_null(portal_sessions_release(sessions, id, 1));
}

Test(portal_sessions, what_lasts_beyond_the_eight_hours_has_no_session_any_more) {
  uint64_t id = portal_session_hold(sign_in("alice", 0));
  cr_assert_null(portal_sessions_release(sessions, id, 8 * HOUR_MS));
  cr_assert_eq(portal_sessions_count(sessions), 0);
}

Test(portal_sessions, all_of_a_user_end_under_each_spelling_and_no_others) {
  char others[PORTAL_TOKEN_SIZE];
  cr_assert(sign_in("alice", 0) && sign_in("Alice", 0) && sign_in("bob", 0));
  snprintf(others, sizeof others, "%s", token);
  cr_assert_eq(portal_sessions_end_user(sessions, "corp", radmfa_text("ALICE")), 2);
  cr_assert_eq(portal_sessions_end_user(sessions, "lab", radmfa_text("bob")), 0);
  cr_assert_not_null(found(others, 1));
}

Test(portal_sessions, a_user_has_eight_and_the_one_unused_for_longest_makes_room) {
  char tokens[9][PORTAL_TOKEN_SIZE];
  for (unsigned i = 0; i < 8; i++) {
    cr_assert_not_null(sign_in("alice", i));
    memcpy(tokens[i], token, sizeof token);
  }
  cr_assert_not_null(found(tokens[0], 10));
  cr_assert_not_null(sign_in("alice", 11));
  cr_assert_eq(portal_sessions_count(sessions), 8);
  cr_assert_not_null(found(tokens[0], 12));
  cr_assert_null(found(tokens[1], 12));
}

Test(portal_sessions, who_has_the_password_alone_ends_no_verified_session) {
  char own[PORTAL_TOKEN_SIZE];
  sign_in("alice", 0)->is_verified = true;
  memcpy(own, token, sizeof token);
  for (unsigned i = 1; i < 50; i++) cr_assert_not_null(sign_in("alice", i));
  cr_assert_not_null(found(own, 60));
}

Test(portal_sessions, nor_one_that_a_call_is_under_way_for) {
  char own[PORTAL_TOKEN_SIZE];
  (void)portal_session_hold(sign_in("alice", 0));
  memcpy(own, token, sizeof token);
  for (unsigned i = 1; i < 50; i++) cr_assert_not_null(sign_in("alice", i));
  cr_assert_not_null(found(own, 60));
}

Test(portal_sessions, where_all_are_verified_there_is_no_room) {
  for (unsigned i = 0; i < 8; i++) sign_in("alice", i)->is_verified = true;
  cr_assert_null(sign_in("alice", 9));
  cr_assert_not_null(sign_in("alice", 8 + IDLE_MS));
}

Test(portal_sessions, there_are_no_more_than_their_limit) {
  char name[16];
  for (unsigned i = 0; i < PORTAL_SESSIONS_MAX + 10; i++) {
    snprintf(name, sizeof name, "u%u", i);
    cr_assert_not_null(sign_in(name, 5));
  }
  cr_assert_eq(portal_sessions_count(sessions), PORTAL_SESSIONS_MAX);
  cr_assert_eq(n_ended, 10);
}

Test(portal_sessions, names_that_do_not_fit_are_refused) {
  char name[STORE_TEXT_SIZE + 1];
  memset(name, 'a', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  cr_assert_null(sign_in(name, 0));
  cr_assert_null(sign_in("", 0));
  cr_assert_null(portal_sessions_add(sessions, "corp", (radmfa_span){(const uint8_t *)"a\0b", 3},
                                     radmfa_text("a"), IDLE_MS, 0, token));
}

/* ---- stamps ---- */

static struct store_user alice(void) {
  struct store_user user = {.primary = "corp", .identity = "alice", .created_ms = 7};
  snprintf(user.number.e164, sizeof user.number.e164, "+15551230001");
  return user;
}

static bool holds(const struct store_user *before, const struct store_user *after) {
  struct portal_stamp stamp;
  portal_stamp_make(before, &stamp);
  return portal_stamp_holds(&stamp, after);
}

Test(portal_stamp, what_a_user_is_known_by_ends_sessions_when_it_changes) {
  struct store_user before = alice(), after = alice();
  cr_assert(holds(&before, &after));
  after.number.e164[11] = '2';
  cr_assert_not(holds(&before, &after));
  after = alice();
  after.number.extension[0] = '1';
  cr_assert_not(holds(&before, &after));
  after = alice();
  after.pin_hash[0] = '$';
  cr_assert_not(holds(&before, &after));
  after = alice();
  after.factor[0] = 'p';
  cr_assert_not(holds(&before, &after));
  after = alice();
  after.totp_secret_len = 20;
  cr_assert_not(holds(&before, &after));
}

Test(portal_stamp, a_block_and_a_removal_end_sessions) {
  struct store_user before = alice(), after = alice();
  after.is_blocked = true;
  cr_assert_not(holds(&before, &after));
  cr_assert_not(holds(&before, NULL));
  cr_assert_not(holds(NULL, &after));
  after = alice();
  after.created_ms = 8;
  cr_assert_not(holds(&before, &after));
}

Test(portal_stamp, what_logins_and_invitations_change_ends_none) {
  struct store_user before = alice(), after = alice();
  after.totp_step = 9;
  after.invite_until_ms = 10;
  after.bypass_until_ms = 11;
  after.revision = 12;
  snprintf(after.language, sizeof after.language, "de");
  after.number_state = STORE_NUMBER_VERIFIED;
  cr_assert(holds(&before, &after));
  after = (struct store_user){.created_ms = 9, .invite_until_ms = 10};
  cr_assert(holds(NULL, &after));
  after.is_blocked = true;
  cr_assert_not(holds(NULL, &after));
}
