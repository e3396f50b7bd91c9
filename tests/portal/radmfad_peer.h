/* radmfad_peer.h: the other end of the portal's socket, in the test's own thread. */
#ifndef TESTS_PORTAL_RADMFAD_PEER_H
#define TESTS_PORTAL_RADMFAD_PEER_H

#include "portal/radmfad.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct peer {
  char folder[32], path[64];
  int listener, fd;
  struct radmfad *client;
};

static inline void peer_begin(struct peer *peer) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  *peer = (struct peer){.folder = "/tmp/radmfad_peer.XXXXXX", .fd = -1};
  cr_assert_not_null(mkdtemp(peer->folder));
  snprintf(peer->path, sizeof peer->path, "%s/socket", peer->folder);
  memcpy(address.sun_path, peer->path, strlen(peer->path) + 1);
  peer->listener = socket(AF_UNIX, SOCK_STREAM, 0);
  cr_assert_eq(bind(peer->listener, (struct sockaddr *)&address, sizeof address), 0);
  cr_assert_eq(listen(peer->listener, 8), 0);
  peer->client = radmfad_new(peer->path);
  cr_assert_not_null(peer->client);
}

static inline void peer_end(struct peer *peer) {
  radmfad_end(peer->client);
  radmfad_free(peer->client);
  if (peer->fd >= 0) close(peer->fd);
  if (peer->listener >= 0) close(peer->listener);
  unlink(peer->path);
  rmdir(peer->folder);
}

/* What the client has written since; its question is out after a turn. */
static inline const char *peer_reads(struct peer *peer, uint64_t now_ms) {
  static char buffer[65536];
  radmfad_turn(peer->client, 0, now_ms);
  if (peer->fd < 0) peer->fd = accept(peer->listener, NULL, NULL);
  ssize_t got = recv(peer->fd, buffer, sizeof buffer - 1, 0);
  cr_assert_gt(got, 0);
  buffer[got] = '\0';
  return buffer;
}

static inline void peer_says(struct peer *peer, const char *text, uint64_t now_ms) {
  cr_assert_eq(send(peer->fd, text, strlen(text), 0), (ssize_t)strlen(text));
  radmfad_turn(peer->client, POLLIN, now_ms);
}

static inline void peer_hangs_up(struct peer *peer, uint64_t now_ms) {
  close(peer->fd);
  peer->fd = -1;
  radmfad_turn(peer->client, POLLIN | POLLHUP, now_ms);
}

#endif
