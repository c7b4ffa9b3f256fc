/* SPDX-License-Identifier: MIT */
/* The launches of one device that have groups to give away, and the units that wait for
 * them.
 *
 * Nothing is lost: a unit goes to sleep only after it has seen, under the lock, that the
 * list is empty, and whoever fills the list looks at the sleepers under the same lock.
 * `posted` and `host_cpu` are hints. Waking is done with the lock released, and in a
 * chain: a submit wakes few, each unit that leaves work behind wakes more. */
#define _GNU_SOURCE
#include "run_list.h"

#include "clock.h"
#include "futex.h"

#include <assert.h>
#include <errno.h>
#include <sched.h>

#define SPIN_NS        30000u
#define POLLS_PER_LOOK 64u /* polls between two looks at the clock */
#define LOOKS_TO_YIELD 4u  /* looks at the clock between two offers of the core */
#define MOST_WOKEN     2u  /* sleepers that one thread wakes at a time */
#define NO_CPU         UINT_MAX

/* The list whose unit this thread is, while it is on its way to claim from it. */
static _Thread_local struct vgpu_run_list *local_list
    __attribute__((tls_model("initial-exec")));

/* Sleepers that were taken from the stack and shall be woken once the lock is released.
 */
struct wake_list {
    struct vgpu_waiter *waiters[MOST_WOKEN];
    unsigned count;
};

int vgpu_run_list_init(struct vgpu_run_list *list, unsigned num_units)
{
    pthread_mutexattr_t attributes;
    int err = pthread_mutexattr_init(&attributes);

    if (err)
        return -err;
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ADAPTIVE_NP);
    err = pthread_mutex_init(&list->lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
    list->num_units = num_units;
    atomic_init(&list->posted, false);
    atomic_init(&list->host_cpu, NO_CPU);
    return -err;
}

void vgpu_run_list_fini(struct vgpu_run_list *list)
{
    pthread_mutex_destroy(&list->lock);
}

void vgpu_run_list_set_units(struct vgpu_run_list *list, unsigned num_units)
{
    pthread_mutex_lock(&list->lock);
    list->num_units = num_units;
    pthread_mutex_unlock(&list->lock);
}

/* Takes a sleeper off the stack, one of another core than `cpu` if there is any. Lock
 * held. */
static struct vgpu_waiter *pop_sleeper(struct vgpu_run_list *list, unsigned cpu)
{
    struct vgpu_waiter **link = &list->sleepers, *waiter;

    while (*link && (*link)->cpu == cpu)
        link = &(*link)->next;
    if (!*link)
        link = &list->sleepers;
    waiter = *link;
    if (waiter)
        *link = waiter->next;
    return waiter;
}

/* Chooses sleepers for `wanted` pieces of work. Lock held. */
static void choose_sleepers(struct vgpu_run_list *list, size_t wanted, unsigned cpu,
                            struct wake_list *wake)
{
    while (list->sleepers && wake->count < wanted && wake->count < MOST_WOKEN)
        wake->waiters[wake->count++] = pop_sleeper(list, cpu);
}

/* Lock released. */
static void wake_chosen(const struct wake_list *wake)
{
    for (unsigned i = 0; i < wake->count; i++) {
        atomic_store(&wake->waiters[i]->awake, 1);
        vgpu_futex_wake(&wake->waiters[i]->awake, 1);
    }
}

/* Sets what the device owns in a launch. */
static void prepare_launch(struct vgpu_launch *launch)
{
    launch->next = NULL;
    launch->next_group = 0;
    launch->total_groups = 1;
    for (unsigned d = 0; d < 3; d++) {
        const size_t global = launch->global_size[d], local = launch->local_size[d];
        launch->num_groups[d] = global == local ? 1 : (global - 1) / local + 1;
        launch->total_groups *= launch->num_groups[d];
    }
    atomic_init(&launch->groups_left, launch->total_groups);
    atomic_init(&launch->status, 0);
}

void vgpu_run_list_submit(struct vgpu_run_list *list, struct vgpu_launch *launch)
{
    const bool local = local_list == list;
    struct wake_list wake = {.count = 0};
    unsigned cpu = NO_CPU;
    size_t wanted;

    prepare_launch(launch);
    /* The launch may be complete and gone as soon as the lock is released. */
    wanted = launch->total_groups;
    if (!local) {
        cpu = (unsigned)sched_getcpu();
        if (atomic_load_explicit(&list->host_cpu, memory_order_relaxed) != cpu)
            atomic_store_explicit(&list->host_cpu, cpu, memory_order_relaxed);
    }
    pthread_mutex_lock(&list->lock);
    if (list->first)
        list->last->next = launch;
    else
        list->first = launch;
    list->last = launch;
    /* A spinner on this very core cannot run while its caller does. */
    if (local || (list->spinner && list->spinner->cpu != cpu))
        wanted--;
    if (list->sleepers && wanted > 0 && !local)
        choose_sleepers(list, wanted, cpu, &wake);
    pthread_mutex_unlock(&list->lock);
    /* Release order is for the reader's sake only: it takes the lock before it looks. */
    atomic_store_explicit(&list->posted, true, memory_order_release);
    wake_chosen(&wake);
}

