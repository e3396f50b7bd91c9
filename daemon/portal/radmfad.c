/* radmfad.c: questions have numbers, and answers come by them in any order. */
#include "radmfad.h"

#include "text.h"

#include <errno.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define QUESTIONS_MAX 4096u
#define LINE_MAX_LEN ((size_t)1 << 20)   /* of answers */
#define OUT_MAX_LEN ((size_t)4 << 20)    /* that radmfad has not read yet */
#define QUESTION_MAX_LEN ((size_t)65535) /* radmfad takes no longer line */

struct question {
  uint64_t id; /* 0: free; its place in the lower 12 bits */
  uint64_t deadline_ms;
  radmfad_cb done; /* NULL: forgotten */
  void *user;
};

struct radmfad {
  const char *path;
  int fd;
  bool has_ended;
  bool was_there; /* so that it is told once that it is not */
  struct text in, out;
  size_t seen; /* octets of `in` that have no line end */
  uint64_t last_number;
  struct question questions[QUESTIONS_MAX];
};

struct radmfad *radmfad_new(const char *path) {
  struct radmfad *client = calloc(1, sizeof *client);
  if (!client) return NULL;
  client->path = path;
  client->fd = -1;
  client->was_there = true;
  client->in.max = LINE_MAX_LEN + 65536;
  client->out.max = OUT_MAX_LEN;
  return client;
}

static void tell(struct radmfad *client, bool is_there, const char *why) {
  if (client->was_there == is_there) return;
  client->was_there = is_there;
  fprintf(stderr, "radmfa-portal: %s: %s\n", client->path, why);
}

static void end_question(struct question *question, const struct radmfad_answer *answer) {
  radmfad_cb done = question->done;
  void *user = question->user;
  *question = (struct question){0};
  if (done) done(answer, user);
}

static void end_as_unavailable(struct question *question) {
  end_question(question, &(struct radmfad_answer){.error = "unavailable"});
}

/* Closes the connection; what was asked by it ends. What callbacks ask opens a new one. */
static void hang_up(struct radmfad *client, const char *why) {
  uint64_t last = client->last_number;
  close(client->fd);
  client->fd = -1;
  client->seen = 0;
  text_free(&client->in);
  text_free(&client->out);
  tell(client, false, why);
  for (size_t i = 0; i < QUESTIONS_MAX; i++) {
    struct question *question = &client->questions[i];
    if (question->id && question->id / QUESTIONS_MAX <= last) end_as_unavailable(question);
  }
}

void radmfad_end(struct radmfad *client) {
  client->has_ended = true;
  client->was_there = false;
  if (client->fd >= 0) hang_up(client, "");
}

void radmfad_free(struct radmfad *client) {
  if (!client) return;
  if (client->fd >= 0) close(client->fd);
  text_free(&client->in);
  text_free(&client->out);
  free(client);
}

static bool open_connection(struct radmfad *client) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t len = strlen(client->path);
  if (client->fd >= 0) return true;
  if (client->has_ended || len >= sizeof address.sun_path) return false;
  memcpy(address.sun_path, client->path, len + 1);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  if (connect(fd, (const struct sockaddr *)&address, sizeof address)) {
    tell(client, false, strerror(errno));
    close(fd);
    return false;
  }
  client->fd = fd;
  tell(client, true, "radmfad is there again");
  return true;
}

static struct question *free_place(struct radmfad *client) {
  for (size_t i = 0; i < QUESTIONS_MAX; i++) {
    struct question *place = &client->questions[(client->last_number + i) % QUESTIONS_MAX];
    if (!place->id) return place;
  }
  return NULL;
}

/* Puts the line of a question; false: it is too long, or there is no room. */
static bool put_line(struct radmfad *client, const json_t *question) {
  size_t before = client->out.len;
  char *line = json_dumps(question, JSON_COMPACT);
  size_t len = line ? strlen(line) : 0;
  bool fits = line && len < QUESTION_MAX_LEN && before + len + 1 < OUT_MAX_LEN;
  if (fits) {
    text_put(&client->out, line, len);
    text_put(&client->out, "\n", 1);
  }
  if (line) sodium_memzero(line, len);
  free(line);
  return fits && !client->out.failed;
}

