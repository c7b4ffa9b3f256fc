/* SPDX-License-Identifier: MIT */
/* Sharing with OpenGL: no context was made from one of OpenGL's. [cl_khr_gl_sharing,
 * cl_khr_gl_event] */
#include "object/handle.h"
#include "object/info.h"

#include <CL/cl_gl.h>

/* refuse_create - for every way to make an object from one of OpenGL's. */
static void *refuse_create(cl_int *errcode_ret)
{
    vgpu_store_errcode(errcode_ret, CL_INVALID_CONTEXT);
    return NULL;
}

static cl_int refuse_command(cl_command_queue queue)
{
    return VGPU_IS(queue, queue) ? CL_INVALID_CONTEXT : CL_INVALID_COMMAND_QUEUE;
}

CL_API_ENTRY cl_mem CL_API_CALL clCreateFromGLBuffer(cl_context context,
                                                     cl_mem_flags flags, cl_GLuint bufobj,
                                                     cl_int *errcode_ret)
{
    (void)context, (void)flags, (void)bufobj;
    return refuse_create(errcode_ret);
}

CL_API_ENTRY cl_mem CL_API_CALL clCreateFromGLTexture(cl_context context,
                                                      cl_mem_flags flags,
                                                      cl_GLenum target, cl_GLint miplevel,
                                                      cl_GLuint texture,
                                                      cl_int *errcode_ret)
{
    (void)context, (void)flags, (void)target, (void)miplevel, (void)texture;
    return refuse_create(errcode_ret);
}

CL_API_ENTRY cl_mem CL_API_CALL
clCreateFromGLTexture2D(cl_context context, cl_mem_flags flags, cl_GLenum target,
                        cl_GLint miplevel, cl_GLuint texture, cl_int *errcode_ret)
{
    (void)context, (void)flags, (void)target, (void)miplevel, (void)texture;
    return refuse_create(errcode_ret);
}

CL_API_ENTRY cl_mem CL_API_CALL
clCreateFromGLTexture3D(cl_context context, cl_mem_flags flags, cl_GLenum target,
                        cl_GLint miplevel, cl_GLuint texture, cl_int *errcode_ret)
{
    (void)context, (void)flags, (void)target, (void)miplevel, (void)texture;
    return refuse_create(errcode_ret);
}

CL_API_ENTRY cl_mem CL_API_CALL clCreateFromGLRenderbuffer(cl_context context,
                                                           cl_mem_flags flags,
                                                           cl_GLuint renderbuffer,
                                                           cl_int *errcode_ret)
{
    (void)context, (void)flags, (void)renderbuffer;
    return refuse_create(errcode_ret);
}

CL_API_ENTRY cl_event CL_API_CALL clCreateEventFromGLsyncKHR(cl_context context,
                                                             cl_GLsync sync,
                                                             cl_int *errcode_ret)
{
    (void)context, (void)sync;
    return refuse_create(errcode_ret);
}

CL_API_ENTRY cl_int CL_API_CALL clGetGLObjectInfo(cl_mem memobj,
                                                  cl_gl_object_type *gl_object_type,
                                                  cl_GLuint *gl_object_name)
{
    (void)gl_object_type, (void)gl_object_name;
    return VGPU_IS(mem, memobj) ? CL_INVALID_GL_OBJECT : CL_INVALID_MEM_OBJECT;
}

CL_API_ENTRY cl_int CL_API_CALL clGetGLTextureInfo(cl_mem memobj,
                                                   cl_gl_texture_info param_name,
                                                   size_t param_value_size,
                                                   void *param_value,
                                                   size_t *param_value_size_ret)
{
    (void)param_name, (void)param_value_size, (void)param_value,
        (void)param_value_size_ret;
    return VGPU_IS(mem, memobj) ? CL_INVALID_GL_OBJECT : CL_INVALID_MEM_OBJECT;
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueAcquireGLObjects(
    cl_command_queue command_queue, cl_uint num_objects, const cl_mem *mem_objects,
    cl_uint num_events_in_wait_list, const cl_event *event_wait_list, cl_event *event)
{
    (void)num_objects, (void)mem_objects, (void)num_events_in_wait_list;
    (void)event_wait_list, (void)event;
    return refuse_command(command_queue);
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueReleaseGLObjects(
    cl_command_queue command_queue, cl_uint num_objects, const cl_mem *mem_objects,
    cl_uint num_events_in_wait_list, const cl_event *event_wait_list, cl_event *event)
{
    (void)num_objects, (void)mem_objects, (void)num_events_in_wait_list;
    (void)event_wait_list, (void)event;
    return refuse_command(command_queue);
}

CL_API_ENTRY cl_int CL_API_CALL clGetGLContextInfoKHR(
    const cl_context_properties *properties, cl_gl_context_info param_name,
    size_t param_value_size, void *param_value, size_t *param_value_size_ret)
{
    (void)properties, (void)param_name, (void)param_value_size, (void)param_value;
    (void)param_value_size_ret;
    return CL_INVALID_GL_SHAREGROUP_REFERENCE_KHR;
}
