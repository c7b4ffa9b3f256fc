/* SPDX-License-Identifier: MIT */
/* bench_memory: what it costs to bring a buffer from one device to another, beside memcpy
 * of as many bytes. */
#include "opencl.h"
#include "options.h"
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bench_memory {
    cl_context context;
    cl_command_queue queues[2];
    cl_mem from, to;
    char *host[2];
    size_t size;
};

static void memory_init(struct bench_memory *memory, size_t size)
{
    cl_device_id devices[2];
    cl_int err;

    for (cl_uint i = 0; i < 2; i++)
        devices[i] = bench_find_device("Virtual GPU", i);
    memory->size = size;
    memory->context = clCreateContext(NULL, 2, devices, NULL, NULL, &err);
    bench_cl_check(err, "clCreateContext");
    for (int i = 0; i < 2; i++) {
        memory->queues[i] = clCreateCommandQueue(memory->context, devices[i], 0, &err);
        bench_cl_check(err, "clCreateCommandQueue");
        memory->host[i] = bench_allocate(size);
    }
    memory->from = clCreateBuffer(memory->context, CL_MEM_READ_WRITE, size, NULL, &err);
    bench_cl_check(err, "clCreateBuffer");
    memory->to = clCreateBuffer(memory->context, CL_MEM_READ_WRITE, size, NULL, &err);
    bench_cl_check(err, "clCreateBuffer");
}

static void memory_fini(struct bench_memory *memory)
{
    BENCH_CL(clReleaseMemObject(memory->from));
    BENCH_CL(clReleaseMemObject(memory->to));
    for (int i = 0; i < 2; i++) {
        BENCH_CL(clReleaseCommandQueue(memory->queues[i]));
        free(memory->host[i]);
    }
    BENCH_CL(clReleaseContext(memory->context));
}

/* Makes the buffer current on one device alone. */
static void write_on(const struct bench_memory *memory, int device)
{
    BENCH_CL(clEnqueueWriteBuffer(memory->queues[device], memory->from, CL_TRUE, 0,
                                  memory->size, memory->host[0], 0, NULL, NULL));
}

/* The buffer goes to the second device. */
static double migrate(const struct bench_memory *memory)
{
    uint64_t start;

    write_on(memory, 0);
    start = bench_now_ns();
    BENCH_CL(clEnqueueMigrateMemObjects(memory->queues[1], 1, &memory->from, 0, 0, NULL,
                                        NULL));
    BENCH_CL(clFinish(memory->queues[1]));
    return (double)(bench_now_ns() - start);
}

/* One buffer, on the first device, is copied into another, on the second. */
static double copy(const struct bench_memory *memory)
{
    uint64_t start;

    write_on(memory, 0);
    start = bench_now_ns();
    BENCH_CL(clEnqueueCopyBuffer(memory->queues[1], memory->from, memory->to, 0, 0,
                                 memory->size, 0, NULL, NULL));
    BENCH_CL(clFinish(memory->queues[1]));
    return (double)(bench_now_ns() - start);
}

static double time_memcpy(const struct bench_memory *memory)
{
    const uint64_t start = bench_now_ns();

    memcpy(memory->host[1], memory->host[0], memory->size);
    /* Without a reader the compiler may leave the copy out. */
    __asm__ volatile("" : : "r"(memory->host[1]) : "memory");
    return (double)(bench_now_ns() - start);
}

static void check(const struct bench_memory *memory, cl_mem buffer)
{
    BENCH_CL(clEnqueueReadBuffer(memory->queues[1], buffer, CL_TRUE, 0, memory->size,
                                 memory->host[1], 0, NULL, NULL));
    if (memcmp(memory->host[0], memory->host[1], memory->size) != 0)
        bench_fail("a buffer of %zu bytes does not hold what went from device to device",
                   memory->size);
}

struct quantity {
    const char *name, *help;
    double (*measure)(const struct bench_memory *memory);
};

static const struct quantity quantities[] = {
    {"migrate_to_memcpy", "a buffer that goes to another device, divided by memcpy",
     migrate},
    {"copy_to_memcpy", "a copy between buffers of two devices, divided by memcpy", copy},
};

static void measure(const struct bench_memory *memory, const struct quantity *quantity,
                    const struct bench_options *options, json_t *report)
{
    struct bench_series series = {
        .name = quantity->name, .unit = "ratio", .help = quantity->help};
    struct bench_summary summary;

    if (!bench_is_chosen(options, quantity->name))
        return;
    for (unsigned i = 0; i < options->repetitions; i++) {
        const double ours = quantity->measure(memory);
        bench_series_add(&series, ours / time_memcpy(memory));
    }
    summary = bench_series_summary(&series);
    if (!options->quiet)
        printf("%-18s %8.2f %8.2f %8.2f\n", series.name, summary.min, summary.median,
               summary.p90);
    bench_report_add(report, &series);
    bench_series_fini(&series);
}

int main(int argc, char **argv)
{
    const struct argp parser = {
        .options = bench_options_argp.options,
        .parser = bench_options_argp.parser,
        .doc =
            "Measures what it costs to bring 64 MiB from one device to another, beside "
            "memcpy. VGPU_DEVICES says what the devices are; it has to name two. "
            "Without it they have memories of their own.",
    };
    struct bench_options options = {.repetitions = 15};
    struct bench_memory memory;
    json_t *report;

    argp_parse(&parser, argc, argv, 0, NULL, &options);
    if (setenv("VGPU_DEVICES", "2*memory=separate", 0) != 0)
        bench_fail("no memory for VGPU_DEVICES");
    memory_init(&memory, options.tiny ? 1 << 20 : 64 << 20);
    for (size_t i = 0; i < memory.size; i++)
        memory.host[0][i] = (char)(i * 2654435761u >> 7);
    report = bench_report_create("bench_memory");
    json_object_set_new(report, "implementation",
                        bench_implementation(bench_find_device("Virtual GPU", 0)));
    migrate(&memory);
    check(&memory, memory.from);
    copy(&memory);
    check(&memory, memory.to);
    if (!options.quiet) {
        bench_print_machine();
        printf("%-18s %8s %8s %8s\n", "", "min", "median", "p90");
    }
    for (size_t i = 0; i < sizeof quantities / sizeof *quantities; i++)
        measure(&memory, &quantities[i], &options, report);
    bench_report_write(report, options.json);
    memory_fini(&memory);
    return EXIT_SUCCESS;
}
