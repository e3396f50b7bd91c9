/* call_table.c: chains. */
#include "call_table.h"

#include "call_record.h"

static size_t bucket(uint64_t number) {
  return (number * 0x9e3779b97f4a7c15u) >> 32 & (CALL_TABLE_BUCKETS - 1);
}

void call_table_add(struct call_table *table, struct call *call) {
  struct call **of_id = &table->of_id[bucket(call->place.id)];
  call->place.next_of_id = *of_id;
  *of_id = call;
  call->place.previous = NULL;
  call->place.next = table->first;
  if (table->first) table->first->place.previous = call;
  table->first = call;
  table->count++;
}

void call_table_set_leg(struct call_table *table, struct call *call, uint64_t leg) {
  if (call->place.leg) {
    struct call **link = &table->of_leg[bucket(call->place.leg)];
    while (*link != call) link = &(*link)->place.next_of_leg;
    *link = call->place.next_of_leg;
  }
  call->place.leg = leg;
  if (!leg) return;
  struct call **of_leg = &table->of_leg[bucket(leg)];
  call->place.next_of_leg = *of_leg;
  *of_leg = call;
}

void call_table_remove(struct call_table *table, struct call *call) {
  call_table_set_leg(table, call, 0);
  struct call **link = &table->of_id[bucket(call->place.id)];
  while (*link != call) link = &(*link)->place.next_of_id;
  *link = call->place.next_of_id;
  if (call->place.next) call->place.next->place.previous = call->place.previous;
  *(call->place.previous ? &call->place.previous->place.next : &table->first) = call->place.next;
  table->count--;
}

struct call *call_table_by_id(const struct call_table *table, uint64_t id) {
  struct call *call = table->of_id[bucket(id)];
  while (call && call->place.id != id) call = call->place.next_of_id;
  return call;
}

struct call *call_table_by_leg(const struct call_table *table, uint64_t leg) {
  struct call *call = table->of_leg[bucket(leg)];
  while (call && call->place.leg != leg) call = call->place.next_of_leg;
  return call;
}
