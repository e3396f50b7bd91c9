/* A telephone on loopback: what it hears of a call, and what the call hears of it. */
#include "factor/media.h"

#include "factor/media_source.h"
#include "factor/rtp.h"
#include "factor/srtp.h"
#include "loopback.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <radmfa/error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PACKETS_MAX 256u
#define SAMPLES 1000u /* 6 frames and a quarter */
#define FRAMES_OF_SOUND 7u
#define CAUGHT_UP_MS 60u /* of a stall of this machine, at most (media_clock.h) */

static uint8_t speech[SAMPLES], speech_a[SAMPLES];
static const struct sound sound = {speech, speech_a, SAMPLES};

struct packet {
  struct rtp_packet head;
  uint8_t payload[RTP_HEADER_SIZE + 256];
};

/* A call, and the telephone, which is the peer of `loopback`. */
struct stage {
  struct loopback loopback;
  struct media *media;
  struct media_stream *stream;
  struct sdp_session session;
  radmfa_address here; /* where the call hears */
  uint64_t started_ms;
  bool is_closed, frees_itself;
  char keys[32];
  size_t n_keys;
  unsigned n_played;

  struct srtp_key *sealer, *opener; /* the telephone's, or NULL */
  uint16_t sequence;
  uint64_t n_sent; /* to the call */
  struct packet packets[PACKETS_MAX];
  size_t n_packets;
};

/* An address of this test's own, so that every port of it is free. */
static radmfa_address own_address(void) {
  char text[32];
  unsigned pid = (unsigned)getpid();
  (void)snprintf(text, sizeof text, "127.%u.%u.%u", 1 + (pid >> 16) % 100, pid >> 8 & 255,
                 pid & 255);
  return loopback_address(text);
}

static radmfa_address address_of(int fd) {
  struct sockaddr_in v4 = {0};
  socklen_t len = sizeof v4;
  radmfa_address address = loopback_address("127.0.0.1");
  cr_assert_eq(getsockname(fd, (struct sockaddr *)&v4, &len), 0);
  address.port = ntohs(v4.sin_port);
  return address;
}

static int another_socket(void) {
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  cr_assert_eq(bind(fd, (struct sockaddr *)&any, sizeof any), 0);
  return fd;
}

/* ---- the call ---- */

static void on_key(char key, void *user) {
  struct stage *stage = user;
  cr_assert_lt(stage->n_keys, sizeof stage->keys - 1);
  stage->keys[stage->n_keys++] = key;
  if (!stage->frees_itself) return;
  media_free(stage->stream);
  stage->stream = NULL;
}

static void on_played(void *user) {
  struct stage *stage = user;
  stage->n_played++;
  if (!stage->frees_itself) return;
  media_free(stage->stream);
  stage->stream = NULL;
}

static struct media_stream *reserve(struct stage *stage) {
  struct media_stream_options options = {on_key, on_played, stage};
  struct media_stream *stream;
  cr_assert_eq(media_reserve(stage->media, &options, &stream), 0);
  return stream;
}

static struct stage *open_stage_of(bool has_srtp) {
  struct stage *stage = calloc(1, sizeof *stage);
  loopback_open(&stage->loopback);
  struct media_options options = {.loop = &stage->loopback.loop,
                                  .local = own_address(),
                                  .port_min = 10000,
                                  .port_max = 10999,
                                  .has_srtp = has_srtp};
  cr_assert_eq(media_new(&options, &stage->media), 0);
  stage->stream = reserve(stage);
  media_local(stage->stream, &stage->here);
  stage->session = (struct sdp_session){.rtp = address_of(stage->loopback.fd),
                                        .event_payload = SDP_EVENT_PAYLOAD,
                                        .hears = true,
                                        .sends = true};
  for (size_t i = 0; i < SAMPLES; i++) {
    speech[i] = (uint8_t)(i % 251);
    speech_a[i] = (uint8_t)(i % 241);
  }
  return stage;
}

