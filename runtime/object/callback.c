/* SPDX-License-Identifier: MIT */
/* The thread that the application's callbacks run on. */
#include "object/callback.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct post {
    struct post *next;
    void (*run)(void *work);
    void *work;
};

static struct {
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t posted;
    struct post *first, *last;
    bool started;
} service = {.lock = PTHREAD_MUTEX_INITIALIZER, .posted = PTHREAD_COND_INITIALIZER};

static void *serve(void *unused)
{
    (void)unused;
    for (;;) {
        struct post *post;

        pthread_mutex_lock(&service.lock);
        while (!service.first)
            pthread_cond_wait(&service.posted, &service.lock);
        post = service.first;
        service.first = post->next;
        pthread_mutex_unlock(&service.lock);

        post->run(post->work);
        free(post);
    }
    return NULL;
}

/* Detached, so that a process may end while it sleeps or runs. Signals stay with the
 * application's threads. Lock held. */
static int start_thread(void)
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
    err = pthread_create(&thread, &attributes, serve, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    service.started = err == 0;
    return -err;
}

int vgpu_callback_post(void (*run)(void *work), void *work)
{
    struct post *post = malloc(sizeof *post);
    int err = 0;

    if (!post)
        return -ENOMEM;
    *post = (struct post){.run = run, .work = work};

    pthread_mutex_lock(&service.lock);
    if (!service.started)
        err = start_thread();
    if (err == 0) {
        if (service.first)
            service.last->next = post;
        else
            service.first = post;
        service.last = post;
        pthread_cond_signal(&service.posted);
    }
    pthread_mutex_unlock(&service.lock);
    if (err != 0)
        free(post);
    return err;
}
