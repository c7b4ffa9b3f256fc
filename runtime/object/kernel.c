/* SPDX-License-Identifier: MIT */
/* Kernel objects: their lives and their arguments. */
#include "object/kernel.h"

#include "arithmetic.h"
#include "object/device.h"
#include "object/mem.h"
#include "observe/counters.h" /* of the room device/ */

#include <stdlib.h>
#include <string.h>

/* A value stands where its type may be read from: at a multiple of the next power of two.
 */
static size_t alignment_of(size_t size)
{
    size_t alignment = 1;

    while (alignment < size && alignment < VGPU_BASE_ALIGN)
        alignment *= 2;
    return alignment;
}

/* Gives each argument its kind, size and place. False: the values do not fit 32 bits. */
static bool lay_out(cl_kernel kernel, const struct vgpu_declaration *declaration)
{
    size_t end = 0;

    for (uint32_t i = 0; i < kernel->num_args; i++) {
        const struct vgpu_parameter *parameter = &declaration->parameters[i];
        struct vgpu_kernel_arg *arg = &kernel->args[i];
        const bool is_pointer = parameter->is_pointer;

        arg->is_local = is_pointer && parameter->space == VGPU_SPACE_LOCAL;
        arg->is_mem = is_pointer && !arg->is_local;
        arg->is_constant = arg->is_mem && parameter->space == VGPU_SPACE_CONSTANT;
        kernel->num_locals += arg->is_local;
        kernel->num_mems += arg->is_mem;
        if (arg->is_local)
            continue; /* each group's own pointer is the device's to fill in */
        if (parameter->size > UINT32_MAX / 2 || end > UINT32_MAX / 2)
            return false;
        end = vgpu_round_up(end, alignment_of(parameter->size));
        arg->offset = (uint32_t)end;
        arg->size = (uint32_t)parameter->size;
        end += parameter->size;
    }
    if (end > UINT32_MAX / 2)
        return false;
    kernel->values_size = (uint32_t)vgpu_round_up(end, VGPU_KERNEL_VALUES_STEP);
    return true;
}

/* Arguments, and their values, which start as zeros. */
static cl_int make_arguments(cl_kernel kernel)
{
    const struct vgpu_declaration *declaration =
        vgpu_program_kernel_signature(kernel->info);

    kernel->trace_name = vgpu_trace_name(kernel->info->declaration.name);
    kernel->num_args = declaration->num_parameters;
    kernel->args = calloc(kernel->num_args + 1, sizeof *kernel->args);
    if (!kernel->args)
        return CL_OUT_OF_HOST_MEMORY;
    if (!lay_out(kernel, declaration))
        return CL_INVALID_KERNEL_DEFINITION;
    if (kernel->values_size == 0)
        return CL_SUCCESS;
    kernel->values = aligned_alloc(VGPU_BASE_ALIGN,
                                   vgpu_round_up(kernel->values_size, VGPU_BASE_ALIGN));
    if (!kernel->values)
        return CL_OUT_OF_HOST_MEMORY;
    memset(kernel->values, 0, kernel->values_size);
    return CL_SUCCESS;
}

static cl_int take_row(cl_kernel kernel, cl_uint num_devices,
                       const struct vgpu_program_kernel *const *row)
{
    kernel->on_device = calloc(num_devices, sizeof *row);
    if (!kernel->on_device)
        return CL_OUT_OF_HOST_MEMORY;
    for (cl_uint i = num_devices; i-- > 0;) {
        kernel->on_device[i] = row[i];
        kernel->info = row[i] ? row[i] : kernel->info;
    }
    return CL_SUCCESS;
}

cl_int vgpu_kernel_create(cl_program program,
                          const struct vgpu_program_kernel *const *row,
                          cl_kernel *kernel_out)
{
    const cl_kernel kernel = vgpu_handle_create(VGPU_KIND_kernel);
    cl_int err;

    if (!kernel)
        return CL_OUT_OF_HOST_MEMORY;
    err = take_row(kernel, program->num_devices, row);
    if (err == CL_SUCCESS)
        err = make_arguments(kernel);
    if (err != CL_SUCCESS) {
        vgpu_app_release(VGPU_KIND_kernel, kernel, CL_INVALID_KERNEL);
        return err;
    }
    vgpu_retain(program);
    kernel->program = program;
    kernel->counter_row = vgpu_counters_kernel(program->devices[0]->device->counters->all,
                                               kernel->info->declaration.name);
    /* release: who sees it finds the object whole */
    atomic_store_explicit(&kernel->is_whole, true, memory_order_release);
    *kernel_out = kernel;
    return CL_SUCCESS;
}