static struct stage *open_stage(void) {
  return open_stage_of(false);
}

static void start(struct stage *stage) {
  cr_assert_eq(media_start(stage->stream, &stage->session, NULL), 0);
  uv_update_time(&stage->loopback.loop);
  stage->started_ms = uv_now(&stage->loopback.loop);
}

static struct stage *open_call(void) {
  struct stage *stage = open_stage();
  start(stage);
  return stage;
}

static void on_closed(void *user) {
  ((struct stage *)user)->is_closed = true;
}

static bool is_closed(void *user) {
  return ((struct stage *)user)->is_closed;
}

static void close_stage(struct stage *stage) {
  media_free(stage->stream);
  media_close(stage->media, on_closed, stage);
  loopback_run_until(&stage->loopback, is_closed, stage);
  srtp_key_free(stage->sealer);
  srtp_key_free(stage->opener);
  loopback_close(&stage->loopback);
  free(stage);
}

static struct media_stats stats_of(const struct stage *stage) {
  struct media_stats stats;
  media_stats(stage->media, &stats);
  return stats;
}

static void play(struct stage *stage) {
  const struct sound *sounds[] = {&sound};
  media_play(stage->stream, sounds, 1);
}

/* ---- the telephone hears ---- */

static bool read_packet(struct stage *stage) {
  struct packet *packet = &stage->packets[stage->n_packets];
  _Alignas(uint32_t) uint8_t bytes[sizeof packet->payload];
  size_t len = loopback_receive(&stage->loopback, bytes, sizeof bytes);
  if (!len) return false;
  if (stage->opener) cr_assert(srtp_unseal(stage->opener, bytes, &len));
  memcpy(packet->payload, bytes, len);
  cr_assert(rtp_parse((radmfa_span){packet->payload, len}, &packet->head));
  cr_assert_lt(++stage->n_packets, PACKETS_MAX);
  return true;
}

static void read_packets(struct stage *stage) {
  while (read_packet(stage)) continue;
}

static bool was_played(void *user) {
  struct stage *stage = user;
  read_packets(stage);
  return stage->n_played > 0;
}

static bool has_packets(void *user) {
  read_packets(user);
  return ((struct stage *)user)->n_packets >= 3;
}

/* That nothing was lost, and that packets are 20 ms apart, but where the machine slept. */
static void expect_in_time(const struct stage *stage, uint8_t payload_type) {
  for (size_t i = 0; i < stage->n_packets; i++) {
    const struct rtp_packet *head = &stage->packets[i].head;
    cr_assert_eq(head->payload_type, payload_type);
    cr_assert_eq(head->payload.len, 160);
    if (i == 0) continue;
    const struct rtp_packet *last = &stage->packets[i - 1].head;
    uint32_t apart = head->timestamp - last->timestamp;
    cr_assert_eq(head->ssrc, last->ssrc);
    cr_assert_eq(head->sequence, (uint16_t)(last->sequence + 1));
    cr_assert(apart == 160 || (head->has_marker && apart % 160 == 0), "%u samples", apart);
  }
}

/* From this packet on the sound is heard, whole. */
static void expect_sound(const struct stage *stage, size_t from, const uint8_t *samples,
                         uint8_t silence) {
  cr_assert(stage->packets[from].head.has_marker);
  for (size_t i = 0; i < 160 * (size_t)FRAMES_OF_SOUND; i++) {
    const struct rtp_packet *head = &stage->packets[from + i / 160].head;
    cr_assert_eq(head->payload.ptr[i % 160], i < SAMPLES ? samples[i] : silence, "sample %zu", i);
  }
}

Test(media, the_telephone_hears_what_is_played_and_before_it_silence) {
  struct stage *stage = open_call();
  loopback_run_until(&stage->loopback, has_packets, stage);
  size_t before = stage->n_packets;
  for (size_t i = 0; i < before; i++) cr_assert_eq(stage->packets[i].payload[100], 0xff);
  cr_assert(stage->packets[0].head.has_marker);
  play(stage);
  loopback_run_until(&stage->loopback, was_played, stage);
  cr_assert_eq(stage->n_packets, before + FRAMES_OF_SOUND);
  expect_in_time(stage, 0);
  expect_sound(stage, before, speech, 0xff);
  cr_assert_eq(stats_of(stage).sent, stage->n_packets);
  close_stage(stage);
}

