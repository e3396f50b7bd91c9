/* call_inbox.h: what other threads tell the factor's: loops of RADIUS, the SIP stack, who hashes
 * PINs. In the order in which it was told. */
#ifndef RADMFAD_FACTOR_CALL_INBOX_H
#define RADMFAD_FACTOR_CALL_INBOX_H

#include "sip.h"

#include <pthread.h>

struct call;

struct call_letter {
  struct call_letter *next;
  enum { CALL_LETTER_PLACE, CALL_LETTER_CANCEL, CALL_LETTER_SIP, CALL_LETTER_PIN } kind;
  uint64_t id;            /* of the request; SIP: of the leg */
  struct call *call;      /* PLACE */
  bool is_right;          /* PIN */
  struct sip_event event; /* SIP; its description lies behind */
  size_t extra;
  uint8_t sdp[];
};

struct call_inbox {
  pthread_mutex_t lock;
  struct call_letter *first, **end;
};

void call_inbox_init(struct call_inbox *inbox);
void call_inbox_cleanup(struct call_inbox *inbox); /* what is in it is freed, but no calls */

/* A letter with room for `extra` octets in sdp, or NULL. */
struct call_letter *call_letter_new(size_t extra);
/* Wipes it: it may hold a digit of a PIN, or a key of SRTP. Not its call. */
void call_letter_free(struct call_letter *letter);
void call_inbox_put(struct call_inbox *inbox, struct call_letter *letter);
/* All that has come, in a list whose members are the caller's to free; NULL: nothing. */
struct call_letter *call_inbox_take(struct call_inbox *inbox);

#endif
