/* app.h: the daemon's life: start in order, reload, drain, stop in reverse order. */
#ifndef RADMFAD_APP_H
#define RADMFAD_APP_H

/* All read the configuration file `path`; what is wrong with it goes to stderr. They return the
 * program's exit code. */
int app_run(const char *path);   /* until SIGTERM or SIGINT: 0; 1 where it could not start */
int app_check(const char *path); /* --check: 0 or 1, and a table on stdout */
/* --call: 0 or 1, and the story of a call to `number` on stdout */
int app_call(const char *path, const char *number);

#endif
