#include "io/batch.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <radmfa/base.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PEERS 3u

static struct batch *batch;
static int sender, peers[PEERS];
static radmfa_address addresses[PEERS];

static int open_socket(radmfa_address *out_address) {
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t len = sizeof any;
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  cr_assert_eq(bind(fd, (struct sockaddr *)&any, sizeof any), 0);
  cr_assert_eq(getsockname(fd, (struct sockaddr *)&any, &len), 0);
  cr_assert_eq(radmfa_address_parse("127.0.0.1", out_address), 0);
  out_address->port = ntohs(any.sin_port);
  return fd;
}

static void fresh(void) {
  radmfa_address own;
  batch = calloc(1, sizeof *batch);
  sender = open_socket(&own);
  for (unsigned i = 0; i < PEERS; i++) peers[i] = open_socket(&addresses[i]);
  radmfa__batch_init(batch, sender, false);
}

static void done(void) {
  for (unsigned i = 0; i < PEERS; i++) close(peers[i]);
  close(sender);
  free(batch);
}

TestSuite(batch, .init = fresh, .fini = done);

static void add(unsigned peer, const char *text) {
  (void)radmfa__batch_add(batch, radmfa_text(text), &addresses[peer], NULL);
}

/* The next datagram at that peer, "" where there is none. */
static const char *next(unsigned peer) {
  static char text[2000];
  ssize_t n = recv(peers[peer], text, sizeof text - 1, 0);
  text[n > 0 ? n : 0] = 0;
  return text;
}

Test(batch, each_datagram_comes_to_its_peer_whole_and_in_its_order) {
  add(0, "one");
  add(1, "two");
  add(0, "six");
  add(0, "three");
  add(1, "ten");
  cr_assert_eq(radmfa__batch_send(batch), 5);
  cr_assert_str_eq(next(0), "one");
  cr_assert_str_eq(next(0), "six");
  cr_assert_str_eq(next(0), "three");
  cr_assert_str_eq(next(0), "");
  cr_assert_str_eq(next(1), "two");
  cr_assert_str_eq(next(1), "ten");
  cr_assert_str_eq(next(2), "");
}

Test(batch, those_of_one_peer_and_length_are_one_message) {
  for (int i = 0; i < 10; i++) add(0, "same");
  add(0, "another");
  cr_assert_eq(radmfa__batch_send(batch), 11);
  cr_assert_eq(batch->n_messages, 2);
}

Test(batch, a_system_that_cannot_cut_messages_gets_each_for_itself) {
  batch->may_not_join = true;
  for (int i = 0; i < 10; i++) add(0, "same");
  cr_assert_eq(radmfa__batch_send(batch), 10);
  cr_assert_eq(batch->n_messages, 10);
  for (int i = 0; i < 10; i++) cr_assert_str_eq(next(0), "same");
}

Test(batch, long_datagrams_are_never_joined) {
  static char text[1300];
  memset(text, 'x', sizeof text - 1);
  add(0, text);
  add(0, text);
  cr_assert_eq(radmfa__batch_send(batch), 2);
  cr_assert_eq(batch->n_messages, 2);
}

Test(batch, it_says_when_it_is_full) {
  for (unsigned i = 1; i <= BATCH_SIZE; i++)
    cr_assert_eq(radmfa__batch_add(batch, radmfa_text("x"), &addresses[i % PEERS], NULL),
                 i == BATCH_SIZE);
  cr_assert_eq(radmfa__batch_send(batch), BATCH_SIZE);
  for (unsigned i = 1; i <= BATCH_SIZE; i++) cr_assert_str_eq(next(i % PEERS), "x");
}

Test(batch, what_the_system_does_not_take_is_not_done) {
  static char text[1000];
  memset(text, 'x', sizeof text - 1);
  int size = 1;
  cr_assert_eq(setsockopt(sender, SOL_SOCKET, SO_SNDBUF, &size, sizeof size), 0);
  shutdown(peers[0], SHUT_RD);
  batch->may_not_join = true;
  for (unsigned i = 0; i < BATCH_SIZE; i++) add(0, text);
  unsigned n = radmfa__batch_send(batch), n_done = 0;
  for (unsigned i = 0; i < n; i++) n_done += batch->entries[i].is_done;
  cr_assert_eq(n, BATCH_SIZE);
  cr_assert_eq(batch->lost, 0);
  cr_assert_gt(n_done, 0);
}

Test(batch, the_refusal_of_one_datagram_does_not_lose_the_next) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  to.sin_port = htons(addresses[0].port);
  cr_assert_eq(connect(sender, (struct sockaddr *)&to, sizeof to), 0);
  close(peers[0]);
  (void)radmfa__batch_add(batch, radmfa_text("first"), NULL, NULL);
  (void)radmfa__batch_send(batch); /* the answer to this is the error of the next */
  peers[0] = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  cr_assert_eq(bind(peers[0], (struct sockaddr *)&to, sizeof to), 0);
  (void)radmfa__batch_add(batch, radmfa_text("second"), NULL, NULL);
  (void)radmfa__batch_send(batch);
  cr_assert_eq(batch->lost, 0);
  cr_assert_str_eq(next(0), "second");
}

Test(batch, what_is_taken_back_is_not_sent) {
  static const char one[] = "one", two[] = "two";
  add(0, one);
  add(0, two);
  cr_assert(radmfa__batch_holds(batch, (const uint8_t *)one));
  radmfa__batch_take_back(batch, (const uint8_t *)one);
  cr_assert_not(radmfa__batch_holds(batch, (const uint8_t *)one));
  cr_assert_eq(radmfa__batch_send(batch), 1);
  cr_assert_str_eq(next(0), "two");
  cr_assert_str_eq(next(0), "");
}
