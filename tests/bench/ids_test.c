#include "ids.h"

#include <criterion/criterion.h>
#include <string.h>

static struct ids ids;

static void none_left(void) {
  ids_cleanup(&ids);
}

TestSuite(ids, .fini = none_left);

static struct slot *take(void) {
  struct slot *slot = ids_take(&ids, 0);
  cr_assert_not_null(slot);
  return slot;
}

Test(ids, without_a_socket_there_is_none) {
  cr_assert_null(ids_take(&ids, 0));
}

Test(ids, a_socket_has_256_and_each_is_another) {
  bool seen[IDS_PER_SOCKET] = {false};
  ids_add_sockets(&ids, 0, 1);
  for (unsigned i = 0; i < IDS_PER_SOCKET; i++) {
    struct slot *slot = take();
    cr_assert_not(seen[slot_id(slot)]);
    seen[slot_id(slot)] = true;
  }
  cr_assert_null(ids_take(&ids, 0));
  cr_assert_eq(ids.n_waiting, IDS_PER_SOCKET);
}

Test(ids, a_hundred_sockets_have_25600) {
  for (int i = 0; i < 50; i++) ids_add_sockets(&ids, 0, 2);
  for (uint32_t i = 0; i < 100 * IDS_PER_SOCKET; i++) {
    struct slot *slot = take();
    cr_assert_eq(slot, ids_slot(&ids, slot->number));
    cr_assert_lt(slot_socket(slot), 100);
  }
  cr_assert_null(ids_take(&ids, 0));
}

Test(ids, the_one_that_was_free_for_longest_goes_first) {
  ids_add_sockets(&ids, 0, 1);
  struct slot *a = take(), *b = take();
  ids_give_back(&ids, b, SLOT_ANSWERED);
  ids_give_back(&ids, a, SLOT_ANSWERED);
  for (unsigned i = 2; i < IDS_PER_SOCKET; i++) {
    struct slot *slot = take();
    cr_assert(slot != a && slot != b);
  }
  cr_assert_eq(take(), b);
  cr_assert_eq(take(), a);
}

Test(ids, a_slot_remembers_how_its_last_login_ended) {
  struct slot *slot = NULL;
  ids_add_sockets(&ids, 0, 1);
  for (unsigned i = 0; i <= IDS_PER_SOCKET; i++) {
    slot = take();
    memset(slot->authenticator, (int)(i & 0xff), sizeof slot->authenticator);
    ids_give_back(&ids, slot, SLOT_LOST);
  }
  cr_assert_eq(slot_id(slot), 0);
  cr_assert_eq(slot->use, 2);
  cr_assert_eq(slot->state_before, SLOT_LOST);
  cr_assert_eq(slot->authenticator_before[0], 0);
}

Test(ids, the_most_that_ever_waited_is_kept) {
  ids_add_sockets(&ids, 0, 1);
  struct slot *a = take();
  take();
  ids_give_back(&ids, a, SLOT_LOST);
  take();
  cr_assert_eq(ids.most_waiting, 2);
}

Test(ids, sockets_that_come_together_are_used_by_turns) {
  bool seen[4] = {false};
  ids_add_sockets(&ids, 0, 4);
  for (unsigned i = 0; i < IDS_PER_SOCKET; i++) seen[slot_socket(take())] = true;
  cr_assert(seen[0] && seen[1] && seen[2] && seen[3]);
}

Test(ids, each_pool_has_its_own_sockets) {
  ids_add_sockets(&ids, 0, 1);
  cr_assert_null(ids_take(&ids, 1));
  ids_add_sockets(&ids, 1, 2);
  struct slot *slot = ids_take(&ids, 1);
  cr_assert_not_null(slot);
  cr_assert_eq(slot_socket(slot), 1);
  cr_assert_eq(slot->pool, 1);
  ids_give_back(&ids, slot, SLOT_LOST);
  cr_assert_eq(slot_socket(take()), 0);
}
