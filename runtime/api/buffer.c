/* SPDX-License-Identifier: MIT */
/* Buffer objects: creation, sub-buffers, queries, destructors. [OpenCL 3.0, 5.2.1
 * and 5.5] */
#include "arithmetic.h"
#include "command/command.h"
#include "object/context.h"
#include "object/device.h"
#include "object/info.h"
#include "object/mem.h"

#include <stdio.h>

/* A size that no device of the context can hold. */
static bool exceeds_all_devices(cl_context context, size_t size)
{
    for (cl_uint i = 0; i < context->num_devices; i++)
        if (size <= context->devices[i]->device->spec.max_allocation)
            return false;
    return true;
}

/* Names the device that would take most. */
static void explain_size(cl_context context, size_t size)
{
    const struct vgpu_device_spec *spec = &context->devices[0]->device->spec;
    char text[512], limit[VGPU_LIMIT_CHARS];

    for (cl_uint i = 1; i < context->num_devices; i++)
        if (context->devices[i]->device->spec.max_allocation > spec->max_allocation)
            spec = &context->devices[i]->device->spec;
    snprintf(text, sizeof text,
             "a buffer of %zu bytes: device \"%s\" has them of at most %zu bytes (%s, "
             "CL_DEVICE_MAX_MEM_ALLOC_SIZE): use several",
             size, spec->name, spec->max_allocation,
             vgpu_device_limit(spec, VGPU_KEY_alloc, limit));
    vgpu_context_explain(context, text);
}

static cl_int create_buffer(cl_context context, const cl_mem_properties *properties,
                            cl_mem_flags flags, size_t size, void *host_ptr,
                            cl_mem *mem_out)
{
    cl_int err;

    if (!VGPU_IS(context, context))
        return CL_INVALID_CONTEXT;
    if (properties && properties[0] != 0) /* the core knows none */
        return CL_INVALID_PROPERTY;
    if (size == 0)
        return CL_INVALID_BUFFER_SIZE;
    if (exceeds_all_devices(context, size)) {
        explain_size(context, size);
        return CL_INVALID_BUFFER_SIZE;
    }
    err = vgpu_mem_flags_check(flags, host_ptr);
    if (err != CL_SUCCESS)
        return err;
    return vgpu_buffer_create(context, properties, flags, size, host_ptr, mem_out);
}

CL_API_ENTRY cl_mem CL_API_CALL clCreateBuffer(cl_context context, cl_mem_flags flags,
                                               size_t size, void *host_ptr,
                                               cl_int *errcode_ret)
{
    cl_mem mem = NULL;

    vgpu_store_errcode(errcode_ret,
                       create_buffer(context, NULL, flags, size, host_ptr, &mem));
    return mem;
}

CL_API_ENTRY cl_mem CL_API_CALL clCreateBufferWithProperties(
    cl_context context, const cl_mem_properties *properties, cl_mem_flags flags,
    size_t size, void *host_ptr, cl_int *errcode_ret)
{
    cl_mem mem = NULL;

    vgpu_store_errcode(errcode_ret,
                       create_buffer(context, properties, flags, size, host_ptr, &mem));
    return mem;
}

CL_API_ENTRY cl_mem CL_API_CALL clCreateSubBuffer(
    cl_mem buffer, cl_mem_flags flags, cl_buffer_create_type buffer_create_type,
    const void *buffer_create_info, cl_int *errcode_ret)
{
    const cl_buffer_region *region = buffer_create_info;
    cl_mem mem = NULL;
    cl_int err;

    if (!VGPU_IS(mem, buffer) || buffer->parent) {
        err = CL_INVALID_MEM_OBJECT;
        goto out;
    }
    err = vgpu_sub_buffer_flags(buffer, flags, &flags);
    if (err != CL_SUCCESS)
        goto out;
    if (buffer_create_type != CL_BUFFER_CREATE_TYPE_REGION || !region ||
        !vgpu_range_fits(region->origin, region->size, buffer->size)) {
        err = CL_INVALID_VALUE;
        goto out;
    }
    if (region->size == 0) {
        err = CL_INVALID_BUFFER_SIZE;
        goto out;
    }
    if (region->origin % VGPU_BASE_ALIGN != 0) {
        err = CL_MISALIGNED_SUB_BUFFER_OFFSET;
        goto out;
    }
    err = vgpu_sub_buffer_create(buffer, flags, region->origin, region->size, &mem);
out:
    vgpu_store_errcode(errcode_ret, err);
    return mem;
}

CL_API_ENTRY cl_int CL_API_CALL clRetainMemObject(cl_mem memobj)
{
    return vgpu_app_retain(VGPU_KIND_mem, memobj, CL_INVALID_MEM_OBJECT);
}

CL_API_ENTRY cl_int CL_API_CALL clReleaseMemObject(cl_mem memobj)
{
    const cl_int err = vgpu_app_release(VGPU_KIND_mem, memobj, CL_INVALID_MEM_OBJECT);

    vgpu_commands_reap(); /* an ended command may be all that keeps its memory */
    return err;
}

CL_API_ENTRY cl_int CL_API_CALL clSetMemObjectDestructorCallback(
    cl_mem memobj, void(CL_CALLBACK *pfn_notify)(cl_mem memobj, void *user_data),
    void *user_data)
{
    if (!VGPU_IS(mem, memobj))
        return CL_INVALID_MEM_OBJECT;
    if (!pfn_notify)
        return CL_INVALID_VALUE;
    return vgpu_mem_add_destructor(memobj, pfn_notify, user_data);
}

CL_API_ENTRY cl_int CL_API_CALL clGetMemObjectInfo(cl_mem mem, cl_mem_info param_name,
                                                   size_t param_value_size,
                                                   void *param_value,
                                                   size_t *param_value_size_ret)
{
    const struct vgpu_answer into = {param_value_size, param_value, param_value_size_ret};
    const struct vgpu_answer *const answer = &into;

    if (!VGPU_IS(mem, mem))
        return CL_INVALID_MEM_OBJECT;
    switch (param_name) {
#include "object/mem_info.def"
    default:
        return CL_INVALID_VALUE;
    }
}
