/* SPDX-License-Identifier: MIT */
/* Work on memory that is done at once when small, and shared among the compute units when
 * large. */
#include "command/share.h"

#include "object/event.h"

#define DIRECT_BYTES (32u << 10)  /* about what a hand-over to a unit costs */
#define CHUNK_BYTES  (512u << 10) /* least that is worth a chunk of its own */

static void share_group(const struct vgpu_group *group, void *const args[])
{
    const struct vgpu_share *share = args[0];
    const size_t first = group->group_id[0] * share->chunk;
    const size_t rest = share->count - first;

    share->part(share->work, first, first + (rest < share->chunk ? rest : share->chunk));
}

bool vgpu_share_is_worth_it(size_t bytes)
{
    return bytes > DIRECT_BYTES;
}

void vgpu_share_prepare(struct vgpu_share *share, const struct vgpu_device *device,
                        struct vgpu_watched *watched,
                        void (*part)(const void *work, size_t first, size_t last),
                        const void *work, size_t count, size_t unit_size,
                        const char *name)
{
    const size_t parts = 2 * (size_t)device->spec.compute_units;
    size_t chunk = (count + parts - 1) / parts;

    if (chunk * unit_size < CHUNK_BYTES)
        chunk = (CHUNK_BYTES + unit_size - 1) / unit_size;
    share->part = part;
    share->work = work;
    share->count = count;
    share->chunk = chunk;
    share->arg = share;
    vgpu_launch_prepare(watched, &share->launch, share_group, &share->arg,
                        (count + chunk - 1) / chunk, name);
}

void vgpu_share(cl_event command, struct vgpu_share *share,
                void (*part)(const void *work, size_t first, size_t last),
                const void *work, size_t count, size_t unit_size)
{
    if (vgpu_share_is_worth_it(count * unit_size)) {
        vgpu_share_prepare(share, command->device, vgpu_launch_watch(command), part, work,
                           count, unit_size, command->type->name);
        vgpu_launch_submit(command, &share->launch);
        return;
    }
    vgpu_event_advance(command, CL_RUNNING);
    if (count > 0)
        part(work, 0, count);
    vgpu_command_moved(command, CL_COMPLETE);
}
