/* load_files.h: the files that `radmfa-bench load` reads and writes beside its report on the
 * terminal: --json, --html and --against. */
#ifndef RADMFA_BENCH_LOAD_FILES_H
#define RADMFA_BENCH_LOAD_FILES_H

#include "load_report.h"
#include "tree.h"

struct load_files {
  const struct load_options *options;
  FILE *json, *html;
  struct tree_document *other; /* --against */
};

/* Before the run, so that what is wrong with them is told at once; false where something is. */
bool load_files_open(struct load_files *files, const struct load_options *options, FILE *messages);
/* False, and a message, where it could not be written. */
bool load_files_write(struct load_files *files, const struct load_run *run, int argc, char **argv,
                      FILE *messages);
void load_files_close(struct load_files *files);

#endif
