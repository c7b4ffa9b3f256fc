/* SPDX-License-Identifier: MIT */
/* The counters of virtual GPUs, one row each: what clGetDeviceCountersVGPU answers (see
 * <CL/cl_vgpu.h>), what `vgpu top` shows, and what its JSON calls them. */
#ifndef CL_VGPU_COUNTERS_H
#define CL_VGPU_COUNTERS_H

#include <CL/cl_platform.h>

/* Of a device, ROW(name, unit, help), where ROW says how it comes about:
 * COUNTED  counted by the thread on which it happens; grows only
 * GAUGE    what there is now
 * KERNELS  the sum of all kernels' counters of that name
 * UNITS    the sum of all compute units' counters of that name
 * Commands count when they end, before anybody who waits for them is told. Bytes by kind
 * and bytes by link are two views of the same transfers: both sums agree. Where a
 * device's memory is the host's, maps and migrations move nothing, and they and the bytes
 * by link say what a device with a memory of its own would have had to move. Such a
 * device (memory=separate) moves them; what migrates there does so piece by piece,
 * whenever a command needs it. */
#define CL_VGPU_DEVICE_COUNTERS(COUNTED, GAUGE, KERNELS, UNITS)                         \
    COUNTED(commands_empty, "commands", "NDRanges without a work-item")                 \
    COUNTED(commands_native, "commands", "native kernels that ran")                     \
    COUNTED(commands_read, "commands", "reads of buffers and of their regions")         \
    COUNTED(commands_write, "commands", "writes of buffers and of their regions")       \
    COUNTED(commands_copy, "commands", "copies between buffers")                        \
    COUNTED(commands_fill, "commands", "fills")                                         \
    COUNTED(commands_map, "commands", "maps")                                           \
    COUNTED(commands_unmap, "commands", "unmaps")                                       \
    COUNTED(commands_migrate, "commands", "migrations")                                 \
    COUNTED(commands_marker, "commands", "markers and barriers")                        \
    COUNTED(commands_failed, "commands", "commands of any kind that ended in an error") \
    COUNTED(bytes_read, "bytes", "that reads moved")                                    \
    COUNTED(bytes_write, "bytes", "that writes moved")                                  \
    COUNTED(bytes_copy, "bytes", "that copies moved")                                   \
    COUNTED(bytes_fill, "bytes", "that fills wrote")                                    \
    COUNTED(bytes_map, "bytes",                                                         \
            "mapped, but for writing alone with "                                       \
            "CL_MAP_WRITE_INVALIDATE_REGION")                                           \
    COUNTED(bytes_unmap, "bytes", "unmapped that were mapped for writing")              \
    COUNTED(bytes_migrate, "bytes", "of memory objects that migrated with contents")    \
    COUNTED(bytes_create, "bytes", "that CL_MEM_COPY_HOST_PTR copied into new buffers") \
    COUNTED(bytes_host_to_device, "bytes", "moved from the host to the device")         \
    COUNTED(bytes_device_to_host, "bytes", "moved from the device to the host")         \
    COUNTED(bytes_device_to_device, "bytes", "moved between devices")                   \
    COUNTED(bytes_on_device, "bytes", "moved within the device's memory")               \
    COUNTED(builds, "builds", "builds, compiles and links of programs that succeeded")  \
    COUNTED(builds_failed, "builds", "those that failed")                               \
    COUNTED(build_ns, "ns", "time that they took")                                      \
    COUNTED(migrations, "pieces",                                                       \
            "of buffers brought from one memory to another because a "                  \
            "command needed them there")                                                \
    COUNTED(link_ns, "ns",                                                              \
            "that transfers over the device's link take as it is "                      \
            "modelled, without their waits for each other")                             \
    COUNTED(allocations, "allocations", "buffers given memory of the device")           \
    GAUGE(memory_used, "bytes", "of the device's memory in use")                        \
    GAUGE(memory_peak, "bytes", "the most that were in use")                            \
    GAUGE(memory_blocks, "blocks",                                                      \
          "of the device's memory in use, most of them "                                \
          "buffers")                                                                    \
    KERNELS(launches, "launches", "NDRanges and tasks that ran, with work-items")       \
    KERNELS(work_groups, "work-groups", "of these launches")                            \
    KERNELS(work_items, "work-items", "of these launches")                              \
    UNITS(busy_ns, "ns", "during which compute units had work, added up over units")

/* Of each kernel, by name. */
#define CL_VGPU_KERNEL_COUNTERS(ROW)                                     \
    ROW(launches, "launches", "that ran; one that fails does not count") \
    ROW(work_groups, "work-groups", "of these launches")                 \
    ROW(work_items, "work-items", "of these launches")                   \
    ROW(busy_ns, "ns",                                                   \
        "that compute units spent on it, added up over units; with "     \
        "what runs now")

/* Of each compute unit. */
#define CL_VGPU_UNIT_COUNTERS(ROW)                         \
    ROW(work_groups, "work-groups",                        \
        "begun, also those that share out copies, fills, " \
        "and native kernels")                              \
    ROW(busy_ns, "ns", "during which it had work; with the work it has now")

/* Bytes of a name, with its closing 0; a longer name is cut. */
#define CL_COUNTERS_NAME_SIZE_VGPU 64

#define CL_VGPU_COUNTER_MEMBER(name, unit, help) cl_ulong name;

typedef struct _cl_device_counters_vgpu {
    CL_VGPU_DEVICE_COUNTERS(CL_VGPU_COUNTER_MEMBER, CL_VGPU_COUNTER_MEMBER,
                            CL_VGPU_COUNTER_MEMBER, CL_VGPU_COUNTER_MEMBER)
} cl_device_counters_vgpu;

typedef struct _cl_kernel_counters_vgpu {
    char name[CL_COUNTERS_NAME_SIZE_VGPU];
    CL_VGPU_KERNEL_COUNTERS(CL_VGPU_COUNTER_MEMBER)
} cl_kernel_counters_vgpu;

typedef struct _cl_compute_unit_counters_vgpu {
    CL_VGPU_UNIT_COUNTERS(CL_VGPU_COUNTER_MEMBER)
} cl_compute_unit_counters_vgpu;

#undef CL_VGPU_COUNTER_MEMBER

#endif
