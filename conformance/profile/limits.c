/* SPDX-License-Identifier: MIT */
/* A device holds to its profile: what it does not have is refused as a GPU's driver
 * would, and the log names the limit. */
#define CL_TARGET_OPENCL_VERSION 300
#include "vgpu_test.h"

#include <CL/cl_vgpu.h>
#include <stdlib.h>
#include <string.h>

#define KIB ((size_t)1 << 10)
#define MIB ((size_t)1 << 20)

static cl_ulong number(cl_device_id device, cl_device_info what)
{
    cl_ulong value = 0;

    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(device, what, sizeof value, &value, NULL));
    return value;
}

VGPU_TEST_WITH_ENV(profile_queries, agree_with_the_profile,
                   "VGPU_DEVICES=type=accelerator,clock=1.4GHz,work_group=64,mem=64M,"
                   "alloc=40M,local=40K,constant=20K,cache=0,cache_line=32,sub_group=16,"
                   "memory=separate")
{
    cl_device_id device;

    EXPECT_CL(CL_DEVICE_NOT_FOUND,
              clGetDeviceIDs(f->platform, CL_DEVICE_TYPE_GPU, 1, &device, NULL));
    EXPECT_CL(CL_SUCCESS,
              clGetDeviceIDs(f->platform, CL_DEVICE_TYPE_ACCELERATOR, 1, &device, NULL));
    EXPECT_EQ(CL_DEVICE_TYPE_ACCELERATOR, number(device, CL_DEVICE_TYPE));
    EXPECT_EQ(1400, number(device, CL_DEVICE_MAX_CLOCK_FREQUENCY));
    EXPECT_EQ(64, number(device, CL_DEVICE_MAX_WORK_GROUP_SIZE));
    EXPECT_EQ(64 * MIB, number(device, CL_DEVICE_GLOBAL_MEM_SIZE));
    EXPECT_EQ(40 * MIB, number(device, CL_DEVICE_MAX_MEM_ALLOC_SIZE));
    EXPECT_EQ(40 * KIB, number(device, CL_DEVICE_LOCAL_MEM_SIZE));
    EXPECT_EQ(20 * KIB, number(device, CL_DEVICE_MAX_CONSTANT_BUFFER_SIZE));
    EXPECT_EQ(CL_NONE, number(device, CL_DEVICE_GLOBAL_MEM_CACHE_TYPE));
    EXPECT_EQ(0, number(device, CL_DEVICE_GLOBAL_MEM_CACHE_SIZE));
    EXPECT_EQ(32, number(device, CL_DEVICE_GLOBAL_MEM_CACHELINE_SIZE));
    EXPECT_EQ(16, number(device, CL_DEVICE_PREFERRED_WORK_GROUP_SIZE_MULTIPLE));
    EXPECT_EQ(CL_FALSE, number(device, CL_DEVICE_HOST_UNIFIED_MEMORY));
    EXPECT_EQ(CL_FALSE, number(device, CL_DEVICE_IMAGE_SUPPORT));
}

VGPU_TEST_WITH_ENV(profile_queries, tell_the_profile_as_text,
                   "VGPU_DEVICES=teaching,cu=3")
{
    char text[8192];

    ASSERT_CL(CL_SUCCESS, clGetDeviceInfo(f->device, CL_DEVICE_DESCRIPTION_VGPU,
                                          sizeof text, text, NULL));
    EXPECT_EQ(0, strncmp(text, "# teaching\nname = Teaching GPU\ntype = gpu\ncu = 3\n",
                         strlen("# teaching\nname = Teaching GPU\n")));
    EXPECT_CONTAINS(text, "\ncu = 3\n");
    EXPECT_CONTAINS(text, "\nlink_bandwidth = 1GB/s\n");
}

static cl_int launch(const struct vgpu_fixture *f, cl_kernel kernel, size_t local_size)
{
    const size_t global_size = 1024;

    return clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global_size, &local_size, 0,
                                  NULL, NULL);
}

/* `expected`, and a sentence on stderr that names the limit. */
static void expect_refused(const struct vgpu_fixture *f, cl_kernel kernel,
                           size_t local_size, cl_int expected, const char *limit)
{
    cl_int err;
    const char *said;

    vgpu_test_stderr_start();
    err = launch(f, kernel, local_size);
    said = vgpu_test_stderr_stop();
    EXPECT_CL(expected, err);
    EXPECT_CONTAINS(said, limit);
}

VGPU_TEST_WITH_ENV(profile_limits, work_groups_that_are_too_large,
                   "VGPU_DEVICES=teaching")
{
    const cl_kernel kernel = vgpu_test_kernel(f, "profile_nothing");

    EXPECT_CL(CL_SUCCESS, launch(f, kernel, 256));
    expect_refused(f, kernel, 512, CL_INVALID_WORK_GROUP_SIZE,
                   "(work_group=256 of profile teaching)");
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST_WITH_ENV(profile_limits, local_memory, "VGPU_DEVICES=teaching")
{
    const cl_kernel kernel = vgpu_test_kernel(f, "profile_local");

    ASSERT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, 32 * KIB, NULL));
    EXPECT_CL(CL_SUCCESS, launch(f, kernel, 1));
    ASSERT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, 32 * KIB + 1, NULL));
    expect_refused(f, kernel, 1, CL_OUT_OF_RESOURCES, "(local=32K of profile teaching)");
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST_WITH_ENV(profile_limits, constant_arguments, "VGPU_DEVICES=constant=4K")
{
    const cl_kernel kernel = vgpu_test_kernel(f, "profile_constant");
    const cl_mem fits = vgpu_test_buffer(f, CL_MEM_READ_ONLY, 4 * KIB, NULL);
    const cl_mem is_large = vgpu_test_buffer(f, CL_MEM_READ_ONLY, 4 * KIB + 4, NULL);

    ASSERT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof is_large, &is_large));
    ASSERT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, sizeof fits, &fits));
    EXPECT_CL(CL_SUCCESS, launch(f, kernel, 1));
    ASSERT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, sizeof is_large, &is_large));
    expect_refused(f, kernel, 1, CL_OUT_OF_RESOURCES, "(constant=4K of profile native)");
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(fits));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(is_large));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST_WITH_ENV(profile_limits, buffers_that_are_too_large,
                   "VGPU_DEVICES=embedded,mem=64M,alloc=32M")
{
    const char *said;
    cl_int err;
    cl_mem buffer = clCreateBuffer(f->context, 0, 32 * MIB, NULL, &err);

    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    vgpu_test_stderr_start();
    buffer = clCreateBuffer(f->context, 0, 32 * MIB + 1, NULL, &err);
    said = vgpu_test_stderr_stop();
    EXPECT_CL(CL_INVALID_BUFFER_SIZE, err);
    EXPECT_CONTAINS(said, "(alloc=32M of profile embedded,");
}

VGPU_TEST_WITH_ENV(profile_limits, are_in_the_log_where_a_callback_is_told,
                   "VGPU_DEVICES=teaching", "VGPU_LOG=error", "VGPU_EXPLAIN=0")
{
    const cl_kernel kernel = vgpu_test_kernel(f, "profile_nothing");

    expect_refused(f, kernel, 1024, CL_INVALID_WORK_GROUP_SIZE,
                   "(work_group=256 of profile teaching)");
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}
