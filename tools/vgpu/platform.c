/* SPDX-License-Identifier: MIT */
/* Finding our platform and its devices through the OpenCL API. */
#include "command.h"

#include <stdlib.h>
#include <string.h>

#define PLATFORM_NAME "Virtual GPU"

char *platform_text(cl_platform_id platform, cl_platform_info what)
{
    size_t size = 0;
    char *text;

    clGetPlatformInfo(platform, what, 0, NULL, &size);
    text = calloc(1, size + 1);
    if (text)
        clGetPlatformInfo(platform, what, size, text, NULL);
    return text;
}

char *device_text(cl_device_id device, cl_device_info what)
{
    size_t size = 0;
    char *text;

    clGetDeviceInfo(device, what, 0, NULL, &size);
    text = calloc(1, size + 1);
    if (text)
        clGetDeviceInfo(device, what, size, text, NULL);
    return text;
}

cl_platform_id find_platform(void)
{
    cl_platform_id platforms[64], found = NULL;
    cl_uint count = 0;

    clGetPlatformIDs(sizeof platforms / sizeof *platforms, platforms, &count);
    for (cl_uint i = 0; i < count && i < sizeof platforms / sizeof *platforms && !found;
         i++) {
        char *name = platform_text(platforms[i], CL_PLATFORM_NAME);
        if (name && strcmp(name, PLATFORM_NAME) == 0)
            found = platforms[i];
        free(name);
    }
    if (!found)
        complain("the OpenCL library in use has no platform \"" PLATFORM_NAME
                 "\" (of %u); "
                 "does LD_LIBRARY_PATH lead to another libOpenCL.so.1?",
                 count);
    return found;
}

cl_device_id *find_devices(cl_platform_id platform, cl_uint *count_out)
{
    cl_device_id *devices;

    *count_out = 0;
    clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, NULL, count_out);
    if (*count_out == 0) {
        complain("there is no virtual GPU; `vgpu env` shows how VGPU_DEVICES is set");
        return NULL;
    }
    devices = calloc(*count_out, sizeof *devices);
    if (!devices ||
        clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, *count_out, devices, NULL)) {
        complain("the list of %u virtual GPUs could not be had", *count_out);
        free(devices);
        return NULL;
    }
    return devices;
}
