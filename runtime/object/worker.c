/* SPDX-License-Identifier: MIT */
/* Threads of our own that do work in the order in which it is posted. */
#include "object/worker.h"

#include "background_thread.h"

#include <errno.h>
#include <stdlib.h>

struct vgpu_work {
    struct vgpu_work *next;
    void (*run)(void *work);
    void *work;
};

static struct vgpu_work *take(struct vgpu_worker *worker)
{
    struct vgpu_work *work;

    pthread_mutex_lock(&worker->lock);
    worker->num_idle++;
    while (!worker->first)
        pthread_cond_wait(&worker->posted, &worker->lock);
    worker->num_idle--;
    worker->num_posted--;
    work = worker->first;
    worker->first = work->next;
    pthread_mutex_unlock(&worker->lock);
    return work;
}

static _Thread_local const struct vgpu_worker *here;

bool vgpu_worker_is_here(const struct vgpu_worker *worker)
{
    return here == worker;
}

static void *serve(void *argument)
{
    here = argument;
    for (;;) {
        struct vgpu_work *const work = take(argument);

        work->run(work->work);
        free(work);
    }
    return NULL;
}

/* Lock held. */
static int start_thread(struct vgpu_worker *worker)
{
    const int err = vgpu_background_thread(serve, worker);

    if (err == 0)
        worker->num_threads++;
    return err;
}

/* A thread for one more piece of work, if there may be; those that there are do
 * otherwise. Lock held. */
static int ensure_thread(struct vgpu_worker *worker)
{
    int err = 0;

    if (worker->num_posted >= worker->num_idle && worker->num_threads < worker->most)
        err = start_thread(worker);
    return worker->num_threads > 0 ? 0 : err;
}

int vgpu_worker_post(struct vgpu_worker *worker, void (*run)(void *work), void *work)
{
    struct vgpu_work *const post = malloc(sizeof *post);
    int err;

    if (!post)
        return -ENOMEM;
    *post = (struct vgpu_work){.run = run, .work = work};

    pthread_mutex_lock(&worker->lock);
    err = ensure_thread(worker);
    if (err == 0) {
        if (worker->first)
            worker->last->next = post;
        else
            worker->first = post;
        worker->last = post;
        worker->num_posted++;
        pthread_cond_signal(&worker->posted);
    }
    pthread_mutex_unlock(&worker->lock);
    if (err != 0)
        free(post);
    return err;
}
