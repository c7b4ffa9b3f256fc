/* SPDX-License-Identifier: MIT */
/* What kernel objects answer to queries. */
#include "object/kernel.h"

#include "arithmetic.h"
#include "object/device.h"

static bool is_built_in(cl_kernel kernel)
{
    return kernel->program->built_in_names != NULL;
}

cl_int vgpu_kernel_info(cl_kernel kernel, cl_kernel_info name,
                        const struct vgpu_answer *answer)
{
    switch (name) {
#include "object/kernel_info.def"
    default:
        return CL_INVALID_VALUE;
    }
}

static const cl_kernel_arg_address_qualifier address_qualifiers[] = {
    [VGPU_SPACE_PRIVATE] = CL_KERNEL_ARG_ADDRESS_PRIVATE,
    [VGPU_SPACE_GLOBAL] = CL_KERNEL_ARG_ADDRESS_GLOBAL,
    [VGPU_SPACE_CONSTANT] = CL_KERNEL_ARG_ADDRESS_CONSTANT,
    [VGPU_SPACE_LOCAL] = CL_KERNEL_ARG_ADDRESS_LOCAL,
};

/* Of a value none count; what __constant points to is const. */
static cl_kernel_arg_type_qualifier type_qualifiers(
    const struct vgpu_parameter *parameter)
{
    cl_kernel_arg_type_qualifier qualifiers = CL_KERNEL_ARG_TYPE_NONE;

    if (!parameter->is_pointer)
        return qualifiers;
    if (parameter->space == VGPU_SPACE_CONSTANT ||
        (parameter->qualifiers & VGPU_QUALIFIER_CONST))
        qualifiers |= CL_KERNEL_ARG_TYPE_CONST;
    if (parameter->qualifiers & VGPU_QUALIFIER_RESTRICT)
        qualifiers |= CL_KERNEL_ARG_TYPE_RESTRICT;
    if (parameter->qualifiers & VGPU_QUALIFIER_VOLATILE)
        qualifiers |= CL_KERNEL_ARG_TYPE_VOLATILE;
    return qualifiers;
}

cl_int vgpu_kernel_arg_info(cl_kernel kernel, cl_uint index, cl_kernel_arg_info name,
                            const struct vgpu_answer *answer)
{
    const struct vgpu_parameter *const parameter =
        &kernel->info->declaration.parameters[index];

    switch (name) {
#include "object/kernel_arg_info.def"
    default:
        return CL_INVALID_VALUE;
    }
}

/* The limit of a built-in kernel; of others the spec keeps it back. */
static cl_int answer_global_work_size(cl_kernel kernel, const struct vgpu_answer *answer)
{
    static const size_t most[3] = {SIZE_MAX, SIZE_MAX, SIZE_MAX};

    return is_built_in(kernel) ? vgpu_answer_bytes(answer, most, sizeof most)
                               : CL_INVALID_VALUE;
}

/* With reqd_work_group_size only that size can run. */
static size_t work_group_size(cl_kernel kernel, cl_device_id device)
{
    const size_t *const required = kernel->info->declaration.required_local_size;
    const size_t most = device->device->spec.max_work_group_size;
    size_t size;

    if (required[0] == 0 || !vgpu_multiply(required[0], required[1], &size) ||
        !vgpu_multiply(size, required[2], &size))
        return most;
    return size < most ? size : most;
}

static struct vgpu_kernel_memory memory_of(cl_kernel kernel, cl_device_id device)
{
    const struct vgpu_program_kernel *const info = vgpu_kernel_on(kernel, device);

    return info ? vgpu_program_kernel_memory(info) : (struct vgpu_kernel_memory){0};
}

static cl_ulong private_memory_size(cl_kernel kernel, cl_device_id device)
{
    return memory_of(kernel, device).private_bytes;
}

/* Work-items of a whole sub-group, of which work-groups are best a multiple. */
static size_t sub_group_size(cl_kernel kernel, cl_device_id device)
{
    const struct vgpu_program_kernel *const info = vgpu_kernel_on(kernel, device);
    const struct vgpu_device_spec *const spec = &device->device->spec;

    return info ? vgpu_program_kernel_sub_group_size(info, spec) : spec->sub_group_size;
}

