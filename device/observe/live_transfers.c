/* SPDX-License-Identifier: MIT */
/* Transfers as the counters have them, for the report. */
#include "observe/live_parts.h"

#include "clock.h"
#include "observe/counters.h"

/* Kinds of transfers, and the counters that each has. */
static const struct {
    const char *kind;
    size_t commands, bytes; /* offsets; equal where commands are not counted */
} rows[] = {
#define ROW(kind)                                                  \
    {                                                              \
#kind, offsetof(cl_device_counters_vgpu, commands_##kind), \
            offsetof(cl_device_counters_vgpu, bytes_##kind)        \
    }
    ROW(read),
    ROW(write),
    ROW(copy),
    ROW(fill),
    ROW(map),
    ROW(unmap),
    ROW(migrate),
    {"create", offsetof(cl_device_counters_vgpu, bytes_create),
     offsetof(cl_device_counters_vgpu, bytes_create)},
#undef ROW
};

static cl_ulong value_at(const cl_device_counters_vgpu *counters, size_t offset)
{
    return *(const cl_ulong *)(const void *)((const char *)counters + offset);
}

static void add_row(json_t *list, size_t row, const cl_device_counters_vgpu counters[],
                    unsigned count)
{
    cl_ulong commands = 0, bytes = 0;
    json_t *json;

    for (unsigned i = 0; i < count; i++) {
        commands += value_at(&counters[i], rows[row].commands);
        bytes += value_at(&counters[i], rows[row].bytes);
    }
    if (commands == 0 && bytes == 0)
        return;
    json = json_pack("{ss sI}", "kind", rows[row].kind, "bytes", (json_int_t)bytes);
    if (rows[row].commands != rows[row].bytes)
        json_object_set_new(json, "commands", json_integer((json_int_t)commands));
    json_array_append_new(list, json);
}

json_t *vgpu_live_transfers(const struct vgpu_device_counters *const devices[],
                            unsigned count)
{
    cl_device_counters_vgpu counters[VGPU_SEGMENT_DEVICES];
    json_t *list = json_array();
    const uint64_t now = vgpu_now_ns();

    if (count > VGPU_SEGMENT_DEVICES)
        count = VGPU_SEGMENT_DEVICES;
    for (unsigned i = 0; i < count; i++)
        vgpu_segment_read_device(devices[i]->segment, devices[i]->index, now,
                                 &counters[i]);
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)
        add_row(list, row, counters, count);
    return list;
}
