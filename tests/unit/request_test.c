#include "core/request.h"

#include "../support/hex.h"
#include "../support/traffic.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static const radmfa_hash_key key = {1, 2};
static radmfa_secret *secret;
static struct sent sent[8];
static size_t n_sent;

static void fresh(void) {
  cr_assert_eq(radmfa_secret_new(radmfa_text("secret"), NULL, &secret), 0);
}

static void done(void) {
  while (n_sent) free(sent[--n_sent].bytes);
  radmfa_secret_free(secret);
}

TestSuite(request, .init = fresh, .fini = done);

static radmfa_packet packet_of(struct request request) {
  radmfa_packet packet = {0};
  cr_assert_lt(n_sent, 8);
  sent[n_sent] = traffic_build(&request, secret);
  cr_assert_eq(radmfa_packet_parse((radmfa_span){sent[n_sent].bytes, sent[n_sent].len}, &packet),
               0);
  n_sent++;
  return packet;
}

static radmfa_method method_of(struct request request) {
  radmfa_packet packet = packet_of(request);
  radmfa_method method = RADMFA_METHOD_NONE;
  cr_assert(radmfa__request_method(&packet, &method));
  return method;
}

Test(request, each_method_is_known_by_its_attribute) {
  cr_assert_eq(method_of(access_request("alice", "right")), RADMFA_METHOD_PAP);
  cr_assert_eq(method_of(access_request("alice", .method = RADMFA_METHOD_CHAP)),
               RADMFA_METHOD_CHAP);
  cr_assert_eq(method_of(access_request("alice", .method = RADMFA_METHOD_MSCHAP)),
               RADMFA_METHOD_MSCHAP);
  cr_assert_eq(method_of(access_request("alice", .method = RADMFA_METHOD_EAP)), RADMFA_METHOD_EAP);
  cr_assert_eq(method_of(access_request("alice")), RADMFA_METHOD_NONE);
}

static bool same_key(struct request one, const char *password, struct request two,
                     const char *other) {
  radmfa_packet a = packet_of(one), b = packet_of(two);
  radmfa_hash128 x = radmfa__join_hash_pap(key, "client", "policy", &a, radmfa_text(password));
  radmfa_hash128 y = radmfa__join_hash_pap(key, "client", "policy", &b, radmfa_text(other));
  n_sent -= 2;
  free(sent[n_sent].bytes);
  free(sent[n_sent + 1].bytes);
  return x.a == y.a && x.b == y.b;
}

Test(request, the_form_of_the_name_does_not_matter) {
  cr_assert(same_key(access_request("alice"), "x", access_request("ALICE"), "x"));
  cr_assert(same_key(access_request("alice"), "x", access_request("CORP\\Alice"), "x"));
  cr_assert(same_key(access_request("alice"), "x", access_request("alice@corp.example"), "x"));
  cr_assert_not(same_key(access_request("alice"), "x", access_request("alic"), "x"));
  cr_assert_not(same_key(access_request("alice"), "x", access_request("alicf"), "x"));
}

Test(request, everything_else_does) {
  cr_assert_not(same_key(access_request("alice"), "x", access_request("alice"), "X"));
  cr_assert_not(same_key(access_request("alice"), "x", access_request("alice"), ""));
  cr_assert_not(same_key(access_request("alice"), "x", access_request("alice", .nas = "a"), "x"));
  cr_assert_not(same_key(access_request("alice", .nas = "a"), "x",
                         access_request("alice", .station = "a"), "x"));
  cr_assert_not(
      same_key(access_request("alice", .nas = "a"), "x", access_request("alice", .nas = "b"), "x"));
  cr_assert(same_key(access_request("alice", .id = 1), "x",
                     access_request("alice", .id = 2, .proxy_state = "p"), "x"));
}

Test(request, parts_that_run_together_differ) {
  cr_assert_not(same_key(access_request("alicex"), "y", access_request("alice"), "xy"));
}

Test(request, client_and_policy_are_part_of_the_key) {
  radmfa_packet packet = packet_of(access_request("alice", "x"));
  radmfa_hash128 a = radmfa__join_hash_pap(key, "client", "policy", &packet, radmfa_text("x"));
  radmfa_hash128 b = radmfa__join_hash_pap(key, "other", "policy", &packet, radmfa_text("x"));
  radmfa_hash128 c = radmfa__join_hash_pap(key, "client", "other", &packet, radmfa_text("x"));
  cr_assert(a.a != b.a && a.a != c.a && b.a != c.a);
}

