/* SPDX-License-Identifier: MIT */
/* The virtual GPU, as the runtime sees it: devices, launches, memory. Knows no cl_*
 * handle.
 *
 * A device is a set of compute units, each a thread pinned to one core. A launch is an
 * NDRange of work-groups; units take chunks of groups, the last one to finish reports
 * completion through the launch itself. Observers (trace, metrics, checks) wrap a device
 * by wrapping its ops. */
#ifndef VGPU_DEVICE_H
#define VGPU_DEVICE_H

#include "observe/trace.h"
#include "pace.h"
#include "profile/spec.h"

#include <CL/cl_vgpu_abi.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vgpu_check_launch;
struct vgpu_check_command;
struct vgpu_traced_code;

/* A __local pointer argument: which one, and where in the group's local memory. */
struct vgpu_local_arg {
    uint32_t index;
    uint32_t size; /* bytes that the application asked for */
    size_t offset; /* multiple of VGPU_BASE_ALIGN */
};

/* How a debugger is stopped in a work-item of a launch. */
enum vgpu_watch {
    VGPU_WATCH_NONE = 0,
    VGPU_WATCH_GROUP, /* only before its group */
    VGPU_WATCH_ITEM,  /* `item` is run for each item of its group, others by `function` */
    VGPU_WATCH_FIBERS /* `function` calls vgpu_items_run */
};

/* What observers have to do with a launch. The caller zeroes it, fills the first part,
 * and keeps it as long as the launch. */
struct vgpu_watched {
    uint64_t command; /* for the trace, while there is one: see vgpu_trace_command */
    /* Its traced build (observe/traced.h), where observers want one; else NULL. */
    const struct vgpu_traced_code *traced;
    /* What the checks want to know of it (observe/check/check.h), or NULL. */
    const struct vgpu_check_command *check;
    /* Bytes of the buffers that it has as arguments, each once; 0: not known. */
    uint64_t buffer_bytes;
    uint8_t watch; /* enum vgpu_watch: 0 but where a debugger may stop in it */
    /* The device's own, as what follows: all groups of a traced launch are one unit's;
     * set before any runs, but not where there is only one group. */
    bool is_one_units;

    /* The device's own from submit to complete. */
    struct vgpu_check_launch *checked; /* what the checks know of it, or NULL */
    uint64_t sample; /* by which groups are chosen; where it is traced */
};

/* One NDRange on its way through a device. The caller owns the memory, fills the first
 * part, and must keep it (and all it points to) until `complete` is called, after which
 * the device never touches it again: complete may free it. */
struct vgpu_launch {
    vgpu_groups_fn *groups; /* runs whole groups side by side, or NULL */
    union {
        /* runs those cut short by the NDRange's edge, or NULL */
        vgpu_groups_fn *edge_groups;
        vgpu_item_fn *item; /* with VGPU_WATCH_ITEM, where there are no such */
    };
    vgpu_group_fn *function; /* runs one group, of the kinds for which there is no other;
                                NULL: `groups` runs all */
    struct vgpu_pace *pace;  /* where one unit alone may be faster than all, else NULL */
    size_t scratch_bytes;    /* of struct vgpu_group's scratch, for any of its groups */
    void *const *args;       /* num_args pointers to values; see vgpu_group_fn */
    uint32_t num_args;
    uint32_t num_locals;
    const struct vgpu_local_arg *locals;
    size_t local_bytes; /* total of __local arguments; at most the spec's */
    uint8_t work_dim;
    bool has_atomics;     /* or may have, on memory that other launches share */
    uint8_t code;         /* enum vgpu_launch_code: how its work-items run */
    bool is_hosts;        /* code of the program, whose faults are its own affair */
    uint16_t counter_row; /* see vgpu_counters_kernel; 0: a copy or fill */
    size_t global_offset[3], global_size[3]; /* unused dimensions: 0 and 1 */
    size_t local_size[3];                    /* unused dimensions: 1 */
    const char *name;                        /* of the kernel, for messages */
    struct vgpu_watched *watched;            /* NULL: by nobody */

    /* Called once by the unit that takes the first group, before it runs. No lock
     * held. May be NULL, as report may. */
    void (*started)(struct vgpu_launch *launch);
    /* Called once by the unit that finishes the last group. status: 0 or a negative errno
     * (-EDEADLK: a barrier that not all items reached; -EFAULT: its code faulted;
     * -ETIMEDOUT: the watchdog stopped it; -ENOMEM: no stacks for the fibers, or no
     * scratch). May submit further launches; no lock held. */
    void (*complete)(struct vgpu_launch *launch, int status);
    /* Called at most once per launch, by the unit on which it went wrong, with a sentence
     * that names the kernel, the group and what happened. No lock held. */
    void (*report)(struct vgpu_launch *launch, const char *text);

    /* The device's own from submit to complete. */
    struct vgpu_launch *next;
    size_t num_groups[3];
    size_t next_group, total_groups; /* guarded by the device's lock */
    uint64_t start_ns;               /* where there is a pace or a watchdog; the same */
    atomic_size_t groups_left;
    atomic_int status;
    bool is_alone; /* all its groups are one unit's; set before any runs */
};

/* vgpu_launch_traced - the launch's traced code, or NULL. */
static inline const struct vgpu_traced_code *vgpu_launch_traced(
    const struct vgpu_launch *launch)
{
    return __builtin_expect(launch->watched != NULL, 0) ? launch->watched->traced : NULL;
}

