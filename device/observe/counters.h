/* SPDX-License-Identifier: MIT */
/* Counting what devices do, always, at the cost of plain additions: each thread and each
 * compute unit has cache lines of its own, in a segment that other processes may read. */
#ifndef VGPU_OBSERVE_COUNTERS_H
#define VGPU_OBSERVE_COUNTERS_H

#include "segment.h"

/* The segment of devices that were made together, and who holds it. */
struct vgpu_counters;

/* Where the counters of one device lie. */
struct vgpu_device_counters {
    struct vgpu_counters *all; /* retained */
    const struct vgpu_segment *segment;
    uint32_t index; /* of the device */
    _Atomic(uint64_t) *gauges;
    struct vgpu_counter_slot *slots;
    struct vgpu_unit_block *units;
};

/* What is said of a device whose counters are wanted. */
struct vgpu_counted_device {
    const char *name; /* cut where it is long */
    uint64_t memory_bytes;
    uint32_t num_units;
};

/* vgpu_counters_create - the segment of these devices, held once; zeros. It lies in
 * shared memory for other processes of this user to find (as a memfd that this process
 * has open); in private memory where the system gives none that is safe. A child made by
 * fork has a private copy. 0 or -ENOMEM. */
int vgpu_counters_create(const struct vgpu_counted_device *devices, uint32_t count,
                         struct vgpu_counters **counters_out);
void vgpu_counters_release(struct vgpu_counters *counters);

/* vgpu_device_counters_bind - device `index` of the segment, which it holds. */
void vgpu_device_counters_bind(struct vgpu_device_counters *device,
                               struct vgpu_counters *counters, uint32_t index);

/* vgpu_counters_kernel - the row of kernels of that name, made where there is none;
 * VGPU_ROW_OTHERS where there is no more room. Any thread; takes a lock. */
uint16_t vgpu_counters_kernel(struct vgpu_counters *counters, const char *name);

/* Slots: one that several threads share, and others that one thread has until it ends. */
#define VGPU_SLOT_NONE   0u /* this thread has not counted yet */
#define VGPU_SLOT_SHARED 1u

extern _Thread_local unsigned vgpu_counter_slot
    __attribute__((tls_model("initial-exec")));

/* vgpu_count_first - vgpu_count for a thread without a slot of its own. */
void vgpu_count_first(const struct vgpu_device_counters *device,
                      enum vgpu_counter counter, uint64_t amount);

/* Adds to a word that no other thread writes. Relaxed: each counter stands for itself. */
static inline void vgpu_add_own(_Atomic(uint64_t) *word, uint64_t amount)
{
    atomic_store_explicit(word, atomic_load_explicit(word, memory_order_relaxed) + amount,
                          memory_order_relaxed);
}

/* vgpu_count - adds to one of the device's counters. Any thread. */
static inline void vgpu_count(const struct vgpu_device_counters *device,
                              enum vgpu_counter counter, uint64_t amount)
{
    const unsigned slot = vgpu_counter_slot;

    if (__builtin_expect(slot > VGPU_SLOT_SHARED, 1))
        vgpu_add_own(&device->slots[slot].values[counter], amount);
    else
        vgpu_count_first(device, counter, amount);
}

/* vgpu_count_memory - a block of so many bytes was taken from the device's memory, or
 * given back to it. Any thread. */
void vgpu_count_memory_taken(const struct vgpu_device_counters *device, uint64_t bytes);
void vgpu_count_memory_returned(const struct vgpu_device_counters *device,
                                uint64_t bytes);

/* The counters of one compute unit, which only its thread writes. */
struct vgpu_unit_counters {
    struct vgpu_unit_block *block;
    uint64_t expected; /* when the work came that is about to begin; 0: not known */
    struct vgpu_kernel_counters *kernel; /* that it is busy with, or NULL */
};

/* The unit changes from one kernel to another, or from idleness to work. */
void vgpu_unit_turn_to(struct vgpu_unit_counters *unit,
                       struct vgpu_kernel_counters *kernel);

/* vgpu_unit_expect - work came at `now`, and begins next: no need to look at the clock.
 */
static inline void vgpu_unit_expect(struct vgpu_unit_counters *unit, uint64_t now)
{
    unit->expected = now;
}

/* vgpu_unit_begin - the unit is about to run so many groups. No clock is read while it
 * stays with one kernel. */
static inline void vgpu_unit_begin(struct vgpu_unit_counters *unit, uint32_t row,
                                   uint64_t groups)
{
    struct vgpu_kernel_counters *const kernel = &unit->block->kernels[row];

    if (__builtin_expect(unit->kernel != kernel, 0))
        vgpu_unit_turn_to(unit, kernel);
    vgpu_add_own(&unit->block->work_groups, groups);
}

/* vgpu_unit_launched - a launch of the kernel that the unit is busy with ended well, and
 * the unit is the one that has seen it to its end. */
static inline void vgpu_unit_launched(const struct vgpu_unit_counters *unit,
                                      uint64_t groups, uint64_t items)
{
    struct vgpu_kernel_counters *const kernel = unit->kernel;

    vgpu_add_own(&kernel->launches, 1);
    vgpu_add_own(&kernel->work_groups, groups);
    vgpu_add_own(&kernel->work_items, items);
}

/* vgpu_unit_rest - the unit has had no work since `now` (vgpu_now_ns). */
void vgpu_unit_rest(struct vgpu_unit_counters *unit, uint64_t now);

#endif
