/* SPDX-License-Identifier: MIT */
/* Timers are called in the order in which they are due, and none before. */
#include "timer.h"

#include "clock.h"
#include "vgpu_test.h"

#include <pthread.h>

#define MANY 100

static struct {
    pthread_mutex_t lock;
    pthread_cond_t ended;
    struct vgpu_timer timers[MANY];
    struct vgpu_timer *order[MANY];
    bool early;
    unsigned count;
} state = {.lock = PTHREAD_MUTEX_INITIALIZER, .ended = PTHREAD_COND_INITIALIZER};

static void note(struct vgpu_timer *timer)
{
    pthread_mutex_lock(&state.lock);
    state.early = state.early || vgpu_now_ns() < timer->due;
    state.order[state.count++] = timer;
    pthread_cond_signal(&state.ended);
    pthread_mutex_unlock(&state.lock);
}

VGPU_UNIT_TEST(vgpu_timer_start, calls_each_when_it_is_due_and_in_order)
{
    const uint64_t now = vgpu_now_ns() + 20000000;

    for (unsigned i = 0; i < MANY; i++) {
        state.timers[i].due = now + i * 37 % MANY * 100000; /* 37 and MANY are coprime */
        state.timers[i].run = note;
        vgpu_timer_start(&state.timers[i]);
    }
    pthread_mutex_lock(&state.lock);
    while (state.count < MANY)
        pthread_cond_wait(&state.ended, &state.lock);
    pthread_mutex_unlock(&state.lock);
    EXPECT_FALSE(state.early);
    for (unsigned i = 1; i < MANY; i++)
        EXPECT_LT(state.order[i - 1]->due, state.order[i]->due);
}
