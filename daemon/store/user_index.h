/* user_index.h: all users, by their keys and in the order of their names. Not thread-safe. */
#ifndef RADMFAD_STORE_USER_INDEX_H
#define RADMFAD_STORE_USER_INDEX_H

#include "../fold.h"
#include "user_record.h"

struct user_index {
  struct user_record **buckets;
  size_t n_buckets;             /* a power of two */
  struct user_record **by_name; /* and, of one name, by primary and identity */
  size_t n, capacity;
  uint8_t primary_key[FOLD_KEY_SIZE], identity_key[FOLD_KEY_SIZE];
};

bool user_index_init(struct user_index *index);
void user_index_cleanup(struct user_index *index);

/* NULL: nobody. */
struct user_record *user_index_find(const struct user_index *index, const char *primary,
                                    radmfa_span identity);

/* user_index_reserve makes room for so many more, who can be added then whatever happens. */
RADMFA_MUST_USE bool user_index_reserve(struct user_index *index, size_t more);
/* Takes the record over; who had its key goes. */
void user_index_put(struct user_index *index, struct user_record *record);
void user_index_remove(struct user_index *index, const char *primary, radmfa_span identity);

/* user_index_place: where in `by_name` the first one is who does not stand before that name, of
 * that primary and identity ("": the first one of that name). */
size_t user_index_place(const struct user_index *index, const char *name, const char *primary,
                        const char *identity);
/* The first one who stands behind. */
size_t user_index_place_after(const struct user_index *index, const struct store_user *user);
bool user_index_is_named(const struct user_record *record, radmfa_span name);

#endif
