/* SPDX-License-Identifier: MIT */
/* Work-items of barrier kernels: each on a fiber, one phase between barriers after the
 * other.
 *
 * Items run in order. One that meets a barrier is left standing there, and the next item
 * starts on a fiber of its own; one that ends leaves its fiber to the next item. So a
 * kernel that meets no barrier uses one fiber. The last item closes the round: either all
 * have ended, or all wait at one barrier and the next round goes through the same fibers
 * in the same order; anything else is divergence.
 *
 * Items that wait for others of their sub-group are left standing, too. At the round's
 * end they are served first: the next round is only of those that go on then. */
#define _GNU_SOURCE
#include "item_run.h"

#include "critical.h"
#include "export.h"
#include "message.h"
#include "observe/break.h"
#include "work_group.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Barriers are met every few nanoseconds: no call to find the thread's own data. */
static _Thread_local struct vgpu_item_run *here
    __attribute__((tls_model("initial-exec")));

static void say_misuse_once(const char *function)
{
    static atomic_flag said = ATOMIC_FLAG_INIT;

    if (!atomic_flag_test_and_set(&said))
        vgpu_message(
            "%s was called outside a running barrier kernel and does nothing: write the "
            "kernel with VGPU_BARRIER_KERNEL and launch it through OpenCL",
            function);
}

/* Gives the next item of the group to a fiber. */
static void start_next_item(struct vgpu_item_run *run, struct vgpu_item_fiber *fiber)
{
    const struct vgpu_group *group = run->group;
    struct vgpu_item *item = &fiber->item;

    item->group = group;
    for (unsigned d = 0; d < 3; d++) {
        item->local_id[d] = run->local_id[d];
        item->global_id[d] = group->first_global_id[d] + run->local_id[d];
    }
    run->started++;
    for (unsigned d = 0; d < 3; d++) {
        if (++run->local_id[d] < group->local_size[d])
            return;
        run->local_id[d] = 0;
    }
}

/* What an item that waits for its sub-group has brought. It lies on its stack. */
struct vgpu_exchange {
    unsigned place;
    const void *value;
    char *values;
    size_t size;
    uint64_t who; /* the answer */
};

static size_t linear_id(const struct vgpu_item_fiber *fiber)
{
    const struct vgpu_item *item = &fiber->item;
    const size_t *size = item->group->local_size;

    return (item->local_id[2] * size[1] + item->local_id[1]) * size[0] +
           item->local_id[0];
}

/* The smallest place of those that wait among the fibers; false: none does. */
static bool next_place(const struct vgpu_item_fiber *first,
                       const struct vgpu_item_fiber *end, unsigned *place_out)
{
    bool found = false;

    for (const struct vgpu_item_fiber *fiber = first; fiber < end; fiber++) {
        if (!fiber->exchange || (found && fiber->exchange->place >= *place_out))
            continue;
        *place_out = fiber->exchange->place;
        found = true;
    }
    return found;
}

/* What the item brought goes to all of the sub-group's fibers that wait at that place. */
static void give(const struct vgpu_item_fiber *from, size_t lane,
                 struct vgpu_item_fiber *first, const struct vgpu_item_fiber *end)
{
    const struct vgpu_exchange *brought = from->exchange;

    for (struct vgpu_item_fiber *to = first; to < end; to++) {
        if (!to->exchange || to->exchange->place != brought->place)
            continue;
        if (brought->size > 0)
            memcpy(to->exchange->values + lane * brought->size, brought->value,
                   brought->size);
        to->exchange->who |= UINT64_C(1) << lane;
    }
}

/* Lets the items of a sub-group, which are those from `first` to `end`, exchange, and
 * puts those that go on behind `*last`. */
static void serve(struct vgpu_item_run *run, struct vgpu_item_fiber *first,
                  const struct vgpu_item_fiber *end, struct vgpu_item_fiber ***last)
{
    unsigned place = 0;

    if (!next_place(first, end, &place))
        return;
    for (struct vgpu_item_fiber *fiber = first; fiber < end; fiber++)
        if (fiber->exchange && fiber->exchange->place == place)
            give(fiber, linear_id(fiber) % run->sub_group_size, first, end);
    for (struct vgpu_item_fiber *fiber = first; fiber < end; fiber++) {
        if (!fiber->exchange || fiber->exchange->place != place)
            continue;
        fiber->exchange = NULL;
        run->exchanging--;
        **last = fiber;
        *last = &fiber->next;
    }
}

/* Opens a round of those that go on behind exchanges. Fibers stand in the order of their
 * items, so those of a sub-group stand side by side. */
