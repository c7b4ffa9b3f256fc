/* SPDX-License-Identifier: MIT */
/* Entry points: program objects. [OpenCL 3.0, 5.8.1, 5.8.2 and 5.8.7] */
#include "arithmetic.h"
#include "object/context.h"
#include "object/program.h"

#include <stdlib.h>

/* A list of devices that must all be the context's. */
static cl_int check_devices(cl_context context, cl_uint num_devices,
                            const cl_device_id *devices)
{
    if (!VGPU_IS(context, context))
        return CL_INVALID_CONTEXT;
    if (!devices || num_devices == 0)
        return CL_INVALID_VALUE;
    for (cl_uint i = 0; i < num_devices; i++)
        if (!VGPU_IS(device, devices[i]) || !vgpu_context_has_device(context, devices[i]))
            return CL_INVALID_DEVICE;
    return CL_SUCCESS;
}

static size_t string_length(const char *string, const size_t *lengths, cl_uint i)
{
    return lengths && lengths[i] > 0 ? lengths[i] : strlen(string);
}

/* Joins the strings; NUL characters inside them are left out. */
static cl_int join(cl_uint count, const char **strings, const size_t *lengths,
                   char **source_out, size_t *length_out)
{
    size_t size = 1, length = 0;
    char *source;

    for (cl_uint i = 0; i < count; i++)
        if (!vgpu_add(size, string_length(strings[i], lengths, i), &size))
            return CL_OUT_OF_HOST_MEMORY;
    source = malloc(size);
    if (!source)
        return CL_OUT_OF_HOST_MEMORY;
    for (cl_uint i = 0; i < count; i++) {
        const size_t string_size = string_length(strings[i], lengths, i);

        for (size_t at = 0; at < string_size; at++)
            if (strings[i][at] != '\0')
                source[length++] = strings[i][at];
    }
    source[length] = '\0';
    *source_out = source;
    *length_out = length;
    return CL_SUCCESS;
}

/* clCreateProgramWithSource [OpenCL 3.0, 5.8.1] */
CL_API_ENTRY cl_program CL_API_CALL clCreateProgramWithSource(cl_context context,
                                                              cl_uint count,
                                                              const char **strings,
                                                              const size_t *lengths,
                                                              cl_int *errcode_ret)
{
    cl_program program = NULL;
    char *source;
    size_t length;
    cl_int err = CL_SUCCESS;

    if (!VGPU_IS(context, context))
        err = CL_INVALID_CONTEXT;
    else if (count == 0 || !strings)
        err = CL_INVALID_VALUE;
    for (cl_uint i = 0; err == CL_SUCCESS && i < count; i++)
        if (!strings[i])
            err = CL_INVALID_VALUE;
    if (err == CL_SUCCESS)
        err = join(count, strings, lengths, &source, &length);
    if (err == CL_SUCCESS)
        err = vgpu_program_from_source(context, source, length, &program);
    vgpu_store_errcode(errcode_ret, err);
    return program;
}

/* Whether there are bytes for every device; each that is missing has its status. */
static cl_int check_binaries(cl_uint num_devices, const size_t *lengths,
                             const unsigned char **binaries, cl_int *statuses)
{
    cl_int err = CL_SUCCESS;

    if (!lengths || !binaries)
        return CL_INVALID_VALUE;
    for (cl_uint i = 0; i < num_devices; i++) {
        const bool is_there = lengths[i] > 0 && binaries[i];

        if (!is_there)
            err = CL_INVALID_VALUE;
        if (statuses)
            statuses[i] = is_there ? CL_SUCCESS : CL_INVALID_VALUE;
    }
    return err;
}

/* clCreateProgramWithBinary - of what CL_PROGRAM_BINARIES gave. [OpenCL 3.0, 5.8.1] */
CL_API_ENTRY cl_program CL_API_CALL clCreateProgramWithBinary(
    cl_context context, cl_uint num_devices, const cl_device_id *device_list,
    const size_t *lengths, const unsigned char **binaries, cl_int *binary_status,
    cl_int *errcode_ret)
{
    cl_program program = NULL;
    cl_int err = check_devices(context, num_devices, device_list);

    if (err == CL_SUCCESS)
        err = check_binaries(num_devices, lengths, binaries, binary_status);
    if (err == CL_SUCCESS)
        err = vgpu_program_from_binaries(context, num_devices, device_list, lengths,
                                         binaries, binary_status, &program);
    vgpu_store_errcode(errcode_ret, err);
    return program;
}

/* clCreateProgramWithBuiltInKernels - the registered kernels of these names.
 * [OpenCL 3.0, 5.8.1] */
CL_API_ENTRY cl_program CL_API_CALL clCreateProgramWithBuiltInKernels(
    cl_context context, cl_uint num_devices, const cl_device_id *device_list,
    const char *kernel_names, cl_int *errcode_ret)
{
    cl_program program = NULL;
    cl_int err = check_devices(context, num_devices, device_list);

    if (err == CL_SUCCESS && !kernel_names)
        err = CL_INVALID_VALUE;
    if (err == CL_SUCCESS)
        err = vgpu_program_from_built_in(context, num_devices, device_list, kernel_names,
                                         &program);
    vgpu_store_errcode(errcode_ret, err);
    return program;
}

/* clRetainProgram [OpenCL 3.0, 5.8.2] */
CL_API_ENTRY cl_int CL_API_CALL clRetainProgram(cl_program program)
{
    return vgpu_app_retain(VGPU_KIND_program, program, CL_INVALID_PROGRAM);
}

/* clReleaseProgram [OpenCL 3.0, 5.8.2] */
CL_API_ENTRY cl_int CL_API_CALL clReleaseProgram(cl_program program)
{
    return vgpu_app_release(VGPU_KIND_program, program, CL_INVALID_PROGRAM);
}

/* clGetProgramInfo - see program_info.def. [OpenCL 3.0, 5.8.7] */
CL_API_ENTRY cl_int CL_API_CALL clGetProgramInfo(cl_program program,
                                                 cl_program_info param_name,
                                                 size_t param_value_size,
                                                 void *param_value,
                                                 size_t *param_value_size_ret)
{
    const struct vgpu_answer answer = {param_value_size, param_value,
                                       param_value_size_ret};

    if (!VGPU_IS(program, program))
        return CL_INVALID_PROGRAM;
    return vgpu_program_info(program, param_name, &answer);
}

/* clGetProgramBuildInfo - see program_build_info.def. [OpenCL 3.0, 5.8.7] */
CL_API_ENTRY cl_int CL_API_CALL clGetProgramBuildInfo(
    cl_program program, cl_device_id device, cl_program_build_info param_name,
    size_t param_value_size, void *param_value, size_t *param_value_size_ret)
{
    const struct vgpu_answer answer = {param_value_size, param_value,
                                       param_value_size_ret};

    if (!VGPU_IS(program, program))
        return CL_INVALID_PROGRAM;
    return vgpu_program_build_info(program, device, param_name, &answer);
}
