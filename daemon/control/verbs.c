/* verbs.c: the table. */
#include "verbs.h"

#include <radmfa/version.h>

static void ping(struct control_call *call, const json_t *arguments, void *world) {
  (void)arguments;
  (void)world;
  control_end(call, json_pack("{ss}", "version", RADMFA_VERSION));
}

/* clang-format off: a table */
const struct control_verb control_verbs[] = {
    {"ping", ping, ""},
    {"user.add", verb_user_add,
     "user primary identity name number extension country_code language factor verified calls"},
    {"user.show", verb_user_show, "user primary"},
    {"user.list", verb_user_list, "text after max"},
    {"user.set", verb_user_set,
     "user primary name number extension country_code verified language factor calls"
     " pin_hash passcode"},
    {"user.remove", verb_user_remove, "user primary"},
    {"user.block", verb_user_block, "user primary why"},
    {"user.unblock", verb_user_unblock, "user primary"},
    {"user.bypass", verb_user_bypass, "user primary minutes why by"},
    {"user.invite", verb_user_invite, "user primary hours"},
    {"import.directory", verb_import_directory, "primary remove_max dry_run"},
    {"pending", verb_pending, "after max"},
    {"hangup", verb_hangup, "login"},
    {"history", verb_history, "user primary from until verdict reason before max"},
    {"stats", verb_stats, ""},
};
/* clang-format on */

const size_t control_verbs_count = sizeof control_verbs / sizeof *control_verbs;
