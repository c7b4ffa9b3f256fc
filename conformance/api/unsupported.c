/* SPDX-License-Identifier: MIT */
/* What these devices do not have: reported so by the queries, refused by the calls with
 * the error that OpenCL 3.0 gives for a device without the feature. [OpenCL 3.0, 4.2 and
 * the features' own sections] */
#include "api_test.h"

#include <string.h>

static const struct zero {
    const char *name;
    cl_uint param;
} always[] =
    {
#define ZERO(name)  \
    {               \
#name, name \
    }
        ZERO(CL_DEVICE_IMAGE_SUPPORT),
        ZERO(CL_DEVICE_MAX_READ_IMAGE_ARGS),
        ZERO(CL_DEVICE_MAX_WRITE_IMAGE_ARGS),
        ZERO(CL_DEVICE_MAX_READ_WRITE_IMAGE_ARGS),
        ZERO(CL_DEVICE_IMAGE2D_MAX_WIDTH),
        ZERO(CL_DEVICE_IMAGE2D_MAX_HEIGHT),
        ZERO(CL_DEVICE_IMAGE3D_MAX_WIDTH),
        ZERO(CL_DEVICE_IMAGE3D_MAX_HEIGHT),
        ZERO(CL_DEVICE_IMAGE3D_MAX_DEPTH),
        ZERO(CL_DEVICE_IMAGE_MAX_BUFFER_SIZE),
        ZERO(CL_DEVICE_IMAGE_MAX_ARRAY_SIZE),
        ZERO(CL_DEVICE_MAX_SAMPLERS),
        ZERO(CL_DEVICE_IMAGE_PITCH_ALIGNMENT),
        ZERO(CL_DEVICE_IMAGE_BASE_ADDRESS_ALIGNMENT),
        ZERO(CL_DEVICE_PIPE_SUPPORT),
        ZERO(CL_DEVICE_MAX_PIPE_ARGS),
        ZERO(CL_DEVICE_PIPE_MAX_ACTIVE_RESERVATIONS),
        ZERO(CL_DEVICE_PIPE_MAX_PACKET_SIZE),
        ZERO(CL_DEVICE_SVM_CAPABILITIES),
        ZERO(CL_DEVICE_QUEUE_ON_DEVICE_PROPERTIES),
        ZERO(CL_DEVICE_QUEUE_ON_DEVICE_PREFERRED_SIZE),
        ZERO(CL_DEVICE_QUEUE_ON_DEVICE_MAX_SIZE),
        ZERO(CL_DEVICE_MAX_ON_DEVICE_QUEUES),
        ZERO(CL_DEVICE_MAX_ON_DEVICE_EVENTS),
        ZERO(CL_DEVICE_DEVICE_ENQUEUE_CAPABILITIES),
        ZERO(CL_DEVICE_SUB_GROUP_INDEPENDENT_FORWARD_PROGRESS),
},
  without_compiler[] = {
      ZERO(CL_DEVICE_COMPILER_AVAILABLE),
      ZERO(CL_DEVICE_LINKER_AVAILABLE),
      ZERO(CL_DEVICE_GENERIC_ADDRESS_SPACE_SUPPORT),
      ZERO(CL_DEVICE_MAX_NUM_SUB_GROUPS),
      ZERO(CL_DEVICE_WORK_GROUP_COLLECTIVE_FUNCTIONS_SUPPORT),
      ZERO(CL_DEVICE_MAX_GLOBAL_VARIABLE_SIZE),
      ZERO(CL_DEVICE_GLOBAL_VARIABLE_PREFERRED_TOTAL_SIZE),
#undef ZERO
};

static void expect_zeros(const struct vgpu_fixture *f, const struct zero *zeros,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cl_ulong value = 0;
        const cl_int err =
            clGetDeviceInfo(f->device, zeros[i].param, sizeof value, &value, NULL);

        if (err != CL_SUCCESS || value != 0)
            VGPU_FAIL("%s: %s, %llu", zeros[i].name, vgpu_test_cl_name(err),
                      (unsigned long long)value);
    }
}

VGPU_TEST(unsupported, is_reported_by_every_query)
{
    expect_zeros(f, always, COUNT_OF(always));
}

VGPU_TEST_WITH_ENV(unsupported, without_a_compiler_is_reported_by_every_query,
                   "VGPU_COMPILER=registered")
{
    expect_zeros(f, without_compiler, COUNT_OF(without_compiler));
}

VGPU_TEST(unsupported, has_no_intermediate_language_and_no_host_timer)
{
    cl_ulong resolution = 1;
    size_t size = 1;
    char text[64] = "x";

    EXPECT_CL(CL_SUCCESS,
              clGetDeviceInfo(f->device, CL_DEVICE_IL_VERSION, sizeof text, text, NULL));
    EXPECT_STREQ("", text);
    EXPECT_CL(CL_SUCCESS,
              clGetDeviceInfo(f->device, CL_DEVICE_ILS_WITH_VERSION, 0, NULL, &size));
    EXPECT_EQ(0, size);
    EXPECT_CL(CL_SUCCESS,
              clGetPlatformInfo(f->platform, CL_PLATFORM_HOST_TIMER_RESOLUTION,
                                sizeof resolution, &resolution, NULL));
    EXPECT_EQ(0, resolution);
}

