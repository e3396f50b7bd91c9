/* qr.c: libqrencode's modules become one path. */
#include "qr.h"

#include <qrencode.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define QUIET 4 /* modules around the code: ISO/IEC 18004 wants four */

static void put_modules(struct text *svg, const QRcode *code) {
  char square[48];
  for (int y = 0; y < code->width; y++) {
    for (int x = 0; x < code->width; x++) {
      if (!(code->data[y * code->width + x] & 1)) continue;
      snprintf(square, sizeof square, "M%d %dh1v1h-1z", x + QUIET, y + QUIET);
      text_puts(svg, square);
    }
  }
}

static void put_svg(struct text *svg, const QRcode *code) {
  char head[192];
  int side = code->width + 2 * QUIET;
  snprintf(head, sizeof head,
           "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' "
           "shape-rendering='crispEdges'><path fill='#fff' d='M0 0h%dv%dH0z'/><path d='",
           side, side, side, side);
  text_puts(svg, head);
  put_modules(svg, code);
  text_puts(svg, "'/></svg>");
}

static void put_base64(struct text *out, const struct text *svg) {
  size_t size = sodium_base64_encoded_len(svg->len, sodium_base64_VARIANT_ORIGINAL);
  char *encoded = malloc(size);
  if (!encoded) {
    out->failed = true;
    return;
  }
  sodium_bin2base64(encoded, size, (const unsigned char *)svg->bytes, svg->len,
                    sodium_base64_VARIANT_ORIGINAL);
  text_puts(out, "data:image/svg+xml;base64,");
  text_puts(out, encoded);
  sodium_memzero(encoded, size);
  free(encoded);
}

bool qr_put_data_url(struct text *out, const char *content) {
  struct text svg = {0};
  QRcode *code = QRcode_encodeString8bit(content, 0, QR_ECLEVEL_M);
  if (!code) return false;
  put_svg(&svg, code);
  sodium_memzero(code->data, (size_t)code->width * (size_t)code->width);
  QRcode_free(code);
  if (!svg.failed) put_base64(out, &svg);
  bool made = !svg.failed && !out->failed;
  text_free(&svg);
  return made;
}
