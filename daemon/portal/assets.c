/* assets.c: the assembler puts templates/ and static/ into the program. */
#include "assets.h"

#include <string.h>

/* clang-format off */
#define TEMPLATE_MAP(X) \
  X(layout) X(error) X(sign_in) X(home) X(verify) X(call) X(invite) X(number) X(pin) X(factor) \
  X(app) X(logins) X(users) X(user) X(pending) X(history)
#define FILE_MAP(X)                                             \
  X(portal_css, "portal.css", "text/css; charset=utf-8")        \
  X(portal_js,  "portal.js",  "text/javascript; charset=utf-8") \
  X(icon_svg,   "icon.svg",   "image/svg+xml")

#define HIDDEN __attribute__((visibility("hidden")))
#define LABEL(name) ".globl " name "\n.hidden " name "\n" name ":\n"
#define EMBED(id, path)                                \
  __asm__(".pushsection .rodata\n"                     \
          LABEL("portal_asset_" #id)                   \
          ".incbin \"" path "\"\n"                     \
          LABEL("portal_asset_" #id "_end")            \
          ".byte 0\n"                                  \
          ".popsection\n");                            \
  HIDDEN extern const char portal_asset_##id[];        \
  HIDDEN extern const char portal_asset_##id##_end[];
/* clang-format on */

#define EMBED_TEMPLATE(id) EMBED(id, "templates/" #id ".html")
#define EMBED_FILE(id, name, type) EMBED(id, "static/" name)
TEMPLATE_MAP(EMBED_TEMPLATE)
FILE_MAP(EMBED_FILE)

#define COUNT_TEMPLATE(id) +1
#define COUNT_FILE(id, name, type) +1
#define N_ASSETS (0 TEMPLATE_MAP(COUNT_TEMPLATE) FILE_MAP(COUNT_FILE))

/* How long they are, only the linker knows: `len` is made of `end`. */
struct row {
  const char *name, *type, *bytes, *end;
};
#define ROW_TEMPLATE(id) {#id, NULL, portal_asset_##id, portal_asset_##id##_end},
#define ROW_FILE(id, name, type) {name, type, portal_asset_##id, portal_asset_##id##_end},
static const struct row rows[] = {TEMPLATE_MAP(ROW_TEMPLATE) FILE_MAP(ROW_FILE)};

bool assets_at(size_t index, struct asset *out_asset) {
  if (index >= N_ASSETS) return false;
  const struct row *row = &rows[index];
  *out_asset = (struct asset){row->name, row->type, row->bytes, (size_t)(row->end - row->bytes)};
  return true;
}

static bool find(const char *name, bool is_file, struct asset *out_asset) {
  for (size_t i = 0; i < N_ASSETS; i++) {
    if (!strcmp(rows[i].name, name) && (rows[i].type != NULL) == is_file)
      return assets_at(i, out_asset);
  }
  return false;
}

bool assets_template(const char *name, struct asset *out_asset) {
  return find(name, false, out_asset);
}

bool assets_file(const char *name, struct asset *out_asset) {
  return find(name, true, out_asset);
}

const char *assets_version(void) {
  return PORTAL_ASSETS_VERSION;
}