Test(media, a_call_in_pcma_has_its_samples_and_payload_type) {
  struct stage *stage = open_stage();
  stage->session.codec = SDP_PCMA;
  stage->session.codec_payload = 97;
  play(stage); /* before it has begun */
  start(stage);
  loopback_run_until(&stage->loopback, was_played, stage);
  expect_in_time(stage, 97);
  expect_sound(stage, 0, speech_a, 0xd5);
  close_stage(stage);
}

Test(media, packets_leave_in_the_time_that_they_tell) {
  struct stage *stage = open_call();
  play(stage);
  loopback_run_until(&stage->loopback, was_played, stage);
  uint64_t took_ms = uv_now(&stage->loopback.loop) - stage->started_ms;
  uint64_t least_ms = 20 * (FRAMES_OF_SOUND - 1) - CAUGHT_UP_MS;
  cr_assert_geq(took_ms, least_ms, "too soon: %u ms", (unsigned)took_ms);
  close_stage(stage);
}

Test(media, packets_are_marked_as_speech) {
  struct stage *stage = open_stage();
  int on = 1;
  cr_assert_eq(setsockopt(stage->loopback.fd, IPPROTO_IP, IP_RECVTOS, &on, sizeof on), 0);
  start(stage);
  while (stats_of(stage).sent == 0) uv_run(&stage->loopback.loop, UV_RUN_ONCE);
  uint8_t bytes[256];
  _Alignas(struct cmsghdr) char control[64];
  struct iovec piece = {bytes, sizeof bytes};
  struct msghdr message = {
      .msg_iov = &piece, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  cr_assert_gt(recvmsg(stage->loopback.fd, &message, 0), 0);
  const struct cmsghdr *tos = CMSG_FIRSTHDR(&message);
  cr_assert(tos && tos->cmsg_type == IP_TOS);
  cr_assert_eq(*(const uint8_t *)CMSG_DATA(tos), 0xb8);
  close_stage(stage);
}

static void expect_dialled(const struct stage *stage, const char *expected) {
  struct rtp_keys keys = {0};
  char heard[8] = "";
  for (size_t i = 0, n = 0; i < stage->n_packets && n < sizeof heard - 1; i++) {
    if (stage->packets[i].head.payload_type != SDP_EVENT_PAYLOAD) continue;
    char key = rtp_keys_hear(&keys, &stage->packets[i].head);
    if (key) heard[n++] = key;
  }
  cr_assert_str_eq(heard, expected);
}

Test(media, numbers_are_dialled_in_events) {
  struct stage *stage = open_call();
  media_dial(stage->stream, "12#");
  loopback_run_until(&stage->loopback, was_played, stage);
  expect_dialled(stage, "12#");
  close_stage(stage);
}

static bool has_event(void *user) {
  const struct stage *stage = user;
  read_packets(user);
  return stage->n_packets &&
         stage->packets[stage->n_packets - 1].head.payload_type == SDP_EVENT_PAYLOAD;
}

Test(media, a_key_that_is_dialled_while_the_machine_stalls_is_one_key) {
  struct stage *stage = open_call();
  media_dial(stage->stream, "57");
  loopback_run_until(&stage->loopback, has_event, stage);
  (void)usleep(200000); /* more than is caught up with */
  loopback_run_until(&stage->loopback, was_played, stage);
  expect_dialled(stage, "57");
  close_stage(stage);
}

Test(media, where_no_events_were_agreed_none_are_sent) {
  struct stage *stage = open_stage();
  stage->session.event_payload = SDP_NO_EVENTS;
  start(stage);
  media_dial(stage->stream, "1");
  loopback_run_until(&stage->loopback, was_played, stage);
  expect_in_time(stage, 0);
  close_stage(stage);
}

/* ---- the telephone speaks ---- */

struct press {
  char key;
  uint8_t payload_type;
  uint32_t timestamp;
  bool has_ended;
};

static struct stage *current; /* whose packets are counted */

static bool has_received(void *user) {
  (void)user;
  return stats_of(current).received == current->n_sent;
}

/* Sends from this socket, and waits until the call has taken it. */
static void send_from(struct stage *stage, int fd, radmfa_span bytes) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(stage->here.port)};
  memcpy(&to.sin_addr, stage->here.ip + 12, 4);
  cr_assert_eq(sendto(fd, bytes.ptr, bytes.len, 0, (struct sockaddr *)&to, sizeof to),
               (ssize_t)bytes.len);
  stage->n_sent++;
  current = stage;
  loopback_run_until(&stage->loopback, has_received, stage);
}

