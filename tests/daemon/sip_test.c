/* sip_test.c: what the SIP stack says, and tells, for each thing that a far end may do. The far end
 * is the test itself. */
#include "sip_peer.h"

static struct peer peer, stranger;
static struct events events;
static struct sip *sip;
static char invite[MESSAGE_SIZE];

/* ---- a trunk and a call ---- */

struct setting {
  const char *user, *password;
  bool registers;
};

static void open_with(struct setting setting) {
  char uri[64];
  peer_open_on(&peer, "127.0.0.1");
  pthread_mutex_init(&events.lock, NULL);
  cr_assert(thread_wait_init(&events.changed));
  (void)snprintf(uri, sizeof uri, "sip:127.0.0.1:%u", peer.port);
  struct sip_trunk trunk = {.name = "pbx",
                            .uri = uri,
                            .user = setting.user,
                            .password = radmfa_text(setting.password),
                            .registers = setting.registers};
  struct sip_options options = {.trunks = &trunk,
                                .n_trunks = 1,
                                .from = "+15551230000",
                                .display_name = "Sign-in \"\\\r\nX: y",
                                .asserts_identity = true,
                                .on_event = events_take,
                                .user = &events};
  cr_assert_eq(sip_new(&options, &sip), 0);
}

static void open_stack(void) {
  open_with((struct setting){0});
}

/* The stack ends, and nothing was told that the test has not heard. */
static void close_stack(void) {
  sip_free(sip);
  cr_assert_eq(events.n, events.n_taken, "event %d was told besides",
               (int)events.all[events.n_taken].event.kind);
  close(peer.fd);
}

static void place(const char *number) {
  struct sip_call call = {.call = 7, .number = number, .sdp = radmfa_text(SDP)};
  cr_assert(sip_call(sip, &call));
}

/* A call is placed, and its INVITE heard. */
static void dial(void) {
  place("+15557654321");
  (void)strcpy(invite, peer_expect(&peer, "INVITE "));
}

static void ring(void) {
  dial();
  peer_answer(&peer, invite, (struct answer){.status = "180 Ringing", .tag = "t1"});
  (void)events_expect(&events, SIP_EVENT_RINGING);
}

static void answer(void) {
  ring();
  peer_answer_200(&peer, invite, "t1");
  (void)peer_expect(&peer, "ACK ");
  (void)events_expect(&events, SIP_EVENT_ANSWERED);
}

static void expect_end(uint16_t status, bool is_local) {
  const struct sip_event *event = &events_expect(&events, SIP_EVENT_ENDED)->event;
  cr_assert_eq(event->call, 7);
  cr_assert_eq(event->status, status, "%u", event->status);
  cr_assert_eq(event->is_local, is_local);
}

static void answer_bye(void) {
  (void)peer_expect(&peer, "BYE ");
  peer_answer(&peer, peer.message, (struct answer){.status = "200 OK"});
}

static void *end_stack(void *arg) {
  sip_free(arg);
  return NULL;
}

static void hang_up_and_close(void) {
  cr_assert(sip_hang_up(sip, 7));
  answer_bye();
  expect_end(487, false);
  close_stack();
}

/* ---- the call ---- */

Test(sip, the_invite_has_the_number_and_nothing_that_was_smuggled_in) {
  open_stack();
  dial();
  cr_assert(begins_with(invite, "INVITE sip:+15557654321@127.0.0.1:"), "%s", invite);
  cr_assert(says(&peer, ";user=phone SIP/2.0\r\n"));
  cr_assert(says(&peer, "From: \"Sign-in \\\"\\\\X: y\" <sip:+15551230000@127.0.0.1:"));
  cr_assert_not(says(&peer, "\r\nX: y"));
  cr_assert(says(&peer, "P-Asserted-Identity: <sip:+15551230000@"));
  peer_answer(&peer, invite, (struct answer){.status = "486 Busy Here", .tag = "t1"});
  expect_end(486, false);
  close_stack();
}

