/* SPDX-License-Identifier: MIT */
/* Filling buffers. [OpenCL 3.0, 5.2.2 "clEnqueueFillBuffer"] */
#include "api/check.h"
#include "arithmetic.h"
#include "command/uses.h"
#include "object/event.h"
#include "object/mem.h"
#include "object/queue.h"

#include <string.h>

CL_API_ENTRY cl_int CL_API_CALL clEnqueueFillBuffer(
    cl_command_queue command_queue, cl_mem buffer, const void *pattern,
    size_t pattern_size, size_t offset, size_t size, cl_uint num_events_in_wait_list,
    const cl_event *event_wait_list, cl_event *event)
{
    struct vgpu_fill *fill;
    cl_event command;
    cl_int err = vgpu_check_queue_buffer(command_queue, buffer);

    if (err != CL_SUCCESS)
        return err;
    if (!vgpu_range_fits(offset, size, buffer->size) || !pattern ||
        !vgpu_is_power_of_two(pattern_size) || pattern_size > sizeof fill->pattern ||
        offset % pattern_size != 0 || size % pattern_size != 0)
        return CL_INVALID_VALUE;
    err = vgpu_command_create(command_queue, VGPU_COMMAND_FILL_BUFFER,
                              num_events_in_wait_list, event_wait_list, &command);
    if (err != CL_SUCCESS)
        return err;
    fill = &command->payload.fill;
    fill->to = buffer->data ? buffer->data + offset : NULL;
    fill->size = size;
    fill->pattern_size = pattern_size;
    memcpy(fill->pattern, pattern, pattern_size);
    vgpu_retain(buffer);
    fill->mem = buffer;
    err = vgpu_uses_create(command, 1);
    if (err == CL_SUCCESS)
        err = vgpu_uses_add(command, buffer, offset, size, VGPU_USE_WRITE);
    if (err != CL_SUCCESS) {
        vgpu_fill_release(command);
        vgpu_command_discard(command);
        return err;
    }
    return vgpu_command_enqueue(command, num_events_in_wait_list, event_wait_list, false,
                                event);
}
