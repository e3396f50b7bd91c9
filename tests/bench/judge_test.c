#include "judge.h"
#include "requests.h"

static struct secret secret;
static struct ids ids;

static void set_up(void) {
  open_secret(&secret);
  ids_add_sockets(&ids, 0, 1);
}

static void tear_down(void) {
  secret_close(&secret);
  ids_cleanup(&ids);
}

TestSuite(judge, .init = set_up, .fini = tear_down);

/* The next login, whose authenticator is all `octet`. */
static struct slot *login(uint8_t octet) {
  struct slot *slot = ids_take(&ids, 0);
  cr_assert_not_null(slot);
  memset(slot->authenticator, octet, sizeof slot->authenticator);
  return slot;
}

/* The genuine reply to that login. */
static struct octets reply_for(uint8_t id, uint8_t octet) {
  struct octets request = request_of(&secret, 0, id, octet);
  return reply_to(&secret, &request, RADMFA_ACCESS_ACCEPT);
}

static enum judgement judge(const struct octets *reply) {
  radmfa_packet packet;
  struct slot *slot;
  return judge_reply(ids.sockets[0], span_of(reply), secret.shared, &packet, &slot);
}

/* Lets everybody else have a turn, so that id 0 comes again. */
static void use_all_others(void) {
  for (unsigned i = 1; i < IDS_PER_SOCKET; i++) ids_give_back(&ids, login(0xee), SLOT_LOST);
}

Test(judge, a_genuine_reply_to_one_who_waits_is_his_answer) {
  login(1);
  struct octets reply = reply_for(0, 1);
  cr_assert_eq(judge(&reply), JUDGED_ANSWER);
}

Test(judge, a_second_one_is_doubled) {
  ids_give_back(&ids, login(1), SLOT_ANSWERED);
  struct octets reply = reply_for(0, 1);
  cr_assert_eq(judge(&reply), JUDGED_DOUBLED);
}

Test(judge, one_after_the_timeout_is_late) {
  ids_give_back(&ids, login(1), SLOT_LOST);
  struct octets reply = reply_for(0, 1);
  cr_assert_eq(judge(&reply), JUDGED_LATE);
}

Test(judge, a_late_one_is_not_the_answer_to_who_has_the_id_now) {
  ids_give_back(&ids, login(1), SLOT_LOST);
  use_all_others();
  login(2);
  struct octets late = reply_for(0, 1), right = reply_for(0, 2);
  cr_assert_eq(judge(&late), JUDGED_LATE);
  cr_assert_eq(judge(&right), JUDGED_ANSWER);
}

Test(judge, every_octet_of_a_reply_is_signed) {
  login(1);
  struct octets reply = reply_for(0, 1);
  for (size_t i = 0; i < reply.len; i++) {
    struct octets spoilt = reply;
    spoilt.bytes[i] ^= 1;
    cr_assert_neq(judge(&spoilt), JUDGED_ANSWER, "octet %zu", i);
  }
}

Test(judge, a_turned_verdict_is_forged) {
  login(1);
  struct octets reply = reply_for(0, 1);
  reply.bytes[0] = RADMFA_ACCESS_REJECT;
  cr_assert_eq(judge(&reply), JUDGED_FORGED);
}

Test(judge, a_reply_to_an_id_that_never_was_is_forged) {
  login(1);
  struct octets reply = reply_for(200, 1);
  cr_assert_eq(judge(&reply), JUDGED_FORGED);
}

Test(judge, a_part_of_a_reply_is_malformed) {
  login(1);
  struct octets reply = reply_for(0, 1);
  for (; reply.len-- > 1;) cr_assert_eq(judge(&reply), JUDGED_MALFORMED, "%zu", reply.len);
}

static enum judgement judge_sent_back(const struct octets *datagram) {
  struct slot *slot;
  return judge_echo(ids.sockets[0], span_of(datagram), &slot);
}

Test(judge, what_an_echo_sends_back_is_known_by_identifier_and_authenticator) {
  struct slot *slot = login(1);
  struct octets same = request_of(&secret, 0, 0, 1), other = request_of(&secret, 0, 0, 2);
  cr_assert_eq(judge_sent_back(&other), JUDGED_FORGED);
  cr_assert_eq(judge_sent_back(&same), JUDGED_ANSWER);
  ids_give_back(&ids, slot, SLOT_ANSWERED);
  cr_assert_eq(judge_sent_back(&same), JUDGED_DOUBLED);
}

Test(judge, the_first_20_octets_of_it_are_enough_and_19_are_not) {
  struct octets sent = request_of(&secret, 0, 0, 1);
  login(1);
  sent.len = 19;
  cr_assert_eq(judge_sent_back(&sent), JUDGED_MALFORMED);
  sent.len = 20;
  cr_assert_eq(judge_sent_back(&sent), JUDGED_ANSWER);
}

Test(judge, an_identifier_that_was_never_used_is_nobodys) {
  struct octets zeros = {.len = 20};
  cr_assert_eq(judge_sent_back(&zeros), JUDGED_FORGED);
}
