/* SPDX-License-Identifier: MIT */
/* What goes over the links of devices: modelled, counted, and told to observers. */
#include "command/carry.h"

#include "clock.h"
#include "command/command.h"
#include "command/tell.h"
#include "object/mem.h"
#include "object/name.h"
#include "observe/counters.h" /* of the room device/ */
#include "observe/migrations.h"
#include "observe/profile.h"

static bool has_link(const struct vgpu_device *device)
{
    return device && vgpu_device_is_separate(device);
}

static void count_time(const struct vgpu_device *device,
                       const struct vgpu_carriage *carriage)
{
    if (has_link(device))
        vgpu_count(device->counters, VGPU_COUNTER_link_ns,
                   carriage->end - carriage->begin - carriage->waited);
}

void vgpu_carry_begin(struct vgpu_carry *carry, struct vgpu_device *from,
                      struct vgpu_device *to, size_t bytes)
{
    carry->from = from;
    carry->to = to;
    carry->bytes = bytes;
    carry->carriage = vgpu_link_carry(from, to, bytes);
    count_time(from, &carry->carriage);
    count_time(to, &carry->carriage);
}

/* Memory without a link is the host's. */
static uint32_t end_of(const struct vgpu_device *device)
{
    return has_link(device) ? device->counters->index : VGPU_TRACE_HOST;
}

static void trace(const struct vgpu_carry *carry, enum vgpu_carried_for why, cl_mem root,
                  cl_event command, uint64_t real)
{
    const struct vgpu_carriage *const carriage = &carry->carriage;
    const uint64_t start = carriage->begin + carriage->waited;

    vgpu_trace_carried(&(struct vgpu_trace_carried){
        .why = why,
        .command = command ? vgpu_command_trace_id(command) : 0,
        .buffer = {root->handle.number, atomic_load(&root->trace_label)},
        .from = end_of(carry->from),
        .to = end_of(carry->to),
        .bytes = carry->bytes,
        .waited = carriage->waited,
        .start = start,
        .used = carriage->end - carriage->delay - start,
        .delay = carriage->delay,
        .real = real,
    });
}

void vgpu_carry_end(const struct vgpu_carry *carry, enum vgpu_carried_for why,
                    cl_mem root, cl_event command)
{
    const uint64_t real = vgpu_now_ns() - carry->carriage.begin;

    vgpu_link_carried(carry->from, carry->to,
                      why == VGPU_CARRIED_FOR_MIGRATION ? carry->bytes : 0, real);
    if (!has_link(carry->from) && !has_link(carry->to))
        return;
    if (vgpu_trace_is_on())
        trace(carry, why, root, command, real);
    if (vgpu_profile_is_on() && why == VGPU_CARRIED_FOR_MIGRATION)
        vgpu_migrations_note(&(struct vgpu_migration){
            root->handle.number, vgpu_name_of(root).text, end_of(carry->from),
            end_of(carry->to), carry->bytes});
}
