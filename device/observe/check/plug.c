/* SPDX-License-Identifier: MIT */
/* The checks as what traced launches plug in. */
#include "check.h"
#include "observe/traced.h"

static const struct vgpu_traced_checker checker = {
    .launch_begin = vgpu_check_launch_begin,
    .launch_end = vgpu_check_launch_end,
    .group_begin = vgpu_check_group_begin,
    .group_end = vgpu_check_group_end,
    .row = vgpu_check_row,
    .row_private = vgpu_check_row_private,
    .barrier_passed = vgpu_check_barrier_passed,
    .barrier_missed = vgpu_check_barrier_missed,
    .even = vgpu_check_even,
    .lines = vgpu_check_lines,
    .any = vgpu_check_any,
    .meet = vgpu_check_meet,
    .private_access = vgpu_check_private,
};

void vgpu_check_plug_in(void)
{
    vgpu_traced_set_checker(&checker);
}
