/* ping: asks a RADIUS server whether it is there, with one Status-Server (RFC 5997).
 *   ping HOST PORT SECRET      exit 0: answered, 1: not, 2: usage */
#define _POSIX_C_SOURCE 200809L

#include <radmfa/auth.h>
#include <radmfa/error.h>

#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define TIMEOUT_MS 3000
#define ID 1

static long long now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static int connected_socket(const char *host, const char *port) {
  struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *found;
  if (getaddrinfo(host, port, &hints, &found)) return -1;
  int fd = socket(found->ai_family, found->ai_socktype, found->ai_protocol);
  if (fd >= 0 && connect(fd, found->ai_addr, found->ai_addrlen)) {
    close(fd);
    fd = -1;
  }
  freeaddrinfo(found);
  return fd;
}

/* Waits for the reply; what is not one that only the server can have written is ignored. */
static bool await_reply(int fd, const uint8_t authenticator[RADMFA_AUTHENTICATOR_SIZE],
                        const radmfa_secret *secret, long long until_us) {
  uint8_t buffer[RADMFA_PACKET_SIZE_MAX];
  for (long long left_us; (left_us = until_us - now_us()) > 0;) {
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    if (poll(&wait, 1, (int)(left_us / 1000 + 1)) <= 0) continue;
    ssize_t got = recv(fd, buffer, sizeof buffer, 0);
    if (got < 0) return false; /* most likely an ICMP "port unreachable" */
    radmfa_packet reply;
    if (radmfa_packet_parse((radmfa_span){buffer, (size_t)got}, &reply) || reply.id != ID) continue;
    if (radmfa_verify_reply(&reply, authenticator, secret, true)) continue;
    const char *name = radmfa_code_name(reply.code);
    printf("%s", name ? name : "a reply of unknown code");
    return true;
  }
  return false;
}

static bool ping(int fd, const radmfa_secret *secret) {
  uint8_t authenticator[RADMFA_AUTHENTICATOR_SIZE], buffer[RADMFA_PACKET_SIZE_MAX];
  if (getrandom(authenticator, sizeof authenticator, 0) != sizeof authenticator) return false;
  radmfa_builder builder;
  radmfa_span request;
  radmfa_build_request(&builder, buffer, sizeof buffer, RADMFA_STATUS_SERVER, ID, authenticator);
  if (radmfa_build_finish(&builder, secret, &request)) return false;
  long long sent_us = now_us();
  if (send(fd, request.ptr, request.len, 0) < 0) return false;
  if (!await_reply(fd, authenticator, secret, sent_us + TIMEOUT_MS * 1000LL)) return false;
  printf(" after %.3f ms\n", (double)(now_us() - sent_us) / 1000);
  return true;
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: %s HOST PORT SECRET\n", argv[0]);
    return 2;
  }
  radmfa_secret *secret;
  int error = radmfa_secret_new(radmfa_text(argv[3]), NULL, &secret);
  if (error) {
    fprintf(stderr, "secret: %s\n", radmfa_strerror(error));
    return 2;
  }
  int fd = connected_socket(argv[1], argv[2]);
  bool answered = fd >= 0 && ping(fd, secret);
  if (!answered) fprintf(stderr, "no answer from %s port %s\n", argv[1], argv[2]);
  if (fd >= 0) close(fd);
  radmfa_secret_free(secret);
  return answered ? 0 : 1;
}
