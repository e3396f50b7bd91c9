#include "echo.h"

#include "args.h"
#include "echo_report.h"
#include "memory.h"
#include "net.h"
#include "values.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <uv.h>

#define BATCHES_AT_ONCE 16u /* with libuv: then the loop gets its turn */
#define LOOK_UP_US 100000   /* plain: how long a signal may have to wait on an idle socket */

struct echo_options {
  radmfa_address listen;
  uint64_t reply_size; /* 0: as the datagram */
  const char *json;
  bool libuv;
};

struct echo {
  struct echo_options options;
  struct echo_run run;
  int fd;
  struct mmsghdr headers[NET_BATCH];
  struct iovec parts[NET_BATCH];
  struct sockaddr_storage names[NET_BATCH];
  uint8_t slab[NET_BATCH][RADMFA_PACKET_SIZE_MAX];
};

/* ---- options ---- */

static bool read_reply_size(const char *text, void *out) {
  uint64_t size;
  if (!read_number(text, &size) || size < RADMFA_HEADER_SIZE || size > RADMFA_PACKET_SIZE_MAX)
    return false;
  *(uint64_t *)out = size;
  return true;
}

#define FIELD(member) offsetof(struct echo_options, member)

static const struct args_row rows[] = {
    {"listen", "ADDRESS:PORT", "where to listen; port 0: the system chooses", read_listen_address,
     FIELD(listen), "an address like 127.0.0.1:1812 or [::1]:0", true},
    {"plain", NULL, "recvmmsg and sendmmsg and nothing else (this is the default)", read_no,
     FIELD(libuv), NULL, false},
    {"libuv", NULL, "the same, called by a libuv loop", read_yes, FIELD(libuv), NULL, false},
    {"reply-size", "OCTETS", "answer with the datagram's first octets only", read_reply_size,
     FIELD(reply_size), "a number from 20 to 4096", false},
    {"json", "FILE", "write the report as JSON, too", read_text, FIELD(json), NULL, false},
};

static const struct args_command command = {
    .name = "radmfa-bench echo",
    .synopsis = "--listen ADDRESS:PORT [OPTION...]",
    .about = "Answers each datagram with itself: what UDP alone costs. SIGINT or SIGTERM ends it "
             "with a report.",
    .rows = rows,
    .n_rows = sizeof rows / sizeof *rows,
};

/* ---- a batch ---- */

static void init(struct echo *echo, int fd) {
  echo->fd = fd;
  for (size_t i = 0; i < NET_BATCH; i++)
    echo->headers[i].msg_hdr =
        (struct msghdr){.msg_name = &echo->names[i], .msg_iov = &echo->parts[i], .msg_iovlen = 1};
}

/* Gives how many came, 0 for none. */
static unsigned receive(struct echo *echo, int flags) {
  for (size_t i = 0; i < NET_BATCH; i++) {
    echo->parts[i] = (struct iovec){echo->slab[i], sizeof echo->slab[i]};
    echo->headers[i].msg_hdr.msg_namelen = sizeof echo->names[i];
  }
  int n = recvmmsg(echo->fd, echo->headers, NET_BATCH, flags, NULL);
  return n > 0 ? (unsigned)n : 0;
}

static size_t reply_len(const struct echo *echo, size_t len) {
  uint64_t most = echo->options.reply_size;
  return most && most < len ? most : len;
}

static void send_back(struct echo *echo, unsigned n) {
  for (unsigned i = 0; i < n; i++)
    echo->parts[i].iov_len = reply_len(echo, echo->headers[i].msg_len);
  for (unsigned at = 0; at < n;) {
    int sent = sendmmsg(echo->fd, echo->headers + at, n - at, 0);
    if (sent > 0) {
      at += (unsigned)sent;
      echo->run.counts.replies += (unsigned)sent;
    } else {
      at++;
      echo->run.counts.not_taken++;
    }
  }
}

static unsigned turn(struct echo *echo, int flags) {
  unsigned n = receive(echo, flags);
  if (!n) return 0;
  echo->run.counts.received += n;
  echo->run.counts.batches++;
  send_back(echo, n);
  return n;
}

/* ---- plain ---- */

static volatile sig_atomic_t is_over;

static void on_plain_signal(int number) {
  (void)number;
  is_over = 1;
}

