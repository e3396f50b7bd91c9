#include "core/upstream.h"

#include "../support/heap.h"

#include <criterion/criterion.h>
#include <radmfa/error.h>

static struct heap heap;
static radmfa_upstream_options options;
static radmfa_upstream *upstream;
static unsigned n_notices;
static radmfa_upstream_event last_event;

static void on_notice(const radmfa_upstream_notice *notice, void *user) {
  (void)user;
  n_notices++;
  last_event = notice->event;
  cr_assert_str_eq(notice->upstream, "nps");
}

static void fresh(void) {
  n_notices = 0;
  radmfa_upstream_options_init(&options);
  options.name = "nps";
  options.on_notice = on_notice;
  options.allocator = heap_allocator(&heap);
}

static radmfa_upstream_server_options server_options(void) {
  radmfa_upstream_server_options server;
  radmfa_upstream_server_options_init(&server);
  server.name = "nps1";
  server.address.port = 1812;
  server.secret = radmfa_text("secret");
  return server;
}

static void make(size_t n_servers) {
  radmfa_upstream_server_options server = server_options();
  cr_assert_eq(radmfa_upstream_new(&options, &upstream), 0);
  for (size_t i = 0; i < n_servers; i++)
    cr_assert_eq(radmfa_upstream_add_server(upstream, &server), 0);
}

static void done(void) {
  radmfa_upstream_unref(upstream);
  upstream = NULL;
  cr_assert_eq(heap.blocks, 0);
}

TestSuite(upstream, .init = fresh, .fini = done);

Test(upstream, options_out_of_range_are_invalid) {
  radmfa_upstream_options bad[5] = {options, options, options, options, options};
  bad[0].name = "";
  bad[1].timeout_ms = 999;
  bad[2].retransmit_max_ms = bad[2].retransmit_ms - 1;
  bad[3].pending_max = 0;
  bad[4].probe_user = (radmfa_span){(const uint8_t *)"", 254};
  for (size_t i = 0; i < 5; i++)
    cr_assert_eq(radmfa_upstream_new(&bad[i], &upstream), RADMFA_E_INVALID, "%zu", i);
}

Test(upstream, servers_out_of_range_are_invalid) {
  radmfa_upstream_server_options server = server_options();
  make(RADMFA_SERVERS_MAX);
  cr_assert_eq(radmfa_upstream_add_server(upstream, &server), RADMFA_E_TOO_BIG);
  radmfa_upstream_unref(upstream);
  make(0);
  server.address.port = 0;
  cr_assert_eq(radmfa_upstream_add_server(upstream, &server), RADMFA_E_INVALID);
  server = server_options();
  server.secret.len = 0;
  cr_assert_eq(radmfa_upstream_add_server(upstream, &server), RADMFA_E_INVALID);
}

Test(upstream, a_source_is_of_the_same_family_as_its_server) {
  static const char *const sources[] = {"192.0.2.1", "0.0.0.0", "::", "2001:db8::1"};
  radmfa_upstream_server_options server = server_options();
  make(0);
  for (size_t i = 0; i < 4; i++) {
    cr_assert_eq(radmfa_address_parse(sources[i], &server.source), 0);
    cr_assert_eq(radmfa_address_parse("192.0.2.9:1812", &server.address), 0);
    cr_assert_eq(radmfa_upstream_add_server(upstream, &server), i < 3 ? 0 : RADMFA_E_INVALID);
    cr_assert_eq(radmfa_address_parse("[2001:db8::9]:1812", &server.address), 0);
    cr_assert_eq(radmfa_upstream_add_server(upstream, &server), i < 2 ? RADMFA_E_INVALID : 0);
  }
}