static cl_ulong local_memory_size(cl_kernel kernel, cl_device_id device)
{
    cl_ulong size = memory_of(kernel, device).local_bytes;

    for (uint32_t i = 0; i < kernel->num_args; i++)
        if (kernel->args[i].is_local && kernel->args[i].is_set)
            size += kernel->args[i].size;
    return size;
}

cl_int vgpu_kernel_work_group_info(cl_kernel kernel, cl_device_id device,
                                   cl_kernel_work_group_info name,
                                   const struct vgpu_answer *answer)
{
    switch (name) {
#include "object/kernel_work_group_info.def"
    default:
        return CL_INVALID_VALUE;
    }
}

static size_t sub_groups_of(cl_kernel kernel, cl_device_id device, size_t items)
{
    const size_t size = sub_group_size(kernel, device);

    return items / size + (items % size != 0);
}

/* The items of a local size of one to three dimensions; 0: it is none. */
static size_t items_of(const struct vgpu_kernel_input *input)
{
    const size_t dimensions = input->size / sizeof(size_t);
    size_t sizes[3], items = 1;

    if (!input->value || dimensions < 1 || dimensions > 3 ||
        input->size % sizeof(size_t) != 0)
        return 0;
    memcpy(sizes, input->value, input->size);
    for (size_t d = 0; d < dimensions; d++)
        if (!vgpu_multiply(items, sizes[d], &items))
            return 0;
    return items;
}

static cl_int answer_sub_group_size(cl_kernel kernel, cl_device_id device,
                                    const struct vgpu_kernel_input *input,
                                    const struct vgpu_answer *answer)
{
    const size_t items = items_of(input), most = sub_group_size(kernel, device);
    const size_t size = items < most ? items : most;

    return items > 0 ? vgpu_answer_bytes(answer, &size, sizeof size) : CL_INVALID_VALUE;
}

static cl_int answer_sub_group_count(cl_kernel kernel, cl_device_id device,
                                     const struct vgpu_kernel_input *input,
                                     const struct vgpu_answer *answer)
{
    const size_t items = items_of(input), count = sub_groups_of(kernel, device, items);

    return items > 0 ? vgpu_answer_bytes(answer, &count, sizeof count) : CL_INVALID_VALUE;
}

/* Zeroes where there is none. */
static void find_local_size(cl_kernel kernel, cl_device_id device, size_t count,
                            size_t size_out[3])
{
    const size_t *const required = kernel->info->declaration.required_local_size;
    const size_t most = work_group_size(kernel, device);
    const size_t most_sub_groups = sub_groups_of(kernel, device, most);
    const size_t items = count * sub_group_size(kernel, device);

    memset(size_out, 0, 3 * sizeof *size_out);
    if (count == 0 || count > most_sub_groups)
        return;
    if (required[0] != 0) {
        if (count == most_sub_groups)
            memcpy(size_out, required, 3 * sizeof *size_out);
        return;
    }
    size_out[0] = items < most ? items : most;
    size_out[1] = size_out[2] = 1;
}

/* In as many dimensions as there is room for. */
static cl_int answer_local_size(cl_kernel kernel, cl_device_id device,
                                const struct vgpu_kernel_input *input,
                                const struct vgpu_answer *answer)
{
    const size_t room = answer->value ? answer->size / sizeof(size_t) : 3;
    size_t count, size[3];

    if (!input->value || input->size != sizeof count || room == 0)
        return CL_INVALID_VALUE;
    memcpy(&count, input->value, sizeof count);
    find_local_size(kernel, device, count, size);
    return vgpu_answer_bytes(answer, size, (room < 3 ? room : 3) * sizeof *size);
}

cl_int vgpu_kernel_sub_group_info(cl_kernel kernel, cl_device_id device,
                                  cl_kernel_sub_group_info name,
                                  const struct vgpu_kernel_input *input,
                                  const struct vgpu_answer *answer)
{
    const struct vgpu_program_kernel *const info = vgpu_kernel_on(kernel, device);

    if (!info || !vgpu_program_kernel_has_rows(info))
        return CL_INVALID_OPERATION;
    switch (name) {
#include "object/kernel_sub_group_info.def"
    default:
        return CL_INVALID_VALUE;
    }
}
