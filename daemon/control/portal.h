/* portal.h: what radmfad does for the portal, on a socket of its own. The portal shows pages and
 * keeps nothing; who is signed in, what he may do, and what is written into the store is decided
 * here, so that whoever takes the portal over can do what those do who use it meanwhile, and no
 * more.
 *
 * portal.c begins each request: whose session, in which state (portal_view.c), may he
 * (portal_rules.c)? portal_sign_in.c makes sessions, portal_call.c calls, portal_enrol.c and
 * portal_change.c change users, portal_history.c shows logins, portal_admin.c is for
 * administrators. All of it runs in the control thread. */
#ifndef RADMFAD_CONTROL_PORTAL_H
#define RADMFAD_CONTROL_PORTAL_H

#include "control.h"
#include "world.h"

struct portal;

/* portal_new makes the socket and its thread; `*out_has_group` as of control_new. `world` is
 * copied, and has a store. NULL: `out_error` says why. */
struct portal *portal_new(const struct config_portal *config, const struct control_world *world,
                          bool *out_has_group, char out_error[CONTROL_ERROR_SIZE]);
/* Hangs up what is up, and waits for what is under way (control_free). NULL is fine. */
void portal_free(struct portal *portal);

#endif
