/* SPDX-License-Identifier: MIT */
/* Contexts with several kinds of memory, and commands of every kind on them. */
#include "memory_test.h"

#define COUNT 1000

static const size_t bytes = COUNT * sizeof(cl_int);

VGPU_UNIT_TEST_WITH_ENV(mixture, of_devices_with_and_without_their_own_memory_agrees,
                        "VGPU_DEVICES=cu=1;memory=separate,cu=1;cu=1")
{
    struct all_devices all;
    cl_int host[COUNT] = {0};
    cl_mem buffer;

    ASSERT_TRUE(devices_open(&all));
    buffer = devices_buffer(&all, CL_MEM_COPY_HOST_PTR, bytes, host);
    for (cl_uint turn = 0; turn < 6; turn++)
        ASSERT_CL(CL_SUCCESS, devices_add(&all, turn % 3, buffer, COUNT, 1));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(all.queue[1], buffer, CL_TRUE, 0, bytes,
                                              host, 0, NULL, NULL));
    EXPECT_EQ(6, host[0]);
    EXPECT_EQ(6, host[COUNT - 1]);
    /* the first and the third share theirs: from the host, to 1, to 2, (0), to 1, to 2 */
    EXPECT_EQ(5 * bytes, devices_migrated(&all));
    EXPECT_EQ(0, devices_counted(&all, 2).memory_used);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    devices_close(&all);
}

static void CL_CALLBACK add_ten(void *args)
{
    cl_int *const values = *(cl_int **)args;

    for (int i = 0; i < COUNT; i++)
        values[i] += 10;
}

VGPU_UNIT_TEST_WITH_ENV(mixture, of_commands_sees_one_buffer,
                        "VGPU_DEVICES=2*memory=separate,cu=1")
{
    const size_t origin[3] = {0, 1, 0}, region[3] = {8, 2, 1};
    const void *place;
    struct all_devices all;
    cl_int host[COUNT] = {0}, one = 1;
    cl_mem buffer, args[1];

    ASSERT_TRUE(devices_open(&all));
    buffer = devices_buffer(&all, CL_MEM_READ_WRITE, bytes, NULL);
    EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(all.queue[0], buffer, &one, sizeof one, 0,
                                              bytes, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(all.queue[0]));
    args[0] = buffer;
    place = &args[0];
    EXPECT_CL(CL_SUCCESS, clEnqueueNativeKernel(all.queue[1], add_ten, args, sizeof args,
                                                1, &buffer, &place, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(all.queue[1]));
    host[0] = host[1] = 77;
    EXPECT_CL(CL_SUCCESS, clEnqueueWriteBufferRect(all.queue[0], buffer, CL_TRUE, origin,
                                                   (size_t[3]){0}, region, 16, 0, 8, 0,
                                                   host, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(all.queue[1], buffer, CL_TRUE, 0, bytes,
                                              host, 0, NULL, NULL));
    EXPECT_EQ(11, host[0]);
    EXPECT_EQ(77, host[4]);
    EXPECT_EQ(77, host[5]);
    EXPECT_EQ(11, host[6]); /* between the rows */
    EXPECT_EQ(0, host[8]);
    EXPECT_EQ(11, host[10]);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    devices_close(&all);
}

VGPU_UNIT_TEST_WITH_ENV(mixture, copies_within_a_buffer_that_is_on_two_devices,
                        "VGPU_DEVICES=2*memory=separate,cu=1")
{
    const size_t half = bytes / 2;
    struct all_devices all;
    cl_int host[COUNT], one = 1, two = 2;
    cl_mem buffer;

    ASSERT_TRUE(devices_open(&all));
    buffer = devices_buffer(&all, CL_MEM_READ_WRITE, bytes, NULL);
    EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(all.queue[0], buffer, &one, sizeof one, 0,
                                              half, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(all.queue[0]));
    EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(all.queue[1], buffer, &two, sizeof two,
                                              half, half, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueCopyBuffer(all.queue[1], buffer, buffer, 0, half,
                                              half / 2, 0, NULL, NULL));
    EXPECT_CL(CL_MEM_COPY_OVERLAP, clEnqueueCopyBuffer(all.queue[1], buffer, buffer, 0, 4,
                                                       half, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(all.queue[1], buffer, CL_TRUE, 0, bytes,
                                              host, 0, NULL, NULL));
    for (int i = 0; i < COUNT; i++)
        ASSERT_EQ(i < COUNT * 3 / 4 ? 1 : 2, host[i]);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    devices_close(&all);
}
