/* SPDX-License-Identifier: MIT */
/* Device memory: alignment, capacity, and running out of it. */
#include "vgpu_test.h"

#include "machine.h"
#include "run_launch.h"

#include <errno.h>
#include <string.h>

#define MIB ((size_t)1 << 20)

VGPU_UNIT_TEST(memory, is_aligned_and_writable)
{
    static const size_t sizes[] = {1, 127, 128, 4097, 2 * MIB - 1, 2 * MIB, 5 * MIB + 3};
    struct vgpu_device *device = make_device("cu=1,mem=64M");

    ASSERT_TRUE(device != NULL);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const size_t align = sizes[i] >= 2 * MIB ? 2 * MIB : VGPU_BASE_ALIGN;
        void *memory = NULL;
        ASSERT_EQ(0, device->ops->allocate(device, sizes[i], &memory));
        EXPECT_EQ(0, (uintptr_t)memory % align);
        memset(memory, 0xa5, sizes[i]);
        device->ops->release(device, memory, sizes[i]);
    }
    drop_device(device);
}

VGPU_UNIT_TEST(memory, ends_at_the_capacity_and_comes_back_with_release)
{
    struct vgpu_device *device = make_device("cu=1,mem=9M");
    void *first, *second = NULL;

    ASSERT_TRUE(device != NULL);
    ASSERT_EQ(0, device->ops->allocate(device, 5 * MIB, &first));
    EXPECT_EQ(-ENOMEM, device->ops->allocate(device, 4 * MIB + 1, &second));
    EXPECT_TRUE(second == NULL);
    EXPECT_EQ(0, device->ops->allocate(device, 4 * MIB, &second));
    EXPECT_EQ(-ENOMEM, device->ops->allocate(device, 1, &(void *){NULL}));
    device->ops->release(device, first, 5 * MIB);
    EXPECT_EQ(0, device->ops->allocate(device, 5 * MIB, &first));
    device->ops->release(device, first, 5 * MIB);
    device->ops->release(device, second, 4 * MIB);
    drop_device(device);
}

VGPU_UNIT_TEST(memory, may_have_more_addresses_than_the_machine_has_memory)
{
    const size_t size = (vgpu_machine_memory() & ~(MIB - 1)) + 64 * MIB;
    struct vgpu_device *device = make_device("cu=1,mem=65536G");
    void *memory = NULL;

    ASSERT_TRUE(device != NULL);
    if (device->ops->allocate(device, size, &memory) == 0) {
        EXPECT_EQ(-ENOMEM, device->ops->commit(device, memory, size));
        device->ops->release(device, memory, size);
    }
    memory = NULL;
    EXPECT_EQ(-ENOMEM, device->ops->allocate(device, SIZE_MAX, &memory));
    EXPECT_EQ(-ENOMEM, device->ops->allocate(device, SIZE_MAX - 2 * MIB, &memory));
    EXPECT_EQ(0, device->ops->allocate(device, 0, &memory));
    device->ops->release(device, memory, 0);
    device->ops->release(device, NULL, 0);
    drop_device(device);
}

VGPU_UNIT_TEST(memory, is_counted_per_device)
{
    struct vgpu_device *devices[VGPU_MAX_DEVICES];
    void *memory[2];
    unsigned count;

    ASSERT_EQ(0, vgpu_devices_create("cu=1,mem=4K;cu=1,mem=4K", devices, &count));
    ASSERT_EQ(2, count);
    for (unsigned i = 0; i < 2; i++) {
        EXPECT_EQ(0, devices[i]->ops->allocate(devices[i], 4096, &memory[i]));
        EXPECT_EQ(-ENOMEM, devices[i]->ops->allocate(devices[i], 1, &(void *){NULL}));
    }
    for (unsigned i = 0; i < 2; i++) {
        devices[i]->ops->release(devices[i], memory[i], 4096);
        drop_device(devices[i]);
    }
}