Test(request, the_largest_parts_there_can_be_fit) {
  static uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  static const uint8_t authenticator[16], value[253] = {'v'};
  static const uint8_t types[] = {1, 4, 5, 30, 31, 32};
  static const char name[] = "012345678901234567890123456789012345678901234567890123456789012";
  struct bytes password = filled('p', 128);
  radmfa_builder b;
  radmfa_span bytes;
  radmfa_packet packet;
  radmfa_build_request(&b, buffer, sizeof buffer, RADMFA_ACCESS_REQUEST, 1, authenticator);
  for (size_t i = 0; i < sizeof types; i++)
    radmfa_build_attr(&b, types[i], (radmfa_span){value, sizeof value});
  cr_assert_eq(radmfa_build_finish(&b, secret, &bytes), 0);
  cr_assert_eq(radmfa_packet_parse(bytes, &packet), 0);
  radmfa_hash128 hash = radmfa__join_hash_pap(key, name, name, &packet, span(&password));
  cr_assert(hash.a || hash.b);
}

Test(request, without_a_password_the_identity_tells_people_apart) {
  radmfa_packet packet = packet_of(access_request("A\\alice"));
  radmfa_packet other = packet_of(access_request("B\\alice"));
  radmfa_hash128 a = radmfa__join_hash_other(key, "c", "p", &packet, (radmfa_span){0});
  radmfa_hash128 b = radmfa__join_hash_other(key, "c", "p", &other, (radmfa_span){0});
  radmfa_hash128 c = radmfa__join_hash_other(key, "c", "p", &packet, radmfa_text("alice"));
  radmfa_hash128 d = radmfa__join_hash_other(key, "c", "p", &other, radmfa_text("Alice"));
  cr_assert_neq(a.a, b.a);
  cr_assert_eq(c.a, d.a);
  radmfa_hash128 pap = radmfa__join_hash_pap(key, "c", "p", &packet, (radmfa_span){0});
  cr_assert_neq(pap.a, c.a);
}

Test(request, a_users_hash_folds_case_and_domain) {
  uint64_t alice = radmfa__user_hash(key, radmfa_text("alice"));
  cr_assert_eq(alice, radmfa__user_hash(key, radmfa_text("ALICE")));
  cr_assert_eq(alice, radmfa__user_hash(key, radmfa_text("corp\\alice")));
  cr_assert_eq(alice, radmfa__user_hash(key, radmfa_text("alice@corp")));
  cr_assert_neq(alice, radmfa__user_hash(key, radmfa_text("bob")));
}

Test(request, a_name_that_is_all_domain_is_taken_as_it_is) {
  uint64_t empty = radmfa__user_hash(key, radmfa_text(""));
  cr_assert_neq(radmfa__user_hash(key, radmfa_text("CORP\\")), empty);
  cr_assert_neq(radmfa__user_hash(key, radmfa_text("@corp")), empty);
}

static bool odd(const char *password) {
  return radmfa__password_is_odd(radmfa_text(password));
}

Test(request, text_of_any_script_is_not_odd) {
  cr_assert_not(odd(""));
  cr_assert_not(odd("correct horse"));
  cr_assert_not(odd("p\xc3\xa4ssw\xc3\xb6rd \xe5\xaf\x86\xe7\xa0\x81 \xf0\x9f\x94\x91"));
}

Test(request, what_is_no_utf8_or_a_control_character_is_odd) {
  cr_assert(odd("\xff"));
  cr_assert(odd("a\x01"));
  cr_assert(odd("\x7f"));
  cr_assert(odd("\xc3"));
  cr_assert(odd("\xc0\x80"));
  cr_assert(odd("\xe5\xaf"));
  cr_assert(odd("\xf5\x80\x80\x80"));
  cr_assert(odd("\xc3(a"));
}

Test(request, a_second_user_password_is_malformed) {
  static const uint8_t hidden[16] = {1};
  static const uint8_t authenticator[RADMFA_AUTHENTICATOR_SIZE] = {1};
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  radmfa_builder builder;
  radmfa_packet packet;
  radmfa_span bytes;
  radmfa_method method;
  radmfa_build_request(&builder, buffer, sizeof buffer, RADMFA_ACCESS_REQUEST, 1, authenticator);
  for (int i = 0; i < 2; i++)
    radmfa_build_attr(&builder, RADMFA_ATTR_USER_PASSWORD, (radmfa_span){hidden, sizeof hidden});
  cr_assert_eq(radmfa_build_finish(&builder, secret, &bytes), 0);
  cr_assert_eq(radmfa_packet_parse(bytes, &packet), 0);
  cr_assert_not(radmfa__request_method(&packet, &method));
}
