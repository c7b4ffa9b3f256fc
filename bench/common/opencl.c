/* SPDX-License-Identifier: MIT */
/* The OpenCL objects that a benchmark starts from. */
#include "opencl.h"

#include "series.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PLATFORMS 16
#define MAX_DEVICES   64

void bench_cl_check(cl_int err, const char *call)
{
    if (err != CL_SUCCESS)
        bench_fail("%s: OpenCL error %d", call, (int)err);
}

static bool platform_is(cl_platform_id platform, const char *wanted)
{
    char name[256];

    BENCH_CL(clGetPlatformInfo(platform, CL_PLATFORM_NAME, sizeof name, name, NULL));
    return !wanted || strstr(name, wanted);
}

cl_device_id bench_find_device(const char *platform_name, cl_uint index)
{
    cl_platform_id platforms[MAX_PLATFORMS];
    cl_device_id devices[MAX_DEVICES];
    cl_uint num_platforms = 0, num_devices = 0;

    BENCH_CL(clGetPlatformIDs(MAX_PLATFORMS, platforms, &num_platforms));
    for (cl_uint i = 0; i < num_platforms && i < MAX_PLATFORMS; i++) {
        if (!platform_is(platforms[i], platform_name))
            continue;
        if (clGetDeviceIDs(platforms[i], CL_DEVICE_TYPE_ALL, MAX_DEVICES, devices,
                           &num_devices) == CL_SUCCESS &&
            num_devices > index && index < MAX_DEVICES)
            return devices[index];
    }
    bench_fail(
        "no OpenCL device number %u on a platform named like '%s' (%u platforms seen)",
        index, platform_name ? platform_name : "", num_platforms);
}

static void print_build_log(cl_program program, cl_device_id device)
{
    size_t size = 0;
    char *log;

    if (clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, 0, NULL, &size) !=
            CL_SUCCESS ||
        !(log = calloc(size + 1, 1)))
        return;
    clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, size, log, NULL);
    fprintf(stderr, "%s\n", log);
    free(log);
}

cl_program bench_build_program(cl_context context, cl_device_id device,
                               const char *source, const char *options)
{
    cl_int err;
    cl_program program = clCreateProgramWithSource(context, 1, &source, NULL, &err);

    bench_cl_check(err, "clCreateProgramWithSource");
    err = clBuildProgram(program, 1, &device, options, NULL, NULL);
    if (err != CL_SUCCESS)
        print_build_log(program, device);
    bench_cl_check(err, "clBuildProgram");
    return program;
}

cl_kernel bench_create_kernel(cl_program program, const char *name)
{
    cl_int err;
    cl_kernel kernel = clCreateKernel(program, name, &err);

    bench_cl_check(err, "clCreateKernel");
    return kernel;
}

json_t *bench_implementation(cl_device_id device)
{
    cl_platform_id platform;
    char platform_name[256], platform_version[256], device_name[256], driver[256];
    cl_uint units;

    BENCH_CL(
        clGetDeviceInfo(device, CL_DEVICE_PLATFORM, sizeof platform, &platform, NULL));
    BENCH_CL(clGetPlatformInfo(platform, CL_PLATFORM_NAME, sizeof platform_name,
                               platform_name, NULL));
    BENCH_CL(clGetPlatformInfo(platform, CL_PLATFORM_VERSION, sizeof platform_version,
                               platform_version, NULL));
    BENCH_CL(
        clGetDeviceInfo(device, CL_DEVICE_NAME, sizeof device_name, device_name, NULL));
    BENCH_CL(clGetDeviceInfo(device, CL_DRIVER_VERSION, sizeof driver, driver, NULL));
    BENCH_CL(
        clGetDeviceInfo(device, CL_DEVICE_MAX_COMPUTE_UNITS, sizeof units, &units, NULL));
    return json_pack("{s:s, s:s, s:s, s:s, s:i}", "platform", platform_name, "version",
                     platform_version, "device", device_name, "driver", driver,
                     "compute_units", (int)units);
}
