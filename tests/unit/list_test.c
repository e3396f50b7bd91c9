#include "core/list.h"

#include <criterion/criterion.h>

Test(list, a_new_one_is_empty_and_gives_nothing) {
  struct list list;
  list_init(&list);
  cr_assert(list_empty(&list));
  cr_assert_null(list_pop(&list));
}

Test(list, what_was_appended_comes_out_oldest_first) {
  struct list list, a, b;
  list_init(&list);
  list_append(&list, &a);
  list_append(&list, &b);
  cr_assert_eq(list_pop(&list), &a);
  cr_assert_eq(list_pop(&list), &b);
  cr_assert(list_empty(&list));
}

Test(list, a_link_in_no_list_may_be_removed) {
  struct list list, a;
  list_init(&list);
  list_append(&list, &a);
  list_remove(&a);
  list_remove(&a);
  cr_assert(list_empty(&list));
}

Test(list, everything_moves_behind_what_is_there) {
  struct list from, to, a, b, c;
  list_init(&from);
  list_init(&to);
  list_append(&to, &a);
  list_append(&from, &b);
  list_append(&from, &c);
  list_move_all(&from, &to);
  cr_assert(list_empty(&from));
  list_move_all(&from, &to);
  cr_assert_eq(list_pop(&to), &a);
  cr_assert_eq(list_pop(&to), &b);
  cr_assert_eq(list_pop(&to), &c);
}
