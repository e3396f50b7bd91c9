/* Users in a store: found, changed, listed, and there again when it is opened anew. */
#include "store_world.h"

#include <radmfa/error.h>
#include <sodium.h>
#include <sys/stat.h>

TestSuite(store, .init = world_up, .fini = world_down);

#define NOW_MS 5000000u

static struct store_user alice_with_all(void) {
  struct store_user user = user_named("Alice");
  user.number_state = STORE_NUMBER_VERIFIED;
  user.number_is_directorys = true;
  user.number = (struct number){"+15551230001", "890"};
  strcpy(user.language, "de");
  strcpy(user.factor, "phone");
  strcpy(user.pin_hash, "$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA");
  user.totp_secret_len = 20;
  memset(user.totp_secret, 0xa5, user.totp_secret_len);
  user.totp_step = UINT64_C(0x123456789abc);
  user.is_blocked = true;
  user.blocked_ms = 77;
  strcpy(user.blocked_why, "fraud");
  user.bypass_until_ms = 88;
  strcpy(user.bypass_why, "lost phone");
  strcpy(user.bypass_by, "root");
  memset(user.invite_hash, 0x5a, sizeof user.invite_hash);
  user.invite_until_ms = 99;
  return user;
}

/* But what is the store's to set. */
static void assert_same(const struct store_user *a, const struct store_user *b) {
  cr_assert_str_eq(a->primary, b->primary);
  cr_assert_str_eq(a->identity, b->identity);
  cr_assert_str_eq(a->name, b->name);
  cr_assert_eq(a->number_state, b->number_state);
  cr_assert_eq(a->number_is_directorys, b->number_is_directorys);
  cr_assert_str_eq(a->number.e164, b->number.e164);
  cr_assert_str_eq(a->number.extension, b->number.extension);
  cr_assert_str_eq(a->language, b->language);
  cr_assert_str_eq(a->factor, b->factor);
  cr_assert_str_eq(a->pin_hash, b->pin_hash);
  cr_assert_eq(a->totp_secret_len, b->totp_secret_len);
  cr_assert_arr_eq(a->totp_secret, b->totp_secret, sizeof a->totp_secret);
  cr_assert_eq(a->totp_step, b->totp_step);
  cr_assert_eq(a->is_blocked, b->is_blocked);
  cr_assert_eq(a->blocked_ms, b->blocked_ms);
  cr_assert_str_eq(a->blocked_why, b->blocked_why);
  cr_assert_eq(a->bypass_until_ms, b->bypass_until_ms);
  cr_assert_str_eq(a->bypass_why, b->bypass_why);
  cr_assert_str_eq(a->bypass_by, b->bypass_by);
  cr_assert_arr_eq(a->invite_hash, b->invite_hash, sizeof a->invite_hash);
  cr_assert_eq(a->invite_until_ms, b->invite_until_ms);
}

/* ---- what lasts ---- */

Test(store, a_user_is_found_with_all_that_was_written_of_him) {
  struct store *store = world_store();
  struct store_user alice = alice_with_all(), out;
  put_new(store, &alice);
  out = found(store, &alice);
  assert_same(&out, &alice);
  cr_assert_eq(out.created_ms, NOW_MS);
  cr_assert_eq(out.changed_ms, NOW_MS);
  cr_assert_gt(out.revision, 0);
  store_free(store);
}

Test(store, a_store_that_is_opened_anew_knows_the_same) {
  struct store *store = world_store();
  struct store_user alice = alice_with_all(), bob = user_named("Bob"), before, after;
  put_new(store, &alice);
  put_new(store, &bob);
  before = found(store, &alice);
  store_free(store);
  store = world_store();
  after = found(store, &alice);
  assert_same(&after, &alice);
  cr_assert_eq(after.revision, before.revision);
  cr_assert_eq(after.created_ms, before.created_ms);
  cr_assert_eq(store_count(store), 2);
  store_free(store);
}

Test(store, the_file_is_for_who_runs_radmfad_alone) {
  struct stat file;
  umask(0);
  store_free(world_store());
  cr_assert_eq(stat(db_path, &file), 0);
  cr_assert_eq(file.st_mode & 0777, 0600);
  cr_assert_eq(chmod(db_path, 0644), 0);
  store_free(world_store());
  cr_assert_eq(stat(db_path, &file), 0);
  cr_assert_eq(file.st_mode & 0777, 0600);
}

