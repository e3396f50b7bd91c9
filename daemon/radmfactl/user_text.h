/* user_text.h: users, as people read them. */
#ifndef RADMFACTL_USER_TEXT_H
#define RADMFACTL_USER_TEXT_H

#include "table.h"

#include <jansson.h>

/* All that is known of a user, a line for each. */
void user_print(const json_t *user);

extern const struct table_column user_columns[];
extern const size_t n_user_columns;
void user_add_row(struct table *table, const json_t *user);

void user_print_csv_titles(void);
void user_print_csv(const json_t *user);

#endif