static struct vgpu_item_fiber *open_exchanges(struct vgpu_item_run *run)
{
    struct vgpu_item_fiber *const end = run->fibers + run->used;
    struct vgpu_item_fiber *first = run->fibers, *round = NULL, **last = &round;

    while (first < end) {
        const size_t sub_group = linear_id(first) / run->sub_group_size;
        struct vgpu_item_fiber *behind = first + 1;

        while (behind < end && linear_id(behind) / run->sub_group_size == sub_group)
            behind++;
        serve(run, first, behind, &last);
        first = behind;
    }
    *last = NULL;
    run->is_partial = true;
    return round;
}

/* All items take part in rounds again, and are asked where they wait. */
static void rejoin(struct vgpu_item_run *run)
{
    run->lines_differ = false;
    run->line = run->fibers->line;
    for (size_t i = 0; i < run->used; i++) {
        struct vgpu_item_fiber *fiber = &run->fibers[i];

        fiber->next = i + 1 < run->used ? fiber + 1 : NULL;
        if (fiber->waiting && fiber->line != run->line)
            run->lines_differ = true;
    }
    run->is_partial = false;
}

/* Every item has ended or waits: the fiber that opens the next round, or NULL to go home.
 */
static struct vgpu_item_fiber *close_round(struct vgpu_item_run *run)
{
    if (run->exchanging > 0)
        return open_exchanges(run);
    if (run->ended == run->count)
        return NULL;
    if (run->is_partial)
        rejoin(run);
    if (run->ended == 0 && !run->lines_differ)
        return run->fibers;
    run->diverged = true;
    return NULL;
}

static void switch_to(struct vgpu_item_run *run, struct vgpu_item_fiber *self,
                      struct vgpu_item_fiber *next)
{
    run->current = next;
    vgpu_context_switch(&self->context, next ? &next->context : &run->home);
}

/* What follows the newest fiber: one for the next item, or the round's end. */
static struct vgpu_item_fiber *after_newest(struct vgpu_item_run *run,
                                            struct vgpu_item_fiber *newest)
{
    struct vgpu_item_fiber *next = newest + 1;

    if (run->started == run->count)
        return close_round(run);
    newest->next = next;
    next->next = NULL;
    run->used++;
    start_next_item(run, next);
    return next;
}

/* The bottom of every fiber: runs items for as long as the unit lives. */
static void fiber_main(void)
{
    struct vgpu_item_run *run = here;
    struct vgpu_item_fiber *self = run->current;

    VGPU_OUTERMOST_FRAME();
    vgpu_context_arrive(&self->context);
    for (;;) {
        run->function(&self->item, run->args);
        self->waiting = false;
        run->ended++;
        if (!self->next && run->started < run->count)
            start_next_item(run, self);
        else
            switch_to(run, self, self->next ? self->next : close_round(run));
    }
}

/* Large groups have more stacks than the nearest cache has lines for: those of the next
 * items are asked for in time. */
static void fetch_ahead(const struct vgpu_item_fiber *next)
{
    if (!next || !next->next)
        return;
    __builtin_prefetch(next->next->context.stack, 1);
    __builtin_prefetch(next->next + 2, 1);
}

VGPU_EXPORT void vgpu_item_barrier(const struct vgpu_item *item, unsigned flags,
                                   unsigned line)
{
    struct vgpu_item_run *run = here;
    struct vgpu_item_fiber *self = run ? run->current : NULL;
    struct vgpu_item_fiber *next;

    (void)
        flags; /* items of a group share a thread: memory is consistent without a fence */
    if (__builtin_expect(!self || item != &self->item, 0)) {
        say_misuse_once("barrier");
        return;
    }
    self->waiting = true;
    self->line = line;
    if (line != run->line) {
        if (self == run->fibers)
            run->line = line;
        else
            run->lines_differ = true;
    }
    next = self->next;
    if (__builtin_expect(!next, 0))
        next = after_newest(run, self);
    if (next == self)
        return;
    fetch_ahead(next);
    switch_to(run, self, next);
}

VGPU_EXPORT uint64_t vgpu_item_exchange(const struct vgpu_item *item,
                                        unsigned sub_group_size, unsigned place,
                                        const void *value, void *values_out, size_t size)
{
    struct vgpu_item_run *run = here;
    struct vgpu_item_fiber *self = run ? run->current : NULL, *next;
    struct vgpu_exchange exchange = {
        .place = place, .value = value, .values = values_out, .size = size};

    if (!self || item != &self->item || sub_group_size == 0 ||
        sub_group_size > VGPU_MAX_SUB_GROUP_SIZE) {
        say_misuse_once("vgpu_item_exchange");
        return 0;
    }
    run->sub_group_size = sub_group_size;
    self->waiting = false;
    self->exchange = &exchange;
    run->exchanging++;
    next = self->next ? self->next : after_newest(run, self);
    if (next != self)
        switch_to(run, self, next);
    return exchange.who;
}

