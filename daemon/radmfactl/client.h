/* client.h: the control socket of radmfad, as who asks sees it: an object of JSON a line, each way.
 * Nothing else in radmfactl knows the socket. */
#ifndef RADMFACTL_CLIENT_H
#define RADMFACTL_CLIENT_H

#include <jansson.h>
#include <stdbool.h>

struct client;

/* NULL: radmfad cannot be reached, and it has been said why, and what to do. */
struct client *client_new(const char *path);
void client_free(struct client *client); /* NULL is fine */

/* client_send sends a request with this id; `arguments`, an object or NULL, is taken over. Several
 * may be under way. Like the next one it returns false when the connection is of no more use, and
 * has complained. */
bool client_send(struct client *client, const char *verb, json_int_t id, json_t *arguments);

/* client_receive waits for the next end of a request (events are passed over): an object with `id`
 * and one of `ok` (an object) and `error`, which the caller unrefs. */
bool client_receive(struct client *client, json_t **out_answer);

/* How long it waits for one; to begin with a minute. */
void client_set_patience(struct client *client, int seconds);

/* complain_of_answer says what an answer without `ok` says. */
void complain_of_answer(const json_t *answer);

#endif
