/* SPDX-License-Identifier: MIT */
/* A program is built from source, kept in a file as the device's binary, and made again
 * from that without its source: what large programs do so as to start faster. */
#include "program_binaries_cl.h"
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_STEPS 1000
#define TO_TEXT(x) TEXT(x)
#define TEXT(x)    #x

struct binary {
    unsigned char *bytes;
    size_t size;
};

static cl_program build_from_source(cl_context context)
{
    const char *source = program_binaries_cl;
    cl_int err;

    cl_program program = clCreateProgramWithSource(context, 1, &source, NULL, &err);
    SAMPLE_CHECK(err);
    sample_check_build(program,
                       clBuildProgram(program, 0, NULL,
                                      "-D MOST_STEPS=" TO_TEXT(MOST_STEPS), NULL, NULL));
    return program;
}

/* A program has a binary for each of its devices; here there is one. */
static struct binary get_binary(cl_program program)
{
    struct binary binary;

    SAMPLE_CHECK(clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof(binary.size),
                                  &binary.size, NULL));
    binary.bytes = sample_alloc(binary.size, 1);
    SAMPLE_CHECK(clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof(binary.bytes),
                                  &binary.bytes, NULL));
    return binary;
}

static void save(const char *path, struct binary binary)
{
    FILE *file = fopen(path, "wb");

    if (!file || fwrite(binary.bytes, 1, binary.size, file) != binary.size ||
        fclose(file) != 0)
        sample_fail("cannot write %s", path);
}

static struct binary load(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct binary binary;
    long size = -1;

    if (file && fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    if (size < 0)
        sample_fail("cannot read %s", path);
    rewind(file);
    binary.size = (size_t)size;
    binary.bytes = sample_alloc(binary.size, 1);
    if (fread(binary.bytes, 1, binary.size, file) != binary.size)
        sample_fail("cannot read %s", path);
    fclose(file);
    return binary;
}

/* A binary is of use to the device, and the version of its driver, that made it: programs
 * that find CL_INVALID_BINARY here build from source once more. */
static cl_program build_from_binary(cl_context context, cl_device_id device,
                                    struct binary binary)
{
    const unsigned char *bytes = binary.bytes;
    cl_int status, err;
    cl_program program = clCreateProgramWithBinary(context, 1, &device, &binary.size,
                                                   &bytes, &status, &err);

    SAMPLE_CHECK(err);
    SAMPLE_CHECK(status);
    sample_check_build(program, clBuildProgram(program, 0, NULL, "", NULL, NULL));
    return program;
}

static double run(cl_context context, cl_device_id device, cl_program program,
                  cl_uint *steps, size_t n)
{
    const size_t bytes = n * sizeof(cl_uint);
    cl_event event;
    cl_int err;

    cl_command_queue queue =
        clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &err);
    SAMPLE_CHECK(err);
    cl_kernel kernel = clCreateKernel(program, "collatz", &err);
    SAMPLE_CHECK(err);
    cl_mem buffer = clCreateBuffer(context, CL_MEM_WRITE_ONLY, bytes, NULL, &err);
    SAMPLE_CHECK(err);

    SAMPLE_CHECK(clSetKernelArg(kernel, 0, sizeof(buffer), &buffer));
    SAMPLE_CHECK(
        clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &n, NULL, 0, NULL, &event));
    SAMPLE_CHECK(
        clEnqueueReadBuffer(queue, buffer, CL_TRUE, 0, bytes, steps, 0, NULL, NULL));
    double kernel_ms = sample_event_ms(event);

    clReleaseEvent(event);
    clReleaseMemObject(buffer);
    clReleaseKernel(kernel);
    clReleaseCommandQueue(queue);
    return kernel_ms;
}

static cl_uint collatz(uint64_t number)
{
    cl_uint taken = 0;

    while (number != 1 && taken < MOST_STEPS) {
        number = number % 2 == 0 ? number / 2 : 3 * number + 1;
        taken++;
    }
    return taken;
}

static bool are_steps(const cl_uint *steps, const char *origin, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (steps[i] != collatz(i + 1)) {
            fprintf(stderr, "from %s: %zu takes %u steps, not %u\n", origin, i + 1,
                    steps[i], collatz(i + 1));
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Saves a program's binary and makes the program again from it.",
        .size = "numbers to start from",
        .n = 100000,
        .n_max = 1u << 24,
        .output = "program_binaries.bin",
    };
    cl_int err;

    sample_parse(&options, argc, argv);
    const size_t n = options.n;
    cl_uint *steps = sample_alloc(n, sizeof(cl_uint));
    cl_device_id device = sample_device(&options);
    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    SAMPLE_CHECK(err);

    cl_program from_source = build_from_source(context);
    struct binary binary = get_binary(from_source);
    double kernel_ms = run(context, device, from_source, steps, n);
    bool ok = are_steps(steps, "source", n);
    clReleaseProgram(from_source);
    save(options.output, binary);
    free(binary.bytes);

    memset(steps, 0, n * sizeof(cl_uint));
    binary = load(options.output);
    cl_program from_binary = build_from_binary(context, device, binary);
    kernel_ms += run(context, device, from_binary, steps, n);
    ok = ok && are_steps(steps, "binary", n);
    clReleaseProgram(from_binary);

    const size_t size = binary.size;
    free(binary.bytes);
    free(steps);
    clReleaseContext(context);
    return sample_report("program_binaries", device, sample_text("n=%zu", n), kernel_ms,
                         sample_text("binary of %zu bytes", size), ok);
}
