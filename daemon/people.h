/* people.h: what a directory said of late about people: the standing that their groups give them,
 * whether they are administrators, and their telephone numbers. By identity (ASCII letters in
 * either case), in memory, bounded: over PEOPLE_MAX whom nothing was noted of for longest is
 * forgotten. No passwords. Any thread. */
#ifndef RADMFAD_PEOPLE_H
#define RADMFAD_PEOPLE_H

#include "number.h"
#include "standing.h"

#define PEOPLE_MAX 100000u
/* How long a number is remembered: for the login that it was looked up for, which has 180 s. */
#define PEOPLE_NUMBER_MS 180000u

struct people;

/* A standing is remembered for `standing_ms`; 0: not at all. NULL when out of memory. */
struct people *people_new(uint32_t standing_ms);
void people_free(struct people *people);

/* Where there is no memory nothing is noted, and what was known is known until its time is over.
 * NULL is fine: nothing is noted or known. */
void people_note_standing(struct people *people, radmfa_span identity, enum standing standing,
                          uint64_t now_ms);
/* False: not known, or no more. */
RADMFA_MUST_USE bool people_standing(struct people *people, radmfa_span identity, uint64_t now_ms,
                                     enum standing *out_standing);

/* Remembered for the sign-in that it was looked up for, for PEOPLE_NUMBER_MS. */
void people_note_administrator(struct people *people, radmfa_span identity, bool is_administrator,
                               uint64_t now_ms);
/* False where nothing is known. */
bool people_is_administrator(struct people *people, radmfa_span identity, uint64_t now_ms);

enum phone_kind {
  PHONE_UNKNOWN, /* nobody has looked, or it is long ago: never "has none" */
  PHONE_NONE,    /* he has none, for certain */
  PHONE_BAD,     /* something that is no number, or several */
  PHONE_GOOD,
};

/* One that is not verified may have been written into the directory by the user himself, or by who
 * has his password. */
struct phone {
  enum phone_kind kind;
  struct number number; /* GOOD */
  bool is_verified;
};

void people_note_number(struct people *people, radmfa_span identity, const struct phone *number,
                        uint64_t now_ms);
/* The number to call him at; its kind is UNKNOWN where nothing is known. */
struct phone people_number(struct people *people, radmfa_span identity, uint64_t now_ms);

/* Of how many people something is remembered. */
size_t people_count(struct people *people);

#endif