static void make_blocking(int fd) {
  (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
}

/* A signal between the look at is_over and recvmmsg would be slept over, but for the timeout. */
static void serve_plain(struct echo *echo) {
  static const struct timeval look_up = {.tv_usec = LOOK_UP_US};
  struct sigaction end = {.sa_handler = on_plain_signal};
  sigaction(SIGINT, &end, NULL);
  sigaction(SIGTERM, &end, NULL);
  make_blocking(echo->fd);
  (void)setsockopt(echo->fd, SOL_SOCKET, SO_RCVTIMEO, &look_up, sizeof look_up);
  while (!is_over) (void)turn(echo, MSG_WAITFORONE);
}

_Noreturn void echo_for_ever(int fd) {
  struct echo *echo = memory_new(sizeof *echo);
  init(echo, fd);
  make_blocking(fd);
  for (;;) (void)turn(echo, MSG_WAITFORONE);
}

/* ---- libuv ---- */

static void on_readable(uv_poll_t *poll, int status, int events) {
  (void)status;
  (void)events;
  for (unsigned i = 0; i < BATCHES_AT_ONCE; i++)
    if (turn(poll->data, MSG_DONTWAIT) < NET_BATCH) break;
}

static void on_signal(uv_signal_t *handle, int number) {
  (void)number;
  uv_stop(handle->loop);
}

/* Returns 0 or a libuv error. The loop ends with the process. */
static int serve_libuv(struct echo *echo) {
  static uv_poll_t poll;
  static uv_signal_t interrupt, terminate;
  uv_loop_t *loop = uv_default_loop();
  if (!loop) return UV_ENOMEM;
  int error = uv_poll_init(loop, &poll, echo->fd);
  poll.data = echo;
  if (!error) error = uv_poll_start(&poll, UV_READABLE, on_readable);
  if (!error) error = uv_signal_init(loop, &interrupt);
  if (!error) error = uv_signal_init(loop, &terminate);
  if (!error) error = uv_signal_start(&interrupt, on_signal, SIGINT);
  if (!error) error = uv_signal_start(&terminate, on_signal, SIGTERM);
  if (!error) uv_run(loop, UV_RUN_DEFAULT);
  return error;
}

/* ---- start and end ---- */

static int serve(struct echo *echo) {
  char address[RADMFA_ADDRESS_TEXT_SIZE];
  uint64_t start_ns = uv_hrtime();
  int error = 0;
  printf("listening on %s\n", radmfa_address_format(&echo->run.bound, address));
  fflush(stdout);
  if (echo->run.libuv)
    error = serve_libuv(echo);
  else
    serve_plain(echo);
  echo->run.ran_ns = uv_hrtime() - start_ns;
  echo->run.counts.dropped_by_kernel = net_dropped(echo->fd);
  return error;
}

static bool report(const struct echo_run *run, FILE *json_file, int argc, char **argv) {
  struct json json;
  putchar('\n');
  echo_print(stdout, run);
  if (!json_file) return true;
  report_begin_json(&json, json_file, "echo", argc, argv);
  echo_put_json(&json, run);
  report_json_cost(&json);
  return report_end_json(&json, command.name, stderr);
}

static int run(struct echo *echo, int argc, char **argv) {
  char address[RADMFA_ADDRESS_TEXT_SIZE];
  const char *path = echo->options.json;
  FILE *json = path ? report_open("--json", path, command.name, stderr) : NULL;
  if (path && !json) return 1;
  int fd = net_listen(&echo->options.listen, &echo->run.bound);
  if (fd < 0) {
    fprintf(stderr, "%s: %s: %s\n", command.name,
            radmfa_address_format(&echo->options.listen, address), strerror(-fd));
    if (json) fclose(json);
    return 1;
  }
  init(echo, fd);
  echo->run.libuv = echo->options.libuv;
  int error = serve(echo);
  if (error) fprintf(stderr, "%s: %s\n", command.name, uv_strerror(error));
  bool reported = !error && report(&echo->run, json, argc, argv);
  close(fd);
  return reported ? 0 : 1;
}

int echo_main(int argc, char **argv) {
  struct echo *echo = memory_new(sizeof *echo);
  int status = 2;
  enum args_result result = args_read(&command, argc, argv, &echo->options, stdout, stderr);
  if (result == ARGS_HELP) status = 0;
  if (result == ARGS_OK) status = run(echo, argc, argv);
  free(echo);
  return status;
}
