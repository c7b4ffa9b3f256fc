/* SPDX-License-Identifier: MIT */
/* Sub-group queries of kernels: no device offers sub-groups to programs.
 * [OpenCL 3.0, 5.9.3] */
#include "object/context.h"
#include "object/device.h"
#include "object/kernel.h"

#include <CL/cl_ext.h>

static cl_int refuse(cl_kernel kernel, cl_device_id device)
{
    cl_context context;

    if (!VGPU_IS(kernel, kernel))
        return CL_INVALID_KERNEL;
    context = kernel->program->context;
    if (device ? !VGPU_IS(device, device) || !vgpu_context_has_device(context, device)
               : context->num_devices != 1)
        return CL_INVALID_DEVICE;
    return CL_INVALID_OPERATION;
}

/* clGetKernelSubGroupInfo - [OpenCL 3.0, 5.9.3] */
CL_API_ENTRY cl_int CL_API_CALL clGetKernelSubGroupInfo(
    cl_kernel kernel, cl_device_id device, cl_kernel_sub_group_info param_name,
    size_t input_value_size, const void *input_value, size_t param_value_size,
    void *param_value, size_t *param_value_size_ret)
{
    (void)param_name, (void)input_value_size, (void)input_value, (void)param_value_size;
    (void)param_value, (void)param_value_size_ret;
    return refuse(kernel, device);
}

/* clGetKernelSubGroupInfoKHR - [cl_khr_subgroups] */
CL_API_ENTRY cl_int CL_API_CALL clGetKernelSubGroupInfoKHR(
    cl_kernel in_kernel, cl_device_id in_device, cl_kernel_sub_group_info param_name,
    size_t input_value_size, const void *input_value, size_t param_value_size,
    void *param_value, size_t *param_value_size_ret)
{
    (void)param_name, (void)input_value_size, (void)input_value, (void)param_value_size;
    (void)param_value, (void)param_value_size_ret;
    return refuse(in_kernel, in_device);
}
