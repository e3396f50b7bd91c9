/* sip_peer.h: the far end of tests of the SIP stack: a UDP socket that the test itself speaks SIP
 * with, message by message, and the events that the stack tells. */
#ifndef RADMFAD_TEST_SIP_PEER_H
#define RADMFAD_TEST_SIP_PEER_H

#include "factor/sip.h"
#include "thread.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_MS 20000
#define EVENTS_MAX 32
#define MESSAGE_SIZE 8192
#define SDP "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\n"

/* ---- the socket ---- */

struct peer {
  int fd;
  uint16_t port;
  struct sockaddr_in stack; /* where the last message came from */
  char message[MESSAGE_SIZE];
};

static inline void peer_open_on(struct peer *peer, const char *address) {
  struct sockaddr_in own = {.sin_family = AF_INET};
  socklen_t len = sizeof own;
  cr_assert_eq(inet_pton(AF_INET, address, &own.sin_addr), 1);
  peer->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  cr_assert_eq(bind(peer->fd, (struct sockaddr *)&own, sizeof own), 0);
  cr_assert_eq(getsockname(peer->fd, (struct sockaddr *)&own, &len), 0);
  peer->port = ntohs(own.sin_port);
}

static inline bool peer_hears_something(struct peer *peer, int wait_ms) {
  struct pollfd poll_fd = {.fd = peer->fd, .events = POLLIN};
  return poll(&poll_fd, 1, wait_ms) == 1;
}

/* Takes the next message, what it is. */
static inline const char *peer_hear(struct peer *peer) {
  socklen_t len = sizeof peer->stack;
  cr_assert(peer_hears_something(peer, PATIENCE_MS), "nothing came");
  ssize_t n = recvfrom(peer->fd, peer->message, sizeof peer->message - 1, 0,
                       (struct sockaddr *)&peer->stack, &len);
  cr_assert_gt(n, 0);
  peer->message[n] = '\0';
  return peer->message;
}

static inline bool begins_with(const char *text, const char *start) {
  return strncmp(text, start, strlen(start)) == 0;
}

/* Takes messages until one begins so: what is sent again may come between. */
static inline const char *peer_expect(struct peer *peer, const char *start) {
  for (int i = 0; i < 20; i++)
    if (begins_with(peer_hear(peer), start)) return peer->message;
  cr_assert(false, "no %s, but: %s", start, peer->message);
  return NULL;
}

static inline bool says(const struct peer *peer, const char *what) {
  return strstr(peer->message, what) != NULL;
}

static inline void peer_say(struct peer *peer, const char *text) {
  ssize_t n =
      sendto(peer->fd, text, strlen(text), 0, (struct sockaddr *)&peer->stack, sizeof peer->stack);
  cr_assert_eq((size_t)n, strlen(text));
}

/* ---- messages ---- */

/* The value of the first header of that name in `message`, "" where there is none. */
static inline const char *header(const char *message, const char *name, char out[1024]) {
  char start[64];
  out[0] = '\0';
  (void)snprintf(start, sizeof start, "\r\n%s: ", name);
  const char *at = strstr(message, start);
  if (!at) return out;
  at += strlen(start);
  (void)snprintf(out, 1024, "%.*s", (int)strcspn(at, "\r"), at);
  return out;
}

/* What the peer says of itself in a dialog. */
struct answer {
  const char *status; /* "180 Ringing" */
  const char *tag;    /* of To; NULL: none */
  const char *more;   /* headers, each with its line end, or NULL */
  const char *body;
};

