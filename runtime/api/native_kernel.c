/* SPDX-License-Identifier: MIT */
/* Native kernels: host functions as commands. [OpenCL 3.0, 5.10 "clEnqueueNativeKernel"]
 */
#include "arithmetic.h"
#include "command/uses.h"
#include "object/event.h"
#include "object/mem.h"
#include "object/queue.h"

#include <stdlib.h>
#include <string.h>

static cl_int check_args(const void *args, size_t args_size, cl_uint num_mems,
                         const cl_mem *mem_list, const void *const *args_mem_loc)
{
    if ((args == NULL) != (args_size == 0) || (!args && num_mems > 0))
        return CL_INVALID_VALUE;
    if ((num_mems > 0) != (mem_list != NULL) || (num_mems > 0) != (args_mem_loc != NULL))
        return CL_INVALID_VALUE;
    for (cl_uint i = 0; i < num_mems; i++) {
        const size_t place = (uintptr_t)args_mem_loc[i] - (uintptr_t)args;
        if (!vgpu_range_fits(place, sizeof(void *), args_size))
            return CL_INVALID_VALUE;
        if (mem_list[i] && !VGPU_IS(mem, mem_list[i]))
            return CL_INVALID_MEM_OBJECT;
    }
    return CL_SUCCESS;
}

/* Copies the arguments; the places of memory objects get the objects' addresses. */
static cl_int fill_in(struct vgpu_native *native, const void *args, size_t args_size,
                      cl_uint num_mems, const cl_mem *mem_list,
                      const void *const *args_mem_loc)
{
    for (cl_uint i = 0; i < num_mems; i++)
        if (mem_list[i] && vgpu_mem_use(mem_list[i]) != CL_SUCCESS)
            return CL_MEM_OBJECT_ALLOCATION_FAILURE;
    native->num_mems = 0;
    native->args = args ? malloc(args_size) : NULL;
    native->mems = num_mems ? calloc(num_mems, sizeof(cl_mem)) : NULL;
    native->places = num_mems ? calloc(num_mems, sizeof(size_t)) : NULL;
    if ((args && !native->args) || (num_mems && (!native->mems || !native->places))) {
        free(native->args);
        free(native->mems);
        free(native->places);
        return CL_OUT_OF_HOST_MEMORY;
    }
    if (args)
        memcpy(native->args, args, args_size);
    for (cl_uint i = 0; i < num_mems; i++) {
        const size_t place = (uintptr_t)args_mem_loc[i] - (uintptr_t)args;
        void *address = mem_list[i] ? mem_list[i]->data : NULL;

        memcpy((char *)native->args + place, &address, sizeof address);
        if (mem_list[i]) {
            vgpu_retain(mem_list[i]);
            native->places[native->num_mems] = place;
            native->mems[native->num_mems++] = mem_list[i];
        }
    }
    return CL_SUCCESS;
}

/* The function may read and write all of them. */
static cl_int add_uses(cl_event command, const struct vgpu_native *native)
{
    cl_int err = vgpu_uses_create(command, native->num_mems);

    for (cl_uint i = 0; i < native->num_mems && err == CL_SUCCESS; i++)
        err = vgpu_uses_add(command, native->mems[i], 0, native->mems[i]->size,
                            VGPU_USE_READ | VGPU_USE_WRITE);
    return err;
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueNativeKernel(
    cl_command_queue command_queue, void(CL_CALLBACK *user_func)(void *), void *args,
    size_t cb_args, cl_uint num_mem_objects, const cl_mem *mem_list,
    const void **args_mem_loc, cl_uint num_events_in_wait_list,
    const cl_event *event_wait_list, cl_event *event)
{
    cl_event command;
    cl_int err;

    if (!VGPU_IS(queue, command_queue))
        return CL_INVALID_COMMAND_QUEUE;
    if (!user_func)
        return CL_INVALID_VALUE;
    err = check_args(args, cb_args, num_mem_objects, mem_list, args_mem_loc);
    if (err == CL_SUCCESS)
        err = vgpu_command_create(command_queue, VGPU_COMMAND_NATIVE_KERNEL,
                                  num_events_in_wait_list, event_wait_list, &command);
    if (err != CL_SUCCESS)
        return err;
    command->payload.native.function = user_func;
    err = fill_in(&command->payload.native, args, cb_args, num_mem_objects, mem_list,
                  args_mem_loc);
    if (err != CL_SUCCESS) {
        vgpu_command_discard(command);
        return err;
    }
    err = add_uses(command, &command->payload.native);
    if (err != CL_SUCCESS) {
        vgpu_native_release(command);
        vgpu_command_discard(command);
        return err;
    }
    return vgpu_command_enqueue(command, num_events_in_wait_list, event_wait_list, false,
                                event);
}
