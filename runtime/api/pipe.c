/* SPDX-License-Identifier: MIT */
/* Pipes: no device has them. [OpenCL 3.0, 5.4] */
#include "object/handle.h"
#include "object/info.h"

/* clCreatePipe - [OpenCL 3.0, 5.4.1] */
CL_API_ENTRY cl_mem CL_API_CALL clCreatePipe(cl_context context, cl_mem_flags flags,
                                             cl_uint pipe_packet_size,
                                             cl_uint pipe_max_packets,
                                             const cl_pipe_properties *properties,
                                             cl_int *errcode_ret)
{
    (void)flags, (void)pipe_packet_size, (void)pipe_max_packets, (void)properties;
    vgpu_store_errcode(errcode_ret, VGPU_IS(context, context) ? CL_INVALID_OPERATION
                                                              : CL_INVALID_CONTEXT);
    return NULL;
}

/* clGetPipeInfo - [OpenCL 3.0, 5.4.2] */
CL_API_ENTRY cl_int CL_API_CALL clGetPipeInfo(cl_mem pipe, cl_pipe_info param_name,
                                              size_t param_value_size, void *param_value,
                                              size_t *param_value_size_ret)
{
    (void)pipe, (void)param_name, (void)param_value_size, (void)param_value;
    (void)param_value_size_ret;
    return CL_INVALID_MEM_OBJECT;
}