static void press_from(struct stage *stage, int fd, struct press press, struct srtp_key *sealer) {
  _Alignas(uint32_t) uint8_t bytes[RTP_HEADER_SIZE + RTP_EVENT_SIZE + SRTP_ROOM];
  size_t len = RTP_HEADER_SIZE + RTP_EVENT_SIZE;
  struct rtp_packet header = {.payload_type = press.payload_type,
                              .sequence = stage->sequence++,
                              .timestamp = press.timestamp,
                              .ssrc = 7};
  rtp_write_header(&header, bytes);
  cr_assert(rtp_write_event(press.key, press.has_ended, 400, bytes + RTP_HEADER_SIZE));
  if (sealer) cr_assert(srtp_seal(sealer, bytes, &len));
  send_from(stage, fd, (radmfa_span){bytes, len});
}

static void press(struct stage *stage, char key, uint32_t timestamp, bool has_ended) {
  press_from(stage, stage->loopback.fd,
             (struct press){key, SDP_EVENT_PAYLOAD, timestamp, has_ended}, stage->sealer);
}

static void press_elsewhere(struct stage *stage, int fd, char key, uint32_t timestamp) {
  press_from(stage, fd, (struct press){key, SDP_EVENT_PAYLOAD, timestamp, true}, NULL);
}

static void talk_from(struct stage *stage, int fd) {
  uint8_t bytes[RTP_HEADER_SIZE + 160] = {0};
  struct rtp_packet header = {.sequence = stage->sequence++, .ssrc = 7};
  rtp_write_header(&header, bytes);
  send_from(stage, fd, (radmfa_span){bytes, sizeof bytes});
}

static bool is_settled(void *user) {
  struct stage *stage = user;
  return uv_now(&stage->loopback.loop) - stage->started_ms >= MEDIA_SETTLE_MS;
}

static struct stage *open_settled_call(void) {
  struct stage *stage = open_call();
  loopback_run_until(&stage->loopback, is_settled, stage);
  return stage;
}

Test(media, keys_are_told_once_though_packets_are_doubled_lost_and_late) {
  struct stage *stage = open_settled_call();
  for (unsigned i = 0; i < 8; i++) press(stage, '1', 1000, i > 4);
  press(stage, '1', 3000, false); /* again, and no end came */
  press(stage, '2', 5000, true);  /* only its end */
  press(stage, '1', 3000, true);  /* late */
  press(stage, '#', 7000, false);
  press(stage, '#', 7000, false);
  cr_assert_str_eq(stage->keys, "112#");
  close_stage(stage);
}

Test(media, keys_of_the_first_moment_are_not_told) {
  struct stage *stage = open_call();
  press(stage, '#', 1000, false);
  bool was_early = !is_settled(stage); /* unless the machine slept */
  if (was_early) cr_assert_eq(stage->n_keys, 0);
  loopback_run_until(&stage->loopback, is_settled, stage);
  press(stage, '#', 1000, true);
  if (was_early) cr_assert_eq(stage->n_keys, 0, "the same key");
  press(stage, '1', 9000, true);
  cr_assert_str_eq(stage->keys, was_early ? "1" : "#1");
  close_stage(stage);
}

