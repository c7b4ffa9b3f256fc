/* SPDX-License-Identifier: MIT */
/* Images and samplers, on devices without them. [OpenCL 3.0, 5.3 and 5.7] */
#include "vgpu_test.h"

static const cl_image_format format = {CL_RGBA, CL_UNORM_INT8};
static const cl_image_desc description = {
    .image_type = CL_MEM_OBJECT_IMAGE2D, .image_width = 4, .image_height = 4};
static const size_t origin[3] = {0, 0, 0}, region[3] = {1, 1, 1};

VGPU_TEST(clCreateImage, refuses_in_all_its_forms)
{
    cl_int err = CL_SUCCESS;

    EXPECT_EQ(NULL, clCreateImage(f->context, 0, &format, &description, NULL, &err));
    EXPECT_CL(CL_INVALID_OPERATION, err);
    err = CL_SUCCESS;
    EXPECT_EQ(NULL, clCreateImageWithProperties(f->context, NULL, 0, &format,
                                                &description, NULL, &err));
    EXPECT_CL(CL_INVALID_OPERATION, err);
    err = CL_SUCCESS;
    EXPECT_EQ(NULL, clCreateImage2D(f->context, 0, &format, 4, 4, 0, NULL, &err));
    EXPECT_CL(CL_INVALID_OPERATION, err);
    err = CL_SUCCESS;
    EXPECT_EQ(NULL, clCreateImage3D(f->context, 0, &format, 4, 4, 4, 0, 0, NULL, &err));
    EXPECT_CL(CL_INVALID_OPERATION, err);
    EXPECT_EQ(NULL, clCreateImage(f->context, 0, &format, &description, NULL, NULL));
}

VGPU_UNIT_TEST(clCreateImage, refuses_what_is_not_a_context)
{
    cl_int err = CL_SUCCESS;

    EXPECT_EQ(NULL, clCreateImage(NULL, 0, &format, &description, NULL, &err));
    EXPECT_CL(CL_INVALID_CONTEXT, err);
    err = CL_SUCCESS;
    EXPECT_EQ(NULL, clCreateImageWithProperties(NULL, NULL, 0, &format, &description,
                                                NULL, &err));
    EXPECT_CL(CL_INVALID_CONTEXT, err);
    err = CL_SUCCESS;
    EXPECT_EQ(NULL, clCreateImage2D(NULL, 0, &format, 4, 4, 0, NULL, &err));
    EXPECT_CL(CL_INVALID_CONTEXT, err);
    err = CL_SUCCESS;
    EXPECT_EQ(NULL, clCreateImage3D(NULL, 0, &format, 4, 4, 4, 0, 0, NULL, &err));
    EXPECT_CL(CL_INVALID_CONTEXT, err);
}

VGPU_TEST(clGetSupportedImageFormats, lists_none)
{
    cl_image_format formats[2] = {format, format};
    cl_uint count = 77;

    EXPECT_CL(CL_SUCCESS,
              clGetSupportedImageFormats(f->context, CL_MEM_READ_ONLY,
                                         CL_MEM_OBJECT_IMAGE2D, 0, NULL, &count));
    EXPECT_EQ(0, count);
    EXPECT_CL(CL_SUCCESS,
              clGetSupportedImageFormats(f->context, CL_MEM_READ_ONLY,
                                         CL_MEM_OBJECT_IMAGE3D, 2, formats, NULL));
    EXPECT_BYTES(&format, &formats[0], sizeof format);
}

VGPU_TEST(clGetSupportedImageFormats, refuses_bad_values)
{
    cl_image_format formats[1];
    cl_uint count;

    EXPECT_CL(CL_INVALID_CONTEXT,
              clGetSupportedImageFormats(NULL, CL_MEM_READ_ONLY, CL_MEM_OBJECT_IMAGE2D, 0,
                                         NULL, &count));
    EXPECT_CL(CL_INVALID_VALUE,
              clGetSupportedImageFormats(f->context, (cl_mem_flags)1 << 40,
                                         CL_MEM_OBJECT_IMAGE2D, 0, NULL, &count));
    EXPECT_CL(
        CL_INVALID_VALUE,
        clGetSupportedImageFormats(f->context, 0, CL_MEM_OBJECT_BUFFER, 0, NULL, &count));
    EXPECT_CL(CL_INVALID_VALUE,
              clGetSupportedImageFormats(f->context, 0, CL_MEM_OBJECT_IMAGE2D, 0, formats,
                                         &count));
}

