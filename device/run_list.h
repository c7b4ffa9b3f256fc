/* SPDX-License-Identifier: MIT */
/* The launches of one device that have groups to give away, and the units that wait for
 * them. */
#ifndef VGPU_RUN_LIST_H
#define VGPU_RUN_LIST_H

#include "device.h"
#include "work_group.h"

#include <pthread.h>

/* A compute unit, as far as waiting for work goes. */
struct vgpu_waiter {
    atomic_uint awake; /* futex word: 0 while it sleeps */
    unsigned cpu;      /* the core it is pinned to */
    bool may_spin;     /* its own: claim has just made it the spinner */
    unsigned poll_ps;  /* its own: the least time that a poll took, 0: not known */
    bool drowsy; /* guarded by the run list's lock: will look at the list once more */
    struct vgpu_waiter *next; /* guarded by the run list's lock: the next sleeper */
};

/* Polled and locked data lie on different cache lines, so that the unit that polls does
 * not slow down those that hold the lock. */
struct vgpu_run_list {
    _Alignas(VGPU_BASE_ALIGN) pthread_mutex_t lock;
    struct vgpu_launch *first,
        *last; /* guarded by lock: launches with unclaimed groups */
    struct vgpu_waiter
        *sleepers; /* guarded by lock: a stack, so that warm ones are woken */
    struct vgpu_waiter *spinner; /* guarded by lock: the one unit that polls, or NULL */
    unsigned only_cpu;     /* that all units share, or VGPU_SEVERAL_CPUS; constant */
    unsigned num_units;    /* guarded by lock */
    unsigned num_sleeping; /* guarded by lock: sleepers in the stack */
    unsigned num_drowsy;   /* guarded by lock: of those, the ones that will look again */
    bool stopping;         /* guarded by lock */
    bool may_be_alone;     /* no other device shares its memory; constant */
    uint64_t watchdog_ns;  /* that a launch may run, 0: any time; constant */
    bool is_alone;         /* guarded by lock: a chunk is under way beside which nothing
                              that has atomics may start */
    /* What the spinner polls: a launch of one group handed straight to it, NULL while it
     * waits for one, or CLOSED (see run_list.c) while nobody polls. */
    _Alignas(VGPU_BASE_ALIGN) _Atomic(struct vgpu_launch *) offer;
    atomic_uint offer_cpu; /* the spinner's core; only a hint while the offer is closed */
    atomic_bool posted;    /* a hint for the spinner: look at the list */
    _Alignas(VGPU_BASE_ALIGN) atomic_uint host_cpu; /* the core that last submitted */
    /* Chunks under way that have atomics, and the spinner where it may have one. */
    _Alignas(VGPU_BASE_ALIGN) atomic_uint num_atomic;
};

/* vgpu_run_list_init - for so many units, on one core where only_cpu is not
 * VGPU_SEVERAL_CPUS; `list` starts as zeroes, but for may_be_alone and
 * watchdog_ns. 0 or negative errno.
 */
int vgpu_run_list_init(struct vgpu_run_list *list, unsigned num_units, unsigned only_cpu);
void vgpu_run_list_fini(struct vgpu_run_list *list);

/* vgpu_run_list_set_units - where fewer could be started. */
void vgpu_run_list_set_units(struct vgpu_run_list *list, unsigned num_units);

/* vgpu_run_list_submit - appends the launch, whose sizes are set, and sees that a unit
 * comes for it. */
void vgpu_run_list_submit(struct vgpu_run_list *list, struct vgpu_launch *launch);

/* vgpu_run_list_claim - takes a chunk, which shrinks with what is left, for the calling
 * unit, and wakes others if it leaves work behind. False: there is nothing;
 * self->may_spin says whether the unit shall call vgpu_run_list_spin. */
bool vgpu_run_list_claim(struct vgpu_run_list *list, struct vgpu_waiter *self,
                         struct vgpu_chunk *chunk_out);

/* vgpu_run_list_end_chunk - what was claimed, or handed over, has run. Before the launch
 * is completed. */
void vgpu_run_list_end_chunk(struct vgpu_run_list *list, const struct vgpu_chunk *chunk);

/* What came of spinning. */
enum vgpu_spin_end {
    VGPU_SPIN_NOTHING, /* time is up */
    VGPU_SPIN_POSTED,  /* look at the list */
    VGPU_SPIN_CHUNK    /* a launch of one group was handed over */
};

/* vgpu_run_list_spin - polls for a short while from *now (vgpu_now_ns) on, as the
 * spinner. *now becomes the time of its end, or a little earlier: who found work has not
 * looked at the clock. */
enum vgpu_spin_end vgpu_run_list_spin(struct vgpu_run_list *list,
                                      struct vgpu_waiter *self, uint64_t *now,
                                      struct vgpu_chunk *chunk_out);

/* vgpu_run_list_sleep - sleeps until there may be work. False: the list was stopped. */
bool vgpu_run_list_sleep(struct vgpu_run_list *list, struct vgpu_waiter *self);

/* vgpu_run_list_stop - makes every unit's sleep return false. */
void vgpu_run_list_stop(struct vgpu_run_list *list);

/* vgpu_run_list_expect_local - the calling thread is about to claim from this list (or,
 * NULL, no longer is): what it submits needs nobody to be woken. */
void vgpu_run_list_expect_local(struct vgpu_run_list *list);

#endif
