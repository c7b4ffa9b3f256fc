/* SPDX-License-Identifier: MIT */
/* Events: user events, waiting, queries, callbacks, profiling. [OpenCL 3.0, 5.11
 * and 5.14] */
#include "object/context.h"
#include "object/event.h"
#include "object/info.h"
#include "object/queue.h"

CL_API_ENTRY cl_event CL_API_CALL clCreateUserEvent(cl_context context,
                                                    cl_int *errcode_ret)
{
    cl_event event = NULL;
    cl_int err = CL_INVALID_CONTEXT;

    if (VGPU_IS(context, context)) {
        event = vgpu_event_create(context, NULL, &vgpu_command_types[VGPU_COMMAND_USER]);
        err = event ? CL_SUCCESS : CL_OUT_OF_HOST_MEMORY;
    }
    vgpu_store_errcode(errcode_ret, err);
    return event;
}

CL_API_ENTRY cl_int CL_API_CALL clSetUserEventStatus(cl_event event,
                                                     cl_int execution_status)
{
    if (!VGPU_IS(event, event) || event->queue)
        return CL_INVALID_EVENT;
    if (execution_status > CL_COMPLETE)
        return CL_INVALID_VALUE;
    return vgpu_user_event_set(event, execution_status);
}

static void release_all(cl_uint count, const cl_event *events)
{
    for (cl_uint i = 0; i < count; i++)
        vgpu_release(events[i]);
}

/* Holds the events: another thread may release one while this one waits. */
static cl_int retain_all(cl_uint count, const cl_event *events)
{
    for (cl_uint i = 0; i < count; i++) {
        if (!VGPU_IS(event, events[i]) || !vgpu_try_retain(events[i])) {
            release_all(i, events);
            return CL_INVALID_EVENT;
        }
        if (!VGPU_IS(event, events[i])) { /* it went, and another took its place */
            release_all(i + 1, events);
            return CL_INVALID_EVENT;
        }
    }
    return CL_SUCCESS;
}

CL_API_ENTRY cl_int CL_API_CALL clWaitForEvents(cl_uint num_events,
                                                const cl_event *event_list)
{
    cl_int err;

    if (num_events == 0 || !event_list)
        return CL_INVALID_VALUE;
    err = retain_all(num_events, event_list);
    if (err != CL_SUCCESS)
        return err;
    for (cl_uint i = 1; i < num_events && err == CL_SUCCESS; i++)
        if (event_list[i]->context != event_list[0]->context)
            err = CL_INVALID_CONTEXT;
    for (cl_uint i = 0; i < num_events && err != CL_INVALID_CONTEXT; i++)
        if (vgpu_event_wait(event_list[i]) < 0)
            err = CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST;
    release_all(num_events, event_list);
    vgpu_commands_reap();
    return err;
}

CL_API_ENTRY cl_int CL_API_CALL clGetEventInfo(cl_event event, cl_event_info param_name,
                                               size_t param_value_size, void *param_value,
                                               size_t *param_value_size_ret)
{
    const struct vgpu_answer into = {param_value_size, param_value, param_value_size_ret};
    const struct vgpu_answer *const answer = &into;

    if (!VGPU_IS(event, event))
        return CL_INVALID_EVENT;
    switch (param_name) {
#include "object/event_info.def"
    default:
        return CL_INVALID_VALUE;
    }
}

CL_API_ENTRY cl_int CL_API_CALL clRetainEvent(cl_event event)
{
    return vgpu_app_retain(VGPU_KIND_event, event, CL_INVALID_EVENT);
}

CL_API_ENTRY cl_int CL_API_CALL clReleaseEvent(cl_event event)
{
    return VGPU_IS(event, event) ? vgpu_event_app_release(event) : CL_INVALID_EVENT;
}

CL_API_ENTRY cl_int CL_API_CALL clSetEventCallback(
    cl_event event, cl_int command_exec_callback_type,
    void(CL_CALLBACK *pfn_notify)(cl_event event, cl_int event_command_status,
                                  void *user_data),
    void *user_data)
{
    if (!VGPU_IS(event, event))
        return CL_INVALID_EVENT;
    if (!pfn_notify || command_exec_callback_type < CL_COMPLETE ||
        command_exec_callback_type > CL_SUBMITTED)
        return CL_INVALID_VALUE;
    return vgpu_event_add_callback(event, command_exec_callback_type, pfn_notify,
                                   user_data);
}

CL_API_ENTRY cl_int CL_API_CALL clGetEventProfilingInfo(cl_event event,
                                                        cl_profiling_info param_name,
                                                        size_t param_value_size,
                                                        void *param_value,
                                                        size_t *param_value_size_ret)
{
    const struct vgpu_answer into = {param_value_size, param_value, param_value_size_ret};
    const struct vgpu_answer *const answer = &into;

    if (!VGPU_IS(event, event))
        return CL_INVALID_EVENT;
    if (!event->queue || !vgpu_queue_profiles(event->queue) ||
        vgpu_event_status(event) != CL_COMPLETE)
        return CL_PROFILING_INFO_NOT_AVAILABLE;
    switch (param_name) {
#include "object/profiling_info.def"
    default:
        return CL_INVALID_VALUE;
    }
}
