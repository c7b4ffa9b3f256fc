/* SPDX-License-Identifier: MIT */
/* The steps of a thread: each enqueues one random command, or waits. */
#include "stress.h"

#include <stdlib.h>
#include <string.h>

static struct cell *pick_cell(struct plan *plan)
{
    return &plan->cells[pick(plan, CELLS)];
}

static cl_command_queue queue_of(struct plan *plan, const struct request *request)
{
    return plan->round->queues[request->queue];
}

/* What a blocking command returns. */
static void expect_result(const struct node *node, cl_int result)
{
    const cl_int expected =
        node->fails ? CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST : CL_SUCCESS;

    if (result != expected)
        stress_fail("node %u: result %d, not %d", node->id, result, expected);
}

void set_witness(cl_kernel kernel, struct round *round)
{
    const cl_ulong records = (uintptr_t)round->records, clock = (uintptr_t)round->clock;

    MUST(clSetKernelArg(kernel, 0, sizeof records, &records));
    MUST(clSetKernelArg(kernel, 1, sizeof clock, &clock));
}

static void launch(struct plan *plan, cl_kernel kernel, struct request *request,
                   struct node *node, size_t items, cl_event *event)
{
    const size_t local = 1 + pick(plan, 80), offset = 0;

    node->leaves_record = true;
    node->items = (uint32_t)items;
    set_witness(kernel, plan->round);
    MUST(clSetKernelArg(kernel, 2, sizeof(cl_uint), &node->id));
    MUST(clEnqueueNDRangeKernel(queue_of(plan, request), kernel, 1, &offset, &items,
                                pick(plan, 2) ? &local : NULL, request->num_waits,
                                request_waits(request), event));
}

static void step_tick(struct plan *plan)
{
    struct request request;
    struct node *node;

    request_begin(plan, &request);
    node = request_node(plan, &request, false, false);
    launch(plan, plan->tick, &request, node, pick(plan, 4) ? 1 : 1 + pick(plan, 500),
           pick(plan, 2) ? &node->event : NULL);
    request_end(plan, &request, node);
}

static void step_kernel(struct plan *plan)
{
    struct cell *cell = pick_cell(plan);
    struct request request;
    struct node *node;

    request_begin(plan, &request);
    request_cell(plan, &request, cell);
    node = request_node(plan, &request, false, false);
    MUST(clSetKernelArg(plan->step, 3, sizeof(cl_mem), &cell->buffer));
    launch(plan, plan->step, &request, node, cell->words, &node->event);
    for (uint32_t i = 0; i < cell->words && !node->fails; i++)
        cell->model[i] = cell->model[i] * 3 + node->id;
    cell_accessed(plan, cell, &request, node);
    request_end(plan, &request, node);
}

static void step_pair(struct plan *plan)
{
    struct cell *cell = pick_cell(plan), *other = pick_cell(plan);
    const uint32_t words = cell->words < other->words ? cell->words : other->words;
    struct request request;
    struct node *node;

    request_begin(plan, &request);
    request_cell(plan, &request, cell);
    request_cell(plan, &request, other);
    node = request_node(plan, &request, false, false);
    MUST(clSetKernelArg(plan->pair, 3, sizeof(cl_mem), &cell->buffer));
    MUST(clSetKernelArg(plan->pair, 4, sizeof(cl_mem), &other->buffer));
    launch(plan, plan->pair, &request, node, words, &node->event);
    for (uint32_t i = 0; i < words && !node->fails; i++)
        cell->model[i] = cell->model[i] * 5 + other->model[i];
    cell_accessed(plan, cell, &request, node);
    cell_accessed(plan, other, &request, node);
    request_end(plan, &request, node);
}

/* The edge group is smaller than the others. */
static void step_group(struct plan *plan)
{
    struct cell *cell = pick_cell(plan);
    const size_t local = 1 + pick(plan, 100),
                 items = cell->words < 3000 ? cell->words : 3000;
    struct request request;
    struct node *node;

    request_begin(plan, &request);
    request_cell(plan, &request, cell);
    node = request_node(plan, &request, false, false);
    node->leaves_record = true;
    node->items = (uint32_t)items;
    set_witness(plan->group, plan->round);
    MUST(clSetKernelArg(plan->group, 2, sizeof(cl_uint), &node->id));
    MUST(clSetKernelArg(plan->group, 3, sizeof(cl_mem), &cell->buffer));
    MUST(clSetKernelArg(plan->group, 4, sizeof(cl_uint), NULL));
    MUST(clEnqueueNDRangeKernel(queue_of(plan, &request), plan->group, 1, NULL, &items,
                                &local, request.num_waits, request_waits(&request),
                                &node->event));
    for (size_t i = 0; i < items && !node->fails; i++) {
        const size_t left = items - i / local * local;
        cell->model[i] = cell->model[i] * 7 + (uint32_t)(left < local ? left : local);
    }
    cell_accessed(plan, cell, &request, node);
    request_end(plan, &request, node);
}

