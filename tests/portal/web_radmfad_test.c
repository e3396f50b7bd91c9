/* Questions to radmfad, and what becomes of them. */
#include "radmfad_peer.h"

/* What has come, in words: "ringing ok ". */
static void note(const struct radmfad_answer *answer, void *user) {
  char *story = user;
  const char *word = answer->event ? answer->event : answer->ok ? "ok" : answer->error;
  strncat(story, word, 60);
  strncat(story, " ", 2);
}

static uint64_t ask(struct peer *peer, const char *verb, char *story) {
  return radmfad_ask(peer->client, json_pack("{s:s}", "do", verb), 1000, 0, note, story);
}

static void says_of(struct peer *peer, uint64_t id, const char *rest) {
  char line[128];
  snprintf(line, sizeof line, "{\"id\": %llu, %s}\n", (unsigned long long)id, rest);
  peer_says(peer, line, 10);
}

Test(radmfad, a_question_is_a_line_and_its_answer_finds_it) {
  struct peer peer;
  char story[256] = "";
  peer_begin(&peer);
  uint64_t id = ask(&peer, "hello", story);
  cr_assert_neq(id, 0);
  const char *line = peer_reads(&peer, 0);
  cr_assert_not_null(strstr(line, "\"do\":\"hello\""));
  cr_assert_eq(line[strlen(line) - 1], '\n');
  says_of(&peer, id, "\"ok\": {}");
  cr_assert_str_eq(story, "ok ");
  says_of(&peer, id, "\"ok\": {}");
  cr_assert_str_eq(story, "ok ");
  peer_end(&peer);
}

Test(radmfad, answers_come_in_any_order_and_in_pieces) {
  struct peer peer;
  char first[256] = "", second[256] = "";
  peer_begin(&peer);
  uint64_t a = ask(&peer, "one", first), b = ask(&peer, "two", second);
  (void)peer_reads(&peer, 0);
  says_of(&peer, b, "\"error\": \"wrong\", \"text\": \"no\"");
  says_of(&peer, a, "\"event\": \"ringing\"");
  cr_assert_str_eq(second, "wrong ");
  cr_assert_str_eq(first, "ringing ");
  char line[64];
  snprintf(line, sizeof line, "\"id\": %llu, \"ok\": {}}\n", (unsigned long long)a);
  peer_says(&peer, "{", 10);
  cr_assert_str_eq(first, "ringing ");
  peer_says(&peer, line, 10);
  cr_assert_str_eq(first, "ringing ok ");
  peer_end(&peer);
}

Test(radmfad, what_is_forgotten_is_not_told) {
  struct peer peer;
  char story[256] = "";
  peer_begin(&peer);
  uint64_t id = ask(&peer, "slow", story);
  (void)peer_reads(&peer, 0);
  radmfad_forget(peer.client, id);
  says_of(&peer, id, "\"ok\": {}");
  radmfad_forget(peer.client, id);
  radmfad_forget(peer.client, 0);
  cr_assert_str_eq(story, "");
  peer_end(&peer);
}

Test(radmfad, who_does_not_answer_in_time_is_unavailable) {
  struct peer peer;
  char story[256] = "";
  peer_begin(&peer);
  uint64_t id = ask(&peer, "slow", story);
  (void)peer_reads(&peer, 999);
  cr_assert_str_eq(story, "");
  radmfad_turn(peer.client, 0, 1000);
  cr_assert_str_eq(story, "unavailable ");
  says_of(&peer, id, "\"ok\": {}");
  cr_assert_str_eq(story, "unavailable ");
  peer_end(&peer);
}

Test(radmfad, a_connection_that_ends_takes_its_questions_along_and_is_made_anew) {
  struct peer peer;
  char story[256] = "";
  peer_begin(&peer);
  (void)ask(&peer, "one", story);
  (void)ask(&peer, "two", story);
  (void)peer_reads(&peer, 0);
  peer_hangs_up(&peer, 5);
  cr_assert_str_eq(story, "unavailable unavailable ");
  cr_assert_eq(radmfad_fd(peer.client), -1);
  uint64_t id = ask(&peer, "three", story);
  cr_assert_not_null(strstr(peer_reads(&peer, 0), "three"));
  says_of(&peer, id, "\"ok\": {}");
  cr_assert_str_eq(story, "unavailable unavailable ok ");
  peer_end(&peer);
}

Test(radmfad, who_talks_nonsense_is_left) {
  const char *const nonsense[] = {"{]\n", "[]\n", "\n", "{\"id\":1,\"id\":2}\n", "\xff\n", "7\n"};
  for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
    struct peer peer;
    char story[256] = "";
    peer_begin(&peer);
    (void)ask(&peer, "one", story);
    (void)peer_reads(&peer, 0);
    peer_says(&peer, nonsense[i], 10);
    cr_assert_str_eq(story, "unavailable ");
    peer_end(&peer);
  }
}

Test(radmfad, an_answer_without_anything_has_failed) {
  struct peer peer;
  char story[256] = "";
  peer_begin(&peer);
  uint64_t id = ask(&peer, "one", story);
  (void)peer_reads(&peer, 0);
  says_of(&peer, id, "\"x\": 1");
  says_of(&peer, 77, "\"ok\": {}");
  cr_assert_str_eq(story, "failed ");
  peer_end(&peer);
}

Test(radmfad, nobody_is_asked_where_nobody_is) {
  struct peer peer;
  char story[256] = "";
  peer_begin(&peer);
  close(peer.listener);
  peer.listener = -1;
  cr_assert_eq(ask(&peer, "one", story), 0);
  cr_assert_eq(radmfad_ask(peer.client, NULL, 1000, 0, note, story), 0);
  peer_end(&peer);
  cr_assert_str_eq(story, "");
}

Test(radmfad, a_line_that_radmfad_would_not_take_is_not_sent) {
  struct peer peer;
  char story[256] = "", *longer = calloc(1, 70000);
  peer_begin(&peer);
  memset(longer, 'a', 69999);
  cr_assert_eq(radmfad_ask(peer.client, json_pack("{s:s}", "do", longer), 1000, 0, note, story), 0);
  free(longer);
  peer_end(&peer);
}
