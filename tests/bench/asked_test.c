#include "asked.h"

#include "requests.h"

static struct secret secret;
static struct table table;
static const radmfa_address here = {.ip = {[15] = 1}, .port = 1000};

static void set_up(void) {
  open_secret(&secret);
  table_init(&table);
}

static void tear_down(void) {
  secret_close(&secret);
  table_cleanup(&table, asked_free);
}

TestSuite(asked, .init = set_up, .fini = tear_down);

static struct asked *add(const struct octets *request) {
  radmfa_packet packet = parsed(request);
  return asked_add(&table, &here, &packet, radmfa_text("reply"));
}

static struct asked *find(const struct octets *request, const radmfa_address *peer) {
  radmfa_packet packet = parsed(request);
  return asked_find(&table, peer, &packet);
}

Test(asked, the_same_octets_from_the_same_port_are_a_retransmission) {
  struct octets request = request_of(&secret, 0, 7, 1);
  struct asked *asked = add(&request);
  cr_assert_eq(find(&request, &here), asked);
  cr_assert_eq(asked->reply_len, 5);
}

Test(asked, another_port_address_id_or_authenticator_is_another_request) {
  struct octets request = request_of(&secret, 0, 7, 1);
  struct octets other_id = request_of(&secret, 0, 8, 1), other = request_of(&secret, 0, 7, 2);
  radmfa_address other_port = here, other_ip = here;
  other_port.port++;
  other_ip.ip[15]++;
  add(&request);
  cr_assert_null(find(&request, &other_port));
  cr_assert_null(find(&request, &other_ip));
  cr_assert_null(find(&other_id, &here));
  cr_assert_null(find(&other, &here));
}

Test(asked, what_was_forgotten_is_new_again) {
  struct octets request = request_of(&secret, 0, 7, 1), kept = request_of(&secret, 0, 8, 1);
  struct asked *asked = add(&request);
  add(&kept);
  asked_forget(&table, asked);
  cr_assert_null(find(&request, &here));
  cr_assert_not_null(find(&kept, &here));
  cr_assert_eq(table.count, 1);
}
