/* SPDX-License-Identifier: MIT */
/* Launching kernels: dimensions, sizes, offsets. [OpenCL 3.0, 5.10] */
#include "api_test.h"

#include <stdlib.h>

#define MAX_ITEMS 4096
#define WORDS     12

/* A launch to try; a local size of 0 in the first dimension: NULL. */
struct launch {
    cl_uint dim;
    size_t offset[3], global[3], local[3];
};

static const struct launch launches[] = {
    {1, {0, 0, 0}, {1, 1, 1}, {0, 1, 1}},
    {1, {0, 0, 0}, {1000, 1, 1}, {0, 1, 1}},
    {1, {0, 0, 0}, {1024, 1, 1}, {1024, 1, 1}},
    {1, {0, 0, 0}, {1000, 1, 1}, {64, 1, 1}},
    {1, {5, 0, 0}, {7, 1, 1}, {16, 1, 1}},
    {1, {100000, 0, 0}, {64, 1, 1}, {8, 1, 1}},
    {2, {0, 0, 0}, {16, 16, 1}, {0, 1, 1}},
    {2, {0, 0, 0}, {16, 16, 1}, {4, 8, 1}},
    {2, {3, 4, 0}, {17, 5, 1}, {4, 2, 1}},
    {3, {0, 0, 0}, {8, 8, 8}, {0, 1, 1}},
    {3, {0, 0, 0}, {8, 8, 8}, {2, 4, 8}},
    {3, {1, 2, 3}, {7, 5, 3}, {4, 4, 2}},
    {3, {0, 0, 0}, {1, 1, 97}, {1, 1, 16}},
    {3, {0, 0, 0}, {13, 11, 7}, {0, 1, 1}},
};

/* Every work-item ran, once, and knew its place. */
static void expect_places(const struct launch *launch, const cl_ulong *places)
{
    size_t wrong = 0, at = 0;

    for (size_t z = 0; z < launch->global[2]; z++)
        for (size_t y = 0; y < launch->global[1]; y++)
            for (size_t x = 0; x < launch->global[0]; x++, at++) {
                const size_t id[3] = {x, y, z};

                for (cl_uint d = 0; d < 3; d++) {
                    const cl_ulong *place = places + WORDS * at + d;
                    const size_t left = launch->global[d] - place[6] * launch->local[d];

                    wrong += place[0] != launch->offset[d] + id[d];
                    if (launch->local[0] == 0)
                        continue;
                    wrong += place[3] != id[d] % launch->local[d];
                    wrong += place[6] != id[d] / launch->local[d];
                    wrong +=
                        place[9] != (left < launch->local[d] ? left : launch->local[d]);
                }
            }
    EXPECT_EQ(0, wrong);
}

VGPU_TEST(clEnqueueNDRangeKernel, runs_every_work_item_at_its_place)
{
    const size_t size = sizeof(cl_ulong) * WORDS * MAX_ITEMS;
    const cl_ulong never = ~(cl_ulong)0;
    cl_ulong *places = malloc(size);
    cl_mem out = vgpu_test_buffer(f, 0, size, NULL);
    cl_kernel kernel = vgpu_test_kernel(f, "api_place");

    ASSERT_TRUE(places != NULL);
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof out, &out));
    for (size_t i = 0; i < COUNT_OF(launches); i++) {
        const struct launch *l = &launches[i];

        EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, out, &never, sizeof never, 0,
                                                  size, 0, NULL, NULL));
        EXPECT_CL(CL_SUCCESS,
                  clEnqueueNDRangeKernel(f->queue, kernel, l->dim, l->offset, l->global,
                                         l->local[0] ? l->local : NULL, 0, NULL, NULL));
        EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, out, CL_TRUE, 0, size, places,
                                                  0, NULL, NULL));
        expect_places(l, places);
    }
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(out));
    free(places);
}

VGPU_TEST(clEnqueueNDRangeKernel, tells_the_kernel_the_shape_of_the_launch)
{
    static const cl_ulong expected[13] = {2, 10, 6, 1, 4, 3, 1, 3, 2, 1, 7, 8, 0};
    const size_t offset[2] = {7, 8}, global[2] = {10, 6}, local[2] = {4, 3};
    cl_ulong shape[13] = {0};
    cl_mem out = vgpu_test_buffer(f, 0, sizeof shape, NULL);
    cl_kernel kernel = vgpu_test_kernel(f, "api_shape");

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof out, &out));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 2, offset, global,
                                                 local, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, out, CL_TRUE, 0, sizeof shape,
                                              shape, 0, NULL, NULL));
    EXPECT_BYTES(expected, shape, sizeof shape);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(out));
}