static void step_fail(struct plan *plan)
{
    const size_t items = 8;
    const cl_uint item = 5;
    struct request request;
    struct node *node;

    request_begin(plan, &request);
    node = request_node(plan, &request, false, false);
    node->fails = true;
    MUST(clSetKernelArg(plan->fail, 0, sizeof item, &item));
    MUST(clEnqueueNDRangeKernel(queue_of(plan, &request), plan->fail, 1, NULL, &items,
                                &items, request.num_waits, request_waits(&request),
                                &node->event));
    request_end(plan, &request, node);
}

static void step_copy(struct plan *plan)
{
    struct cell *to = pick_cell(plan), *from = pick_cell(plan);
    const uint32_t words = to->words < from->words ? to->words : from->words;
    struct request request;
    struct node *node;

    if (to == from)
        return;
    request_begin(plan, &request);
    request_cell(plan, &request, to);
    request_cell(plan, &request, from);
    node = request_node(plan, &request, false, false);
    MUST(clEnqueueCopyBuffer(queue_of(plan, &request), from->buffer, to->buffer, 0, 0,
                             words * sizeof(uint32_t), request.num_waits,
                             request_waits(&request), &node->event));
    if (!node->fails)
        memcpy(to->model, from->model, words * sizeof *to->model);
    cell_accessed(plan, to, &request, node);
    cell_accessed(plan, from, &request, node);
    request_end(plan, &request, node);
}

static void step_fill(struct plan *plan)
{
    struct cell *cell = pick_cell(plan);
    const uint32_t first = pick(plan, cell->words),
                   words = pick(plan, cell->words - first + 1);
    const uint32_t pattern = pick(plan, UINT32_MAX);
    struct request request;
    struct node *node;

    request_begin(plan, &request);
    request_cell(plan, &request, cell);
    node = request_node(plan, &request, false, false);
    MUST(clEnqueueFillBuffer(queue_of(plan, &request), cell->buffer, &pattern,
                             sizeof pattern, first * sizeof pattern,
                             words * sizeof pattern, request.num_waits,
                             request_waits(&request), &node->event));
    for (uint32_t i = first; i < first + words && !node->fails; i++)
        cell->model[i] = pattern;
    cell_accessed(plan, cell, &request, node);
    request_end(plan, &request, node);
}

static void CL_CALLBACK free_data(cl_event event, cl_int status, void *data)
{
    (void)event;
    (void)status;
    free(data);
}

static void step_write(struct plan *plan)
{
    struct cell *cell = pick_cell(plan);
    const bool blocking = pick(plan, 4) == 0;
    const size_t size = cell->words * sizeof(uint32_t);
    uint32_t *data = malloc(size);
    struct request request;
    struct node *node;
    cl_int err;

    request_begin(plan, &request);
    request_cell(plan, &request, cell);
    node = request_node(plan, &request, false, false);
    for (uint32_t i = 0; i < cell->words; i++)
        data[i] = node->id ^ i * 77;
    err = clEnqueueWriteBuffer(queue_of(plan, &request), cell->buffer, blocking, 0, size,
                               data, request.num_waits, request_waits(&request),
                               &node->event);
    if (blocking)
        expect_result(node, err);
    else
        MUST(err);
    if (!node->fails)
        memcpy(cell->model, data, size);
    MUST(clSetEventCallback(node->event, CL_COMPLETE, free_data, data));
    cell_accessed(plan, cell, &request, node);
    request_end(plan, &request, node);
}

void step_read(struct plan *plan, struct cell *cell, bool blocking)
{
    const size_t size = cell->words * sizeof(uint32_t);
    struct reading *reading = malloc(sizeof *reading);
    struct request request;
    cl_int err;

    request_begin(plan, &request);
    request_cell(plan, &request, cell);
    *reading = (struct reading){
        .next = plan->readings,
        .node = request_node(plan, &request, false, false),
        .words = cell->words,
        .got = malloc(size),
        .expected = malloc(size),
    };
    plan->readings = reading;
    memcpy(reading->expected, cell->model, size);
    err = clEnqueueReadBuffer(queue_of(plan, &request), cell->buffer, blocking, 0, size,
                              reading->got, request.num_waits, request_waits(&request),
                              &reading->node->event);
    if (blocking)
        expect_result(reading->node, err);
    else
        MUST(err);
    if (blocking && !reading->node->fails && memcmp(reading->got, cell->model, size) != 0)
        stress_fail("node %u: a blocking read is wrong", reading->node->id);
    cell_accessed(plan, cell, &request, reading->node);
    request_end(plan, &request, reading->node);
}

