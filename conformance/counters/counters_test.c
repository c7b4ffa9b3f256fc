/* SPDX-License-Identifier: MIT */
/* What the tests of counters share. */
#include "counters_test.h"

#include <string.h>

cl_device_counters_vgpu counters_now(cl_device_id device)
{
    cl_device_counters_vgpu counters = {0};

    EXPECT_CL(CL_SUCCESS, clGetDeviceCountersVGPU(device, CL_COUNTERS_DEVICE_VGPU,
                                                  sizeof counters, &counters, NULL));
    return counters;
}

cl_device_counters_vgpu counters_since(cl_device_id device,
                                       const cl_device_counters_vgpu *before)
{
    cl_device_counters_vgpu counters = counters_now(device);

#define GROWS(name, unit, help)             \
    EXPECT_LE(before->name, counters.name); \
    counters.name -= before->name;
#define GAUGE(name, unit, help)
    CL_VGPU_DEVICE_COUNTERS(GROWS, GAUGE, GROWS, GROWS)
#undef GROWS
#undef GAUGE
    return counters;
}

cl_kernel_counters_vgpu counters_of_kernel(cl_device_id device, const char *name)
{
    cl_kernel_counters_vgpu all[128], none = {0};
    size_t size = 0;

    EXPECT_CL(CL_SUCCESS, clGetDeviceCountersVGPU(device, CL_COUNTERS_KERNELS_VGPU,
                                                  sizeof all, all, &size));
    for (size_t i = 0; i < size / sizeof *all; i++)
        if (strcmp(all[i].name, name) == 0)
            return all[i];
    return none;
}

void counters_launch(const struct vgpu_fixture *f, cl_kernel kernel, size_t global,
                     size_t local)
{
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global,
                                                 &local, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
}
