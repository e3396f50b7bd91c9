#include "subject.h"

#include "instant.h"
#include "requests.h"

Test(subject, each_of_them_works) {
  struct subject_world *world = subject_world_new();
  for (size_t i = 0; i < n_subjects; i++)
    cr_assert_gt(subjects[i].run(world, 200), 0, "%s", subjects[i].name);
  subject_world_free(world);
}

Test(subject, logins_go_on_when_their_requests_come_again) {
  struct subject_world *world = subject_world_new();
  const struct subject *login = subject_find("login");
  cr_assert_eq(login->run(world, 10000), 10000);
  subject_world_free(world);
}

Test(subject, a_name_that_is_none_finds_nothing) {
  cr_assert_null(subject_find("logins"));
}

/* The engine that they work on says yes to whoever signs, once for each request. */
Test(subject, the_instant_server_answers_what_is_signed_and_nothing_else) {
  struct secret secret;
  open_secret(&secret);
  struct instant *instant = instant_new((radmfa_span){secret.bytes, secret.len});
  struct octets request = request_of(&secret, 1, 1, 1), forged = request_of(&secret, 2, 2, 2);
  radmfa_datagram datagrams[] = {{.bytes = span_of(&request)}, {.bytes = span_of(&forged)}};
  forged.bytes[forged.len - 1] ^= 1;
  cr_assert_eq(instant_take(instant, datagrams, 2, 1000), 1);
  instant_free(instant);
  secret_close(&secret);
}
