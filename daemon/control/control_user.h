/* control_user.h: a user of the store in JSON, as control sockets show him. */
#ifndef RADMFAD_CONTROL_CONTROL_USER_H
#define RADMFAD_CONTROL_CONTROL_USER_H

#include "../store/store.h"

#include <jansson.h>

/* No secret is in it: whether there is a PIN or a passcode. NULL: no memory. */
json_t *control_user(const struct store_user *user);

#endif
