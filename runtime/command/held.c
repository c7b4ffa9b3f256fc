/* SPDX-License-Identifier: MIT */
/* Commands that keep memory objects alive, and move nothing where devices share the
 * host's memory: map, unmap, migrate. */
#include "command/command.h"

#include "command/checked.h"
#include "command/share.h"
#include "command/uses.h"
#include "object/event.h"

#include <stdlib.h>
#include <string.h>

static void end_at_once(cl_event command)
{
    vgpu_event_advance(command, CL_RUNNING);
    vgpu_command_end(command, CL_COMPLETE);
}

static void copy_to_host(const void *work, size_t first, size_t last)
{
    const struct vgpu_held *const held = work;

    memcpy((char *)held->mapped + first, held->on_device + first, last - first);
}

static void copy_from_host(const void *work, size_t first, size_t last)
{
    const struct vgpu_held *const held = work;

    memcpy(held->on_device + first, (const char *)held->mapped + first, last - first);
}

void vgpu_map_start(cl_event command)
{
    struct vgpu_held *const held = &command->payload.held;

    vgpu_checked_map(command);
    if (!command->has_uses || held->bytes == 0) {
        end_at_once(command);
        return;
    }
    held->on_device = vgpu_uses_place(command, 0);
    vgpu_uses_carry(command, vgpu_uses_device(command, 0), NULL, held->bytes);
    vgpu_share(command, &held->share, copy_to_host, held, held->bytes, 1);
}

void vgpu_unmap_start(cl_event command)
{
    struct vgpu_held *const held = &command->payload.held;

    vgpu_checked_unmap(command);
    if (!command->has_uses || held->bytes == 0) {
        end_at_once(command);
        return;
    }
    held->on_device = vgpu_uses_place(command, 0);
    vgpu_uses_carry(command, NULL, vgpu_uses_device(command, 0), held->bytes);
    vgpu_check_written((uintptr_t)held->on_device, held->bytes);
    vgpu_share(command, &held->share, copy_from_host, held, held->bytes, 1);
}

void vgpu_held_release(cl_event command)
{
    struct vgpu_held *held = &command->payload.held;

    for (cl_uint i = 0; i < held->num_mems; i++)
        vgpu_release(held->mems[i]);
    if (held->mems != &held->own_mem)
        free(held->mems);
}
