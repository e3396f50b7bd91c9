/* values.h: what config.c and values.c share: the reader at work on one configuration, and a
 * function for each kind of value. */
#ifndef RADMFAD_VALUES_H
#define RADMFAD_VALUES_H

#include "config.h"
#include "schema.h"
#include "yaml.h"

struct reader {
  struct config *config;
  struct diag *diag;
  const struct yaml_node *root;
  const struct yaml_node *list; /* that is being read, or NULL */
  struct unique *uniques;       /* all values of which there must not be two */
  size_t n_uniques;
};

struct unique {
  struct unique *next;
  const struct schema_row *row; /* only values of one row in one list are compared */
  const struct yaml_node *list;
  const void *bytes;
  size_t len;
  struct place at;
};

/* Reads `value` into the row's field of the struct at `base`, which an error leaves alone. */
typedef void read_fn(struct reader *r, const struct schema_row *row, const struct yaml_node *value,
                     void *base);

/* For the kinds up to SCHEMA_PASSWORD: those that stand for themselves. */
read_fn *value_reader(enum schema_kind kind);
read_fn read_word;

const char *take_name(struct reader *r, const struct schema_row *row,
                      const struct yaml_node *value); /* NULL after an error */

void *field(const struct schema_row *row, void *base);
void set_count(const struct schema_row *row, void *base, size_t count);
void *new_array(struct reader *r, struct place at, size_t count, size_t size);
#define IPV4_OFFSET 12u /* of an IPv4 address among the 16 octets */
bool is_ipv4(const radmfa_address *address);
bool has_control_character(const char *text);
size_t range_most(const char *range); /* 16 of "1..16" */
/* Is the value of this kind? If not, an error is reported. */
bool is_kind(struct reader *r, const struct schema_row *row, const struct yaml_node *value,
             enum yaml_kind kind);
/* The text of a scalar, not empty and without NUL, or NULL after an error. */
const char *text_of(struct reader *r, const struct schema_row *row, const struct yaml_node *value);

#endif
