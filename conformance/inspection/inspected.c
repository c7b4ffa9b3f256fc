/* SPDX-License-Identifier: MIT */
/* The program that is inspected: a kernel in C of each kind, on 64 numbers. Ends with 0
 * where they are right. */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include <CL/cl_vgpu_kernel.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT      64
#define LOCAL_SIZE 16

VGPU_KERNEL(twice, (__global int *, data), (int, offset))
{
    const size_t i = get_global_id(0);
    int value = data[i];
    volatile char room[256 << 10]; /* more than a fiber's stack has */

    room[i] = 1;
    value = value * 2; /* twice */
    data[i] = value + offset * room[i];
}

VGPU_BARRIER_KERNEL(turned, (__global int *, data))
{
    VGPU_LOCAL int tile[LOCAL_SIZE];
    const size_t l = get_local_id(0);
    const size_t mirrored = get_local_size(0) - 1 - l;

    tile[l] = data[get_global_id(0)];
    barrier(CLK_LOCAL_MEM_FENCE);            /* the barrier */
    data[get_global_id(0)] = tile[mirrored]; /* behind it */
}

VGPU_GROUP_KERNEL(negated, (__global int *, data))
{
    VGPU_FOR_EACH_ITEM (i)
        data[vgpu_global_id(i, 0)] = -data[vgpu_global_id(i, 0)];
}

static void check(cl_int err, const char *call)
{
    if (err == CL_SUCCESS)
        return;
    fprintf(stderr, "%s: %d\n", call, err);
    exit(EXIT_FAILURE);
}

static void run(cl_command_queue queue, cl_program program, const char *name, cl_mem data)
{
    const size_t global = COUNT, local = LOCAL_SIZE;
    const cl_int offset = 1;
    cl_int err;
    cl_kernel kernel = clCreateKernel(program, name, &err);

    check(err, name);
    check(clSetKernelArg(kernel, 0, sizeof data, &data), "data");
    if (*name == 't' && name[1] == 'w')
        check(clSetKernelArg(kernel, 1, sizeof offset, &offset), "offset");
    check(clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, &local, 0, NULL, NULL),
          "clEnqueueNDRangeKernel");
    check(clFinish(queue), "clFinish");
    check(clReleaseKernel(kernel), "clReleaseKernel");
}

int main(void)
{
    cl_int data[COUNT], err;
    cl_platform_id platform;
    cl_device_id device;

    for (int i = 0; i < COUNT; i++)
        data[i] = i;
    check(clGetPlatformIDs(1, &platform, NULL), "clGetPlatformIDs");
    check(clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, NULL),
          "clGetDeviceIDs");
    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    check(err, "clCreateContext");
    cl_command_queue queue = clCreateCommandQueue(context, device, 0, &err);
    check(err, "clCreateCommandQueue");
    cl_mem buffer = clCreateBuffer(context, CL_MEM_USE_HOST_PTR, sizeof data, data, &err);
    check(err, "clCreateBuffer");
    cl_program program = clCreateProgramWithBuiltInKernels(context, 1, &device,
                                                           "twice;turned;negated", &err);
    check(err, "clCreateProgramWithBuiltInKernels");
    run(queue, program, "twice", buffer);
    run(queue, program, "turned", buffer);
    run(queue, program, "negated", buffer);
    check(clReleaseProgram(program), "clReleaseProgram");
    check(clReleaseMemObject(buffer), "clReleaseMemObject");
    check(clReleaseCommandQueue(queue), "clReleaseCommandQueue");
    check(clReleaseContext(context), "clReleaseContext");
    for (int i = 0; i < COUNT; i++) {
        const int from = i / LOCAL_SIZE * LOCAL_SIZE + LOCAL_SIZE - 1 - i % LOCAL_SIZE;

        if (data[i] != -(2 * from + 1))
            return EXIT_FAILURE;
    }
    puts("all right"); /* gdb may miss how a process of several threads ends */
    return EXIT_SUCCESS;
}
