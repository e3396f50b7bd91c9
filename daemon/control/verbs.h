/* verbs.h: what administrators can ask (radmfad(8)); the context is a struct control_world. Each
 * file has the verbs of one kind. */
#ifndef RADMFAD_CONTROL_VERBS_H
#define RADMFAD_CONTROL_VERBS_H

#include "control.h"

extern const struct control_verb control_verbs[];
extern const size_t control_verbs_count;

/* verbs_user.c */
void verb_user_add(struct control_call *call, const json_t *arguments, void *world);
void verb_user_show(struct control_call *call, const json_t *arguments, void *world);
void verb_user_list(struct control_call *call, const json_t *arguments, void *world);
void verb_user_set(struct control_call *call, const json_t *arguments, void *world);
void verb_user_remove(struct control_call *call, const json_t *arguments, void *world);
/* verbs_state.c */
void verb_user_block(struct control_call *call, const json_t *arguments, void *world);
void verb_user_unblock(struct control_call *call, const json_t *arguments, void *world);
void verb_user_bypass(struct control_call *call, const json_t *arguments, void *world);
void verb_user_invite(struct control_call *call, const json_t *arguments, void *world);
/* verbs_import.c */
void verb_import_directory(struct control_call *call, const json_t *arguments, void *world);
/* verbs_pending.c */
void verb_pending(struct control_call *call, const json_t *arguments, void *world);
void verb_hangup(struct control_call *call, const json_t *arguments, void *world);
/* verbs_history.c, verbs_stats.c */
void verb_history(struct control_call *call, const json_t *arguments, void *world);
void verb_stats(struct control_call *call, const json_t *arguments, void *world);

#endif
