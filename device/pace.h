/* SPDX-License-Identifier: MIT */
/* Whether launches of a kernel are faster on all units together, or on one alone.
 *
 * Units that meet at atomics on the same cache lines pass these to and fro, and may take
 * longer together than one of them would; alone, it needs no bus locks either. Which it
 * is depends on the data, so both ways are tried, timed and compared, now and then anew.
 */
#ifndef VGPU_PACE_H
#define VGPU_PACE_H

#include <CL/cl_vgpu_abi.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of launches of one kernel that are alike. Starts as zeroes, but for `groups`; any
 * thread. What threads write at the same time may be lost: no harm. */
struct vgpu_pace {
    vgpu_groups_fn *groups; /* what one unit runs, fit for times when nothing else that
                               has atomics runs */
    atomic_uint launches;
    atomic_ullong together_ps, alone_ps; /* per work-group; 0: not tried yet */
};

/* vgpu_pace_choose_alone - how the next launch, of so many groups, shall run on a device
 * of so many units. */
bool vgpu_pace_choose_alone(struct vgpu_pace *pace, size_t groups, unsigned units);

/* vgpu_pace_note - a launch of so many groups took so long. */
void vgpu_pace_note(struct vgpu_pace *pace, bool alone, size_t groups, uint64_t ns);

#endif
