/* SPDX-License-Identifier: MIT */
/* The program that is debugged: debuggee <kernels.cl> <build options> <name for
 * debuggers>. Runs both kernels on 64 numbers, and ends with 0 where they are right. */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include <stdio.h>
#include <stdlib.h>

#define COUNT      64
#define LOCAL_SIZE 16

static void check(cl_int err, const char *call)
{
    if (err == CL_SUCCESS)
        return;
    fprintf(stderr, "%s: %d\n", call, err);
    exit(EXIT_FAILURE);
}

static void read_text(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "r");

    if (!file) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

static cl_program build(cl_context context, char **argv)
{
    static char text[1 << 16];
    char line[4096] = "";
    const char *parts[] = {line, text};
    cl_int err;

    read_text(argv[1], text, sizeof text);
    if (*argv[3])
        snprintf(line, sizeof line, "#line 1 \"%s\"\n", argv[3]);
    cl_program program = clCreateProgramWithSource(context, 2, parts, NULL, &err);
    check(err, "clCreateProgramWithSource");
    check(clBuildProgram(program, 0, NULL, argv[2], NULL, NULL), "clBuildProgram");
    return program;
}

static void enqueue(cl_command_queue queue, cl_kernel kernel)
{
    const size_t global = COUNT, local = LOCAL_SIZE;

    check(clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &global, &local, 0, NULL, NULL),
          "clEnqueueNDRangeKernel");
}

static void run(cl_command_queue queue, cl_program program, cl_mem buffer)
{
    const cl_float factor = 3;
    const cl_uint n = COUNT;
    cl_int err;

    cl_kernel scale = clCreateKernel(program, "scale", &err);
    check(err, "clCreateKernel");
    check(clSetKernelArg(scale, 0, sizeof buffer, &buffer), "data");
    check(clSetKernelArg(scale, 1, sizeof factor, &factor), "factor");
    check(clSetKernelArg(scale, 2, sizeof n, &n), "n");
    enqueue(queue, scale);

    cl_kernel turn = clCreateKernel(program, "turn", &err);
    check(err, "clCreateKernel");
    check(clSetKernelArg(turn, 0, sizeof buffer, &buffer), "data");
    check(clSetKernelArg(turn, 1, LOCAL_SIZE * sizeof(cl_float), NULL), "tile");
    enqueue(queue, turn);
    check(clReleaseKernel(turn), "clReleaseKernel");
    check(clReleaseKernel(scale), "clReleaseKernel");
}

int main(int argc, char **argv)
{
    cl_float data[COUNT];
    cl_platform_id platform;
    cl_device_id device;
    cl_int err;

    if (argc != 4)
        return EXIT_FAILURE;
    for (int i = 0; i < COUNT; i++)
        data[i] = (float)i;
    check(clGetPlatformIDs(1, &platform, NULL), "clGetPlatformIDs");
    check(clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, NULL),
          "clGetDeviceIDs");
    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    check(err, "clCreateContext");
    cl_command_queue queue = clCreateCommandQueue(context, device, 0, &err);
    check(err, "clCreateCommandQueue");
    cl_mem buffer =
        clCreateBuffer(context, CL_MEM_COPY_HOST_PTR, sizeof data, data, &err);
    check(err, "clCreateBuffer");

    cl_program program = build(context, argv);
    run(queue, program, buffer);
    check(
        clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, sizeof data, data, 0, NULL, NULL),
        "clEnqueueReadBuffer");
    check(clReleaseProgram(program), "clReleaseProgram");
    check(clReleaseMemObject(buffer), "clReleaseMemObject");
    check(clReleaseCommandQueue(queue), "clReleaseCommandQueue");
    check(clReleaseContext(context), "clReleaseContext");
    for (int i = 0; i < COUNT; i++) {
        const int from = i / LOCAL_SIZE * LOCAL_SIZE + LOCAL_SIZE - 1 - i % LOCAL_SIZE;

        if (data[i] != 3 * (float)from)
            return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
