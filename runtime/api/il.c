/* SPDX-License-Identifier: MIT */
/* Programs in an intermediate language: no device takes them. [OpenCL 3.0, 5.8.1] */
#include "object/handle.h"
#include "object/info.h"

/* clCreateProgramWithIL - [OpenCL 3.0, 5.8.1] */
CL_API_ENTRY cl_program CL_API_CALL clCreateProgramWithIL(cl_context context,
                                                          const void *il, size_t length,
                                                          cl_int *errcode_ret)
{
    (void)il, (void)length;
    vgpu_store_errcode(errcode_ret, VGPU_IS(context, context) ? CL_INVALID_OPERATION
                                                              : CL_INVALID_CONTEXT);
    return NULL;
}

/* clSetProgramSpecializationConstant - [OpenCL 3.0, 5.8.4] */
CL_API_ENTRY cl_int CL_API_CALL clSetProgramSpecializationConstant(cl_program program,
                                                                   cl_uint spec_id,
                                                                   size_t spec_size,
                                                                   const void *spec_value)
{
    (void)spec_id, (void)spec_size, (void)spec_value;
    return VGPU_IS(program, program) ? CL_INVALID_OPERATION : CL_INVALID_PROGRAM;
}

/* clSetProgramReleaseCallback - no program has destructors of global variables.
 * [OpenCL 3.0, 5.8.3] */
CL_API_ENTRY cl_int CL_API_CALL clSetProgramReleaseCallback(
    cl_program program,
    void(CL_CALLBACK *pfn_notify)(cl_program program, void *user_data), void *user_data)
{
    (void)pfn_notify, (void)user_data;
    return VGPU_IS(program, program) ? CL_INVALID_OPERATION : CL_INVALID_PROGRAM;
}
