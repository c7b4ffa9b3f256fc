/* SPDX-License-Identifier: MIT */
/* Sub-devices: a device cannot be partitioned, and root devices are not counted.
 * [OpenCL 3.0, 4.3] */
#include "object/device.h"

#include <CL/cl_ext.h>

/* clCreateSubDevices - every way to partition is one that the device does not support.
 * [OpenCL 3.0, 4.3] */
CL_API_ENTRY cl_int CL_API_CALL clCreateSubDevices(
    cl_device_id in_device, const cl_device_partition_property *properties,
    cl_uint num_devices, cl_device_id *out_devices, cl_uint *num_devices_ret)
{
    (void)properties, (void)num_devices, (void)out_devices, (void)num_devices_ret;
    return VGPU_IS(device, in_device) ? CL_INVALID_VALUE : CL_INVALID_DEVICE;
}

/* clRetainDevice - [OpenCL 3.0, 4.3] */
CL_API_ENTRY cl_int CL_API_CALL clRetainDevice(cl_device_id device)
{
    return VGPU_IS(device, device) ? CL_SUCCESS : CL_INVALID_DEVICE;
}

/* clReleaseDevice - [OpenCL 3.0, 4.3] */
CL_API_ENTRY cl_int CL_API_CALL clReleaseDevice(cl_device_id device)
{
    return VGPU_IS(device, device) ? CL_SUCCESS : CL_INVALID_DEVICE;
}

/* clCreateSubDevicesEXT - [cl_ext_device_fission] */
CL_API_ENTRY cl_int CL_API_CALL clCreateSubDevicesEXT(
    cl_device_id in_device, const cl_device_partition_property_ext *properties,
    cl_uint num_entries, cl_device_id *out_devices, cl_uint *num_devices)
{
    (void)properties, (void)num_entries, (void)out_devices, (void)num_devices;
    return VGPU_IS(device, in_device) ? CL_INVALID_VALUE : CL_INVALID_DEVICE;
}

/* clRetainDeviceEXT - [cl_ext_device_fission] */
CL_API_ENTRY cl_int CL_API_CALL clRetainDeviceEXT(cl_device_id device)
{
    return VGPU_IS(device, device) ? CL_SUCCESS : CL_INVALID_DEVICE;
}

/* clReleaseDeviceEXT - [cl_ext_device_fission] */
CL_API_ENTRY cl_int CL_API_CALL clReleaseDeviceEXT(cl_device_id device)
{
    return VGPU_IS(device, device) ? CL_SUCCESS : CL_INVALID_DEVICE;
}
