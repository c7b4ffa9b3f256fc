/* SPDX-License-Identifier: MIT */
/* Counting commands, and the bytes that they moved. */
#ifndef VGPU_COMMAND_COUNT_H
#define VGPU_COMMAND_COUNT_H

#include "object/event.h"
#include "observe/counters.h" /* of the room device/ */

/* vgpu_command_count - the command ends with that status. Before anybody is told. */
static inline void vgpu_command_count(cl_event command, cl_int status)
{
    if (!command->device) /* a user event */
        return;
    if (status != CL_COMPLETE) {
        vgpu_count(command->device->counters, VGPU_COUNTER_commands_failed, 1);
        return;
    }
    vgpu_count(command->device->counters, command->type->counter, 1);
    if (command->type->count_bytes)
        command->type->count_bytes(command);
}

#endif
