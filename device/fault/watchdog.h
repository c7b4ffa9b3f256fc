/* SPDX-License-Identifier: MIT */
/* The watchdog: stops kernels that run longer than their device allows. */
#ifndef VGPU_FAULT_WATCHDOG_H
#define VGPU_FAULT_WATCHDOG_H

#include "fault/guard.h"

#include <pthread.h>
#include <time.h>

/* A compute unit, as the watchdog knows it. */
struct vgpu_timed {
    struct vgpu_guard *guard;
    pthread_t thread;
    clockid_t processor; /* the clock of the thread's processor time */
    uint64_t limit_ns;
    struct vgpu_timed *next; /* this and the next: guarded by the watchdog's lock */
    struct {
        uint64_t since, ns;
    } grace; /* of the launch that began then: time that does not count */
    struct {
        _Atomic uint64_t since, processor_ns;
    } begun; /* the last launch that did: when, and what `processor` said here */
};

/* vgpu_watchdog_ns - what VGPU_WATCHDOG says, in ns; 0: nothing, or a word that is no
 * number of seconds, after a message. */
uint64_t vgpu_watchdog_ns(void);

/* vgpu_watchdog_enter - from now on the calling thread, a compute unit's, is timed: what
 * it runs between begin and end is stopped, as by a fault, once it is limit_ns old, and
 * the thread was given as much processor time for it (or it is ten times as old).
 * Before vgpu_guard_init. Where there is no thread or no signal for it, nothing is
 * stopped, and a message says so. */
void vgpu_watchdog_enter(struct vgpu_timed *timed, struct vgpu_guard *guard,
                         uint64_t limit_ns);
void vgpu_watchdog_leave(struct vgpu_timed *timed);

/* vgpu_watchdog_begin - a launch's groups are about to run; it began at since_ns
 * (vgpu_now_ns). */
void vgpu_watchdog_begin(struct vgpu_timed *timed, uint64_t since_ns);
void vgpu_watchdog_end(struct vgpu_timed *timed);

#endif
