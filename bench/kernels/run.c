/* SPDX-License-Identifier: MIT */
/* Cases on their way: devices, pools and data; the check and the clock. */
#include "run.h"

#include "report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOLERANCE                                                         \
    1e-4f /* relative; the compiler may fuse or reorder a sum differently \
           */

static const char source[] =
    "__kernel void saxpy(__global float *y, __global const float *x, float a);\n"
    "__kernel void stencil5(__global float *out, __global const float *in, uint width);\n"
    "__kernel void stencil9(__global float *out, __global const float *in, uint width);\n"
    "__kernel void mandelbrot(__global float *out, uint width, uint height, uint "
    "limit);\n"
    "__kernel void matmul_barrier(__global float *c, __global const float *a,\n"
    "                             __global const float *b, uint n);\n"
    "__kernel void matmul_group(__global float *c, __global const float *a,\n"
    "                           __global const float *b, uint n);\n";

const char *const bench_way_names[NUM_WAYS] = {"plain_1", "vgpu_1", "plain_all",
                                               "vgpu_all"};

static bool is_ours(enum bench_way way)
{
    return way == OURS_ONE || way == OURS_ALL;
}

static void open_device(struct bench_machine *machine, enum bench_way way, cl_uint index)
{
    cl_int err;

    machine->devices[way] = bench_find_device("Virtual GPU", index);
    machine->contexts[way] =
        clCreateContext(NULL, 1, &machine->devices[way], NULL, NULL, &err);
    bench_cl_check(err, "clCreateContext");
    machine->queues[way] =
        clCreateCommandQueue(machine->contexts[way], machine->devices[way], 0, &err);
    bench_cl_check(err, "clCreateCommandQueue");
    machine->programs[way] =
        bench_build_program(machine->contexts[way], machine->devices[way], source, "");
}

void bench_machine_init(struct bench_machine *machine)
{
    char devices[64];
    cl_uint units;

    machine->cores = bench_usable_cores();
    snprintf(devices, sizeof devices, "cu=1;cu=%u", machine->cores);
    if (setenv("VGPU_DEVICES", devices, 1) != 0)
        bench_fail("no memory for VGPU_DEVICES");
    machine->pools[PLAIN_ONE] = bench_pool_create(1);
    machine->pools[PLAIN_ALL] = bench_pool_create(machine->cores);
    open_device(machine, OURS_ONE, 0);
    open_device(machine, OURS_ALL, 1);
    BENCH_CL(clGetDeviceInfo(machine->devices[OURS_ALL], CL_DEVICE_MAX_COMPUTE_UNITS,
                             sizeof units, &units, NULL));
    if (units != machine->cores)
        bench_fail("asked for %u compute units, found %u", machine->cores, units);
}

void bench_machine_fini(struct bench_machine *machine)
{
    for (enum bench_way way = 0; way < NUM_WAYS; way++) {
        if (!is_ours(way)) {
            bench_pool_destroy(machine->pools[way]);
            continue;
        }
        BENCH_CL(clReleaseProgram(machine->programs[way]));
        BENCH_CL(clReleaseCommandQueue(machine->queues[way]));
        BENCH_CL(clReleaseContext(machine->contexts[way]));
    }
}

/* Values in [0, 1) that differ from each other and between arrays, the same in every run.
 */
static void fill(const struct bench_run *run)
{
    const size_t count = run->array_size / sizeof(float);

    for (uint32_t array = 0; array < run->work->num_arrays; array++) {
        for (size_t i = 0; i < count; i++) {
            const uint32_t mixed = ((uint32_t)i + 7919u * array) * 2654435761u;
            run->job.arrays[array][i] = (float)(mixed >> 8) / 16777216.0f;
        }
    }
}

static void create_kernel(struct bench_run *run, const struct bench_machine *machine,
                          enum bench_way way)
{
    const struct bench_work *work = run->work;
    cl_kernel kernel = bench_create_kernel(machine->programs[way], run->shape->kernel);
    cl_uint index = 0;
    cl_int err;

    for (uint32_t i = 0; i < work->num_arrays; i++) {
        cl_mem *buffer = &run->buffers[way][i];
        *buffer = clCreateBuffer(machine->contexts[way],
                                 CL_MEM_READ_WRITE | CL_MEM_USE_HOST_PTR, run->array_size,
                                 run->job.arrays[i], &err);
        bench_cl_check(err, "clCreateBuffer");
        BENCH_CL(clSetKernelArg(kernel, index++, sizeof *buffer, buffer));
    }
    for (uint32_t i = 0; i < work->num_values; i++)
        BENCH_CL(clSetKernelArg(kernel, index++, sizeof(cl_uint),
                                (const char *)&run->job + work->values[i]));
    run->kernels[way] = kernel;
}

