/* SPDX-License-Identifier: MIT */
/* What follows the end of a command in callbacks, and who sets user events. */
#include "stress.h"

#include <sched.h>
#include <stdlib.h>

static void check_times(const struct node *node, cl_event event, cl_int status)
{
    static const cl_profiling_info names[] = {
        CL_PROFILING_COMMAND_QUEUED, CL_PROFILING_COMMAND_SUBMIT,
        CL_PROFILING_COMMAND_START, CL_PROFILING_COMMAND_END};
    cl_ulong before = 0, time = 0;

    for (int i = 0; i < 4; i++) {
        const cl_int err =
            clGetEventProfilingInfo(event, names[i], sizeof time, &time, NULL);
        if (node->profiles && status == CL_COMPLETE
                ? err != CL_SUCCESS || time < before
                : err != CL_PROFILING_INFO_NOT_AVAILABLE)
            stress_fail("node %u: time %d is %llu after %llu, error %d", node->id, i,
                        (unsigned long long)time, (unsigned long long)before, err);
        before = time;
    }
}

static void called(struct node *node, cl_event event, cl_int status, cl_int trigger)
{
    if (node->fails ? trigger == CL_COMPLETE && status >= 0 : status != trigger)
        stress_fail("node %u: callback with %d for %d", node->id, status, trigger);
    if (trigger == CL_COMPLETE)
        check_times(node, event, status);
    atomic_fetch_add(&node->called, 1);
}

static void CL_CALLBACK on_submitted(cl_event event, cl_int status, void *node)
{
    called(node, event, status, CL_SUBMITTED);
}

static void CL_CALLBACK on_running(cl_event event, cl_int status, void *node)
{
    called(node, event, status, CL_RUNNING);
}

static void CL_CALLBACK on_complete(cl_event event, cl_int status, void *node)
{
    called(node, event, status, CL_COMPLETE);
}

static void CL_CALLBACK do_sequel(cl_event event, cl_int status, void *data)
{
    struct sequel *sequel = data;
    const size_t items = sequel->node->items;

    (void)event;
    (void)status;
    if (sequel->user_event) {
        MUST(clSetUserEventStatus(sequel->user_event, sequel->status));
        MUST(clReleaseEvent(sequel->user_event));
    } else {
        MUST(clEnqueueNDRangeKernel(sequel->queue, sequel->kernel, 1, NULL, &items, NULL,
                                    0, NULL, NULL));
        MUST(clReleaseKernel(sequel->kernel));
        MUST(clReleaseCommandQueue(sequel->queue));
    }
    free(sequel);
}

void call_back(struct node *node)
{
    node->callbacks = 3;
    MUST(clSetEventCallback(node->event, CL_COMPLETE, on_complete, node));
    MUST(clSetEventCallback(node->event, CL_SUBMITTED, on_submitted, node));
    MUST(clSetEventCallback(node->event, CL_RUNNING, on_running, node));
}

void launch_later(struct plan *plan, struct node *node)
{
    struct round *round = plan->round;
    struct sequel *sequel = calloc(1, sizeof *sequel);
    cl_int err;

    sequel->queue = round->queues[pick(plan, round->num_queues)];
    MUST(clRetainCommandQueue(sequel->queue));
    sequel->node = node_create(plan);
    sequel->node->leaves_record = true;
    sequel->node->items = 1 + pick(plan, 70);
    node_runs_after(sequel->node, &node, 1);
    sequel->kernel = clCreateKernel(round->program, "stress_tick", &err);
    MUST(err);
    set_witness(sequel->kernel, round);
    MUST(clSetKernelArg(sequel->kernel, 2, sizeof(cl_uint), &sequel->node->id));
    MUST(clSetEventCallback(node->event, CL_COMPLETE, do_sequel, sequel));
}

struct node *user_event(struct plan *plan)
{
    struct round *round = plan->round;
    struct node *after =
        plan->num_nodes ? plan->nodes[pick(plan, (uint32_t)plan->num_nodes)] : NULL;
    struct node *node = node_create(plan);
    struct sequel sequel = {.node = node};
    cl_int err;

    node->event = sequel.user_event = clCreateUserEvent(round->context, &err);
    MUST(err);
    MUST(clRetainEvent(node->event));
    node->fails = pick(plan, 16) == 0;
    sequel.status = node->fails ? -1 - (cl_int)pick(plan, 2000) : CL_COMPLETE;
    if (after && after->event && pick(plan, 2)) {
        struct sequel *later = malloc(sizeof *later);
        *later = sequel;
        node_runs_after(node, &after, 1);
        MUST(clSetEventCallback(after->event, CL_COMPLETE, do_sequel, later));
        return node;
    }
    pthread_mutex_lock(&round->lock);
    while (round->num_unset == sizeof round->unset / sizeof *round->unset)
        pthread_cond_wait(&round->changed, &round->lock);
    round->unset[round->num_unset++] = sequel;
    pthread_cond_broadcast(&round->changed);
    pthread_mutex_unlock(&round->lock);
    return node;
}

void *setter_run(void *argument)
{
    struct round *round = argument;
    uint64_t random = round->seed;

    for (;;) {
        struct sequel *chosen, sequel;

        pthread_mutex_lock(&round->lock);
        while (round->num_unset == 0 && !round->no_more_unset)
            pthread_cond_wait(&round->changed, &round->lock);
        if (round->num_unset == 0) {
            pthread_mutex_unlock(&round->lock);
            return NULL;
        }
        chosen = &round->unset[(stress_random(&random) >> 33) % round->num_unset];
        sequel = *chosen;
        *chosen = round->unset[--round->num_unset];
        pthread_cond_broadcast(&round->changed);
        pthread_mutex_unlock(&round->lock);
        for (uint64_t i = (stress_random(&random) >> 33) % 32; i > 0; i--)
            sched_yield();
        MUST(clSetUserEventStatus(sequel.user_event, sequel.status));
        MUST(clReleaseEvent(sequel.user_event));
    }
}
