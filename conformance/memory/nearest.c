/* SPDX-License-Identifier: MIT */
/* Which buffer an address is near, where buffers have copies in several memories. */
#include "inspect/nearest.h" /* of the room runtime/ */
#include "object/storage.h"

#include "vgpu_test.h"

#include <string.h>

#define BYTES 4096

VGPU_UNIT_TEST_WITH_ENV(vgpu_inspect_nearest, knows_the_copies_of_each_device,
                        "VGPU_DEVICES=memory=separate,cu=1,mem=1M,name=this one;"
                        "memory=separate,cu=1,mem=1M,name=that one")
{
    static const char *const names[] = {"this one", "that one"};
    struct vgpu_allocation found;
    cl_platform_id platform;
    cl_device_id devices[2];
    cl_context context;
    cl_mem buffer;
    cl_int err;

    ASSERT_CL(CL_SUCCESS, clGetPlatformIDs(1, &platform, NULL));
    ASSERT_CL(CL_SUCCESS, clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 2, devices, NULL));
    context = clCreateContext(NULL, 2, devices, NULL, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    buffer = clCreateBuffer(context, CL_MEM_READ_WRITE, BYTES, NULL, &err);
    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_FALSE(vgpu_inspect_nearest(BYTES, &found)); /* it is nowhere yet */
    for (unsigned i = 0; i < 2; i++) {
        uintptr_t first;

        ASSERT_CL(CL_SUCCESS, vgpu_storage_reside(buffer, i));
        first = (uintptr_t)buffer->storage->at[i];
        ASSERT_TRUE(vgpu_inspect_nearest(first + 77, &found));
        EXPECT_EQ(first, found.first);
        EXPECT_EQ(BYTES, found.size);
        EXPECT_CONTAINS(found.name, "(4096 bytes, CL_MEM_READ_WRITE, its copy in the "
                                    "memory of ");
        EXPECT_CONTAINS(found.name, names[i]);
        ASSERT_TRUE(vgpu_inspect_nearest(first + BYTES + 8, &found));
        EXPECT_EQ(first, found.first);
    }
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(context));
}
