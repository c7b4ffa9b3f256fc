/* SPDX-License-Identifier: MIT */
/* Entry points: contexts. [OpenCL 3.0, 4.4] */
#include "object/context.h"
#include "object/device.h"
#include "object/platform.h"

#include <stdlib.h>

/* One property and its value. */
static cl_int check_property(cl_context_properties name, cl_context_properties value)
{
    switch (name) {
    case CL_CONTEXT_PLATFORM:
        return VGPU_IS(platform, (void *)value) ? CL_SUCCESS : CL_INVALID_PLATFORM;
    case CL_CONTEXT_INTEROP_USER_SYNC:
        return value == CL_TRUE || value == CL_FALSE ? CL_SUCCESS : CL_INVALID_PROPERTY;
    default:
        return CL_INVALID_PROPERTY;
    }
}

static cl_int check_properties(const cl_context_properties *properties)
{
    for (size_t i = 0; properties && properties[i] != 0; i += 2) {
        cl_int err = CL_SUCCESS;

        for (size_t earlier = 0; earlier < i; earlier += 2)
            if (properties[earlier] == properties[i])
                err = CL_INVALID_PROPERTY;
        if (err == CL_SUCCESS)
            err = check_property(properties[i], properties[i + 1]);
        if (err != CL_SUCCESS)
            return err;
    }
    return CL_SUCCESS;
}

/* What both ways to create a context check alike. */
static cl_int check_request(const cl_context_properties *properties,
                            vgpu_context_notify *notify, const void *user_data)
{
    const cl_int err = check_properties(properties);

    if (err != CL_SUCCESS)
        return err;
    return !notify && user_data ? CL_INVALID_VALUE : CL_SUCCESS;
}

/* Copies the list without its repeats; unique has room for as many as there are. */
static cl_uint drop_repeats(cl_uint num_devices, const cl_device_id *devices,
                            cl_device_id *unique)
{
    cl_uint count = 0;

    for (cl_uint i = 0; i < num_devices; i++) {
        cl_uint known = 0;

        while (known < count && unique[known] != devices[i])
            known++;
        if (known == count)
            unique[count++] = devices[i];
    }
    return count;
}

static cl_int check_devices(cl_uint num_devices, const cl_device_id *devices)
{
    if (!devices || num_devices == 0)
        return CL_INVALID_VALUE;
    for (cl_uint i = 0; i < num_devices; i++)
        if (!VGPU_IS(device, devices[i]))
            return CL_INVALID_DEVICE;
    return CL_SUCCESS;
}

/* clCreateContext - devices that are listed twice count once. [OpenCL 3.0, 4.4] */
CL_API_ENTRY cl_context CL_API_CALL
clCreateContext(const cl_context_properties *properties, cl_uint num_devices,
                const cl_device_id *devices, vgpu_context_notify *pfn_notify,
                void *user_data, cl_int *errcode_ret)
{
    cl_context context = NULL;
    cl_device_id *unique = NULL;
    cl_int err = check_request(properties, pfn_notify, user_data);

    if (err != CL_SUCCESS)
        goto out;
    err = check_devices(num_devices, devices);
    if (err != CL_SUCCESS)
        goto out;
    unique = calloc(num_devices, sizeof *unique);
    if (!unique) {
        err = CL_OUT_OF_HOST_MEMORY;
        goto out;
    }
    num_devices = drop_repeats(num_devices, devices, unique);
    err = vgpu_context_create(properties, num_devices, unique, pfn_notify, user_data,
                              &context);
out:
    free(unique);
    vgpu_store_errcode(errcode_ret, err);
    return context;
}

/* clCreateContextFromType - all devices of a type. [OpenCL 3.0, 4.4] */
CL_API_ENTRY cl_context CL_API_CALL clCreateContextFromType(
    const cl_context_properties *properties, cl_device_type device_type,
    vgpu_context_notify *pfn_notify, void *user_data, cl_int *errcode_ret)
{
    const cl_platform_id platform = vgpu_platform_get();
    cl_context context = NULL;
    cl_device_id devices[VGPU_MAX_DEVICES];
    cl_uint count;
    cl_int err =
        platform ? check_request(properties, pfn_notify, user_data) : CL_INVALID_PLATFORM;

    if (err != CL_SUCCESS)
        goto out;
    err = vgpu_platform_select(platform, device_type, devices, &count);
    if (err != CL_SUCCESS)
        goto out;
    err =
        vgpu_context_create(properties, count, devices, pfn_notify, user_data, &context);
out:
    vgpu_store_errcode(errcode_ret, err);
    return context;
}

/* clRetainContext [OpenCL 3.0, 4.4] */
CL_API_ENTRY cl_int CL_API_CALL clRetainContext(cl_context context)
{
    return vgpu_app_retain(VGPU_KIND_context, context, CL_INVALID_CONTEXT);
}

/* clReleaseContext [OpenCL 3.0, 4.4] */
CL_API_ENTRY cl_int CL_API_CALL clReleaseContext(cl_context context)
{
    return vgpu_app_release(VGPU_KIND_context, context, CL_INVALID_CONTEXT);
}

/* clGetContextInfo - see context_info.def. [OpenCL 3.0, 4.4] */
CL_API_ENTRY cl_int CL_API_CALL clGetContextInfo(cl_context context,
                                                 cl_context_info param_name,
                                                 size_t param_value_size,
                                                 void *param_value,
                                                 size_t *param_value_size_ret)
{
    const struct vgpu_answer answer = {param_value_size, param_value,
                                       param_value_size_ret};

    if (!VGPU_IS(context, context))
        return CL_INVALID_CONTEXT;
    return vgpu_context_info(context, param_name, &answer);
}

/* clSetContextDestructorCallback [OpenCL 3.0, 4.4] */
CL_API_ENTRY cl_int CL_API_CALL clSetContextDestructorCallback(
    cl_context context,
    void(CL_CALLBACK *pfn_notify)(cl_context context, void *user_data), void *user_data)
{
    if (!VGPU_IS(context, context))
        return CL_INVALID_CONTEXT;
    if (!pfn_notify)
        return CL_INVALID_VALUE;
    return vgpu_context_add_destructor(context, pfn_notify, user_data);
}