/* ---- who is who ---- */

Test(store, an_identity_is_one_in_either_case_but_not_in_another_primary) {
  struct store *store = world_store();
  struct store_user alice = user_named("Alice"), other = user_named("Alice");
  put_new(store, &alice);
  cr_assert(store_find(store, "corp", radmfa_text("ID-aLICE"), NULL));
  cr_assert_not(store_find(store, "lab", radmfa_text("id-Alice"), NULL));
  cr_assert_not(store_find(store, "corp", radmfa_text("id-Alic"), NULL));
  cr_assert_not(store_find(store, "corp", (radmfa_span){0}, NULL));
  strcpy(other.identity, "ID-ALICE");
  cr_assert_eq(put(store, &other, STORE_NEW_USER), RADMFA_E_EXISTS);
  strcpy(other.primary, "lab");
  put_new(store, &other);
  cr_assert_eq(store_count(store), 2);
  store_free(store);
}

Test(store, a_name_finds_its_user_unless_several_have_it) {
  struct store *store = world_store();
  struct store_user alice = user_named("Alice"), other = user_named("Alice"), out;
  put_new(store, &alice);
  cr_assert_eq(store_find_name(store, NULL, radmfa_text("aLiCe"), &out), 0);
  cr_assert_str_eq(out.identity, "id-Alice");
  strcpy(other.primary, "lab");
  put_new(store, &other);
  cr_assert_eq(store_find_name(store, NULL, radmfa_text("alice"), &out), RADMFA_E_EXISTS);
  cr_assert_eq(store_find_name(store, "lab", radmfa_text("alice"), &out), 0);
  cr_assert_str_eq(out.primary, "lab");
  cr_assert_eq(store_find_name(store, "lab", radmfa_text("bob"), &out), RADMFA_E_NOT_FOUND);
  store_free(store);
}

Test(store, a_new_name_is_found_and_the_old_one_is_not) {
  struct store *store = world_store();
  struct store_user alice = user_named("Alice");
  put_new(store, &alice);
  strcpy(alice.name, "Zoe");
  cr_assert_eq(put(store, &alice, STORE_ANY_REVISION), 0);
  cr_assert_eq(store_find_name(store, NULL, radmfa_text("Alice"), NULL), RADMFA_E_NOT_FOUND);
  cr_assert_eq(store_find_name(store, NULL, radmfa_text("zoe"), NULL), 0);
  cr_assert_eq(store_count(store), 1);
  store_free(store);
}

Test(store, what_is_no_user_is_refused_at_once) {
  struct store *store = world_store();
  struct store_user user = user_named("x");
  user.identity[0] = '\0';
  cr_assert_eq(store_put(store, &user, 0, NULL, NULL), RADMFA_E_INVALID, "no key");
  user = user_named("x");
  memset(user.name, 'x', sizeof user.name);
  cr_assert_eq(store_put(store, &user, 0, NULL, NULL), RADMFA_E_INVALID, "no end");
  user = user_named("x");
  user.number_state = STORE_NUMBER_VERIFIED;
  strcpy(user.number.e164, "555");
  cr_assert_eq(store_put(store, &user, 0, NULL, NULL), RADMFA_E_INVALID, "no number");
  strcpy(user.number.e164, "+15551230001");
  strcpy(user.number.extension, "1x");
  cr_assert_eq(store_put(store, &user, 0, NULL, NULL), RADMFA_E_INVALID, "no extension");
  radmfa_span nul = {(const uint8_t *)"a\0b", 3};
  cr_assert_eq(store_unblock(store, "corp", nul, NULL, NULL), RADMFA_E_INVALID);
  store_free(store);
}

/* ---- revisions ---- */