VGPU_TEST(clEnqueueNDRangeKernel, runs_nothing_for_a_global_size_of_zero)
{
    static const size_t none[3] = {0, 4, 4}, none_later[3] = {4, 0, 4},
                        local[3] = {2, 2, 2};
    cl_int zero = 0;
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof zero, &zero);
    cl_kernel kernel = vgpu_test_kernel(f, "api_count");
    cl_event event = NULL;

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 3, NULL, none, local,
                                                 0, NULL, &event));
    api_release_event(event);
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 3, NULL, none_later,
                                                 NULL, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, NULL, NULL, 0,
                                                 NULL, &event));
    api_release_event(event);
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, sizeof zero,
                                              &zero, 0, NULL, NULL));
    EXPECT_EQ(0, zero);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clEnqueueNDRangeKernel, refuses_bad_dimensions_and_sizes)
{
    static const size_t global[3] = {64, 64, 64};
    static const size_t too_many[3] = {1024, 2, 1}, zero[3] = {8, 0, 1},
                        zeros[3] = {0, 0, 0};
    static const size_t huge[3] = {SIZE_MAX, SIZE_MAX, SIZE_MAX},
                        half[3] = {(size_t)1 << 32, (size_t)1 << 32, 1};
    static const size_t offset[3] = {SIZE_MAX, 0, 0},
                        offset_later[3] = {0, SIZE_MAX - 63, 0};
    cl_kernel k = vgpu_test_kernel(f, "api_nothing");
    cl_int err;

    EXPECT_CL(CL_INVALID_WORK_DIMENSION,
              clEnqueueNDRangeKernel(f->queue, k, 0, NULL, global, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_WORK_DIMENSION,
              clEnqueueNDRangeKernel(f->queue, k, 4, NULL, global, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_WORK_DIMENSION,
              clEnqueueNDRangeKernel(f->queue, k, 0xFFFFFFFF, NULL, global, NULL, 0, NULL,
                                     NULL));
    EXPECT_CL(
        CL_INVALID_WORK_GROUP_SIZE,
        clEnqueueNDRangeKernel(f->queue, k, 2, NULL, global, too_many, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_WORK_GROUP_SIZE,
              clEnqueueNDRangeKernel(f->queue, k, 2, NULL, global, zero, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_WORK_GROUP_SIZE,
              clEnqueueNDRangeKernel(f->queue, k, 3, NULL, global, zeros, 0, NULL, NULL));
    err = clEnqueueNDRangeKernel(f->queue, k, 3, NULL, global, huge, 0, NULL, NULL);
    EXPECT_TRUE(err == CL_INVALID_WORK_GROUP_SIZE || err == CL_INVALID_WORK_ITEM_SIZE);
    err = clEnqueueNDRangeKernel(f->queue, k, 2, NULL, global, half, 0, NULL, NULL);
    EXPECT_TRUE(err == CL_INVALID_WORK_GROUP_SIZE || err == CL_INVALID_WORK_ITEM_SIZE);
    EXPECT_CL(
        CL_INVALID_GLOBAL_OFFSET,
        clEnqueueNDRangeKernel(f->queue, k, 1, offset, global, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_GLOBAL_OFFSET,
              clEnqueueNDRangeKernel(f->queue, k, 2, offset_later, global, NULL, 0, NULL,
                                     NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(k));
}

VGPU_TEST(clEnqueueNDRangeKernel, refuses_more_work_items_than_can_be_counted)
{
    const size_t half = (size_t)1 << 32, one[] = {1, 1, 1};
    const size_t sizes[][3] = {
        {half, half, 1}, {half, 1, half}, {1, half, 2 * half}, {SIZE_MAX, 2, 1}};
    cl_kernel kernel = vgpu_test_kernel(f, "api_nothing");

    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        for (int is_open = 0; is_open < 2; is_open++)
            EXPECT_CL(CL_INVALID_GLOBAL_WORK_SIZE,
                      clEnqueueNDRangeKernel(f->queue, kernel, 3, NULL, sizes[i],
                                             is_open ? NULL : one, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(clEnqueueNDRangeKernel, refuses_more_local_memory_than_there_is)
{
    const size_t global = 8;
    cl_ulong local = 0;
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);
    cl_kernel kernel = vgpu_test_kernel(f, "api_reverse");

    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(f->device, CL_DEVICE_LOCAL_MEM_SIZE,
                                          sizeof local, &local, NULL));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, (size_t)local, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global,
                                                 &global, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, (size_t)local + 1, NULL));
    EXPECT_CL(CL_OUT_OF_RESOURCES,
              clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, &global, 0, NULL,
                                     NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

static cl_kernel from_source(const struct vgpu_fixture *f, const char *source,
                             const char *options)
{
    cl_program program = api_program(f, source);
    cl_kernel kernel = NULL;
    cl_int err;

    EXPECT_CL(CL_SUCCESS, clBuildProgram(program, 1, &f->device, options, NULL, NULL));
    kernel = clCreateKernel(program, "api_nothing", &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    return kernel;
}

VGPU_TEST(clEnqueueNDRangeKernel, asks_for_uniform_groups_where_the_program_does)
{
    const size_t global = 10, fits = 5, does_not_fit = 4;
    cl_kernel kernel = from_source(f, "__kernel void api_nothing(void) { }",
                                   "-cl-std=CL3.0 -cl-uniform-work-group-size");

    EXPECT_CL(CL_INVALID_WORK_GROUP_SIZE,
              clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, &does_not_fit, 0,
                                     NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global,
                                                 &fits, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global, NULL,
                                                 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(clEnqueueNDRangeKernel, asks_for_the_size_that_the_kernel_requires)
{
    const size_t global[2] = {16, 4}, odd[2] = {15, 4}, right[2] = {8, 2},
                 wrong[2] = {2, 8};
    cl_kernel kernel =
        from_source(f,
                    "__kernel __attribute__((reqd_work_group_size(8, 2, 1)))\n"
                    "void api_nothing(void) { }",
                    "");

    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 2, NULL, global, right,
                                                 0, NULL, NULL));
    EXPECT_CL(
        CL_INVALID_WORK_GROUP_SIZE,
        clEnqueueNDRangeKernel(f->queue, kernel, 2, NULL, global, wrong, 0, NULL, NULL));
    EXPECT_CL(
        CL_INVALID_WORK_GROUP_SIZE,
        clEnqueueNDRangeKernel(f->queue, kernel, 2, NULL, odd, right, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 2, NULL, global, NULL,
                                                 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_WORK_GROUP_SIZE, clEnqueueTask(f->queue, kernel, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

VGPU_TEST(clEnqueueNDRangeKernel, refuses_a_kernel_of_another_context)
{
    const size_t global = 1;
    cl_context other = api_other_context(f);
    cl_int err;
    cl_program program =
        clCreateProgramWithBuiltInKernels(other, 1, &f->device, "api_nothing", &err);
    cl_kernel foreign;

    ASSERT_CL(CL_SUCCESS, err);
    foreign = clCreateKernel(program, "api_nothing", &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_CL(CL_INVALID_CONTEXT, clEnqueueNDRangeKernel(f->queue, foreign, 1, NULL,
                                                         &global, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_CONTEXT, clEnqueueTask(f->queue, foreign, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(foreign));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(other));
}

VGPU_TEST(clEnqueueTask, runs_one_work_item)
{
    cl_int zero = 0;
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof zero, &zero);
    cl_kernel kernel = vgpu_test_kernel(f, "api_count");

    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    EXPECT_CL(CL_SUCCESS, clEnqueueTask(f->queue, kernel, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, sizeof zero,
                                              &zero, 0, NULL, NULL));
    EXPECT_EQ(1, zero);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clEnqueueNDRangeKernel, runs_groups_of_1024_items_with_barriers)
{
    enum { ITEMS = 4096, GROUP = 1024 };
    const size_t global = ITEMS, local = GROUP;
    cl_int *data = malloc(ITEMS * sizeof *data);
    cl_kernel kernel = vgpu_test_kernel(f, "api_reverse");
    size_t wrong = 0;
    cl_mem buffer;

    ASSERT_TRUE(data != NULL);
    for (cl_int i = 0; i < ITEMS; i++)
        data[i] = i;
    buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, ITEMS * sizeof *data, data);
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof buffer, &buffer));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, GROUP * sizeof *data, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global,
                                                 &local, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0,
                                              ITEMS * sizeof *data, data, 0, NULL, NULL));
    for (cl_int i = 0; i < ITEMS; i++)
        wrong += data[i] != i / GROUP * GROUP + GROUP - 1 - i % GROUP;
    EXPECT_EQ(0, wrong);
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    free(data);
}
