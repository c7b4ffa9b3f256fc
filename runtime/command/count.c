/* SPDX-License-Identifier: MIT */
/* Counting the bytes that commands moved, by kind and by link. */
#include "command/count.h"

#include "command/uses.h"

static void count_bytes(cl_event command, enum vgpu_counter kind, enum vgpu_counter link,
                        size_t bytes)
{
    vgpu_count(command->device->counters, kind, bytes);
    vgpu_count(command->device->counters, link, bytes);
}

static size_t transfer_bytes(cl_event command)
{
    const size_t *const region = command->payload.transfer.region;

    return region[0] * region[1] * region[2];
}

void vgpu_count_read(cl_event command)
{
    count_bytes(command, VGPU_COUNTER_bytes_read, VGPU_COUNTER_bytes_device_to_host,
                transfer_bytes(command));
}

void vgpu_count_write(cl_event command)
{
    count_bytes(command, VGPU_COUNTER_bytes_write, VGPU_COUNTER_bytes_host_to_device,
                transfer_bytes(command));
}

/* In the memory that devices share nothing goes from one to the other. */
void vgpu_count_copy(cl_event command)
{
    const bool is_between =
        command->has_uses && vgpu_uses_device(command, 0) != vgpu_uses_device(command, 1);

    count_bytes(command, VGPU_COUNTER_bytes_copy,
                is_between ? VGPU_COUNTER_bytes_device_to_device
                           : VGPU_COUNTER_bytes_on_device,
                transfer_bytes(command));
}

void vgpu_count_fill(cl_event command)
{
    count_bytes(command, VGPU_COUNTER_bytes_fill, VGPU_COUNTER_bytes_on_device,
                command->payload.fill.size);
}

void vgpu_count_map(cl_event command)
{
    count_bytes(command, VGPU_COUNTER_bytes_map, VGPU_COUNTER_bytes_device_to_host,
                command->payload.held.bytes);
}

void vgpu_count_unmap(cl_event command)
{
    count_bytes(command, VGPU_COUNTER_bytes_unmap, VGPU_COUNTER_bytes_host_to_device,
                command->payload.held.bytes);
}

void vgpu_count_migrate(cl_event command)
{
    const struct vgpu_held *const held = &command->payload.held;

    if (command->has_uses) /* counted piece by piece */
        return;
    count_bytes(command, VGPU_COUNTER_bytes_migrate,
                held->to_host ? VGPU_COUNTER_bytes_device_to_host
                              : VGPU_COUNTER_bytes_host_to_device,
                held->bytes);
}
