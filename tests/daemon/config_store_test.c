/* radmfad.yaml of a store. */
#include "config_text.h"

TestSuite(config_store, .init = start_diag, .fini = end_diag);

Test(config_store, there_is_none_unless_somebody_wants_it) {
  struct config *c = good(ONLY(.more = ""));
  cr_assert_null(c->store_path);
  config_free(c);
}

Test(config_store, its_path_is_beside_the_configuration_and_logins_are_kept_for_90_days) {
  struct config *c = good(ONLY(.more = "store: {type: sqlite, path: users.db}"));
  cr_assert_eq(c->store_type, CONFIG_STORE_SQLITE);
  cr_assert_str_eq(c->store_path, "etc/users.db");
  cr_assert_eq(c->history_days, 90);
  config_free(c);
}

static uint32_t days(const char *line) {
  struct config *c = good(ONLY(.more = line));
  uint32_t n = c->history_days;
  config_free(c);
  return n;
}

Test(config_store, its_history_is_in_days_or_off) {
  cr_assert_eq(days("store: {type: sqlite, path: /u.db, history: 3650d}"), 3650);
  cr_assert_eq(days("store: {type: sqlite, path: /u.db, history: 1d}"), 1);
  cr_assert_eq(days("store: {type: sqlite, path: /u.db, history: off}"), 0);
}

static void says_no_days(const char *history) {
  char more[128], wanted[256];
  start_diag();
  snprintf(more, sizeof more, "store: {type: sqlite, path: u, history: %s}", history);
  snprintf(wanted, sizeof wanted,
           "etc/c.yaml:14:41: `history` must be days with their unit (d) in 1d..3650d or off, not "
           "`%s`\n",
           history);
  fails_alone(ONLY(.more = more), wanted);
  end_diag();
}

Test(config_store, other_histories_are_errors) {
  end_diag();
  says_no_days("90");
  says_no_days("0d");
  says_no_days("3651d");
  says_no_days("99999999999999999999d");
  says_no_days("24h");
  says_no_days("-1d");
  start_diag();
}

Test(config_store, what_it_needs_is_named) {
  fails_alone(ONLY(.more = "store: {type: sqlite}"), "etc/c.yaml:14:8: `store` needs `path`\n");
}
