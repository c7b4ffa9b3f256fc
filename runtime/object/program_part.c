/* SPDX-License-Identifier: MIT */
/* What a program is made of, on one of its devices. */
#include "object/program_part.h"

#include <errno.h>

int vgpu_program_part_copy(struct vgpu_program_part *to,
                           const struct vgpu_program_part *from)
{
    struct vgpu_program_part part = {.unit = NULL};

    if (vgpu_kernel_list_copy(&part.kernels, &from->kernels) != 0)
        return -ENOMEM;
    for (size_t i = 0; i < part.kernels.count; i++)
        part.kernels.items[i].compiled = NULL;
    part.unit = vgpu_shared_unit_retain(from->unit);
    *to = part;
    return 0;
}

int vgpu_program_part_add_unit(struct vgpu_program_part *part,
                               struct vgpu_shared_unit *unit)
{
    int err = 0;

    for (size_t i = 0; err == 0 && i < unit->unit.num_kernels; i++) {
        const struct vgpu_program_kernel kernel = {.declaration =
                                                       unit->unit.kernels[i].declaration};

        err = vgpu_kernel_list_append(&part->kernels, &kernel);
    }
    if (err == 0)
        part->unit = vgpu_shared_unit_retain(unit);
    return err;
}

int vgpu_program_part_load(struct vgpu_program_part *part, struct vgpu_device *device,
                           char **error_out)
{
    int err;

    if (!part->unit)
        return 0;
    err = vgpu_executable_create(part->unit, device, &part->executable, error_out);
    for (size_t i = 0; err == 0 && i < part->kernels.count; i++) {
        struct vgpu_program_kernel *const kernel = &part->kernels.items[i];

        if (!kernel->registered)
            kernel->compiled =
                vgpu_executable_kernel(part->executable, kernel->declaration.name);
    }
    return err;
}

void vgpu_program_part_fini(struct vgpu_program_part *part)
{
    vgpu_kernel_list_fini(&part->kernels);
    vgpu_executable_destroy(part->executable);
    vgpu_shared_unit_release(part->unit);
    *part = (struct vgpu_program_part){0};
}

bool vgpu_program_kernel_sees_groups(const struct vgpu_program_kernel *kernel)
{
    return !kernel->compiled || kernel->compiled->kernel->sees_groups;
}

size_t vgpu_program_kernel_sub_group_size(const struct vgpu_program_kernel *kernel,
                                          const struct vgpu_device_spec *spec)
{
    const struct vgpu_built_code *const built = vgpu_program_kernel_built(kernel);
    const uint64_t own = built ? built->tables[0]->sub_group_size : 0;

    return own != 0 ? (size_t)own : spec->sub_group_size;
}

struct vgpu_kernel_memory vgpu_program_kernel_memory(
    const struct vgpu_program_kernel *kernel)
{
    const struct vgpu_built_code *const built = vgpu_program_kernel_built(kernel);
    struct vgpu_kernel_memory memory = {0};

    if (kernel->compiled) {
        memory.local_bytes = kernel->compiled->kernel->local_bytes;
        memory.private_bytes = kernel->compiled->kernel->private_bytes;
    } else if (built) {
        memory.local_bytes = built->local_bytes;
        memory.private_bytes = built->private_bytes;
    }
    return memory;
}
