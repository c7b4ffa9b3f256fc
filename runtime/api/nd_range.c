/* SPDX-License-Identifier: MIT */
/* Running kernels: NDRanges, tasks, native kernels. [OpenCL 3.0, 5.10] */
#include "api/nd_range_error.h"
#include "arithmetic.h"
#include "break_point.h"
#include "command/checked.h"
#include "command/local_size.h"
#include "command/uses.h"
#include "object/context.h"
#include "object/device.h"
#include "object/event.h"
#include "object/built_watch.h"
#include "object/kernel.h"
#include "object/mem.h"
#include "object/queue.h"
#include "observe/break.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static cl_int check_kernel(cl_command_queue queue, cl_kernel kernel)
{
    if (!VGPU_IS(queue, queue))
        return CL_INVALID_COMMAND_QUEUE;
    if (!VGPU_IS(kernel, kernel))
        return CL_INVALID_KERNEL;
    if (queue->context != kernel->program->context)
        return CL_INVALID_CONTEXT;
    if (!vgpu_kernel_on(kernel, queue->device))
        return CL_INVALID_PROGRAM_EXECUTABLE;
    if (kernel->num_set != kernel->num_args) {
        vgpu_nd_range_explain(kernel, queue->device, NULL, CL_INVALID_KERNEL_ARGS);
        return CL_INVALID_KERNEL_ARGS;
    }
    return CL_SUCCESS;
}

/* Reads what the application says of the NDRange into the launch; local_size stays 0
 * where it is open. */
static cl_int read_geometry(struct vgpu_launch *launch, cl_uint work_dim,
                            const size_t *offset, const size_t *global_size,
                            const size_t *local_size)
{
    if (work_dim < 1 || work_dim > 3)
        return CL_INVALID_WORK_DIMENSION;
    launch->work_dim = work_dim;
    for (cl_uint d = 0; d < 3; d++) {
        const bool given = d < work_dim;
        size_t end;

        launch->global_offset[d] = given && offset ? offset[d] : 0;
        launch->global_size[d] = given ? (global_size ? global_size[d] : 0) : 1;
        launch->local_size[d] = given ? (local_size ? local_size[d] : 0) : 1;
        if (!vgpu_add(launch->global_offset[d], launch->global_size[d], &end))
            return CL_INVALID_GLOBAL_OFFSET;
    }
    return CL_SUCCESS;
}

static bool is_given(const size_t size[3])
{
    return size[0] != 0;
}

static bool divides(const struct vgpu_launch *launch)
{
    for (int d = 0; d < 3; d++)
        if (launch->global_size[d] % launch->local_size[d] != 0)
            return false;
    return true;
}

/* The sizes that the application gave, against the kernel's and the device's. */
static cl_int check_local_size(const struct vgpu_launch *launch, const size_t *required,
                               size_t max_items, bool uniform)
{
    size_t items = 1;

    for (int d = 0; d < 3; d++) {
        if (launch->local_size[d] == 0)
            return CL_INVALID_WORK_GROUP_SIZE;
        if (launch->local_size[d] > VGPU_MAX_WORK_GROUP_SIZE)
            return CL_INVALID_WORK_ITEM_SIZE;
        items *= launch->local_size[d]; /* at most that cubed */
    }
    if (items > max_items)
        return CL_INVALID_WORK_GROUP_SIZE;
    if (is_given(required) &&
        memcmp(required, launch->local_size, sizeof launch->local_size) != 0)
        return CL_INVALID_WORK_GROUP_SIZE;
    if (uniform && !divides(launch))
        return CL_INVALID_WORK_GROUP_SIZE;
    return CL_SUCCESS;
}

static void choose_local_size(struct vgpu_launch *launch,
                              const struct vgpu_program_kernel *info,
                              const struct vgpu_device_spec *spec)
{
    const bool divides =
        info->uniform_work_groups && vgpu_program_kernel_sees_groups(info);

    if (vgpu_program_kernel_has_rows(info))
        vgpu_local_size_choose_rows(launch->global_size, spec->max_work_group_size,
                                    spec->compute_units, divides, launch->local_size);
    else
        vgpu_local_size_choose(launch->global_size, spec->max_work_group_size,
                               spec->compute_units, divides, launch->local_size);
}

