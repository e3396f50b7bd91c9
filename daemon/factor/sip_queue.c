/* sip_queue.c: a list with a lock, and an eventfd that is written when the list was empty. */
#include "sip_queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct sip_queue {
  int fd;
  pthread_mutex_t lock; /* all below */
  struct sip_command *first;
  struct sip_command **last;
};

void sip_command_free(struct sip_command *command) {
  radmfa_wipe(command, sizeof *command + command->texts_len);
  free(command);
}

struct sip_queue *sip_queue_new(void) {
  struct sip_queue *queue = calloc(1, sizeof *queue);
  if (!queue) return NULL;
  queue->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (queue->fd < 0) {
    free(queue);
    return NULL;
  }
  pthread_mutex_init(&queue->lock, NULL);
  queue->last = &queue->first;
  return queue;
}

void sip_queue_free(struct sip_queue *queue) {
  if (!queue) return;
  for (struct sip_command *command = queue->first, *next; command; command = next) {
    next = command->next;
    sip_command_free(command);
  }
  close(queue->fd);
  pthread_mutex_destroy(&queue->lock);
  free(queue);
}

int sip_queue_fd(const struct sip_queue *queue) {
  return queue->fd;
}

static size_t size_of(const char *text) {
  return text ? strlen(text) + 1 : 0;
}

/* Copies a text behind those that are there. */
static const char *keep(uint8_t **at, const char *text) {
  size_t size = size_of(text);
  if (size == 0) return NULL;
  const char *kept = memcpy(*at, text, size);
  *at += size;
  return kept;
}

static struct sip_command *command_new(enum sip_command_kind kind, const struct sip_call *call) {
  size_t texts = size_of(call->number) + size_of(call->extension) + call->sdp.len;
  struct sip_command *command = calloc(1, sizeof *command + texts);
  if (!command) return NULL;
  uint8_t *at = command->texts;
  command->texts_len = texts;
  command->kind = kind;
  command->call = *call;
  command->call.number = keep(&at, call->number);
  command->call.extension = keep(&at, call->extension);
  if (call->sdp.len) memcpy(at, call->sdp.ptr, call->sdp.len);
  command->call.sdp.ptr = at;
  return command;
}

bool sip_queue_push(struct sip_queue *queue, enum sip_command_kind kind,
                    const struct sip_call *call) {
  struct sip_command *command = command_new(kind, call);
  if (!command) return false;
  pthread_mutex_lock(&queue->lock);
  bool was_empty = !queue->first;
  *queue->last = command;
  queue->last = &command->next;
  pthread_mutex_unlock(&queue->lock);
  if (was_empty) (void)eventfd_write(queue->fd, 1);
  return true;
}

struct sip_command *sip_queue_take(struct sip_queue *queue) {
  eventfd_t count;
  (void)eventfd_read(queue->fd, &count);
  pthread_mutex_lock(&queue->lock);
  struct sip_command *first = queue->first;
  queue->first = NULL;
  queue->last = &queue->first;
  pthread_mutex_unlock(&queue->lock);
  return first;
}
