/* SPDX-License-Identifier: MIT */
/* Reading a segment of counters: whether it is one, and what it says. */
#include "segment.h"

#include <errno.h>
#include <string.h>

size_t vgpu_segment_bytes(uint32_t num_devices, const uint32_t *num_units)
{
    size_t bytes = sizeof(struct vgpu_segment) +
                   num_devices * (sizeof(struct vgpu_segment_device) +
                                  VGPU_COUNTER_SLOTS * sizeof(struct vgpu_counter_slot));

    for (uint32_t i = 0; i < num_devices; i++)
        bytes += num_units[i] * sizeof(struct vgpu_unit_block);
    return bytes;
}

static bool is_closed(const char name[VGPU_COUNTER_NAME])
{
    return memchr(name, 0, VGPU_COUNTER_NAME) != NULL;
}

static bool names_are_closed(const struct vgpu_segment *segment)
{
    bool closed = is_closed(segment->program);

    for (uint32_t i = 0; i < VGPU_COUNTER_KERNELS; i++)
        closed = closed && is_closed(segment->kernels[i]);
    for (uint32_t i = 0; i < segment->num_devices; i++)
        closed = closed && is_closed(segment->devices[i].name);
    return closed;
}

int vgpu_segment_check(const void *bytes, size_t size)
{
    const struct vgpu_segment *segment = bytes;
    uint32_t num_units[VGPU_SEGMENT_DEVICES];

    if (size < sizeof *segment ||
        memcmp(segment->magic, VGPU_SEGMENT_MAGIC, sizeof segment->magic) != 0)
        return -EBADMSG;
    if (segment->version != VGPU_SEGMENT_VERSION ||
        segment->slot_bytes != sizeof(struct vgpu_counter_slot) ||
        segment->unit_bytes != sizeof(struct vgpu_unit_block))
        return -EPROTONOSUPPORT;
    if (segment->num_devices > VGPU_SEGMENT_DEVICES ||
        size < sizeof *segment + segment->num_devices * sizeof *segment->devices)
        return -EBADMSG;
    for (uint32_t i = 0; i < segment->num_devices; i++) {
        num_units[i] = segment->devices[i].num_units;
        if (num_units[i] > VGPU_SEGMENT_UNITS)
            return -EBADMSG;
    }
    return segment->total_bytes <= size &&
                   segment->total_bytes ==
                       vgpu_segment_bytes(segment->num_devices, num_units) &&
                   names_are_closed(segment)
               ? 0
               : -EBADMSG;
}

/* The bytes of the devices before `device`, behind the entries of all. */
static char *area_of(const struct vgpu_segment *segment, uint32_t device)
{
    char *area = (char *)(uintptr_t)(segment->devices + segment->num_devices);

    for (uint32_t i = 0; i < device; i++)
        area += VGPU_COUNTER_SLOTS * sizeof(struct vgpu_counter_slot) +
                segment->devices[i].num_units * sizeof(struct vgpu_unit_block);
    return area;
}

struct vgpu_counter_slot *vgpu_segment_slots(const struct vgpu_segment *segment,
                                             uint32_t device)
{
    return (struct vgpu_counter_slot *)(void *)area_of(segment, device);
}

struct vgpu_unit_block *vgpu_segment_units(const struct vgpu_segment *segment,
                                           uint32_t device)
{
    return (struct vgpu_unit_block *)(void *)(vgpu_segment_slots(segment, device) +
                                              VGPU_COUNTER_SLOTS);
}

uint32_t vgpu_segment_kernels(const struct vgpu_segment *segment)
{
    /* acquire: a row that is counted has its name */
    const uint32_t count =
        atomic_load_explicit(&segment->num_kernels, memory_order_acquire);

    return count < VGPU_COUNTER_KERNELS ? count : VGPU_COUNTER_KERNELS;
}