static cl_int settle_local_size(struct vgpu_launch *launch,
                                const struct vgpu_program_kernel *info,
                                cl_device_id device, bool is_open)
{
    const struct vgpu_device_spec *spec = &device->device->spec;
    const size_t *required = info->declaration.required_local_size;

    if (is_open && is_given(required)) {
        memcpy(launch->local_size, required, sizeof launch->local_size);
    } else if (is_open) {
        choose_local_size(launch, info, spec);
        return CL_SUCCESS;
    }
    /* A C function that requires a size was written for groups of that size alone. */
    return check_local_size(launch, required, spec->max_work_group_size,
                            info->uniform_work_groups ||
                                (info->registered && is_given(required)));
}

/* Each unit may have a group's scratch at a time. */
static bool has_scratch(const struct vgpu_launch *launch,
                        const struct vgpu_device_spec *spec)
{
    return launch->scratch_bytes <= spec->global_memory / spec->compute_units;
}

static enum vgpu_launch_code code_of_kind(enum vgpu_kernel_kind kind)
{
    return kind == VGPU_KIND_OF_KERNEL_PLAIN     ? VGPU_RUNS_REGISTERED
           : kind == VGPU_KIND_OF_KERNEL_BARRIER ? VGPU_RUNS_REGISTERED_FIBERS
                                                 : VGPU_RUNS_REGISTERED_GROUPS;
}

/* What the launch calls. A kernel that no code can be made of is told of. */
static cl_int bind_code(struct vgpu_launch *launch, cl_kernel kernel,
                        const struct vgpu_program_kernel *info,
                        const struct vgpu_device_spec *spec)
{
    char *log = NULL;
    int err;

    if (vgpu_program_kernel_built(info)) {
        vgpu_built_code_bind(vgpu_program_kernel_built(info), launch);
        if (vgpu_traced_wanted())
            vgpu_built_code_watch(vgpu_program_kernel_built(info), launch->name, spec,
                                  launch);
        return CL_SUCCESS;
    }
    if (!info->compiled) {
        launch->function = info->registered->function;
        launch->groups = launch->edge_groups = NULL;
        launch->pace = NULL;
        launch->has_atomics = true; /* as far as is known */
        launch->scratch_bytes = 0;
        return CL_SUCCESS;
    }
    err = vgpu_kernel_code_bind(info->compiled, launch, &log);
    if (err == 0 && !has_scratch(launch, spec)) {
        log = strdup("a work-group's private memory takes more than the device has: use "
                     "a smaller work-group");
        err = -ENOSPC;
    }
    if (err != 0)
        vgpu_nd_range_explain_code(kernel, log);
    free(log);
    return err == 0         ? CL_SUCCESS
           : err == -ENOMEM ? CL_OUT_OF_HOST_MEMORY
                            : CL_OUT_OF_RESOURCES;
}

static enum vgpu_watch way_to_watch(const struct vgpu_launch *launch,
                                    const struct vgpu_program_kernel *info)
{
    if (info->compiled) /* for a kernel that VGPU_BREAK names, always on fibers */
        return launch->function && !launch->groups ? VGPU_WATCH_FIBERS : VGPU_WATCH_GROUP;
    if (info->registered->kind == VGPU_KIND_OF_KERNEL_BARRIER &&
        !vgpu_program_kernel_built(info))
        return VGPU_WATCH_FIBERS;
    return info->registered->item && info->registered->function ? VGPU_WATCH_ITEM
                                                                : VGPU_WATCH_GROUP;
}

/* Lets a debugger stop in the work-items that VGPU_BREAK names. */
static void break_in(struct vgpu_launch *launch, const struct vgpu_program_kernel *info)
{
    vgpu_break_check(launch);
    if (!vgpu_break_names(launch->name))
        return;
    launch->watched->watch = (uint8_t)way_to_watch(launch, info);
    if (launch->watched->watch == VGPU_WATCH_ITEM)
        launch->item = info->registered->item;
}

static void watch(cl_event command, struct vgpu_launch *launch,
                  const struct vgpu_program_kernel *info)
{
    if (!info->compiled && !vgpu_program_kernel_built(info))
        launch->code = code_of_kind(info->registered->kind);
    if (vgpu_break_is_on() && !vgpu_ndrange_is_empty(launch))
        break_in(launch, info);
    launch->watched->buffer_bytes = vgpu_ndrange_buffer_bytes(&command->payload.ndrange);
    vgpu_checked_ndrange(command);
}

/* The numbers of work-items and work-groups are size_t. */
static bool can_be_counted(const struct vgpu_launch *launch)
{
    size_t items;

    return vgpu_multiply(launch->global_size[0], launch->global_size[1], &items) &&
           vgpu_multiply(items, launch->global_size[2], &items);
}

