/* SPDX-License-Identifier: MIT */
/* Things to be done at a time: one thread of the process waits for the next of them. */
#define _GNU_SOURCE
#include "timer.h"

#include "background_thread.h"
#include "clock.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

static struct {
    pthread_once_t once;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    struct vgpu_timer *first, *last; /* in the order of time */
    bool has_thread;
} timers = {.once = PTHREAD_ONCE_INIT, .lock = PTHREAD_MUTEX_INITIALIZER};

/* The first timer that is due, taken off the list. Lock held. */
static struct vgpu_timer *take_due(void)
{
    for (;;) {
        struct vgpu_timer *const first = timers.first;

        if (!first) {
            pthread_cond_wait(&timers.changed, &timers.lock);
        } else if (first->due > vgpu_now_ns()) {
            const struct timespec until = {.tv_sec = (time_t)(first->due / 1000000000u),
                                           .tv_nsec = (long)(first->due % 1000000000u)};

            pthread_cond_timedwait(&timers.changed, &timers.lock, &until);
        } else {
            timers.first = first->after;
            if (first->after)
                first->after->before = NULL;
            else
                timers.last = NULL;
            return first;
        }
    }
}

static void *serve(void *unused)
{
    (void)unused;
    for (;;) {
        struct vgpu_timer *timer;

        pthread_mutex_lock(&timers.lock);
        timer = take_due();
        pthread_mutex_unlock(&timers.lock);
        timer->run(timer);
    }
    return NULL;
}

static void start_thread(void)
{
    pthread_condattr_t clock;

    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&timers.changed, &clock);
    pthread_condattr_destroy(&clock);
    timers.has_thread = vgpu_background_thread(serve, NULL) == 0;
}

void vgpu_timer_start(struct vgpu_timer *timer)
{
    struct vgpu_timer *before;

    pthread_once(&timers.once, start_thread);
    if (!timers.has_thread) {
        timer->run(timer);
        return;
    }
    pthread_mutex_lock(&timers.lock);
    /* from the end: most are due later than those that came before */
    for (before = timers.last; before && before->due > timer->due;)
        before = before->before;
    timer->before = before;
    timer->after = before ? before->after : timers.first;
    if (timer->after)
        timer->after->before = timer;
    else
        timers.last = timer;
    if (before)
        before->after = timer;
    else
        timers.first = timer;
    if (!before) /* the thread waits for another, or for none */
        pthread_cond_signal(&timers.changed);
    pthread_mutex_unlock(&timers.lock);
}
