/* SPDX-License-Identifier: MIT */
/* Checks that several entry points share. */
#include "api/check.h"

#include "arithmetic.h"
#include "object/mem.h"
#include "object/queue.h"

cl_int vgpu_check_queue_buffer(cl_command_queue queue, cl_mem buffer)
{
    if (!VGPU_IS(queue, queue))
        return CL_INVALID_COMMAND_QUEUE;
    if (!VGPU_IS(mem, buffer))
        return CL_INVALID_MEM_OBJECT;
    if (queue->context != buffer->context)
        return CL_INVALID_CONTEXT;
    return vgpu_mem_use(buffer);
}

cl_int vgpu_check_host_access(cl_mem buffer, bool reads, bool writes)
{
    if (reads && (buffer->flags & (CL_MEM_HOST_WRITE_ONLY | CL_MEM_HOST_NO_ACCESS)))
        return CL_INVALID_OPERATION;
    if (writes && (buffer->flags & (CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_NO_ACCESS)))
        return CL_INVALID_OPERATION;
    return CL_SUCCESS;
}

/* offset = (z * slice_pitch) + (y * row_pitch) + x; false where it does not fit. */
static bool rect_offset(const struct vgpu_rect *rect, size_t x, size_t y, size_t z,
                        size_t *offset_out)
{
    size_t slices, rows;

    return vgpu_multiply(z, rect->slice_pitch, &slices) &&
           vgpu_multiply(y, rect->row_pitch, &rows) && vgpu_add(slices, rows, &rows) &&
           vgpu_add(rows, x, offset_out);
}

cl_int vgpu_check_rect(struct vgpu_rect *rect, const size_t *region, size_t *begin_out,
                       size_t *end_out)
{
    size_t last, slice;

    if (!rect->origin || !region || region[0] == 0 || region[1] == 0 || region[2] == 0)
        return CL_INVALID_VALUE;
    if (rect->row_pitch == 0)
        rect->row_pitch = region[0];
    if (rect->row_pitch < region[0] || !vgpu_multiply(region[1], rect->row_pitch, &slice))
        return CL_INVALID_VALUE;
    if (rect->slice_pitch == 0)
        rect->slice_pitch = slice;
    if (rect->slice_pitch < slice || rect->slice_pitch % rect->row_pitch != 0)
        return CL_INVALID_VALUE;
    if (!rect_offset(rect, rect->origin[0], rect->origin[1], rect->origin[2],
                     begin_out) ||
        !rect_offset(rect, region[0], region[1] - 1, region[2] - 1, &last) ||
        !vgpu_add(*begin_out, last, end_out))
        return CL_INVALID_VALUE;
    return CL_SUCCESS;
}
