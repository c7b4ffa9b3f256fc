/* SPDX-License-Identifier: MIT */
/* The work-group size where the application leaves it open. [OpenCL 3.0, 5.10
 * "local_work_size"] */
#ifndef VGPU_COMMAND_LOCAL_SIZE_H
#define VGPU_COMMAND_LOCAL_SIZE_H

#include <stdbool.h>
#include <stddef.h>

/* vgpu_local_size_choose - a work-group size of at most max_items work-items for
 * global_size[3], all non-zero: long rows, and groups enough for compute_units. divides:
 * each size must divide the global one. */
void vgpu_local_size_choose(const size_t global_size[3], size_t max_items,
                            unsigned compute_units, bool divides,
                            size_t local_size_out[3]);

/* vgpu_local_size_choose_rows - the same for code that takes rows of work-items side by
 * side and is made for each size anew: a few sizes for all NDRanges, powers of two where
 * that leaves little at the edges. */
void vgpu_local_size_choose_rows(const size_t global_size[3], size_t max_items,
                                 unsigned compute_units, bool divides,
                                 size_t local_size_out[3]);

#endif
