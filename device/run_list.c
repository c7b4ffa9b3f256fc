/* SPDX-License-Identifier: MIT */
/* The launches of one device that have groups to give away, and the units that wait for
 * them.
 *
 * Nothing is lost: a unit goes to sleep only after it has seen, under the lock, that the
 * list is empty, and whoever fills the list looks at the sleepers under the same lock.
 * `posted` and `host_cpu` are hints. A launch of one group goes past lock and list, from
 * hand to hand, where a unit spins: whoever opens or closes the offer does so with one
 * exchange, so the launch is either refused or taken. Waking is done with the lock
 * released, and in a chain: a submit wakes few, each unit that leaves work behind wakes
 * more. */
#define _GNU_SOURCE
#include "run_list.h"

#include "adaptive_lock.h"
#include "clock.h"
#include "observe/check/check.h"
#include "futex.h"

#include <assert.h>
#include <errno.h>
#include <sched.h>

#define SPIN_NS         30000u
#define DROWSY_NS       50000
#define POLLS_PER_LOOK  64u /* polls between two looks at the clock */
#define LOOKS_TO_YIELD  4u  /* looks at the clock between two offers of the core */
#define MOST_WOKEN      2u  /* sleepers that one thread wakes at a time */
#define NO_CPU          UINT_MAX
#define ROW_ITEMS       1024u /* work-items of groups side by side that repay a call */
#define CHUNKS_PER_UNIT 8u

/* The offer while no unit polls it: never looked into. */
static struct vgpu_launch closed_offer;
#define CLOSED (&closed_offer)

/* The list whose unit this thread is, while it is on its way to claim from it. */
static _Thread_local struct vgpu_run_list *local_list
    __attribute__((tls_model("initial-exec")));

/* Sleepers that were taken from the stack and shall be woken once the lock is released.
 */
struct wake_list {
    struct vgpu_waiter *waiters[MOST_WOKEN];
    unsigned count;
};

int vgpu_run_list_init(struct vgpu_run_list *list, unsigned num_units, unsigned only_cpu)
{
    const int err = vgpu_adaptive_lock_init(&list->lock);

    if (err)
        return err;
    list->num_units = num_units;
    list->only_cpu = only_cpu;
    atomic_init(&list->offer, CLOSED);
    atomic_init(&list->offer_cpu, NO_CPU);
    atomic_init(&list->posted, false);
    atomic_init(&list->host_cpu, NO_CPU);
    return 0;
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

static void set_drowsy(struct vgpu_run_list *list, struct vgpu_waiter *waiter,
                       bool drowsy)
{
    list->num_drowsy += (unsigned)drowsy - (unsigned)waiter->drowsy;
    waiter->drowsy = drowsy;
}

/* Lock held. */
static void add_sleeper(struct vgpu_run_list *list, struct vgpu_waiter *waiter)
{
    waiter->next = list->sleepers;
    list->sleepers = waiter;
    list->num_sleeping++;
    set_drowsy(list, waiter, list->num_sleeping < list->num_units);
}

/* Takes the sleeper that `link` points at off the stack. Lock held. */
static void remove_sleeper(struct vgpu_run_list *list, struct vgpu_waiter **link)
{
    set_drowsy(list, *link, false);
    *link = (*link)->next;
    list->num_sleeping--;
}

/* Takes a sleeper off the stack, which is not empty, one of another core than `cpu` if
 * there is any. Lock held. */
static struct vgpu_waiter *pop_sleeper(struct vgpu_run_list *list, unsigned cpu)
{
    struct vgpu_waiter **link = &list->sleepers, *waiter;

    while (*link && (*link)->cpu == cpu)
        link = &(*link)->next;
    if (!*link)
        link = &list->sleepers;
    waiter = *link;
    remove_sleeper(list, link);
    return waiter;
}

/* A single group needs no wake-up: a unit is awake, and a drowsy one looks again should
 * that one stay busy. Lock held. */
static bool others_will_do(const struct vgpu_run_list *list)
{
    return list->num_drowsy > 0 && list->num_sleeping < list->num_units;
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
    launch->is_alone = false;
    launch->start_ns = 0;
    launch->total_groups = 1;
    for (unsigned d = 0; d < 3; d++) {
        const size_t global = launch->global_size[d], local = launch->local_size[d];
        launch->num_groups[d] = global == local ? 1 : (global - 1) / local + 1;
        launch->total_groups *= launch->num_groups[d];
    }
    atomic_init(&launch->groups_left, launch->total_groups);
    atomic_init(&launch->status, 0);
}

/* A spinner on its caller's core cannot run while that does, and another unit may: but
 * not where all units are on that core. */
static bool will_run(const struct vgpu_run_list *list, unsigned spinner_cpu, unsigned cpu)
{
    return spinner_cpu != cpu || list->only_cpu == cpu;
}

/* Hands a launch of one group to the spinner. */
static bool hand_over(struct vgpu_run_list *list, struct vgpu_launch *launch,
                      unsigned cpu)
{
    struct vgpu_launch *nobody = NULL;

    return will_run(list, atomic_load_explicit(&list->offer_cpu, memory_order_relaxed),
                    cpu) &&
           atomic_load_explicit(&list->offer, memory_order_relaxed) == NULL &&
           /* release: the launch is written before it is seen */
           atomic_compare_exchange_strong_explicit(
               &list->offer, &nobody, launch, memory_order_release, memory_order_relaxed);
}

/* The spinner polls, and has nothing handed over to it yet. Lock held. */
static bool spinner_is_free(const struct vgpu_run_list *list)
{
    return list->spinner &&
           atomic_load_explicit(&list->offer, memory_order_relaxed) == NULL;
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
        if (wanted == 1 && hand_over(list, launch, cpu))
            return;
    }
    pthread_mutex_lock(&list->lock);
    if (wanted == 1 && !local && hand_over(list, launch, cpu)) {
        pthread_mutex_unlock(&list->lock);
        return; /* to a unit that has just begun to spin */
    }
    if (list->first)
        list->last->next = launch;
    else
        list->first = launch;
    list->last = launch;
    if (wanted > 1 && spinner_is_free(list) && will_run(list, list->spinner->cpu, cpu))
        wanted--;
    if (list->sleepers && !local && !(wanted == 1 && others_will_do(list)))
        choose_sleepers(list, wanted, cpu, &wake);
    /* Relaxed: whoever sees it takes the lock before it looks at the list. Once the lock
     * is released the list may be gone, if this launch was the last and its device is
     * destroyed; a chosen sleeper is not, for it waits to be woken. */
    atomic_store_explicit(&list->posted, true, memory_order_relaxed);
    pthread_mutex_unlock(&list->lock);
    wake_chosen(&wake);
}