Test(media, events_come_as_they_were_offered_or_answered) {
  struct stage *stage = open_stage();
  stage->session.event_payload = 96;
  start(stage);
  loopback_run_until(&stage->loopback, is_settled, stage);
  press_from(stage, stage->loopback.fd, (struct press){'1', 101, 1000, true}, NULL);
  press_from(stage, stage->loopback.fd, (struct press){'2', 96, 3000, true}, NULL);
  press_from(stage, stage->loopback.fd, (struct press){'3', 97, 5000, true}, NULL);
  cr_assert_str_eq(stage->keys, "12");
  close_stage(stage);
}

Test(media, nobody_else_is_heard_than_who_was_heard_first) {
  struct stage *stage = open_settled_call();
  int foreign = another_socket();
  press(stage, '1', 1000, true);
  press_elsewhere(stage, foreign, '#', 3000);
  talk_from(stage, foreign);
  press(stage, '2', 5000, true);
  cr_assert_str_eq(stage->keys, "12");
  cr_assert_eq(stats_of(stage).foreign, 2);
  close(foreign);
  close_stage(stage);
}

Test(media, who_sends_from_elsewhere_than_he_said_is_sent_to_where_he_is) {
  struct stage *stage = open_stage();
  int described = another_socket();
  stage->session.rtp = address_of(described);
  start(stage);
  loopback_run_until(&stage->loopback, is_settled, stage);
  cr_assert_eq(stage->n_packets, 0);
  talk_from(stage, stage->loopback.fd);
  loopback_run_until(&stage->loopback, has_packets, stage);
  press_elsewhere(stage, described, '1', 1000);
  press(stage, '2', 3000, true);
  cr_assert_str_eq(stage->keys, "2");
  close(described);
  close_stage(stage);
}

Test(media, what_is_no_rtp_is_dropped_and_believed_by_nobody) {
  static const uint8_t zeros[1600];
  struct stage *stage = open_settled_call();
  int foreign = another_socket();
  for (size_t len = 0; len < sizeof zeros; len += 100)
    send_from(stage, foreign, (radmfa_span){zeros, len});
  cr_assert_eq(stats_of(stage).foreign, 16);
  press(stage, '#', 1000, true);
  cr_assert_str_eq(stage->keys, "#");
  close(foreign);
  close_stage(stage);
}

Test(media, a_key_may_be_the_end_of_the_call) {
  struct stage *stage = open_settled_call();
  stage->frees_itself = true;
  press(stage, '#', 1000, true);
  cr_assert_null(stage->stream);
  cr_assert_eq(stats_of(stage).streams, 0);
  close_stage(stage);
}

/* ---- SRTP ---- */

static const uint8_t our_key[SDP_SRTP_KEY_SIZE] = {1, 2, 3}, their_key[SDP_SRTP_KEY_SIZE] = {4, 5};

static struct stage *open_secure_call(void) {
  struct stage *stage = open_stage_of(true);
  stage->session.has_srtp = true;
  memcpy(stage->session.srtp_key, their_key, sizeof their_key);
  cr_assert_eq(srtp_key_new_sender(their_key, 7, &stage->sealer), 0);
  cr_assert_eq(srtp_key_new_receiver(our_key, &stage->opener), 0);
  cr_assert_eq(media_start(stage->stream, &stage->session, our_key), 0);
  uv_update_time(&stage->loopback.loop);
  stage->started_ms = uv_now(&stage->loopback.loop);
  return stage;
}

Test(media, with_srtp_the_telephone_hears_the_same) {
  struct stage *stage = open_secure_call();
  play(stage);
  loopback_run_until(&stage->loopback, was_played, stage);
  expect_in_time(stage, 0);
  expect_sound(stage, 0, speech, 0xff);
  close_stage(stage);
}

