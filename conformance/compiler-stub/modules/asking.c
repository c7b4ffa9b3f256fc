/* SPDX-License-Identifier: MIT */
/* A library whose constructor calls OpenCL while VGPU_KERNELS is being loaded. */
#define CL_TARGET_OPENCL_VERSION 300
#include <CL/cl.h>
#include <CL/cl_vgpu_kernel.h>

__attribute__((constructor)) static void ask(void)
{
    cl_platform_id platform;
    cl_device_id device;
    size_t size;

    if (clGetPlatformIDs(1, &platform, NULL) == CL_SUCCESS &&
        clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, NULL) == CL_SUCCESS)
        clGetDeviceInfo(device, CL_DEVICE_BUILT_IN_KERNELS, 0, NULL, &size);
}

VGPU_KERNEL(module_asking_zero, (__global float *, x))
{
    x[get_global_id(0)] = 0;
}
