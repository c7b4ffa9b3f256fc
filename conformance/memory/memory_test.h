/* SPDX-License-Identifier: MIT */
/* What the tests of devices with their own memory have in common: a context of all
 * devices, with an in-order queue on each. */
#ifndef MEMORY_TEST_H
#define MEMORY_TEST_H

#include "vgpu_test.h"

#include <CL/cl_vgpu.h>

#define MOST_DEVICES 8

struct all_devices {
    cl_platform_id platform;
    cl_uint count;
    cl_device_id device[MOST_DEVICES];
    cl_context context;
    cl_command_queue queue[MOST_DEVICES];
    cl_device_counters_vgpu
        before[MOST_DEVICES]; /* when they were opened, or forgotten */
};

/* devices_open - notes a failure and returns false where a call fails. */
bool devices_open(struct all_devices *all);
void devices_close(struct all_devices *all);

/* What device i has counted since it was opened, or since the last devices_forget. */
cl_device_counters_vgpu devices_counted(const struct all_devices *all, cl_uint i);
void devices_forget(struct all_devices *all);

/* Bytes that went to a device because commands needed them there, on all devices. */
cl_ulong devices_migrated(const struct all_devices *all);

/* A buffer; a failure is noted. */
cl_mem devices_buffer(const struct all_devices *all, cl_mem_flags flags, size_t size,
                      void *host_ptr);

/* Runs the kernel `name` of kernels.c on device i and waits: `mem_add(x, a)`, or
 * `mem_scale(y, x, a)` with x only read. Gives what enqueueing gave. */
cl_int devices_add(const struct all_devices *all, cl_uint i, cl_mem x, size_t count,
                   cl_int a);
cl_int devices_scale(const struct all_devices *all, cl_uint i, cl_mem y, cl_mem x,
                     size_t count, cl_int a);

#endif
