/* SPDX-License-Identifier: MIT */
/* Launching from a test: fills a launch, runs it, waits, keeps what it reported. */
#include "run_launch.h"

#include "futex.h"
#include "vgpu_test.h"

#include <stdio.h>
#include <string.h>

static void note_start(struct vgpu_launch *launch)
{
    atomic_fetch_add(&((struct run *)launch)->started, 1);
}

static void note_report(struct vgpu_launch *launch, const char *text)
{
    struct run *run = (struct run *)launch;

    if (atomic_fetch_add(&run->reported, 1) == 0)
        snprintf(run->text, sizeof run->text, "%s", text);
}

static void note_completion(struct vgpu_launch *launch, int status)
{
    struct run *run = (struct run *)launch;

    run->status = status;
    atomic_fetch_add(&run->completed, 1);
    vgpu_futex_wake_all(&run->completed);
}

void run_init(struct run *run, vgpu_group_fn *function, struct size3 global,
              struct size3 local)
{
    struct vgpu_launch *launch = &run->launch;

    memset(run, 0, sizeof *run);
    launch->function = function;
    launch->work_dim = global.z > 1 ? 3 : global.y > 1 ? 2 : 1;
    launch->global_size[0] = global.x;
    launch->global_size[1] = global.y;
    launch->global_size[2] = global.z;
    launch->local_size[0] = local.x;
    launch->local_size[1] = local.y;
    launch->local_size[2] = local.z;
    launch->name = "probe";
    launch->started = note_start;
    launch->complete = note_completion;
    launch->report = note_report;
}

void run_submit(struct run *run, struct vgpu_device *device)
{
    device->ops->submit(device, &run->launch);
}

void run_wait(struct run *run)
{
    while (atomic_load(&run->completed) == 0)
        vgpu_futex_wait(&run->completed, 0);
}

int run_one(struct run *run, struct vgpu_device *device)
{
    run_submit(run, device);
    run_wait(run);
    return run->status;
}

struct vgpu_device *make_device(const char *text)
{
    struct vgpu_device *devices[VGPU_MAX_DEVICES] = {NULL};
    unsigned count = 0;

    if (vgpu_devices_create(text, devices, &count) != 0 || count != 1) {
        VGPU_FAIL("no device from \"%s\"", text ? text : "(null)");
        return NULL;
    }
    return devices[0];
}

void drop_device(struct vgpu_device *device)
{
    if (device)
        device->ops->destroy(device);
}