Test(sip, an_answered_call_that_the_far_end_hangs_up_ends_with_200) {
  open_stack();
  dial();
  peer_answer(&peer, invite, (struct answer){.status = "100 Trying"});
  (void)events_expect(&events, SIP_EVENT_TRYING);
  peer_answer(&peer, invite, (struct answer){.status = "183 Session Progress", .tag = "t1"});
  (void)events_expect(&events, SIP_EVENT_RINGING);
  peer_answer_200(&peer, invite, "t1");
  (void)peer_expect(&peer, "ACK sip:phone@127.0.0.1");
  cr_assert_str_eq(events_expect(&events, SIP_EVENT_ANSWERED)->sdp, SDP);
  peer_request(&peer, invite, "t1", "BYE", "", "");
  (void)peer_expect(&peer, "SIP/2.0 200 ");
  expect_end(200, false);
  close_stack();
}

Test(sip, a_200_that_is_sent_again_is_acknowledged_again) {
  open_stack();
  answer();
  peer_answer_200(&peer, invite, "t1");
  (void)peer_expect(&peer, "ACK ");
  hang_up_and_close();
}

Test(sip, hanging_up_while_it_rings_cancels) {
  open_stack();
  ring();
  cr_assert(sip_hang_up(sip, 7));
  (void)peer_expect(&peer, "CANCEL ");
  peer_answer(&peer, peer.message, (struct answer){.status = "200 OK", .tag = "t1"});
  peer_answer(&peer, invite, (struct answer){.status = "487 Request Terminated", .tag = "t1"});
  (void)peer_expect(&peer, "ACK ");
  expect_end(487, false);
  close_stack();
}

Test(sip, hanging_up_before_any_answer_cancels_with_the_first_one) {
  open_stack();
  dial();
  cr_assert(sip_hang_up(sip, 7));
  (void)peer_expect(&peer, "INVITE "); /* sent again, and no CANCEL before it */
  peer_answer(&peer, invite, (struct answer){.status = "100 Trying"});
  (void)events_expect(&events, SIP_EVENT_TRYING);
  (void)peer_expect(&peer, "CANCEL ");
  peer_answer(&peer, peer.message, (struct answer){.status = "200 OK", .tag = "t1"});
  peer_answer(&peer, invite, (struct answer){.status = "487 Request Terminated", .tag = "t1"});
  expect_end(487, false);
  close_stack();
}

Test(sip, an_answer_that_crosses_the_cancel_is_acknowledged_and_hung_up) {
  open_stack();
  ring();
  cr_assert(sip_hang_up(sip, 7));
  (void)peer_expect(&peer, "CANCEL ");
  peer_answer_200(&peer, invite, "t1");
  (void)peer_expect(&peer, "ACK ");
  answer_bye();
  expect_end(487, false);
  close_stack();
}

Test(sip, a_call_nobody_answers_ends_in_time_and_does_not_ring_later) {
  open_stack();
  dial();
  uint64_t before_ms = thread_now_ms();
  cr_assert(sip_hang_up(sip, 7));
  expect_end(487, true);
  cr_assert_leq(thread_now_ms() - before_ms, SIP_END_MS + 1000);
  peer_answer(&peer, invite, (struct answer){.status = "180 Ringing", .tag = "t1"});
  (void)peer_expect(&peer, "CANCEL ");
  peer_answer(&peer, peer.message, (struct answer){.status = "200 OK", .tag = "t1"});
  peer_answer(&peer, invite, (struct answer){.status = "487 Request Terminated", .tag = "t1"});
  (void)peer_expect(&peer, "ACK ");
  close_stack();
}

Test(sip, hanging_up_a_talk_says_bye) {
  open_stack();
  answer();
  hang_up_and_close();
}

Test(sip, hanging_up_twice_or_what_is_no_call_does_nothing) {
  open_stack();
  answer();
  cr_assert(sip_hang_up(sip, 8));
  cr_assert(sip_hang_up(sip, 7));
  hang_up_and_close();
}

Test(sip, the_end_of_the_stack_hangs_up) {
  open_stack();
  answer();
  pthread_t thread;
  cr_assert(thread_start(&thread, "closes", end_stack, sip));
  (void)peer_expect(&peer, "BYE ");
  peer_answer(&peer, peer.message, (struct answer){.status = "200 OK"});
  pthread_join(thread, NULL);
  expect_end(487, false);
  cr_assert_eq(events.n, events.n_taken);
}