Test(store, who_changed_another_user_than_he_read_is_told_so) {
  struct store *store = world_store();
  struct store_user alice = user_named("Alice"), first, second;
  put_new(store, &alice);
  first = second = found(store, &alice);
  strcpy(first.language, "de");
  cr_assert_eq(put(store, &first, first.revision), 0);
  struct outcome outcome = OUTCOME;
  cr_assert_eq(store_put(store, &second, second.revision, outcome_told, &outcome), 0);
  cr_assert_eq(outcome_wait(&outcome), RADMFA_E_BUSY);
  cr_assert(outcome.has_now);
  cr_assert_str_eq(outcome.now.language, "de", "how he is now");
  cr_assert_str_eq(found(store, &alice).language, "de");
  store_free(store);
}

Test(store, a_revision_is_never_given_twice) {
  struct store *store = world_store();
  struct store_user alice = user_named("Alice");
  put_new(store, &alice);
  uint64_t first = found(store, &alice).revision;
  cr_assert_eq(take_away(store, &alice, first), 0);
  cr_assert_not(store_find(store, "corp", id_of(&alice), NULL));
  cr_assert_eq(put(store, &alice, first), RADMFA_E_NOT_FOUND);
  store_free(store);
  store = world_store();
  put_new(store, &alice);
  cr_assert_gt(found(store, &alice).revision, first);
  store_free(store);
}

Test(store, a_removed_user_is_gone_and_a_changed_one_is_not_removed) {
  struct store *store = world_store();
  struct store_user alice = user_named("Alice");
  put_new(store, &alice);
  uint64_t revision = found(store, &alice).revision;
  cr_assert_eq(put(store, &alice, revision), 0);
  cr_assert_eq(take_away(store, &alice, revision), RADMFA_E_BUSY);
  cr_assert_eq(take_away(store, &alice, STORE_ANY_REVISION), 0);
  cr_assert_eq(take_away(store, &alice, STORE_ANY_REVISION), RADMFA_E_NOT_FOUND);
  cr_assert_eq(store_count(store), 0);
  store_free(store);
}

/* ---- bypass, steps, blocks ---- */

Test(store, a_bypass_is_for_one_login_until_its_time) {
  struct store *store = world_store();
  struct store_user alice = user_named("Alice");
  alice.bypass_until_ms = 100;
  put_new(store, &alice);
  cr_assert_eq(use_bypass(store, &alice, 101), RADMFA_E_NOT_FOUND);
  cr_assert_eq(use_bypass(store, &alice, 100), 0);
  cr_assert_eq(use_bypass(store, &alice, 100), RADMFA_E_NOT_FOUND);
  cr_assert_eq(found(store, &alice).bypass_until_ms, 0);
  store_free(store);
}

#define RACERS 300u

Test(store, of_many_logins_at_once_one_has_the_bypass) {
  static struct outcome outcomes[RACERS];
  struct store *store = world_store();
  struct store_user alice = user_named("Alice");
  alice.bypass_until_ms = 100;
  put_new(store, &alice);
  size_t n_used = 0;
  for (size_t i = 0; i < RACERS; i++) {
    outcomes[i] = (struct outcome)OUTCOME;
    cr_assert_eq(store_use_bypass(store, "corp", id_of(&alice), 50, outcome_told, &outcomes[i]), 0);
  }
  for (size_t i = 0; i < RACERS; i++) n_used += outcome_wait(&outcomes[i]) == 0;
  cr_assert_eq(n_used, 1);
  store_free(store);
}

Test(store, a_step_is_used_once_and_none_before_it) {
  struct store *store = world_store();
  struct store_user alice = user_named("Alice");
  put_new(store, &alice);
  cr_assert_eq(use_step(store, &alice, 7), RADMFA_E_NOT_FOUND, "no secret");
  alice.totp_secret_len = 20;
  cr_assert_eq(put(store, &alice, STORE_ANY_REVISION), 0);
  cr_assert_eq(use_step(store, &alice, 7), 0);
  cr_assert_eq(use_step(store, &alice, 7), RADMFA_E_EXISTS);
  cr_assert_eq(use_step(store, &alice, 6), RADMFA_E_EXISTS);
  cr_assert_eq(put(store, &alice, STORE_ANY_REVISION), 0);
  cr_assert_eq(found(store, &alice).totp_step, 7, "whoever read him before: it stays used");
  memset(alice.totp_secret, 1, sizeof alice.totp_secret);
  cr_assert_eq(put(store, &alice, STORE_ANY_REVISION), 0);
  cr_assert_eq(use_step(store, &alice, 3), 0, "another secret has steps of its own");
  store_free(store);
}

