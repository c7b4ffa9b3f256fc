/* SPDX-License-Identifier: MIT */
/* The trace as a whole: when it begins and ends, and the thread that makes a timeline of
 * what is told. */
#define _GNU_SOURCE
#include "clock.h"
#include "environment.h"
#include "message.h"
#include "observe/lanes.h"
#include "observe/reader.h"
#include "observe/ring.h"
#include "observe/timeline_memory.h"
#include "observe/trace_file.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#define DEFAULT_BYTES ((size_t)256 << 20)
#define LEAST_BYTES   ((size_t)256 << 10)
#define PERIOD_MS     10u /* between two passes: what a killed process may lack */

atomic_bool vgpu_trace_flag;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards what follows */
static pthread_cond_t passed = PTHREAD_COND_INITIALIZER; /* `passes` changed */
static struct vgpu_trace_file *file;                     /* or NULL */
static bool keeps;                                       /* in memory */
static bool running, stopping;                           /* the thread */
static unsigned long long passes;
static uint64_t origin;
static pthread_t thread;
static struct vgpu_timeline_sink sinks[VGPU_MOST_SINKS];
static unsigned num_sinks;

static atomic_bool is_copy; /* this is a forked child: all of this is the parent's */

const char *vgpu_launch_code_text(enum vgpu_launch_code code)
{
    static const char *const texts[VGPU_LAUNCH_CODES] = {
        [VGPU_RUNS_NO_KERNEL] = "no kernel",
        [VGPU_RUNS_LOCKSTEP] = "compiled, in lock step",
        [VGPU_RUNS_PLAIN] = "compiled, one work-item after the other",
        [VGPU_RUNS_FIBERS] = "compiled, each work-item on a fiber",
        [VGPU_RUNS_TRACED] = "compiled, a sub-group at a time, watched",
        [VGPU_RUNS_REGISTERED] = "registered, a loop over work-items",
        [VGPU_RUNS_REGISTERED_FIBERS] = "registered, each work-item on a fiber",
        [VGPU_RUNS_REGISTERED_GROUPS] = "registered, a function for the work-group",
    };

    return code < VGPU_LAUNCH_CODES ? texts[code] : "?";
}

/* Lock held. */
static void choose_sinks(void)
{
    num_sinks = 0;
    if (file)
        sinks[num_sinks++] = (struct vgpu_timeline_sink){&vgpu_trace_file_visitor, file};
    if (keeps)
        sinks[num_sinks++] = (struct vgpu_timeline_sink){&vgpu_memory_visitor, NULL};
}

/* Lock held. */
static void give_up_file(void)
{
    vgpu_trace_file_close(file);
    file = NULL;
    choose_sinks();
    if (!keeps)
        atomic_store(&vgpu_trace_flag, false);
}

/* Lock held. */
static void pass(bool is_last)
{
    const bool any = vgpu_reader_pass(sinks, num_sinks);

    if (file && (any || is_last) && !vgpu_trace_file_flush(file, vgpu_reader_lost()))
        give_up_file();
    passes++;
    pthread_cond_broadcast(&passed);
}

