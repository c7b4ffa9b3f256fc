/* SPDX-License-Identifier: MIT */
/* What happens, told while it happens: commands, work-groups, builds, into a ring buffer
 * of the calling thread. A thread of its own makes a timeline of it (timeline.h).
 *
 * Nothing here takes a lock or waits but where it says so. While nothing is traced each
 * function returns at once; who calls often asks vgpu_trace_is_on first. Any thread.
 * Times are of vgpu_now_ns. */
#ifndef VGPU_OBSERVE_TRACE_H
#define VGPU_OBSERVE_TRACE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern atomic_bool vgpu_trace_flag;

/* vgpu_trace_is_on - set once, before the first queue; cleared in a forked child, and
 * when the trace cannot be written any more. */
static inline bool vgpu_trace_is_on(void)
{
    /* relaxed: what is told a moment too late, or too long, does no harm */
    return __builtin_expect(atomic_load_explicit(&vgpu_trace_flag, memory_order_relaxed),
                            0);
}

/* vgpu_trace_start - begins the trace that VGPU_TRACE asks for, if it does. What is wrong
 * with the file or with VGPU_TRACE_BYTES is said on stderr, and then nothing is traced.
 * Once, before the first device is used. Takes locks. */
void vgpu_trace_start(void);

/* vgpu_trace_finish - all that was told is in the file, which is whole; later events are
 * not. Called at exit; may be called before, and more than once. Waits. */
void vgpu_trace_finish(void);

/* vgpu_trace_name - a number for a text that outlives it; equal texts have equal ones. 0,
 * which stands for no text: nothing is traced, or there are too many. Takes a lock. */
uint32_t vgpu_trace_name(const char *text);

/* A command: its queue's number (from 1; 0: a user event) and its own there. */
static inline uint64_t vgpu_trace_command(uint64_t queue, uint64_t number)
{
    return queue << 40 | (number & 0xFFFFFFFFFFu);
}

/* How the work-items of a launch run. */
enum vgpu_launch_code {
    VGPU_RUNS_NO_KERNEL,         /* a transfer, a fill, a native kernel */
    VGPU_RUNS_LOCKSTEP,          /* compiled: side by side in vector registers */
    VGPU_RUNS_PLAIN,             /* compiled: one after the other */
    VGPU_RUNS_FIBERS,            /* compiled: each on a fiber */
    VGPU_RUNS_TRACED,            /* compiled: a sub-group at a time, watched */
    VGPU_RUNS_REGISTERED,        /* a C function: a loop over independent items */
    VGPU_RUNS_REGISTERED_FIBERS, /* a C function for each item, on fibers */
    VGPU_RUNS_REGISTERED_GROUPS, /* a C function for the whole group */
    VGPU_LAUNCH_CODES
};

/* vgpu_launch_code_text - in words: "in lock step". */
const char *vgpu_launch_code_text(enum vgpu_launch_code code);

#define VGPU_TRACE_PATTERN UINT64_MAX

/* What a transfer reads or writes: a buffer's number (0: memory of the host;
 * VGPU_TRACE_PATTERN: what a fill repeats), and the name of its label. */
struct vgpu_trace_place {
    uint64_t buffer;
    uint32_t label;
};

/* Why bytes went over a link. */
enum vgpu_carried_for {
    VGPU_CARRIED_FOR_COMMAND,   /* a transfer, which moves them */
    VGPU_CARRIED_FOR_MIGRATION, /* a command needs them where they went */
    VGPU_CARRIED_FOR_CREATION   /* of a buffer with contents */
};

#define VGPU_TRACE_HOST UINT32_MAX /* in place of a device */

/* What went over links; times but `real` are as modelled. */
struct vgpu_trace_carried {
    enum vgpu_carried_for why;
    uint64_t command; /* 0: none */
    struct vgpu_trace_place buffer;
    uint32_t from, to; /* devices, or VGPU_TRACE_HOST */
    uint64_t bytes;
    uint64_t waited;      /* ns, for the links */
    uint64_t start, used; /* when it then began; ns that the links were in use */
    uint64_t delay;       /* ns until it was there */
    uint64_t real;        /* ns that it took here */
};

/* A command that was enqueued. */
struct vgpu_trace_queued {
    uint64_t command, time;
    uint32_t name; /* of the kernel, or of the command's type */
    uint32_t device;
    bool in_order; /* its queue is */
};

/* The times of a command that ended: 0 where it did not come that far. */
struct vgpu_trace_ended {
    uint64_t command;
    uint64_t queued, submitted, started, ended;
    uint32_t name;
    int32_t status; /* 0, or a negative error */
    bool alone;     /* one compute unit had all its groups */
};

/* vgpu_trace_queued and what is known of the command then: before any other thread may
 * start it. These wait a little for the writer where this thread's ring is full. */
void vgpu_trace_queued(const struct vgpu_trace_queued *queued);
void vgpu_trace_launch(uint64_t command, uint32_t work_dim, const size_t global[3],
                       const size_t local[3], enum vgpu_launch_code code);
void vgpu_trace_transfer(uint64_t command, uint64_t bytes, struct vgpu_trace_place to,
                         struct vgpu_trace_place from);
/* `command` does not start before `before` has ended. */
void vgpu_trace_depends(uint64_t command, uint64_t before);

/* vgpu_trace_ended - before those that depend on it are started. */
void vgpu_trace_ended(const struct vgpu_trace_ended *ended);

/* vgpu_trace_carried - what `command` needs or moves went over links; before its end is
 * told. */
void vgpu_trace_carried(const struct vgpu_trace_carried *carried);

/* vgpu_trace_unit_starts - there will be such a compute unit, told by any thread: it has
 * a lane, though it may never run anything. */
void vgpu_trace_unit_starts(unsigned device, unsigned unit, unsigned cpu);

/* vgpu_trace_unit - the calling thread is that compute unit; before it tells anything. */
void vgpu_trace_unit(unsigned device, unsigned unit, unsigned cpu);

/* vgpu_trace_groups_begin, _end - the calling unit runs groups [first, first + count). */
void vgpu_trace_groups_begin(uint64_t command, uint64_t first, uint64_t count);
void vgpu_trace_groups_end(void);

/* vgpu_trace_work_begin, _end - the calling thread is at work for the program, as in
 * builds. Such work may be nested, eight deep. `outcome` is a name, or 0. */
void vgpu_trace_work_begin(uint32_t name);
void vgpu_trace_work_end(uint32_t outcome);

#endif
