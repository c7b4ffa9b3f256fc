/* SPDX-License-Identifier: MIT */
/* Markers and barriers. [OpenCL 3.0, 5.12; deprecated forms of 1.0] */
#include "object/event.h"
#include "object/queue.h"

static cl_int enqueue(cl_command_queue queue, enum vgpu_command type, cl_uint num_events,
                      const cl_event *wait_list, cl_event *event)
{
    cl_event command;
    cl_int err;

    if (!VGPU_IS(queue, queue))
        return CL_INVALID_COMMAND_QUEUE;
    err = vgpu_command_create(queue, type, num_events, wait_list, &command);
    if (err != CL_SUCCESS)
        return err;
    return vgpu_command_enqueue_marker(command, num_events, wait_list,
                                       type == VGPU_COMMAND_BARRIER, false, event);
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueMarkerWithWaitList(
    cl_command_queue command_queue, cl_uint num_events_in_wait_list,
    const cl_event *event_wait_list, cl_event *event)
{
    return enqueue(command_queue, VGPU_COMMAND_MARKER, num_events_in_wait_list,
                   event_wait_list, event);
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueBarrierWithWaitList(
    cl_command_queue command_queue, cl_uint num_events_in_wait_list,
    const cl_event *event_wait_list, cl_event *event)
{
    return enqueue(command_queue, VGPU_COMMAND_BARRIER, num_events_in_wait_list,
                   event_wait_list, event);
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueMarker(cl_command_queue command_queue,
                                                cl_event *event)
{
    if (!VGPU_IS(queue, command_queue))
        return CL_INVALID_COMMAND_QUEUE;
    if (!event)
        return CL_INVALID_VALUE;
    return enqueue(command_queue, VGPU_COMMAND_MARKER, 0, NULL, event);
}

CL_API_ENTRY cl_int CL_API_CALL clEnqueueBarrier(cl_command_queue command_queue)
{
    return enqueue(command_queue, VGPU_COMMAND_BARRIER, 0, NULL, NULL);
}

/* Later commands of the queue wait for these events; the earlier ones do not matter. */
CL_API_ENTRY cl_int CL_API_CALL clEnqueueWaitForEvents(cl_command_queue command_queue,
                                                       cl_uint num_events,
                                                       const cl_event *event_list)
{
    if (!VGPU_IS(queue, command_queue))
        return CL_INVALID_COMMAND_QUEUE;
    if (num_events == 0 || !event_list)
        return CL_INVALID_VALUE;
    for (cl_uint i = 0; i < num_events; i++)
        if (!VGPU_IS(event, event_list[i]))
            return CL_INVALID_EVENT;
    return enqueue(command_queue, VGPU_COMMAND_BARRIER, num_events, event_list, NULL);
}
