/* SPDX-License-Identifier: MIT */
/* Threads that nobody joins. */
#define _GNU_SOURCE
#include "background_thread.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static cpu_set_t cores;
static atomic_bool has_cores;

/* A machine with more cores than fit is left to inheritance. */
static void keep_affinity(void)
{
    if (pthread_getaffinity_np(pthread_self(), sizeof cores, &cores) == 0)
        atomic_store_explicit(&has_cores, true, memory_order_release);
}

void vgpu_background_thread_settle_affinity(void)
{
    pthread_once(&once, keep_affinity);
}

static int start(void *(*main)(void *argument), void *argument, bool takes_cores)
{
    pthread_attr_t attributes;
    pthread_t thread;
    int err = pthread_attr_init(&attributes);

    if (err != 0)
        return err;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    if (takes_cores)
        pthread_attr_setaffinity_np(&attributes, sizeof cores, &cores);
    err = pthread_create(&thread, &attributes, main, argument);
    pthread_attr_destroy(&attributes);
    return err;
}

int vgpu_background_thread(void *(*main)(void *argument), void *argument)
{
    const bool takes_cores = atomic_load_explicit(&has_cores, memory_order_acquire);
    sigset_t all, before;
    int err;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    err = start(main, argument, takes_cores);
    if (err == EINVAL && takes_cores) /* they were taken from the process since */
        err = start(main, argument, false);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return -err;
}
