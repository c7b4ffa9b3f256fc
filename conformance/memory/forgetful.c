/* SPDX-License-Identifier: MIT */
/* Programs that forget a transfer see of a device with its own memory what they would see
 * of a card; where memory is shared they get away with it. */
#include "memory_test.h"

#define COUNT 1000

static const size_t bytes = COUNT * sizeof(cl_int);

static void fill(cl_int *values, cl_int value)
{
    for (int i = 0; i < COUNT; i++)
        values[i] = value;
}

static cl_int *map(const struct all_devices *all, cl_mem buffer, cl_map_flags flags)
{
    cl_int err;
    cl_int *pointer = clEnqueueMapBuffer(all->queue[0], buffer, CL_TRUE, flags, 0, bytes,
                                         0, NULL, NULL, &err);

    EXPECT_CL(CL_SUCCESS, err);
    return pointer;
}

static void unmap(const struct all_devices *all, cl_mem buffer, void *pointer)
{
    EXPECT_CL(CL_SUCCESS,
              clEnqueueUnmapMemObject(all->queue[0], buffer, pointer, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(all->queue[0]));
}

static cl_int first_of(const struct all_devices *all, cl_mem buffer)
{
    cl_int value = -1;

    EXPECT_CL(CL_SUCCESS, clEnqueueReadBuffer(all->queue[0], buffer, CL_TRUE, 0,
                                              sizeof value, &value, 0, NULL, NULL));
    return value;
}

/* `sees`: 1 where the host's memory is the device's. */
static void use_a_host_pointer_without_mapping_it(int sees)
{
    struct all_devices all;
    static cl_int host[COUNT];
    cl_mem buffer;
    cl_int *mapped;

    ASSERT_TRUE(devices_open(&all));
    fill(host, 5);
    buffer = devices_buffer(&all, CL_MEM_USE_HOST_PTR, bytes, host);
    ASSERT_CL(CL_SUCCESS, devices_add(&all, 0, buffer, COUNT, 1));
    EXPECT_EQ(sees ? 6 : 5, host[3]);
    fill(host, 100); /* the device was not told */
    ASSERT_CL(CL_SUCCESS, devices_add(&all, 0, buffer, COUNT, 1));
    mapped = map(&all, buffer, CL_MAP_READ);
    EXPECT_TRUE(mapped == host);
    EXPECT_EQ(sees ? 101 : 7, host[3]);
    unmap(&all, buffer, mapped);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    devices_close(&all);
}

VGPU_UNIT_TEST_WITH_ENV(separate_memory, has_its_own_copy_of_a_host_pointer,
                        "VGPU_DEVICES=memory=separate")
{
    use_a_host_pointer_without_mapping_it(0);
}

VGPU_UNIT_TEST_WITH_ENV(separate_memory,
                        of_several_devices_keeps_a_host_pointers_contents,
                        "VGPU_DEVICES=2*memory=separate,cu=1")
{
    use_a_host_pointer_without_mapping_it(0);
}

VGPU_UNIT_TEST_WITH_ENV(unified_memory, is_a_host_pointer_itself, "VGPU_DEVICES=cu=1")
{
    use_a_host_pointer_without_mapping_it(1);
}

static void use_a_pointer_after_unmapping(int sees)
{
    struct all_devices all;
    cl_mem buffer;
    cl_int *mapped;

    ASSERT_TRUE(devices_open(&all));
    buffer = devices_buffer(&all, CL_MEM_READ_WRITE, bytes, NULL);
    mapped = map(&all, buffer, CL_MAP_WRITE_INVALIDATE_REGION);
    fill(mapped, 5);
    unmap(&all, buffer, mapped);
    EXPECT_EQ(5, first_of(&all, buffer));
    fill(mapped, 9);
    EXPECT_EQ(sees ? 9 : 5, first_of(&all, buffer));
    ASSERT_CL(CL_SUCCESS, devices_add(&all, 0, buffer, COUNT, 1));
    EXPECT_EQ(sees ? 10 : 9, mapped[0]);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    devices_close(&all);
}

VGPU_UNIT_TEST_WITH_ENV(separate_memory, is_not_reached_through_a_pointer_after_unmapping,
                        "VGPU_DEVICES=memory=separate")
{
    use_a_pointer_after_unmapping(0);
}

VGPU_UNIT_TEST_WITH_ENV(unified_memory, is_reached_through_a_pointer_after_unmapping,
                        "VGPU_DEVICES=cu=1")
{
    use_a_pointer_after_unmapping(1);
}

VGPU_UNIT_TEST_WITH_ENV(separate_memory, takes_what_was_mapped_when_it_is_unmapped,
                        "VGPU_DEVICES=memory=separate")
{
    static cl_int host[COUNT];
    struct all_devices all;
    cl_mem buffer;
    cl_int *mapped;

    ASSERT_TRUE(devices_open(&all));
    fill(host, 1);
    buffer = devices_buffer(&all, CL_MEM_COPY_HOST_PTR, bytes, host);
    mapped = map(&all, buffer, CL_MAP_READ | CL_MAP_WRITE);
    EXPECT_EQ(1, mapped[COUNT - 1]);
    fill(mapped, 2);
    EXPECT_EQ(1, first_of(&all, buffer)); /* undefined by the spec; a card's answer */
    unmap(&all, buffer, mapped);
    EXPECT_EQ(2, first_of(&all, buffer));
    mapped = map(&all, buffer, CL_MAP_READ);
    fill(mapped, 3); /* which it was not mapped for */
    unmap(&all, buffer, mapped);
    EXPECT_EQ(2, first_of(&all, buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    devices_close(&all);
}
