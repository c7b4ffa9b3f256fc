/* SPDX-License-Identifier: MIT */
/* Entry points: devices. [OpenCL 3.0, 4.2 and 4.3] */
#include "object/device.h"

/* clGetDeviceInfo - see device_info.def. [OpenCL 3.0, 4.2] */
CL_API_ENTRY cl_int CL_API_CALL clGetDeviceInfo(cl_device_id device,
                                                cl_device_info param_name,
                                                size_t param_value_size,
                                                void *param_value,
                                                size_t *param_value_size_ret)
{
    const struct vgpu_answer answer = {param_value_size, param_value,
                                       param_value_size_ret};

    if (!VGPU_IS(device, device))
        return CL_INVALID_DEVICE;
    return vgpu_device_info(device, param_name, &answer);
}

/* clRetainDevice - the count of a root device never changes. [OpenCL 3.0, 4.3] */
CL_API_ENTRY cl_int CL_API_CALL clRetainDevice(cl_device_id device)
{
    return VGPU_IS(device, device) ? CL_SUCCESS : CL_INVALID_DEVICE;
}

/* clReleaseDevice - the count of a root device never changes. [OpenCL 3.0, 4.3] */
CL_API_ENTRY cl_int CL_API_CALL clReleaseDevice(cl_device_id device)
{
    return VGPU_IS(device, device) ? CL_SUCCESS : CL_INVALID_DEVICE;
}
