/* How calls go, as the pages of a session see it. */
#include "portal/calls.h"

#include "radmfad_peer.h"

#include <sodium.h>

struct world {
  struct peer peer;
  struct calls *calls;
};

static void begin(struct world *world) {
  cr_assert_geq(sodium_init(), 0);
  peer_begin(&world->peer);
  world->calls = calls_new(world->peer.client);
  cr_assert_not_null(world->calls);
}

static void end(struct world *world) {
  radmfad_end(world->peer.client);
  calls_free(world->calls);
  peer_end(&world->peer);
}

static bool call(struct world *world, const char *session, uint64_t now_ms) {
  return calls_begin(world->calls, session, CALL_FOR_VERIFYING,
                     json_pack("{s:s}", "do", "verify_call"), now_ms);
}

static const char *word_of(struct world *world, const char *session, uint64_t now_ms) {
  struct call call;
  return calls_find(world->calls, session, now_ms, &call) ? call.word : NULL;
}

/* The number of the question that is read next, as it stands in the line. */
static unsigned long long number(struct world *world) {
  const char *id = strstr(peer_reads(&world->peer, 0), "\"id\":");
  cr_assert_not_null(id);
  return strtoull(id + 5, NULL, 10);
}

static void radmfad_says(struct world *world, unsigned long long id, const char *rest) {
  char line[128];
  snprintf(line, sizeof line, "{\"id\": %llu, %s}\n", id, rest);
  peer_says(&world->peer, line, 10);
}

Test(calls, a_session_sees_its_own_call) {
  struct world world;
  struct call seen;
  begin(&world);
  cr_assert(call(&world, "alice", 1));
  cr_assert_str_eq(word_of(&world, "alice", 1), "starting");
  cr_assert_null(word_of(&world, "mallory", 1));
  unsigned long long id = number(&world);
  radmfad_says(&world, id, "\"event\": \"ringing\"");
  cr_assert_str_eq(word_of(&world, "alice", 2), "ringing");
  cr_assert(calls_find(world.calls, "alice", 2, &seen) && !seen.is_over);
  radmfad_says(&world, id, "\"ok\": {}");
  cr_assert(calls_find(world.calls, "alice", 2, &seen) && seen.is_over);
  cr_assert_str_eq(seen.word, "verified");
  end(&world);
}

Test(calls, there_is_one_for_a_session_at_a_time) {
  struct world world;
  begin(&world);
  cr_assert(call(&world, "alice", 1));
  cr_assert_not(call(&world, "alice", 2));
  unsigned long long id = number(&world);
  radmfad_says(&world, id, "\"error\": \"no_answer\"");
  cr_assert_str_eq(word_of(&world, "alice", 3), "no_answer");
  cr_assert(call(&world, "alice", 4));
  cr_assert_str_eq(word_of(&world, "alice", 4), "starting");
  end(&world);
}

Test(calls, what_is_long_over_is_forgotten) {
  struct world world;
  begin(&world);
  cr_assert(call(&world, "alice", 1));
  unsigned long long id = number(&world);
  radmfad_says(&world, id, "\"error\": \"busy\"");
  cr_assert_str_eq(word_of(&world, "alice", 600000), "busy");
  cr_assert_null(word_of(&world, "alice", 600002));
  end(&world);
}

Test(calls, there_are_not_more_than_can_be_watched) {
  struct world world;
  char session[16];
  bool begun = true;
  unsigned n;
  begin(&world);
  for (n = 0; n < 2000 && begun; n++) {
    snprintf(session, sizeof session, "s%u", n);
    begun = call(&world, session, 1);
  }
  cr_assert_eq(n, 1025);
  cr_assert_null(word_of(&world, session, 1));
  end(&world);
}