static void set_range(struct bench_run *run)
{
    const struct bench_work *work = run->work;

    run->offset[0] = run->offset[1] = work->border;
    run->global[0] = run->job.width - 2 * work->border;
    run->global[1] = run->job.height - 2 * work->border;
    if (work->work_dim == 1)
        run->global[0] *= run->global[1];
}

void bench_run_init(struct bench_run *run, const struct bench_case *shape,
                    const struct bench_machine *machine, bool tiny)
{
    const struct bench_work *work = shape->work;

    memset(run, 0, sizeof *run);
    run->shape = shape;
    run->work = work;
    run->job.width = tiny ? work->tiny_width : work->width;
    run->job.height = tiny ? work->tiny_height : work->height;
    run->job.limit = 128;
    run->job.a = 1e-3f;
    run->array_size = (size_t)run->job.width * run->job.height * sizeof(float);
    for (uint32_t i = 0; i < work->num_arrays; i++)
        run->job.arrays[i] = bench_allocate(run->array_size);
    run->expected = bench_allocate(run->array_size);
    set_range(run);
    create_kernel(run, machine, OURS_ONE);
    create_kernel(run, machine, OURS_ALL);
}

void bench_run_fini(struct bench_run *run)
{
    for (enum bench_way way = 0; way < NUM_WAYS; way++) {
        if (!is_ours(way))
            continue;
        BENCH_CL(clReleaseKernel(run->kernels[way]));
        for (uint32_t i = 0; i < run->work->num_arrays; i++)
            BENCH_CL(clReleaseMemObject(run->buffers[way][i]));
    }
    for (uint32_t i = 0; i < run->work->num_arrays; i++)
        free(run->job.arrays[i]);
    free(run->expected);
}

static void run_plain(struct bench_run *run, struct bench_pool *pool)
{
    const size_t rows = run->job.height - 2 * run->work->border;

    bench_pool_run(pool, (rows + BENCH_BAND - 1) / BENCH_BAND, run->shape->piece,
                   &run->job);
}

static void run_kernel(const struct bench_run *run, const struct bench_machine *machine,
                       enum bench_way way)
{
    const size_t *local_size = run->shape->local_size;

    BENCH_CL(clEnqueueNDRangeKernel(machine->queues[way], run->kernels[way],
                                    run->work->work_dim, run->offset, run->global,
                                    local_size[0] ? local_size : NULL, 0, NULL, NULL));
    BENCH_CL(clFinish(machine->queues[way]));
}

/* Milliseconds of one run. */
double bench_run_time(struct bench_run *run, const struct bench_machine *machine,
                      enum bench_way way)
{
    const uint64_t start = bench_now_ns();

    if (is_ours(way))
        run_kernel(run, machine, way);
    else
        run_plain(run, machine->pools[way]);
    return (double)(bench_now_ns() - start) / 1e6;
}

/* What the device wrote shows on the host once the buffer is mapped. */
static void synchronise(const struct bench_run *run, const struct bench_machine *machine,
                        enum bench_way way)
{
    cl_int err;
    void *mapped =
        clEnqueueMapBuffer(machine->queues[way], run->buffers[way][0], CL_TRUE,
                           CL_MAP_READ, 0, run->array_size, 0, NULL, NULL, &err);

    bench_cl_check(err, "clEnqueueMapBuffer");
    BENCH_CL(clEnqueueUnmapMemObject(machine->queues[way], run->buffers[way][0], mapped,
                                     0, NULL, NULL));
    BENCH_CL(clFinish(machine->queues[way]));
}

static void check_way(struct bench_run *run, const struct bench_machine *machine,
                      enum bench_way way)
{
    const size_t count = run->array_size / sizeof(float);

    fill(run);
    bench_run_time(run, machine, way);
    if (is_ours(way))
        synchronise(run, machine, way);
    for (size_t i = 0; i < count; i++) {
        const float expected = run->expected[i], seen = run->job.arrays[0][i];
        if (!(fabsf(expected - seen) <= TOLERANCE * (1.0f + fabsf(expected))))
            bench_fail("%s, %s: element %zu is %g, expected %g", run->shape->name,
                       bench_way_names[way], i, (double)seen, (double)expected);
    }
}

/* One plain thread's result is what all ways must give. */
void bench_run_check(struct bench_run *run, const struct bench_machine *machine)
{
    fill(run);
    run_plain(run, machine->pools[PLAIN_ONE]);
    memcpy(run->expected, run->job.arrays[0], run->array_size);
    for (enum bench_way way = 0; way < NUM_WAYS; way++)
        check_way(run, machine, way);
}
