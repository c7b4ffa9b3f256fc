/* SPDX-License-Identifier: MIT */
/* bench_fiber: what a barrier costs a work-item, seen through a barrier kernel on one
 * compute unit. */
#include <CL/cl_vgpu_kernel.h>

#include "opencl.h"
#include "options.h"
#include "report.h"

#include <stdio.h>
#include <stdlib.h>

#define GROUPS 4

VGPU_BARRIER_KERNEL(bench_barriers, (__global uint *, counts), (uint, rounds))
{
    uint count = 0;

    for (uint i = 0; i < rounds; i++) {
        count++;
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    counts[get_global_id(0)] = count;
}

static const char source[] =
    "__kernel void bench_barriers(__global uint *counts, uint rounds);\n";

static const size_t local_sizes[] = {2, 16, 64, 256, 1024};
#define NUM_SIZES (sizeof local_sizes / sizeof local_sizes[0])

struct bench_fiber {
    cl_context context;
    cl_command_queue queue;
    cl_program program;
    cl_kernel kernel;
    cl_mem counts;
};

static void fiber_init(struct bench_fiber *fiber, cl_device_id device)
{
    const size_t size = GROUPS * local_sizes[NUM_SIZES - 1] * sizeof(cl_uint);
    cl_int err;

    fiber->context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    bench_cl_check(err, "clCreateContext");
    fiber->queue = clCreateCommandQueue(fiber->context, device, 0, &err);
    bench_cl_check(err, "clCreateCommandQueue");
    fiber->program = bench_build_program(fiber->context, device, source, "");
    fiber->kernel = bench_create_kernel(fiber->program, "bench_barriers");
    fiber->counts = clCreateBuffer(fiber->context, CL_MEM_WRITE_ONLY, size, NULL, &err);
    bench_cl_check(err, "clCreateBuffer");
    BENCH_CL(clSetKernelArg(fiber->kernel, 0, sizeof fiber->counts, &fiber->counts));
}

static void fiber_fini(struct bench_fiber *fiber)
{
    BENCH_CL(clReleaseMemObject(fiber->counts));
    BENCH_CL(clReleaseKernel(fiber->kernel));
    BENCH_CL(clReleaseProgram(fiber->program));
    BENCH_CL(clReleaseCommandQueue(fiber->queue));
    BENCH_CL(clReleaseContext(fiber->context));
}

/* Nanoseconds of GROUPS groups whose items meet at `rounds` barriers. */
static double time_rounds(const struct bench_fiber *fiber, size_t local_size,
                          cl_uint rounds)
{
    const size_t global_size = GROUPS * local_size;
    uint64_t start;

    BENCH_CL(clSetKernelArg(fiber->kernel, 1, sizeof rounds, &rounds));
    start = bench_now_ns();
    BENCH_CL(clEnqueueNDRangeKernel(fiber->queue, fiber->kernel, 1, NULL, &global_size,
                                    &local_size, 0, NULL, NULL));
    BENCH_CL(clFinish(fiber->queue));
    return (double)(bench_now_ns() - start);
}

/* Every item counted every barrier. */
static void check(const struct bench_fiber *fiber, size_t local_size, cl_uint rounds)
{
    cl_uint counts[GROUPS * 1024];
    const size_t items = GROUPS * local_size;

    time_rounds(fiber, local_size, rounds);
    BENCH_CL(clEnqueueReadBuffer(fiber->queue, fiber->counts, CL_TRUE, 0,
                                 items * sizeof *counts, counts, 0, NULL, NULL));
    for (size_t i = 0; i < items; i++) {
        if (counts[i] != rounds)
            bench_fail("work-item %zu of groups of %zu passed %u barriers, not %u", i,
                       local_size, counts[i], rounds);
    }
}

/* Nanoseconds per work-item and barrier; what a launch and fresh fibers cost is taken
 * off. */
static double measure(const struct bench_fiber *fiber, size_t local_size, cl_uint rounds)
{
    const double without = time_rounds(fiber, local_size, 0);

    return (time_rounds(fiber, local_size, rounds) - without) /
           ((double)GROUPS * (double)local_size * rounds);
}

static void measure_size(const struct bench_fiber *fiber, size_t local_size,
                         const struct bench_options *options, json_t *report)
{
    const cl_uint rounds = options->tiny ? 3 : (cl_uint)(2000000 / (GROUPS * local_size));
    char name[32];
    struct bench_series series = {.name = name,
                                  .unit = "ns",
                                  .help =
                                      "one barrier of one work-item: a switch of fibers"};
    struct bench_summary summary;

    snprintf(name, sizeof name, "items_%zu", local_size);
    if (!bench_is_chosen(options, name))
        return;
    check(fiber, local_size, rounds);
    for (unsigned i = 0; i < options->repetitions; i++)
        bench_series_add(&series, measure(fiber, local_size, rounds));
    summary = bench_series_summary(&series);
    if (!options->quiet)
        printf("%-12s %8.2f %8.2f %8.2f ns\n", name, summary.min, summary.median,
               summary.p90);
    bench_report_add(report, &series);
    bench_series_fini(&series);
}

int main(int argc, char **argv)
{
    const struct argp parser = {
        .options = bench_options_argp.options,
        .parser = bench_options_argp.parser,
        .doc = "Measures what a barrier costs a work-item of a barrier kernel, on one "
               "compute unit, "
               "for several sizes of work-groups.",
    };
    struct bench_options options = {.repetitions = 15};
    struct bench_fiber fiber;
    cl_device_id device;
    json_t *report;

    argp_parse(&parser, argc, argv, 0, NULL, &options);
    if (setenv("VGPU_DEVICES", "cu=1", 1) != 0)
        bench_fail("no memory for VGPU_DEVICES");
    device = bench_find_device("Virtual GPU", 0);
    fiber_init(&fiber, device);
    report = bench_report_create("bench_fiber");
    json_object_set_new(report, "implementation", bench_implementation(device));
    if (!options.quiet) {
        bench_print_machine();
        printf("%-12s %8s %8s %8s\n", "group", "min", "median", "p90");
    }
    for (size_t i = 0; i < NUM_SIZES; i++)
        measure_size(&fiber, local_sizes[i], &options, report);
    bench_report_write(report, options.json);
    fiber_fini(&fiber);
    return EXIT_SUCCESS;
}
