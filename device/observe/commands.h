/* SPDX-License-Identifier: MIT */
/* Commands on their way: what was told of each before it ended. Of one thread. */
#ifndef VGPU_OBSERVE_COMMANDS_H
#define VGPU_OBSERVE_COMMANDS_H

#include "observe/ring.h"

#define VGPU_TOLD_DEPENDENCIES 8u /* of one command; what exceeds them gets no arrow */

struct vgpu_told_command {
    struct vgpu_told_command *next;          /* in its bucket */
    struct vgpu_told_command *older, *newer; /* as they were enqueued */
    uint64_t command, queued;
    uint32_t name, device;
    bool in_order;
    uint32_t work_dim; /* 0: it launches nothing */
    uint64_t global[3];
    uint32_t local[3];
    enum vgpu_launch_code code;
    bool moves;
    uint64_t bytes;
    struct vgpu_trace_place to, from;
    uint32_t num_before;
    uint64_t before[VGPU_TOLD_DEPENDENCIES];
};

/* vgpu_commands_note - takes in a record of a command; others are ignored. */
void vgpu_commands_note(const struct vgpu_record *record);

/* vgpu_commands_find - what is known of the command, or NULL. */
struct vgpu_told_command *vgpu_commands_find(uint64_t command);

/* vgpu_commands_forget - it has ended. */
void vgpu_commands_forget(struct vgpu_told_command *told);

/* vgpu_commands_forget_all - records were lost: what is there may have ended unseen. */
void vgpu_commands_forget_all(void);

/* vgpu_commands_oldest - the first of the list along `newer`, or NULL. */
const struct vgpu_told_command *vgpu_commands_oldest(void);

#endif
