/* assets.h: templates and files that are part of the program; nothing is read while it runs. */
#ifndef PORTAL_ASSETS_H
#define PORTAL_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

struct asset {
  const char *name; /* of a template "home", of a file "portal.css" */
  const char *type; /* of a file: its Content-Type; NULL: a template */
  const char *bytes;
  size_t len;
};

/* The template, or file, of exactly this name; false: there is none. */
bool assets_template(const char *name, struct asset *out_asset);
bool assets_file(const char *name, struct asset *out_asset);
/* All of them, by number; false behind the last one. */
bool assets_at(size_t index, struct asset *out_asset);
/* Changes with every change of one: browsers keep files by it. */
const char *assets_version(void);

#endif
