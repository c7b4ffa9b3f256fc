/* SPDX-License-Identifier: MIT */
/* Command queues: creation, queries, flush and finish. [OpenCL 3.0, 5.1 and 5.15] */
#include "command/command.h"
#include "object/context.h"
#include "object/device.h"
#include "object/info.h"
#include "object/queue.h"

#define HOST_QUEUE_FLAGS \
    (CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE | CL_QUEUE_PROFILING_ENABLE)
#define DEVICE_QUEUE_FLAGS (CL_QUEUE_ON_DEVICE | CL_QUEUE_ON_DEVICE_DEFAULT)

static cl_int check_owner(cl_context context, cl_device_id device)
{
    if (!VGPU_IS(context, context))
        return CL_INVALID_CONTEXT;
    if (!VGPU_IS(device, device) || !vgpu_context_has_device(context, device))
        return CL_INVALID_DEVICE;
    return CL_SUCCESS;
}

static cl_int check_flags(cl_command_queue_properties flags)
{
    if (flags & ~(cl_command_queue_properties)(HOST_QUEUE_FLAGS | DEVICE_QUEUE_FLAGS))
        return CL_INVALID_VALUE;
    if (flags & DEVICE_QUEUE_FLAGS) /* no queues on the device: see
                                       CL_DEVICE_DEVICE_ENQUEUE_CAPABILITIES */
        return CL_INVALID_QUEUE_PROPERTIES;
    return CL_SUCCESS;
}

/* Reads the list; *count_out: its length with the closing 0. */
static cl_int read_properties(const cl_queue_properties *properties,
                              cl_command_queue_properties *flags_out, size_t *count_out)
{
    bool has_flags = false;
    size_t i;

    *flags_out = 0;
    *count_out = 0;
    if (!properties)
        return CL_SUCCESS;
    for (i = 0; properties[i] != 0; i += 2) {
        if (properties[i] == CL_QUEUE_SIZE) /* of queues on the device only */
            return CL_INVALID_QUEUE_PROPERTIES;
        if (properties[i] != CL_QUEUE_PROPERTIES || has_flags)
            return CL_INVALID_VALUE;
        has_flags = true;
        *flags_out = (cl_command_queue_properties)properties[i + 1];
    }
    *count_out = i + 1;
    return check_flags(*flags_out);
}

CL_API_ENTRY cl_command_queue CL_API_CALL
clCreateCommandQueue(cl_context context, cl_device_id device,
                     cl_command_queue_properties properties, cl_int *errcode_ret)
{
    cl_command_queue queue = NULL;
    cl_int err = check_owner(context, device);

    if (err == CL_SUCCESS)
        err = check_flags(properties);
    if (err == CL_SUCCESS)
        err = vgpu_queue_create(context, device, properties, NULL, 0, &queue);
    vgpu_store_errcode(errcode_ret, err);
    return queue;
}

CL_API_ENTRY cl_command_queue CL_API_CALL clCreateCommandQueueWithProperties(
    cl_context context, cl_device_id device, const cl_queue_properties *properties,
    cl_int *errcode_ret)
{
    cl_command_queue queue = NULL;
    cl_command_queue_properties flags;
    size_t count;
    cl_int err = check_owner(context, device);

    if (err == CL_SUCCESS)
        err = read_properties(properties, &flags, &count);
    if (err == CL_SUCCESS)
        err = vgpu_queue_create(context, device, flags, properties, count, &queue);
    vgpu_store_errcode(errcode_ret, err);
    return queue;
}

CL_API_ENTRY cl_int CL_API_CALL clRetainCommandQueue(cl_command_queue command_queue)
{
    return vgpu_app_retain(VGPU_KIND_queue, command_queue, CL_INVALID_COMMAND_QUEUE);
}

CL_API_ENTRY cl_int CL_API_CALL clReleaseCommandQueue(cl_command_queue command_queue)
{
    const cl_int err = vgpu_app_release_last(VGPU_KIND_queue, command_queue,
                                             CL_INVALID_COMMAND_QUEUE, vgpu_queue_close);

    vgpu_commands_reap();
    return err;
}

CL_API_ENTRY cl_int CL_API_CALL clGetCommandQueueInfo(cl_command_queue queue,
                                                      cl_command_queue_info param_name,
                                                      size_t param_value_size,
                                                      void *param_value,
                                                      size_t *param_value_size_ret)
{
    const struct vgpu_answer into = {param_value_size, param_value, param_value_size_ret};
    const struct vgpu_answer *const answer = &into;

    if (!VGPU_IS(queue, queue))
        return CL_INVALID_COMMAND_QUEUE;
    switch (param_name) {
#include "object/queue_info.def"
    case CL_QUEUE_SIZE: /* not a queue on the device */
        return CL_INVALID_COMMAND_QUEUE;
    default:
        return CL_INVALID_VALUE;
    }
}

/* Deprecated since 1.1; the properties of a queue do not change. */
CL_API_ENTRY cl_int CL_API_CALL clSetCommandQueueProperty(
    cl_command_queue command_queue, cl_command_queue_properties properties,
    cl_bool enable, cl_command_queue_properties *old_properties)
{
    (void)properties;
    (void)enable;
    (void)old_properties;
    return VGPU_IS(queue, command_queue) ? CL_INVALID_OPERATION
                                         : CL_INVALID_COMMAND_QUEUE;
}

/* Commands are submitted as soon as they may run, so there is nothing to flush. */
CL_API_ENTRY cl_int CL_API_CALL clFlush(cl_command_queue command_queue)
{
    return VGPU_IS(queue, command_queue) ? CL_SUCCESS : CL_INVALID_COMMAND_QUEUE;
}

CL_API_ENTRY cl_int CL_API_CALL clFinish(cl_command_queue command_queue)
{
    if (!VGPU_IS(queue, command_queue))
        return CL_INVALID_COMMAND_QUEUE;
    return vgpu_queue_finish(command_queue);
}