Test(media, with_srtp_nobody_is_heard_who_has_no_key) {
  struct stage *stage = open_secure_call();
  int foreign = another_socket();
  struct srtp_key *wrong;
  cr_assert_eq(srtp_key_new_sender(our_key, 7, &wrong), 0);
  loopback_run_until(&stage->loopback, is_settled, stage);
  talk_from(stage, foreign); /* before the telephone was heard */
  press_elsewhere(stage, foreign, '#', 1000);
  press_from(stage, foreign, (struct press){'#', 101, 3000, true}, wrong);
  press(stage, '1', 5000, true);
  press_elsewhere(stage, stage->loopback.fd, '#', 7000); /* from the right address */
  press_from(stage, stage->loopback.fd, (struct press){'#', 101, 9000, true}, wrong);
  press(stage, '2', 11000, true);
  cr_assert_str_eq(stage->keys, "12");
  cr_assert_eq(stats_of(stage).foreign, 5);
  srtp_key_free(wrong);
  close(foreign);
  close_stage(stage);
}

Test(media, srtp_goes_on_behind_a_change_with_the_same_keys) {
  struct stage *stage = open_secure_call();
  loopback_run_until(&stage->loopback, has_packets, stage);
  cr_assert_eq(media_change(stage->stream, &stage->session, our_key), 0);
  play(stage);
  loopback_run_until(&stage->loopback, was_played, stage);
  expect_in_time(stage, 0);
  loopback_run_until(&stage->loopback, is_settled, stage);
  press(stage, '#', 1000, true);
  cr_assert_str_eq(stage->keys, "#");
  close_stage(stage);
}

/* ---- hold, and other changes ---- */

static bool time_passes(void *user) {
  return uv_now(&((struct stage *)user)->loopback.loop) >= ((struct stage *)user)->started_ms;
}

Test(media, on_hold_nothing_is_sent_and_what_was_said_goes_on_behind_it) {
  struct stage *stage = open_call();
  play(stage);
  loopback_run_until(&stage->loopback, has_packets, stage);
  size_t before = stage->n_packets;
  stage->session.hears = false;
  cr_assert_eq(media_change(stage->stream, &stage->session, NULL), 0);
  stage->started_ms = uv_now(&stage->loopback.loop) + 100;
  loopback_run_until(&stage->loopback, time_passes, stage);
  read_packets(stage);
  cr_assert_eq(stage->n_packets, before);
  stage->session.hears = true;
  cr_assert_eq(media_change(stage->stream, &stage->session, NULL), 0);
  loopback_run_until(&stage->loopback, was_played, stage);
  const struct packet *last = &stage->packets[before - 1], *next = last + 1;
  cr_assert_eq(stage->n_packets, FRAMES_OF_SOUND);
  cr_assert(next->head.has_marker);
  cr_assert_geq(next->head.timestamp - last->head.timestamp, 160 * 5, "time went by");
  cr_assert_eq(next->head.sequence, (uint16_t)(last->head.sequence + 1));
  cr_assert_eq(next->head.payload.ptr[0], speech[160 * before]);
  close_stage(stage);
}

Test(media, another_description_is_another_source) {
  struct stage *stage = open_settled_call();
  int other = another_socket();
  press(stage, '1', 1000, true);
  stage->session.rtp = address_of(other);
  cr_assert_eq(media_change(stage->stream, &stage->session, NULL), 0);
  talk_from(stage, other); /* has come, and so has the change */
  uv_update_time(&stage->loopback.loop);
  stage->started_ms = uv_now(&stage->loopback.loop);
  loopback_run_until(&stage->loopback, is_settled, stage);
  press(stage, '2', 3000, true);
  press_elsewhere(stage, other, '3', 5000);
  cr_assert_str_eq(stage->keys, "13");
  close(other);
  close_stage(stage);
}

/* ---- ports, beginnings and ends ---- */

