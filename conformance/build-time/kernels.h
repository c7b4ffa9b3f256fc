/* SPDX-License-Identifier: MIT */
/* What the kernels and the tests share. */
#ifndef VGPU_BUILD_TIME_KERNELS_H
#define VGPU_BUILD_TIME_KERNELS_H

struct numbers {
    float of[5];
    int more;
};

/* In the kernels' file. */
int bt_calls(void);
extern int calls_by_group;

/* In the tests' file: kernels call it. */
int bt_host_function(int value);
void bt_host_fill(int *out, int count, int value);
extern int bt_table[3];

#endif
