/* SPDX-License-Identifier: MIT */
/* The OpenCL that the samples share: devices, programs, times, the report line. */
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>

#define MAX_PLATFORMS 16
#define MAX_DEVICES   64

static cl_uint devices_of_type(cl_device_type type, cl_device_id *devices,
                               cl_uint capacity)
{
    cl_platform_id platforms[MAX_PLATFORMS];
    cl_uint num_platforms = 0, filled = 0;

    if (clGetPlatformIDs(MAX_PLATFORMS, platforms, &num_platforms) != CL_SUCCESS)
        return 0;
    if (num_platforms > MAX_PLATFORMS)
        num_platforms = MAX_PLATFORMS;
    for (cl_uint p = 0; p < num_platforms && filled < capacity; p++) {
        cl_uint found = 0;
        cl_int err = clGetDeviceIDs(platforms[p], type, capacity - filled,
                                    devices + filled, &found);

        /* A platform without such a device answers CL_DEVICE_NOT_FOUND: the next one may
         * have it. */
        if (err == CL_SUCCESS)
            filled += found < capacity - filled ? found : capacity - filled;
    }
    return filled;
}

cl_uint sample_devices(cl_device_id *devices, cl_uint capacity)
{
    cl_uint count = devices_of_type(CL_DEVICE_TYPE_GPU, devices, capacity);

    if (count == 0)
        count = devices_of_type(CL_DEVICE_TYPE_ALL, devices, capacity);
    if (count == 0)
        sample_fail(
            "no OpenCL device found: is an OpenCL library installed? clinfo lists them");
    return count;
}

cl_device_id sample_device(const struct sample_options *options)
{
    cl_device_id devices[MAX_DEVICES];
    cl_uint count = sample_devices(devices, MAX_DEVICES);

    if (options->device >= count)
        sample_fail("--device %u: the last one is %u", options->device, count - 1);
    return devices[options->device];
}

static void print_build_log(cl_program program, cl_device_id device)
{
    size_t size = 0;

    SAMPLE_CHECK(
        clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, 0, NULL, &size));
    char *log = sample_alloc(size + 1, 1);
    SAMPLE_CHECK(
        clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, size, log, NULL));
    fprintf(stderr, "%s\n", log);
    free(log);
}

void sample_check_build(cl_program program, cl_int err)
{
    cl_device_id devices[MAX_DEVICES];
    size_t size = 0;

    if (err == CL_SUCCESS)
        return;
    if (program)
        SAMPLE_CHECK(clGetProgramInfo(program, CL_PROGRAM_DEVICES, sizeof(devices),
                                      devices, &size));
    for (size_t i = 0; i < size / sizeof(devices[0]); i++)
        print_build_log(program, devices[i]);
    sample_fail("the program does not build: %s (%d)", sample_error_name(err), err);
}

cl_program sample_program(cl_context context, const char *source)
{
    cl_int err;

    cl_program program = clCreateProgramWithSource(context, 1, &source, NULL, &err);
    SAMPLE_CHECK(err);
    sample_check_build(program, clBuildProgram(program, 0, NULL, NULL, NULL, NULL));
    return program;
}

double sample_event_ms(cl_event event)
{
    cl_ulong start = 0, end = 0;

    SAMPLE_CHECK(clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_START, sizeof(start),
                                         &start, NULL));
    SAMPLE_CHECK(clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_END, sizeof(end),
                                         &end, NULL));
    return (double)(end - start) * 1e-6;
}

int sample_report(const char *name, cl_device_id device, const char *size,
                  double kernel_ms, const char *result, bool ok)
{
    char device_name[256] = "";

    SAMPLE_CHECK(
        clGetDeviceInfo(device, CL_DEVICE_NAME, sizeof(device_name), device_name, NULL));
    printf("%-22s  %-15.15s  %-16s  kernel %9.3f ms  %-24s  %s\n", name, device_name,
           size, kernel_ms, result, ok ? "ok" : "WRONG");
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
