/* routes.h: which path is answered by whom. Paths are matched as they are, octet by octet: no file
 * is looked for, and nothing is decoded. */
#ifndef PORTAL_ROUTES_H
#define PORTAL_ROUTES_H

#include <stdbool.h>
#include <stddef.h>

struct request;

enum route_needs {
  ROUTE_NEEDS_NOTHING,
  ROUTE_NEEDS_SESSION,  /* somebody is signed in */
  ROUTE_NEEDS_VERIFIED, /* and has been verified, if he can be */
  ROUTE_NEEDS_ADMIN,
};

struct route {
  const char *path;
  bool is_post;
  enum route_needs needs; /* for a good page; what may be done is decided by radmfad */
  void (*run)(struct request *request);
  bool is_file;
};

/* NULL: there is none; `*out_other_method` says whether there is one with the other method. */
const struct route *routes_find(const char *path, bool is_post, bool *out_other_method);
/* All of them: `*out_count` in number. */
const struct route *routes_all(size_t *out_count);

#endif