/* Answers `request`, a copy of what was heard. */
static inline void peer_answer(struct peer *peer, const char *request, struct answer answer) {
  static const char *const copied[] = {"Via", "From", "Call-ID", "CSeq"};
  char text[MESSAGE_SIZE], value[1024];
  size_t n = (size_t)snprintf(text, sizeof text, "SIP/2.0 %s\r\n", answer.status);
  for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
    n += (size_t)snprintf(text + n, sizeof text - n, "%s: %s\r\n", copied[i],
                          header(request, copied[i], value));
  (void)header(request, "To", value);
  bool adds = answer.tag && !strstr(value, ";tag=");
  n += (size_t)snprintf(text + n, sizeof text - n, "To: %s%s%s\r\n", value, adds ? ";tag=" : "",
                        adds ? answer.tag : "");
  const char *body = answer.body ? answer.body : "";
  (void)snprintf(text + n, sizeof text - n,
                 "Contact: <sip:phone@127.0.0.1:%u>\r\n%sContent-Length: %zu\r\n\r\n%s", peer->port,
                 answer.more ? answer.more : "", strlen(body), body);
  peer_say(peer, text);
}

static inline void peer_answer_200(struct peer *peer, const char *invite, const char *tag) {
  peer_answer(peer, invite,
              (struct answer){.status = "200 OK",
                              .tag = tag,
                              .more = "Content-Type: application/sdp\r\n",
                              .body = SDP});
}

/* A request of the far end in the dialog that `invite` began: its From and To change places. */
static inline void peer_request(struct peer *peer, const char *invite, const char *tag,
                                const char *method, const char *more, const char *body) {
  static unsigned number = 100;
  char text[MESSAGE_SIZE], from[1024], to[1024], call_id[1024];
  number++;
  (void)snprintf(text, sizeof text,
                 "%s sip:us@127.0.0.1 SIP/2.0\r\n"
                 "Via: SIP/2.0/UDP 127.0.0.1:%u;branch=z9hG4bK-peer-%u\r\n"
                 "Max-Forwards: 70\r\nFrom: %s;tag=%s\r\nTo: %s\r\nCall-ID: %s\r\n"
                 "CSeq: %u %s\r\nContact: <sip:phone@127.0.0.1:%u>\r\n"
                 "%sContent-Length: %zu\r\n\r\n%s",
                 method, peer->port, number, header(invite, "To", to), tag,
                 header(invite, "From", from), header(invite, "Call-ID", call_id), number, method,
                 peer->port, more, strlen(body), body);
  peer_say(peer, text);
}

/* ---- events ---- */

struct heard {
  struct sip_event event;
  char sdp[256];
  struct sip_probe probe;
};

struct events {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  size_t n, n_taken;
  struct heard all[EVENTS_MAX];
};

static inline void events_take(const struct sip_event *event, void *user) {
  struct events *events = user;
  pthread_mutex_lock(&events->lock);
  cr_assert_lt(events->n, EVENTS_MAX);
  struct heard *heard = &events->all[events->n++];
  heard->event = *event;
  if (event->sdp.len)
    (void)snprintf(heard->sdp, sizeof heard->sdp, "%.*s", (int)event->sdp.len,
                   (const char *)event->sdp.ptr);
  if (event->probe) heard->probe = *event->probe;
  pthread_cond_broadcast(&events->changed);
  pthread_mutex_unlock(&events->lock);
}

/* The next event, in order. */
static inline const struct heard *events_next(struct events *events) {
  uint64_t until_ms = thread_now_ms() + PATIENCE_MS;
  pthread_mutex_lock(&events->lock);
  while (events->n_taken == events->n && thread_now_ms() < until_ms)
    thread_wait_until(&events->changed, &events->lock, until_ms);
  bool came = events->n_taken < events->n;
  const struct heard *next = &events->all[events->n_taken++];
  pthread_mutex_unlock(&events->lock);
  cr_assert(came, "no event came");
  return next;
}

static inline const struct heard *events_expect(struct events *events, enum sip_event_kind kind) {
  const struct heard *heard = events_next(events);
  cr_assert_eq(heard->event.kind, kind, "event %d, status %u", (int)heard->event.kind,
               heard->event.status);
  return heard;
}

#endif