/* Lays the arrays of a snapshot out: inside the command where they fit. */
static cl_int place_arrays(struct vgpu_ndrange *ndrange, cl_kernel kernel,
                           void ***args_out, struct vgpu_local_arg **locals_out,
                           char **values_out)
{
    const size_t args = kernel->num_args * sizeof(void *);
    const size_t mems = kernel->num_mems * sizeof(cl_mem);
    const size_t locals = kernel->num_locals * sizeof(struct vgpu_local_arg);
    char *block;

    if (kernel->values_size <= VGPU_OWN_VALUE_BYTES &&
        kernel->num_args <= VGPU_OWN_ARGS && mems <= sizeof ndrange->own_mems &&
        locals <= sizeof ndrange->own_locals) {
        ndrange->block = NULL;
        ndrange->mems = ndrange->own_mems;
        *args_out = ndrange->own_args;
        *locals_out = ndrange->own_locals;
        *values_out = ndrange->own_values;
        return CL_SUCCESS;
    }
    block = aligned_alloc(
        VGPU_BASE_ALIGN,
        vgpu_round_up(kernel->values_size + args + mems + locals, VGPU_BASE_ALIGN));
    if (!block)
        return CL_OUT_OF_HOST_MEMORY;
    ndrange->block = block;
    *values_out = block;
    *args_out = (void **)(void *)(block + kernel->values_size);
    ndrange->mems = (cl_mem *)(void *)(block + kernel->values_size + args);
    *locals_out =
        (struct vgpu_local_arg *)(void *)(block + kernel->values_size + args + mems);
    return CL_SUCCESS;
}

/* Copies the kernel's arguments into the command. The launch's locals get their places,
 * behind the kernel's own __local variables. */
static cl_int take_snapshot(struct vgpu_ndrange *ndrange, cl_kernel kernel,
                            const struct vgpu_program_kernel *info,
                            const struct vgpu_device_spec *spec)
{
    const struct vgpu_kernel_memory memory = vgpu_program_kernel_memory(info);
    struct vgpu_launch *launch = &ndrange->launch;
    struct vgpu_local_arg *locals;
    void **args;
    char *values;
    cl_int err = place_arrays(ndrange, kernel, &args, &locals, &values);

    if (err != CL_SUCCESS)
        return err;
    ndrange->num_mems = 0;
    launch->num_locals = 0;
    launch->local_bytes = memory.local_bytes;
    if (kernel->values_size > 0)
        memcpy(values, kernel->values, kernel->values_size);
    for (uint32_t i = 0; i < kernel->num_args; i++) {
        const struct vgpu_kernel_arg *arg = &kernel->args[i];

        args[i] = values + arg->offset;
        if (arg->mem) {
            if (!vgpu_kernel_arg_mem_is_alive(arg)) {
                err = CL_INVALID_KERNEL_ARGS;
                break;
            }
            if (arg->is_constant && arg->mem->size > spec->constant_memory)
                err = CL_OUT_OF_RESOURCES;
            if (err == CL_SUCCESS)
                err = vgpu_mem_use(arg->mem);
            vgpu_retain(arg->mem);
            ndrange->mems[ndrange->num_mems++] = arg->mem;
        } else if (arg->is_local) {
            locals[launch->num_locals].index = i;
            locals[launch->num_locals].size = (uint32_t)arg->size;
            locals[launch->num_locals++].offset = launch->local_bytes;
            launch->local_bytes += vgpu_round_up(arg->size, VGPU_BASE_ALIGN);
        }
    }
    if (err == CL_SUCCESS && (launch->local_bytes > spec->local_memory ||
                              memory.private_bytes > spec->private_memory))
        err = CL_OUT_OF_RESOURCES;
    launch->args = args;
    launch->locals = locals;
    launch->num_args = kernel->num_args;
    vgpu_retain(kernel);
    ndrange->kernel = kernel;
    return err;
}

/* A kernel that cannot write its argument leaves other copies as they are. */
static bool is_only_read(const struct vgpu_program_kernel *info, uint32_t index,
                         cl_mem mem)
{
    const struct vgpu_parameter *const parameter = &info->declaration.parameters[index];

    return parameter->space == VGPU_SPACE_CONSTANT ||
           (parameter->qualifiers & VGPU_QUALIFIER_CONST) ||
           (mem->flags & CL_MEM_READ_ONLY);
}

