/* SPDX-License-Identifier: MIT */
/* Mapping buffers into the host's memory. [OpenCL 3.0, 5.2.5 and 5.5.2] */
#include "api_test.h"

#include <string.h>

static cl_uint map_count(cl_mem mem)
{
    cl_uint count = 99;

    EXPECT_CL(CL_SUCCESS,
              clGetMemObjectInfo(mem, CL_MEM_MAP_COUNT, sizeof count, &count, NULL));
    return count;
}

static void *map(const struct vgpu_fixture *f, cl_mem mem, cl_map_flags flags,
                 size_t offset, size_t size, cl_int *err)
{
    return clEnqueueMapBuffer(f->queue, mem, CL_TRUE, flags, offset, size, 0, NULL, NULL,
                              err);
}

static void unmap(const struct vgpu_fixture *f, cl_mem mem, void *pointer)
{
    EXPECT_CL(CL_SUCCESS, clEnqueueUnmapMemObject(f->queue, mem, pointer, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
}

VGPU_TEST(clEnqueueMapBuffer, shows_and_changes_the_buffer)
{
    cl_int values[4] = {1, 2, 3, 4}, read[4] = {0}, err;
    const cl_int expected[4] = {1, 20, 30, 4};
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_COPY_HOST_PTR, sizeof values, values);
    cl_int *mapped = map(f, buffer, CL_MAP_READ | CL_MAP_WRITE, 4, 8, &err);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_EQ(2, mapped[0]);
    EXPECT_EQ(3, mapped[1]);
    mapped[0] = 20;
    mapped[1] = 30;
    unmap(f, buffer, mapped);
    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(f->queue, buffer, CL_TRUE, 0, sizeof read,
                                              read, 0, NULL, NULL));
    EXPECT_BYTES(expected, read, sizeof read);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clEnqueueMapBuffer, is_counted_until_unmapped)
{
    cl_int err;
    cl_mem buffer = vgpu_test_buffer(f, 0, 256, NULL);
    void *first = map(f, buffer, CL_MAP_READ, 0, 256, &err), *second;

    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_EQ(1, map_count(buffer));
    second = map(f, buffer, CL_MAP_READ, 64, 64, &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_EQ(2, map_count(buffer));
    EXPECT_EQ((char *)first + 64, second);
    unmap(f, buffer, second);
    EXPECT_EQ(1, map_count(buffer));
    unmap(f, buffer, first);
    EXPECT_EQ(0, map_count(buffer));
    EXPECT_CL(CL_INVALID_VALUE,
              clEnqueueUnmapMemObject(f->queue, buffer, first, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clEnqueueMapBuffer, gives_the_host_pointer_back)
{
    _Alignas(128) char memory[256] = {0};
    cl_int err;
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_USE_HOST_PTR, sizeof memory, memory);
    void *mapped = map(f, buffer, CL_MAP_WRITE, 100, 10, &err);

    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_EQ(memory + 100, mapped);
    unmap(f, buffer, mapped);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clEnqueueMapBuffer, waits_for_its_events)
{
    const cl_int nine = 9;
    cl_int err;
    cl_event gate = vgpu_test_user_event(f), mapping = NULL;
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);
    cl_int *mapped;

    EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, buffer, &nine, sizeof nine, 0, 64,
                                              1, &gate, NULL));
    mapped = clEnqueueMapBuffer(f->queue, buffer, CL_FALSE, CL_MAP_READ, 0, 64, 0, NULL,
                                &mapping, &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_NE(CL_COMPLETE, vgpu_test_event_status(mapping));
    EXPECT_CL(CL_SUCCESS, clSetUserEventStatus(gate, CL_COMPLETE));
    EXPECT_CL(CL_SUCCESS, clWaitForEvents(1, &mapping));
    EXPECT_EQ(9, mapped[15]);
    unmap(f, buffer, mapped);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(mapping));
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(gate));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clEnqueueMapBuffer, refuses_bad_regions_and_flags)
{
    static const size_t regions[][2] = {{0, 0},  {0, 65},       {64, 1},
                                        {1, 64}, {SIZE_MAX, 2}, {1, SIZE_MAX}};
    static const cl_map_flags flags[] = {CL_MAP_READ | CL_MAP_WRITE_INVALIDATE_REGION,
                                         CL_MAP_WRITE | CL_MAP_WRITE_INVALIDATE_REGION,
                                         1u << 10};
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);
    cl_int err;

    for (size_t i = 0; i < COUNT_OF(regions); i++) {
        EXPECT_TRUE(map(f, buffer, CL_MAP_READ, regions[i][0], regions[i][1], &err) ==
                    NULL);
        EXPECT_CL(CL_INVALID_VALUE, err);
    }
    for (size_t i = 0; i < COUNT_OF(flags); i++) {
        EXPECT_TRUE(map(f, buffer, flags[i], 0, 64, &err) == NULL);
        EXPECT_CL(CL_INVALID_VALUE, err);
    }
    EXPECT_TRUE(map(f, NULL, CL_MAP_READ, 0, 64, &err) == NULL);
    EXPECT_CL(CL_INVALID_MEM_OBJECT, err);
    EXPECT_EQ(0, map_count(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

static const struct {
    cl_mem_flags flags;
    cl_int read, write;
} host_access[] = {
    {0, CL_SUCCESS, CL_SUCCESS},
    {CL_MEM_HOST_READ_ONLY, CL_SUCCESS, CL_INVALID_OPERATION},
    {CL_MEM_HOST_WRITE_ONLY, CL_INVALID_OPERATION, CL_SUCCESS},
    {CL_MEM_HOST_NO_ACCESS, CL_INVALID_OPERATION, CL_INVALID_OPERATION},
};

static void expect_map(const struct vgpu_fixture *f, cl_mem buffer, cl_map_flags flags,
                       cl_int expected)
{
    cl_int err;
    void *mapped = map(f, buffer, flags, 0, 64, &err);

    EXPECT_CL(expected, err);
    EXPECT_EQ(expected == CL_SUCCESS, mapped != NULL);
    if (mapped)
        unmap(f, buffer, mapped);
}

VGPU_TEST(clEnqueueMapBuffer, heeds_the_flags_about_host_access)
{
    for (size_t i = 0; i < COUNT_OF(host_access); i++) {
        cl_mem buffer = vgpu_test_buffer(f, host_access[i].flags, 64, NULL);

        expect_map(f, buffer, CL_MAP_READ, host_access[i].read);
        expect_map(f, buffer, CL_MAP_WRITE, host_access[i].write);
        expect_map(f, buffer, CL_MAP_WRITE_INVALIDATE_REGION, host_access[i].write);
        EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    }
}

VGPU_TEST(clEnqueueMapBuffer, refuses_regions_that_overlap_when_one_is_written)
{
    cl_int err;
    cl_mem buffer = vgpu_test_buffer(f, 0, 256, NULL);
    void *first = map(f, buffer, CL_MAP_WRITE, 0, 128, &err), *second;

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_TRUE(map(f, buffer, CL_MAP_WRITE, 64, 128, &err) == NULL);
    EXPECT_CL(CL_INVALID_OPERATION, err);
    second = map(f, buffer, CL_MAP_WRITE, 128, 128, &err);
    EXPECT_CL(CL_SUCCESS, err);
    EXPECT_EQ(2, map_count(buffer));
    unmap(f, buffer, second);
    unmap(f, buffer, first);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clEnqueueUnmapMemObject, refuses_what_was_not_mapped)
{
    cl_int err;
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL),
           other = vgpu_test_buffer(f, 0, 64, NULL);
    char *mapped = map(f, buffer, CL_MAP_READ, 0, 64, &err);
    char stack;

    EXPECT_CL(CL_INVALID_VALUE,
              clEnqueueUnmapMemObject(f->queue, buffer, NULL, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE,
              clEnqueueUnmapMemObject(f->queue, buffer, &stack, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE,
              clEnqueueUnmapMemObject(f->queue, buffer, mapped + 1, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_VALUE,
              clEnqueueUnmapMemObject(f->queue, other, mapped, 0, NULL, NULL));
    EXPECT_CL(CL_INVALID_MEM_OBJECT,
              clEnqueueUnmapMemObject(f->queue, NULL, mapped, 0, NULL, NULL));
    unmap(f, buffer, mapped);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(other));
}

VGPU_TEST(clEnqueueUnmapMemObject, takes_the_same_region_mapped_twice_one_by_one)
{
    cl_int err;
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);
    void *first = map(f, buffer, CL_MAP_READ, 0, 64, &err);
    void *second = map(f, buffer, CL_MAP_READ, 0, 64, &err);

    EXPECT_EQ(first, second);
    unmap(f, buffer, first);
    EXPECT_EQ(1, map_count(buffer));
    unmap(f, buffer, second);
    EXPECT_EQ(0, map_count(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clEnqueueMapBuffer, may_stay_mapped_when_the_buffer_goes)
{
    cl_int err;
    cl_mem buffer = vgpu_test_buffer(f, 0, 64, NULL);

    EXPECT_TRUE(map(f, buffer, CL_MAP_WRITE, 0, 64, &err) != NULL);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}
