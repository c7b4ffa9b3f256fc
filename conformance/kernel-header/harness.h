/* SPDX-License-Identifier: MIT */
/* A device in a hundred lines: takes registrations and runs groups on the calling thread.
 * It stands in for the library, so that these tests see the headers alone. */
#ifndef KERNEL_HEADER_HARNESS_H
#define KERNEL_HEADER_HARNESS_H

#include <CL/cl_vgpu_abi.h>

struct range {
    uint32_t work_dim;
    size_t offset[3], global[3], local[3];
};

/* harness_find - the registered description of that name, or NULL. */
const struct vgpu_kernel_description *harness_find(const char *name);

/* harness_count - how many kernels are registered under that name. */
unsigned harness_count(const char *name);

/* harness_run - every group of the range, in order. A group at an edge that does not
 * divide is smaller. */
void harness_run(const struct vgpu_kernel_description *kernel, const struct range *range,
                 void *const args[]);

/* harness_run_1d - `items` items in groups of `local`, no offset. */
void harness_run_1d(const char *name, size_t items, size_t local, void *const args[]);

/* harness_barriers - how many barrier calls items have made so far. */
unsigned harness_barriers(void);

#endif
