/* Many calls at once: each speaks and is spoken to every 20 ms. With
 *   MEDIA_STREAMS=1000 MEDIA_SECONDS=10 build/release/tests/daemon/media_load_test
 * it prints what they cost; MEDIA_SRTP=1: with SRTP. */
#include "factor/media.h"

#include "factor/srtp.h"
#include "loopback.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define STREAMS_MAX 5000u
#define BATCH 64u

static unsigned setting(const char *name, unsigned otherwise) {
  const char *text = getenv(name);
  return text ? (unsigned)strtoul(text, NULL, 10) : otherwise;
}

static radmfa_address own_address(void) {
  char text[32];
  unsigned pid = (unsigned)getpid();
  (void)snprintf(text, sizeof text, "127.%u.%u.%u", 101 + (pid >> 16) % 100, pid >> 8 & 255,
                 pid & 255);
  return loopback_address(text);
}

/* ---- all telephones are one process with one socket ---- */

struct phones {
  int fd;
  _Alignas(uint32_t) uint8_t packet[172 + SRTP_ROOM]; /* all say the same */
  size_t packet_len;
  size_t n;
  struct sockaddr_in calls[STREAMS_MAX];
};

static void speak(const struct phones *phones, size_t from, size_t to) {
  static struct mmsghdr messages[BATCH];
  struct iovec piece = {(uint8_t *)phones->packet, phones->packet_len};
  while (from < to) {
    unsigned n = 0;
    for (; n < BATCH && from + n < to; n++) {
      struct sockaddr_in *call = (struct sockaddr_in *)&phones->calls[from + n];
      messages[n].msg_hdr = (struct msghdr){
          .msg_name = call, .msg_namelen = sizeof *call, .msg_iov = &piece, .msg_iovlen = 1};
    }
    if (sendmmsg(phones->fd, messages, n, 0) < 0) return;
    from += n;
  }
}

static void listen_to_all(const struct phones *phones) {
  static uint8_t bytes[BATCH][256];
  struct mmsghdr messages[BATCH];
  struct iovec pieces[BATCH];
  for (size_t i = 0; i < BATCH; i++) {
    pieces[i] = (struct iovec){bytes[i], sizeof bytes[i]};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &pieces[i], .msg_iovlen = 1};
  }
  while (recvmmsg(phones->fd, messages, BATCH, MSG_DONTWAIT, NULL) == (int)BATCH) continue;
}

/* Until it is killed. */
static void be_phones(const struct phones *phones) {
  for (unsigned turn = 0;; turn = (turn + 1) % 4) {
    speak(phones, phones->n * turn / 4, phones->n * (turn + 1) / 4);
    listen_to_all(phones);
    usleep(5000);
  }
}

static const uint8_t our_key[SDP_SRTP_KEY_SIZE] = {1}, their_key[SDP_SRTP_KEY_SIZE] = {2};

static void make_packet(struct phones *phones, bool has_srtp) {
  struct srtp_key *key;
  phones->packet[0] = 0x80;
  phones->packet_len = 172;
  if (!has_srtp) return;
  cr_assert_eq(srtp_key_new_sender(their_key, 0, &key), 0);
  cr_assert(srtp_seal(key, phones->packet, &phones->packet_len));
  srtp_key_free(key);
}

/* ---- the calls ---- */

static void on_key(char key, void *user) {
  (void)user;
  cr_assert_fail("nobody pressed %c", key);
}

static void on_played(void *user) {
  (void)user;
}

static void on_closed(void *user) {
  *(bool *)user = true;
}

static bool is_true(void *user) {
  return *(const bool *)user;
}

static void start_all(struct media *media, struct media_stream **streams,
                      const struct sdp_session *session, struct phones *phones) {
  const struct media_stream_options options = {on_key, on_played, NULL};
  for (size_t i = 0; i < phones->n; i++) {
    radmfa_address here;
    cr_assert_eq(media_reserve(media, &options, &streams[i]), 0);
    cr_assert_eq(media_start(streams[i], session, our_key), 0);
    media_local(streams[i], &here);
    phones->calls[i] = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(here.port)};
    memcpy(&phones->calls[i].sin_addr, here.ip + 12, 4);
  }
}

static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void on_time(uv_timer_t *timer) {
  *(bool *)timer->data = true;
}

static void run_for(struct loopback *loopback, uint64_t ms) {
  bool is_over = false;
  uv_timer_t timer;
  uv_timer_init(&loopback->loop, &timer);
  timer.data = &is_over;
  uv_timer_start(&timer, on_time, ms, 0);
  while (!is_over) uv_run(&loopback->loop, UV_RUN_ONCE);
  uv_close((uv_handle_t *)&timer, NULL);
  loopback_run_once(loopback);
}

static void measure(struct loopback *loopback, const struct media *media, unsigned seconds) {
  struct media_stats before, after;
  media_stats(media, &before);
  double cpu = cpu_seconds();
  run_for(loopback, seconds * UINT64_C(1000));
  cpu = cpu_seconds() - cpu;
  media_stats(media, &after);
  double each = seconds * (double)after.streams;
  printf("%u streams: %.1f packets sent, %.1f received by each a second; %.1f %% of a core for "
         "1000; latest turn %u ms\n",
         after.streams, (double)(after.sent - before.sent) / each,
         (double)(after.received - before.received) / each, 100 * 1000 * cpu / each,
         after.late_max_ms);
  cr_assert_eq(after.unsent, 0);
  cr_assert_gt(after.sent, before.sent);
  cr_assert_gt(after.received, before.received);
}

static pid_t start_phones(const struct phones *phones) {
  pid_t pid = fork();
  if (pid == 0) be_phones(phones);
  cr_assert_gt(pid, 0);
  return pid;
}

static void allow_descriptors(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

Test(media_load, many_calls_speak_and_listen_at_once) {
  static struct phones phones;
  static struct media_stream *streams[STREAMS_MAX];
  struct loopback loopback;
  struct media *media;
  struct sdp_session session = {
      .event_payload = 101, .hears = true, .has_srtp = setting("MEDIA_SRTP", 0) != 0};
  bool is_closed = false;
  memcpy(session.srtp_key, their_key, sizeof their_key);
  allow_descriptors();
  loopback_open(&loopback);
  struct media_options options = {&loopback.loop, own_address(), 10000, 31998, session.has_srtp};
  struct sockaddr_in here;
  socklen_t len = sizeof here;
  cr_assert_eq(getsockname(loopback.fd, (struct sockaddr *)&here, &len), 0);
  session.rtp = loopback_address("127.0.0.1");
  session.rtp.port = ntohs(here.sin_port);
  phones.fd = loopback.fd;
  phones.n = setting("MEDIA_STREAMS", 50);
  cr_assert_leq(phones.n, STREAMS_MAX);
  cr_assert_eq(media_new(&options, &media), 0);
  make_packet(&phones, session.has_srtp);
  start_all(media, streams, &session, &phones);
  pid_t pid = start_phones(&phones);
  run_for(&loopback, 200);
  measure(&loopback, media, setting("MEDIA_SECONDS", 1));
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  for (size_t i = 0; i < phones.n; i++) media_free(streams[i]);
  media_close(media, on_closed, &is_closed);
  loopback_run_until(&loopback, is_true, &is_closed);
  loopback_close(&loopback);
}
