/* SPDX-License-Identifier: MIT */
/* The layout of a process's counters in memory, which other processes may read.
 *
 * A segment is one block: a header, the kernels' names, an entry for each device, and
 * behind these, device by device, the slots of threads and the blocks of compute units.
 * All of it follows from the header and the devices' numbers of units. Every word has one
 * writer at a time, but for gauges and SHARED_SLOT, and is written by a single store: a
 * reader may see counters of different moments, but never half of one. */
#ifndef VGPU_OBSERVE_SEGMENT_H
#define VGPU_OBSERVE_SEGMENT_H

#include <CL/cl_vgpu_counters.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VGPU_SEGMENT_FILE    "vgpu-counters" /* the memfd's name */
#define VGPU_SEGMENT_MAGIC   "vgpuCTR"       /* with its closing 0 byte */
#define VGPU_SEGMENT_VERSION 2u
#define VGPU_SEGMENT_ALIGN   128u /* two cache lines, which some cores fetch together */
#define VGPU_SEGMENT_DEVICES 64u
#define VGPU_SEGMENT_UNITS   256u       /* of a device */
#define VGPU_SEGMENT_MOST    (1u << 27) /* bytes of the largest segment */

#define VGPU_COUNTER_SLOTS   64u
#define VGPU_COUNTER_KERNELS 128u
#define VGPU_COUNTER_NAME    CL_COUNTERS_NAME_SIZE_VGPU

/* Which counters a thread counts, and which gauges there are. */
enum vgpu_counter {
#define COUNTED(name, unit, help) VGPU_COUNTER_##name,
#define OTHER(name, unit, help)
    CL_VGPU_DEVICE_COUNTERS(COUNTED, OTHER, OTHER, OTHER)
#undef COUNTED
        VGPU_COUNTERS
};

enum vgpu_gauge {
#define GAUGE(name, unit, help) VGPU_GAUGE_##name,
    CL_VGPU_DEVICE_COUNTERS(OTHER, GAUGE, OTHER, OTHER)
#undef GAUGE
#undef OTHER
        VGPU_GAUGES
};

/* Rows of kernels that are none, or not one. */
enum vgpu_kernel_row {
    VGPU_ROW_TRANSFERS, /* copies and fills that are shared among units */
    VGPU_ROW_NATIVE,    /* native kernels */
    VGPU_ROW_OTHERS,    /* all kernels for whose names there was no room */
    VGPU_ROW_FIRST      /* the first of a kernel by name */
};

/* A time that may be running: nanoseconds, or, with VGPU_TIME_RUNS, the moment
 * (vgpu_now_ns) from which on they would have been counted without a pause. */
typedef _Atomic(uint64_t) vgpu_time_word;
#define VGPU_TIME_RUNS ((uint64_t)1 << 63)

struct vgpu_kernel_counters {
    _Atomic(uint64_t) launches, work_groups, work_items;
    vgpu_time_word busy;
};

struct vgpu_unit_block {
    _Alignas(VGPU_SEGMENT_ALIGN) _Atomic(uint64_t) work_groups;
    vgpu_time_word busy;
    _Alignas(
        VGPU_SEGMENT_ALIGN) struct vgpu_kernel_counters kernels[VGPU_COUNTER_KERNELS];
};

struct vgpu_counter_slot {
    _Alignas(VGPU_SEGMENT_ALIGN) _Atomic(uint64_t) values[VGPU_COUNTERS];
};

struct vgpu_segment_device {
    _Alignas(VGPU_SEGMENT_ALIGN) char name[VGPU_COUNTER_NAME];
    uint64_t memory_bytes; /* capacity */
    uint32_t num_units;
    uint32_t reserved;
    _Alignas(VGPU_SEGMENT_ALIGN) _Atomic(uint64_t) gauges[VGPU_GAUGES];
};

struct vgpu_segment {
    _Alignas(VGPU_SEGMENT_ALIGN) char magic[8];
    uint32_t version;
    uint32_t slot_bytes, unit_bytes; /* so that another set of counters is told apart */
    uint32_t pid;
    _Atomic(uint64_t) total_bytes; /* written last: 0 until all else is there */
    uint64_t start_ns;             /* vgpu_now_ns when it was made */
    uint32_t num_devices;
    _Atomic(uint32_t) num_kernels; /* rows that have a name */
    char program[VGPU_COUNTER_NAME];
    _Alignas(VGPU_SEGMENT_ALIGN) char kernels[VGPU_COUNTER_KERNELS][VGPU_COUNTER_NAME];
    struct vgpu_segment_device devices[];
};

/* vgpu_segment_bytes - of a segment with these devices. */
size_t vgpu_segment_bytes(uint32_t num_devices, const uint32_t *num_units);

/* vgpu_segment_check - whether these bytes, which nobody changes meanwhile, are a segment
 * that the functions below may read. 0; -EPROTONOSUPPORT: one of another version;
 * -EBADMSG: they are none, or damaged. Names are closed by a 0 byte. */
int vgpu_segment_check(const void *bytes, size_t size);

/* The parts of a segment: of one that passed the check, or is the caller's own. `device`
 * is less than num_devices. */
struct vgpu_counter_slot *vgpu_segment_slots(const struct vgpu_segment *segment,
                                             uint32_t device);
struct vgpu_unit_block *vgpu_segment_units(const struct vgpu_segment *segment,
                                           uint32_t device);
uint32_t vgpu_segment_kernels(const struct vgpu_segment *segment);

/* vgpu_time_read - nanoseconds until `now`. */
uint64_t vgpu_time_read(const vgpu_time_word *word, uint64_t now);

/* The counters as they stand at `now` (vgpu_now_ns): of a device, of one of its units,
 * and of a row of kernels on that device. Grow from call to call, but for gauges. */
void vgpu_segment_read_device(const struct vgpu_segment *segment, uint32_t device,
                              uint64_t now, cl_device_counters_vgpu *counters_out);
void vgpu_segment_read_unit(const struct vgpu_segment *segment, uint32_t device,
                            uint32_t unit, uint64_t now,
                            cl_compute_unit_counters_vgpu *counters_out);
void vgpu_segment_read_kernel(const struct vgpu_segment *segment, uint32_t device,
                              uint32_t row, uint64_t now,
                              cl_kernel_counters_vgpu *counters_out);

#endif
