#include "thread.h"

#include <criterion/criterion.h>

static void *ask(void *user) {
  *(unsigned *)user = thread_number();
  return NULL;
}

static unsigned number_of_another(void) {
  pthread_t thread;
  unsigned number = 0;
  cr_assert(thread_start(&thread, "another", ask, &number));
  pthread_join(thread, NULL);
  return number;
}

Test(thread, each_has_a_number_of_its_own_and_keeps_it) {
  unsigned own = thread_number();
  cr_assert_neq(number_of_another(), own);
  cr_assert_eq(thread_number(), own);
}

Test(thread, who_ends_gives_his_number_back) {
  unsigned own = thread_number(), first = number_of_another();
  for (unsigned i = 0; i < 3000; i++) cr_assert_eq(number_of_another(), first);
  cr_assert_eq(thread_number(), own);
}

/* ---- many at a time ---- */

struct meeting {
  pthread_barrier_t all_have_asked;
  unsigned numbers[20];
};

struct guest {
  struct meeting *meeting;
  unsigned *number;
};

static void *attend(void *user) {
  const struct guest *guest = user;
  *guest->number = thread_number();
  pthread_barrier_wait(&guest->meeting->all_have_asked);
  return NULL;
}

Test(thread, who_is_there_at_a_time_has_another_number) {
  struct meeting meeting;
  struct guest guests[20];
  pthread_t threads[20];
  bool is_seen[21] = {false};
  pthread_barrier_init(&meeting.all_have_asked, NULL, 20);
  is_seen[thread_number()] = true;
  for (size_t i = 0; i < 20; i++) {
    guests[i] = (struct guest){&meeting, &meeting.numbers[i]};
    cr_assert(thread_start(&threads[i], "guest", attend, &guests[i]));
  }
  for (size_t i = 0; i < 20; i++) {
    pthread_join(threads[i], NULL);
    cr_assert_leq(meeting.numbers[i], 20);
    cr_assert_not(is_seen[meeting.numbers[i]]);
    is_seen[meeting.numbers[i]] = true;
  }
  pthread_barrier_destroy(&meeting.all_have_asked);
}