/* vgpu_launch_check - what the checks want to know of the launch, or NULL. */
static inline const struct vgpu_check_command *vgpu_launch_check(
    const struct vgpu_launch *launch)
{
    return launch->watched ? launch->watched->check : NULL;
}

struct vgpu_device;
struct vgpu_device_counters;

/* Contracts of a device's operations. Observers implement them by calling the wrapped
 * device's. */
struct vgpu_device_ops {
    /* Starts the launch; returns at once, and cannot fail. global_size must be non-zero
     * in each dimension, the product of local_size at most the spec's
     * max_work_group_size, that of the numbers of groups a size_t, and num_args at most
     * VGPU_MAX_KERNEL_ARGS. Any thread, also a compute unit's inside complete(); never
     * runs a group or calls back before it returns. Launches start in the order of
     * submission, but that one of a single group may start before others that no unit has
     * come for yet; several run at a time. */
    void (*submit)(struct vgpu_device *device, struct vgpu_launch *launch);
    /* Addresses of zero-copy memory, aligned to VGPU_BASE_ALIGN (to a huge page when
     * large), which may be more than the machine has. 0 or -ENOMEM when the device's
     * capacity is used up. Any thread. */
    int (*allocate)(struct vgpu_device *device, size_t size, void **memory_out);
    /* Before what allocate gave is first used, once: 0, or -ENOMEM when the machine has
     * not so much memory now. What it held is lost. Who uses memory without asking risks
     * that the system ends the process. Any thread. */
    int (*commit)(struct vgpu_device *device, void *memory, size_t size);
    void (*release)(struct vgpu_device *device, void *memory, size_t size);
    /* Stops and joins the units; every launch must be complete. */
    void (*destroy)(struct vgpu_device *device);
};

#define VGPU_SEVERAL_CPUS UINT_MAX

struct vgpu_device {
    const struct vgpu_device_ops *ops;
    struct vgpu_device_spec spec;
    /* The operating system's number of the core that all units share, or
     * VGPU_SEVERAL_CPUS. Who waits for the device on that core keeps it from running: it
     * had better yield. */
    unsigned only_cpu;
    /* Of the device; an observer has the wrapped device's. */
    const struct vgpu_device_counters *counters;
    struct vgpu_link *link; /* see device_link.h; NULL: its memory is the host's */
};

/* vgpu_device_is_separate - its memory is its own: what the host wants there is copied.
 */
static inline bool vgpu_device_is_separate(const struct vgpu_device *device)
{
    return device->link != NULL;
}

/* Where a compute unit lives. */
struct vgpu_unit_placement {
    unsigned cpu; /* the operating system's number of the core it is pinned to */
    unsigned numa_node;
    bool pinned; /* false: the system refused to bind the thread */
};

/* vgpu_devices_create - the virtual GPUs that `text` (VGPU_DEVICES; NULL: one device with
 * a unit for every core this process may use; hardware threads of one core count once)
 * describes, in order. Compute-unit threads start with a device's first launch; where
 * they live says vgpu_place_units. 0 or negative errno: -EINVAL after a message that
 * shows the text, the position and an example; then *devices_out is untouched.
 * devices_out has room for VGPU_MAX_DEVICES. */
int vgpu_devices_create(const char *text, struct vgpu_device **devices_out,
                        unsigned *count_out);

/* vgpu_device_placement - starts the units if need be; where unit `index` is pinned.
 * 0, -ESRCH where there is no such unit (also one that the system gave no thread for), or
 * -EAGAIN where no unit at all could be started. submit cannot fail: who wants to know
 * beforehand asks here for unit 0. What is submitted all the same waits, and each submit
 * tries again. Any thread. */
int vgpu_device_placement(struct vgpu_device *device, unsigned index,
                          struct vgpu_unit_placement *placement_out);

/* vgpu_device_nodes - the operating system's numbers of the NUMA nodes that the device's
 * units are on, ascending; its own memory, where it has any, is preferably there. Writes
 * up to `capacity` of them, and returns how many; 0 where the machine has only one. Any
 * thread. */
unsigned vgpu_device_nodes(const struct vgpu_device *device, unsigned *nodes_out,
                           unsigned capacity);

/* vgpu_device_set_idle_hook - `idle` is called by a unit (no lock held) each time before
 * it goes to sleep, to let the runtime tidy up; it must be quick. Set once, before the
 * first launch. */
void vgpu_device_set_idle_hook(void (*idle)(void));

/* An allocation, as found by an address in or near it. */
struct vgpu_allocation {
    uintptr_t first;
    size_t size;
    char name[512]; /* `buffer 3 "weights" (4096 bytes, CL_MEM_READ_ONLY)` */
};

/* vgpu_device_set_memory_hook - `find` answers which allocation holds the address, or
 * else is nearest to it; false: there is none at all. Called by units, no lock held, when
 * something went wrong. Set once, before the first launch. */
void vgpu_device_set_memory_hook(bool (*find)(uintptr_t address,
                                              struct vgpu_allocation *allocation_out));

/* vgpu_item_current - the item whose fiber runs on the calling thread; NULL: none does.
 */
const struct vgpu_item *vgpu_item_current(void);

/* vgpu_barrier_missed - rows of the group that the calling thread runs are not at one
 * barrier: ends its launch with -EDEADLK and a sentence. Does nothing on other threads.
 */
void vgpu_barrier_missed(const struct vgpu_group *group);

/* vgpu_on_compute_unit - the calling thread is a compute unit of some device. */
bool vgpu_on_compute_unit(void);

/* vgpu_host_cpus - the cores this process may use, as hwloc sees them (at least 1). */
unsigned vgpu_host_cpus(void);

#endif
