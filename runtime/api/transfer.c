/* SPDX-License-Identifier: MIT */
/* Reading, writing and copying buffers. [OpenCL 3.0, 5.2.2 and 5.2.3] */
#include "api/check.h"
#include "arithmetic.h"
#include "object/event.h"
#include "object/mem.h"
#include "object/queue.h"

/* What the six entry points have in common: `to` and `from` are where the region begins.
 */
struct request {
    cl_command_queue queue;
    enum vgpu_command type;
    cl_mem mems[2];
    char *to;
    const char *from;
    size_t region[3];
    struct vgpu_rect to_rect, from_rect;
    bool blocking;
    cl_uint num_events;
    const cl_event *wait_list;
    cl_event *event;
};

static cl_int enqueue(const struct request *request)
{
    struct vgpu_transfer *transfer;
    cl_event command;
    cl_int err = vgpu_command_create(request->queue, request->type, request->num_events,
                                     request->wait_list, &command);

    if (err != CL_SUCCESS)
        return err;
    transfer = &command->payload.transfer;
    transfer->to = request->to;
    transfer->from = request->from;
    for (int i = 0; i < 3; i++)
        transfer->region[i] = request->region[i];
    transfer->to_row = request->to_rect.row_pitch;
    transfer->to_slice = request->to_rect.slice_pitch;
    transfer->from_row = request->from_rect.row_pitch;
    transfer->from_slice = request->from_rect.slice_pitch;
    for (int i = 0; i < 2; i++) {
        transfer->mems[i] = request->mems[i];
        if (transfer->mems[i])
            vgpu_retain(transfer->mems[i]);
    }
    return vgpu_command_enqueue(command, request->num_events, request->wait_list,
                                request->blocking, request->event);
}

