/* SPDX-License-Identifier: MIT */
/* Sub-group queries of kernels. [OpenCL 3.0, 5.9.4] */
#include "object/kernel.h"

#include <CL/cl_ext.h>

/* clGetKernelSubGroupInfo - see kernel_sub_group_info.def. [OpenCL 3.0, 5.9.4] */
CL_API_ENTRY cl_int CL_API_CALL clGetKernelSubGroupInfo(
    cl_kernel kernel, cl_device_id device, cl_kernel_sub_group_info param_name,
    size_t input_value_size, const void *input_value, size_t param_value_size,
    void *param_value, size_t *param_value_size_ret)
{
    const struct vgpu_answer answer = {param_value_size, param_value,
                                       param_value_size_ret};
    const struct vgpu_kernel_input input = {input_value, input_value_size};

    if (!VGPU_IS(kernel, kernel))
        return CL_INVALID_KERNEL;
    if (!device && kernel->program->num_devices == 1)
        device = kernel->program->devices[0];
    if (!VGPU_IS(device, device) || !vgpu_program_has_device(kernel->program, device))
        return CL_INVALID_DEVICE;
    return vgpu_kernel_sub_group_info(kernel, device, param_name, &input, &answer);
}

/* clGetKernelSubGroupInfoKHR - the same. [cl_khr_subgroups] */
CL_API_ENTRY cl_int CL_API_CALL clGetKernelSubGroupInfoKHR(
    cl_kernel in_kernel, cl_device_id in_device, cl_kernel_sub_group_info param_name,
    size_t input_value_size, const void *input_value, size_t param_value_size,
    void *param_value, size_t *param_value_size_ret)
{
    return clGetKernelSubGroupInfo(in_kernel, in_device, param_name, input_value_size,
                                   input_value, param_value_size, param_value,
                                   param_value_size_ret);
}
