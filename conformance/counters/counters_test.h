/* SPDX-License-Identifier: MIT */
/* What the tests of counters share. */
#ifndef COUNTERS_TEST_H
#define COUNTERS_TEST_H

#include "vgpu_test.h"

#include <CL/cl_vgpu.h>

/* counters_now - of the device; zeros after a failure of the test. */
cl_device_counters_vgpu counters_now(cl_device_id device);

/* counters_since - what was counted after `before`; gauges as they are now. */
cl_device_counters_vgpu counters_since(cl_device_id device,
                                       const cl_device_counters_vgpu *before);

/* counters_of_kernel - by name; zeros where it has not been launched. */
cl_kernel_counters_vgpu counters_of_kernel(cl_device_id device, const char *name);

/* counters_launch - launches the kernel, in one dimension, and waits for it. */
void counters_launch(const struct vgpu_fixture *f, cl_kernel kernel, size_t global,
                     size_t local);

#endif
