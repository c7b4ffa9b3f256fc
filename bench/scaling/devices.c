/* SPDX-License-Identifier: MIT */
/* Samples of start-up, launches, objects and idleness on all devices of a process. */
#include "devices.h"

#include "opencl.h"
#include "series.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define MOST_DEVICES 64
#define BUFFER_SIZE  4096
#define MANY_GROUPS  4096

struct devices {
    cl_device_id device[MOST_DEVICES];
    cl_command_queue queue[MOST_DEVICES];
    cl_uint count;
    cl_context context;
    cl_program program;
    cl_kernel nothing;
    cl_mem buffer;
    double platform_us, queues_us;
    unsigned times; /* calls of a sample */
    bool tiny;
};

const struct quantity_info quantity_infos[NUM_QUANTITIES] = {
#define QUANTITY(name, unit, help) {#name, unit, help},
#include "quantity.def"
#undef QUANTITY
};

static cl_program create_program(const struct devices *devices)
{
    cl_int err;
    cl_program program = clCreateProgramWithBuiltInKernels(
        devices->context, devices->count, devices->device, "nothing", &err);

    bench_cl_check(err, "clCreateProgramWithBuiltInKernels");
    return program;
}

static cl_context create_context(const struct devices *devices)
{
    cl_int err;
    cl_context context =
        clCreateContext(NULL, devices->count, devices->device, NULL, NULL, &err);

    bench_cl_check(err, "clCreateContext");
    return context;
}

static cl_mem create_buffer(const struct devices *devices)
{
    cl_int err;
    cl_mem buffer =
        clCreateBuffer(devices->context, CL_MEM_READ_WRITE, BUFFER_SIZE, NULL, &err);

    bench_cl_check(err, "clCreateBuffer");
    return buffer;
}

static void devices_start(struct devices *devices)
{
    const uint64_t start = bench_now_ns();
    uint64_t found;
    cl_platform_id platform;
    cl_int err;

    BENCH_CL(clGetPlatformIDs(1, &platform, NULL));
    BENCH_CL(clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, MOST_DEVICES, devices->device,
                            &devices->count));
    found = bench_now_ns();
    devices->context = create_context(devices);
    for (cl_uint i = 0; i < devices->count; i++) {
        devices->queue[i] =
            clCreateCommandQueue(devices->context, devices->device[i], 0, &err);
        bench_cl_check(err, "clCreateCommandQueue");
    }
    devices->platform_us = (double)(found - start) / 1e3;
    devices->queues_us = (double)(bench_now_ns() - found) / 1e3;
}

static void devices_init(struct devices *devices)
{
    const cl_uint value = 0;

    devices->program = create_program(devices);
    devices->nothing = bench_create_kernel(devices->program, "nothing");
    devices->buffer = create_buffer(devices);
    BENCH_CL(
        clSetKernelArg(devices->nothing, 0, sizeof devices->buffer, &devices->buffer));
    BENCH_CL(clSetKernelArg(devices->nothing, 1, sizeof value, &value));
}

static void devices_fini(struct devices *devices)
{
    BENCH_CL(clReleaseMemObject(devices->buffer));
    BENCH_CL(clReleaseKernel(devices->nothing));
    BENCH_CL(clReleaseProgram(devices->program));
    for (cl_uint i = 0; i < devices->count; i++)
        BENCH_CL(clReleaseCommandQueue(devices->queue[i]));
    BENCH_CL(clReleaseContext(devices->context));
}

static void launch(const struct devices *devices, cl_uint device, size_t groups)
{
    const size_t one = 1;

    BENCH_CL(clEnqueueNDRangeKernel(devices->queue[device], devices->nothing, 1, NULL,
                                    &groups, &one, 0, NULL, NULL));
}

static void finish(const struct devices *devices, cl_uint device)
{
    BENCH_CL(clFinish(devices->queue[device]));
}

static void do_round_trip(const struct devices *devices)
{
    launch(devices, devices->count - 1, 1);
    finish(devices, devices->count - 1);
}

static void do_groups(const struct devices *devices)
{
    launch(devices, devices->count - 1, MANY_GROUPS);
    finish(devices, devices->count - 1);
}

static void do_all_devices(const struct devices *devices)
{
    for (cl_uint i = 0; i < devices->count; i++) {
        launch(devices, i, 1);
        BENCH_CL(clFlush(devices->queue[i]));
    }
    for (cl_uint i = 0; i < devices->count; i++)
        finish(devices, i);
}

static void do_context(const struct devices *devices)
{
    BENCH_CL(clReleaseContext(create_context(devices)));
}

static void do_buffer(const struct devices *devices)
{
    BENCH_CL(clReleaseMemObject(create_buffer(devices)));
}

static void do_program(const struct devices *devices)
{
    cl_program program = create_program(devices);

    BENCH_CL(clReleaseKernel(bench_create_kernel(program, "nothing")));
    BENCH_CL(clReleaseProgram(program));
}

/* ns for each of so many calls. */
static double repeat(const struct devices *devices, unsigned times,
                     void (*function)(const struct devices *))
{
    const uint64_t start = bench_now_ns();

    for (unsigned i = 0; i < times; i++)
        function(devices);
    return (double)(bench_now_ns() - start) / times;
}

static double measure_platform(const struct devices *devices)
{
    return devices->platform_us;
}

static double measure_queues(const struct devices *devices)
{
    return devices->queues_us;
}

static double measure_round_trip(const struct devices *devices)
{
    return repeat(devices, devices->times, do_round_trip);
}

static double measure_stream(const struct devices *devices)
{
    const uint64_t start = bench_now_ns();

    for (unsigned i = 0; i < devices->times; i++)
        launch(devices, devices->count - 1, 1);
    finish(devices, devices->count - 1);
    return (double)(bench_now_ns() - start) / devices->times;
}

static double measure_groups(const struct devices *devices)
{
    return repeat(devices, 1 + devices->times / 20, do_groups);
}

static double measure_all_devices(const struct devices *devices)
{
    return repeat(devices, 1 + devices->times / 10, do_all_devices);
}

static double measure_context(const struct devices *devices)
{
    return repeat(devices, devices->times, do_context);
}

static double measure_buffer(const struct devices *devices)
{
    return repeat(devices, devices->times, do_buffer);
}

static double measure_program(const struct devices *devices)
{
    return repeat(devices, devices->times, do_program);
}

static double processors_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e6 * (double)now.tv_sec + (double)now.tv_nsec / 1e3;
}

static double measure_idle(const struct devices *devices)
{
    const struct timespec second = {.tv_sec = devices->tiny ? 0 : 1, .tv_nsec = 1000000};
    const struct timespec moment = {.tv_nsec = 20000000};
    double start;

    nanosleep(&moment, NULL); /* units that just had work fall asleep */
    start = processors_us();
    nanosleep(&second, NULL);
    return processors_us() - start;
}

static double (*const measures[NUM_QUANTITIES])(const struct devices *) = {
#define QUANTITY(name, unit, help) measure_##name,
#include "quantity.def"
#undef QUANTITY
};

static double measure(const struct devices *devices, const char *name)
{
    for (int i = 0; i < NUM_QUANTITIES; i++)
        if (strcmp(quantity_infos[i].name, name) == 0)
            return measures[i](devices);
    bench_fail("'%s' is not a quantity", name);
}

void devices_serve(bool tiny)
{
    struct devices devices = {.times = tiny ? 5 : 1000, .tiny = tiny};
    char line[64];

    devices_start(&devices);
    devices_init(&devices);
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        printf("%.3f\n", measure(&devices, line));
        fflush(stdout);
    }
    devices_fini(&devices);
}
