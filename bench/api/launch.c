/* SPDX-License-Identifier: MIT */
/* The cost of launching: alone, in a stream, in a graph, in great numbers; and of setting
 * arguments. */
#include "api.h"
#include "series.h"

#define ARMS                                                                             \
    4 /* of a diamond: head, ARMS kernels that wait for it, tail that waits for them all \
       */

static void launch(const struct bench_api *api, cl_command_queue queue, cl_uint num_waits,
                   const cl_event *waits, cl_event *event)
{
    const size_t one = 1;

    BENCH_CL(clEnqueueNDRangeKernel(queue, api->nothing, 1, NULL, &one, &one, num_waits,
                                    waits, event));
}

static double per_command(uint64_t start, size_t count)
{
    return (double)(bench_now_ns() - start) / (double)count;
}

double measure_launch_round_trip(const struct bench_api *api)
{
    const uint64_t start = bench_now_ns();

    for (size_t i = 0; i < api->scale->round_trips; i++) {
        launch(api, api->in_order, 0, NULL, NULL);
        BENCH_CL(clFinish(api->in_order));
    }
    return per_command(start, api->scale->round_trips);
}

double measure_launch_stream(const struct bench_api *api)
{
    const uint64_t start = bench_now_ns();

    for (size_t i = 0; i < api->scale->stream; i++)
        launch(api, api->in_order, 0, NULL, NULL);
    BENCH_CL(clFinish(api->in_order));
    return per_command(start, api->scale->stream);
}

/* A diamond behind `previous` and `gate` (each may be NULL); returns its tail and
 * releases `previous`. */
static cl_event enqueue_diamond(const struct bench_api *api, cl_event gate,
                                cl_event previous)
{
    cl_event waits[2], head, arms[ARMS], tail;
    cl_uint num_waits = 0;

    if (gate)
        waits[num_waits++] = gate;
    if (previous)
        waits[num_waits++] = previous;
    launch(api, api->out_of_order, num_waits, num_waits ? waits : NULL, &head);
    for (int i = 0; i < ARMS; i++)
        launch(api, api->out_of_order, 1, &head, &arms[i]);
    launch(api, api->out_of_order, ARMS, arms, &tail);
    for (int i = 0; i < ARMS; i++)
        BENCH_CL(clReleaseEvent(arms[i]));
    BENCH_CL(clReleaseEvent(head));
    if (previous)
        BENCH_CL(clReleaseEvent(previous));
    return tail;
}

/* A chain of at least `count` kernels in diamonds; returns how many there are. */
static size_t enqueue_diamonds(const struct bench_api *api, cl_event gate, size_t count)
{
    cl_event tail = NULL;
    size_t enqueued = 0;

    for (; enqueued < count; enqueued += ARMS + 2)
        tail = enqueue_diamond(api, gate, tail);
    if (tail)
        BENCH_CL(clReleaseEvent(tail));
    return enqueued;
}

double measure_graph(const struct bench_api *api)
{
    const uint64_t start = bench_now_ns();
    const size_t enqueued = enqueue_diamonds(api, NULL, api->scale->graph);

    BENCH_CL(clFinish(api->out_of_order));
    return per_command(start, enqueued);
}

static double measure_in_flight(const struct bench_api *api, size_t count)
{
    cl_int err;
    const cl_event gate = clCreateUserEvent(api->context, &err);
    const uint64_t start = bench_now_ns();
    size_t enqueued;

    bench_cl_check(err, "clCreateUserEvent");
    enqueued = enqueue_diamonds(api, gate, count / api->scale->in_flight_share);
    BENCH_CL(clSetUserEventStatus(gate, CL_COMPLETE));
    BENCH_CL(clFinish(api->out_of_order));
    BENCH_CL(clReleaseEvent(gate));
    return per_command(start, enqueued);
}

double measure_in_flight_10000(const struct bench_api *api)
{
    return measure_in_flight(api, 10000);
}

double measure_in_flight_20000(const struct bench_api *api)
{
    return measure_in_flight(api, 20000);
}

double measure_in_flight_40000(const struct bench_api *api)
{
    return measure_in_flight(api, 40000);
}

double measure_set_arg_value(const struct bench_api *api)
{
    const uint64_t start = bench_now_ns();

    for (size_t i = 0; i < api->scale->set_args; i++) {
        const cl_uint value = (cl_uint)i;
        BENCH_CL(clSetKernelArg(api->nothing, 1, sizeof value, &value));
    }
    return per_command(start, api->scale->set_args);
}

double measure_set_arg_buffer(const struct bench_api *api)
{
    const cl_mem buffers[2] = {api->other_small, api->small};
    const uint64_t start = bench_now_ns();

    for (size_t i = 0; i < api->scale->set_args; i++)
        BENCH_CL(clSetKernelArg(api->nothing, 0, sizeof buffers[0], &buffers[i & 1]));
    return per_command(start, api->scale->set_args);
}
