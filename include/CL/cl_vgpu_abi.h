/* SPDX-License-Identifier: MIT */
/* The kernel ABI: what a kernel is handed, and how one makes itself known.
 * Kernels are written with <CL/cl_vgpu_kernel.h>; hosts register them at run time with
 * <CL/cl_vgpu.h>. Both include this file; programs rarely do so themselves. */
#ifndef CL_VGPU_ABI_H
#define CL_VGPU_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One work-group (thread block) about to run. Sizes and ids count work-items or groups;
 * dimensions from work_dim on have size 1, offset 0 and id 0. Never changes while the
 * group runs. */
struct vgpu_group {
    uint32_t work_dim; /* 1 to 3 */
    size_t global_offset[3];
    size_t global_size[3];
    size_t local_size[3]; /* of this group; smaller at an edge that does not divide */
    size_t num_groups[3];
    size_t group_id[3];
    void *local_memory; /* __local of this group: of the kernel's variables first, then of
                           arguments */
    void *scratch;      /* private memory that lives across barriers, or NULL */
    size_t enqueued_local_size[3]; /* as enqueued: the size of every group but those at an
                                      edge */
    size_t first_global_id[3];     /* global_offset + group_id * enqueued_local_size */
};

/* Runs all work-items of one group. args[i] points at the value of argument i; the value
 * of a pointer argument is the pointer, in the unit's own address space. */
typedef void vgpu_group_fn(const struct vgpu_group *group, void *const args[]);

/* Runs `count` work-groups, side by side along dimension 0, all of `first`'s local size;
 * `first` describes the first of them. What vgpu-cc makes of a kernel. */
typedef void vgpu_groups_fn(const struct vgpu_group *first, size_t count,
                            void *const args[]);

/* One work-item (thread). Of a barrier kernel, it stands on the work-item's own fiber. */
struct vgpu_item {
    const struct vgpu_group *group;
    size_t global_id[3];
    size_t local_id[3];
};

/* Work-items of a sub-group (warp), at most: 8, 16 or 32, as the device has it. They have
 * consecutive local linear ids, dimension 0 fastest. The last sub-group of a group may
 * have fewer. */
#define VGPU_MAX_SUB_GROUP_SIZE 32u

/* Runs one work-item of a barrier kernel. */
typedef void vgpu_item_fn(const struct vgpu_item *item, void *const args[]);

enum vgpu_kernel_kind {
    VGPU_KIND_OF_KERNEL_PLAIN = 0,   /* VGPU_KERNEL: items are independent */
    VGPU_KIND_OF_KERNEL_BARRIER = 1, /* VGPU_BARRIER_KERNEL: items on fibers */
    VGPU_KIND_OF_KERNEL_GROUP = 2    /* VGPU_GROUP_KERNEL: one call per work-group */
};

/* Code that vgpu-cc made of a kernel when its program was built: vgpu's own affair. */
struct vgpu_built_code;

/* What a kernel says of itself. The library keeps the pointer until it is unregistered.
 */
struct vgpu_kernel_description {
    size_t size; /* of this struct: what later versions append is told apart by it */
    enum vgpu_kernel_kind kind;
    const char *name;
    const char
        *parameters; /* the macro's text, "(__global float *, y), (float, a)"; or NULL */
    const char *declaration; /* or "__kernel void f(__global float *y, float a)"; one of
                                the two */
    uint32_t num_args;
    const size_t *arg_sizes; /* bytes of each value, or NULL: as the types' names say */
    vgpu_group_fn *function;
    const char *file; /* where it was written, or NULL */
    uint32_t line;
    /* Appended after version 0.1. In place of the function, or NULL. */
    const struct vgpu_built_code *code;
    /* Appended after that. The same for one work-item, which need not stand on a fiber
     * where the kernel is plain; or NULL. What a debugger stops in. */
    vgpu_item_fn *item;
};

#define VGPU_MAX_KERNEL_ARGS 64

#ifdef __GNUC__ /* what libvgpu.so.1 exports, however its users are compiled */
#pragma GCC visibility push(default)
#endif

/* vgpu_kernel_register - makes a kernel known by its name. Called by what VGPU_KERNEL
 * leaves behind when its program or library is loaded; any thread, before or after the
 * first OpenCL call. 0, or a negative errno after a message on stderr: -EEXIST a kernel
 * of that name exists (the first one stays), -EINVAL the declaration cannot be read or
 * does not fit the sizes, -ENOMEM. */
int vgpu_kernel_register(const struct vgpu_kernel_description *kernel);

/* vgpu_kernel_unregister - forgets it: no new program finds it. A library that still has
 * kernel objects stays loaded, so launches in flight are safe. */
void vgpu_kernel_unregister(const struct vgpu_kernel_description *kernel);

/* vgpu_items_run - runs every work-item of the group on a fiber of its own, so that
 * barriers work. Called by the group function of a barrier kernel, on a compute unit's
 * thread only. */
void vgpu_items_run(const struct vgpu_group *group, void *const args[],
                    vgpu_item_fn *item);

/* vgpu_item_barrier - returns when every work-item of the group has arrived. `line` is
 * the source line of the call: items that wait at different lines are not at the same
 * barrier. Where not all items arrive the launch is ended with an error, and this never
 * returns. */
void vgpu_item_barrier(const struct vgpu_item *item, unsigned flags, unsigned line);

/* vgpu_item_exchange - returns when all items of the sub-group that still run, and do not
 * wait at a barrier, wait in a call of this; of those, the ones with the smallest `place`
 * go on, together. Each gets what all of them brought: `size` bytes from `value` lie in
 * `values_out`, which has room for `sub_group_size` such, at the bringer's place in the
 * sub-group; other bytes stay as they were. Returns a bit for each who brought. All calls
 * of a kernel have one sub_group_size, at most VGPU_MAX_SUB_GROUP_SIZE. What OpenCL C's
 * sub-group functions are made of; not for kernels written in C. */
uint64_t vgpu_item_exchange(const struct vgpu_item *item, unsigned sub_group_size,
                            unsigned place, const void *value, void *values_out,
                            size_t size);

#ifdef __GNUC__
#pragma GCC visibility pop
#endif

#ifdef __cplusplus
}
#endif
#endif
