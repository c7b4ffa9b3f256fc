/* SPDX-License-Identifier: MIT */
/* Bodies that attract each other: vectors of four floats, and tiles in local memory that
 * a whole work-group reads. */
#include "n_body_cl.h"
#include "sample.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define LOCAL_SIZE 128
#define STEPS      4
#define DT         0.01f
#define SOFTENING  0.01f /* as in the kernel */

struct state {
    cl_float4 *bodies, *velocities;
};

struct simulation {
    cl_command_queue queue;
    cl_kernel kernel;
    cl_mem bodies[2], velocities;
    size_t n;
    double kernel_ms;
};

static void step(struct simulation *s, int number)
{
    const size_t local = LOCAL_SIZE;
    const cl_float dt = DT;
    cl_event event;

    SAMPLE_CHECK(clSetKernelArg(s->kernel, 0, sizeof(cl_mem), &s->bodies[number % 2]));
    SAMPLE_CHECK(
        clSetKernelArg(s->kernel, 1, sizeof(cl_mem), &s->bodies[(number + 1) % 2]));
    SAMPLE_CHECK(clSetKernelArg(s->kernel, 2, sizeof(cl_mem), &s->velocities));
    SAMPLE_CHECK(clSetKernelArg(s->kernel, 3, sizeof(dt), &dt));
    SAMPLE_CHECK(clSetKernelArg(s->kernel, 4, LOCAL_SIZE * sizeof(cl_float4), NULL));
    SAMPLE_CHECK(clEnqueueNDRangeKernel(s->queue, s->kernel, 1, NULL, &s->n, &local, 0,
                                        NULL, &event));
    SAMPLE_CHECK(clWaitForEvents(1, &event));
    s->kernel_ms += sample_event_ms(event);
    clReleaseEvent(event);
}

static void read_state(const struct simulation *s, int number, const struct state *state)
{
    const size_t bytes = s->n * sizeof(cl_float4);

    SAMPLE_CHECK(clEnqueueReadBuffer(s->queue, s->bodies[number % 2], CL_TRUE, 0, bytes,
                                     state->bodies, 0, NULL, NULL));
    SAMPLE_CHECK(clEnqueueReadBuffer(s->queue, s->velocities, CL_TRUE, 0, bytes,
                                     state->velocities, 0, NULL, NULL));
}

/* Starts from *before; leaves the last step's start in *before and its end in *after. */
static double simulate_on_device(cl_device_id device, const struct state *before,
                                 const struct state *after, size_t n)
{
    const size_t bytes = n * sizeof(cl_float4);
    struct simulation s = {.n = n};
    cl_int err;

    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    s.queue = clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &err);
    SAMPLE_CHECK(err);
    cl_program program = sample_program(context, n_body_cl);
    s.kernel = clCreateKernel(program, "n_body", &err);
    SAMPLE_CHECK(err);
    s.bodies[0] = clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, bytes,
                                 before->bodies, &err);
    SAMPLE_CHECK(err);
    s.bodies[1] = clCreateBuffer(context, CL_MEM_READ_WRITE, bytes, NULL, &err);
    SAMPLE_CHECK(err);
    s.velocities = clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR,
                                  bytes, before->velocities, &err);
    SAMPLE_CHECK(err);

    for (int i = 0; i < STEPS - 1; i++)
        step(&s, i);
    read_state(&s, STEPS - 1, before);
    step(&s, STEPS - 1);
    read_state(&s, STEPS, after);

    clReleaseMemObject(s.velocities);
    clReleaseMemObject(s.bodies[1]);
    clReleaseMemObject(s.bodies[0]);
    clReleaseKernel(s.kernel);
    clReleaseProgram(program);
    clReleaseCommandQueue(s.queue);
    clReleaseContext(context);
    return s.kernel_ms;
}

/* The pull on body i in double precision, and the sum of its terms' sizes. */
static void pull_on(const cl_float4 *bodies, size_t n, size_t i, double pull[3],
                    double size[3])
{
    for (int axis = 0; axis < 3; axis++)
        pull[axis] = size[axis] = 0;
    for (size_t j = 0; j < n; j++) {
        double to[3], r2 = SOFTENING;

        for (int axis = 0; axis < 3; axis++) {
            to[axis] = (double)bodies[j].s[axis] - bodies[i].s[axis];
            r2 += to[axis] * to[axis];
        }
        double strength = bodies[j].s[3] / (r2 * sqrt(r2));
        for (int axis = 0; axis < 3; axis++) {
            pull[axis] += strength * to[axis];
            size[axis] += fabs(strength * to[axis]);
        }
    }
}

/* Checks the last step against double precision. A sum of n terms in float is off by at
 * most n - 1 roundings of the sum of the terms' sizes; a term itself by fewer than 16. */
static bool is_last_step(const struct state *before, const struct state *after, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double pull[3], size[3];

        pull_on(before->bodies, n, i, pull, size);
        for (int axis = 0; axis < 3; axis++) {
            double velocity = before->velocities[i].s[axis] + pull[axis] * DT;
            double position = before->bodies[i].s[axis] + velocity * DT;
            double slack = (double)(n + 16) * FLT_EPSILON * size[axis] * DT +
                           FLT_EPSILON * fabs(velocity);

            if (!(fabs(after->velocities[i].s[axis] - velocity) <= slack) ||
                !(fabs(after->bodies[i].s[axis] - position) <=
                  slack * DT + FLT_EPSILON * (fabs(position) + fabs(velocity * DT)))) {
                fprintf(stderr,
                        "body %zu, axis %d: at %g with speed %g, not at %g with %g\n", i,
                        axis, after->bodies[i].s[axis], after->velocities[i].s[axis],
                        position, velocity);
                return false;
            }
        }
    }
    return true;
}

static struct state make_state(size_t n)
{
    return (struct state){.bodies = sample_alloc(n, sizeof(cl_float4)),
                          .velocities = sample_alloc(n, sizeof(cl_float4))};
}

static void free_state(struct state *state)
{
    free(state->velocities);
    free(state->bodies);
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Moves bodies that attract each other.",
        .size = "bodies, rounded up to a multiple of 128",
        .n = 4096,
        .n_max = 1u << 20,
    };
    uint64_t random = 9;

    sample_parse(&options, argc, argv);
    const size_t n = (options.n + LOCAL_SIZE - 1) / LOCAL_SIZE * LOCAL_SIZE;
    struct state before = make_state(n), after = make_state(n);
    for (size_t i = 0; i < n; i++) {
        for (int axis = 0; axis < 3; axis++)
            before.bodies[i].s[axis] = sample_random_float(&random, -1, 1);
        before.bodies[i].s[3] = sample_random_float(&random, 0.5f, 1.5f) / (float)n;
    }

    cl_device_id device = sample_device(&options);
    double kernel_ms = simulate_on_device(device, &before, &after, n);
    bool ok = is_last_step(&before, &after, n);

    free_state(&after);
    free_state(&before);
    double pairs = (double)n * (double)n * STEPS;
    return sample_report("n_body", device, sample_text("n=%zu", n), kernel_ms,
                         sample_text("%.1f M pairs/s", pairs * 1e-3 / kernel_ms), ok);
}
