/* SPDX-License-Identifier: MIT */
/* What a shared object of kernel code, made by vgpu-cc, exports, and what it finds in the
 * process that loads it. It needs no symbol of ours. */
#ifndef VGPU_CODE_ABI_H
#define VGPU_CODE_ABI_H

#include "traced_abi.h"

#define VGPU_CODE_VERSION 6

/* What code calls and reaches. Both `print` and `current_item` are for a compute unit's
 * thread. */
struct vgpu_code_links {
    void *variables; /* the program-scope variables' memory, aligned to VGPU_BASE_ALIGN */
    /* printf. `kinds` has a word per argument, separated by spaces, as many as there are
     * values: "i8".."i64" (integers and pointers: "p"), "f32", "f64", "s" (a string),
     * each with "xN" behind it for a vector, as "f32x4". The values lie in `values`, each
     * from a multiple of 16 bytes on, in slots of 16 bytes (a vector as many as it needs,
     * its elements packed). Returns what OpenCL C's printf does. */
    int (*print)(const char *format, const char *kinds, const void *values);
    /* Work-items on fibers: as in CL/cl_vgpu_abi.h. */
    void (*items_run)(const struct vgpu_group *group, void *const args[],
                      vgpu_item_fn *item);
    void (*item_barrier)(const struct vgpu_item *item, unsigned flags, unsigned line);
    /* The item whose fiber runs. */
    const struct vgpu_item *(*current_item)(void);
    /* Rows of the group wait at different barriers, or some at none: the launch fails,
     * and the caller returns. */
    void (*barrier_missed)(const struct vgpu_group *group);
    /* Work-items on fibers, and their sub-groups: as in CL/cl_vgpu_abi.h. */
    uint64_t (*item_exchange)(const struct vgpu_item *item, unsigned sub_group_size,
                              unsigned place, const void *value, void *values_out,
                              size_t size);
    /* What traced code calls; NULL where none is loaded. */
    const struct vgpu_traced_calls *traced;
};

enum vgpu_code_mode {
    VGPU_CODE_LOCKSTEP = 1, /* `width` items at a time, in vector registers */
    VGPU_CODE_PLAIN = 2,    /* one item after the other, from barrier to barrier */
    VGPU_CODE_FIBER = 3,    /* each item on a fiber */
    VGPU_CODE_TRACED = 4    /* a sub-group at a time, watched: see traced_abi.h */
};

enum vgpu_code_flags {
    VGPU_CODE_HAS_ATOMICS = 1 /* or the like, by which work-groups may meet */
};

/* Exported as `vgpu_code_table`, constant. */
struct vgpu_code_table {
    uint32_t version;       /* VGPU_CODE_VERSION */
    uint32_t mode;          /* enum vgpu_code_mode */
    uint32_t width;         /* items in a row */
    uint32_t flags;         /* enum vgpu_code_flags */
    uint64_t local_size[3]; /* that it is made for; 0 0 0: any */
    vgpu_groups_fn *groups; /* runs groups that lie side by side; NULL of fibers */
    vgpu_group_fn *group;   /* runs one; NULL but of fibers */
    /* Runs a sub-group of `width` items; NULL but of traced code, which has neither of
     * the above. It needs scratch_bytes_per_row for each sub-group. */
    vgpu_traced_row_fn *traced_row;
    /* Bytes of struct vgpu_group's scratch, aligned to VGPU_BASE_ALIGN: the first, and as
     * many times the second as the group has rows of `width` items along dimension 0
     * (the last row may be short): ceil(local_size[0] / width) * local_size[1] *
     * local_size[2], also where local_size is fixed. */
    uint64_t scratch_bytes, scratch_bytes_per_row;
    /* The same as `groups`, faster, for when no other compute unit runs code that has
     * atomics; NULL: there is none. */
    vgpu_groups_fn *groups_alone;
    uint64_t sub_group_size; /* work-items, at most; 0: it asks nothing of sub-groups */
};

/* Exported as `vgpu_code_links`: a pointer, NULL, that the loader sets before the first
 * call. */
extern const struct vgpu_code_links *vgpu_code_links;

/* Code of one kernel that its program was built with. Objects that vgpu-cc makes at build
 * time have links of their own, set by the linker: vgpu_print, vgpu_items_run,
 * vgpu_item_barrier, vgpu_item_current, vgpu_barrier_missed and vgpu_item_exchange, which
 * libvgpu exports for them; and their program-scope variables, which are in the object.
 */
struct vgpu_built_code {
    uint32_t version; /* VGPU_CODE_VERSION */
    uint32_t num_tables;
    const struct vgpu_code_table *const *tables; /* the first takes any local size */
    uint64_t local_bytes, private_bytes;         /* as of struct vgpu_unit_kernel */
    const char *features; /* words of cpu_feature.def: what the processor must have */
    /* A packed unit (unit.h) of the source's kernels, prepared to be watched, its texts
     * shared (unit_texts.h); NULL: none. Kernels that cannot be traced have no table. */
    const void *unit;
    uint64_t unit_size;
};

#define VGPU_CODE_TABLE_NAME "vgpu_code_table"
#define VGPU_CODE_LINKS_NAME "vgpu_code_links"

#endif
