/* SPDX-License-Identifier: MIT */
/* Device and host timers that tick alike: the platform does not offer them.
 * [OpenCL 3.0, 4.2] */
#include "object/device.h"

/* clGetDeviceAndHostTimer - [OpenCL 3.0, 4.2] */
CL_API_ENTRY cl_int CL_API_CALL clGetDeviceAndHostTimer(cl_device_id device,
                                                        cl_ulong *device_timestamp,
                                                        cl_ulong *host_timestamp)
{
    (void)device_timestamp, (void)host_timestamp;
    return VGPU_IS(device, device) ? CL_INVALID_OPERATION : CL_INVALID_DEVICE;
}

/* clGetHostTimer - [OpenCL 3.0, 4.2] */
CL_API_ENTRY cl_int CL_API_CALL clGetHostTimer(cl_device_id device,
                                               cl_ulong *host_timestamp)
{
    (void)host_timestamp;
    return VGPU_IS(device, device) ? CL_INVALID_OPERATION : CL_INVALID_DEVICE;
}
