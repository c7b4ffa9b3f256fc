/* SPDX-License-Identifier: MIT */
/* a * a + b * b as a graph of commands on an out-of-order queue. Wait lists order them, a
 * user event holds all of them back until the host says so, callbacks tell of each that
 * ends, and profiling times show when it ran:
 *
 *     gate -> write a -> square a -.
 *        `--> write b -> square b --`-> add -> read
 */
#include "events_and_callbacks_cl.h"
#include "sample.h"

#include <errno.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { WRITE_A, WRITE_B, SQUARE_A, SQUARE_B, ADD, READ, NUM_COMMANDS };

static const char *const command_names[NUM_COMMANDS] = {"write a",  "write b", "square a",
                                                        "square b", "add",     "read"};

/* Each command and one that it waits for. */
static const int edges[][2] = {{SQUARE_A, WRITE_A},
                               {SQUARE_B, WRITE_B},
                               {ADD, SQUARE_A},
                               {ADD, SQUARE_B},
                               {READ, ADD}};

struct graph {
    cl_context context;
    cl_command_queue queue;
    cl_kernel square_a, square_b, add;
    cl_mem a, b, sum;
    cl_event gate, commands[NUM_COMMANDS];
    sem_t completed; /* posted by the callback of each command */
    atomic_int failed;
};

/* Runs on a thread of the OpenCL library: must be quick, and may not call what waits. */
static void CL_CALLBACK on_complete(cl_event event, cl_int status, void *user_data)
{
    struct graph *g = user_data;

    (void)event;
    if (status != CL_COMPLETE)
        atomic_fetch_add(&g->failed, 1);
    sem_post(&g->completed);
}

static cl_mem create_buffer(const struct graph *g, size_t n)
{
    cl_int err;
    cl_mem buffer =
        clCreateBuffer(g->context, CL_MEM_READ_WRITE, n * sizeof(float), NULL, &err);

    SAMPLE_CHECK(err);
    return buffer;
}

static cl_kernel create_kernel(cl_program program, const char *name)
{
    cl_int err;
    cl_kernel kernel = clCreateKernel(program, name, &err);

    SAMPLE_CHECK(err);
    return kernel;
}

static void create_graph(struct graph *g, cl_device_id device, size_t n)
{
    cl_command_queue_properties can = 0;
    cl_int err;

    SAMPLE_CHECK(
        clGetDeviceInfo(device, CL_DEVICE_QUEUE_PROPERTIES, sizeof(can), &can, NULL));
    g->context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    g->queue = clCreateCommandQueue(
        g->context, device,
        CL_QUEUE_PROFILING_ENABLE | (can & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE), &err);
    SAMPLE_CHECK(err);
    cl_program program = sample_program(g->context, events_and_callbacks_cl);
    g->square_a = create_kernel(program, "square");
    g->square_b = create_kernel(program, "square");
    g->add = create_kernel(program, "add");
    clReleaseProgram(program); /* its kernels keep it */
    g->a = create_buffer(g, n);
    g->b = create_buffer(g, n);
    g->sum = create_buffer(g, n);
    g->gate = clCreateUserEvent(g->context, &err);
    SAMPLE_CHECK(err);
    if (sem_init(&g->completed, 0, 0))
        sample_fail("cannot make a semaphore");
}

static void release_graph(struct graph *g)
{
    sem_destroy(&g->completed);
    for (int i = 0; i < NUM_COMMANDS; i++)
        clReleaseEvent(g->commands[i]);
    clReleaseEvent(g->gate);
    clReleaseMemObject(g->sum);
    clReleaseMemObject(g->b);
    clReleaseMemObject(g->a);
    clReleaseKernel(g->add);
    clReleaseKernel(g->square_b);
    clReleaseKernel(g->square_a);
    clReleaseCommandQueue(g->queue);
    clReleaseContext(g->context);
}

static void enqueue_graph(struct graph *g, const float *a, const float *b, float *sum,
                          size_t n)
{
    const size_t bytes = n * sizeof(float);
    cl_event *commands = g->commands;

    SAMPLE_CHECK(clEnqueueWriteBuffer(g->queue, g->a, CL_FALSE, 0, bytes, a, 1, &g->gate,
                                      &commands[WRITE_A]));
    SAMPLE_CHECK(clEnqueueWriteBuffer(g->queue, g->b, CL_FALSE, 0, bytes, b, 1, &g->gate,
                                      &commands[WRITE_B]));

    SAMPLE_CHECK(clSetKernelArg(g->square_a, 0, sizeof(cl_mem), &g->a));
    SAMPLE_CHECK(clSetKernelArg(g->square_a, 1, sizeof(cl_mem), &g->a));
    SAMPLE_CHECK(clEnqueueNDRangeKernel(g->queue, g->square_a, 1, NULL, &n, NULL, 1,
                                        &commands[WRITE_A], &commands[SQUARE_A]));
    SAMPLE_CHECK(clSetKernelArg(g->square_b, 0, sizeof(cl_mem), &g->b));
    SAMPLE_CHECK(clSetKernelArg(g->square_b, 1, sizeof(cl_mem), &g->b));
    SAMPLE_CHECK(clEnqueueNDRangeKernel(g->queue, g->square_b, 1, NULL, &n, NULL, 1,
                                        &commands[WRITE_B], &commands[SQUARE_B]));

    SAMPLE_CHECK(clSetKernelArg(g->add, 0, sizeof(cl_mem), &g->sum));
    SAMPLE_CHECK(clSetKernelArg(g->add, 1, sizeof(cl_mem), &g->a));
    SAMPLE_CHECK(clSetKernelArg(g->add, 2, sizeof(cl_mem), &g->b));
    /* The events of both squares lie side by side: one wait list. */
    SAMPLE_CHECK(clEnqueueNDRangeKernel(g->queue, g->add, 1, NULL, &n, NULL, 2,
                                        &commands[SQUARE_A], &commands[ADD]));
    SAMPLE_CHECK(clEnqueueReadBuffer(g->queue, g->sum, CL_FALSE, 0, bytes, sum, 1,
                                     &commands[ADD], &commands[READ]));

    for (int i = 0; i < NUM_COMMANDS; i++)
        SAMPLE_CHECK(clSetEventCallback(commands[i], CL_COMPLETE, on_complete, g));
    SAMPLE_CHECK(clFlush(g->queue));
}

