/* SPDX-License-Identifier: MIT */
/* Threads that run checked groups: side by side, or one alone.
 *
 * A readers-writer lock whose readers each have a word of their own, so that those that
 * begin and end groups all the time do not pass a cache line around (big-reader locks, as
 * in D. Dice and N. Shavit, TLRW: Return of the Read-Write Lock, SPAA 2010). */
#ifndef VGPU_CHECK_RUNNER_H
#define VGPU_CHECK_RUNNER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Segments that a thread has taken for groups of one launch that follow each other; so
 * that not each of them asks what all threads share. order.c's. */
struct order_share {
    uint32_t launch, stride, each; /* `each`: segments of a group */
    uint32_t epoch, floor;
    uint32_t next_segment, next_serial, left; /* groups */
    uint64_t next_linear;
};

struct runner {
    /* How many groups it is in, and how many of these go with others: of both mostly one
     * at most. Written by the thread alone. */
    _Alignas(64) atomic_uint state;
    struct order_share share;
    unsigned number; /* counted from 0 */
    struct runner *next;
    atomic_flag is_taken; /* by a thread that lives */
};

/* runner_self - the calling thread's; NULL: no memory. */
struct runner *runner_self(void);

/* runner_enter, runner_leave - around a group. Waits until no other thread is in one
 * where it is to be alone, else until none is alone. No lock is held. */
void runner_enter(struct runner *self, bool alone);
void runner_leave(struct runner *self, bool alone);

/* runner_alone - of a thread in a group that goes with others: calls the function while
 * no other is in one. */
void runner_alone(struct runner *self, void (*function)(void *data), void *data);

/* runner_look, runner_look_end - the thread looks at what groups look at. Never waits. */
void runner_look(struct runner *self);
void runner_look_end(struct runner *self);

/* runner_is_any - some thread is in a group, or looks. */
bool runner_is_any(void);

#endif
