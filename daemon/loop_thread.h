/* loop_thread.h: a loop in a thread of its own. It can be left although a host name is being looked
 * up, which nobody can stop: then thread and loop go by themselves when that has ended. */
#ifndef RADMFAD_LOOP_THREAD_H
#define RADMFAD_LOOP_THREAD_H

#include <radmfa/base.h>
#include <uv.h>

struct loop_thread;

/* Makes the loop; it does not run yet. Returns 0, RADMFA_E_NO_MEMORY or an error of libuv. */
RADMFA_MUST_USE int loop_thread_new(struct loop_thread **out_thread);
uv_loop_t *loop_thread_loop(struct loop_thread *thread);
/* `name` has at most 15 octets. False when there is no thread to be had. */
RADMFA_MUST_USE bool loop_thread_start(struct loop_thread *thread, const char *name);
/* In the thread: every handle is being closed, and nothing needs the loop any more. */
void loop_thread_stop(struct loop_thread *thread);
/* Waits until the handles are closed, and frees. Where the thread was not started all of it is done
 * here, and names that are being looked up are waited for as well. NULL is fine. */
void loop_thread_leave(struct loop_thread *thread);

#endif