static bool all_wait_for_the_gate(const struct graph *g)
{
    for (int i = 0; i < NUM_COMMANDS; i++) {
        cl_int status;

        SAMPLE_CHECK(clGetEventInfo(g->commands[i], CL_EVENT_COMMAND_EXECUTION_STATUS,
                                    sizeof(status), &status, NULL));
        if (status != CL_QUEUED && status != CL_SUBMITTED) {
            fprintf(stderr, "%s did not wait for the user event\n", command_names[i]);
            return false;
        }
    }
    return true;
}

/* A finished command's callback may still be on its way: only it tells that it has been
 * called. */
static bool all_callbacks_come(struct graph *g)
{
    struct timespec deadline;

    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 30;
    for (int i = 0; i < NUM_COMMANDS;) {
        if (sem_timedwait(&g->completed, &deadline) == 0) {
            i++;
        } else if (errno != EINTR) {
            fprintf(stderr, "%d callbacks were called, not %d\n", i, NUM_COMMANDS);
            return false;
        }
    }
    return atomic_load(&g->failed) == 0;
}

static cl_ulong time_of(const struct graph *g, int command, cl_profiling_info which)
{
    cl_ulong nanoseconds = 0;

    SAMPLE_CHECK(clGetEventProfilingInfo(g->commands[command], which, sizeof(nanoseconds),
                                         &nanoseconds, NULL));
    return nanoseconds;
}

static bool times_follow_the_graph(const struct graph *g)
{
    for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
        if (time_of(g, edges[i][0], CL_PROFILING_COMMAND_START) <
            time_of(g, edges[i][1], CL_PROFILING_COMMAND_END)) {
            fprintf(stderr, "%s started before %s ended\n", command_names[edges[i][0]],
                    command_names[edges[i][1]]);
            return false;
        }
    }
    return true;
}

static void print_times(const struct graph *g)
{
    const cl_ulong zero = time_of(g, WRITE_A, CL_PROFILING_COMMAND_QUEUED);

    printf("%-10s %10s %10s %10s %10s  (us)\n", "command", "queued", "submitted", "start",
           "end");
    for (int i = 0; i < NUM_COMMANDS; i++) {
        printf("%-10s", command_names[i]);
        for (cl_profiling_info t = CL_PROFILING_COMMAND_QUEUED;
             t <= CL_PROFILING_COMMAND_END; t++)
            printf(" %10.1f", (double)(time_of(g, i, t) - zero) * 1e-3);
        printf("\n");
    }
}

/* Exact: whole numbers, small enough for their squares and sums to be exact in float. */
static bool is_sum_of_squares(const float *a, const float *b, const float *sum, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (sum[i] != a[i] * a[i] + b[i] * b[i]) {
            fprintf(stderr, "sum[%zu] is %g, not %g\n", i, sum[i],
                    a[i] * a[i] + b[i] * b[i]);
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Runs a graph of commands, held back by a user event.",
        .size = "elements",
        .n = 1000000,
        .n_max = 1u << 28,
    };
    static struct graph g; /* static: a callback that comes late still finds it */
    uint64_t random = 11;

    sample_parse(&options, argc, argv);
    const size_t n = options.n;
    float *a = sample_alloc(n, sizeof(float));
    float *b = sample_alloc(n, sizeof(float));
    float *sum = sample_alloc(n, sizeof(float));
    for (size_t i = 0; i < n; i++) {
        a[i] = (float)(sample_random(&random) % 1000);
        b[i] = (float)(sample_random(&random) % 1000);
    }

    cl_device_id device = sample_device(&options);
    create_graph(&g, device, n);
    enqueue_graph(&g, a, b, sum, n);
    bool ok = all_wait_for_the_gate(&g);
    SAMPLE_CHECK(clSetUserEventStatus(g.gate, CL_COMPLETE));
    SAMPLE_CHECK(clWaitForEvents(1, &g.commands[READ]));
    ok = all_callbacks_come(&g) && times_follow_the_graph(&g) &&
         is_sum_of_squares(a, b, sum, n) && ok;

    double kernel_ms = sample_event_ms(g.commands[SQUARE_A]) +
                       sample_event_ms(g.commands[SQUARE_B]) +
                       sample_event_ms(g.commands[ADD]);
    if (options.verbose)
        print_times(&g);
    release_graph(&g);
    free(sum);
    free(b);
    free(a);
    return sample_report("events_and_callbacks", device, sample_text("n=%zu", n),
                         kernel_ms, sample_text("%d callbacks", NUM_COMMANDS), ok);
}