/* ---- answers of two phones ---- */

Test(sip, of_two_phones_that_answer_the_second_is_hung_up) {
  open_stack();
  answer();
  peer_answer_200(&peer, invite, "t2");
  (void)peer_expect(&peer, "ACK ");
  cr_assert(says(&peer, "tag=t2"));
  (void)peer_expect(&peer, "BYE ");
  cr_assert(says(&peer, "tag=t2"));
  peer_answer(&peer, peer.message, (struct answer){.status = "200 OK"});
  hang_up_and_close();
}

static void ring_reliably(const char *tag) {
  peer_answer(&peer, invite,
              (struct answer){.status = "183 Session Progress",
                              .tag = tag,
                              .more = "Require: 100rel\r\nRSeq: 5\r\n"});
  (void)peer_expect(&peer, "PRACK ");
  cr_assert(says(&peer, "RAck: 5 "));
  peer_answer(&peer, peer.message, (struct answer){.status = "200 OK"});
  (void)events_expect(&events, SIP_EVENT_RINGING);
}

Test(sip, a_reliable_183_is_acknowledged_by_prack) {
  open_stack();
  dial();
  ring_reliably("t1");
  peer_answer_200(&peer, invite, "t1");
  (void)peer_expect(&peer, "ACK ");
  (void)events_expect(&events, SIP_EVENT_ANSWERED);
  hang_up_and_close();
}

Test(sip, a_reliable_183_that_is_cancelled_ends_once) {
  open_stack();
  dial();
  ring_reliably("t1");
  cr_assert(sip_hang_up(sip, 7));
  (void)peer_expect(&peer, "CANCEL ");
  peer_answer(&peer, peer.message, (struct answer){.status = "200 OK", .tag = "t1"});
  peer_answer(&peer, invite, (struct answer){.status = "487 Request Terminated", .tag = "t1"});
  (void)peer_expect(&peer, "ACK ");
  expect_end(487, false);
  close_stack();
}

Test(sip, another_phone_than_the_one_that_rang_reliably_may_answer_and_the_first_is_hung_up) {
  open_stack();
  dial();
  ring_reliably("t1");
  peer_answer_200(&peer, invite, "t2");
  (void)peer_expect(&peer, "ACK ");
  cr_assert(says(&peer, "tag=t2"));
  (void)events_expect(&events, SIP_EVENT_ANSWERED);
  peer_answer_200(&peer, invite, "t1");
  (void)peer_expect(&peer, "ACK ");
  cr_assert(says(&peer, "tag=t1"));
  (void)peer_expect(&peer, "BYE ");
  cr_assert(says(&peer, "tag=t1"));
  peer_answer(&peer, peer.message, (struct answer){.status = "200 OK"});
  hang_up_and_close();
}

/* ---- redirects ---- */

static void redirect(const char *to) {
  char more[128];
  (void)snprintf(more, sizeof more, "Contact: <%s>\r\n", to);
  char text[MESSAGE_SIZE], value[1024];
  size_t n = (size_t)snprintf(text, sizeof text, "SIP/2.0 302 Moved\r\n%s", more);
  static const char *const copied[] = {"Via", "From", "Call-ID", "CSeq"};
  for (size_t i = 0; i < 4; i++)
    n += (size_t)snprintf(text + n, sizeof text - n, "%s: %s\r\n", copied[i],
                          header(invite, copied[i], value));
  (void)snprintf(text + n, sizeof text - n, "To: %s;tag=t1\r\nContent-Length: 0\r\n\r\n",
                 header(invite, "To", value));
  peer_say(&peer, text);
}

/* The call ends, and nothing more goes out. */
static const struct sip_event *end_redirected(const char *to) {
  dial();
  redirect(to);
  const struct sip_event *event = &events_expect(&events, SIP_EVENT_ENDED)->event;
  cr_assert_eq(event->status, 302);
  (void)peer_expect(&peer, "ACK ");
  cr_assert_not(peer_hears_something(&peer, 200));
  return event;
}

