/* SPDX-License-Identifier: MIT */
/* What a command uses of buffers, where devices have memories of their own: before it
 * runs, what is stale in its device's memory is brought there.
 *
 * Commands that share a buffer take turns at moving it, without a thread that waits: who
 * finds it being moved is put in its list, and goes on from where that ends. A command
 * holds no buffer while it waits for another, so none waits in a circle. */
#ifndef VGPU_COMMAND_USES_H
#define VGPU_COMMAND_USES_H

#include "command/command.h"

enum vgpu_use_kind {
    VGPU_USE_READ = 1,          /* it must be current in the memory */
    VGPU_USE_READ_ANYWHERE = 2, /* or, all of it, in one other device's */
    VGPU_USE_WRITE = 4,         /* and is so only there after */
    VGPU_USE_TO_HOST = 8        /* must be current in the host's memory instead */
};

/* vgpu_uses_create - gives a command of a queue room for `most` uses, where its context
 * has memories of devices; else does nothing. CL_OUT_OF_HOST_MEMORY. */
cl_int vgpu_uses_create(cl_event command, uint32_t most);

/* vgpu_uses_add - the command, which has room for it and keeps the memory object alive,
 * uses [offset, offset + size) of it: kinds added up. Where it is not only read from
 * wherever it is, its device's memory gets a copy now. Does nothing where the context
 * has no memories of devices. CL_MEM_OBJECT_ALLOCATION_FAILURE. */
cl_int vgpu_uses_add(cl_event command, cl_mem mem, size_t offset, size_t size,
                     unsigned kinds);

/* vgpu_uses_start - in place of vgpu_command_run, for a command that has uses: brings
 * what it uses to where it must be, then runs it. Returns before that is done where
 * something is moved. */
void vgpu_uses_start(cl_event command);

/* vgpu_uses_carry - the command, which runs, moves bytes of its own from one device to
 * another; NULL: the host. vgpu_uses_end then is in place of vgpu_command_end: it ends
 * the command when its link's time is over, where that is kept. */
void vgpu_uses_carry(cl_event command, struct vgpu_device *from, struct vgpu_device *to,
                     size_t bytes);
void vgpu_uses_end(cl_event command, cl_int status);

/* vgpu_uses_place - where the bytes of its use number `index` are while it runs. */
char *vgpu_uses_place(cl_event command, uint32_t index);

/* vgpu_uses_device - the device whose memory that is. */
struct vgpu_device *vgpu_uses_device(cl_event command, uint32_t index);

void vgpu_uses_destroy(cl_event command);

#endif