static void expect_no_macros(const struct vgpu_fixture *f, const char *const absent[],
                             size_t count)
{
    cl_name_version rows[128];
    size_t size = 0;

    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(f->device, CL_DEVICE_OPENCL_C_FEATURES,
                                          sizeof rows, rows, &size));
    for (size_t i = 0; i < size / sizeof rows[0]; i++)
        for (size_t k = 0; k < count; k++)
            EXPECT_NE(0, strcmp(absent[k], rows[i].name));
}

VGPU_TEST(unsupported, has_no_feature_macro)
{
    static const char *const absent[] = {
        "__opencl_c_images",
        "__opencl_c_pipes",
        "__opencl_c_device_enqueue",
    };

    expect_no_macros(f, absent, COUNT_OF(absent));
}

VGPU_TEST_WITH_ENV(unsupported, without_a_compiler_has_no_feature_macro,
                   "VGPU_COMPILER=registered")
{
    static const char *const absent[] = {
        "__opencl_c_generic_address_space", "__opencl_c_program_scope_global_variables",
        "__opencl_c_subgroups", "__opencl_c_work_group_collective_functions"};

    expect_no_macros(f, absent, COUNT_OF(absent));
}

VGPU_TEST(unsupported, images_cannot_be_made_and_no_format_is_listed)
{
    const cl_image_format format = {CL_RGBA, CL_UNORM_INT8};
    const cl_image_desc desc = {
        .image_type = CL_MEM_OBJECT_IMAGE2D, .image_width = 4, .image_height = 4};
    cl_image_format formats[4];
    cl_uint count = 99;
    cl_int err;

    EXPECT_CL(CL_SUCCESS,
              clGetSupportedImageFormats(f->context, CL_MEM_READ_WRITE,
                                         CL_MEM_OBJECT_IMAGE2D, 4, formats, &count));
    EXPECT_EQ(0, count);
    EXPECT_CL(CL_INVALID_VALUE,
              clGetSupportedImageFormats(f->context, CL_MEM_READ_WRITE,
                                         CL_MEM_OBJECT_BUFFER, 0, NULL, &count));
    EXPECT_CL(CL_INVALID_VALUE,
              clGetSupportedImageFormats(f->context, CL_MEM_READ_WRITE,
                                         CL_MEM_OBJECT_IMAGE2D, 0, formats, &count));
    EXPECT_CL(CL_INVALID_CONTEXT,
              clGetSupportedImageFormats(NULL, CL_MEM_READ_WRITE, CL_MEM_OBJECT_IMAGE2D,
                                         0, NULL, &count));
    EXPECT_TRUE(clCreateImage(f->context, CL_MEM_READ_ONLY, &format, &desc, NULL, &err) ==
                NULL);
    EXPECT_CL(CL_INVALID_OPERATION, err);
    EXPECT_TRUE(clCreateImageWithProperties(f->context, NULL, CL_MEM_READ_ONLY, &format,
                                            &desc, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_OPERATION, err);
    EXPECT_TRUE(clCreateImage2D(f->context, CL_MEM_READ_ONLY, &format, 4, 4, 0, NULL,
                                &err) == NULL);
    EXPECT_CL(CL_INVALID_OPERATION, err);
    EXPECT_TRUE(clCreateImage3D(f->context, CL_MEM_READ_ONLY, &format, 4, 4, 4, 0, 0,
                                NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_OPERATION, err);
    EXPECT_TRUE(clCreateImage(NULL, CL_MEM_READ_ONLY, &format, &desc, NULL, &err) ==
                NULL);
    EXPECT_CL(CL_INVALID_CONTEXT, err);
}

VGPU_TEST(unsupported, image_commands_and_queries_refuse_buffers)
{
    static const size_t origin[3] = {0, 0, 0}, region[3] = {1, 1, 1};
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);
    size_t pitch, slice;
    char bytes[64] = {0};
    cl_int err;
    const cl_int errors[] = {
        clEnqueueReadImage(f->queue, buffer, CL_TRUE, origin, region, 0, 0, bytes, 0,
                           NULL, NULL),
        clEnqueueWriteImage(f->queue, buffer, CL_TRUE, origin, region, 0, 0, bytes, 0,
                            NULL, NULL),
        clEnqueueFillImage(f->queue, buffer, bytes, origin, region, 0, NULL, NULL),
        clEnqueueCopyImage(f->queue, buffer, buffer, origin, origin, region, 0, NULL,
                           NULL),
        clEnqueueCopyImageToBuffer(f->queue, buffer, buffer, origin, region, 0, 0, NULL,
                                   NULL),
        clEnqueueCopyBufferToImage(f->queue, buffer, buffer, 0, origin, region, 0, NULL,
                                   NULL),
    };

    for (size_t i = 0; i < COUNT_OF(errors); i++)
        EXPECT_TRUE(errors[i] == CL_INVALID_OPERATION ||
                    errors[i] == CL_INVALID_MEM_OBJECT);
    EXPECT_TRUE(clEnqueueMapImage(f->queue, buffer, CL_TRUE, CL_MAP_READ, origin, region,
                                  &pitch, &slice, 0, NULL, NULL, &err) == NULL);
    EXPECT_TRUE(err == CL_INVALID_OPERATION || err == CL_INVALID_MEM_OBJECT);
    EXPECT_CL(CL_INVALID_MEM_OBJECT,
              clGetImageInfo(buffer, CL_IMAGE_WIDTH, sizeof pitch, &pitch, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(unsupported, samplers_cannot_be_made)
{
    cl_int err;

    EXPECT_TRUE(clCreateSampler(f->context, CL_FALSE, CL_ADDRESS_NONE, CL_FILTER_NEAREST,
                                &err) == NULL);
    EXPECT_CL(CL_INVALID_OPERATION, err);
    EXPECT_TRUE(clCreateSamplerWithProperties(f->context, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_OPERATION, err);
    EXPECT_TRUE(clCreateSamplerWithProperties(NULL, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_CONTEXT, err);
}

VGPU_TEST(unsupported, pipes_cannot_be_made)
{
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);
    cl_uint size;
    cl_int err;

    EXPECT_TRUE(clCreatePipe(f->context, 0, 4, 16, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_OPERATION, err);
    EXPECT_TRUE(clCreatePipe(NULL, 0, 4, 16, NULL, &err) == NULL);
    EXPECT_CL(CL_INVALID_CONTEXT, err);
    EXPECT_CL(CL_INVALID_MEM_OBJECT,
              clGetPipeInfo(buffer, CL_PIPE_PACKET_SIZE, sizeof size, &size, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(unsupported, shared_virtual_memory_is_refused)
{
    cl_kernel kernel = vgpu_test_kernel(f, "api_add_one");
    char bytes[64] = {0}, more[64] = {0};
    void *pointer = bytes;
    const size_t size = sizeof bytes;

    EXPECT_TRUE(clSVMAlloc(f->context, CL_MEM_READ_WRITE, 64, 0) == NULL);
    clSVMFree(f->context, NULL);
    EXPECT_CL(CL_INVALID_OPERATION,
              clEnqueueSVMFree(f->queue, 1, &pointer, NULL, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_OPERATION,
              clEnqueueSVMMemcpy(f->queue, CL_TRUE, bytes, more, 64, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_OPERATION,
              clEnqueueSVMMemFill(f->queue, bytes, more, 4, 64, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_OPERATION,
              clEnqueueSVMMap(f->queue, CL_TRUE, CL_MAP_READ, bytes, 64, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_OPERATION, clEnqueueSVMUnmap(f->queue, bytes, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_OPERATION,
              clEnqueueSVMMigrateMem(f->queue, 1, (const void **)(uintptr_t)&pointer,
                                     &size, 0, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_OPERATION, clSetKernelArgSVMPointer(kernel, 0, bytes));
    EXPECT_CL(CL_INVALID_OPERATION,
              clSetKernelExecInfo(kernel, CL_KERNEL_EXEC_INFO_SVM_PTRS, sizeof pointer,
                                  &pointer));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(unsupported, intermediate_language_is_refused)
{
    static const unsigned char words[8] = {3, 2, 0x23, 7, 0, 0, 0, 0};
    const char *source = "";
    cl_int err;
    cl_program program = clCreateProgramWithSource(f->context, 1, &source, NULL, &err);

    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_TRUE(clCreateProgramWithIL(f->context, words, sizeof words, &err) == NULL);
    EXPECT_CL(CL_INVALID_OPERATION, err);
    EXPECT_TRUE(clCreateProgramWithIL(NULL, words, sizeof words, &err) == NULL);
    EXPECT_CL(CL_INVALID_CONTEXT, err);
    EXPECT_CL(CL_INVALID_OPERATION,
              clSetProgramSpecializationConstant(program, 0, sizeof err, &err));
    EXPECT_CL(CL_INVALID_OPERATION, clSetProgramReleaseCallback(program, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

VGPU_TEST(unsupported, timers_device_queues_and_sub_groups_of_c_are_refused)
{
    const size_t local = 64;
    size_t count;
    cl_ulong device_time, host_time;
    cl_kernel kernel = vgpu_test_kernel(f, "api_nothing");

    EXPECT_CL(CL_INVALID_OPERATION,
              clGetDeviceAndHostTimer(f->device, &device_time, &host_time));
    EXPECT_CL(CL_INVALID_OPERATION, clGetHostTimer(f->device, &host_time));
    EXPECT_CL(CL_INVALID_OPERATION,
              clSetDefaultDeviceCommandQueue(f->context, f->device, f->queue));
    EXPECT_CL(CL_INVALID_OPERATION,
              clGetKernelSubGroupInfo(kernel, f->device,
                                      CL_KERNEL_MAX_SUB_GROUP_SIZE_FOR_NDRANGE,
                                      sizeof local, &local, sizeof count, &count, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}