void vgpu_kernel_destroy(void *object)
{
    const cl_kernel kernel = object;

    free(kernel->on_device);
    free(kernel->args);
    free(kernel->values);
    if (!kernel->program) /* its creation failed */
        return;
    atomic_fetch_sub(&kernel->program->num_kernels, 1);
    vgpu_release(kernel->program);
}

static void let_go(void *kernel)
{
    atomic_fetch_sub(&((cl_kernel)kernel)->program->num_app_kernels, 1);
}

cl_int vgpu_kernel_app_release(cl_kernel kernel)
{
    return vgpu_app_release_last(VGPU_KIND_kernel, kernel, CL_INVALID_KERNEL, let_go);
}

cl_int vgpu_kernel_clone(cl_kernel source, cl_kernel *kernel_out)
{
    cl_kernel kernel;
    cl_int err;

    /* No rebuild can come between: the source's own attachment keeps it away. */
    atomic_fetch_add(&source->program->num_app_kernels, 1);
    atomic_fetch_add(&source->program->num_kernels, 1);
    err = vgpu_kernel_create(source->program, source->on_device, &kernel);
    if (err != CL_SUCCESS) {
        vgpu_program_detach(source->program, 1);
        return err;
    }
    memcpy(kernel->args, source->args, kernel->num_args * sizeof *kernel->args);
    if (kernel->values_size > 0)
        memcpy(kernel->values, source->values, kernel->values_size);
    kernel->num_set = source->num_set;
    *kernel_out = kernel;
    return CL_SUCCESS;
}

static inline cl_int mark_set(cl_kernel kernel, struct vgpu_kernel_arg *arg)
{
    kernel->num_set += !arg->is_set;
    arg->is_set = true;
    return CL_SUCCESS;
}

/* A buffer, or NULL: in place of `value`, or where it points. */
static cl_int set_mem(cl_kernel kernel, struct vgpu_kernel_arg *arg, size_t size,
                      const void *value)
{
    cl_mem mem = NULL;
    char *data = NULL;

    if (value) {
        if (size != sizeof mem)
            return CL_INVALID_ARG_SIZE;
        memcpy(&mem, value, sizeof mem);
    }
    if (mem) {
        if (!VGPU_IS(mem, mem))
            return CL_INVALID_MEM_OBJECT;
        if (mem->context != kernel->program->context)
            return CL_INVALID_CONTEXT;
        data = mem->data;
        __atomic_store_n(&arg->mem_generation, mem->handle.generation, __ATOMIC_RELAXED);
    }
    __atomic_store_n(&arg->mem, mem, __ATOMIC_RELAXED); /* others may look at it */
    memcpy(kernel->values + arg->offset, &data, sizeof data);
    return mark_set(kernel, arg);
}

static cl_int set_local(cl_kernel kernel, struct vgpu_kernel_arg *arg, size_t size,
                        const void *value)
{
    if (value)
        return CL_INVALID_ARG_VALUE;
    if (size == 0)
        return CL_INVALID_ARG_SIZE;
    if (size > UINT32_MAX)
        return CL_OUT_OF_RESOURCES;
    arg->size = (uint32_t)size;
    return mark_set(kernel, arg);
}

/* memcpy of the usual sizes is a pair of instructions where the compiler knows the size.
 */
static inline void copy_value(char *to, const void *from, size_t size)
{
    switch (size) {
    case 4:
        memcpy(to, from, 4);
        return;
    case 8:
        memcpy(to, from, 8);
        return;
    case 16:
        memcpy(to, from, 16);
        return;
    default:
        memcpy(to, from, size);
    }
}

cl_int vgpu_kernel_set_arg(cl_kernel kernel, cl_uint index, size_t size,
                           const void *value)
{
    struct vgpu_kernel_arg *arg;

    if (index >= kernel->num_args)
        return CL_INVALID_ARG_INDEX;
    arg = &kernel->args[index];
    if (arg->is_mem)
        return set_mem(kernel, arg, size, value);
    if (arg->is_local)
        return set_local(kernel, arg, size, value);
    if (!value)
        return CL_INVALID_ARG_VALUE;
    if (size != arg->size)
        return CL_INVALID_ARG_SIZE;
    copy_value(kernel->values + arg->offset, value, size);
    return mark_set(kernel, arg);
}

bool vgpu_kernel_arg_mem_is_alive(const struct vgpu_kernel_arg *arg)
{
    return VGPU_IS(mem, arg->mem) && arg->mem->handle.generation == arg->mem_generation;
}