/* Relaxed, as all counters are read: each stands for itself. */
static uint64_t value_of(const _Atomic(uint64_t) *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

uint64_t vgpu_time_read(const vgpu_time_word *word, uint64_t now)
{
    const uint64_t value = value_of(word);

    if (!(value & VGPU_TIME_RUNS))
        return value;
    return now > (value & ~VGPU_TIME_RUNS) ? now - (value & ~VGPU_TIME_RUNS) : 0;
}

static uint64_t sum_of_slots(const struct vgpu_segment *segment, uint32_t device,
                             enum vgpu_counter counter)
{
    const struct vgpu_counter_slot *slots = vgpu_segment_slots(segment, device);
    uint64_t sum = 0;

    for (uint32_t i = 0; i < VGPU_COUNTER_SLOTS; i++)
        sum += value_of(&slots[i].values[counter]);
    return sum;
}

void vgpu_segment_read_unit(const struct vgpu_segment *segment, uint32_t device,
                            uint32_t unit, uint64_t now,
                            cl_compute_unit_counters_vgpu *counters_out)
{
    const struct vgpu_unit_block *block = vgpu_segment_units(segment, device) + unit;

    counters_out->work_groups = value_of(&block->work_groups);
    counters_out->busy_ns = vgpu_time_read(&block->busy, now);
}

void vgpu_segment_read_kernel(const struct vgpu_segment *segment, uint32_t device,
                              uint32_t row, uint64_t now,
                              cl_kernel_counters_vgpu *counters_out)
{
    const struct vgpu_unit_block *units = vgpu_segment_units(segment, device);
    const uint32_t num_units = segment->devices[device].num_units;

    memset(counters_out, 0, sizeof *counters_out);
    memcpy(counters_out->name, segment->kernels[row], sizeof counters_out->name);
    for (uint32_t i = 0; i < num_units; i++) {
        const struct vgpu_kernel_counters *counters = &units[i].kernels[row];

        counters_out->launches += value_of(&counters->launches);
        counters_out->work_groups += value_of(&counters->work_groups);
        counters_out->work_items += value_of(&counters->work_items);
        counters_out->busy_ns += vgpu_time_read(&counters->busy, now);
    }
}

/* Adds up what is only counted by kernel, and by unit. */
static void sum_kernels_and_units(const struct vgpu_segment *segment, uint32_t device,
                                  uint64_t now, cl_kernel_counters_vgpu *kernels_out,
                                  cl_compute_unit_counters_vgpu *units_out)
{
    const uint32_t num_rows = vgpu_segment_kernels(segment);
    cl_kernel_counters_vgpu kernel;
    cl_compute_unit_counters_vgpu unit;

    for (uint32_t i = VGPU_ROW_OTHERS; i < num_rows; i++) {
        vgpu_segment_read_kernel(segment, device, i, now, &kernel);
#define ROW(name, unit, help) kernels_out->name += kernel.name;
        CL_VGPU_KERNEL_COUNTERS(ROW)
#undef ROW
    }
    for (uint32_t i = 0; i < segment->devices[device].num_units; i++) {
        vgpu_segment_read_unit(segment, device, i, now, &unit);
#define ROW(name, words, help) units_out->name += unit.name;
        CL_VGPU_UNIT_COUNTERS(ROW)
#undef ROW
    }
}

void vgpu_segment_read_device(const struct vgpu_segment *segment, uint32_t device,
                              uint64_t now, cl_device_counters_vgpu *counters_out)
{
    const struct vgpu_segment_device *entry = &segment->devices[device];
    cl_kernel_counters_vgpu kernels = {0};
    cl_compute_unit_counters_vgpu units = {0};

    sum_kernels_and_units(segment, device, now, &kernels, &units);
#define COUNTED(name, unit, help) \
    counters_out->name = sum_of_slots(segment, device, VGPU_COUNTER_##name);
#define GAUGE(name, unit, help) \
    counters_out->name = value_of(&entry->gauges[VGPU_GAUGE_##name]);
#define KERNELS(name, unit, help) counters_out->name = kernels.name;
#define UNITS(name, unit, help)   counters_out->name = units.name;
    CL_VGPU_DEVICE_COUNTERS(COUNTED, GAUGE, KERNELS, UNITS)
#undef COUNTED
#undef GAUGE
#undef KERNELS
#undef UNITS
}
