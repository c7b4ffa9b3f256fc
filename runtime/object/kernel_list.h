/* SPDX-License-Identifier: MIT */
/* Lists of kernels: what a build, a compile or a link has found. */
#ifndef VGPU_OBJECT_KERNEL_LIST_H
#define VGPU_OBJECT_KERNEL_LIST_H

#include "registry.h" /* the room compiler-stub/ */

struct vgpu_kernel_code;

/* A kernel of a program: its declaration, and what runs. */
struct vgpu_program_kernel {
    const struct vgpu_registered_kernel *registered; /* NULL: it is compiled */
    struct vgpu_kernel_code *compiled;               /* of an executable; else NULL */
    struct vgpu_declaration declaration;             /* owned */
    bool uniform_work_groups; /* made with -cl-uniform-work-group-size, or compiled as
                                 OpenCL C before 2.0 */
};

/* vgpu_program_kernel_signature - a declaration that has every parameter's size. */
static inline const struct vgpu_declaration *vgpu_program_kernel_signature(
    const struct vgpu_program_kernel *kernel)
{
    return kernel->registered ? &kernel->registered->declaration : &kernel->declaration;
}

/* vgpu_program_kernel_built - the code that the host program was built with, or NULL. */
static inline const struct vgpu_built_code *vgpu_program_kernel_built(
    const struct vgpu_program_kernel *kernel)
{
    return kernel->registered ? kernel->registered->code : NULL;
}

/* vgpu_program_kernel_has_rows - vgpu-cc made its code: items advance in rows. */
static inline bool vgpu_program_kernel_has_rows(const struct vgpu_program_kernel *kernel)
{
    return kernel->compiled || vgpu_program_kernel_built(kernel);
}

/* Starts as {0}. */
struct vgpu_kernel_list {
    struct vgpu_program_kernel *items;
    size_t count;
};

/* vgpu_kernel_list_find - the kernel of that name, or NULL. */
struct vgpu_program_kernel *vgpu_kernel_list_find(const struct vgpu_kernel_list *list,
                                                  const char *name);

/* vgpu_kernel_list_append - a copy of the kernel, at the end. 0 or -ENOMEM. */
int vgpu_kernel_list_append(struct vgpu_kernel_list *list,
                            const struct vgpu_program_kernel *kernel);

/* vgpu_kernel_list_copy - replaces *list by a copy of `from`, or by {0} and -ENOMEM. */
int vgpu_kernel_list_copy(struct vgpu_kernel_list *list,
                          const struct vgpu_kernel_list *from);
void vgpu_kernel_list_fini(struct vgpu_kernel_list *list);

#endif
