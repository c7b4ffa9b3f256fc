/* SPDX-License-Identifier: MIT */
/* clGetDeviceCountersVGPU as a query: its errors, its sizes, how it is found. */
#include "counters_test.h"

#include <string.h>

VGPU_TEST(clGetDeviceCountersVGPU, is_found_by_name)
{
    clGetDeviceCountersVGPU_fn query;
    void *const address =
        clGetExtensionFunctionAddressForPlatform(f->platform, "clGetDeviceCountersVGPU");
    cl_device_counters_vgpu counters;
    char extensions[4096] = "";

    ASSERT_TRUE(address != NULL);
    memcpy(&query, &address, sizeof query);
    EXPECT_CL(CL_SUCCESS, query(f->device, CL_COUNTERS_DEVICE_VGPU, sizeof counters,
                                &counters, NULL));
    EXPECT_CL(CL_SUCCESS, clGetDeviceInfo(f->device, CL_DEVICE_EXTENSIONS,
                                          sizeof extensions, extensions, NULL));
    EXPECT_CONTAINS(extensions, CL_VGPU_DEVICE_COUNTERS_EXTENSION_NAME);
}

VGPU_TEST(clGetDeviceCountersVGPU, refuses_devices_that_are_none_and_unknown_names)
{
    cl_device_counters_vgpu counters;

    EXPECT_CL(CL_INVALID_DEVICE,
              clGetDeviceCountersVGPU(NULL, CL_COUNTERS_DEVICE_VGPU, sizeof counters,
                                      &counters, NULL));
    EXPECT_CL(CL_INVALID_DEVICE,
              clGetDeviceCountersVGPU((cl_device_id)f->queue, CL_COUNTERS_DEVICE_VGPU,
                                      sizeof counters, &counters, NULL));
    EXPECT_CL(CL_INVALID_VALUE,
              clGetDeviceCountersVGPU(f->device, CL_DEVICE_NAME, sizeof counters,
                                      &counters, NULL));
}

VGPU_TEST(clGetDeviceCountersVGPU, tells_sizes_and_refuses_less)
{
    static const cl_device_counters_info_vgpu names[] = {CL_COUNTERS_DEVICE_VGPU,
                                                         CL_COUNTERS_COMPUTE_UNITS_VGPU,
                                                         CL_COUNTERS_KERNELS_VGPU};
    char bytes[128 * sizeof(cl_kernel_counters_vgpu)];
    cl_kernel kernel = vgpu_test_kernel(f, "counted_nothing");

    counters_launch(f, kernel, 1, 1);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t size = 0, again = 0;

        EXPECT_CL(CL_SUCCESS,
                  clGetDeviceCountersVGPU(f->device, names[i], 0, NULL, &size));
        ASSERT_LT(0, size);
        ASSERT_LE(size, sizeof bytes);
        EXPECT_CL(CL_INVALID_VALUE,
                  clGetDeviceCountersVGPU(f->device, names[i], size - 1, bytes, &again));
        EXPECT_EQ(0, again);
        EXPECT_CL(CL_SUCCESS,
                  clGetDeviceCountersVGPU(f->device, names[i], size, bytes, &again));
        EXPECT_EQ(size, again);
    }
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
}

/* In all sums of kinds are sums of links. */
VGPU_TEST(clGetDeviceCountersVGPU, agrees_on_bytes_by_kind_and_by_link)
{
    const cl_device_counters_vgpu c = counters_now(f->device);

    EXPECT_EQ(c.bytes_host_to_device, c.bytes_write + c.bytes_unmap + c.bytes_create +
                                          (c.bytes_migrate + c.bytes_read + c.bytes_map -
                                           c.bytes_device_to_host));
    EXPECT_EQ(c.bytes_on_device, c.bytes_copy + c.bytes_fill);
}