/* A read or a write of `size` bytes at `offset`, whichever `type` says. */
static cl_int enqueue_linear(enum vgpu_command type, cl_command_queue queue,
                             cl_mem buffer, cl_bool blocking, size_t offset, size_t size,
                             void *ptr, cl_uint num_events, const cl_event *wait_list,
                             cl_event *event)
{
    const bool reads = type == VGPU_COMMAND_READ_BUFFER;
    cl_int err = vgpu_check_queue_buffer(queue, buffer);

    if (err != CL_SUCCESS)
        return err;
    if (!ptr || !vgpu_range_fits(offset, size, buffer->size))
        return CL_INVALID_VALUE;
    err = vgpu_check_host_access(buffer, reads, !reads);
    if (err != CL_SUCCESS)
        return err;
    return enqueue(&(struct request){
        .queue = queue,
        .type = type,
        .mems = {buffer},
        .to = reads ? ptr : buffer->data + offset,
        .from = reads ? buffer->data + offset : ptr,
        .region = {size, 1, 1},
        .blocking = blocking,
        .num_events = num_events,
        .wait_list = wait_list,
        .event = event,
    });
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueReadBuffer(cl_command_queue command_queue,
                                                    cl_mem buffer, cl_bool blocking_read,
                                                    size_t offset, size_t size, void *ptr,
                                                    cl_uint num_events_in_wait_list,
                                                    const cl_event *event_wait_list,
                                                    cl_event *event)
{
    return enqueue_linear(VGPU_COMMAND_READ_BUFFER, command_queue, buffer, blocking_read,
                          offset, size, ptr, num_events_in_wait_list, event_wait_list,
                          event);
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueWriteBuffer(
    cl_command_queue command_queue, cl_mem buffer, cl_bool blocking_write, size_t offset,
    size_t size, const void *ptr, cl_uint num_events_in_wait_list,
    const cl_event *event_wait_list, cl_event *event)
{
    return enqueue_linear(VGPU_COMMAND_WRITE_BUFFER, command_queue, buffer,
                          blocking_write, offset, size, (void *)(uintptr_t)ptr,
                          num_events_in_wait_list, event_wait_list, event);
}

/* A read or a write of a rectangular region, whichever `type` says. */
static cl_int enqueue_rect(enum vgpu_command type, cl_command_queue queue, cl_mem buffer,
                           cl_bool blocking, struct vgpu_rect in_buffer,
                           struct vgpu_rect in_host, const size_t *region, void *ptr,
                           cl_uint num_events, const cl_event *wait_list, cl_event *event)
{
    const bool reads = type == VGPU_COMMAND_READ_BUFFER_RECT;
    size_t begin, end, host_begin, host_end;
    cl_int err = vgpu_check_queue_buffer(queue, buffer);

    if (err != CL_SUCCESS)
        return err;
    if (!ptr || vgpu_check_rect(&in_buffer, region, &begin, &end) != CL_SUCCESS ||
        vgpu_check_rect(&in_host, region, &host_begin, &host_end) != CL_SUCCESS ||
        end > buffer->size)
        return CL_INVALID_VALUE;
    err = vgpu_check_host_access(buffer, reads, !reads);
    if (err != CL_SUCCESS)
        return err;
    return enqueue(&(struct request){
        .queue = queue,
        .type = type,
        .mems = {buffer},
        .to = reads ? (char *)ptr + host_begin : buffer->data + begin,
        .from = reads ? buffer->data + begin : (char *)ptr + host_begin,
        .region = {region[0], region[1], region[2]},
        .to_rect = reads ? in_host : in_buffer,
        .from_rect = reads ? in_buffer : in_host,
        .blocking = blocking,
        .num_events = num_events,
        .wait_list = wait_list,
        .event = event,
    });
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueReadBufferRect(
    cl_command_queue command_queue, cl_mem buffer, cl_bool blocking_read,
    const size_t *buffer_origin, const size_t *host_origin, const size_t *region,
    size_t buffer_row_pitch, size_t buffer_slice_pitch, size_t host_row_pitch,
    size_t host_slice_pitch, void *ptr, cl_uint num_events_in_wait_list,
    const cl_event *event_wait_list, cl_event *event)
{
    return enqueue_rect(
        VGPU_COMMAND_READ_BUFFER_RECT, command_queue, buffer, blocking_read,
        (struct vgpu_rect){buffer_origin, buffer_row_pitch, buffer_slice_pitch},
        (struct vgpu_rect){host_origin, host_row_pitch, host_slice_pitch}, region, ptr,
        num_events_in_wait_list, event_wait_list, event);
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueWriteBufferRect(
    cl_command_queue command_queue, cl_mem buffer, cl_bool blocking_write,
    const size_t *buffer_origin, const size_t *host_origin, const size_t *region,
    size_t buffer_row_pitch, size_t buffer_slice_pitch, size_t host_row_pitch,
    size_t host_slice_pitch, const void *ptr, cl_uint num_events_in_wait_list,
    const cl_event *event_wait_list, cl_event *event)
{
    return enqueue_rect(
        VGPU_COMMAND_WRITE_BUFFER_RECT, command_queue, buffer, blocking_write,
        (struct vgpu_rect){buffer_origin, buffer_row_pitch, buffer_slice_pitch},
        (struct vgpu_rect){host_origin, host_row_pitch, host_slice_pitch}, region,
        (void *)(uintptr_t)ptr, num_events_in_wait_list, event_wait_list, event);
}

static cl_int check_copy(cl_command_queue queue, cl_mem from, cl_mem to)
{
    const cl_int err = vgpu_check_queue_buffer(queue, from);

    return err != CL_SUCCESS ? err : vgpu_check_queue_buffer(queue, to);
}

static bool ranges_overlap(const char *a, size_t a_size, const char *b, size_t b_size)
{
    return a < b + b_size && b < a + a_size;
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueCopyBuffer(
    cl_command_queue command_queue, cl_mem src_buffer, cl_mem dst_buffer,
    size_t src_offset, size_t dst_offset, size_t size, cl_uint num_events_in_wait_list,
    const cl_event *event_wait_list, cl_event *event)
{
    const cl_int err = check_copy(command_queue, src_buffer, dst_buffer);

    if (err != CL_SUCCESS)
        return err;
    if (!vgpu_range_fits(src_offset, size, src_buffer->size) ||
        !vgpu_range_fits(dst_offset, size, dst_buffer->size))
        return CL_INVALID_VALUE;
    if (ranges_overlap(src_buffer->data + src_offset, size, dst_buffer->data + dst_offset,
                       size))
        return CL_MEM_COPY_OVERLAP;
    return enqueue(&(struct request){
        .queue = command_queue,
        .type = VGPU_COMMAND_COPY_BUFFER,
        .mems = {src_buffer, dst_buffer},
        .to = dst_buffer->data + dst_offset,
        .from = src_buffer->data + src_offset,
        .region = {size, 1, 1},
        .num_events = num_events_in_wait_list,
        .wait_list = event_wait_list,
        .event = event,
    });
}

/* Two regions of one shape and the same pitches overlap where a row of the one meets a
 * row of the other: where distance + dy * row_pitch + dz * slice_pitch is less than a
 * row, for row and slice numbers that differ by dy and dz. As a slice's rows fit into its
 * pitch, only the multiples next to the distance can be. The regions lie inside buffers,
 * so nothing overflows. [Appendix D] */
static bool rects_overlap(ptrdiff_t distance, const size_t *region, size_t row_pitch,
                          size_t slice_pitch)
{
    const ptrdiff_t width = (ptrdiff_t)region[0], rows = (ptrdiff_t)region[1];
    const ptrdiff_t slices = (ptrdiff_t)region[2];
    const ptrdiff_t row = (ptrdiff_t)row_pitch, slice = (ptrdiff_t)slice_pitch;
    const ptrdiff_t near_z = -distance / slice;

    for (ptrdiff_t dz = near_z - 1; dz <= near_z + 1; dz++) {
        const ptrdiff_t rest = distance + dz * slice;
        const ptrdiff_t near_y = -rest / row;

        for (ptrdiff_t dy = near_y - 1; dy <= near_y + 1; dy++) {
            const ptrdiff_t gap = rest + dy * row;
            if (dz > -slices && dz < slices && dy > -rows && dy < rows && gap > -width &&
                gap < width)
                return true;
        }
    }
    return false;
}

/* Where both regions lie in one buffer their pitches have to agree. */
static cl_int check_same_buffer(cl_mem from, cl_mem to, const struct vgpu_rect *from_rect,
                                const struct vgpu_rect *to_rect)
{
    if (from == to && (from_rect->row_pitch != to_rect->row_pitch ||
                       from_rect->slice_pitch != to_rect->slice_pitch))
        return CL_INVALID_VALUE;
    return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueCopyBufferRect(
    cl_command_queue command_queue, cl_mem src_buffer, cl_mem dst_buffer,
    const size_t *src_origin, const size_t *dst_origin, const size_t *region,
    size_t src_row_pitch, size_t src_slice_pitch, size_t dst_row_pitch,
    size_t dst_slice_pitch, cl_uint num_events_in_wait_list,
    const cl_event *event_wait_list, cl_event *event)
{
    struct vgpu_rect from_rect = {src_origin, src_row_pitch, src_slice_pitch};
    struct vgpu_rect to_rect = {dst_origin, dst_row_pitch, dst_slice_pitch};
    size_t from_begin, from_end, to_begin, to_end;
    const char *from;
    char *to;
    cl_int err = check_copy(command_queue, src_buffer, dst_buffer);

    if (err != CL_SUCCESS)
        return err;
    if (vgpu_check_rect(&from_rect, region, &from_begin, &from_end) != CL_SUCCESS ||
        vgpu_check_rect(&to_rect, region, &to_begin, &to_end) != CL_SUCCESS ||
        from_end > src_buffer->size || to_end > dst_buffer->size)
        return CL_INVALID_VALUE;
    err = check_same_buffer(src_buffer, dst_buffer, &from_rect, &to_rect);
    if (err != CL_SUCCESS)
        return err;
    from = src_buffer->data + from_begin;
    to = dst_buffer->data + to_begin;
    if (ranges_overlap(from, from_end - from_begin, to, to_end - to_begin) &&
        (from_rect.row_pitch != to_rect.row_pitch ||
         from_rect.slice_pitch != to_rect.slice_pitch ||
         rects_overlap(to - from, region, from_rect.row_pitch, from_rect.slice_pitch)))
        return CL_MEM_COPY_OVERLAP;
    return enqueue(&(struct request){
        .queue = command_queue,
        .type = VGPU_COMMAND_COPY_BUFFER_RECT,
        .mems = {src_buffer, dst_buffer},
        .to = to,
        .from = from,
        .region = {region[0], region[1], region[2]},
        .to_rect = to_rect,
        .from_rect = from_rect,
        .num_events = num_events_in_wait_list,
        .wait_list = event_wait_list,
        .event = event,
    });
}