Test(sip, a_redirect_is_told_and_not_followed) {
  open_stack();
  cr_assert_str_eq(end_redirected("sip:+19005550000@192.0.2.66")->redirect, "+19005550000");
  close_stack();
}

Test(sip, a_redirect_to_what_is_no_number_names_none) {
  open_stack();
  cr_assert_str_eq(end_redirected("sip:operator@127.0.0.1")->redirect, "");
  close_stack();
}

Test(sip, a_redirect_to_a_number_that_is_too_long_names_none) {
  open_stack();
  cr_assert_str_eq(end_redirected("sip:+1234567890123456@127.0.0.1")->redirect, "");
  close_stack();
}

/* ---- who we are ---- */

#define CHALLENGE "Digest realm=\"pbx\", nonce=\"n1\", qop=\"auth\""

static void challenge(const char *status, const char *header_and_value) {
  peer_answer(&peer, invite,
              (struct answer){.status = status, .tag = "c1", .more = header_and_value});
  (void)peer_expect(&peer, "ACK ");
}

Test(sip, a_challenge_of_a_server_is_answered) {
  open_with((struct setting){.user = "mfa", .password = "se:cret"});
  dial();
  challenge("401 Unauthorized", "WWW-Authenticate: " CHALLENGE "\r\n");
  (void)strcpy(invite, peer_expect(&peer, "INVITE "));
  cr_assert(says(&peer, "\r\nAuthorization: Digest username=\"mfa\", realm=\"pbx\""));
  cr_assert_not(says(&peer, "se:cret"));
  peer_answer(&peer, invite, (struct answer){.status = "486 Busy Here", .tag = "t1"});
  expect_end(486, false);
  close_stack();
}

Test(sip, of_two_challenges_of_a_proxy_the_better_is_answered) {
  open_with((struct setting){.user = "mfa", .password = "secret"});
  dial();
  challenge("407 Proxy Authentication Required",
            "Proxy-Authenticate: " CHALLENGE ", algorithm=SHA-512-256\r\n"
            "Proxy-Authenticate: " CHALLENGE ", algorithm=MD5\r\n"
            "Proxy-Authenticate: " CHALLENGE ", algorithm=SHA-256\r\n");
  (void)strcpy(invite, peer_expect(&peer, "INVITE "));
  cr_assert(says(&peer, "\r\nProxy-Authorization: Digest "));
  cr_assert(says(&peer, "algorithm=SHA-256"));
  peer_answer(&peer, invite, (struct answer){.status = "486 Busy Here", .tag = "t1"});
  expect_end(486, false);
  close_stack();
}

Test(sip, a_wrong_password_is_not_tried_again) {
  open_with((struct setting){.user = "mfa", .password = "wrong"});
  dial();
  challenge("401 Unauthorized", "WWW-Authenticate: " CHALLENGE "\r\n");
  (void)strcpy(invite, peer_expect(&peer, "INVITE "));
  challenge("401 Unauthorized", "WWW-Authenticate: " CHALLENGE "\r\n");
  expect_end(401, false);
  cr_assert_not(peer_hears_something(&peer, 200));
  close_stack();
}

Test(sip, a_nonce_that_was_too_old_is_replaced_once) {
  open_with((struct setting){.user = "mfa", .password = "secret"});
  dial();
  for (int i = 0; i < 2; i++) {
    challenge("401 Unauthorized", "WWW-Authenticate: " CHALLENGE ", stale=true\r\n");
    (void)strcpy(invite, peer_expect(&peer, "INVITE "));
  }
  challenge("401 Unauthorized", "WWW-Authenticate: " CHALLENGE ", stale=true\r\n");
  expect_end(401, false);
  close_stack();
}

Test(sip, without_a_user_a_challenge_is_the_end) {
  open_stack();
  dial();
  challenge("407 Proxy Authentication Required", "Proxy-Authenticate: " CHALLENGE "\r\n");
  expect_end(407, false);
  close_stack();
}