/* Takes a chunk from the first launch, and the launch from the list with its last group.
 * Lock held, list not empty. */
static void take_chunk(struct vgpu_run_list *list, struct vgpu_chunk *chunk)
{
    struct vgpu_launch *launch = list->first;
    const size_t left = launch->total_groups - launch->next_group;
    size_t count = 1;

    if (atomic_load_explicit(&launch->status, memory_order_relaxed) != 0)
        count = left; /* it has failed: the rest is only given back */
    else if (left > 1 && left / (2 * list->num_units) > 1)
        count = left / (2 * list->num_units);
    chunk->launch = launch;
    chunk->first = launch->next_group;
    chunk->count = count;
    launch->next_group += count;
    if (count == left)
        list->first = launch->next;
}

/* Pieces of work in the list that nobody is on the way for. Lock held. */
static size_t work_left(const struct vgpu_run_list *list)
{
    const struct vgpu_launch *launch = list->first;
    size_t pieces;

    if (!launch)
        return 0;
    pieces = launch->total_groups - launch->next_group + (launch->next ? 1 : 0);
    return pieces - (list->spinner ? 1 : 0);
}

bool vgpu_run_list_claim(struct vgpu_run_list *list, struct vgpu_waiter *self,
                         struct vgpu_chunk *chunk_out)
{
    struct wake_list wake = {.count = 0};
    bool found;

    pthread_mutex_lock(&list->lock);
    if (list->spinner == self)
        list->spinner = NULL;
    found = list->first != NULL;
    self->may_spin = false;
    if (found) {
        take_chunk(list, chunk_out);
        if (list->sleepers && list->first)
            choose_sleepers(list, work_left(list), self->cpu, &wake);
    } else if (!list->spinner && !list->stopping &&
               atomic_load_explicit(&list->host_cpu, memory_order_relaxed) != self->cpu) {
        list->spinner = self;
        self->may_spin = true;
    }
    if (!list->first)
        atomic_store_explicit(&list->posted, false, memory_order_relaxed);
    pthread_mutex_unlock(&list->lock);
    wake_chosen(&wake);
    return found;
}

bool vgpu_run_list_spin(struct vgpu_run_list *list)
{
    const uint64_t end = vgpu_now_ns() + SPIN_NS;

    for (unsigned looks = 1;; looks++) {
        for (unsigned polls = 0; polls < POLLS_PER_LOOK; polls++) {
            if (atomic_load_explicit(&list->posted, memory_order_acquire))
                return true;
            vgpu_pause();
        }
        if (vgpu_now_ns() >= end)
            return false;
        if (looks % LOOKS_TO_YIELD == 0)
            sched_yield();
    }
}

bool vgpu_run_list_sleep(struct vgpu_run_list *list, struct vgpu_waiter *self)
{
    bool stopping;

    pthread_mutex_lock(&list->lock);
    if (list->spinner == self)
        list->spinner = NULL;
    stopping = list->stopping;
    if (list->first || stopping) {
        const bool work = list->first != NULL;
        pthread_mutex_unlock(&list->lock);
        return work || !stopping;
    }
    atomic_store(&self->awake, 0);
    self->next = list->sleepers;
    list->sleepers = self;
    pthread_mutex_unlock(&list->lock);
    while (atomic_load(&self->awake) == 0)
        vgpu_futex_wait(&self->awake, 0);
    return true;
}

void vgpu_run_list_stop(struct vgpu_run_list *list)
{
    struct vgpu_waiter *sleeper;

    pthread_mutex_lock(&list->lock);
    assert(!list->first);
    list->stopping = true;
    sleeper = list->sleepers;
    list->sleepers = NULL;
    pthread_mutex_unlock(&list->lock);
    atomic_store(&list->posted, true);
    while (sleeper) {
        struct vgpu_waiter *next = sleeper->next;
        atomic_store(&sleeper->awake, 1);
        vgpu_futex_wake(&sleeper->awake, 1);
        sleeper = next;
    }
}

void vgpu_run_list_expect_local(struct vgpu_run_list *list)
{
    local_list = list;
}
