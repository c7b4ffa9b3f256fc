/* SPDX-License-Identifier: MIT */
/* What the tests of devices with their own memory have in common. */
#include "memory_test.h"

#include <string.h>

static cl_device_counters_vgpu counters_of(cl_device_id device)
{
    cl_device_counters_vgpu counters = {0};

    EXPECT_CL(CL_SUCCESS, clGetDeviceCountersVGPU(device, CL_COUNTERS_DEVICE_VGPU,
                                                  sizeof counters, &counters, NULL));
    return counters;
}

static bool create_queues(struct all_devices *all)
{
    cl_int err;

    for (cl_uint i = 0; i < all->count; i++) {
        all->queue[i] =
            clCreateCommandQueueWithProperties(all->context, all->device[i], NULL, &err);
        if (!VGPU_CHECK_CL(CL_SUCCESS, err))
            return false;
    }
    return true;
}

bool devices_open(struct all_devices *all)
{
    cl_int err;

    memset(all, 0, sizeof *all);
    if (!VGPU_CHECK_CL(CL_SUCCESS, clGetPlatformIDs(1, &all->platform, NULL)) ||
        !VGPU_CHECK_CL(CL_SUCCESS,
                       clGetDeviceIDs(all->platform, CL_DEVICE_TYPE_ALL, MOST_DEVICES,
                                      all->device, &all->count)))
        return false;
    all->context = clCreateContext(NULL, all->count, all->device, NULL, NULL, &err);
    if (!VGPU_CHECK_CL(CL_SUCCESS, err) || !create_queues(all))
        return false;
    devices_forget(all);
    return true;
}

void devices_close(struct all_devices *all)
{
    for (cl_uint i = 0; i < all->count; i++)
        EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(all->queue[i]));
    EXPECT_CL(CL_SUCCESS, clReleaseContext(all->context));
}

cl_device_counters_vgpu devices_counted(const struct all_devices *all, cl_uint i)
{
    const cl_device_counters_vgpu *const before = &all->before[i];
    cl_device_counters_vgpu now = counters_of(all->device[i]);

#define COUNTED(name, unit, help) now.name -= before->name;
#define GAUGE(name, unit, help)
    CL_VGPU_DEVICE_COUNTERS(COUNTED, GAUGE, COUNTED, COUNTED)
#undef COUNTED
#undef GAUGE
    return now;
}

void devices_forget(struct all_devices *all)
{
    for (cl_uint i = 0; i < all->count; i++)
        all->before[i] = counters_of(all->device[i]);
}

cl_ulong devices_migrated(const struct all_devices *all)
{
    cl_ulong bytes = 0;

    for (cl_uint i = 0; i < all->count; i++)
        bytes += devices_counted(all, i).bytes_migrate;
    return bytes;
}

cl_mem devices_buffer(const struct all_devices *all, cl_mem_flags flags, size_t size,
                      void *host_ptr)
{
    cl_int err;
    cl_mem buffer = clCreateBuffer(all->context, flags, size, host_ptr, &err);

    EXPECT_CL(CL_SUCCESS, err);
    return buffer;
}

static cl_int run(const struct all_devices *all, cl_uint i, const char *name,
                  const cl_mem *mems, cl_uint num_mems, size_t count, cl_int a)
{
    cl_int err;
    cl_program program = clCreateProgramWithBuiltInKernels(all->context, all->count,
                                                           all->device, name, &err);
    cl_kernel kernel = program ? clCreateKernel(program, name, &err) : NULL;

    if (!kernel) {
        VGPU_FAIL("there is no kernel %s", name);
        return err;
    }
    for (cl_uint m = 0; m < num_mems; m++)
        EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, m, sizeof mems[m], &mems[m]));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, num_mems, sizeof a, &a));
    err = clEnqueueNDRangeKernel(all->queue[i], kernel, 1, NULL, &count, NULL, 0, NULL,
                                 NULL);
    EXPECT_CL(CL_SUCCESS, clFinish(all->queue[i]));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    return err;
}

cl_int devices_add(const struct all_devices *all, cl_uint i, cl_mem x, size_t count,
                   cl_int a)
{
    return run(all, i, "mem_add", &x, 1, count, a);
}

cl_int devices_scale(const struct all_devices *all, cl_uint i, cl_mem y, cl_mem x,
                     size_t count, cl_int a)
{
    const cl_mem mems[] = {y, x};

    return run(all, i, "mem_scale", mems, 2, count, a);
}