Test(media, every_port_is_given_once_and_given_back) {
  struct stage *stage = open_stage();
  struct media_stream_options options = {on_key, on_played, stage};
  struct media_stream *streams[500], *none;
  for (size_t i = 1; i < 500; i++)
    cr_assert_eq(media_reserve(stage->media, &options, &streams[i]), 0);
  cr_assert_eq(media_reserve(stage->media, &options, &none), RADMFA_E_BUSY);
  media_free(streams[1]);
  cr_assert_eq(media_reserve(stage->media, &options, &streams[1]), 0);
  for (size_t i = 1; i < 500; i++) media_free(streams[i]);
  close_stage(stage);
}

static int bind_here(const struct stage *stage) {
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(stage->here.port)};
  memcpy(&here.sin_addr, stage->here.ip + 12, 4);
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  cr_assert_eq(bind(fd, (struct sockaddr *)&here, sizeof here), 0);
  return fd;
}

Test(media, a_port_that_another_program_has_is_an_error_and_nothing_else) {
  struct stage *stage = open_stage();
  int taken = bind_here(stage);
  cr_assert_eq(media_start(stage->stream, &stage->session, NULL), UV_EADDRINUSE);
  cr_assert_eq(stats_of(stage).streams, 0);
  close(taken);
  start(stage);
  loopback_run_until(&stage->loopback, has_packets, stage);
  close_stage(stage);
}

static void nothing_closed(void *user) {
  (void)user;
}

/* 10000 to 10003: two numbers, of which a stranger has one. */
Test(media, a_port_that_another_program_has_is_not_promised) {
  struct stage *stage = open_stage();
  struct media_options options = {
      .loop = &stage->loopback.loop, .local = own_address(), .port_min = 11000, .port_max = 11003};
  struct media_stream_options stream_options = {on_key, on_played, stage};
  struct media_stream *streams[2];
  struct media *media;
  cr_assert_eq(media_new(&options, &media), 0);
  stage->here.port = 11002;
  int taken = bind_here(stage);
  cr_assert_eq(media_reserve(media, &stream_options, &streams[0]), 0);
  cr_assert_eq(media_reserve(media, &stream_options, &streams[1]), RADMFA_E_BUSY);
  close(taken);
  cr_assert_eq(media_reserve(media, &stream_options, &streams[1]), 0, "it was only looked at");
  media_free(streams[0]);
  media_free(streams[1]);
  media_close(media, nothing_closed, NULL);
  close_stage(stage);
}

/* As while an old factor's calls end behind a reload. */
Test(media, two_that_share_a_range_do_not_promise_the_same_port) {
  struct stage *stage = open_stage();
  struct media_options options = {
      .loop = &stage->loopback.loop, .local = own_address(), .port_min = 11000, .port_max = 11001};
  struct media_stream_options stream_options = {on_key, on_played, stage};
  struct media_stream *first, *second;
  struct media *medias[2];
  for (size_t i = 0; i < 2; i++) cr_assert_eq(media_new(&options, &medias[i]), 0);
  cr_assert_eq(media_reserve(medias[0], &stream_options, &first), 0);
  cr_assert_eq(media_reserve(medias[1], &stream_options, &second), RADMFA_E_BUSY);
  media_free(first);
  cr_assert_eq(media_reserve(medias[1], &stream_options, &second), 0);
  media_free(second);
  for (size_t i = 0; i < 2; i++) media_close(medias[i], nothing_closed, NULL);
  close_stage(stage);
}

Test(media, a_socket_is_there_from_the_answer_to_the_end) {
  struct stage *stage = open_stage();
  close(bind_here(stage)); /* it only rings */
  start(stage);
  media_free(stage->stream);
  stage->stream = NULL;
  close(bind_here(stage));
  close_stage(stage);
}

