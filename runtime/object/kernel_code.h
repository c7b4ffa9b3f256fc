/* SPDX-License-Identifier: MIT */
/* Code of one compiled kernel: made for each local size when a launch first has it. */
#ifndef VGPU_OBJECT_KERNEL_CODE_H
#define VGPU_OBJECT_KERNEL_CODE_H

#include <device.h> /* the room device/ */
#include "compiler/compiler.h"
#include "observe/traced.h" /* of device/ */

#include <pthread.h>

/* Local sizes that a kernel has code of its own for; launches with others share code that
 * takes any. */
#define VGPU_CODE_SIZES 8u

struct vgpu_sized_code {
    atomic_uint state; /* enum of kernel_code.c. READY: the rest stays as it is */
    size_t local_size[3];
    size_t scratch_bytes; /* of a group of that size */
    struct vgpu_code code;
    struct vgpu_pace pace;
    struct vgpu_traced_code traced; /* of code that is traced */
};

struct vgpu_kernel_code {
    const struct vgpu_unit *unit;          /* that the kernel is of */
    const struct vgpu_unit_kernel *kernel; /* of the unit */
    const struct vgpu_code_links *links;
    const struct vgpu_device_spec *spec; /* of the devices it is for */
    unsigned sub_group_size;             /* of these, but where the program was built with
                                            code that has another */
    /* The same kernel's fast code, for groups that observers leave out; or NULL. */
    struct vgpu_kernel_code *unwatched;
    struct vgpu_code_links unwatched_links;
    pthread_mutex_t lock; /* guards states but READY, which is for good */
    pthread_cond_t changed;
    struct vgpu_sized_code any_size, sized[VGPU_CODE_SIZES];
};

/* vgpu_code_links_make - what code of all kernels calls; it has no variables yet. */
struct vgpu_code_links vgpu_code_links_make(bool is_traced);

/* vgpu_kernel_code_init - without code. Unit, spec and links must outlive it. */
void vgpu_kernel_code_init(struct vgpu_kernel_code *code, const struct vgpu_unit *unit,
                           const struct vgpu_unit_kernel *kernel,
                           const struct vgpu_device_spec *spec,
                           const struct vgpu_code_links *links);
void vgpu_kernel_code_fini(struct vgpu_kernel_code *code);

/* vgpu_kernel_code_prepare - makes the code for groups of that size, if there is none.
 * Errors and log are vgpu_compiler_code's. Any thread; several at a time. */
int vgpu_kernel_code_prepare(struct vgpu_kernel_code *code, const size_t local_size[3],
                             char **log_out);

/* vgpu_kernel_code_bind - sets what the launch, whose sizes are there and not 0, calls,
 * and its scratch. Makes code if need be. The same. */
int vgpu_kernel_code_bind(struct vgpu_kernel_code *code, struct vgpu_launch *launch,
                          char **log_out);

/* vgpu_kernel_code_bind_traced - adds traced code to a launch whose other code is bound;
 * makes it if need be. The launch stays as it is where none can be had, for which the
 * result or the log has a reason. The same. */
int vgpu_kernel_code_bind_traced(struct vgpu_kernel_code *code,
                                 struct vgpu_launch *launch, char **log_out);

/* vgpu_built_code_bind - the same, of code that was made at build time. Any thread. */
void vgpu_built_code_bind(const struct vgpu_built_code *code, struct vgpu_launch *launch);

#endif
