/* SPDX-License-Identifier: MIT */
/* A device with more memory than the machine: until it is truly used. */
#define CL_TARGET_OPENCL_VERSION 300
#include "vgpu_test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* More than the machine has; 0: no address space for it. */
static cl_mem make_huge(const struct vgpu_fixture *f)
{
    const size_t machine =
        (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
    cl_int err;
    const cl_mem buffer =
        clCreateBuffer(f->context, 0, machine + ((size_t)64 << 20), NULL, &err);

    EXPECT_TRUE(err == CL_SUCCESS || err == CL_MEM_OBJECT_ALLOCATION_FAILURE);
    return err == CL_SUCCESS ? buffer : NULL;
}

static void CL_CALLBACK nothing(void *args)
{
    (void)args;
}

static void expect_refused_in_use(const struct vgpu_fixture *f)
{
    const cl_mem buffer = make_huge(f);
    const cl_buffer_region region = {0, 4096};
    const cl_int zero = 0;
    const cl_kernel kernel = vgpu_test_kernel(f, "profile_constant");
    const size_t one = 1;
    const void *place;
    const char *said;
    cl_int word = 0, err;
    cl_mem part, args[1] = {NULL};

    if (!buffer)
        VGPU_SKIP("there are no addresses for so much");
    vgpu_test_stderr_start();
    err = clEnqueueWriteBuffer(f->queue, buffer, CL_TRUE, 0, 4, &word, 0, NULL, NULL);
    said = vgpu_test_stderr_stop();
    EXPECT_CL(CL_MEM_OBJECT_ALLOCATION_FAILURE, err);
    EXPECT_CONTAINS(said, "the machine has not so much memory left");
    EXPECT_CONTAINS(said, "(mem=65536G of profile native)");
    vgpu_test_stderr_start();
    EXPECT_CL(CL_MEM_OBJECT_ALLOCATION_FAILURE,
              clEnqueueFillBuffer(f->queue, buffer, &zero, 4, 0, 4, 0, NULL, NULL));
    EXPECT_TRUE(clEnqueueMapBuffer(f->queue, buffer, CL_TRUE, CL_MAP_READ, 0, 4, 0, NULL,
                                   NULL, &err) == NULL);
    EXPECT_CL(CL_MEM_OBJECT_ALLOCATION_FAILURE, err);
    part = clCreateSubBuffer(buffer, 0, CL_BUFFER_CREATE_TYPE_REGION, &region, &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_MEM_OBJECT_ALLOCATION_FAILURE,
              clEnqueueReadBuffer(f->queue, part, CL_TRUE, 0, 4, &word, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, sizeof part, &part));
    EXPECT_CL(
        CL_MEM_OBJECT_ALLOCATION_FAILURE,
        clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &one, NULL, 0, NULL, NULL));
    place = args;
    EXPECT_CL(CL_MEM_OBJECT_ALLOCATION_FAILURE,
              clEnqueueNativeKernel(f->queue, nothing, args, sizeof args, 1, &buffer,
                                    &place, 0, NULL, NULL));
    vgpu_test_stderr_stop();
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(part));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST_WITH_ENV(capacity, beyond_the_machine_is_refused_when_it_is_used,
                   "VGPU_DEVICES=mem=65536G")
{
    expect_refused_in_use(f);
}

VGPU_TEST_WITH_ENV(capacity, of_a_separate_memory_is_refused_when_it_is_used,
                   "VGPU_DEVICES=mem=65536G,memory=separate")
{
    expect_refused_in_use(f);
}

VGPU_TEST_WITH_ENV(capacity, is_used_up_by_buffers_that_exist, "VGPU_DEVICES=mem=64M")
{
    const size_t half = (size_t)32 << 20;
    cl_int err;
    const cl_mem first = vgpu_test_buffer(f, 0, half, NULL);
    cl_mem second = vgpu_test_buffer(f, 0, half, NULL);

    EXPECT_TRUE(clCreateBuffer(f->context, 0, 1, NULL, &err) == NULL);
    EXPECT_CL(CL_MEM_OBJECT_ALLOCATION_FAILURE, err);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(second));
    second = clCreateBuffer(f->context, 0, half, NULL, &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(second));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(first));
}

static void CL_CALLBACK ignore(cl_mem buffer, void *user_data)
{
    (void)buffer;
    (void)user_data;
}

/* What a command held is given back a moment after its end is told; a buffer that fits
 * only then is not refused in that moment. */
static void expect_free_when_the_last_command_has_ended(const struct vgpu_fixture *f,
                                                        bool calls_back)
{
    const size_t bytes = (size_t)600 << 10;
    const cl_int count = calls_back ? 500 : 3000;

    for (cl_int i = 0; i < count; i++) {
        const cl_mem buffer = vgpu_test_buffer(f, CL_MEM_READ_WRITE, bytes, NULL);
        cl_int seen = -1;

        ASSERT_TRUE(buffer != NULL);
        if (calls_back)
            EXPECT_CL(CL_SUCCESS, clSetMemObjectDestructorCallback(buffer, ignore, NULL));
        EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, buffer, &i, sizeof i, 0,
                                                  bytes, 0, NULL, NULL));
        EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0,
                                                  sizeof seen, &seen, 0, NULL, NULL));
        EXPECT_EQ(i, seen);
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    }
}

VGPU_TEST_WITH_ENV(capacity, is_free_again_when_the_last_command_has_ended,
                   "VGPU_DEVICES=cu=1,mem=1M")
{
    expect_free_when_the_last_command_has_ended(f, false);
}

VGPU_TEST_WITH_ENV(capacity, of_a_separate_memory_is_free_again_then,
                   "VGPU_DEVICES=cu=2,mem=1M,memory=separate")
{
    expect_free_when_the_last_command_has_ended(f, false);
}

/* Memory is given back behind the callbacks, on their thread. */
VGPU_TEST_WITH_ENV(capacity, is_free_again_behind_destructor_callbacks,
                   "VGPU_DEVICES=cu=1,mem=1M")
{
    expect_free_when_the_last_command_has_ended(f, true);
}

VGPU_TEST_WITH_ENV(capacity, of_a_separate_memory_is_free_again_behind_them,
                   "VGPU_DEVICES=cu=2,mem=1M,memory=separate")
{
    expect_free_when_the_last_command_has_ended(f, true);
}
