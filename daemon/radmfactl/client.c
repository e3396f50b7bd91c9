/* client.c: see client.h. */
#include "client.h"

#include "ctl.h"
#include "text.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CHUNK_SIZE 16384u
#define ANSWER_SIZE_MAX (16u << 20) /* more than any page has: who sends it is not radmfad */
#define PATIENCE_S 60

struct client {
  int fd;
  int patience_s;
  size_t done;     /* octets of `in` that have been read as lines */
  size_t searched; /* of those behind them: there is no line end */
  struct text in;
};

/* ---- connecting ---- */

static void explain(const char *path, int error) {
  complain("cannot reach radmfad at %s: %s", path, strerror(error));
  if (error == EACCES || error == EPERM)
    complain("be root, or in the group of that socket (`control: group:` of the configuration, "
             "radmfa unless it says otherwise)");
  else if (error == ENOENT || error == ECONNREFUSED)
    complain("is radmfad running, and is `control: path:` of its configuration this path? "
             "Another one: --socket, or RADMFA_CONTROL");
}

static int open_socket(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t len = strlen(path);
  if (len >= sizeof address.sun_path) return -ENAMETOOLONG;
  memcpy(address.sun_path, path, len + 1);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0) return fd;
  int error = errno;
  close(fd);
  return -error;
}

struct client *client_new(const char *path) {
  int fd = open_socket(path);
  if (fd < 0) {
    explain(path, -fd);
    return NULL;
  }
  struct client *client = memory_or_exit(calloc(1, sizeof *client));
  client->fd = fd;
  client->patience_s = PATIENCE_S;
  return client;
}

void client_free(struct client *client) {
  if (!client) return;
  close(client->fd);
  text_free(&client->in);
  free(client);
}

void client_set_patience(struct client *client, int seconds) {
  client->patience_s = seconds;
}

/* ---- sending ---- */

static bool send_all(struct client *client, const char *octets, size_t len) {
  while (len) {
    ssize_t n = send(client->fd, octets, len, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      complain("radmfad does not listen any more: %s", strerror(errno));
      return false;
    }
    octets += n;
    len -= (size_t)n;
  }
  return true;
}

bool client_send(struct client *client, const char *verb, json_int_t id, json_t *arguments) {
  json_t *request = json_pack("{s:s, s:I}", "do", verb, "id", id);
  if (arguments) json_object_update_new(request, arguments);
  char *line = json_dumps(request, JSON_COMPACT);
  json_decref(request);
  memory_or_exit(line);
  size_t len = strlen(line);
  line[len] = '\n'; /* in the place of its NUL */
  bool sent = send_all(client, line, len + 1);
  free(line);
  return sent;
}

/* ---- receiving ---- */

/* The next line, without its end; it stands in `in` until more is read. */
static bool take_line(struct client *client, char **out_line, size_t *out_len) {
  struct text *in = &client->in;
  size_t from = client->done + client->searched;
  char *end = in->len > from ? memchr(in->ptr + from, '\n', in->len - from) : NULL;
  client->searched = end ? 0 : in->len - client->done;
  if (!end) return false;
  *out_line = in->ptr + client->done;
  *out_len = (size_t)(end - *out_line);
  client->done += *out_len + 1;
  return true;
}

static void forget_lines(struct client *client) {
  struct text *in = &client->in;
  if (client->done) memmove(in->ptr, in->ptr + client->done, in->len - client->done);
  in->len -= client->done;
  client->done = 0;
}

static bool wait_for_more(struct client *client) {
  struct pollfd ready = {.fd = client->fd, .events = POLLIN};
  int n;
  do n = poll(&ready, 1, client->patience_s * 1000);
  while (n < 0 && errno == EINTR);
  if (n > 0) return true;
  complain("radmfad has not answered for %d s; what was asked for may still be done",
           client->patience_s);
  return false;
}

static bool read_more(struct client *client) {
  char chunk[CHUNK_SIZE];
  forget_lines(client);
  if (client->in.len > ANSWER_SIZE_MAX) {
    complain("the answer has no end: this is not radmfad's socket");
    return false;
  }
  if (!wait_for_more(client)) return false;
  ssize_t n;
  do n = recv(client->fd, chunk, sizeof chunk, 0);
  while (n < 0 && errno == EINTR);
  if (n > 0) text_add(&client->in, chunk, (size_t)n);
  if (n == 0)
    complain("radmfad has closed the connection before it answered; see its log");
  else if (n < 0)
    complain("nothing can be read from radmfad: %s", strerror(errno));
  return n > 0;
}

static bool is_answer(const json_t *value) {
  bool is_ok = json_is_object(json_object_get(value, "ok"));
  bool is_error = json_is_string(json_object_get(value, "error"));
  bool is_event = json_is_string(json_object_get(value, "event"));
  return is_ok + is_error + is_event == 1;
}

/* A name that a stranger typed may hold a NUL. */
static json_t *parse(const char *line, size_t len) {
  json_error_t error;
  json_t *value = json_loadb(line, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
  if (value && is_answer(value)) return value;
  json_decref(value);
  complain("what has answered does not speak as radmfad does: %.*s%s", (int)(len < 60 ? len : 60),
           line, len < 60 ? "" : "...");
  return NULL;
}

bool client_receive(struct client *client, json_t **out_answer) {
  for (;;) {
    char *line;
    size_t len;
    while (!take_line(client, &line, &len))
      if (!read_more(client)) return false;
    json_t *value = parse(line, len);
    if (!value) return false;
    if (!json_object_get(value, "event")) {
      *out_answer = value;
      return true;
    }
    json_decref(value);
  }
}

void complain_of_answer(const json_t *answer) {
  const char *word = member_text(answer, "error"), *text = member_text(answer, "text");
  if (*text)
    complain("%s (%s)", text, word);
  else
    complain("radmfad refuses: %s", word);
  if (strcmp(word, "unknown_verb") == 0)
    complain("radmfad and radmfactl are of different versions");
}
