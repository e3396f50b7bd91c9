/* list.h: an intrusive list, doubly linked and circular. A link that is in no list points to
 * itself. */
#ifndef RADMFA_CORE_LIST_H
#define RADMFA_CORE_LIST_H

#include <stdbool.h>

struct list {
  struct list *prev, *next;
};

static inline void list_init(struct list *link) {
  link->prev = link->next = link;
}

static inline bool list_empty(const struct list *list) {
  return list->next == list;
}

static inline void list_append(struct list *list, struct list *link) {
  link->prev = list->prev;
  link->next = list;
  list->prev->next = link;
  list->prev = link;
}

static inline void list_remove(struct list *link) {
  link->prev->next = link->next;
  link->next->prev = link->prev;
  list_init(link);
}

/* The oldest, taken out; NULL from an empty list. */
static inline struct list *list_pop(struct list *list) {
  struct list *first = list->next;
  if (first == list) return 0;
  list_remove(first);
  return first;
}

/* Moves everything in `from` to the end of `to`. */
static inline void list_move_all(struct list *from, struct list *to) {
  if (list_empty(from)) return;
  from->next->prev = to->prev;
  to->prev->next = from->next;
  from->prev->next = to;
  to->prev = from->prev;
  list_init(from);
}

#endif