/* The least that a chunk has: where groups run side by side, small ones come in long
 * rows, but not in fewer chunks than the units need to end together. */
static size_t least_chunk(const struct vgpu_run_list *list,
                          const struct vgpu_launch *launch)
{
    const size_t items =
        launch->local_size[0] * launch->local_size[1] * launch->local_size[2];
    const size_t row = ROW_ITEMS / items;
    const size_t most = launch->total_groups / (CHUNKS_PER_UNIT * list->num_units);

    if (!launch->groups)
        return 1;
    return row < most ? row : most;
}

/* There is a spinner that has not gone off with what was handed over to it. Lock held. */
static bool spinner_polls(const struct vgpu_run_list *list)
{
    /* acquire: who sees it closed sees num_atomic too */
    return list->spinner &&
           atomic_load_explicit(&list->offer, memory_order_acquire) != CLOSED;
}

/* There is a launch that may start, or go on. Lock held. */
static bool has_work(const struct vgpu_run_list *list)
{
    return list->first && !(list->is_alone && list->first->has_atomics);
}

/* The first launch begins, and shall have one unit alone. With one unit it loses nothing.
 * Nothing can be handed to a spinner then, past the lock. Lock held. */
static bool begins_alone(const struct vgpu_run_list *list, struct vgpu_launch *launch)
{
    return launch->pace && list->may_be_alone && !list->is_alone &&
           !spinner_polls(list) &&
           /* acquire: what those chunks wrote is seen without a lock from here on */
           atomic_load_explicit(&list->num_atomic, memory_order_acquire) == 0 &&
           (list->num_units == 1 ||
            vgpu_pace_choose_alone(launch->pace, launch->total_groups, list->num_units));
}

/* The checks for races are faster where they need not look for other units. Lock held. */
static bool shall_have_one_unit(const struct vgpu_run_list *list,
                                const struct vgpu_watched *watched)
{
    return watched->checked && vgpu_check_is_on(VGPU_CHECK_race) &&
           (list->num_units == 1 || vgpu_check_wants_one_unit(watched->checked));
}

/* Lock held. */
static void begin_launch(struct vgpu_run_list *list, struct vgpu_launch *launch)
{
    if (vgpu_launch_traced(launch))
        launch->watched->is_one_units = shall_have_one_unit(list, launch->watched);
    launch->is_alone = begins_alone(list, launch);
    list->is_alone = list->is_alone || launch->is_alone;
    if (launch->pace || list->watchdog_ns != 0)
        launch->start_ns = vgpu_now_ns();
}

static bool is_one_units(const struct vgpu_launch *launch)
{
    return vgpu_launch_traced(launch) && launch->watched->is_one_units;
}

/* Takes a chunk from the first launch, and the launch from the list with its last group.
 * Lock held, has work. */
