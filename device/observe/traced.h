/* SPDX-License-Identifier: MIT */
/* Traced launches: kernels whose traced build tells what it does while it runs.
 *
 * The runtime asks vgpu_traced_wanted, has the traced build made, makes its tables known
 * (vgpu_traced_kernel_get), gives the code vgpu_traced_calls_get in its links, and sets
 * `traced` in struct vgpu_launch. The device does the rest: it runs the group's
 * sub-groups, counts (profile.h) and lets the checks look. */
#ifndef VGPU_TRACED_H
#define VGPU_TRACED_H

#include "device.h"
#include "traced_abi.h"

/* A text that lines are of. */
struct vgpu_traced_source {
    const char *name; /* as in the table's files */
    const char *text;
    size_t size; /* bytes of text */
};

/* What a traced build says of a kernel. */
struct vgpu_traced_description {
    const char *name;
    const struct vgpu_traced_table *table;
    const struct vgpu_device_spec *spec; /* of the devices it is of; NULL: of any */
    uint32_t width;                      /* items of a row: at most VGPU_TRACED_ITEMS */
    uint64_t private_bytes;              /* of a work-item */
    uint64_t local_bytes; /* of the kernel's own variables in local memory */
    uint32_t num_sources;
    const struct vgpu_traced_source *sources;
};

struct vgpu_traced_kernel;

/* vgpu_traced_wanted - an observer is on that needs traced builds. Never changes once
 * there are devices. */
bool vgpu_traced_wanted(void);

/* vgpu_traced_kernel_get - makes the kernel known; everything is copied. The same
 * description gets the same kernel, which lives as long as the process. NULL: no memory.
 * Any thread. */
struct vgpu_traced_kernel *vgpu_traced_kernel_get(
    const struct vgpu_traced_description *description);

/* vgpu_traced_calls_get - what traced code shall call, for what is switched on; for any
 * kernel. */
const struct vgpu_traced_calls *vgpu_traced_calls_get(void);

/* Traced code of a kernel, as a launch has it: lives as long as the launch. The launch's
 * other code, where there is some, runs groups that are not sampled. */
struct vgpu_traced_code {
    vgpu_traced_row_fn *row;
    size_t frame_bytes;
    struct vgpu_traced_kernel *kernel;
    /* The same, of the same kernel, for groups that the NDRange's edge cuts short; looked
     * at where there are such. */
    const struct vgpu_traced_code *cut;
};

/* --- What the checks (VGPU_CHECK) plug in. --- */

struct vgpu_check_launch;
struct vgpu_check_group;
struct vgpu_check_row;

/* All are set. Where one that begins something returns NULL, the launch, group or row
 * runs unchecked and no other is called for it. */
struct vgpu_traced_checker {
    /* Before the first group runs, on the thread that submits; and behind the last one.
     */
    struct vgpu_check_launch *(*launch_begin)(const struct vgpu_launch *launch,
                                              const struct vgpu_traced_table *table);
    void (*launch_end)(struct vgpu_check_launch *launch);
    /* Around a group, on the unit's thread. Row i has the `counts[i]` items from local
     * linear id firsts[i] on. local_bytes: of group->local_memory, what the launch has.
     */
    struct vgpu_check_group *(*group_begin)(struct vgpu_check_launch *launch,
                                            const struct vgpu_group *group,
                                            size_t local_bytes, uint32_t num_rows,
                                            const uint32_t *firsts,
                                            const uint32_t *counts);
    void (*group_end)(struct vgpu_check_group *group);
    struct vgpu_check_row *(*row)(struct vgpu_check_group *group, uint32_t row);
    /* Memory in which the row keeps private variables: its frame and its stack. */
    void (*row_private)(struct vgpu_check_row *row, const void *memory, size_t size);
    /* All rows wait at one barrier, and are about to go on. */
    void (*barrier_passed)(struct vgpu_check_group *group);
    /* `row` waits at a barrier (its last `meet`), `other` at a different one or, `ended`,
     * has come to its end. The launch fails. */
    void (*barrier_missed)(struct vgpu_check_row *row, struct vgpu_check_row *other,
                           bool ended);
    /* As of struct vgpu_traced_calls. */
    uint32_t (*even)(struct vgpu_check_row *row, uint32_t site, uint32_t items,
                     uintptr_t first, int64_t step, const void *object);
    uint32_t (*lines)(struct vgpu_check_row *row, uint32_t site, uint32_t items,
                      uintptr_t first, int64_t step, int64_t pitch, uint32_t line,
                      const void *object);
    uint32_t (*any)(struct vgpu_check_row *row, uint32_t site, uint32_t items,
                    const uintptr_t *addresses, const void *object);
    void (*meet)(struct vgpu_check_row *row, uint32_t site, uint32_t items);
    void (*private_access)(struct vgpu_check_row *row, uint32_t site, uint32_t items,
                           uint32_t outside, uint32_t unwritten, const int64_t *offsets);
};

/* vgpu_traced_set_checker - switches the checks on. Once, before there are devices. */
void vgpu_traced_set_checker(const struct vgpu_traced_checker *checker);

/* --- For the device's own code. --- */

/* vgpu_traced_launch_begin, _end - around a launch that is traced: when it is submitted,
 * and before it completes. */
void vgpu_traced_launch_begin(struct vgpu_launch *launch);
void vgpu_traced_launch_end(struct vgpu_launch *launch);

/* What a compute unit needs to run traced groups. Only its thread touches it. */
struct vgpu_traced_unit;

/* vgpu_traced_unit_create - for the calling thread; `local_bytes` of local memory.
 * NULL: no memory. */
struct vgpu_traced_unit *vgpu_traced_unit_create(size_t local_bytes);
void vgpu_traced_unit_destroy(struct vgpu_traced_unit *unit);

/* vgpu_traced_group_is_wanted - the group, number `index` of the launch, shall run as
 * traced code: it is checked, or it is among those that are counted. */
bool vgpu_traced_group_is_wanted(const struct vgpu_launch *launch, size_t index);

/* vgpu_traced_group_run - runs all sub-groups of the group, which is number `index` of
 * the launch, to their ends; they take turns, from barrier to barrier, and within. Fails
 * the launch as vgpu_barrier_missed does. */
void vgpu_traced_group_run(struct vgpu_traced_unit *unit, struct vgpu_launch *launch,
                           const struct vgpu_group *group, size_t index,
                           void *const args[]);

#endif
