/* pages.h: lists, which come in pages. */
#ifndef RADMFACTL_PAGES_H
#define RADMFACTL_PAGES_H

#include "ctl.h"

#define PAGE_SIZE 100u

struct pages {
  const char *verb;
  const char *key;           /* of the list in the answer */
  const char *cursor;        /* by which the request for the next page has this answer's `more` */
  size_t max;                /* items in all; 0: no limit */
  void (*begin)(void *user); /* when the first page has come; or NULL */
  void (*item)(const json_t *item, void *user);
  void (*page)(void *user); /* behind each page; or NULL */
  void *user;
};

/* pages_print asks for page after page and gives the items on; with --json it prints them, in one
 * document as if all had come at once, and calls nothing. `ctl->request` is what the first page is
 * asked for with. Says so where there are more than `max`. Returns what the program is to end
 * with. */
int pages_print(struct ctl *ctl, const struct pages *pages);

#endif
