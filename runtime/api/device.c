/* SPDX-License-Identifier: MIT */
/* Entry points: what a device says of itself. [OpenCL 3.0, 4.2] */
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
