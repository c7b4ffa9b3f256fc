/* SPDX-License-Identifier: MIT */
/* What the lessons' programs share: the host side around a kernel, so that a lesson is
 * its kernels, what they are given, and what they must give back. samples/vector_add
 * writes out the OpenCL calls behind it. */
#ifndef LESSON_H
#define LESSON_H

#include "sample.h"

#define LESSON_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define LESSON_DEVICES 2

struct lesson {
    cl_uint num_devices; /* 1, or LESSON_DEVICES where there are as many */
    cl_context context;  /* of these */
    cl_command_queue queues[LESSON_DEVICES]; /* in order; queues[i % num_devices] */
    cl_program program;
};

/* A kernel of the lesson, and the function that launches it. */
struct lesson_step {
    const char *kernel;
    /* Launches it and returns whether it did what it should. */
    bool (*run)(const struct lesson *lesson, const struct lesson_step *step);
    size_t parameter; /* whatever run() makes of it */
    bool is_faulty;   /* runs only when the command line names it; may go wrong */
};

/* lesson_main - runs the steps that the command line names, or all but faulty ones; says
 * of each how it went. `options` are for the build of the program. Returns what main()
 * should return: failure where a step that is not faulty went wrong. */
int lesson_main(int argc, char **argv, const char *source, const char *options,
                const struct lesson_step *steps, size_t num_steps);

/* An argument of a kernel: a buffer or a value, or so many bytes of local memory. */
struct lesson_argument {
    size_t size;
    const void *value;
};

#define LESSON_VALUE(variable)                         \
    (struct lesson_argument)                           \
    {                                                  \
        .size = sizeof(variable), .value = &(variable) \
    }
#define LESSON_LOCAL(bytes)  \
    (struct lesson_argument) \
    {                        \
        .size = (bytes)      \
    }

/* lesson_launch - launches the step's kernel on the first device, over a one- or
 * two-dimensional NDRange (global[1] is 0 where there is one dimension), and waits for
 * it. A launch that fails is told of on stderr; its results are then wrong. */
void lesson_launch(const struct lesson *lesson, const struct lesson_step *step,
                   const size_t global[2], const size_t local[2],
                   const struct lesson_argument *arguments, cl_uint num_arguments);

/* lesson_buffer - a buffer with a copy of `contents`; NULL: nothing is written to it. The
 * caller releases it. */
cl_mem lesson_buffer(const struct lesson *lesson, const void *contents, size_t size);

void lesson_read(const struct lesson *lesson, cl_mem buffer, void *to, size_t size);

/* lesson_compare - says of the first number that differs from what it should be. */
bool lesson_compare(const struct lesson_step *step, const cl_uint *numbers,
                    const cl_uint *expected, size_t count);

#endif
