/* SPDX-License-Identifier: MIT */
/* Things to be done at a time: one thread of the process waits for the next of them. */
#ifndef VGPU_BASE_TIMER_H
#define VGPU_BASE_TIMER_H

#include <stdint.h>

/* Its owner keeps it until it is called, which then may reuse or free it. */
struct vgpu_timer {
    uint64_t due; /* of vgpu_now_ns */
    void (*run)(struct vgpu_timer *timer);
    struct vgpu_timer *before, *after; /* in the order of time */
};

/* vgpu_timer_start - `run` is called on the timer thread when it is `due`, or soon after;
 * at once, by the caller, where there is no thread to be had. It must be quick. Any
 * thread, no lock held. */
void vgpu_timer_start(struct vgpu_timer *timer);

#endif
