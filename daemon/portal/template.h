/* template.h: pages made of a template and a JSON object. Every value is escaped, and there is no
 * way to put one as it is. What it knows:
 *   {{name}}             a text or a whole number of the object; null: nothing
 *   {{u:name}}           the same for a query in an address
 *   {{t:key}}            a message; {{m:name}}: the message whose key is the value
 *   {{#name}}...{{/name}}  for each object of a list; once, with an object's own names before the
 *                        outer ones, for an object; once for true and a text or number; not at all
 *                        for null, false and an empty list
 *   {{^name}}...{{/name}}  where {{#name}} would give nothing
 *   {{>name}}            another template; {{>}}: the page within its layout */
#ifndef PORTAL_TEMPLATE_H
#define PORTAL_TEMPLATE_H

#include "language.h"
#include "text.h"

#include <jansson.h>

/* False where a name, message or template is unknown, a section is not closed or a value does not
 * fit: what was put is of no use then. `page`: for {{>}}; NULL: it is unknown. */
bool template_put(struct text *out, const char *name, const char *page, const json_t *data,
                  enum language language);
/* The same for a template that is no file: for tests. */
bool template_put_source(struct text *out, const char *source, size_t len, const json_t *data,
                         enum language language);

#endif