Test(sip, a_bye_that_is_challenged_is_sent_again_with_credentials) {
  open_with((struct setting){.user = "mfa", .password = "secret"});
  answer();
  cr_assert(sip_hang_up(sip, 7));
  (void)peer_expect(&peer, "BYE ");
  peer_answer(
      &peer, peer.message,
      (struct answer){.status = "401 Unauthorized", .more = "WWW-Authenticate: " CHALLENGE "\r\n"});
  (void)peer_expect(&peer, "BYE ");
  cr_assert(says(&peer, "\r\nAuthorization: Digest "));
  peer_answer(&peer, peer.message, (struct answer){.status = "200 OK"});
  expect_end(487, false);
  close_stack();
}

/* ---- what the far end asks for ---- */

Test(sip, an_info_with_a_key_is_told) {
  open_stack();
  answer();
  peer_request(&peer, invite, "t1", "INFO", "Content-Type: application/dtmf-relay\r\n",
               "Signal=#\r\nDuration=160\r\n");
  (void)peer_expect(&peer, "SIP/2.0 200 ");
  cr_assert_eq(events_expect(&events, SIP_EVENT_KEY)->event.key, '#');
  hang_up_and_close();
}

/* As of the other phone of a fork. */
Test(sip, a_key_of_another_dialog_or_before_the_answer_is_not_told) {
  open_stack();
  ring();
  peer_request(&peer, invite, "t1", "INFO", "Content-Type: application/dtmf\r\n", "#");
  (void)peer_expect(&peer, "SIP/2.0 ");
  peer_answer_200(&peer, invite, "t1");
  (void)peer_expect(&peer, "ACK ");
  (void)events_expect(&events, SIP_EVENT_ANSWERED);
  peer_request(&peer, invite, "t2", "INFO", "Content-Type: application/dtmf\r\n", "#");
  (void)peer_expect(&peer, "SIP/2.0 481 ");
  peer_request(&peer, invite, "t2", "BYE", "", "");
  (void)peer_expect(&peer, "SIP/2.0 481 ");
  hang_up_and_close();
}

Test(sip, an_info_with_something_else_is_refused) {
  open_stack();
  answer();
  peer_request(&peer, invite, "t1", "INFO", "Content-Type: text/plain\r\n", "Signal=#\r\n");
  (void)peer_expect(&peer, "SIP/2.0 415 ");
  hang_up_and_close();
}

Test(sip, another_session_is_offered_and_accepted) {
  open_stack();
  answer();
  peer_request(&peer, invite, "t1", "INVITE", "Content-Type: application/sdp\r\n", "v=0\r\n");
  cr_assert_str_eq(events_expect(&events, SIP_EVENT_OFFERED)->sdp, "v=0\r\n");
  cr_assert(sip_accept_offer(sip, 7, radmfa_text("v=0\r\ns=ours\r\n")));
  (void)peer_expect(&peer, "SIP/2.0 200 ");
  cr_assert(says(&peer, "\r\n\r\nv=0\r\ns=ours\r\n"));
  peer_request(&peer, invite, "t1", "ACK", "", "");
  hang_up_and_close();
}

Test(sip, another_session_is_offered_and_refused) {
  open_stack();
  answer();
  peer_request(&peer, invite, "t1", "INVITE", "Content-Type: application/sdp\r\n", "v=0\r\n");
  (void)events_expect(&events, SIP_EVENT_OFFERED);
  cr_assert(sip_refuse_offer(sip, 7));
  (void)peer_expect(&peer, "SIP/2.0 488 ");
  hang_up_and_close();
}

Test(sip, a_description_that_is_too_long_is_refused) {
  static char body[SIP_SDP_SIZE_MAX + 2];
  open_stack();
  answer();
  memset(body, 'v', sizeof body - 1);
  peer_request(&peer, invite, "t1", "INVITE", "Content-Type: application/sdp\r\n", body);
  (void)peer_expect(&peer, "SIP/2.0 488 ");
  hang_up_and_close();
}

Test(sip, a_session_is_refreshed_by_the_far_end) {
  open_stack();
  answer();
  peer_request(&peer, invite, "t1", "UPDATE",
               "Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n", "");
  (void)peer_expect(&peer, "SIP/2.0 200 ");
  cr_assert(says(&peer, "Session-Expires: 90;refresher=uac\r\n"));
  hang_up_and_close();
}

