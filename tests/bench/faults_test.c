#include "faults.h"

#include "requests.h"

Test(faults, each_has_about_its_share) {
  const struct faults faults = {.lose = 0.1, .forge = 0.1, .truncate = 0.1};
  unsigned drawn[4] = {0};
  struct random random;
  random_seed(&random, 1);
  for (int i = 0; i < 100000; i++) drawn[faults_draw(&faults, &random)]++;
  cr_assert(drawn[FAULT_LOST] > 9500 && drawn[FAULT_LOST] < 10500);
  cr_assert(drawn[FAULT_FORGED] > 8500 && drawn[FAULT_FORGED] < 9500); /* of what is not lost */
  cr_assert(drawn[FAULT_TRUNCATED] > 7600 && drawn[FAULT_TRUNCATED] < 8600);
}

Test(faults, none_is_none) {
  const struct faults faults = {0};
  struct random random;
  random_seed(&random, 1);
  for (int i = 0; i < 1000; i++) cr_assert_eq(faults_draw(&faults, &random), FAULT_NONE);
}

Test(faults, a_forged_reply_has_the_other_verdict_and_does_not_verify) {
  struct secret secret;
  open_secret(&secret);
  struct octets request = request_of(&secret, 0, 1, 1);
  struct octets reply = reply_to(&secret, &request, RADMFA_ACCESS_REJECT);
  fault_forge(reply.bytes);
  radmfa_packet packet = parsed(&reply), asked = parsed(&request);
  cr_assert_eq(packet.code, RADMFA_ACCESS_ACCEPT);
  cr_assert_neq(
      radmfa_verify_reply(&packet, radmfa_packet_authenticator(&asked), secret.shared, false), 0);
  secret_close(&secret);
}

Test(faults, a_part_is_left_of_a_truncated_reply) {
  struct random random;
  size_t least = SIZE_MAX, most = 0;
  random_seed(&random, 1);
  for (int i = 0; i < 10000; i++) {
    size_t len = fault_truncated_len(38, &random);
    if (len < least) least = len;
    if (len > most) most = len;
  }
  cr_assert_eq(least, 1);
  cr_assert_eq(most, 37);
}
