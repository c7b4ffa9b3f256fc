/* SPDX-License-Identifier: MIT */
/* Reading, writing and copying buffers. [OpenCL 3.0, 5.2.2 and 5.2.3] */
#include "api/check.h"
#include "arithmetic.h"
#include "command/uses.h"
#include "object/event.h"
#include "object/mem.h"
#include "object/queue.h"

/* Where a region begins: in a memory object, or at an address of the host. */
struct place {
    cl_mem mem; /* or NULL */
    size_t offset;
    char *host;
};

/* What the six entry points have in common. */
struct request {
    cl_command_queue queue;
    enum vgpu_command type;
    struct place to, from;
    size_t region[3];
    struct vgpu_rect to_rect, from_rect;
    bool blocking;
    cl_uint num_events;
    const cl_event *wait_list;
    cl_event *event;
};

/* Its address, where that is known before the command runs. */
static char *address_of(struct place place)
{
    return !place.mem        ? place.host
           : place.mem->data ? place.mem->data + place.offset
                             : NULL;
}

/* Bytes from a region's first to behind its last, in an object with these pitches. */
static size_t span_of(const size_t region[3], const struct vgpu_rect *rect)
{
    if (region[0] * region[1] * region[2] == 0)
        return 0;
    return (region[2] - 1) * rect->slice_pitch + (region[1] - 1) * rect->row_pitch +
           region[0];
}

/* What is between the rows of a region keeps its value. */
static cl_int add_uses(cl_event command, const struct request *request)
{
    const bool is_one_row = request->region[1] * request->region[2] == 1;
    const struct place *const from = &request->from, *const to = &request->to;
    cl_int err = vgpu_uses_create(command, 2);

    if (err == CL_SUCCESS && from->mem)
        err = vgpu_uses_add(command, from->mem, from->offset,
                            span_of(request->region, &request->from_rect),
                            VGPU_USE_READ_ANYWHERE);
    if (err == CL_SUCCESS && to->mem)
        err = vgpu_uses_add(command, to->mem, to->offset,
                            span_of(request->region, &request->to_rect),
                            VGPU_USE_WRITE | (is_one_row ? 0 : VGPU_USE_READ));
    return err;
}

static cl_mem retained(cl_mem mem)
{
    if (mem)
        vgpu_retain(mem);
    return mem;
}

static cl_int enqueue(const struct request *request)
{
    struct vgpu_transfer *transfer;
    cl_event command;
    cl_int err = vgpu_command_create(request->queue, request->type, request->num_events,
                                     request->wait_list, &command);

    if (err != CL_SUCCESS)
        return err;
    transfer = &command->payload.transfer;
    transfer->to = address_of(request->to);
    transfer->from = address_of(request->from);
    for (int i = 0; i < 3; i++)
        transfer->region[i] = request->region[i];
    transfer->to_row = request->to_rect.row_pitch;
    transfer->to_slice = request->to_rect.slice_pitch;
    transfer->from_row = request->from_rect.row_pitch;
    transfer->from_slice = request->from_rect.slice_pitch;
    transfer->to_mem = retained(request->to.mem);
    transfer->from_mem = retained(request->from.mem);
    err = add_uses(command, request);
    if (err != CL_SUCCESS) {
        vgpu_transfer_release(command);
        vgpu_command_discard(command);
        return err;
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
    const struct place in_host = {.host = ptr};
    const struct place in_buffer = {.mem = buffer, .offset = offset};
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
        .to = reads ? in_host : in_buffer,
        .from = reads ? in_buffer : in_host,
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
    struct place at_host, at_buffer;
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
    at_host = (struct place){.host = (char *)ptr + host_begin};
    at_buffer = (struct place){.mem = buffer, .offset = begin};
    return enqueue(&(struct request){
        .queue = queue,
        .type = type,
        .to = reads ? at_host : at_buffer,
        .from = reads ? at_buffer : at_host,
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

/* A place among those that may be the same bytes: addresses, or in a buffer that has
 * several. */
static uintptr_t position_of(const struct place *place)
{
    const cl_mem mem = place->mem;

    return (mem->data ? (uintptr_t)mem->data : mem->origin) + place->offset;
}

static bool may_share_bytes(cl_mem a, cl_mem b)
{
    return a->data || vgpu_mem_root(a) == vgpu_mem_root(b);
}

static bool ranges_overlap(const struct place *a, size_t a_size, const struct place *b,
                           size_t b_size)
{
    const uintptr_t a_at = position_of(a), b_at = position_of(b);

    return may_share_bytes(a->mem, b->mem) && a_at < b_at + b_size &&
           b_at < a_at + a_size;
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueCopyBuffer(
    cl_command_queue command_queue, cl_mem src_buffer, cl_mem dst_buffer,
    size_t src_offset, size_t dst_offset, size_t size, cl_uint num_events_in_wait_list,
    const cl_event *event_wait_list, cl_event *event)
{
    const struct place from = {.mem = src_buffer, .offset = src_offset};
    const struct place to = {.mem = dst_buffer, .offset = dst_offset};
    const cl_int err = check_copy(command_queue, src_buffer, dst_buffer);

    if (err != CL_SUCCESS)
        return err;
    if (!vgpu_range_fits(src_offset, size, src_buffer->size) ||
        !vgpu_range_fits(dst_offset, size, dst_buffer->size))
        return CL_INVALID_VALUE;
    if (ranges_overlap(&from, size, &to, size))
        return CL_MEM_COPY_OVERLAP;
    return enqueue(&(struct request){
        .queue = command_queue,
        .type = VGPU_COMMAND_COPY_BUFFER,
        .to = to,
        .from = from,
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
    struct place from, to;
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
    from = (struct place){.mem = src_buffer, .offset = from_begin};
    to = (struct place){.mem = dst_buffer, .offset = to_begin};
    if (ranges_overlap(&from, from_end - from_begin, &to, to_end - to_begin) &&
        (from_rect.row_pitch != to_rect.row_pitch ||
         from_rect.slice_pitch != to_rect.slice_pitch ||
         rects_overlap((ptrdiff_t)(position_of(&to) - position_of(&from)), region,
                       from_rect.row_pitch, from_rect.slice_pitch)))
        return CL_MEM_COPY_OVERLAP;
    return enqueue(&(struct request){
        .queue = command_queue,
        .type = VGPU_COMMAND_COPY_BUFFER_RECT,
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
