/* SPDX-License-Identifier: MIT */
/* The thread that the application's callbacks run on. */
#include "object/callback.h"

#include "object/worker.h"

static struct vgpu_worker callbacks = VGPU_WORKER(1);

bool vgpu_on_callback_thread(void)
{
    return vgpu_worker_is_here(&callbacks);
}

int vgpu_callback_post(void (*run)(void *work), void *work)
{
    return vgpu_worker_post(&callbacks, run, work);
}