static void take_chunk(struct vgpu_run_list *list, struct vgpu_chunk *chunk)
{
    struct vgpu_launch *launch = list->first;
    const size_t left = launch->total_groups - launch->next_group;
    size_t count = 1, least;

    if (launch->next_group == 0)
        begin_launch(list, launch);
    if (launch->is_alone || is_one_units(launch) ||
        atomic_load_explicit(&launch->status, memory_order_relaxed) != 0) {
        count = left; /* where it has failed, the rest is only given back */
    } else if (left > 1) {
        least = least_chunk(list, launch);
        count = left / (2 * list->num_units);
        count = count > least ? count : least;
        count = count > 1 ? count : 1;
        count = count < left ? count : left;
    }
    chunk->launch = launch;
    chunk->first = launch->next_group;
    chunk->count = count;
    chunk->is_alone = launch->is_alone;
    chunk->has_atomics = launch->has_atomics;
    if (chunk->has_atomics && !chunk->is_alone)
        atomic_fetch_add_explicit(&list->num_atomic, 1, memory_order_relaxed);
    launch->next_group += count;
    if (count == left)
        list->first = launch->next;
}

/* Wakes sleepers for the work that a claim leaves behind. Lock held. */
static void pass_on(struct vgpu_run_list *list, const struct vgpu_chunk *claimed,
                    unsigned cpu, struct wake_list *wake)
{
    const struct vgpu_launch *launch = list->first;
    size_t wanted;

    if (!has_work(list) || !list->sleepers)
        return;
    wanted = launch->total_groups - launch->next_group;
    if (wanted == 1 && launch != claimed->launch && others_will_do(list))
        return;
    choose_sleepers(list, wanted - (spinner_is_free(list) ? 1 : 0), cpu, wake);
}

bool vgpu_run_list_claim(struct vgpu_run_list *list, struct vgpu_waiter *self,
                         struct vgpu_chunk *chunk_out)
{
    struct wake_list wake = {.count = 0};
    bool found;

    pthread_mutex_lock(&list->lock);
    if (list->spinner == self)
        list->spinner = NULL;
    found = has_work(list);
    self->may_spin = false;
    if (found) {
        take_chunk(list, chunk_out);
        pass_on(list, chunk_out, self->cpu, &wake);
    } else if (!spinner_polls(list) && !list->stopping && !list->is_alone &&
               will_run(list, self->cpu,
                        atomic_load_explicit(&list->host_cpu, memory_order_relaxed))) {
        list->spinner = self;
        self->may_spin = true;
        atomic_store_explicit(&list->offer_cpu, self->cpu, memory_order_relaxed);
        atomic_store_explicit(&list->offer, NULL, memory_order_relaxed);
    }
    if (!has_work(list))
        atomic_store_explicit(&list->posted, false, memory_order_relaxed);
    pthread_mutex_unlock(&list->lock);
    wake_chosen(&wake);
    return found;
}

/* Whoever waited for the end may start. */
static void end_alone(struct vgpu_run_list *list)
{
    struct wake_list wake = {.count = 0};

    pthread_mutex_lock(&list->lock);
    list->is_alone = false;
    if (list->first) {
        atomic_store_explicit(&list->posted, true, memory_order_relaxed);
        choose_sleepers(list, list->first->total_groups - list->first->next_group, NO_CPU,
                        &wake);
    }
    pthread_mutex_unlock(&list->lock);
    wake_chosen(&wake);
}

void vgpu_run_list_end_chunk(struct vgpu_run_list *list, const struct vgpu_chunk *chunk)
{
    if (chunk->is_alone)
        end_alone(list);
    else if (chunk->has_atomics)
        atomic_fetch_sub_explicit(&list->num_atomic, 1, memory_order_release);
}

/* Ends the spinner's wait: from here on nothing is handed over. */
static enum vgpu_spin_end close_offer(struct vgpu_run_list *list, bool posted,
                                      struct vgpu_chunk *chunk_out)
{
    struct vgpu_launch *launch;

    /* Counted before the offer is seen to be closed. */
    atomic_fetch_add_explicit(&list->num_atomic, 1, memory_order_relaxed);
    launch = atomic_exchange_explicit(&list->offer, CLOSED, memory_order_acq_rel);
    if (!launch || !launch->has_atomics)
        atomic_fetch_sub_explicit(&list->num_atomic, 1, memory_order_relaxed);
    if (!launch)
        return posted ? VGPU_SPIN_POSTED : VGPU_SPIN_NOTHING;
    launch->next_group = 1;
    *chunk_out = (struct vgpu_chunk){
        .launch = launch, .first = 0, .count = 1, .has_atomics = launch->has_atomics};
    return VGPU_SPIN_CHUNK;
}