uint64_t radmfad_ask(struct radmfad *client, json_t *question, uint32_t timeout_ms, uint64_t now_ms,
                     radmfad_cb done, void *user) {
  struct question *place = question && open_connection(client) ? free_place(client) : NULL;
  uint64_t number = client->last_number + 1, id = 0;
  if (place) id = number * QUESTIONS_MAX + (uint64_t)(place - client->questions);
  bool put = place && !json_object_set_new(question, "id", json_integer((json_int_t)id)) &&
             put_line(client, question);
  json_decref(question);
  if (!put) return 0;
  client->last_number = number;
  *place = (struct question){id, now_ms + timeout_ms, done, user};
  return id;
}

static struct question *find(struct radmfad *client, uint64_t id) {
  struct question *question = &client->questions[id % QUESTIONS_MAX];
  return id && question->id == id ? question : NULL;
}

void radmfad_forget(struct radmfad *client, uint64_t id) {
  struct question *question = find(client, id);
  if (question) question->done = NULL;
}

int radmfad_fd(const struct radmfad *client) {
  return client->fd;
}

short radmfad_events(const struct radmfad *client) {
  return client->out.len ? POLLIN | POLLOUT : POLLIN;
}

static void take_answer(struct radmfad *client, const json_t *line) {
  json_int_t id = json_integer_value(json_object_get(line, "id"));
  struct question *question = id > 0 ? find(client, (uint64_t)id) : NULL;
  struct radmfad_answer answer = {
      .event = json_string_value(json_object_get(line, "event")),
      .ok = json_object_get(line, "ok"),
      .error = json_string_value(json_object_get(line, "error")),
  };
  if (!question) return; /* late */
  if (answer.event && question->done) question->done(&answer, question->user);
  if (answer.event) return;
  if (answer.ok) answer.error = NULL;
  if (!answer.ok && !answer.error) answer.error = "failed";
  end_question(question, &answer);
}

/* False: it was no JSON, so that nothing behind it can be believed. */
static bool take_line(struct radmfad *client, const char *text, size_t len) {
  json_t *line = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
  if (!json_is_object(line)) {
    json_decref(line);
    return false;
  }
  take_answer(client, line);
  json_decref(line);
  return true;
}

/* Takes whole lines out of what was read. A callback may ask, but leaves `in` alone. */
static bool take_lines(struct radmfad *client) {
  size_t from = 0, at = client->seen;
  const char *end;
  while (at < client->in.len && (end = memchr(client->in.bytes + at, '\n', client->in.len - at))) {
    size_t stop = (size_t)(end - client->in.bytes);
    if (!take_line(client, client->in.bytes + from, stop - from)) return false;
    from = at = stop + 1;
  }
  text_drop(&client->in, from);
  client->seen = client->in.len;
  return client->in.len <= LINE_MAX_LEN;
}

static bool read_some(struct radmfad *client, const char **out_why) {
  char buffer[65536];
  ssize_t got = recv(client->fd, buffer, sizeof buffer, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  *out_why = got ? strerror(errno) : "radmfad has closed the connection";
  if (got <= 0) return false;
  text_put(&client->in, buffer, (size_t)got);
  sodium_memzero(buffer, (size_t)got);
  *out_why = "radmfad says what cannot be understood";
  return !client->in.failed && take_lines(client);
}

static bool write_some(struct radmfad *client, const char **out_why) {
  if (!client->out.len) return true;
  ssize_t sent = send(client->fd, client->out.bytes, client->out.len, MSG_NOSIGNAL);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  *out_why = strerror(errno);
  if (sent < 0) return false;
  text_drop(&client->out, (size_t)sent);
  return true;
}

void radmfad_turn(struct radmfad *client, short revents, uint64_t now_ms) {
  const char *why = "";
  if (client->fd >= 0 && (revents & (POLLIN | POLLHUP | POLLERR)) && !read_some(client, &why))
    hang_up(client, why);
  if (client->fd >= 0 && !write_some(client, &why)) hang_up(client, why);
  for (size_t i = 0; i < QUESTIONS_MAX; i++) {
    struct question *question = &client->questions[i];
    if (question->id && question->deadline_ms <= now_ms) end_as_unavailable(question);
  }
}
