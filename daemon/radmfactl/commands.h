/* commands.h: what radmfactl can be told to do. Each returns what the program is to end with, and
 * has complained unless that is EXIT_OK. */
#ifndef RADMFACTL_COMMANDS_H
#define RADMFACTL_COMMANDS_H

#include "arguments.h"
#include "ctl.h"

struct command {
  const char *words;     /* "user add" */
  unsigned n_min, n_max; /* operands behind the words */
  const struct argument *arguments;
  int (*run)(struct ctl *ctl);
  const char *synopsis; /* of what stands behind the words */
};

extern const struct argument hash_arguments[], user_add_arguments[], user_list_arguments[],
    user_set_arguments[], user_one_arguments[], user_invite_arguments[], user_block_arguments[],
    user_bypass_arguments[], import_arguments[], pending_arguments[], history_arguments[];

int user_add(struct ctl *ctl);
int user_show(struct ctl *ctl);
int user_list(struct ctl *ctl);
int user_set(struct ctl *ctl);
int user_remove(struct ctl *ctl);
int user_invite(struct ctl *ctl);
int user_block(struct ctl *ctl);
int user_unblock(struct ctl *ctl);
int user_bypass(struct ctl *ctl);
int import_command(struct ctl *ctl); /* of a file, or --directory */
int import_directory(struct ctl *ctl);
int pending_command(struct ctl *ctl);
int hangup_command(struct ctl *ctl);
int history_command(struct ctl *ctl);
int stats_command(struct ctl *ctl);

#endif