/* ---- what belongs to no call ---- */

static void ask(struct peer *from, const char *method) {
  peer_request(from, "X\r\nFrom: <sip:a@b>\r\nTo: <sip:c@d>\r\nCall-ID: alone\r\n", "t5", method,
               "", "");
}

Test(sip, a_trunk_that_asks_for_options_is_answered_and_its_calls_are_refused) {
  open_stack();
  dial();
  ask(&peer, "OPTIONS");
  (void)peer_expect(&peer, "SIP/2.0 200 ");
  ask(&peer, "INVITE");
  (void)peer_expect(&peer, "SIP/2.0 486 ");
  peer_answer(&peer, invite, (struct answer){.status = "486 Busy Here", .tag = "t1"});
  expect_end(486, false);
  close_stack();
}

static void open_stranger(void) {
  peer_open_on(&stranger, "127.0.0.2");
  stranger.stack = peer.stack;
}

Test(sip, nobody_else_can_press_a_key_or_end_a_call) {
  open_stack();
  answer();
  open_stranger();
  peer_request(&stranger, invite, "t1", "INFO", "Content-Type: application/dtmf\r\n", "#");
  (void)peer_expect(&stranger, "SIP/2.0 403 ");
  peer_request(&stranger, invite, "t1", "BYE", "", "");
  (void)peer_expect(&stranger, "SIP/2.0 403 ");
  close(stranger.fd);
  hang_up_and_close();
}

Test(sip, a_stranger_hears_nothing) {
  static const char *const methods[] = {"OPTIONS", "INVITE", "BYE", "INFO", "CANCEL", "X"};
  open_stack();
  dial();
  open_stranger();
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) ask(&stranger, methods[i]);
  ask(&peer, "OPTIONS"); /* behind them */
  (void)peer_expect(&peer, "SIP/2.0 200 ");
  cr_assert_not(peer_hears_something(&stranger, 100));
  close(stranger.fd);
  peer_answer(&peer, invite, (struct answer){.status = "486 Busy Here", .tag = "t1"});
  expect_end(486, false);
  close_stack();
}

Test(sip, nobody_else_can_answer_a_call) {
  open_stack();
  dial();
  open_stranger();
  peer_answer(&stranger, invite, (struct answer){.status = "180 Ringing", .tag = "t2"});
  peer_answer_200(&stranger, invite, "t2");
  expect_end(480, false);
  close(stranger.fd);
  close_stack();
}

/* Of the library's own names the next one could be told from the last. */
Test(sip, names_of_calls_cannot_be_guessed) {
  char ids[2][1024], from[2][1024];
  open_stack();
  for (int i = 0; i < 2; i++) {
    dial();
    (void)header(invite, "Call-ID", ids[i]);
    (void)header(invite, "From", from[i]);
    peer_answer(&peer, invite, (struct answer){.status = "486 Busy Here", .tag = "t1"});
    (void)peer_expect(&peer, "ACK ");
    expect_end(486, false);
  }
  cr_assert_eq(strlen(ids[0]), 32, "%s", ids[0]);
  cr_assert_eq(strlen(strstr(from[0], ";tag=")), strlen(";tag=") + 32);
  cr_assert_str_neq(ids[0], ids[1]);
  cr_assert_str_neq(from[0], from[1]);
  close_stack();
}

Test(sip, what_is_no_sip_disturbs_nothing) {
  static const char *const bad[] = {
      "\r\n\r\n",
      "SIP/2.0 200 OK\r\n\r\n",
      "INVITE sip:x SIP/2.0\r\nVia: \r\nCSeq: 99999999999 INVITE\r\n\r\n",
      "BYE sip:x SIP/2.0\r\nFrom: <<<>;tag\r\nTo: \"\r\nContent-Length: 4294967295\r\n\r\n",
      "INFO sip:x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z\r\nFrom: a\r\nTo: b\r\n\r\n",
      "\x01\x02\x03",
  };
  open_stack();
  answer();
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) peer_say(&peer, bad[i]);
  hang_up_and_close();
}

