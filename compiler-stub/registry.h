/* SPDX-License-Identifier: MIT */
/* The registered kernels: C functions found by name. */
#ifndef VGPU_REGISTRY_H
#define VGPU_REGISTRY_H

#include <CL/cl_vgpu_abi.h>
#include "declaration.h"

/* A kernel that can be launched. Lives until the process ends once anyone has found it.
 */
struct vgpu_registered_kernel {
    struct vgpu_declaration declaration; /* with every size known */
    enum vgpu_kernel_kind kind;
    vgpu_group_fn *function;
    const struct vgpu_built_code *code; /* in place of the function, or NULL */
    vgpu_item_fn *item;                 /* the same for one work-item, or NULL */
    char *origin;                       /* "file.c:12 in libkernels.so": for messages */
};

/* vgpu_registry_find - the kernel of that name, or NULL. Pins the library it lives in, so
 * that its code stays. Loads VGPU_KERNELS first, once. Any thread. */
const struct vgpu_registered_kernel *vgpu_registry_find(const char *name);

/* vgpu_registry_names - the names of all registered kernels, sorted, joined by ';' as
 * CL_DEVICE_BUILT_IN_KERNELS wants them. The caller frees. NULL: no memory. */
char *vgpu_registry_names(void);

/* vgpu_registry_load_modules - loads what VGPU_KERNELS names, once per process; what does
 * not load is reported with the loader's reason. Called by find and names. */
void vgpu_registry_load_modules(void);

#endif
