/* SPDX-License-Identifier: MIT */
/* What the tests of scaling have in common: all devices, with an out-of-order queue on
 * each, and the kernels. */
#ifndef SCALING_TEST_H
#define SCALING_TEST_H

#include "vgpu_test.h"

#include "sizes.h"

#define MOST_DEVICES 16

struct fleet {
    cl_platform_id platform;
    cl_uint count;
    cl_device_id device[MOST_DEVICES];
    cl_context context;
    cl_command_queue queue[MOST_DEVICES];
    cl_program program;
};

/* fleet_open - the kernels are those of OpenCL C `source`, or NULL: registered ones.
 * False: a failure was noted. */
bool fleet_open(struct fleet *fleet, const char *source);
void fleet_close(struct fleet *fleet);

/* fleet_buffer - of so many uints, which `contents` points at, or NULL. */
cl_mem fleet_buffer(const struct fleet *fleet, size_t count, const cl_uint *contents);

/* fleet_run - enqueues the kernel `name`, whose arguments are the buffers, and then, if
 * it is not NULL, `number`; after `before`, if that is not NULL, which is released. */
cl_event fleet_run(const struct fleet *fleet, cl_uint device, const char *name,
                   const cl_mem *buffers, cl_uint num_buffers, const cl_uint *number,
                   size_t items, cl_event before);

/* fleet_repeat_nothing - an empty kernel of so many groups, so often, one after another,
 * each awaited. */
void fleet_repeat_nothing(const struct fleet *fleet, cl_uint device, size_t groups,
                          unsigned times);

#endif
