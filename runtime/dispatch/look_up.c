/* SPDX-License-Identifier: MIT */
/* Entry points by name. [OpenCL 3.0, 9.2; cl_khr_icd] */
#include "dispatch/dispatch.h"

#include <CL/cl_ext.h>
#include <CL/cl_vgpu.h>
#include <string.h>

/* Core names are found as well: a loader asks for clGetPlatformInfo, which this library
 * hides. */
static const struct {
    const char *name;
    void (*function)(void);
} entry_points[] = {
#define CORE(version, result, name, parameters, arguments) {#name, (void (*)(void))name},
#define EXTENSION(result, name, parameters, arguments)     {#name, (void (*)(void))name},
#include "dispatch/entry_points.def"
};

void *vgpu_entry_point_find(const char *name)
{
    void *address = NULL;

    for (size_t i = 0; name && i < sizeof entry_points / sizeof *entry_points; i++) {
        if (strcmp(entry_points[i].name, name) != 0)
            continue;
        /* ISO C has no conversion from a function's address to void *; POSIX promises
         * that the bytes serve */
        memcpy(&address, &entry_points[i].function, sizeof address);
        break;
    }
    return address;
}

extern __typeof__(clGetExtensionFunctionAddress) clGetExtensionFunctionAddress
    __attribute__((visibility("default")));

/* clGetExtensionFunctionAddress - for the one platform there is. [OpenCL 1.1, 9.2] */
CL_API_ENTRY void *CL_API_CALL clGetExtensionFunctionAddress(const char *func_name)
{
    return vgpu_entry_point_find(func_name);
}

/* clGetExtensionFunctionAddressForPlatform - [OpenCL 3.0, 9.2] */
CL_API_ENTRY void *CL_API_CALL
clGetExtensionFunctionAddressForPlatform(cl_platform_id platform, const char *func_name)
{
    return VGPU_IS(platform, platform) ? vgpu_entry_point_find(func_name) : NULL;
}
