/* SPDX-License-Identifier: MIT */
/* Queues on the device: no device has them. [OpenCL 3.0, 5.1] */
#include "object/context.h"
#include "object/device.h"

/* clSetDefaultDeviceCommandQueue - [OpenCL 3.0, 5.1] */
CL_API_ENTRY cl_int CL_API_CALL clSetDefaultDeviceCommandQueue(
    cl_context context, cl_device_id device, cl_command_queue command_queue)
{
    (void)command_queue;
    if (!VGPU_IS(context, context))
        return CL_INVALID_CONTEXT;
    if (!VGPU_IS(device, device) || !vgpu_context_has_device(context, device))
        return CL_INVALID_DEVICE;
    return CL_INVALID_OPERATION;
}
