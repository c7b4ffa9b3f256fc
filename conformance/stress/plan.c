/* SPDX-License-Identifier: MIT */
/* One application thread: requests, their place in the model, cells. */
#include "stress.h"

#include <stdlib.h>
#include <string.h>

static void append(struct node ***list, size_t *count, size_t *room, struct node *node)
{
    if (*count == *room) {
        *room = *room ? 2 * *room : 8;
        *list = realloc(*list, *room * sizeof **list);
    }
    (*list)[(*count)++] = node;
}

struct node *node_create(struct plan *plan)
{
    struct node *node = calloc(1, sizeof *node);

    node->round = plan->round;
    node->id = atomic_fetch_add(&plan->round->num_nodes, 1);
    if (node->id >= ROUND_NODES)
        stress_fail("too many steps");
    append(&plan->nodes, &plan->num_nodes, &plan->room, node);
    return node;
}

void node_runs_after(struct node *node, struct node *const *before, size_t count)
{
    node->before = realloc(node->before, (node->num_before + count) * sizeof *before);
    for (size_t i = 0; i < count; i++)
        node->before[node->num_before++] = before[i];
}

static bool in_order(const struct plan *plan, unsigned queue)
{
    return !(plan->round->flags[queue] & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
}

static void take_parcel(struct plan *plan, struct request *request)
{
    struct parcel *parcel = &plan->round->parcels[pick(plan, PARCELS)];

    pthread_mutex_lock(&plan->round->lock);
    if (parcel->node) {
        MUST(clRetainEvent(parcel->event));
        request_wait_for(request, parcel->node, parcel->event, true);
    }
    pthread_mutex_unlock(&plan->round->lock);
}

static void post_parcel(struct plan *plan, struct node *node)
{
    struct parcel *parcel = &plan->round->parcels[pick(plan, PARCELS)];

    MUST(clRetainEvent(node->event));
    pthread_mutex_lock(&plan->round->lock);
    if (parcel->node)
        MUST(clReleaseEvent(parcel->event));
    *parcel = (struct parcel){node, node->event};
    pthread_mutex_unlock(&plan->round->lock);
}

void request_wait_for(struct request *request, struct node *node, cl_event event,
                      bool borrowed)
{
    if (request->num_waits == MAX_WAITS)
        stress_fail("a wait list too long");
    request->waits[request->num_waits] = event;
    request->nodes[request->num_waits] = node;
    request->is_borrowed[request->num_waits++] = borrowed;
}

void request_begin(struct plan *plan, struct request *request)
{
    memset(request, 0, sizeof *request);
    request->queue = pick(plan, plan->round->num_queues);
    if (pick(plan, 8) == 0)
        take_parcel(plan, request);
    if (pick(plan, 6) != 0)
        return;
    for (uint32_t extra = pick(plan, 9); extra > 0 && plan->num_nodes > 0; extra--) {
        struct node *node = plan->nodes[pick(plan, (uint32_t)plan->num_nodes)];
        if (node->event)
            request_wait_for(request, node, node->event, false);
    }
}

void request_cell(struct plan *plan, struct request *request, struct cell *cell)
{
    const unsigned queue = request->queue;

    if (!cell->last)
        return;
    /* the queue's order serves as well */
    if (pick(plan, 2) && ((in_order(plan, queue) && cell->queue == queue) ||
                          (!in_order(plan, queue) && cell->queue == queue &&
                           plan->queues[queue].barrier_time > cell->time)))
        return;
    request_wait_for(request, cell->last, cell->last->event, false);
}

struct node *request_node(struct plan *plan, struct request *request, bool joins_all,
                          bool blocks_later)
{
    struct node *node = node_create(plan);
    const unsigned queue = request->queue;

    node->profiles = plan->round->flags[queue] & CL_QUEUE_PROFILING_ENABLE;
    for (cl_uint i = 0; i < request->num_waits; i++)
        node->fails = node->fails || request->nodes[i]->fails;
    node_runs_after(node, request->nodes, request->num_waits);
    if (joins_all || in_order(plan, queue)) {
        node_runs_after(node, plan->queues[queue].unjoined,
                        plan->queues[queue].num_unjoined);
        plan->queues[queue].num_unjoined = 0;
    } else if (plan->queues[queue].barrier) {
        node_runs_after(node, &plan->queues[queue].barrier, 1);
    }
    append(&plan->queues[queue].unjoined, &plan->queues[queue].num_unjoined,
           &plan->queues[queue].room, node);
    plan->time++;
    if (blocks_later)
        plan->queues[queue].barrier = node;
    if (blocks_later && joins_all)
        plan->queues[queue].barrier_time = plan->time;
    return node;
}

const cl_event *request_waits(const struct request *request)
{
    return request->num_waits ? request->waits : NULL;
}

void request_end(struct plan *plan, struct request *request, struct node *node)
{
    for (cl_uint i = 0; i < request->num_waits; i++)
        if (request->is_borrowed[i])
            MUST(clReleaseEvent(request->waits[i]));
    if (!node->event)
        return;
    if (pick(plan, 5) == 0)
        call_back(node);
    if (pick(plan, 20) == 0)
        launch_later(plan, node);
    if (pick(plan, 8) == 0)
        post_parcel(plan, node);
}

static void release_event(struct node *node)
{
    MUST(clReleaseEvent(node->event));
    node->event = NULL;
}

static void release_some_event(struct plan *plan)
{
    struct node *node = plan->nodes[pick(plan, (uint32_t)plan->num_nodes)];

    if (node->event && node->pins == 0)
        release_event(node);
}

void cell_forget_last(struct cell *cell)
{
    if (cell->last)
        cell->last->pins--;
    cell->last = NULL;
}

void cell_accessed(struct plan *plan, struct cell *cell, struct request *request,
                   struct node *node)
{
    node->pins++;
    cell_forget_last(cell);
    cell->last = node;
    cell->queue = request->queue;
    cell->time = plan->time;
}

static void CL_CALLBACK on_buffer_gone(cl_mem buffer, void *round)
{
    (void)buffer;
    atomic_fetch_add(&((struct round *)round)->buffers_gone, 1);
}

void cell_create(struct plan *plan, struct cell *cell)
{
    static const uint32_t sizes[] = {1, 3, 64, 100, 257, 1000, 5000, 9000, 20000, 300000};
    cl_buffer_region region;
    cl_mem parent;
    cl_int err;

    cell->words = sizes[pick(plan, pick(plan, 8) ? 8 : 10)];
    cell->last = NULL;
    cell->model = malloc(cell->words * sizeof *cell->model);
    for (uint32_t i = 0; i < cell->words; i++)
        cell->model[i] = i * 2654435761u + (uint32_t)plan->time;
    region = (cl_buffer_region){0, cell->words * sizeof *cell->model};
    cell->buffer = clCreateBuffer(plan->round->context, CL_MEM_COPY_HOST_PTR, region.size,
                                  cell->model, &err);
    MUST(err);
    if (pick(plan, 3) == 0) {
        parent = cell->buffer;
        cell->buffer =
            clCreateSubBuffer(parent, 0, CL_BUFFER_CREATE_TYPE_REGION, &region, &err);
        MUST(err);
        MUST(clReleaseMemObject(parent));
    }
    atomic_fetch_add(&plan->round->buffers_made, 1);
    MUST(clSetMemObjectDestructorCallback(cell->buffer, on_buffer_gone, plan->round));
}

void cell_release(struct plan *plan, struct cell *cell)
{
    (void)plan;
    MUST(clReleaseMemObject(cell->buffer));
    free(cell->model);
    cell_forget_last(cell);
}

static cl_kernel kernel_create(struct round *round, const char *name)
{
    cl_int err;
    cl_kernel kernel = clCreateKernel(round->program, name, &err);

    MUST(err);
    return kernel;
}

static void plan_end(struct plan *plan)
{
    for (int i = 0; i < CELLS; i++) {
        step_read(plan, &plan->cells[i], false);
        cell_release(plan, &plan->cells[i]);
    }
    MUST(clReleaseKernel(plan->tick));
    MUST(clReleaseKernel(plan->step));
    MUST(clReleaseKernel(plan->pair));
    MUST(clReleaseKernel(plan->group));
    MUST(clReleaseKernel(plan->fail));
    for (unsigned q = 0; q < plan->round->num_queues; q++)
        MUST(clReleaseCommandQueue(plan->round->queues[q]));
    for (size_t i = 0; i < plan->num_nodes; i++)
        if (plan->nodes[i]->event)
            release_event(plan->nodes[i]);
}

void *plan_run(void *argument)
{
    struct plan *plan = argument;
    struct round *round = plan->round;

    plan->tick = kernel_create(round, "stress_tick");
    plan->step = kernel_create(round, "stress_step");
    plan->pair = kernel_create(round, "stress_pair");
    plan->group = kernel_create(round, "stress_group");
    plan->fail = kernel_create(round, "stress_fail");
    for (int i = 0; i < CELLS; i++)
        cell_create(plan, &plan->cells[i]);
    for (unsigned i = 0; i < round->num_steps; i++) {
        stress_step(plan);
        if (plan->num_nodes > 0 && pick(plan, 2))
            release_some_event(plan);
    }
    plan_end(plan);
    return NULL;
}
