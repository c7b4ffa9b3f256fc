/* SPDX-License-Identifier: MIT */
/* Runs a kernel that this program was built with: run_watched NAME [stride]. */
#include <CL/cl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ITEMS = 256, STRIDE = 8 };

static int fail(const char *what, cl_int err)
{
    fprintf(stderr, "%s: %d\n", what, err);
    return EXIT_FAILURE;
}

/* bw_strided and bw_turn take an input, too. */
static cl_int set_arguments(cl_kernel kernel, const char *name, cl_mem out, cl_mem in)
{
    const cl_int stride = STRIDE;
    cl_int err = clSetKernelArg(kernel, 0, sizeof out, &out);

    if (err == CL_SUCCESS &&
        (strcmp(name, "bw_strided") == 0 || strcmp(name, "bw_turn") == 0))
        err = clSetKernelArg(kernel, 1, sizeof in, &in);
    if (err == CL_SUCCESS && strcmp(name, "bw_strided") == 0)
        err = clSetKernelArg(kernel, 2, sizeof stride, &stride);
    return err;
}

static int check_result(const char *name, const float *in, const float *out)
{
    if (strcmp(name, "bw_strided") != 0)
        return EXIT_SUCCESS;
    for (int i = 0; i < ITEMS; i++)
        if (out[i] != in[(size_t)i * STRIDE])
            return fail("a wrong result at", i);
    return EXIT_SUCCESS;
}

int main(int argc, char *argv[])
{
    static float in[ITEMS * STRIDE], out[ITEMS];
    const size_t global = ITEMS, local = 64;
    cl_platform_id platform;
    cl_device_id device;
    cl_int err;

    if (argc != 2)
        return fail("run_watched NAME", argc);
    for (int i = 0; i < ITEMS * STRIDE; i++)
        in[i] = (float)i;
    if (clGetPlatformIDs(1, &platform, NULL) != CL_SUCCESS ||
        clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, NULL) != CL_SUCCESS)
        return fail("there is no device", 0);

    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    cl_command_queue queue =
        clCreateCommandQueueWithProperties(context, device, NULL, &err);
    cl_program program =
        clCreateProgramWithBuiltInKernels(context, 1, &device, argv[1], &err);
    if (err != CL_SUCCESS)
        return fail("there is no such kernel", err);
    cl_kernel kernel = clCreateKernel(program, argv[1], &err);
    cl_mem mem_in = clCreateBuffer(context, CL_MEM_COPY_HOST_PTR, sizeof in, in, &err);
    cl_mem mem_out = clCreateBuffer(context, 0, sizeof out, NULL, &err);

    err = set_arguments(kernel, argv[1], mem_out, mem_in);
    if (err == CL_SUCCESS)
        err = clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, &local, 0, NULL,
                                     NULL);
    if (err == CL_SUCCESS)
        err = clEnqueueReadBuffer(queue, mem_out, CL_TRUE, 0, sizeof out, out, 0, NULL,
                                  NULL);
    if (err != CL_SUCCESS)
        return fail("the kernel does not run", err);
    clReleaseMemObject(mem_out);
    clReleaseMemObject(mem_in);
    clReleaseKernel(kernel);
    clReleaseProgram(program);
    clReleaseCommandQueue(queue);
    clReleaseContext(context);
    return check_result(argv[1], in, out);
}
