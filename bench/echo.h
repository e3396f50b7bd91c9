/* echo.h: `radmfa-bench echo`: the least that a UDP server can cost, to hold others against. */
#ifndef RADMFA_BENCH_ECHO_H
#define RADMFA_BENCH_ECHO_H

#include <stdint.h>

int echo_main(int argc, char **argv);

/* Answers what comes to the socket of net_listen with itself, by recvmmsg and sendmmsg alone, until
 * a signal ends the process. */
_Noreturn void echo_for_ever(int fd);

#endif
