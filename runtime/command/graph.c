/* SPDX-License-Identifier: MIT */
/* The dependency graph of commands, without locks.
 *
 * An event's dependents are a stack of edges. Ending the event swaps the stack for
 * CLOSED, so an edge is either seen by the one who ends the event, or its pusher sees
 * that the event has ended. A command whose count of pending events reaches zero is
 * started by the thread that took it there. That thread keeps a list instead of
 * recursing: a chain of any length needs no stack. */
#include "command/graph.h"

#include "clock.h"
#include "command/checked.h"
#include "command/count.h"
#include "command/uses.h"
#include "object/mem.h"
#include "prefetch.h"

#include <limits.h>
#include <sched.h>
#include <stdlib.h>

static struct vgpu_edge closed_mark;
#define CLOSED (&closed_mark)

/* Commands of this thread that wait for nothing any more, oldest first. */
struct ready_list {
    cl_event first;
    cl_event *last_next;
    bool draining;
};
static _Thread_local struct ready_list ready __attribute__((tls_model("initial-exec")));

/* Commands that ended and still hold what they used: a stack that is only ever taken
 * whole. They are there before their end is told, and OVER is their count of pending
 * events when whoever ended them is done with them. */
static _Atomic(cl_event) ended;
#define OVER UINT_MAX

/* How many threads give back what such commands hold, and how often one has put a command
 * back whose end was not over; whether this thread is one. */
static atomic_uint reapers;
static atomic_uint num_put_back;
static _Thread_local bool is_reaping __attribute__((tls_model("initial-exec")));

/* When one gives up on an end that is not over: whoever ended the command may have lost
 * the core, as with cores that are shared or virtual, but not for so long. */
#define SETTLE_NS 5000000000u

static void ready_push(cl_event command)
{
    command->next = NULL;
    if (!ready.first)
        ready.first = command;
    else
        *ready.last_next = command;
    ready.last_next = &command->next;
}