Test(upstream, a_death_and_a_return_are_told_once) {
  make(1);
  for (int i = 0; i < 3; i++) cr_assert_eq(radmfa__upstream_choose(upstream, 0, 1000), 0);
  for (int i = 0; i < 3; i++) radmfa__upstream_gave_up(upstream, 0, 1000, 56000);
  cr_assert_eq(n_notices, 1);
  cr_assert_eq(last_event, RADMFA_UPSTREAM_EVENT_DEAD);
  cr_assert_eq(radmfa__upstream_choose(upstream, 0, 57000), SERVER_NONE);
  cr_assert_eq(radmfa__upstream_choose(upstream, 0, 86000), 0);
  radmfa__upstream_replied(upstream, 0, 86000, 86010);
  cr_assert_eq(n_notices, 2);
  cr_assert_eq(last_event, RADMFA_UPSTREAM_EVENT_ALIVE);
}

/* A login whose client waits for less than the upstream's timeout is never given up here. */
Test(upstream, a_silent_server_dies_though_whoever_asks_has_less_patience) {
  uint64_t now_ms = 100000;
  make(1);
  for (; n_notices == 0 && now_ms < 300000; now_ms += 1000) {
    cr_assert_eq(radmfa__upstream_choose(upstream, 0, now_ms), 0);
    if (now_ms >= 149000) radmfa__upstream_withdrawn(upstream, 0, now_ms);
  }
  cr_assert_eq(last_event, RADMFA_UPSTREAM_EVENT_DEAD);
  cr_assert_eq(now_ms, 156000); /* 55 s after the first request, and the step of the loop */
}

Test(upstream, a_conversation_is_with_one_server_and_no_other) {
  size_t server = 7;
  make(2);
  uint64_t nas = radmfa__upstream_scope(upstream, radmfa_text("nas"));
  uint64_t other = radmfa__upstream_scope(upstream, radmfa_text("other"));
  radmfa__upstream_remember(upstream, nas, radmfa_text("state"), 1, 1000);
  cr_assert(radmfa__upstream_partner(upstream, nas, radmfa_text("state"), 1001, &server));
  cr_assert_eq(server, 1);
  cr_assert_not(radmfa__upstream_partner(upstream, other, radmfa_text("state"), 1001, &server));
  cr_assert_not(radmfa__upstream_partner(upstream, nas, radmfa_text("stat"), 1001, &server));
  upstream->health[1].state = HEALTH_DEAD;
  cr_assert(radmfa__upstream_partner(upstream, nas, radmfa_text("state"), 1001, &server));
  cr_assert_eq(server, SERVER_NONE);
}

Test(upstream, message_authenticator_is_needed_as_the_server_is_configured) {
  radmfa_upstream_server_options server = server_options();
  make(1);
  server.message_authenticator = RADMFA_MESSAGE_AUTHENTICATOR_REQUIRE;
  cr_assert_eq(radmfa_upstream_add_server(upstream, &server), 0);
  server.message_authenticator = RADMFA_MESSAGE_AUTHENTICATOR_OFF;
  cr_assert_eq(radmfa_upstream_add_server(upstream, &server), 0);
  for (size_t i = 0; i < 3; i++) {
    cr_assert_eq(radmfa__upstream_must_sign(upstream, i), i == 1);
    radmfa__upstream_has_signed(upstream, i);
    cr_assert_eq(radmfa__upstream_must_sign(upstream, i), i < 2);
  }
}

Test(upstream, one_probe_is_out_at_a_time) {
  options.probe_user = radmfa_text("probe");
  make(1);
  cr_assert_eq(radmfa__upstream_choose(upstream, 0, 1000), 0);
  cr_assert_eq(radmfa__upstream_probe_due(upstream, 0), UINT64_MAX);
  radmfa__upstream_unanswered(upstream, 0, 1000, 3000);
  cr_assert_leq(radmfa__upstream_probe_due(upstream, 0), 3000);
  cr_assert(radmfa__upstream_take_probe(upstream, 0, 3000, 0));
  cr_assert_not(radmfa__upstream_take_probe(upstream, 0, 3000, 0));
  radmfa__upstream_probed(upstream, 0, PROBE_ANSWERED, 3001);
  cr_assert_eq(radmfa__upstream_probe_due(upstream, 0), UINT64_MAX);
}
