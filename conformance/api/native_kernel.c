/* SPDX-License-Identifier: MIT */
/* Native kernels: host functions on a queue. [OpenCL 3.0, 5.10] */
#include "api_test.h"

#include <stdatomic.h>
#include <string.h>

struct arguments {
    cl_int add;
    cl_int *values;
    cl_int *more;
};

static void CL_CALLBACK add(void *given)
{
    const struct arguments *arguments = given;

    for (size_t i = 0; i < 4; i++)
        arguments->values[i] +=
            arguments->add + (arguments->more ? arguments->more[i] : 0);
}

VGPU_TEST(clEnqueueNativeKernel, is_handed_a_copy_with_the_buffers_addresses)
{
    cl_int values[4] = {1, 2, 3, 4}, more[4] = {10, 20, 30, 40}, read[4] = {0};
    const cl_int expected[4] = {111, 122, 133, 144};
    struct arguments arguments = {100, NULL, NULL};
    cl_mem buffers[2] = {vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof values, values),
                         vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof more, more)};
    const void *places[2] = {&arguments.values, &arguments.more};
    cl_event gate = vgpu_test_user_event(f);

    EXPECT_CL(CL_SUCCESS,
              clEnqueueNativeKernel(f->queue, add, &arguments, sizeof arguments, 2,
                                    buffers, places, 1, &gate, NULL));
    memset(&arguments, 0, sizeof arguments);
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffers[0], CL_TRUE, 0,
                                              sizeof read, read, 0, NULL, NULL));
    EXPECT_BYTES(expected, read, sizeof read);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffers[0]));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffers[1]));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
}

static atomic_int calls;

static void CL_CALLBACK count_call(void *nothing)
{
    if (!nothing)
        atomic_fetch_add(&calls, 1);
}

VGPU_TEST(clEnqueueNativeKernel, may_have_no_arguments)
{
    atomic_store(&calls, 0);
    for (int i = 0; i < 10; i++)
        EXPECT_CL(CL_SUCCESS, clEnqueueNativeKernel(f->queue, count_call, NULL, 0, 0,
                                                    NULL, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_EQ(10, atomic_load(&calls));
}

VGPU_TEST(clEnqueueNativeKernel, refuses_what_the_spec_refuses)
{
    struct arguments arguments = {0, NULL, NULL};
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);
    const void *place = &arguments.values;
    const size_t size = sizeof arguments;

    EXPECT_CL(CL_INVALID_VALUE, clEnqueueNativeKernel(f->queue, NULL, &arguments, size, 0,
                                                      NULL, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE, clEnqueueNativeKernel(f->queue, add, NULL, size, 0, NULL,
                                                      NULL, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE, clEnqueueNativeKernel(f->queue, add, NULL, 0, 1, &buffer,
                                                      &place, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE, clEnqueueNativeKernel(f->queue, add, &arguments, 0, 0,
                                                      NULL, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE, clEnqueueNativeKernel(f->queue, add, &arguments, size, 1,
                                                      NULL, &place, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE, clEnqueueNativeKernel(f->queue, add, &arguments, size, 1,
                                                      &buffer, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE, clEnqueueNativeKernel(f->queue, add, &arguments, size, 0,
                                                      &buffer, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE, clEnqueueNativeKernel(f->queue, add, &arguments, size, 0,
                                                      NULL, &place, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clEnqueueNativeKernel, refuses_what_is_no_buffer)
{
    struct arguments arguments = {0, NULL, NULL};
    const void *place = &arguments.values;
    void *garbage[API_NUM_GARBAGE + 1];

    api_garbage(garbage, &arguments, &garbage);
    garbage[API_NUM_GARBAGE] = f->queue;
    for (size_t i = 0; i < COUNT_OF(garbage); i++) {
        const cl_mem buffer = garbage[i];

        EXPECT_CL(CL_INVALID_MEM_OBJECT,
                  clEnqueueNativeKernel(f->queue, add, &arguments, sizeof arguments, 1,
                                        &buffer, &place, 0, NULL, NULL));
    }
}

static void CL_CALLBACK see_null(void *given)
{
    const struct arguments *arguments = given;

    if (!arguments->values)
        atomic_fetch_add(&calls, arguments->add);
}

VGPU_TEST(clEnqueueNativeKernel, passes_null_for_a_buffer_that_is_null)
{
    cl_int unused;
    struct arguments arguments = {5, &unused, NULL};
    const void *place = &arguments.values;
    const cl_mem none = NULL;

    atomic_store(&calls, 0);
    EXPECT_CL(CL_SUCCESS,
              clEnqueueNativeKernel(f->queue, see_null, &arguments, sizeof arguments, 1,
                                    &none, &place, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_EQ(5, atomic_load(&calls));
}