/* What the kernel uses, and where that is in the device's own memory. */
static cl_int add_uses(cl_event command, const struct vgpu_program_kernel *info)
{
    struct vgpu_ndrange *const ndrange = &command->payload.ndrange;
    const cl_kernel kernel = ndrange->kernel;
    cl_int err = vgpu_uses_create(command, ndrange->num_mems);
    uint32_t used = 0;

    if (err != CL_SUCCESS || !command->has_uses)
        return err;
    for (uint32_t i = 0; i < kernel->num_args && used < ndrange->num_mems; i++) {
        const cl_mem mem = ndrange->mems[used];
        char *address;

        if (kernel->args[i].mem != mem)
            continue;
        err = vgpu_uses_add(command, mem, 0, mem->size,
                            VGPU_USE_READ |
                                (is_only_read(info, i, mem) ? 0 : VGPU_USE_WRITE));
        if (err != CL_SUCCESS)
            return err;
        address = vgpu_uses_place(command, used++);
        memcpy(ndrange->launch.args[i], &address, sizeof address);
    }
    return CL_SUCCESS;
}

static cl_int settle_groups(struct vgpu_launch *launch,
                            const struct vgpu_program_kernel *info, cl_device_id device,
                            bool is_open)
{
    if (vgpu_ndrange_is_empty(launch))
        return CL_SUCCESS;
    if (!can_be_counted(launch))
        return CL_INVALID_GLOBAL_WORK_SIZE;
    return settle_local_size(launch, info, device, is_open);
}

static cl_int enqueue(cl_command_queue queue, enum vgpu_command type, cl_kernel kernel,
                      cl_uint work_dim, const size_t *offset, const size_t *global_size,
                      const size_t *local_size, cl_uint num_events,
                      const cl_event *wait_list, cl_event *event)
{
    const struct vgpu_program_kernel *info;
    struct vgpu_ndrange *ndrange;
    struct vgpu_launch *launch;
    cl_event command;
    cl_int err = check_kernel(queue, kernel);

    if (err == CL_SUCCESS)
        err = vgpu_command_create(queue, type, num_events, wait_list, &command);
    if (err != CL_SUCCESS)
        return err;
    info = vgpu_kernel_on(kernel, queue->device);
    ndrange = &command->payload.ndrange;
    launch = &ndrange->launch;
    launch->name = info->declaration.name;
    launch->counter_row = kernel->counter_row;
    err = read_geometry(launch, work_dim, offset, global_size, local_size);
    if (err == CL_SUCCESS)
        err = settle_groups(launch, info, queue->device, local_size == NULL);
    if (err != CL_SUCCESS) {
        vgpu_nd_range_explain(kernel, queue->device, launch, err);
        vgpu_command_discard(command);
        return err;
    }
    ndrange->kernel = NULL;
    launch->watched =
        __builtin_expect(queue->watched, 0) ? vgpu_launch_watch(command) : NULL;
    err = take_snapshot(ndrange, kernel, info, &queue->device->device->spec);
    if (err != CL_SUCCESS)
        vgpu_nd_range_explain(kernel, queue->device, launch, err);
    else if (!vgpu_ndrange_is_empty(launch))
        err = bind_code(launch, kernel, info, &queue->device->device->spec);
    if (err == CL_SUCCESS && !vgpu_ndrange_is_empty(launch))
        err = add_uses(command, info);
    if (err == CL_SUCCESS) {
        if (__builtin_expect(launch->watched != NULL, 0))
            watch(command, launch, info);
        return vgpu_command_enqueue(command, num_events, wait_list, false, event);
    }
    if (ndrange->kernel)
        vgpu_ndrange_release(command);
    vgpu_command_discard(command);
    return err;
}

CL_API_ENTRY cl_int CL_API_CALL
clEnqueueNDRangeKernel(cl_command_queue command_queue, cl_kernel kernel, cl_uint work_dim,
                       const size_t *global_work_offset, const size_t *global_work_size,
                       const size_t *local_work_size, cl_uint num_events_in_wait_list,
                       const cl_event *event_wait_list, cl_event *event)
{
    return enqueue(command_queue, VGPU_COMMAND_NDRANGE_KERNEL, kernel, work_dim,
                   global_work_offset, global_work_size, local_work_size,
                   num_events_in_wait_list, event_wait_list, event);
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueTask(cl_command_queue command_queue,
                                              cl_kernel kernel,
                                              cl_uint num_events_in_wait_list,
                                              const cl_event *event_wait_list,
                                              cl_event *event)
{
    const size_t one = 1;

    return enqueue(command_queue, VGPU_COMMAND_TASK, kernel, 1, NULL, &one, &one,
                   num_events_in_wait_list, event_wait_list, event);
}
