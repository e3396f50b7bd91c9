/* call_table.h: the calls of a factor, found by the login's id and by the number of their leg to a
 * trunk. Both are our own and not to be chosen by strangers. */
#ifndef RADMFAD_FACTOR_CALL_TABLE_H
#define RADMFAD_FACTOR_CALL_TABLE_H

#include <stddef.h>
#include <stdint.h>

#define CALL_TABLE_BUCKETS 4096u

struct call;

/* In the call's record. */
struct call_place {
  uint64_t id, leg; /* leg 0: none */
  struct call *next_of_id, *next_of_leg;
  struct call *previous, *next; /* of all */
};

struct call_table {
  struct call *of_id[CALL_TABLE_BUCKETS], *of_leg[CALL_TABLE_BUCKETS];
  struct call *first;
  size_t count;
};

void call_table_add(struct call_table *table, struct call *call); /* by place.id */
void call_table_remove(struct call_table *table, struct call *call);
void call_table_set_leg(struct call_table *table, struct call *call, uint64_t leg);
struct call *call_table_by_id(const struct call_table *table, uint64_t id);
struct call *call_table_by_leg(const struct call_table *table, uint64_t leg);

#endif
