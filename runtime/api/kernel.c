/* SPDX-License-Identifier: MIT */
/* Entry points: kernel objects. [OpenCL 3.0, 5.9] */
#include "api/kernel_error.h"

#include "object/device.h"

#include <stdlib.h>

/* clCreateKernel [OpenCL 3.0, 5.9.1] */
CL_API_ENTRY cl_kernel CL_API_CALL clCreateKernel(cl_program program,
                                                  const char *kernel_name,
                                                  cl_int *errcode_ret)
{
    const struct vgpu_program_kernel **row = NULL;
    cl_kernel kernel = NULL;
    size_t count;
    cl_int err;

    if (!VGPU_IS(program, program)) {
        err = CL_INVALID_PROGRAM;
        goto out;
    }
    if (!kernel_name) {
        err = CL_INVALID_VALUE;
        goto out;
    }
    err = vgpu_program_attach(program, kernel_name, 1, &row, &count);
    if (err != CL_SUCCESS) {
        vgpu_kernel_explain_name(program, kernel_name, err);
        goto out;
    }
    err = vgpu_kernel_create(program, row, &kernel);
    if (err != CL_SUCCESS)
        vgpu_program_detach(program, 1);
    free(row);
out:
    vgpu_store_errcode(errcode_ret, err);
    return kernel;
}

/* All or none, of kernels that are attached already. */
static cl_int create_all(cl_program program,
                         const struct vgpu_program_kernel *const *rows, size_t count,
                         cl_kernel *kernels)
{
    size_t made = 0;
    cl_int err = CL_SUCCESS;

    while (made < count && err == CL_SUCCESS) {
        err = vgpu_kernel_create(program, &rows[made * program->num_devices],
                                 &kernels[made]);
        made += err == CL_SUCCESS;
    }
    if (err == CL_SUCCESS)
        return CL_SUCCESS;
    vgpu_program_detach(program, count - made);
    while (made-- > 0)
        vgpu_kernel_app_release(kernels[made]);
    return err;
}

/* clCreateKernelsInProgram [OpenCL 3.0, 5.9.1] */
CL_API_ENTRY cl_int CL_API_CALL clCreateKernelsInProgram(cl_program program,
                                                         cl_uint num_kernels,
                                                         cl_kernel *kernels,
                                                         cl_uint *num_kernels_ret)
{
    const struct vgpu_program_kernel **rows = NULL;
    size_t count;
    cl_int err;

    if (!VGPU_IS(program, program))
        return CL_INVALID_PROGRAM;
    err = vgpu_program_attach(program, NULL, kernels ? num_kernels : SIZE_MAX, &rows,
                              &count);
    if (err != CL_SUCCESS)
        return err;
    if (kernels)
        err = create_all(program, rows, count, kernels);
    else
        vgpu_program_detach(program, count);
    free(rows);
    if (err == CL_SUCCESS && num_kernels_ret)
        *num_kernels_ret = (cl_uint)count;
    return err;
}

/* clCloneKernel [OpenCL 3.0, 5.9.3] */
CL_API_ENTRY cl_kernel CL_API_CALL clCloneKernel(cl_kernel source_kernel,
                                                 cl_int *errcode_ret)
{
    cl_kernel kernel = NULL;
    cl_int err = CL_INVALID_KERNEL;

    if (VGPU_IS(kernel, source_kernel))
        err = vgpu_kernel_clone(source_kernel, &kernel);
    vgpu_store_errcode(errcode_ret, err);
    return kernel;
}

/* clRetainKernel [OpenCL 3.0, 5.9.1] */
CL_API_ENTRY cl_int CL_API_CALL clRetainKernel(cl_kernel kernel)
{
    return vgpu_app_retain(VGPU_KIND_kernel, kernel, CL_INVALID_KERNEL);
}

/* clReleaseKernel [OpenCL 3.0, 5.9.1] */
CL_API_ENTRY cl_int CL_API_CALL clReleaseKernel(cl_kernel kernel)
{
    return vgpu_kernel_app_release(kernel);
}

/* clSetKernelArg [OpenCL 3.0, 5.9.2] */
CL_API_ENTRY cl_int CL_API_CALL clSetKernelArg(cl_kernel kernel, cl_uint arg_index,
                                               size_t arg_size, const void *arg_value)
{
    cl_int err;

    if (!VGPU_IS(kernel, kernel))
        return CL_INVALID_KERNEL;
    err = vgpu_kernel_set_arg(kernel, arg_index, arg_size, arg_value);
    if (err != CL_SUCCESS)
        vgpu_kernel_explain_arg(kernel, arg_index, arg_size, arg_value, err);
    return err;
}

/* clGetKernelInfo - see kernel_info.def. [OpenCL 3.0, 5.9.4] */
CL_API_ENTRY cl_int CL_API_CALL clGetKernelInfo(cl_kernel kernel,
                                                cl_kernel_info param_name,
                                                size_t param_value_size,
                                                void *param_value,
                                                size_t *param_value_size_ret)
{
    const struct vgpu_answer answer = {param_value_size, param_value,
                                       param_value_size_ret};

    if (!VGPU_IS(kernel, kernel))
        return CL_INVALID_KERNEL;
    return vgpu_kernel_info(kernel, param_name, &answer);
}

/* clGetKernelArgInfo - always available: see kernel_arg_info.def. [OpenCL 3.0, 5.9.4] */
CL_API_ENTRY cl_int CL_API_CALL clGetKernelArgInfo(cl_kernel kernel, cl_uint arg_index,
                                                   cl_kernel_arg_info param_name,
                                                   size_t param_value_size,
                                                   void *param_value,
                                                   size_t *param_value_size_ret)
{
    const struct vgpu_answer answer = {param_value_size, param_value,
                                       param_value_size_ret};

    if (!VGPU_IS(kernel, kernel))
        return CL_INVALID_KERNEL;
    if (arg_index >= kernel->num_args)
        return CL_INVALID_ARG_INDEX;
    return vgpu_kernel_arg_info(kernel, arg_index, param_name, &answer);
}

/* clGetKernelWorkGroupInfo - see kernel_work_group_info.def. [OpenCL 3.0, 5.9.4] */
CL_API_ENTRY cl_int CL_API_CALL clGetKernelWorkGroupInfo(
    cl_kernel kernel, cl_device_id device, cl_kernel_work_group_info param_name,
    size_t param_value_size, void *param_value, size_t *param_value_size_ret)
{
    const struct vgpu_answer answer = {param_value_size, param_value,
                                       param_value_size_ret};

    if (!VGPU_IS(kernel, kernel))
        return CL_INVALID_KERNEL;
    if (!device && kernel->program->num_devices == 1)
        device = kernel->program->devices[0];
    if (!VGPU_IS(device, device) || !vgpu_program_has_device(kernel->program, device))
        return CL_INVALID_DEVICE;
    return vgpu_kernel_work_group_info(kernel, device, param_name, &answer);
}