static void start(cl_event command)
{
    /* relaxed: the count of pending events that reached zero ordered it */
    if (atomic_load_explicit(&command->wait_list_error, memory_order_relaxed)) {
        vgpu_command_end(command, CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
        return;
    }
    if (__builtin_expect(command->has_uses, false)) {
        vgpu_uses_start(command);
        return;
    }
    vgpu_event_advance(command, CL_SUBMITTED);
    vgpu_command_run(command);
}

void vgpu_command_run(cl_event command)
{
    if (command->type->start) {
        command->type->start(command);
        return;
    }
    vgpu_event_advance(command, CL_RUNNING);
    vgpu_command_end(command, CL_COMPLETE);
}

/* How many it has started; 0: whoever is at it already will do it. */
static size_t ready_drain(void)
{
    size_t count = 0;

    if (ready.draining)
        return 0;
    ready.draining = true;
    for (; ready.first; count++) {
        cl_event command = ready.first;
        ready.first = command->next;
        start(command);
    }
    ready.draining = false;
    return count;
}

/* One event that the command waited for has ended. */
static void satisfy(cl_event command)
{
    /* acquire and release: who starts the command sees all that its dependencies wrote */
    if (atomic_fetch_sub_explicit(&command->pending, 1, memory_order_acq_rel) == 1)
        ready_push(command);
}

void vgpu_depend(cl_event waiter, cl_event before, bool fails_waiter)
{
    struct vgpu_edge *edge, *first;

    first = atomic_load_explicit(&before->dependents, memory_order_acquire);
    if (first != CLOSED) {
        edge = &waiter->edges[waiter->num_edges++];
        edge->waiter = waiter;
        edge->fails_waiter = fails_waiter;
        /* relaxed: the caller's own count keeps the command from starting */
        atomic_fetch_add_explicit(&waiter->pending, 1, memory_order_relaxed);
        do {
            edge->next = first;
            /* release: the edge is written before it is seen */
            if (atomic_compare_exchange_weak_explicit(&before->dependents, &first, edge,
                                                      memory_order_acq_rel,
                                                      memory_order_acquire))
                return;
        } while (first != CLOSED);
        atomic_fetch_sub_explicit(&waiter->pending, 1, memory_order_relaxed);
    }
    if (fails_waiter && vgpu_event_status(before) < 0)
        atomic_store_explicit(&waiter->wait_list_error, vgpu_event_status(before),
                              memory_order_relaxed);
}

void vgpu_join_destroy(struct vgpu_join *join)
{
    if (join)
        free(join->order);
    free(join);
}

static void join_leave(struct vgpu_join *join)
{
    if (atomic_fetch_sub_explicit(&join->pending, 1, memory_order_acq_rel) != 1)
        return;
    satisfy(join->marker);
    vgpu_join_destroy(join);
}

void vgpu_join_close(struct vgpu_join *join, cl_event marker)
{
    atomic_fetch_add_explicit(&marker->pending, 1, memory_order_relaxed);
    join->marker = marker;
    vgpu_checked_join_close(join, marker);
    join_leave(join); /* the marker's own count keeps it from starting */
}

void vgpu_graph_release(cl_event command)
{
    satisfy(command);
    /* Whoever enqueued and released those that came after it may have been here already,
     * and gone. */
    if (ready_drain() > 1)
        vgpu_commands_reap();
}

void vgpu_graph_resume(cl_event command)
{
    ready_push(command);
    ready_drain();
}

/* From a stack to a queue: what was enqueued first starts first. */
static struct vgpu_edge *oldest_first(struct vgpu_edge *newest)
{
    struct vgpu_edge *oldest = NULL;

    while (newest) {
        struct vgpu_edge *before = newest->next;

        newest->next = oldest;
        oldest = newest;
        newest = before;
    }
    return oldest;
}

static void release_dependents(cl_event event, cl_int status)
{
    struct vgpu_edge *edge = oldest_first(
        atomic_exchange_explicit(&event->dependents, CLOSED, memory_order_acq_rel));

    while (edge) {
        struct vgpu_edge *next =
            edge->next; /* the waiter may be gone with its edges after */
        if (status < 0 && edge->fails_waiter)
            atomic_store_explicit(&edge->waiter->wait_list_error, status,
                                  memory_order_relaxed);
        satisfy(edge->waiter);
        edge = next;
    }
}

static void push_ended(cl_event event)
{
    cl_event first = atomic_load_explicit(&ended, memory_order_relaxed);

    do {
        event->next = first;
    } while (!atomic_compare_exchange_weak_explicit(
        &ended, &first, event, memory_order_release, memory_order_relaxed));
}

void vgpu_command_end(cl_event command, cl_int status)
{
    vgpu_command_count(command, status);
    vgpu_command_end_counted(command, status);
}

void vgpu_command_moved(cl_event command, cl_int status)
{
    if (__builtin_expect(command->has_uses, false))
        vgpu_uses_end(command, status);
    else
        vgpu_command_end(command, status);
}

void vgpu_command_end_counted(cl_event command, cl_int status)
{
    struct vgpu_join *join = command->join;

    if (command->queue) /* a user event holds nothing */
        push_ended(command);
    vgpu_event_publish_end(command, status);
    release_dependents(command, status);
    if (join)
        join_leave(join);
    if (command->queue)
        /* release: who reaps it comes after all of the above */
        atomic_store_explicit(&command->pending, OVER, memory_order_release);
    ready_drain();
}

/* Gives back what the commands on the stack hold, but for those whose end is not over.
 * *was_late_out: one of these is over now, and who ended it may have seen the stack
 * without it. True: there was none. */
static bool reap_stack(bool *was_late_out)
{
    bool is_all = true;
    cl_event event = atomic_exchange(&ended, NULL);

    *was_late_out = false;
    while (event) {
        const cl_event next = event->next;

        /* The unit that ran it had its lines last; it is given back in a moment, and is a
         * new command soon after. */
        if (next)
            vgpu_prefetch_to_write(next, sizeof *next);
        /* acquire: see vgpu_command_end_counted */
        if (atomic_load_explicit(&event->pending, memory_order_acquire) == OVER) {
            if (event->type->release)
                event->type->release(event);
            vgpu_release(event);
        } else {
            vgpu_retain(event); /* another reaper may have it in a moment */
            push_ended(event);
            atomic_fetch_add(&num_put_back, 1); /* after: who saw it looked too early */
            *was_late_out = *was_late_out || atomic_load(&event->pending) == OVER;
            vgpu_release(event);
            is_all = false;
        }
        event = next;
    }
    return is_all;
}

/* True: there was none whose end was not over. */
static bool reap(void)
{
    const bool was_reaping = is_reaping;
    bool is_all, was_late;

    is_reaping = true;
    atomic_fetch_add(&reapers, 1); /* before the stack is seen to be empty */
    do
        is_all = reap_stack(&was_late);
    while (was_late);
    atomic_fetch_sub(&reapers, 1);
    is_reaping = was_reaping;
    return is_all;
}

void vgpu_commands_reap(void)
{
    /* What this thread has ended is over before it sees the stack; who puts a command
     * back sees in the other order. */
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load_explicit(&ended, memory_order_relaxed))
        reap();
}

bool vgpu_commands_are_reaped_here(void)
{
    return is_reaping;
}

/* True: no command is left that had ended when it was called. Another thread may have
 * taken one off the stack: it is seen among the reapers, or to have put it back. */
static bool reap_all(void)
{
    const unsigned put_back = atomic_load(&num_put_back);

    return reap() && atomic_load(&reapers) == 0 && atomic_load(&num_put_back) == put_back;
}

void vgpu_commands_settle(void)
{
    const uint64_t start = vgpu_now_ns();

    while ((!reap_all() || vgpu_mem_is_leaving()) && vgpu_now_ns() - start < SETTLE_NS)
        sched_yield();
}