Test(sip, a_number_with_anything_but_digits_is_not_dialled) {
  static const char *const bad[] = {"", "+", "+1555\r\nX: y", "1;x=2", "+1@evil", "++1", "1 2"};
  open_stack();
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    place(bad[i]);
    expect_end(484, true);
  }
  cr_assert_not(peer_hears_something(&peer, 100));
  close_stack();
}

Test(sip, a_trunk_that_is_not_there_is_told_at_once) {
  open_stack();
  close(peer.fd);
  place("+15557654321");
  expect_end(503, true);
  sip_free(sip);
}

/* ---- registration and probe ---- */

Test(sip, a_trunk_is_registered_at_and_left_at_the_end) {
  pthread_t thread;
  open_with((struct setting){.user = "mfa", .password = "secret", .registers = true});
  (void)peer_expect(&peer, "REGISTER sip:127.0.0.1:");
  cr_assert(says(&peer, "\r\nTo: <sip:mfa@127.0.0.1:"));
  peer_answer(&peer, peer.message,
              (struct answer){.status = "401 Unauthorized",
                              .tag = "r",
                              .more = "WWW-Authenticate: " CHALLENGE "\r\n"});
  (void)peer_expect(&peer, "REGISTER ");
  cr_assert(says(&peer, "\r\nAuthorization: Digest "));
  peer_answer(&peer, peer.message, (struct answer){.status = "200 OK", .tag = "r"});
  cr_assert_eq(events_expect(&events, SIP_EVENT_REGISTERED)->event.call, 0);
  cr_assert(thread_start(&thread, "closes", end_stack, sip));
  do (void)peer_expect(&peer, "REGISTER "); /* the one before may have been sent again */
  while (!says(&peer, "\r\nExpires: 0\r\n"));
  peer_answer(&peer, peer.message, (struct answer){.status = "200 OK", .tag = "r"});
  pthread_join(thread, NULL);
}

Test(sip, a_registrar_that_refuses_is_told) {
  open_with((struct setting){.registers = true});
  (void)peer_expect(&peer, "REGISTER ");
  peer_answer(&peer, peer.message, (struct answer){.status = "403 Forbidden", .tag = "r"});
  cr_assert_eq(events_expect(&events, SIP_EVENT_UNREGISTERED)->event.status, 403);
  close_stack();
}

Test(sip, a_probe_finds_what_the_trunk_says_of_itself) {
  open_stack();
  cr_assert(sip_probe(sip, 0));
  (void)peer_expect(&peer, "OPTIONS sip:127.0.0.1:");
  peer_answer(&peer, peer.message,
              (struct answer){.status = "200 OK",
                              .tag = "o",
                              .more = "Content-Type: application/sdp\r\n",
                              .body = "v=0\r\nm=audio 0 RTP/AVP 8 101\r\n"
                                      "a=rtpmap:101 telephone-event/8000\r\n"});
  const struct heard *heard = events_expect(&events, SIP_EVENT_PROBED);
  cr_assert_eq(heard->event.status, 200);
  cr_assert_str_eq(heard->probe.transport, "udp");
  cr_assert(begins_with(heard->probe.address, "127.0.0.1:"));
  cr_assert(heard->probe.has_sdp && heard->probe.knows_pcma && heard->probe.knows_events);
  cr_assert_not(heard->probe.knows_pcmu);
  close_stack();
}

Test(sip, bad_options_are_refused) {
  struct sip_trunk trunk = {.uri = "sip:127.0.0.1;transport=tls"};
  struct sip_options options = {
      .trunks = &trunk, .n_trunks = 1, .from = "+1555", .on_event = events_take};
  cr_assert_lt(sip_new(&options, &sip), 0); /* TLS, and nobody to trust */
  options.ca_file = "/nonexistent";
  cr_assert_lt(sip_new(&options, &sip), 0);
  trunk.uri = "http://x";
  cr_assert_lt(sip_new(&options, &sip), 0);
  trunk.uri = "sip:127.0.0.1";
  options.ca_file = NULL;
  options.from = "not a number";
  cr_assert_lt(sip_new(&options, &sip), 0);
}
