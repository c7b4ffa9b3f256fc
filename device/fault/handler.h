/* SPDX-License-Identifier: MIT */
/* The signals of faults: those of guarded calls end the call, all others go to whoever
 * would have had them without us. */
#ifndef VGPU_FAULT_HANDLER_H
#define VGPU_FAULT_HANDLER_H

#include <pthread.h>

/* vgpu_fault_handlers_install - from now on, where VGPU_FAULTS allows it; what is there
 * stays behind ours. Called again it sees to it that ours come first still, though the
 * program may have set its own meanwhile. A few system calls. Any thread, no lock held.
 */
void vgpu_fault_handlers_install(void);

/* vgpu_fault_handlers_look_again - the same, for units that wake, perhaps many at once:
 * one of them will do. */
void vgpu_fault_handlers_look_again(void);

/* vgpu_fault_stop_signal - the signal by which the watchdog stops a guarded call: chosen,
 * among the real-time signals that nothing handles, and handled at the first call. 0:
 * there is none. Any thread, no lock held but the watchdog's. */
int vgpu_fault_stop_signal(void);

/* vgpu_fault_send_stop - what the thread runs ends, if guard->since is guard->stopped
 * when the signal comes, and it is where it can be left. */
void vgpu_fault_send_stop(pthread_t thread);

#endif
