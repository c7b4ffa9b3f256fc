/* SPDX-License-Identifier: MIT */
/* What the trace and the log learn of commands. */
#ifndef VGPU_COMMAND_TELL_H
#define VGPU_COMMAND_TELL_H

#include "log.h"
#include "object/handle.h"
#include "observe/trace.h" /* the room device/ */

/* vgpu_commands_are_told - there is a trace or a log of commands: those of new queues are
 * observed, and these functions are called for them. */
static inline bool vgpu_commands_are_told(void)
{
    return vgpu_trace_is_on() || vgpu_logs(VGPU_LOG_debug);
}

/* vgpu_command_trace_id - the command, or user event, as the trace knows it. */
uint64_t vgpu_command_trace_id(cl_event command);

/* vgpu_command_tell_queued - it has its place in the queue, and nobody starts it yet. It
 * waits for the wait list, and for `barrier` (as of vgpu_command_trace_id) if not 0. No
 * lock held. */
void vgpu_command_tell_queued(cl_event command, uint64_t barrier, cl_uint num_events,
                              const cl_event *wait_list);

/* vgpu_user_event_tell - it was made. */
void vgpu_user_event_tell(cl_event event);

/* vgpu_command_tell_end - it has just ended, with its times set; nothing that waits for
 * it was started yet. */
void vgpu_command_tell_end(cl_event command, cl_int status);

/* vgpu_command_tell_failure - the same, of a command that is not observed, and failed. */
void vgpu_command_tell_failure(cl_event command, cl_int status);

#endif
