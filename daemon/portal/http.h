/* http.h: HTTPS by libmicrohttpd in the loop's own thread. It accepts connections itself, so that
 * each has a place and a deadline: one that is slow with its head or body, or with reading its
 * response, or that asks for nothing, is closed. */
#ifndef PORTAL_HTTP_H
#define PORTAL_HTTP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config;
struct http;
struct portal;
struct diag;

#define HTTP_BODY_MAX 16384u

/* Reads certificate and key and, but for `only_check`, listens. NULL after an error to `diag`. */
struct http *http_new(const struct config *config, struct portal *portal, bool only_check,
                      struct diag *diag);
/* No request is being answered by radmfad any more. NULL is fine. */
void http_free(struct http *http);

/* What poll(2) shall look at; returns how many, at most HTTP_POLLS_MAX. */
#define HTTP_POLLS_MAX 17u
size_t http_polls(const struct http *http, struct pollfd out_polls[HTTP_POLLS_MAX]);
/* How long it may wait at most: -1 for ever. */
int http_wait_ms(const struct http *http);
/* After poll, with the same list: accepts, reads, writes, and closes what is late. */
void http_turn(struct http *http, const struct pollfd *polls, size_t n_polls);

#endif
