/* qr.h: a QR code as a picture that stands in the page itself. */
#ifndef PORTAL_QR_H
#define PORTAL_QR_H

#include "text.h"

/* Puts a data: address of an SVG picture that shows `content`, black on white in either theme, with
 * its quiet zone. False: it is too long for a QR code, or there is no memory. */
bool qr_put_data_url(struct text *out, const char *content);

#endif
