/* SPDX-License-Identifier: MIT */
/* Checks (VGPU_CHECK): what the runtime and the driver of traced kernels tell them.
 *
 * Memory that kernels may reach is known as regions. Each access of traced code is looked
 * up there; for races and for reads of what was never written, regions have a shadow.
 * Races are looked for in groups that run side by side, but those of kernels with atomics
 * or fences run one at a time in the whole process: see vgpu_check_wants_one_unit. What
 * is found is told once: see finding.h. */
#ifndef VGPU_CHECK_H
#define VGPU_CHECK_H

#include "device.h"
#include "traced_abi.h"

#include <stdbool.h>

enum vgpu_check {
#define CHECK(name, help) VGPU_CHECK_INDEX_##name,
#include "check.def"
#undef CHECK
    VGPU_CHECK_COUNT
};

enum {
#define CHECK(name, help) VGPU_CHECK_##name = 1 << VGPU_CHECK_INDEX_##name,
#include "check.def"
#undef CHECK
    /* the checks that look at kernels, and so need their traced build */
    VGPU_CHECK_OF_KERNELS =
        VGPU_CHECK_memory | VGPU_CHECK_race | VGPU_CHECK_barrier | VGPU_CHECK_uninit
};

/* What VGPU_CHECK asks for: a set of the above; 0: nothing. Set by vgpu_check_init. */
extern unsigned vgpu_checks;

static inline bool vgpu_check_is_on(unsigned any_of)
{
    return __builtin_expect((vgpu_checks & any_of) != 0, 0);
}

/* vgpu_check_init - reads VGPU_CHECK, once; later calls do nothing. Any thread. */
void vgpu_check_init(void);

/* vgpu_check_plug_in - traced launches are checked from now on: see observe/traced.h. */
void vgpu_check_plug_in(void);

/* vgpu_check_at_end - `find_leaks` is called when the process ends, where leaks are
 * looked for. Once, at start. */
void vgpu_check_at_end(void (*find_leaks)(void));

/* vgpu_check_parse - the set of checks that `text` names. A word that is none is told of
 * in a message, with the nearest that is one; `fatal` may be NULL. */
unsigned vgpu_check_parse(const char *text, bool *fatal_out);

/* Who is told of findings besides stderr: `found` is called once for each, with its lines
 * as there, but without colour; on a thread that runs work-groups, which must not wait.
 * NULL: nobody. */
struct vgpu_check_listener {
    void (*found)(void *data, const char *text);
    void *data;
};

/* vgpu_check_host_mistake - a finding that no kernel's line belongs to: `kind` as in
 * finding.def, `object`: a number that tells it from others of the kind, and a sentence.
 * The listener, or NULL, is called before it returns. Any thread. */
void vgpu_check_host_mistake(int kind, uint64_t object, const char *text,
                             const struct vgpu_check_listener *listener);

/* --- Memory, told by the runtime; any thread. All do nothing where no check of kernels
 * is on. --- */

struct vgpu_check_memory {
    uintptr_t address;
    size_t size;
    const char *name; /* `buffer 3`; copied */
    const char
        *made; /* how it was made, "CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR"; copied */
    bool is_written; /* all of it has a value */
};

/* Buffers come and go; sub-buffers are no memory of their own. `address` tells which. */
void vgpu_check_memory_created(const struct vgpu_check_memory *memory);
void vgpu_check_memory_named(uintptr_t address, size_t size, const char *name);
void vgpu_check_memory_released(uintptr_t address, size_t size);

/* The host or a command writes the range, or copies what may be written or not. */
void vgpu_check_written(uintptr_t address, size_t size);
void vgpu_check_copied(uintptr_t to, uintptr_t from, size_t size);

/* The host maps a range (writes: may write it) and unmaps it. */
void vgpu_check_mapped(uintptr_t address, size_t offset, size_t size, bool writes);
void vgpu_check_unmapped(uintptr_t address, size_t offset);

/* --- The order of commands, told by the runtime where races are looked for. --- */

/* Kernel commands that happen before a point, of the last VGPU_CHECK_RECENT. */
#define VGPU_CHECK_RECENT 256u

struct vgpu_check_order {
    uint64_t serial;   /* of a kernel's command: 1, 2, ...; 0: another command */
    uint64_t enqueued; /* what the host had waited for by then; see order.c */
    uint64_t before[VGPU_CHECK_RECENT / 64]; /* those that end before it starts */
};

