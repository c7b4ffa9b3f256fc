/* SPDX-License-Identifier: MIT */
/* Launching from a test: fills a launch, runs it, waits, keeps what it reported. */
#ifndef VGPU_TEST_RUN_LAUNCH_H
#define VGPU_TEST_RUN_LAUNCH_H

#include "device.h"

struct run {
    struct vgpu_launch launch; /* first: callbacks are handed a pointer to it */
    atomic_uint started, completed, reported; /* how many times */
    int status;
    char text[512]; /* of the report */
};

/* A three-dimensional size. */
struct size3 {
    size_t x, y, z;
};

/* run_init - a launch called "probe" of `function`, without arguments and offset. */
void run_init(struct run *run, vgpu_group_fn *function, struct size3 global,
              struct size3 local);
void run_submit(struct run *run, struct vgpu_device *device);
void run_wait(struct run *run);

/* run_one - submits and waits; the launch's status. */
int run_one(struct run *run, struct vgpu_device *device);

/* make_device - the only device that `text` describes; NULL after a failure that is
 * noted. */
struct vgpu_device *make_device(const char *text);
void drop_device(struct vgpu_device *device);

#endif
