/* SPDX-License-Identifier: MIT */
/* Images: no device has them, so none exists. [OpenCL 3.0, 5.3] */
#include "object/handle.h"
#include "object/info.h"
#include "object/queue.h"

#define ALL_MEM_FLAGS                                                                 \
    (CL_MEM_READ_WRITE | CL_MEM_WRITE_ONLY | CL_MEM_READ_ONLY | CL_MEM_USE_HOST_PTR | \
     CL_MEM_ALLOC_HOST_PTR | CL_MEM_COPY_HOST_PTR | CL_MEM_HOST_WRITE_ONLY |          \
     CL_MEM_HOST_READ_ONLY | CL_MEM_HOST_NO_ACCESS | CL_MEM_KERNEL_READ_AND_WRITE)

/* refuse_create - for every way to make an image. */
static cl_mem refuse_create(cl_context context, cl_int *errcode_ret)
{
    vgpu_store_errcode(errcode_ret, VGPU_IS(context, context) ? CL_INVALID_OPERATION
                                                              : CL_INVALID_CONTEXT);
    return NULL;
}

/* refuse_command - for every command on images; `mem` and `other` are what it would work
 * on. */
static cl_int refuse_command(cl_command_queue queue, cl_mem mem, cl_mem other)
{
    if (!VGPU_IS(queue, queue))
        return CL_INVALID_COMMAND_QUEUE;
    if (!VGPU_IS(mem, mem) || !VGPU_IS(mem, other))
        return CL_INVALID_MEM_OBJECT;
    return CL_INVALID_OPERATION;
}

/* clCreateImage - [OpenCL 3.0, 5.3.1] */
CL_API_ENTRY cl_mem CL_API_CALL clCreateImage(cl_context context, cl_mem_flags flags,
                                              const cl_image_format *image_format,
                                              const cl_image_desc *image_desc,
                                              void *host_ptr, cl_int *errcode_ret)
{
    (void)flags, (void)image_format, (void)image_desc, (void)host_ptr;
    return refuse_create(context, errcode_ret);
}

/* clCreateImageWithProperties - [OpenCL 3.0, 5.3.1] */
CL_API_ENTRY cl_mem CL_API_CALL clCreateImageWithProperties(
    cl_context context, const cl_mem_properties *properties, cl_mem_flags flags,
    const cl_image_format *image_format, const cl_image_desc *image_desc, void *host_ptr,
    cl_int *errcode_ret)
{
    (void)properties, (void)flags, (void)image_format, (void)image_desc, (void)host_ptr;
    return refuse_create(context, errcode_ret);
}

/* clCreateImage2D - [OpenCL 1.1, 5.3.1] */
CL_API_ENTRY cl_mem CL_API_CALL clCreateImage2D(cl_context context, cl_mem_flags flags,
                                                const cl_image_format *image_format,
                                                size_t image_width, size_t image_height,
                                                size_t image_row_pitch, void *host_ptr,
                                                cl_int *errcode_ret)
{
    (void)flags, (void)image_format, (void)image_width, (void)image_height;
    (void)image_row_pitch, (void)host_ptr;
    return refuse_create(context, errcode_ret);
}

/* clCreateImage3D - [OpenCL 1.1, 5.3.1] */
CL_API_ENTRY cl_mem CL_API_CALL clCreateImage3D(
    cl_context context, cl_mem_flags flags, const cl_image_format *image_format,
    size_t image_width, size_t image_height, size_t image_depth, size_t image_row_pitch,
    size_t image_slice_pitch, void *host_ptr, cl_int *errcode_ret)
{
    (void)flags, (void)image_format, (void)image_width, (void)image_height;
    (void)image_depth, (void)image_row_pitch, (void)image_slice_pitch, (void)host_ptr;
    return refuse_create(context, errcode_ret);
}

static bool is_image_type(cl_mem_object_type type)
{
    return type >= CL_MEM_OBJECT_IMAGE2D && type <= CL_MEM_OBJECT_IMAGE1D_BUFFER;
}

/* clGetSupportedImageFormats - a list of none. [OpenCL 3.0, 5.3.2] */
CL_API_ENTRY cl_int CL_API_CALL clGetSupportedImageFormats(
    cl_context context, cl_mem_flags flags, cl_mem_object_type image_type,
    cl_uint num_entries, cl_image_format *image_formats, cl_uint *num_image_formats)
{
    if (!VGPU_IS(context, context))
        return CL_INVALID_CONTEXT;
    if ((flags & ~(cl_mem_flags)ALL_MEM_FLAGS) || !is_image_type(image_type) ||
        (num_entries == 0 && image_formats))
        return CL_INVALID_VALUE;
    if (num_image_formats)
        *num_image_formats = 0;
    return CL_SUCCESS;
}

/* clGetImageInfo - [OpenCL 3.0, 5.3.8] */
CL_API_ENTRY cl_int CL_API_CALL clGetImageInfo(cl_mem image, cl_image_info param_name,
                                               size_t param_value_size, void *param_value,
                                               size_t *param_value_size_ret)
{
    (void)image, (void)param_name, (void)param_value_size, (void)param_value;
    (void)param_value_size_ret;
    return CL_INVALID_MEM_OBJECT;
}