/* vgpu_check_order_new - of a command that is being made. */
void vgpu_check_order_new(struct vgpu_check_order *order, bool is_kernel);
/* All that is before `first`, and itself, is before `second`. */
void vgpu_check_order_after(struct vgpu_check_order *second,
                            const struct vgpu_check_order *first);
/* The host has seen that commands ended: what it does next comes after all that have. */
void vgpu_check_host_waited(void);

/* --- Launches of traced kernels, told by their driver. --- */

/* A buffer that a kernel has as an argument. */
struct vgpu_check_argument {
    uintptr_t address;
    size_t size;
    uint32_t index;
    bool may_read, may_write; /* CL_MEM_WRITE_ONLY, CL_MEM_READ_ONLY */
};

/* What the runtime adds to a launch: struct vgpu_launch's `check`, NULL where no check of
 * kernels is on. Lives as long as the launch. */
struct vgpu_check_command {
    struct vgpu_check_order *order; /* NULL where races are not looked for */
    struct vgpu_check_listener listener;
    uint32_t num_arguments;
    struct vgpu_check_argument arguments[];
};

struct vgpu_check_launch;
struct vgpu_check_group;
struct vgpu_check_row;

/* vgpu_check_launch_begin - before its first group runs; NULL: no memory, or no check of
 * kernels is on: the launch runs unchecked. The launch's `check` may be NULL: then
 * buffers are known only by their addresses. Launch, table and `check` must live to the
 * end. */
struct vgpu_check_launch *vgpu_check_launch_begin(const struct vgpu_launch *launch,
                                                  const struct vgpu_traced_table *table);
void vgpu_check_launch_end(struct vgpu_check_launch *launch);

/* vgpu_check_wants_one_unit - the launch's groups run one at a time, so units had only to
 * wait for each other. */
bool vgpu_check_wants_one_unit(const struct vgpu_check_launch *launch);

/* vgpu_check_group_begin - a group of num_rows rows begins on the calling thread; row i
 * has the items [first[i], first[i] + counts[i]). Where races are looked for, may wait
 * until other groups have ended. NULL: no memory; it runs unchecked. `local_bytes`: of
 * all of group->local_memory. */
struct vgpu_check_group *vgpu_check_group_begin(struct vgpu_check_launch *launch,
                                                const struct vgpu_group *group,
                                                size_t local_bytes, uint32_t num_rows,
                                                const uint32_t *firsts,
                                                const uint32_t *counts);
struct vgpu_check_row *vgpu_check_row(struct vgpu_check_group *group, uint32_t row);
void vgpu_check_group_end(struct vgpu_check_group *group);

/* Memory in which a row keeps private variables: what generic pointers may reach, too.
 * At most two of them: its frame, and its stack. */
void vgpu_check_row_private(struct vgpu_check_row *row, const void *memory, size_t size);

/* The calls of traced code: see struct vgpu_traced_calls. */
uint32_t vgpu_check_even(struct vgpu_check_row *row, uint32_t site, uint32_t items,
                         uintptr_t first, int64_t step, const void *object);
uint32_t vgpu_check_lines(struct vgpu_check_row *row, uint32_t site, uint32_t items,
                          uintptr_t first, int64_t step, int64_t pitch, uint32_t line,
                          const void *object);
uint32_t vgpu_check_any(struct vgpu_check_row *row, uint32_t site, uint32_t items,
                        const uintptr_t *addresses, const void *object);
void vgpu_check_meet(struct vgpu_check_row *row, uint32_t site, uint32_t items);
void vgpu_check_private(struct vgpu_check_row *row, uint32_t site, uint32_t items,
                        uint32_t outside, uint32_t unwritten, const int64_t *offsets);

/* vgpu_check_barrier_passed - all rows of the group wait at barriers, which are one: they
 * go on. Called before the first of them does. */
void vgpu_check_barrier_passed(struct vgpu_check_group *group);

/* vgpu_check_barrier_missed - the group's rows are not at one barrier: `row` waits at one
 * (its last `meet`), `other` at a different one or, `ended`, at its end. */
void vgpu_check_barrier_missed(struct vgpu_check_row *row, struct vgpu_check_row *other,
                               bool ended);

#endif
