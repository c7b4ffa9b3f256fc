/* SPDX-License-Identifier: MIT */
/* Devices as the profile has them. */
#include "profile_devices_json.h"

#include "json_text.h"
#include "profile_state.h"

static json_t *integer(uint64_t value)
{
    return json_integer((json_int_t)value);
}

/* The estimate is without what transfers waited for each other. */
static json_t *direction_of(const struct vgpu_link_direction *direction)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "transfers",
        integer(direction->transfers), "bytes", integer(direction->bytes), "estimate_ns",
        integer(direction->modelled_ns - direction->waited_ns), "modelled_ns",
        integer(direction->modelled_ns), "waited_ns", integer(direction->waited_ns),
        "real_ns", integer(direction->real_ns), "migrations",
        integer(direction->migrations), "bytes_migrated",
        integer(direction->bytes_migrated));
}

/* A bandwidth of 0: no limit. */
static json_t *link_of(const struct vgpu_device_spec *spec,
                       const struct vgpu_link_totals *totals)
{
    return json_pack("{s:o, s:o, s:b, s:o, s:o}", "bandwidth",
                     integer(spec->link_bandwidth), "delay_ns",
                     integer(spec->link_delay_ns), "paced", spec->link == VGPU_LINK_PACED,
                     "to_device", direction_of(&totals->in), "from_device",
                     direction_of(&totals->out));
}

static json_t *device_of(const struct vgpu_profiled_device *device)
{
    const struct vgpu_device_spec *const spec = &device->spec;
    const struct vgpu_link_totals link =
        device->device ? vgpu_link_totals(device->device) : device->link;
    json_t *const json = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name", vgpu_json_string_of(spec->name),
        "profile", vgpu_json_string_of(spec->profile), "compute_units",
        integer(spec->compute_units), "sub_group_size", integer(spec->sub_group_size),
        "local_memory", integer(spec->local_memory), "global_memory",
        integer(spec->global_memory), "max_work_group_size",
        integer(spec->max_work_group_size));

    if (spec->memory == VGPU_MEMORY_SEPARATE)
        json_object_set_new(json, "link", link_of(spec, &link));
    return json;
}

json_t *vgpu_profile_devices_json(void)
{
    struct vgpu_profile_state *const state = &vgpu_profile_state;
    json_t *const devices = json_array();

    pthread_mutex_lock(&state->lock);
    for (unsigned i = 0; i < state->num_devices; i++)
        json_array_append_new(devices, device_of(&state->devices[i]));
    pthread_mutex_unlock(&state->lock);
    return devices;
}
