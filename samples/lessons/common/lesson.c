/* SPDX-License-Identifier: MIT */
/* The host side around a lesson's kernels. */
#include "lesson.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cl_platform_id platform_of(cl_device_id device)
{
    cl_platform_id platform;

    SAMPLE_CHECK(
        clGetDeviceInfo(device, CL_DEVICE_PLATFORM, sizeof(platform), &platform, NULL));
    return platform;
}

/* The second one only where it may share a context with the first. */
static cl_uint choose_devices(cl_device_id devices[LESSON_DEVICES])
{
    const cl_uint found = sample_devices(devices, LESSON_DEVICES);

    return found > 1 && platform_of(devices[1]) == platform_of(devices[0]) ? 2 : 1;
}

static void start(struct lesson *lesson, const char *source, const char *options)
{
    cl_device_id devices[LESSON_DEVICES];
    cl_int err;

    lesson->num_devices = choose_devices(devices);
    lesson->context =
        clCreateContext(NULL, lesson->num_devices, devices, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    for (cl_uint i = 0; i < lesson->num_devices; i++) {
        lesson->queues[i] = clCreateCommandQueue(lesson->context, devices[i], 0, &err);
        SAMPLE_CHECK(err);
    }
    lesson->program = clCreateProgramWithSource(lesson->context, 1, &source, NULL, &err);
    SAMPLE_CHECK(err);
    sample_check_build(lesson->program,
                       clBuildProgram(lesson->program, 0, NULL, options, NULL, NULL));
}

static void finish(struct lesson *lesson)
{
    clReleaseProgram(lesson->program);
    for (cl_uint i = 0; i < lesson->num_devices; i++)
        clReleaseCommandQueue(lesson->queues[i]);
    clReleaseContext(lesson->context);
}

/* The step goes wrong, and was meant to be right. */
static bool is_wrong(const struct lesson *lesson, const struct lesson_step *step)
{
    const bool ok = step->run(lesson, step);

    if (step->is_faulty)
        printf("%-20s  %s\n", step->kernel,
               ok ? "gave the right result, by luck" : "gave a wrong result, as it may");
    else
        printf("%-20s  %s\n", step->kernel, ok ? "ok" : "WRONG");
    return !ok && !step->is_faulty;
}

static const struct lesson_step *find_step(const char *name,
                                           const struct lesson_step *steps,
                                           size_t num_steps)
{
    for (size_t i = 0; i < num_steps; i++)
        if (strcmp(name, steps[i].kernel) == 0)
            return &steps[i];
    fprintf(stderr, "'%s' is no kernel of this lesson; these are:\n", name);
    for (size_t i = 0; i < num_steps; i++)
        fprintf(stderr, "  %s%s\n", steps[i].kernel,
                steps[i].is_faulty ? " (faulty: runs only when it is named)" : "");
    exit(EXIT_FAILURE);
}

int lesson_main(int argc, char **argv, const char *source, const char *options,
                const struct lesson_step *steps, size_t num_steps)
{
    struct lesson lesson;
    unsigned wrong = 0;

    for (int i = 1; i < argc; i++)
        find_step(argv[i], steps, num_steps);
    start(&lesson, source, options);
    for (int i = 1; i < argc; i++)
        wrong += is_wrong(&lesson, find_step(argv[i], steps, num_steps));
    for (size_t i = 0; argc < 2 && i < num_steps; i++)
        wrong += !steps[i].is_faulty && is_wrong(&lesson, &steps[i]);
    finish(&lesson);
    return wrong ? EXIT_FAILURE : EXIT_SUCCESS;
}

void lesson_launch(const struct lesson *lesson, const struct lesson_step *step,
                   const size_t global[2], const size_t local[2],
                   const struct lesson_argument *arguments, cl_uint num_arguments)
{
    const cl_uint dimensions = global[1] ? 2 : 1;
    cl_event event;
    cl_int err, status;

    cl_kernel kernel = clCreateKernel(lesson->program, step->kernel, &err);
    SAMPLE_CHECK(err);
    for (cl_uint i = 0; i < num_arguments; i++)
        SAMPLE_CHECK(clSetKernelArg(kernel, i, arguments[i].size, arguments[i].value));
    SAMPLE_CHECK(clEnqueueNDRangeKernel(lesson->queues[0], kernel, dimensions, NULL,
                                        global, local, 0, NULL, &event));
    SAMPLE_CHECK(clFinish(lesson->queues[0]));
    SAMPLE_CHECK(clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof(status),
                                &status, NULL));
    if (status != CL_COMPLETE)
        fprintf(stderr, "%s: the launch ended with %s\n", step->kernel,
                sample_error_name(status));
    clReleaseEvent(event);
    clReleaseKernel(kernel);
}

cl_mem lesson_buffer(const struct lesson *lesson, const void *contents, size_t size)
{
    cl_int err;
    cl_mem buffer = clCreateBuffer(lesson->context, CL_MEM_READ_WRITE, size, NULL, &err);

    SAMPLE_CHECK(err);
    if (contents)
        SAMPLE_CHECK(clEnqueueWriteBuffer(lesson->queues[0], buffer, CL_TRUE, 0, size,
                                          contents, 0, NULL, NULL));
    return buffer;
}

void lesson_read(const struct lesson *lesson, cl_mem buffer, void *to, size_t size)
{
    SAMPLE_CHECK(clEnqueueReadBuffer(lesson->queues[0], buffer, CL_TRUE, 0, size, to, 0,
                                     NULL, NULL));
}

bool lesson_compare(const struct lesson_step *step, const cl_uint *numbers,
                    const cl_uint *expected, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] == expected[i])
            continue;
        fprintf(stderr, "%s: number %zu is %u, not %u\n", step->kernel, i, numbers[i],
                expected[i]);
        return false;
    }
    return true;
}