/* Items of the group that wait at a line. */
static size_t waiting_at(const struct vgpu_item_run *run, unsigned line)
{
    size_t count = 0;

    for (const struct vgpu_item_fiber *fiber = run->fibers; fiber; fiber = fiber->next)
        count += fiber->waiting && fiber->line == line ? 1 : 0;
    return count;
}

static const struct vgpu_item_fiber *first_waiting(const struct vgpu_item_run *run)
{
    const struct vgpu_item_fiber *fiber = run->fibers;

    while (!fiber->waiting)
        fiber = fiber->next;
    return fiber;
}

/* Says where the items are: of all that wait, and of those that ended. */
static void report_divergence(const struct vgpu_item_run *run)
{
    const size_t *id = run->group->group_id;
    const unsigned line = first_waiting(run)->line;
    const size_t arrived = waiting_at(run, line);
    const size_t elsewhere = run->count - run->ended - arrived;
    char text[512];
    int used;

    used = snprintf(
        text, sizeof text,
        "kernel \"%.128s\", work-group (%zu, %zu, %zu): only %zu of %zu work-items "
        "arrived at the barrier at line %u",
        run->launch->name ? run->launch->name : "?", id[0], id[1], id[2], arrived,
        run->count, line);
    if (run->ended > 0)
        used += snprintf(text + used, sizeof text - (size_t)used,
                         "; %zu ended without reaching it", run->ended);
    for (const struct vgpu_item_fiber *fiber = run->fibers; elsewhere > 0 && fiber;
         fiber = fiber->next) {
        if (!fiber->waiting || fiber->line == line)
            continue;
        used += snprintf(text + used, sizeof text - (size_t)used,
                         elsewhere == waiting_at(run, fiber->line)
                             ? "; %zu wait at line %u instead"
                             : "; %zu wait at line %u and other lines instead",
                         elsewhere, fiber->line);
        break;
    }
    snprintf(text + used, sizeof text - (size_t)used,
             ". Every work-item of a group must come to the same barrier: move it out of "
             "the branch");
    vgpu_launch_fail(run->launch, -EDEADLK, text);
}

/* Takes back the fibers of a group that was given up: their items never go on. One more
 * than are used, as the newest may have come just before. */
static void abandon_group(struct vgpu_item_run *run)
{
    for (unsigned i = 0; i <= run->used && i < run->stacks.ready; i++) {
        struct vgpu_item_fiber *const fiber = &run->fibers[i];

        fiber->waiting = false;
        fiber->exchange = NULL;
        vgpu_context_prepare(&fiber->context, &run->stacks, i, fiber_main);
    }
}

bool vgpu_item_run_abandon(struct vgpu_item_run *run, struct vgpu_item *item_out)
{
    struct vgpu_item_fiber *const current = run->current;

    if (current) {
        *item_out = current->item;
        if (run->function)
            vgpu_sanitizer_come_home(&run->home.sanitizer);
        run->current = NULL;
    }
    if (run->group)
        abandon_group(run);
    run->group = NULL;
    return current != NULL;
}

/* Fibers and stacks for a group of `count` items. */
static int make_fibers(struct vgpu_item_run *run, size_t count)
{
    const unsigned before = run->stacks.ready;
    const size_t size = run->capacity * sizeof *run->fibers;
    void *memory;

    if (count > run->capacity)
        return -ENOMEM;
    if (!run->fibers &&
        posix_memalign(&memory, _Alignof(struct vgpu_item_fiber), size) == 0)
        run->fibers = memset(memory, 0, size);
    if (!run->fibers ||
        vgpu_fiber_stacks_grow(&run->stacks, run->capacity, (unsigned)count) != 0)
        return -ENOMEM;
    for (unsigned i = before; i < count; i++)
        vgpu_context_prepare(&run->fibers[i].context, &run->stacks, i, fiber_main);
    return 0;
}

static void report_no_stacks(struct vgpu_launch *launch, size_t count)
{
    char text[256];

    snprintf(
        text, sizeof text,
        "kernel \"%.128s\": no memory for the stacks of %zu work-items; use a smaller "
        "work-group",
        launch->name ? launch->name : "?", count);
    vgpu_launch_fail(launch, -ENOMEM, text);
}

/* False: the launch has failed. */
static bool have_fibers(struct vgpu_item_run *run, size_t count)
{
    int err;

    vgpu_critical_enter();
    err = make_fibers(run, count);
    vgpu_critical_leave();
    if (err)
        report_no_stacks(run->launch, count);
    return err == 0;
}