/* Relaxed: close_offer acquires, and claim takes the lock before it looks at the list. */
static bool poll(const struct vgpu_run_list *list)
{
    return atomic_load_explicit(&list->offer, memory_order_relaxed) ||
           atomic_load_explicit(&list->posted, memory_order_relaxed);
}

/* Polls at most so many times; how often it saw nothing. */
static unsigned poll_often(const struct vgpu_run_list *list, unsigned most)
{
    unsigned polls = 0;

    while (polls < most && !poll(list)) {
        vgpu_pause();
        polls++;
    }
    return polls;
}

/* So many polls have taken so long. */
static void note_polls(struct vgpu_waiter *self, unsigned polls, uint64_t ns)
{
    const uint64_t ps = ns * 1000 / polls;

    if (self->poll_ps == 0 || ps < self->poll_ps)
        self->poll_ps = ps < UINT_MAX ? (unsigned)ps : UINT_MAX;
}

enum vgpu_spin_end vgpu_run_list_spin(struct vgpu_run_list *list,
                                      struct vgpu_waiter *self, uint64_t *now,
                                      struct vgpu_chunk *chunk_out)
{
    const uint64_t end = *now + SPIN_NS;
    bool yielded = false; /* and who knows for how long */

    for (unsigned looks = 1;; looks++) {
        /* Whoever would hand over waits for this very core. */
        const bool in_the_way =
            list->only_cpu != VGPU_SEVERAL_CPUS &&
            list->only_cpu == atomic_load_explicit(&list->host_cpu, memory_order_relaxed);
        const unsigned most = in_the_way ? 1 : POLLS_PER_LOOK;
        const unsigned polls = poll_often(list, most);
        const uint64_t before = *now;

        if (polls < most) {
            *now =
                yielded ? vgpu_now_ns() : before + (uint64_t)polls * self->poll_ps / 1000;
            return close_offer(list, true, chunk_out);
        }
        *now = vgpu_now_ns();
        if (*now >= end)
            return close_offer(list, false, chunk_out);
        if (!yielded && !in_the_way)
            note_polls(self, polls, *now - before);
        yielded = in_the_way || looks % LOOKS_TO_YIELD == 0;
        if (yielded)
            sched_yield();
    }
}

/* Sleeps while *word is 0, not much longer than a drowsy unit does. */
static void wait_drowsily(atomic_uint *word)
{
    const struct timespec length = {.tv_nsec = DROWSY_NS};

    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, 0, &length, NULL, 0);
}

/* The second look of a drowsy unit. True: there is work, and it sleeps no more. */
static bool look_again(struct vgpu_run_list *list, struct vgpu_waiter *self)
{
    bool work = false;

    pthread_mutex_lock(&list->lock);
    if (atomic_load(&self->awake) == 0 && self->drowsy) {
        struct vgpu_waiter **link = &list->sleepers;
        work = has_work(list);
        while (*link != self)
            link = &(*link)->next;
        if (work)
            remove_sleeper(list, link);
        else
            set_drowsy(list, self, false);
    }
    pthread_mutex_unlock(&list->lock);
    return work;
}

bool vgpu_run_list_sleep(struct vgpu_run_list *list, struct vgpu_waiter *self)
{
    bool work, stopping, drowsy;

    pthread_mutex_lock(&list->lock);
    if (list->spinner == self)
        list->spinner = NULL;
    work = has_work(list);
    stopping = list->stopping;
    if (!work && !stopping) {
        atomic_store(&self->awake, 0);
        add_sleeper(list, self);
    }
    drowsy = self->drowsy;
    pthread_mutex_unlock(&list->lock);
    if (work || stopping)
        return work;
    if (drowsy) {
        wait_drowsily(&self->awake);
        if (look_again(list, self))
            return true;
    }
    while (atomic_load(&self->awake) == 0)
        vgpu_futex_wait(&self->awake, 0);
    return true;
}

void vgpu_run_list_stop(struct vgpu_run_list *list)
{
    struct vgpu_waiter *sleeper, *next;

    pthread_mutex_lock(&list->lock);
    assert(!list->first);
    list->stopping = true;
    sleeper = list->sleepers;
    for (struct vgpu_waiter *each = sleeper; each; each = each->next)
        set_drowsy(list, each, false);
    list->sleepers = NULL;
    list->num_sleeping = 0;
    pthread_mutex_unlock(&list->lock);
    atomic_store(&list->posted, true);
    for (; sleeper; sleeper = next) {
        next = sleeper->next;
        atomic_store(&sleeper->awake, 1);
        vgpu_futex_wake(&sleeper->awake, 1);
    }
}

void vgpu_run_list_expect_local(struct vgpu_run_list *list)
{
    local_list = list;
}
