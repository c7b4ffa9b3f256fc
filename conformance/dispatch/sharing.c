/* SPDX-License-Identifier: MIT */
/* Entry points of extensions that no device has: programs that import them start, and are
 * refused. */
#include "vgpu_test.h"

#include <CL/cl_egl.h>
#include <CL/cl_ext.h>
#include <CL/cl_gl.h>

VGPU_TEST(gl_sharing, makes_no_object_in_a_context_that_is_not_of_opengl)
{
    cl_int err = CL_SUCCESS;

    EXPECT_EQ(NULL, clCreateFromGLBuffer(f->context, 0, 1, &err));
    EXPECT_CL(CL_INVALID_CONTEXT, err);
    err = CL_SUCCESS;
    EXPECT_EQ(NULL, clCreateFromGLTexture(f->context, 0, 0, 0, 1, &err));
    EXPECT_CL(CL_INVALID_CONTEXT, err);
    err = CL_SUCCESS;
    EXPECT_EQ(NULL, clCreateFromGLTexture2D(f->context, 0, 0, 0, 1, &err));
    EXPECT_CL(CL_INVALID_CONTEXT, err);
    err = CL_SUCCESS;
    EXPECT_EQ(NULL, clCreateFromGLTexture3D(f->context, 0, 0, 0, 1, &err));
    EXPECT_CL(CL_INVALID_CONTEXT, err);
    err = CL_SUCCESS;
    EXPECT_EQ(NULL, clCreateFromGLRenderbuffer(f->context, 0, 1, &err));
    EXPECT_CL(CL_INVALID_CONTEXT, err);
    err = CL_SUCCESS;
    EXPECT_EQ(NULL, clCreateEventFromGLsyncKHR(f->context, NULL, &err));
    EXPECT_CL(CL_INVALID_CONTEXT, err);
}

VGPU_TEST(gl_sharing, knows_no_object_of_opengl)
{
    const cl_mem buffer = vgpu_test_buffer(f, 0, 16, NULL);
    cl_gl_object_type type;
    cl_GLuint name;
    cl_GLenum target;
    cl_context_properties none[] = {0};

    EXPECT_CL(CL_INVALID_GL_OBJECT, clGetGLObjectInfo(buffer, &type, &name));
    EXPECT_CL(CL_INVALID_MEM_OBJECT, clGetGLObjectInfo(NULL, &type, &name));
    EXPECT_CL(CL_INVALID_GL_OBJECT, clGetGLTextureInfo(buffer, CL_GL_TEXTURE_TARGET,
                                                       sizeof target, &target, NULL));
    EXPECT_CL(CL_INVALID_MEM_OBJECT, clGetGLTextureInfo(NULL, CL_GL_TEXTURE_TARGET,
                                                        sizeof target, &target, NULL));
    EXPECT_CL(CL_INVALID_CONTEXT,
              clEnqueueAcquireGLObjects(f->queue, 1, &buffer, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_CONTEXT,
              clEnqueueReleaseGLObjects(f->queue, 1, &buffer, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_COMMAND_QUEUE,
              clEnqueueAcquireGLObjects(NULL, 1, &buffer, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_COMMAND_QUEUE,
              clEnqueueReleaseGLObjects(NULL, 1, &buffer, 0, NULL, NULL));
    EXPECT_CL(
        CL_INVALID_GL_SHAREGROUP_REFERENCE_KHR,
        clGetGLContextInfoKHR(none, CL_CURRENT_DEVICE_FOR_GL_CONTEXT_KHR, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(egl_sharing, is_refused)
{
    const cl_mem buffer = vgpu_test_buffer(f, 0, 16, NULL);
    cl_int err = CL_SUCCESS;

    EXPECT_EQ(NULL, clCreateFromEGLImageKHR(f->context, NULL, NULL, 0, NULL, &err));
    EXPECT_CL(CL_INVALID_OPERATION, err);
    EXPECT_EQ(NULL, clCreateFromEGLImageKHR(NULL, NULL, NULL, 0, NULL, &err));
    EXPECT_CL(CL_INVALID_CONTEXT, err);
    EXPECT_EQ(NULL, clCreateEventFromEGLSyncKHR(f->context, NULL, NULL, &err));
    EXPECT_CL(CL_INVALID_OPERATION, err);
    EXPECT_CL(CL_INVALID_OPERATION,
              clEnqueueAcquireEGLObjectsKHR(f->queue, 1, &buffer, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_OPERATION,
              clEnqueueReleaseEGLObjectsKHR(f->queue, 1, &buffer, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_COMMAND_QUEUE,
              clEnqueueAcquireEGLObjectsKHR(NULL, 1, &buffer, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_COMMAND_QUEUE,
              clEnqueueReleaseEGLObjectsKHR(NULL, 1, &buffer, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(device_fission, supports_no_way_to_partition)
{
    const cl_device_partition_property_ext equally[] = {CL_DEVICE_PARTITION_EQUALLY_EXT,
                                                        1, 0};
    cl_device_id part;
    cl_uint count;

    EXPECT_CL(CL_INVALID_VALUE,
              clCreateSubDevicesEXT(f->device, equally, 1, &part, &count));
    EXPECT_CL(CL_INVALID_DEVICE, clCreateSubDevicesEXT(NULL, equally, 1, &part, &count));
    EXPECT_CL(CL_SUCCESS, clRetainDeviceEXT(f->device));
    EXPECT_CL(CL_SUCCESS, clReleaseDeviceEXT(f->device));
    EXPECT_CL(CL_INVALID_DEVICE, clRetainDeviceEXT(NULL));
    EXPECT_CL(CL_INVALID_DEVICE, clReleaseDeviceEXT(NULL));
}