/* clEnqueueReadImage - [OpenCL 3.0, 5.3.3] */
CL_API_ENTRY cl_int CL_API_CALL
clEnqueueReadImage(cl_command_queue command_queue, cl_mem image, cl_bool blocking_read,
                   const size_t *origin, const size_t *region, size_t row_pitch,
                   size_t slice_pitch, void *ptr, cl_uint num_events_in_wait_list,
                   const cl_event *event_wait_list, cl_event *event)
{
    (void)blocking_read, (void)origin, (void)region, (void)row_pitch, (void)slice_pitch;
    (void)ptr, (void)num_events_in_wait_list, (void)event_wait_list, (void)event;
    return refuse_command(command_queue, image, image);
}

/* clEnqueueWriteImage - [OpenCL 3.0, 5.3.3] */
CL_API_ENTRY cl_int CL_API_CALL clEnqueueWriteImage(
    cl_command_queue command_queue, cl_mem image, cl_bool blocking_write,
    const size_t *origin, const size_t *region, size_t input_row_pitch,
    size_t input_slice_pitch, const void *ptr, cl_uint num_events_in_wait_list,
    const cl_event *event_wait_list, cl_event *event)
{
    (void)blocking_write, (void)origin, (void)region, (void)input_row_pitch;
    (void)input_slice_pitch, (void)ptr, (void)num_events_in_wait_list;
    (void)event_wait_list, (void)event;
    return refuse_command(command_queue, image, image);
}

/* clEnqueueFillImage - [OpenCL 3.0, 5.3.4] */
CL_API_ENTRY cl_int CL_API_CALL clEnqueueFillImage(
    cl_command_queue command_queue, cl_mem image, const void *fill_color,
    const size_t *origin, const size_t *region, cl_uint num_events_in_wait_list,
    const cl_event *event_wait_list, cl_event *event)
{
    (void)fill_color, (void)origin, (void)region, (void)num_events_in_wait_list;
    (void)event_wait_list, (void)event;
    return refuse_command(command_queue, image, image);
}

/* clEnqueueCopyImage - [OpenCL 3.0, 5.3.5] */
CL_API_ENTRY cl_int CL_API_CALL clEnqueueCopyImage(
    cl_command_queue command_queue, cl_mem src_image, cl_mem dst_image,
    const size_t *src_origin, const size_t *dst_origin, const size_t *region,
    cl_uint num_events_in_wait_list, const cl_event *event_wait_list, cl_event *event)
{
    (void)src_origin, (void)dst_origin, (void)region, (void)num_events_in_wait_list;
    (void)event_wait_list, (void)event;
    return refuse_command(command_queue, src_image, dst_image);
}

/* clEnqueueCopyImageToBuffer - [OpenCL 3.0, 5.3.6] */
CL_API_ENTRY cl_int CL_API_CALL clEnqueueCopyImageToBuffer(
    cl_command_queue command_queue, cl_mem src_image, cl_mem dst_buffer,
    const size_t *src_origin, const size_t *region, size_t dst_offset,
    cl_uint num_events_in_wait_list, const cl_event *event_wait_list, cl_event *event)
{
    (void)src_origin, (void)region, (void)dst_offset, (void)num_events_in_wait_list;
    (void)event_wait_list, (void)event;
    return refuse_command(command_queue, src_image, dst_buffer);
}

/* clEnqueueCopyBufferToImage - [OpenCL 3.0, 5.3.6] */
CL_API_ENTRY cl_int CL_API_CALL clEnqueueCopyBufferToImage(
    cl_command_queue command_queue, cl_mem src_buffer, cl_mem dst_image,
    size_t src_offset, const size_t *dst_origin, const size_t *region,
    cl_uint num_events_in_wait_list, const cl_event *event_wait_list, cl_event *event)
{
    (void)src_offset, (void)dst_origin, (void)region, (void)num_events_in_wait_list;
    (void)event_wait_list, (void)event;
    return refuse_command(command_queue, src_buffer, dst_image);
}

/* clEnqueueMapImage - [OpenCL 3.0, 5.3.7] */
CL_API_ENTRY void *CL_API_CALL clEnqueueMapImage(
    cl_command_queue command_queue, cl_mem image, cl_bool blocking_map,
    cl_map_flags map_flags, const size_t *origin, const size_t *region,
    size_t *image_row_pitch, size_t *image_slice_pitch, cl_uint num_events_in_wait_list,
    const cl_event *event_wait_list, cl_event *event, cl_int *errcode_ret)
{
    (void)blocking_map, (void)map_flags, (void)origin, (void)region,
        (void)image_row_pitch;
    (void)image_slice_pitch, (void)num_events_in_wait_list, (void)event_wait_list,
        (void)event;
    vgpu_store_errcode(errcode_ret, refuse_command(command_queue, image, image));
    return NULL;
}
