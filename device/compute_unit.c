/* SPDX-License-Identifier: MIT */
/* A compute unit: a thread pinned to one core that takes work-groups from its device's
 * run list. */
#define _GNU_SOURCE
#include "compute_unit.h"

#include "background_thread.h"
#include "clock.h"
#include "fault/handler.h"
#include "log.h"
#include "observe/traced.h"

#include "observe/trace.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>

/* A unit's short sleeps are meant as they are; the system's default may double them. */
#define TIMER_SLACK_NS 1000ul

#define SHORTEST_SLICE_NS 20000u /* of a trace, but for single groups */
#define FIRST_SHARE       64u    /* of a chunk of groups that nothing is known of */

/* Signals that the kernel's own code raises: they must reach the thread that runs it. */
static const int synchronous_signals[] = {SIGSEGV, SIGBUS,  SIGFPE,
                                          SIGILL,  SIGTRAP, SIGSYS};

static void (*_Atomic idle_hook)(void);
static _Thread_local bool on_compute_unit;

void vgpu_device_set_idle_hook(void (*idle)(void))
{
    atomic_store(&idle_hook, idle);
}

bool vgpu_on_compute_unit(void)
{
    return on_compute_unit;
}

/* Of a launch that is over. One handed from hand to hand has not been timed. */
static void note_pace(struct vgpu_launch *launch)
{
    if (launch->pace && launch->start_ns != 0 && atomic_load(&launch->status) == 0)
        vgpu_pace_note(launch->pace, launch->is_alone, launch->total_groups,
                       vgpu_now_ns() - launch->start_ns);
}

/* Before whoever waits for the launch is told. */
static void count_launch(struct vgpu_compute_unit *unit, const struct vgpu_launch *launch)
{
    if (atomic_load(&launch->status) == 0)
        vgpu_unit_launched(&unit->counters, launch->total_groups,
                           launch->global_size[0] * launch->global_size[1] *
                               launch->global_size[2]);
}

/* Groups that are traced as one slice. Of a new kernel few, to see how long they take. */
static size_t slice_size(const struct vgpu_compute_unit *unit, const char *kernel,
                         const struct vgpu_chunk *chunk)
{
    size_t size;

    if (unit->slices.kernel != kernel)
        size = chunk->count / FIRST_SHARE;
    else
        size = (size_t)(SHORTEST_SLICE_NS / (unit->slices.group_ns + 1));
    return size == 0 ? 1 : size < chunk->count ? size : chunk->count;
}

/* Runs the chunk in slices, each of which is long enough to be worth telling. */
static __attribute__((noinline)) bool run_in_slices(struct vgpu_compute_unit *unit,
                                                    struct vgpu_chunk chunk)
{
    const uint64_t command = chunk.launch->watched->command;
    const char *const kernel = chunk.launch->name;
    bool is_last = false;

    for (size_t left = chunk.count; left > 0; left -= chunk.count) {
        const uint64_t start = vgpu_now_ns();

        chunk.count = left;
        chunk.count = slice_size(unit, kernel, &chunk);
        vgpu_trace_groups_begin(command, chunk.first, chunk.count);
        is_last = vgpu_chunk_run(&unit->runner, &chunk);
        vgpu_trace_groups_end();
        unit->slices.kernel = kernel;
        unit->slices.group_ns = (vgpu_now_ns() - start) / chunk.count;
        chunk.first += chunk.count;
    }
    return is_last;
}

/* Copies and fills end by themselves, and native kernels are the program's. */
static bool is_timed(const struct vgpu_compute_unit *unit,
                     const struct vgpu_launch *launch)
{
    return __builtin_expect(unit->timed.limit_ns != 0, 0) && !launch->is_hosts &&
           launch->counter_row != 0;
}

static void run_chunk(struct vgpu_compute_unit *unit, const struct vgpu_chunk *chunk)
{
    struct vgpu_launch *launch = chunk->launch;
    const bool timed = is_timed(unit, launch);
    bool is_last;

    if (timed)
        vgpu_watchdog_begin(&unit->timed,
                            launch->start_ns != 0 ? launch->start_ns : vgpu_now_ns());
    vgpu_unit_begin(&unit->counters, launch->counter_row, chunk->count);
    is_last = launch->watched && vgpu_trace_is_on()
                  ? run_in_slices(unit, *chunk)
                  : vgpu_chunk_run(&unit->runner, chunk);
    if (timed)
        vgpu_watchdog_end(&unit->timed);
    vgpu_run_list_end_chunk(unit->runs, chunk);
    if (!is_last)
        return;
    note_pace(launch);
    count_launch(unit, launch);
    if (vgpu_launch_traced(launch))
        vgpu_traced_launch_end(launch);
    vgpu_run_list_expect_local(unit->runs);
    launch->complete(launch, atomic_load(&launch->status));
    vgpu_run_list_expect_local(NULL);
}

