/* SPDX-License-Identifier: MIT */
/* Samplers: no device has images, so none exists. [OpenCL 3.0, 5.7] */
#include "object/handle.h"
#include "object/info.h"

/* clCreateSamplerWithProperties - [OpenCL 3.0, 5.7.1] */
CL_API_ENTRY cl_sampler CL_API_CALL clCreateSamplerWithProperties(
    cl_context context, const cl_sampler_properties *sampler_properties,
    cl_int *errcode_ret)
{
    (void)sampler_properties;
    vgpu_store_errcode(errcode_ret, VGPU_IS(context, context) ? CL_INVALID_OPERATION
                                                              : CL_INVALID_CONTEXT);
    return NULL;
}

/* clCreateSampler - [OpenCL 1.2, 5.5.1] */
CL_API_ENTRY cl_sampler CL_API_CALL clCreateSampler(cl_context context,
                                                    cl_bool normalized_coords,
                                                    cl_addressing_mode addressing_mode,
                                                    cl_filter_mode filter_mode,
                                                    cl_int *errcode_ret)
{
    (void)normalized_coords, (void)addressing_mode, (void)filter_mode;
    vgpu_store_errcode(errcode_ret, VGPU_IS(context, context) ? CL_INVALID_OPERATION
                                                              : CL_INVALID_CONTEXT);
    return NULL;
}

/* clRetainSampler - [OpenCL 3.0, 5.7.2] */
CL_API_ENTRY cl_int CL_API_CALL clRetainSampler(cl_sampler sampler)
{
    (void)sampler;
    return CL_INVALID_SAMPLER;
}

/* clReleaseSampler - [OpenCL 3.0, 5.7.2] */
CL_API_ENTRY cl_int CL_API_CALL clReleaseSampler(cl_sampler sampler)
{
    (void)sampler;
    return CL_INVALID_SAMPLER;
}

/* clGetSamplerInfo - [OpenCL 3.0, 5.7.3] */
CL_API_ENTRY cl_int CL_API_CALL clGetSamplerInfo(cl_sampler sampler,
                                                 cl_sampler_info param_name,
                                                 size_t param_value_size,
                                                 void *param_value,
                                                 size_t *param_value_size_ret)
{
    (void)sampler, (void)param_name, (void)param_value_size, (void)param_value;
    (void)param_value_size_ret;
    return CL_INVALID_SAMPLER;
}
