/* SPDX-License-Identifier: MIT */
/* What a program is made of, on one of its devices. */
#ifndef VGPU_OBJECT_PROGRAM_PART_H
#define VGPU_OBJECT_PROGRAM_PART_H

#include "object/executable.h"
#include "object/kernel_list.h"

/* What a kernel uses besides its arguments. */
struct vgpu_kernel_memory {
    size_t local_bytes;   /* of __local variables; a multiple of VGPU_BASE_ALIGN */
    size_t private_bytes; /* per work-item */
};

/* vgpu_program_kernel_sees_groups - whether what it does may depend on how work-items are
 * grouped; true where nobody knows. */
bool vgpu_program_kernel_sees_groups(const struct vgpu_program_kernel *kernel);

/* vgpu_program_kernel_sub_group_size - work-items of a sub-group that is whole: as the
 * device has it, or as the kernel was made when the host program was built. */
size_t vgpu_program_kernel_sub_group_size(const struct vgpu_program_kernel *kernel,
                                          const struct vgpu_device_spec *spec);

/* vgpu_program_kernel_memory - zeros where nobody knows. */
struct vgpu_kernel_memory vgpu_program_kernel_memory(
    const struct vgpu_program_kernel *kernel);

struct vgpu_program_part {
    struct vgpu_kernel_list kernels; /* bound to registered ones, and those of the unit */
    struct vgpu_shared_unit *unit;   /* of what was compiled; held. NULL: nothing was */
    struct vgpu_executable *executable; /* owned; of an executable that has a unit */
};

/* vgpu_program_part_copy - the same without `executable`. 0, or -ENOMEM with *to
 * untouched. */
int vgpu_program_part_copy(struct vgpu_program_part *to,
                           const struct vgpu_program_part *from);

/* vgpu_program_part_add_unit - the part, which has no unit, holds this one, and lists its
 * kernels. 0 or -ENOMEM. */
int vgpu_program_part_add_unit(struct vgpu_program_part *part,
                               struct vgpu_shared_unit *unit);

/* vgpu_program_part_load - makes the executable of the part's unit, if it has one. Errors
 * are vgpu_executable_create's. */
int vgpu_program_part_load(struct vgpu_program_part *part, struct vgpu_device *device,
                           char **error_out);
void vgpu_program_part_fini(struct vgpu_program_part *part);

#endif