VGPU_TEST(clGetImageInfo, knows_no_image)
{
    const cl_mem buffer = vgpu_test_buffer(f, 0, 16, NULL);
    size_t width;

    EXPECT_CL(CL_INVALID_MEM_OBJECT,
              clGetImageInfo(NULL, CL_IMAGE_WIDTH, sizeof width, &width, NULL));
    EXPECT_CL(CL_INVALID_MEM_OBJECT,
              clGetImageInfo(buffer, CL_IMAGE_WIDTH, sizeof width, &width, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

/* Calls every command on images and expects the same error of each. */
static void expect_commands(cl_int expected, cl_command_queue queue, cl_mem mem)
{
    char bytes[16] = {0};
    size_t row, slice;
    cl_int err = CL_SUCCESS;

    EXPECT_CL(expected, clEnqueueReadImage(queue, mem, CL_TRUE, origin, region, 0, 0,
                                           bytes, 0, NULL, NULL));
    EXPECT_CL(expected, clEnqueueWriteImage(queue, mem, CL_TRUE, origin, region, 0, 0,
                                            bytes, 0, NULL, NULL));
    EXPECT_CL(expected,
              clEnqueueFillImage(queue, mem, bytes, origin, region, 0, NULL, NULL));
    EXPECT_CL(expected,
              clEnqueueCopyImage(queue, mem, mem, origin, origin, region, 0, NULL, NULL));
    EXPECT_CL(expected, clEnqueueCopyImageToBuffer(queue, mem, mem, origin, region, 0, 0,
                                                   NULL, NULL));
    EXPECT_CL(expected, clEnqueueCopyBufferToImage(queue, mem, mem, 0, origin, region, 0,
                                                   NULL, NULL));
    EXPECT_EQ(NULL, clEnqueueMapImage(queue, mem, CL_TRUE, CL_MAP_READ, origin, region,
                                      &row, &slice, 0, NULL, NULL, &err));
    EXPECT_CL(expected, err);
}

VGPU_TEST(clEnqueueImageCommands, are_refused_by_a_device_without_images)
{
    const cl_mem buffer = vgpu_test_buffer(f, 0, 16, NULL);

    expect_commands(CL_INVALID_OPERATION, f->queue, buffer);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clEnqueueImageCommands, refuse_what_is_not_a_queue_or_a_memory_object)
{
    expect_commands(CL_INVALID_COMMAND_QUEUE, NULL, NULL);
    expect_commands(CL_INVALID_COMMAND_QUEUE, (cl_command_queue)f->context, NULL);
    expect_commands(CL_INVALID_MEM_OBJECT, f->queue, NULL);
    expect_commands(CL_INVALID_MEM_OBJECT, f->queue, (cl_mem)f->context);
}

VGPU_TEST(clCreateSampler, is_refused_without_images)
{
    cl_int err = CL_SUCCESS;

    EXPECT_EQ(NULL, clCreateSampler(f->context, CL_TRUE, CL_ADDRESS_CLAMP,
                                    CL_FILTER_LINEAR, &err));
    EXPECT_CL(CL_INVALID_OPERATION, err);
    EXPECT_EQ(NULL,
              clCreateSampler(NULL, CL_TRUE, CL_ADDRESS_CLAMP, CL_FILTER_LINEAR, &err));
    EXPECT_CL(CL_INVALID_CONTEXT, err);
    EXPECT_EQ(NULL, clCreateSamplerWithProperties(f->context, NULL, &err));
    EXPECT_CL(CL_INVALID_OPERATION, err);
    EXPECT_EQ(NULL, clCreateSamplerWithProperties(NULL, NULL, &err));
    EXPECT_CL(CL_INVALID_CONTEXT, err);
}

VGPU_TEST(clRetainSampler, knows_no_sampler)
{
    const cl_sampler not_one = (cl_sampler)f->context;
    cl_uint count;

    EXPECT_CL(CL_INVALID_SAMPLER, clRetainSampler(NULL));
    EXPECT_CL(CL_INVALID_SAMPLER, clReleaseSampler(not_one));
    EXPECT_CL(CL_INVALID_SAMPLER, clGetSamplerInfo(not_one, CL_SAMPLER_REFERENCE_COUNT,
                                                   sizeof count, &count, NULL));
}