Test(store, a_user_of_whom_nothing_is_known_can_be_blocked) {
  struct store *store = world_store();
  struct store_user alice = user_named("Alice");
  strcpy(alice.name, "CORP\\alice");
  cr_assert_eq(block(store, &alice, "fraud"), 0);
  cr_assert(found(store, &alice).is_blocked);
  cr_assert_eq(found(store, &alice).blocked_ms, NOW_MS);
  cr_assert_str_eq(found(store, &alice).name, "CORP\\alice");
  wall_ms += 1;
  cr_assert_eq(block(store, &alice, "again"), 0);
  cr_assert_str_eq(found(store, &alice).blocked_why, "fraud", "the older reason stays");
  cr_assert_eq(found(store, &alice).blocked_ms, NOW_MS);
  store_free(store);
  store = world_store();
  cr_assert(found(store, &alice).is_blocked);
  cr_assert_eq(unblock(store, &alice), 0);
  cr_assert_not(found(store, &alice).is_blocked);
  strcpy(alice.primary, "lab");
  cr_assert_eq(unblock(store, &alice), RADMFA_E_NOT_FOUND);
  store_free(store);
}

/* ---- lists ---- */

static void put_many(struct store *store, unsigned n) {
  static struct outcome outcomes[2000];
  for (unsigned i = 0; i < n; i++) {
    char name[16];
    snprintf(name, sizeof name, "user%04u", (i * 7919) % n);
    struct store_user user = user_named(name);
    outcomes[i] = (struct outcome)OUTCOME;
    cr_assert_eq(store_put(store, &user, STORE_NEW_USER, outcome_told, &outcomes[i]), 0);
  }
  for (unsigned i = 0; i < n; i++) cr_assert_eq(outcome_wait(&outcomes[i]), 0);
}

Test(store, pages_of_a_list_hold_everybody_once_in_order) {
  static struct store_user page[300];
  struct store *store = world_store();
  unsigned n = 0;
  put_many(store, 2000);
  const struct store_user *after = NULL;
  struct store_user last;
  for (size_t got = 300; got == 300; after = &last) {
    got = store_list(store, (radmfa_span){0}, after, page, 300);
    for (size_t i = 0; i < got; i++, n++) {
      char name[16];
      snprintf(name, sizeof name, "user%04u", n);
      cr_assert_str_eq(page[i].name, name);
    }
    if (got) last = page[got - 1];
  }
  cr_assert_eq(n, 2000);
  store_free(store);
}

Test(store, a_list_has_whom_the_text_is_in) {
  static struct store_user page[20];
  struct store *store = world_store();
  put_many(store, 2000);
  struct store_user alice = alice_with_all();
  put_new(store, &alice);
  cr_assert_eq(store_list(store, radmfa_text("SER199"), NULL, page, 20), 10);
  cr_assert_str_eq(page[0].name, "user1990");
  cr_assert_eq(store_list(store, radmfa_text("5551230001"), NULL, page, 20), 1);
  cr_assert_str_eq(page[0].name, "Alice");
  cr_assert_eq(store_list(store, radmfa_text("%"), NULL, page, 20), 0);
  cr_assert_eq(store_list(store, radmfa_text("user1999"), page, page, 20), 1);
  cr_assert_eq(store_list(store, radmfa_text("user1999"), page, page, 20), 0);
  store_free(store);
}

Test(store, what_was_asked_for_is_done_before_it_closes) {
  static struct outcome outcomes[500];
  struct store *store = world_store();
  for (unsigned i = 0; i < 500; i++) {
    char name[16];
    snprintf(name, sizeof name, "user%u", i);
    struct store_user user = user_named(name);
    outcomes[i] = (struct outcome)OUTCOME;
    cr_assert_eq(store_put(store, &user, STORE_NEW_USER, outcome_told, &outcomes[i]), 0);
  }
  store_free(store);
  for (unsigned i = 0; i < 500; i++) cr_assert(outcomes[i].is_told && !outcomes[i].error);
  store = world_store();
  cr_assert_eq(store_count(store), 500);
  store_free(store);
}
