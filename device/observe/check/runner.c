/* SPDX-License-Identifier: MIT */
/* Threads that run checked groups. */
#define _GNU_SOURCE
#include "runner.h"

#include "futex.h"

#include <pthread.h>
#include <stdlib.h>

#define GROUP 1u         /* in a runner's state: a group, or a look */
#define HOLDS (1u << 16) /* one that goes with others */

/* All that there ever were: a thread that ends leaves its own to another. */
static _Atomic(struct runner *) runners;
static _Thread_local struct runner *this_one __attribute__((tls_model("initial-exec")));

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key; /* gives back an ending thread's */
static bool has_key;

/* Whose turn it is to be alone, or, of threads that found one alone, to go on: in the
 * order in which they came, so that neither kind keeps the other out. */
static atomic_uint next_turn, turn;
static atomic_bool is_one_alone; /* written by the thread whose turn it is */

/* --- Whose is whose. --- */

static void give_back(void *runner)
{
    this_one = NULL;
    atomic_flag_clear(&((struct runner *)runner)->is_taken);
}

static void init_once(void)
{
    has_key = pthread_key_create(&key, give_back) == 0;
}

static struct runner *runner_new(void)
{
    struct runner *const made = aligned_alloc(_Alignof(struct runner), sizeof *made);

    if (!made)
        return NULL;
    *made = (struct runner){.is_taken = ATOMIC_FLAG_INIT};
    atomic_flag_test_and_set(&made->is_taken);
    made->next = atomic_load(&runners);
    do {
        made->number = made->next ? made->next->number + 1 : 0;
    } while (!atomic_compare_exchange_weak(&runners, &made->next, made));
    return made;
}

static struct runner *take(void)
{
    struct runner *runner = NULL;

    pthread_once(&once, init_once);
    if (!has_key)
        return NULL;
    for (runner = atomic_load(&runners);
         runner && atomic_flag_test_and_set(&runner->is_taken); runner = runner->next)
        ;
    if (!runner)
        runner = runner_new();
    if (runner && pthread_setspecific(key, runner) != 0) {
        atomic_flag_clear(&runner->is_taken);
        return NULL;
    }
    this_one = runner;
    return runner;
}

struct runner *runner_self(void)
{
    return __builtin_expect(this_one != NULL, true) ? this_one : take();
}

/* --- Entering and leaving. ---
 *
 * Sequentially consistent: who enters tells so and then looks for one that is alone, who
 * wants to be alone tells so and then looks for others; one of the two sees the other. */

static void take_turn(void)
{
    const unsigned own = atomic_fetch_add(&next_turn, 1);
    unsigned seen;

    while ((seen = atomic_load(&turn)) != own)
        vgpu_futex_wait(&turn, seen);
}

static void pass_turn(void)
{
    const unsigned next = atomic_load_explicit(&turn, memory_order_relaxed) + 1;

    atomic_store(&turn, next);
    if (atomic_load(&next_turn) != next)
        vgpu_futex_wake_all(&turn);
}

/* Only its thread writes it. */
static void add(struct runner *self, unsigned what)
{
    const unsigned now = atomic_load_explicit(&self->state, memory_order_relaxed);

    atomic_exchange(&self->state, now + what);
}

static void let_go(struct runner *self, unsigned what)
{
    add(self, -what);
    if (__builtin_expect(atomic_load(&is_one_alone), false))
        vgpu_futex_wake_all(&self->state);
}

static void hold(struct runner *self, unsigned what)
{
    const bool holds = atomic_load_explicit(&self->state, memory_order_relaxed) >= HOLDS;

    add(self, what);
    if (holds || __builtin_expect(!atomic_load(&is_one_alone), true))
        return;
    let_go(self, HOLDS);
    take_turn();
    add(self, HOLDS); /* whose turn is next waits for this */
    pass_turn();
}

static void begin_alone(const struct runner *self)
{
    unsigned seen;

    take_turn();
    atomic_store(&is_one_alone, true);
    for (struct runner *other = atomic_load(&runners); other; other = other->next)
        while (other != self && (seen = atomic_load(&other->state)) >= HOLDS)
            vgpu_futex_wait(&other->state, seen);
}

static void end_alone(void)
{
    atomic_store(&is_one_alone, false);
    pass_turn();
}

void runner_enter(struct runner *self, bool alone)
{
    if (alone) {
        begin_alone(self);
        add(self, GROUP);
    } else {
        hold(self, GROUP + HOLDS);
    }
}

void runner_leave(struct runner *self, bool alone)
{
    if (alone) {
        add(self, -GROUP);
        end_alone();
    } else {
        let_go(self, GROUP + HOLDS);
    }
}

void runner_alone(struct runner *self, void (*function)(void *data), void *data)
{
    let_go(self, HOLDS);
    begin_alone(self);
    function(data);
    end_alone();
    hold(self, HOLDS);
}

void runner_look(struct runner *self)
{
    add(self, GROUP);
}

void runner_look_end(struct runner *self)
{
    add(self, -GROUP);
}

bool runner_is_any(void)
{
    for (struct runner *each = atomic_load(&runners); each; each = each->next)
        if (atomic_load(&each->state) != 0)
            return true;
    return false;
}
