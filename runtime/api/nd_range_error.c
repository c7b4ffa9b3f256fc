/* SPDX-License-Identifier: MIT */
/* Why a kernel could not be enqueued, in words. */
#define _GNU_SOURCE
#include "api/nd_range_error.h"

#include "object/context.h"
#include "object/device.h"
#include "object/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Writes the first argument that keeps the kernel from running. */
static void explain_args(cl_kernel kernel, char *text, size_t size)
{
    const struct vgpu_declaration *declaration = &kernel->info->declaration;

    for (uint32_t i = 0; i < kernel->num_args; i++) {
        const struct vgpu_kernel_arg *arg = &kernel->args[i];
        const struct vgpu_parameter *parameter = &declaration->parameters[i];

        if (arg->is_set && (!arg->mem || vgpu_kernel_arg_mem_is_alive(arg)))
            continue;
        snprintf(text, size,
                 arg->is_set ? "kernel '%.128s': argument %u ('%.64s %.64s') is a buffer "
                               "that was released meanwhile: release it after the launch"
                             : "kernel '%.128s': argument %u ('%.64s %.64s') was never "
                               "set: call clSetKernelArg for it before the launch",
                 declaration->name, i, parameter->type, parameter->name);
        return;
    }
}

/* Whether the sizes would do, if a group at the edge could be smaller. */
static bool cuts_groups(const struct vgpu_launch *launch,
                        const struct vgpu_device_spec *spec)
{
    size_t items = 1;

    for (int d = 0; d < 3; d++) {
        if (launch->local_size[d] == 0 ||
            launch->local_size[d] > VGPU_MAX_WORK_GROUP_SIZE)
            return false;
        items *= launch->local_size[d];
    }
    return items <= spec->max_work_group_size;
}

static void explain_local_size(cl_kernel kernel, const struct vgpu_device_spec *spec,
                               const struct vgpu_launch *launch, char *text, size_t size)
{
    const size_t *given = launch->local_size, *global = launch->global_size;
    const size_t *required = kernel->info->declaration.required_local_size;
    const char *const name = kernel->info->declaration.name;
    char limit[VGPU_LIMIT_CHARS];

    if (required[0] != 0 && memcmp(required, given, sizeof launch->local_size) != 0)
        snprintf(
            text, size,
            "kernel '%.128s' is declared with reqd_work_group_size(%zu, %zu, %zu), "
            "which must be the local size: it is %zu x %zu x %zu; give NULL as local "
            "size, or that",
            name, required[0], required[1], required[2], given[0], given[1], given[2]);
    else if (cuts_groups(launch, spec))
        snprintf(
            text, size,
            "kernel '%.128s': the local size of %zu x %zu x %zu does not divide the "
            "global size of %zu x %zu x %zu, as it must in OpenCL C before 2.0 and "
            "with -cl-uniform-work-group-size: round the global size up, and let the "
            "kernel leave out what is too much (if (i < n)); or give NULL as local "
            "size; or build with -cl-std=CL3.0",
            name, given[0], given[1], given[2], global[0], global[1], global[2]);
    else
        snprintf(text, size,
                 "kernel '%.128s': a local size of %zu x %zu x %zu does not do for a "
                 "global size of %zu x %zu x %zu: no size may be 0, and a work-group has "
                 "at most %zu work-items (%s); NULL leaves the choice to the device",
                 name, given[0], given[1], given[2], global[0], global[1], global[2],
                 spec->max_work_group_size,
                 vgpu_device_limit(spec, VGPU_KEY_work_group, limit));
}

/* The first __constant argument that is larger than the device takes. */
static void explain_constant(cl_kernel kernel, const struct vgpu_device_spec *spec,
                             char *text, size_t size)
{
    const struct vgpu_declaration *const declaration = &kernel->info->declaration;
    char limit[VGPU_LIMIT_CHARS];

    for (uint32_t i = 0; i < kernel->num_args; i++) {
        const struct vgpu_kernel_arg *const arg = &kernel->args[i];

        if (!arg->is_constant || !arg->mem || arg->mem->size <= spec->constant_memory)
            continue;
        snprintf(text, size,
                 "kernel '%.128s': argument %u ('%.64s') is a buffer of %zu bytes, the "
                 "device has %zu of constant memory (%s): make it smaller, or the "
                 "parameter __global const",
                 declaration->name, i, declaration->parameters[i].name, arg->mem->size,
                 spec->constant_memory,
                 vgpu_device_limit(spec, VGPU_KEY_constant, limit));
        return;
    }
}

static void explain_resources(cl_kernel kernel, cl_device_id device,
                              const struct vgpu_launch *launch, char *text, size_t size)
{
    const struct vgpu_device_spec *const spec = &device->device->spec;
    const size_t private_bytes =
        vgpu_program_kernel_memory(vgpu_kernel_on(kernel, device)).private_bytes;
    const char *const name = kernel->info->declaration.name;
    char limit[VGPU_LIMIT_CHARS];

    if (launch->local_bytes > spec->local_memory)
        snprintf(text, size,
                 "kernel '%.128s': its __local arguments and variables take %zu bytes of "
                 "local memory, the device has %zu for a work-group (%s): make them "
                 "smaller",
                 name, launch->local_bytes, spec->local_memory,
                 vgpu_device_limit(spec, VGPU_KEY_local, limit));
    else if (private_bytes > spec->private_memory)
        snprintf(text, size,
                 "kernel '%.128s': its variables take %zu bytes of private memory, the "
                 "device has %zu for a work-item (%s): make its arrays smaller",
                 name, private_bytes, spec->private_memory,
                 vgpu_device_limit(spec, VGPU_KEY_private, limit));
    else
        explain_constant(kernel, spec, text, size);
}

void vgpu_nd_range_explain(cl_kernel kernel, cl_device_id device,
                           const struct vgpu_launch *launch, cl_int err)
{
    const cl_context context = kernel->program->context;
    const struct vgpu_device_spec *spec = &device->device->spec;
    char text[768] = "";

    if (err == CL_INVALID_KERNEL_ARGS)
        explain_args(kernel, text, sizeof text);
    else if (err == CL_INVALID_WORK_GROUP_SIZE || err == CL_INVALID_WORK_ITEM_SIZE)
        explain_local_size(kernel, spec, launch, text, sizeof text);
    else if (err == CL_OUT_OF_RESOURCES)
        explain_resources(kernel, device, launch, text, sizeof text);
    if (*text)
        vgpu_context_explain(context, text);
}

void vgpu_nd_range_explain_code(cl_kernel kernel, const char *log)
{
    char *text;

    if (asprintf(&text, "kernel '%s' cannot be turned into code for this launch:\n%s",
                 kernel->info->declaration.name, log ? log : "") < 0)
        return;
    vgpu_context_explain(kernel->program->context, text);
    free(text);
}
