/* SPDX-License-Identifier: MIT */
/* What a compute unit has to run traced groups with. */
#ifndef VGPU_TRACED_UNIT_H
#define VGPU_TRACED_UNIT_H

#include "cost.h"
#include "fault/guard.h"
#include "fiber.h"
#include "parts.h"

struct vgpu_memory_range {
    uintptr_t first;
    size_t size;
};

static inline bool is_in_range(const struct vgpu_memory_range *range, uintptr_t address)
{
    return address - range->first < range->size;
}

/* A sub-group's place to run. */
struct vgpu_row_fiber {
    struct vgpu_context context;
    uint32_t first, count;
    uint32_t resume; /* the barrier it waits at; 0: the start, or the end */
    bool is_done;    /* for this round */
    bool has_ended;
    struct vgpu_row row;
};

struct vgpu_traced_unit {
    struct vgpu_bank_words words; /* of local memory */
    struct vgpu_memory_range local, frames, stacks;
    struct vgpu_guard *guard; /* the compute unit's */
    struct vgpu_context home;
    struct vgpu_fiber_stacks fiber_stacks;
    struct vgpu_row_fiber *fibers;  /* the first fiber_stacks.ready are prepared */
    struct vgpu_row_fiber *current; /* that runs on its fiber, or NULL */
    void *frame_memory;
    size_t frame_room;
    struct vgpu_traced_counts *counts; /* of the kernel that ran last */
    struct vgpu_traced_counts **all;   /* of kernels that ever ran */
    size_t num_counts;
    /* Where is counted what nobody asks for. */
    struct vgpu_traced_count *unread_blocks;
    struct vgpu_traced_shape *unread_shapes;
    uint32_t num_unread_blocks, num_unread_shapes;
    /* What is there for groups of one kind: of a launch, by its sample, and of so many
     * items; 0: nothing. */
    struct {
        uint64_t sample;
        size_t items;
    } prepared;
    const struct vgpu_traced_code *code;
    const struct vgpu_traced_table *table;
    unsigned num_rows;
    /* The group that runs. */
    struct vgpu_launch *launch;
    const struct vgpu_group *group;
    struct vgpu_check_group *check; /* what the checks know of it, or NULL */
    void *const *args;
};

/* vgpu_traced_yield - lets other rows of the group run. */
void vgpu_traced_yield(struct vgpu_row *row);

/* Accesses after which it is another row's turn. */
#define VGPU_TURN_ACCESSES 4096u

#endif
