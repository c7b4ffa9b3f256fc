/* SPDX-License-Identifier: MIT */
/* Checks that several entry points share. Each gives CL_SUCCESS or the error that the
 * spec has for it. */
#ifndef VGPU_API_CHECK_H
#define VGPU_API_CHECK_H

#include "object/handle.h"

/* vgpu_check_queue_buffer - CL_INVALID_COMMAND_QUEUE, CL_INVALID_MEM_OBJECT,
 * CL_INVALID_CONTEXT; for who is about to use the buffer: what vgpu_mem_use gives. */
cl_int vgpu_check_queue_buffer(cl_command_queue queue, cl_mem buffer);

/* vgpu_check_host_access - CL_INVALID_OPERATION where the buffer's flags keep the host
 * from reading, or writing, as asked. [5.2.2] */
cl_int vgpu_check_host_access(cl_mem buffer, bool reads, bool writes);

/* A rectangular region of a place in memory. [5.2.2 "clEnqueueReadBufferRect"] */
struct vgpu_rect {
    const size_t *origin; /* bytes, rows, slices */
    size_t row_pitch, slice_pitch;
};

/* vgpu_check_rect - fills in pitches that are 0 and computes where the region begins and
 * ends, in bytes from the place's start. CL_INVALID_VALUE: NULL or empty region, pitches
 * that do not fit it, overflow. */
cl_int vgpu_check_rect(struct vgpu_rect *rect, const size_t *region, size_t *begin_out,
                       size_t *end_out);

#endif
