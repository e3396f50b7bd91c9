/* sip_queue.h: what the SIP stack is told to do, by any thread; a descriptor wakes it. */
#ifndef RADMFAD_FACTOR_SIP_QUEUE_H
#define RADMFAD_FACTOR_SIP_QUEUE_H

#include "sip.h"

enum sip_command_kind {
  SIP_DO_CALL,
  SIP_DO_HANG_UP,
  SIP_DO_ACCEPT_OFFER,
  SIP_DO_REFUSE_OFFER,
  SIP_DO_PROBE,
  SIP_DO_END,
};

struct sip_command {
  struct sip_command *next;
  enum sip_command_kind kind;
  struct sip_call call; /* its texts lie behind the command */
  size_t texts_len;
  uint8_t texts[];
};

/* Wipes it: a key of SRTP may stand in its description. */
void sip_command_free(struct sip_command *command);

struct sip_queue;

/* NULL when out of memory or of descriptors. */
struct sip_queue *sip_queue_new(void);
void sip_queue_free(struct sip_queue *queue);

/* Readable while there are commands. */
int sip_queue_fd(const struct sip_queue *queue);

/* Any thread; `call` is copied with its texts. False when out of memory. */
RADMFA_MUST_USE bool sip_queue_push(struct sip_queue *queue, enum sip_command_kind kind,
                                    const struct sip_call *call);
/* All of them, oldest first; each is the caller's, to be freed with sip_command_free. */
struct sip_command *sip_queue_take(struct sip_queue *queue);

#endif
