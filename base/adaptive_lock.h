/* SPDX-License-Identifier: MIT */
/* Locks that are held for a few lines by threads on different cores: who finds one taken
 * spins a little before it sleeps. */
#ifndef VGPU_BASE_ADAPTIVE_LOCK_H
#define VGPU_BASE_ADAPTIVE_LOCK_H

#include <pthread.h>

/* vgpu_adaptive_lock_init - 0 or a negative errno. The including file defines
 * _GNU_SOURCE. */
static inline int vgpu_adaptive_lock_init(pthread_mutex_t *lock)
{
    pthread_mutexattr_t attributes;
    int err = pthread_mutexattr_init(&attributes);

    if (err)
        return -err;
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ADAPTIVE_NP);
    err = pthread_mutex_init(lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return -err;
}

#endif
