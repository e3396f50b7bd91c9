/* messages.h: all that the portal says, by key and language. The table is messages.c. */
#ifndef PORTAL_MESSAGES_H
#define PORTAL_MESSAGES_H

#include "language.h"

#include <stddef.h>

/* NULL: nothing has this key. */
const char *messages_find(const char *key, enum language language);
/* The message of `prefix` and `word`, or that of `prefix` and "other"; NULL: neither is there. */
const char *messages_key(const char *prefix, const char *word);
/* The keys, by number; NULL behind the last one. For tests. */
const char *messages_at(size_t index);

#endif