/* Runs an item of a group in which a debugger shall stop. */
static void run_watched_item(const struct vgpu_item *item, void *const args[])
{
    vgpu_item_fn *const function = here->watched;
    const bool is_met = vgpu_break_meet_item(here->launch, item, function);

    function(item, args);
    if (is_met)
        vgpu_break_left(item);
}

static void begin_group(struct vgpu_item_run *run, const struct vgpu_group *group,
                        void *const args[], size_t count)
{
    run->group = group;
    run->args = args;
    run->count = count;
    run->started = run->ended = 0;
    run->local_id[0] = run->local_id[1] = run->local_id[2] = 0;
    run->lines_differ = run->diverged = run->is_partial = false;
    run->used = 1;
    run->exchanging = 0;
    run->fibers[0].next = NULL;
}

VGPU_EXPORT void vgpu_items_run(const struct vgpu_group *group, void *const args[],
                                vgpu_item_fn *item)
{
    const size_t count =
        group->local_size[0] * group->local_size[1] * group->local_size[2];
    struct vgpu_item_run *run = here;

    if (!run || !run->launch || run->current) {
        say_misuse_once("vgpu_items_run");
        return;
    }
    if (count == 0)
        return;
    if (count > run->stacks.ready && !have_fibers(run, count))
        return;
    begin_group(run, group, args, count);
    run->function = run->watched = item;
    if (run->launch->watched && run->launch->watched->watch != VGPU_WATCH_NONE &&
        vgpu_break_is_in(run->launch, group))
        run->function = run_watched_item;
    start_next_item(run, run->fibers);
    run->current = run->fibers;
    vgpu_context_switch(&run->home, &run->fibers[0].context);
    if (run->diverged) {
        report_divergence(run);
        abandon_group(run);
    }
    run->group = NULL;
}

void vgpu_items_run_in_place(const struct vgpu_group *group, void *const args[],
                             vgpu_item_fn *item)
{
    struct vgpu_item_run *run = here;
    const size_t count =
        group->local_size[0] * group->local_size[1] * group->local_size[2];

    if (run->stacks.ready == 0 && !have_fibers(run, 1))
        return;
    begin_group(run, group, args, count);
    run->function = NULL;
    run->watched = item;
    run->current = run->fibers;
    for (run->started = 0; run->started < count; run->ended++) {
        struct vgpu_item copy; /* so that a barrier, which it may not have, is refused */

        start_next_item(run, run->fibers);
        copy = run->fibers->item;
        run_watched_item(&copy, args);
    }
    run->current = NULL;
    run->group = NULL;
}

VGPU_EXPORT void vgpu_barrier_missed(const struct vgpu_group *group)
{
    const size_t *const id = group->group_id;
    char text[320];

    if (!here || !here->launch)
        return;
    snprintf(
        text, sizeof text,
        "kernel \"%.128s\", near work-group (%zu, %zu, %zu): some work-items came to "
        "a barrier that others did not come to. Every work-item of a group must come "
        "to the same barrier: move it out of the branch",
        here->launch->name ? here->launch->name : "?", id[0], id[1], id[2]);
    vgpu_launch_fail(here->launch, -EDEADLK, text);
}

VGPU_EXPORT const struct vgpu_item *vgpu_item_current(void)
{
    return here && here->current ? &here->current->item : NULL;
}

struct vgpu_item_run *vgpu_item_runs;
static pthread_mutex_t runs_lock = PTHREAD_MUTEX_INITIALIZER;

static void enter_run(struct vgpu_item_run *run)
{
    run->thread = (uint64_t)syscall(SYS_gettid);
    pthread_mutex_lock(&runs_lock);
    run->next_run = vgpu_item_runs;
    vgpu_item_runs = run;
    pthread_mutex_unlock(&runs_lock);
}

static void leave_run(const struct vgpu_item_run *run)
{
    struct vgpu_item_run **at = &vgpu_item_runs;

    pthread_mutex_lock(&runs_lock);
    while (*at && *at != run)
        at = &(*at)->next_run;
    if (*at)
        *at = run->next_run;
    pthread_mutex_unlock(&runs_lock);
}

void vgpu_item_run_init(struct vgpu_item_run *run)
{
    vgpu_context_adopt(&run->home);
    enter_run(run);
    here = run;
}

void vgpu_item_run_fini(struct vgpu_item_run *run)
{
    leave_run(run);
    for (unsigned i = 0; i < run->stacks.ready; i++)
        vgpu_context_fini(&run->fibers[i].context);
    vgpu_fiber_stacks_fini(&run->stacks);
    free(run->fibers);
    run->fibers = NULL;
    here = NULL;
}
