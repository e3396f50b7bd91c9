/* page.h: one run of `radmfa-bench load`, or two side by side, as a page that needs nothing else:
 * style and pictures are in it, and there is no script. It is drawn from their JSON alone. */
#ifndef RADMFA_BENCH_PAGE_H
#define RADMFA_BENCH_PAGE_H

#include "tree.h"

#include <stdio.h>

struct page_run {
  const char *name;
  const struct tree *report;
};

/* `other` or NULL. */
void page_write(FILE *out, const struct page_run *run, const struct page_run *other);

/* Is it a report of `load` that this version reads? */
bool page_can_show(const struct tree *report);

#endif
