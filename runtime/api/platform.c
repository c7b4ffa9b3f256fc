/* SPDX-License-Identifier: MIT */
/* Entry points: the platform and its devices. [OpenCL 3.0, 4.1 and 4.2] */
#include "object/device.h"
#include "object/platform.h"

/* clGetPlatformIDs - there is one platform. [OpenCL 3.0, 4.1] */
CL_API_ENTRY cl_int CL_API_CALL clGetPlatformIDs(cl_uint num_entries,
                                                 cl_platform_id *platforms,
                                                 cl_uint *num_platforms)
{
    cl_platform_id platform;

    if ((platforms && num_entries == 0) || (!platforms && !num_platforms))
        return CL_INVALID_VALUE;
    platform = vgpu_platform_get();
    if (!platform)
        return CL_OUT_OF_HOST_MEMORY;
    if (platforms)
        platforms[0] = platform;
    if (num_platforms)
        *num_platforms = 1;
    return CL_SUCCESS;
}

/* NULL stands for the only platform there is. */
static cl_platform_id find_platform(cl_platform_id platform)
{
    if (!platform)
        return vgpu_platform_get();
    return VGPU_IS(platform, platform) ? platform : NULL;
}

/* clGetPlatformInfo - see platform_info.def. [OpenCL 3.0, 4.1] */
CL_API_ENTRY cl_int CL_API_CALL clGetPlatformInfo(cl_platform_id platform,
                                                  cl_platform_info param_name,
                                                  size_t param_value_size,
                                                  void *param_value,
                                                  size_t *param_value_size_ret)
{
    const struct vgpu_answer answer = {param_value_size, param_value,
                                       param_value_size_ret};

    platform = find_platform(platform);
    if (!platform)
        return CL_INVALID_PLATFORM;
    return vgpu_platform_info(platform, param_name, &answer);
}

/* clGetDeviceIDs - the platform's devices of a type. [OpenCL 3.0, 4.2] */
CL_API_ENTRY cl_int CL_API_CALL clGetDeviceIDs(cl_platform_id platform,
                                               cl_device_type device_type,
                                               cl_uint num_entries, cl_device_id *devices,
                                               cl_uint *num_devices)
{
    cl_device_id selected[VGPU_MAX_DEVICES];
    cl_uint count;
    cl_int err;

    platform = find_platform(platform);
    if (!platform)
        return CL_INVALID_PLATFORM;
    if ((devices && num_entries == 0) || (!devices && !num_devices))
        return CL_INVALID_VALUE;
    err = vgpu_platform_select(platform, device_type, selected, &count);
    if (err != CL_SUCCESS)
        return err;
    if (devices)
        memcpy(devices, selected,
               (count < num_entries ? count : num_entries) * sizeof *devices);
    if (num_devices)
        *num_devices = count;
    return CL_SUCCESS;
}
