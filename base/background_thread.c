/* SPDX-License-Identifier: MIT */
/* Threads that nobody joins. */
#define _GNU_SOURCE
#include "background_thread.h"

#include <pthread.h>
#include <signal.h>

int vgpu_background_thread(void *(*main)(void *argument), void *argument)
{
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all, before;
    int err = pthread_attr_init(&attributes);

    if (err != 0)
        return -err;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    err = pthread_create(&thread, &attributes, main, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return -err;
}
