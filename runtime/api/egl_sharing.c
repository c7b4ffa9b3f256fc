/* SPDX-License-Identifier: MIT */
/* Sharing with EGL: no device does. [cl_khr_egl_image, cl_khr_egl_event] */
#include "object/handle.h"
#include "object/info.h"

#include <CL/cl_egl.h>

static void *refuse_create(cl_context context, cl_int *errcode_ret)
{
    vgpu_store_errcode(errcode_ret, VGPU_IS(context, context) ? CL_INVALID_OPERATION
                                                              : CL_INVALID_CONTEXT);
    return NULL;
}

static cl_int refuse_command(cl_command_queue queue)
{
    return VGPU_IS(queue, queue) ? CL_INVALID_OPERATION : CL_INVALID_COMMAND_QUEUE;
}

CL_API_ENTRY cl_mem CL_API_CALL clCreateFromEGLImageKHR(
    cl_context context, CLeglDisplayKHR egldisplay, CLeglImageKHR eglimage,
    cl_mem_flags flags, const cl_egl_image_properties_khr *properties,
    cl_int *errcode_ret)
{
    (void)egldisplay, (void)eglimage, (void)flags, (void)properties;
    return refuse_create(context, errcode_ret);
}

CL_API_ENTRY cl_event CL_API_CALL clCreateEventFromEGLSyncKHR(cl_context context,
                                                              CLeglSyncKHR sync,
                                                              CLeglDisplayKHR display,
                                                              cl_int *errcode_ret)
{
    (void)sync, (void)display;
    return refuse_create(context, errcode_ret);
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueAcquireEGLObjectsKHR(
    cl_command_queue command_queue, cl_uint num_objects, const cl_mem *mem_objects,
    cl_uint num_events_in_wait_list, const cl_event *event_wait_list, cl_event *event)
{
    (void)num_objects, (void)mem_objects, (void)num_events_in_wait_list;
    (void)event_wait_list, (void)event;
    return refuse_command(command_queue);
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueReleaseEGLObjectsKHR(
    cl_command_queue command_queue, cl_uint num_objects, const cl_mem *mem_objects,
    cl_uint num_events_in_wait_list, const cl_event *event_wait_list, cl_event *event)
{
    (void)num_objects, (void)mem_objects, (void)num_events_in_wait_list;
    (void)event_wait_list, (void)event;
    return refuse_command(command_queue);
}
