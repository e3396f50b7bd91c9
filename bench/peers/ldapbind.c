/* ldapbind.c: simple binds by OpenLDAP's library as fast as they go, for bench/ldap, which compiles
 * it. Each thread keeps one connection over TLS and binds as one user after the other.
 *
 *   ldapbind URL CA_FILE NAME PASSWORD USERS THREADS SECONDS
 *
 * {} in NAME and PASSWORD is the number of the user in six digits. Prints binds, seconds, and
 * processor time for each bind in microseconds. Exit 1 where a bind failed. */
#include <errno.h>
#include <ldap.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define THREADS_MAX 256
#define TEXT_SIZE 512

static struct {
  const char *url, *name, *password;
  unsigned n_users, n_threads;
  pthread_barrier_t connected; /* the main thread waits there, too */
  atomic_bool is_over;
} bench;

struct binder {
  pthread_t thread;
  LDAP *ldap;
  unsigned user; /* whose turn it is */
  unsigned long n_binds;
};

static void die(const char *what, const char *why) {
  fprintf(stderr, "ldapbind: %s: %s\n", what, why);
  exit(1);
}

static void check(int result, const char *what) {
  if (result != LDAP_SUCCESS) die(what, ldap_err2string(result));
}

/* `out` has TEXT_SIZE octets. */
static void fill_in(const char *pattern, unsigned user, char *out) {
  const char *place = strstr(pattern, "{}");
  int head = place ? (int)(place - pattern) : (int)strlen(pattern), written;
  if (place)
    written = snprintf(out, TEXT_SIZE, "%.*s%06u%s", head, pattern, user, place + 2);
  else
    written = snprintf(out, TEXT_SIZE, "%s", pattern);
  if (written >= TEXT_SIZE) die(pattern, "too long");
}

static void bind_next(struct binder *binder) {
  char name[TEXT_SIZE], password[TEXT_SIZE];
  fill_in(bench.name, binder->user, name);
  fill_in(bench.password, binder->user, password);
  struct berval credentials = {.bv_len = strlen(password), .bv_val = password};
  check(ldap_sasl_bind_s(binder->ldap, name, LDAP_SASL_SIMPLE, &credentials, NULL, NULL, NULL),
        name);
  binder->user = (binder->user + bench.n_threads) % bench.n_users;
}

static void *run(void *user) {
  struct binder *binder = user;
  const int version = LDAP_VERSION3;
  check(ldap_initialize(&binder->ldap, bench.url), bench.url);
  check(ldap_set_option(binder->ldap, LDAP_OPT_PROTOCOL_VERSION, &version), "version");
  bind_next(binder); /* which connects */
  pthread_barrier_wait(&bench.connected);
  for (; !atomic_load(&bench.is_over); binder->n_binds++) bind_next(binder);
  ldap_unbind_ext_s(binder->ldap, NULL, NULL);
  return NULL;
}

static unsigned number(const char *text, unsigned max) {
  char *end;
  errno = 0;
  unsigned long value = strtoul(text, &end, 10);
  if (errno || *end || end == text || value < 1 || value > max) die(text, "no number for this");
  return (unsigned)value;
}

static double seconds_of(clockid_t clock) {
  struct timespec now;
  if (clock_gettime(clock, &now)) die("clock_gettime", strerror(errno));
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* So many seconds of binds by all threads. */
static void measure(struct binder *binders, unsigned seconds) {
  unsigned long n_binds = 0;
  pthread_barrier_wait(&bench.connected);
  double start = seconds_of(CLOCK_MONOTONIC), cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  nanosleep(&(struct timespec){.tv_sec = seconds}, NULL);
  atomic_store(&bench.is_over, true);
  for (unsigned i = 0; i < bench.n_threads; i++) {
    pthread_join(binders[i].thread, NULL);
    n_binds += binders[i].n_binds;
  }
  double took = seconds_of(CLOCK_MONOTONIC) - start;
  cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  if (n_binds == 0) die(bench.url, "not one bind in this time");
  printf("%lu\t%.3f\t%.1f\n", n_binds, took, cpu * 1e6 / (double)n_binds);
}

/* For all connections, which inherit it: certificate and host name are verified. */
static void set_up_tls(const char *ca_file) {
  const int demand = LDAP_OPT_X_TLS_DEMAND;
  check(ldap_set_option(NULL, LDAP_OPT_X_TLS_CACERTFILE, ca_file), ca_file);
  check(ldap_set_option(NULL, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand), "demand a certificate");
}

int main(int argc, char **argv) {
  static struct binder binders[THREADS_MAX];
  if (argc != 8) die("wants", "URL CA_FILE NAME PASSWORD USERS THREADS SECONDS");
  bench.url = argv[1], bench.name = argv[3], bench.password = argv[4];
  bench.n_users = number(argv[5], 1000000);
  bench.n_threads = number(argv[6], THREADS_MAX);
  set_up_tls(argv[2]);
  if (pthread_barrier_init(&bench.connected, NULL, bench.n_threads + 1)) die("barrier", "none");
  for (unsigned i = 0; i < bench.n_threads; i++) {
    binders[i].user = i % bench.n_users;
    if (pthread_create(&binders[i].thread, NULL, run, &binders[i])) die("thread", "none");
  }
  measure(binders, number(argv[7], 3600));
  return 0;
}
