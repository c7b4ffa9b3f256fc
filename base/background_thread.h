/* SPDX-License-Identifier: MIT */
/* Threads that nobody joins: a process may end while they sleep or run. */
#ifndef VGPU_BASE_BACKGROUND_THREAD_H
#define VGPU_BASE_BACKGROUND_THREAD_H

/* vgpu_background_thread - runs main(argument) on a thread of its own, detached, with all
 * signals blocked: they are the program's. 0, -EAGAIN or -ENOMEM. */
int vgpu_background_thread(void *(*main)(void *argument), void *argument);

/* vgpu_background_thread_settle_affinity - such threads run where the calling thread may
 * run now, whoever starts them: for when threads are about to be pinned to cores. The
 * first call counts. */
void vgpu_background_thread_settle_affinity(void);

#endif
