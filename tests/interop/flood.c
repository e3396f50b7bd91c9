/* flood: sends the datagrams of a file over and over, as fast as the server takes them. After
 * each batch it asks with Status-Server and waits for the answer, so none is lost in between.
 *
 * usage: flood ADDRESS PORT SOURCE COUNT STATUS_FILE DATAGRAMS_FILE
 *
 * The datagrams lie in their file one after the other, each behind its length (2 octets, network
 * order). They leave from SOURCE, Status-Server from 127.0.0.1. Prints how many were sent. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

enum { BATCH = 64, DATAGRAMS_MAX = 20000, OCTETS_MAX = 16 << 20, TRIES_MAX = 100 };

static unsigned char octets[OCTETS_MAX];
static struct iovec datagrams[DATAGRAMS_MAX];
static struct mmsghdr batch[BATCH];

static void die(const char *what) {
  perror(what);
  exit(1);
}

static size_t read_whole(const char *path, unsigned char *out, size_t size) {
  FILE *file = fopen(path, "rb");
  if (!file) die(path);
  size_t len = fread(out, 1, size, file);
  fclose(file);
  return len;
}

static size_t split(unsigned char *bytes, size_t len) {
  size_t n = 0;
  for (size_t at = 0; at + 2 <= len && n < DATAGRAMS_MAX; n++) {
    size_t size = (size_t)bytes[at] << 8 | bytes[at + 1];
    datagrams[n] = (struct iovec){bytes + at + 2, size};
    at += 2 + size;
  }
  return n;
}

static int connected(const char *source, const char *address, const char *port) {
  struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET};
  struct timeval patience = {.tv_usec = 100000};
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  to.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
  if (fd < 0 || inet_pton(AF_INET, source, &from.sin_addr) != 1 ||
      inet_pton(AF_INET, address, &to.sin_addr) != 1 ||
      bind(fd, (struct sockaddr *)&from, sizeof from) ||
      connect(fd, (struct sockaddr *)&to, sizeof to) ||
      setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience))
    die("socket");
  return fd;
}

static void send_batch(int fd, unsigned n) {
  for (unsigned sent = 0; sent < n;) {
    int done = sendmmsg(fd, batch + sent, n - sent, 0);
    if (done < 0) die("sendmmsg");
    sent += (unsigned)done;
  }
}

static void wait_for_server(int fd, const unsigned char *status, size_t len) {
  unsigned char reply[4096];
  for (int i = 0; i < TRIES_MAX; i++)
    if (send(fd, status, len, 0) == (ssize_t)len && recv(fd, reply, sizeof reply, 0) > 0) return;
  fputs("flood: the server does not answer any more\n", stderr);
  exit(1);
}

int main(int argc, char **argv) {
  unsigned char status[4096];
  if (argc != 7) return 2;
  size_t status_len = read_whole(argv[5], status, sizeof status);
  size_t n = split(octets, read_whole(argv[6], octets, sizeof octets));
  int flood = connected(argv[3], argv[1], argv[2]);
  int asking = connected("127.0.0.1", argv[1], argv[2]);
  unsigned long count = strtoul(argv[4], NULL, 10), sent = 0;
  while (n && sent < count) {
    unsigned size = count - sent < BATCH ? (unsigned)(count - sent) : BATCH;
    for (unsigned i = 0; i < size; i++)
      batch[i].msg_hdr = (struct msghdr){.msg_iov = &datagrams[(sent + i) % n], .msg_iovlen = 1};
    send_batch(flood, size);
    wait_for_server(asking, status, status_len);
    sent += size;
  }
  printf("%lu\n", sent);
  return 0;
}