Test(media, what_cannot_be_done_is_refused) {
  struct stage *stage = open_stage();
  cr_assert_eq(media_change(stage->stream, &stage->session, NULL), RADMFA_E_INVALID);
  struct sdp_session far = stage->session;
  far.rtp = loopback_address("[2001:db8::1]:4000");
  cr_assert_eq(media_start(stage->stream, &far, NULL), UV_EAFNOSUPPORT);
  start(stage);
  cr_assert_eq(media_start(stage->stream, &stage->session, NULL), RADMFA_E_EXISTS);
  cr_assert_eq(media_change(stage->stream, &far, NULL), UV_EAFNOSUPPORT);
  loopback_run_until(&stage->loopback, has_packets, stage);
  close_stage(stage);
}

/* Nine of them: two have their turn together, and three. */
#define CROWD 9u

struct crowd {
  struct stage *stage;
  struct media_stream *streams[CROWD];
  unsigned n_played;
};

static void all_end(void *user) {
  struct crowd *crowd = user;
  crowd->n_played++;
  for (size_t i = 0; i < CROWD; i++) media_free(crowd->streams[i]);
  memset(crowd->streams, 0, sizeof crowd->streams);
}

static bool crowd_was_played(void *user) {
  return ((struct crowd *)user)->n_played > 0;
}

Test(media, the_end_of_what_one_says_may_be_the_end_of_all) {
  struct stage *stage = open_stage();
  struct crowd crowd = {.stage = stage};
  struct media_stream_options options = {on_key, all_end, &crowd};
  const struct sound *sounds[] = {&sound};
  for (size_t i = 0; i < CROWD; i++) {
    cr_assert_eq(media_reserve(stage->media, &options, &crowd.streams[i]), 0);
    cr_assert_eq(media_start(crowd.streams[i], &stage->session, NULL), 0);
    media_play(crowd.streams[i], sounds, 1);
  }
  cr_assert_eq(stats_of(stage).streams, CROWD);
  loopback_run_until(&stage->loopback, crowd_was_played, &crowd);
  loopback_run_once(&stage->loopback);
  cr_assert_eq(crowd.n_played, 1);
  cr_assert_eq(stats_of(stage).streams, 0);
  close_stage(stage);
}

Test(media, what_was_said_may_be_the_end_of_the_call) {
  struct stage *stage = open_call();
  stage->frees_itself = true;
  play(stage);
  loopback_run_until(&stage->loopback, was_played, stage);
  cr_assert_null(stage->stream);
  close_stage(stage);
}

Test(media, a_range_without_a_port_is_refused) {
  struct loopback loopback;
  struct media *media;
  loopback_open(&loopback);
  struct media_options options = {.loop = &loopback.loop, .port_min = 10001, .port_max = 10001};
  cr_assert_eq(media_new(&options, &media), RADMFA_E_INVALID);
  loopback_close(&loopback);
}

/* ---- IPv6 ---- */

static bool has_sent(void *user) {
  return stats_of(user).sent >= 3;
}

Test(media, ipv6_is_spoken_too) {
  struct stage *stage = open_stage();
  struct media *v4 = stage->media;
  struct media_options options = {.loop = &stage->loopback.loop,
                                  .local = loopback_address("[::1]:0"),
                                  .port_min = 10000,
                                  .port_max = 31000};
  struct sockaddr_in6 phone = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  socklen_t len = sizeof phone;
  uint8_t bytes[256];
  int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  cr_assert_eq(bind(fd, (struct sockaddr *)&phone, len), 0);
  cr_assert_eq(getsockname(fd, (struct sockaddr *)&phone, &len), 0);
  media_free(stage->stream);
  cr_assert_eq(media_new(&options, &stage->media), 0);
  stage->stream = reserve(stage);
  stage->session.rtp = loopback_address("[::1]:0");
  stage->session.rtp.port = ntohs(phone.sin6_port);
  start(stage);
  loopback_run_until(&stage->loopback, has_sent, stage);
  cr_assert_eq(recv(fd, bytes, sizeof bytes, 0), 172);
  close(fd);
  media_close(v4, on_closed, stage);
  loopback_run_until(&stage->loopback, is_closed, stage);
  stage->is_closed = false;
  close_stage(stage);
}