/* Returns when there may be work, or some was handed over and done. False: the unit shall
 * end. */
static bool wait_for_work(struct vgpu_compute_unit *unit)
{
    uint64_t now = vgpu_now_ns();
    enum vgpu_spin_end end = VGPU_SPIN_NOTHING;
    struct vgpu_chunk chunk;
    void (*idle)(void);
    bool goes_on;

    vgpu_unit_rest(&unit->counters, now);
    if (unit->waiter.may_spin)
        end = vgpu_run_list_spin(unit->runs, &unit->waiter, &now, &chunk);
    if (end != VGPU_SPIN_NOTHING)
        vgpu_unit_expect(&unit->counters, now);
    if (end == VGPU_SPIN_CHUNK)
        run_chunk(unit, &chunk);
    if (end != VGPU_SPIN_NOTHING)
        return true;
    idle = atomic_load(&idle_hook);
    if (idle)
        idle();
    goes_on = vgpu_run_list_sleep(unit->runs, &unit->waiter);
    vgpu_fault_handlers_look_again(); /* the program may have set its own meanwhile */
    return goes_on;
}

static void *unit_main(void *context)
{
    struct vgpu_compute_unit *unit = context;
    struct vgpu_chunk chunk;

    on_compute_unit = true;
    vgpu_trace_unit(unit->device, unit->index, unit->placement.cpu);
    prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS);
    vgpu_item_run_init(&unit->runner.items);
    if (unit->runs->watchdog_ns != 0)
        vgpu_watchdog_enter(&unit->timed, &unit->runner.guard, unit->runs->watchdog_ns);
    vgpu_guard_enter_thread(&unit->runner.guard);
    do {
        while (vgpu_run_list_claim(unit->runs, &unit->waiter, &chunk))
            run_chunk(unit, &chunk);
    } while (wait_for_work(unit));
    if (unit->timed.limit_ns != 0)
        vgpu_watchdog_leave(&unit->timed);
    vgpu_guard_leave_thread(&unit->runner.guard);
    vgpu_item_run_fini(&unit->runner.items);
    vgpu_group_runner_fini(&unit->runner);
    return NULL;
}

/* Creates the thread with all signals blocked but the synchronous ones: the others are
 * the program's. */
static int create_thread(struct vgpu_compute_unit *unit)
{
    sigset_t blocked, before;
    int err;

    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof synchronous_signals / sizeof *synchronous_signals; i++)
        sigdelset(&blocked, synchronous_signals[i]);
    pthread_sigmask(SIG_SETMASK, &blocked, &before);
    err = pthread_create(&unit->thread, NULL, unit_main, unit);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return -err;
}

int vgpu_compute_unit_start(struct vgpu_compute_unit *unit, hwloc_topology_t topology,
                            const struct vgpu_device_spec *spec, const char *name)
{
    int err;

    if (posix_memalign(&unit->runner.local_memory, VGPU_BASE_ALIGN, spec->local_memory) !=
        0)
        return -ENOMEM;
    unit->runner.local_bytes = spec->local_memory;
    unit->runner.items.capacity = (unsigned)spec->max_work_group_size;
    unit->runner.items.sub_group_size = spec->sub_group_size;
    unit->waiter.cpu = unit->placement.cpu;
    vgpu_trace_unit_starts(unit->device, unit->index, unit->placement.cpu);
    vgpu_guard_create(&unit->runner.guard);
    vgpu_background_thread_settle_affinity(); /* units start others */
    err = create_thread(unit);
    if (err) {
        vgpu_guard_destroy(&unit->runner.guard);
        free(unit->runner.local_memory);
        unit->runner.local_memory = NULL;
        return err;
    }
    pthread_setname_np(unit->thread, name);
    unit->placement.pinned =
        vgpu_topology_bind(topology, unit->thread, unit->placement.cpu);
    if (!unit->placement.pinned)
        vgpu_log(
            VGPU_LOG_warning,
            "compute unit %u of device %u could not be pinned to core %u: the system "
            "may move it about",
            unit->index, unit->device, unit->placement.cpu);
    return 0;
}

void vgpu_compute_unit_join(struct vgpu_compute_unit *unit)
{
    pthread_join(unit->thread, NULL);
    vgpu_guard_destroy(&unit->runner.guard);
    free(unit->runner.local_memory);
}