static void step_some_read(struct plan *plan)
{
    step_read(plan, pick_cell(plan), pick(plan, 4) == 0);
}

static void step_map(struct plan *plan)
{
    struct cell *cell = pick_cell(plan);
    const size_t size = cell->words * sizeof(uint32_t);
    struct request request;
    struct node *node;
    void *pointer;
    cl_int err;

    request_begin(plan, &request);
    request_cell(plan, &request, cell);
    node = request_node(plan, &request, false, false);
    pointer = clEnqueueMapBuffer(queue_of(plan, &request), cell->buffer, CL_TRUE,
                                 CL_MAP_READ | CL_MAP_WRITE, 0, size, request.num_waits,
                                 request_waits(&request), &node->event, &err);
    expect_result(node, err);
    cell_accessed(plan, cell, &request, node);
    request_end(plan, &request, node);
    if (!pointer)
        return;
    if (memcmp(pointer, cell->model, size) != 0)
        stress_fail("node %u: what is mapped is wrong", node->id);
    for (uint32_t i = 0; i < cell->words; i++)
        cell->model[i] = ((uint32_t *)pointer)[i] += i;
    /* waits for no event: where one failed, what the host wrote might be lost */
    request = (struct request){.queue = pick(plan, plan->round->num_queues)};
    node = request_node(plan, &request, false, false);
    MUST(clEnqueueUnmapMemObject(queue_of(plan, &request), cell->buffer, pointer,
                                 request.num_waits, request_waits(&request),
                                 &node->event));
    cell_accessed(plan, cell, &request, node);
    request_end(plan, &request, node);
}

static void step_order(struct plan *plan)
{
    const bool is_barrier = pick(plan, 2);
    struct request request;
    struct node *node;

    request_begin(plan, &request);
    node = request_node(plan, &request, request.num_waits == 0, is_barrier);
    MUST((is_barrier ? clEnqueueBarrierWithWaitList : clEnqueueMarkerWithWaitList)(
        queue_of(plan, &request), request.num_waits, request_waits(&request),
        &node->event));
    request_end(plan, &request, node);
}

static void step_migrate(struct plan *plan)
{
    struct cell *cell = pick_cell(plan);
    struct request request;
    struct node *node;

    request_begin(plan, &request);
    request_cell(plan, &request, cell);
    node = request_node(plan, &request, false, false);
    MUST(clEnqueueMigrateMemObjects(queue_of(plan, &request), 1, &cell->buffer, 0,
                                    request.num_waits, request_waits(&request),
                                    &node->event));
    cell_accessed(plan, cell, &request, node);
    request_end(plan, &request, node);
}

static void step_user_event(struct plan *plan)
{
    user_event(plan);
}

/* Waits for the events of some cells, which are not waited for again. */
static void step_wait(struct plan *plan)
{
    struct cell *waited[CELLS];
    cl_event events[CELLS];
    cl_uint count = 0;
    bool fails = false;
    cl_int err;

    for (int i = 0; i < CELLS; i++) {
        struct cell *cell = &plan->cells[i];
        if (!cell->last || pick(plan, 2))
            continue;
        fails = fails || cell->last->fails;
        waited[count] = cell;
        events[count++] = cell->last->event;
    }
    if (count == 0)
        return;
    err = clWaitForEvents(count, events);
    if (err != (fails ? CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST : CL_SUCCESS))
        stress_fail("clWaitForEvents: %d", err);
    for (cl_uint i = 0; i < count; i++)
        cell_forget_last(waited[i]);
}

static void step_finish(struct plan *plan)
{
    const unsigned queue = pick(plan, plan->round->num_queues);

    MUST(pick(plan, 2) ? clFinish(plan->round->queues[queue])
                       : clFlush(plan->round->queues[queue]));
}

static void step_replace(struct plan *plan)
{
    struct cell *cell = pick_cell(plan);

    cell_release(plan, cell);
    cell_create(plan, cell);
}

void stress_step(struct plan *plan)
{
    static const struct {
        unsigned weight;
        void (*run)(struct plan *plan);
    } steps[] = {
        {20, step_tick}, {24, step_kernel}, {10, step_pair},   {6, step_group},
        {10, step_copy}, {8, step_fill},    {10, step_write},  {8, step_some_read},
        {4, step_map},   {6, step_order},   {2, step_migrate}, {8, step_user_event},
        {6, step_wait},  {2, step_finish},  {4, step_replace},
    };
    uint32_t at = pick(plan, 128);

    if (plan->round->faults && pick(plan, 300) == 0)
        step_fail(plan);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; at -= steps[i++].weight)
        if (at < steps[i].weight) {
            steps[i].run(plan);
            return;
        }
}
