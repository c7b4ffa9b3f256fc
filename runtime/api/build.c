/* SPDX-License-Identifier: MIT */
/* Entry points: building, compiling and linking programs. [OpenCL 3.0, 5.8.4 to 5.8.6
 * and 5.8.8] */
#include "object/context.h"
#include "object/program.h"

typedef void CL_CALLBACK build_notify(cl_program program, void *user_data);

/* An optional list of devices, and a callback: alike in all three. */
static cl_int check_list(cl_uint num_devices, const cl_device_id *devices,
                         build_notify *notify, const void *user_data)
{
    if ((devices == NULL) != (num_devices == 0))
        return CL_INVALID_VALUE;
    if (!notify && user_data)
        return CL_INVALID_VALUE;
    return CL_SUCCESS;
}

static cl_int check_program(cl_program program, cl_uint num_devices,
                            const cl_device_id *devices, build_notify *notify,
                            const void *user_data)
{
    cl_int err;

    if (!VGPU_IS(program, program))
        return CL_INVALID_PROGRAM;
    err = check_list(num_devices, devices, notify, user_data);
    for (cl_uint i = 0; err == CL_SUCCESS && i < num_devices; i++)
        if (!vgpu_program_has_device(program, devices[i]))
            err = CL_INVALID_DEVICE;
    return err;
}

/* clBuildProgram - of a source or a binary; done when it returns, or with a callback when
 * that comes. [OpenCL 3.0, 5.8.4] */
CL_API_ENTRY cl_int CL_API_CALL clBuildProgram(cl_program program, cl_uint num_devices,
                                               const cl_device_id *device_list,
                                               const char *options,
                                               build_notify *pfn_notify, void *user_data)
{
    const struct vgpu_build_callback callback = {pfn_notify, user_data};
    cl_int err = check_program(program, num_devices, device_list, pfn_notify, user_data);

    if (err == CL_SUCCESS && !program->source && !program->is_from_binary)
        err = CL_INVALID_OPERATION;
    if (err != CL_SUCCESS)
        return err;
    return vgpu_program_build(program, num_devices, device_list, options, callback);
}

static cl_int check_headers(cl_program program, cl_uint num_headers,
                            const cl_program *headers, const char **names)
{
    if (num_headers == 0)
        return headers || names ? CL_INVALID_VALUE : CL_SUCCESS;
    if (!headers || !names)
        return CL_INVALID_VALUE;
    for (cl_uint i = 0; i < num_headers; i++) {
        if (!VGPU_IS(program, headers[i]))
            return CL_INVALID_PROGRAM;
        if (headers[i]->context != program->context)
            return CL_INVALID_CONTEXT;
        if (!names[i])
            return CL_INVALID_VALUE;
        if (!headers[i]->source)
            return CL_INVALID_OPERATION;
    }
    return CL_SUCCESS;
}

/* clCompileProgram - like clBuildProgram, but its kernels are for clLinkProgram.
 * [OpenCL 3.0, 5.8.4] */
CL_API_ENTRY cl_int CL_API_CALL clCompileProgram(
    cl_program program, cl_uint num_devices, const cl_device_id *device_list,
    const char *options, cl_uint num_input_headers, const cl_program *input_headers,
    const char **header_include_names, build_notify *pfn_notify, void *user_data)
{
    const struct vgpu_build_callback callback = {pfn_notify, user_data};
    cl_int err = check_program(program, num_devices, device_list, pfn_notify, user_data);

    if (err == CL_SUCCESS && !program->source)
        err = CL_INVALID_OPERATION;
    if (err == CL_SUCCESS)
        err = check_headers(program, num_input_headers, input_headers,
                            header_include_names);
    if (err != CL_SUCCESS)
        return err;
    return vgpu_program_compile(program, num_devices, device_list, options,
                                num_input_headers, input_headers, header_include_names,
                                callback);
}

static cl_int check_link(cl_context context, cl_uint num_devices,
                         const cl_device_id *devices, cl_uint num_programs,
                         const cl_program *programs)
{
    for (cl_uint i = 0; i < num_devices; i++)
        if (!vgpu_context_has_device(context, devices[i]))
            return CL_INVALID_DEVICE;
    if (num_programs == 0 || !programs)
        return CL_INVALID_VALUE;
    for (cl_uint i = 0; i < num_programs; i++) {
        if (!VGPU_IS(program, programs[i]))
            return CL_INVALID_PROGRAM;
        if (programs[i]->context != context)
            return CL_INVALID_CONTEXT;
    }
    return CL_SUCCESS;
}

/* clLinkProgram - a program of what others were compiled to; done as clBuildProgram is.
 * [OpenCL 3.0, 5.8.5] */
CL_API_ENTRY cl_program CL_API_CALL clLinkProgram(
    cl_context context, cl_uint num_devices, const cl_device_id *device_list,
    const char *options, cl_uint num_input_programs, const cl_program *input_programs,
    build_notify *pfn_notify, void *user_data, cl_int *errcode_ret)
{
    const struct vgpu_build_callback callback = {pfn_notify, user_data};
    cl_program program = NULL;
    cl_int err = CL_INVALID_CONTEXT;

    if (VGPU_IS(context, context))
        err = check_list(num_devices, device_list, pfn_notify, user_data);
    if (err == CL_SUCCESS)
        err = check_link(context, num_devices, device_list, num_input_programs,
                         input_programs);
    if (err == CL_SUCCESS)
        err = vgpu_program_link(context, num_devices, device_list, options,
                                num_input_programs, input_programs, callback, &program);
    vgpu_store_errcode(errcode_ret, err);
    return program;
}

/* clUnloadPlatformCompiler - a hint; there is nothing to unload. [OpenCL 3.0, 5.8.8] */
CL_API_ENTRY cl_int CL_API_CALL clUnloadPlatformCompiler(cl_platform_id platform)
{
    return VGPU_IS(platform, platform) ? CL_SUCCESS : CL_INVALID_PLATFORM;
}

/* clUnloadCompiler - a hint; there is nothing to unload. [OpenCL 1.1, 5.6.4] */
CL_API_ENTRY cl_int CL_API_CALL clUnloadCompiler(void)
{
    return CL_SUCCESS;
}