static void *writer_main(void *unused)
{
    bool ends = false;

    (void)unused;
    while (!ends) {
        vgpu_rings_wait(PERIOD_MS);
        pthread_mutex_lock(&lock);
        ends = stopping;
        pass(ends);
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

/* A fork copies this memory, but neither the thread nor the right to the file. */
static void after_fork_in_copy(void)
{
    atomic_store(&is_copy, true);
    atomic_store(&vgpu_trace_flag, false);
    if (file)
        vgpu_trace_file_abandon(file);
}

/* Starts the thread, with all signals blocked: they are the program's, and a limit of
 * file sizes that is hit is an error and no more. Lock held. */
static int start_thread(void)
{
    sigset_t blocked, before;
    int err;

    sigfillset(&blocked);
    pthread_sigmask(SIG_SETMASK, &blocked, &before);
    err = pthread_create(&thread, NULL, writer_main, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (err)
        return -err;
    pthread_setname_np(thread, "vgpu trace");
    pthread_atfork(NULL, NULL, after_fork_in_copy);
    running = true;
    atomic_store(&vgpu_trace_flag, true);
    return 0;
}

static size_t max_bytes(void)
{
    const char *const text = vgpu_environment(VGPU_ENV_TRACE_BYTES);
    size_t bytes = DEFAULT_BYTES;

    if (text && (!vgpu_size_parse(text, &bytes) || bytes < LEAST_BYTES)) {
        vgpu_message("VGPU_TRACE_BYTES: '%.100s' is no size like 64M, from 256K on; 256M "
                     "is taken",
                     text);
        bytes = DEFAULT_BYTES;
    }
    return bytes;
}

/* Lock held. */
static int start(void)
{
    int err;

    choose_sinks();
    if (running)
        return 0;
    err = start_thread();
    return err == -ENOMEM ? -ENOMEM : err ? -EAGAIN : 0;
}

void vgpu_trace_start(void)
{
    const char *const name = vgpu_environment(VGPU_ENV_TRACE);

    if (!name)
        return;
    pthread_mutex_lock(&lock);
    if (!file && !stopping) {
        origin = vgpu_now_ns();
        file = vgpu_trace_file_open(name, max_bytes(), origin);
        if (file && start() != 0) {
            vgpu_message("VGPU_TRACE: the system gives no thread to write the trace; "
                         "nothing is traced");
            vgpu_trace_file_close(file);
            file = NULL;
        }
    }
    pthread_mutex_unlock(&lock);
}

int vgpu_timeline_keep(size_t slices)
{
    int err = -EBUSY;

    pthread_mutex_lock(&lock);
    if (!keeps && !stopping) {
        err = vgpu_memory_start(slices > 0 ? slices : 1);
        keeps = err == 0;
        if (err == 0)
            err = start();
    }
    pthread_mutex_unlock(&lock);
    return err;
}

void vgpu_trace_finish(void)
{
    bool was_running;

    if (atomic_load(&is_copy))
        return;
    pthread_mutex_lock(&lock);
    was_running = running;
    running = false;
    stopping = true;
    pthread_mutex_unlock(&lock);
    if (!was_running)
        return;
    atomic_store(&vgpu_trace_flag, false);
    vgpu_rings_wake();
    pthread_join(thread, NULL);
    pthread_mutex_lock(&lock);
    if (file)
        vgpu_trace_file_close(file);
    file = NULL;
    choose_sinks();
    pthread_mutex_unlock(&lock);
}

__attribute__((destructor)) static void finish_at_exit(void)
{
    vgpu_trace_finish();
}

static void ignore_slice(void *context, const struct vgpu_timeline_slice *slice)
{
    (void)context;
    (void)slice;
}

/* Lock held. */
static void visit(const struct vgpu_timeline_visitor *visitor, void *context)
{
    static const struct vgpu_timeline_visitor ignore = {.slice = ignore_slice};
    const struct vgpu_timeline_sink open = {visitor, context};
    struct vgpu_timeline_losses losses;

    vgpu_reader_open(&(struct vgpu_timeline_sink){&ignore, NULL}); /* makes their lanes */
    vgpu_memory_visit(visitor, context);
    if (visitor->slice)
        vgpu_reader_open(&open);
    vgpu_memory_losses(&losses);
    losses.lost = vgpu_reader_lost();
    if (visitor->losses)
        visitor->losses(context, &losses);
}

void vgpu_timeline_visit(const struct vgpu_timeline_visitor *visitor, void *context)
{
    unsigned long long seen;

    if (atomic_load(&is_copy))
        return;
    pthread_mutex_lock(&lock);
    seen = passes;
    /* Two: the pass that is under way may have begun before what was told last. */
    while (running && passes < seen + 2) {
        vgpu_rings_wake();
        pthread_cond_wait(&passed, &lock);
    }
    if (keeps)
        visit(visitor, context);
    pthread_mutex_unlock(&lock);
}
