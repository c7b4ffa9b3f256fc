/* SPDX-License-Identifier: MIT */
/* The host side of the user's project: triples 256 numbers on the platform "Virtual GPU".
 */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <stdio.h>
#include <string.h>

#define COUNT 256

static cl_platform_id find_platform(void)
{
    cl_platform_id platforms[8];
    cl_uint count = 0;
    char name[64];

    clGetPlatformIDs(8, platforms, &count);
    for (cl_uint i = 0; i < count && i < 8; i++)
        if (clGetPlatformInfo(platforms[i], CL_PLATFORM_NAME, sizeof name, name, NULL) ==
                0 &&
            strcmp(name, "Virtual GPU") == 0)
            return platforms[i];
    return NULL;
}

static int triple(cl_context context, cl_device_id device, int *values)
{
    const char *source = "__kernel void consumer_triple(__global int *values);";
    const size_t global = COUNT;
    const cl_command_queue queue = clCreateCommandQueue(context, device, 0, NULL);
    const cl_program program = clCreateProgramWithSource(context, 1, &source, NULL, NULL);
    const cl_mem buffer = clCreateBuffer(context, CL_MEM_COPY_HOST_PTR,
                                         COUNT * sizeof *values, values, NULL);
    cl_int err = clBuildProgram(program, 0, NULL, "", NULL, NULL);
    cl_kernel kernel;

    if (err != CL_SUCCESS)
        return err;
    kernel = clCreateKernel(program, "consumer_triple", &err);
    if (err != CL_SUCCESS)
        return err;
    clSetKernelArg(kernel, 0, sizeof buffer, &buffer);
    err = clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, NULL, 0, NULL, NULL);
    if (err == CL_SUCCESS)
        err = clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, COUNT * sizeof *values,
                                  values, 0, NULL, NULL);
    clReleaseKernel(kernel);
    clReleaseProgram(program);
    clReleaseMemObject(buffer);
    clReleaseCommandQueue(queue);
    return err;
}

int main(void)
{
    const cl_platform_id platform = find_platform();
    cl_device_id device;
    cl_context context;
    int values[COUNT];
    cl_int err;

    for (int i = 0; i < COUNT; i++)
        values[i] = i;
    if (!platform || clGetDeviceIDs(platform, CL_DEVICE_TYPE_GPU, 1, &device, NULL)) {
        puts("consumer: no virtual GPU");
        return 1;
    }
    context = clCreateContext(NULL, 1, &device, NULL, NULL, NULL);
    err = triple(context, device, values);
    clReleaseContext(context);
    for (int i = 0; i < COUNT && err == CL_SUCCESS; i++)
        if (values[i] != 3 * i)
            err = 1;
    printf("consumer: %s (%d)\n", err == CL_SUCCESS ? "tripled" : "FAILED", err);
    return err != CL_SUCCESS;
}
