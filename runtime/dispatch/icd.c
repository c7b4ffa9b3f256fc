/* SPDX-License-Identifier: MIT */
/* The table that ICD loaders and libOpenCL.so.1 call through. [OpenCL extensions,
 * cl_khr_icd] */
#include "dispatch/dispatch.h"

#include "object/platform.h"

#include <CL/cl_ext.h>

const cl_icd_dispatch vgpu_icd_dispatch = {
#define CORE(version, result, name, parameters, arguments)   .name = name,
#define ABSENT(version, result, name, parameters, arguments) .name = name,
#include "dispatch/entry_points.def"
};

extern __typeof__(clIcdGetPlatformIDsKHR) clIcdGetPlatformIDsKHR
    __attribute__((visibility("default")));

/* clIcdGetPlatformIDsKHR - the platforms that calls through a loader may be handed.
 * [cl_khr_icd] */
CL_API_ENTRY cl_int CL_API_CALL clIcdGetPlatformIDsKHR(cl_uint num_entries,
                                                       cl_platform_id *platforms,
                                                       cl_uint *num_platforms)
{
    cl_platform_id platform;

    if ((num_entries == 0 && platforms) || (!platforms && !num_platforms))
        return CL_INVALID_VALUE;
    platform = vgpu_platform_get();
    if (!platform)
        return CL_PLATFORM_NOT_FOUND_KHR;
    if (platforms)
        platforms[0] = platform;
    if (num_platforms)
        *num_platforms = 1;
    return CL_SUCCESS;
}
