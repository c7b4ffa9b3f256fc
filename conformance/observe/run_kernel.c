/* SPDX-License-Identifier: MIT */
/* run_kernel FILE: runs the kernel `k` of an OpenCL C file as the file's second line
 * says:
 *
 *     // RUN: std=CL3.0 global=64x2 local=32x1 in:1024 new:512 int:100 local:256 null
 *
 * Arguments: in (with small numbers in it), in0 (zeroes), index (0, 1, 2, ...), ro (as
 * in, for reading only), out and new (never written), half (the first half written):
 * buffers of so many bytes; local: local memory; int: a number; null: no buffer. */
#define CL_TARGET_OPENCL_VERSION 300
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#include <CL/cl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ARGS 16

struct run {
    cl_context context;
    cl_command_queue queue;
    cl_kernel kernel;
    cl_mem buffers[MAX_ARGS];
    unsigned num_buffers, num_args;
    size_t global[3], local[3];
    cl_uint dims;
    char options[64];
};

static void must(cl_int err, const char *what)
{
    if (err == CL_SUCCESS)
        return;
    fprintf(stderr, "run_kernel: %s: %d\n", what, err);
    exit(2);
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 65536);

    if (!file || !text || fread(text, 1, 65535, file) == 0) {
        fprintf(stderr, "run_kernel: cannot read %s\n", path);
        exit(2);
    }
    fclose(file);
    return text;
}

static cl_uint read_size(const char *text, size_t size[3])
{
    cl_uint dims = 0;
    char *end;

    size[0] = size[1] = size[2] = 1;
    do {
        size[dims++] = strtoul(text, &end, 10);
        text = end + 1;
    } while (*end == 'x' && dims < 3);
    return dims;
}

static void add_buffer(struct run *run, const char *kind, size_t bytes)
{
    const cl_mem_flags flags =
        strcmp(kind, "ro") == 0 ? CL_MEM_READ_ONLY : CL_MEM_READ_WRITE;
    const size_t written = strcmp(kind, "new") == 0 || strcmp(kind, "out") == 0 ? 0
                           : strcmp(kind, "half") == 0 ? bytes / 2
                                                       : bytes;
    int *numbers = calloc(bytes / 4 + 1, 4);
    cl_int err;
    cl_mem buffer = clCreateBuffer(run->context, flags, bytes, NULL, &err);

    must(err, "clCreateBuffer");
    for (size_t i = 0; i < bytes / 4; i++)
        numbers[i] = strcmp(kind, "in0") == 0     ? 0
                     : strcmp(kind, "index") == 0 ? (int)i
                                                  : (int)(i * 7 % 17);
    if (written)
        must(clEnqueueWriteBuffer(run->queue, buffer, CL_TRUE, 0, written, numbers, 0,
                                  NULL, NULL),
             "clEnqueueWriteBuffer");
    free(numbers);
    must(clSetKernelArg(run->kernel, run->num_args++, sizeof buffer, &buffer),
         "clSetKernelArg");
    run->buffers[run->num_buffers++] = buffer;
}

static void add_argument(struct run *run, char *word)
{
    char *colon = strchr(word, ':');
    const long value = colon ? atol(colon + 1) : 0;
    const cl_int number = (cl_int)value;

    if (colon)
        *colon = 0;
    if (strcmp(word, "null") == 0)
        must(clSetKernelArg(run->kernel, run->num_args++, sizeof(cl_mem), NULL), "null");
    else if (strcmp(word, "int") == 0)
        must(clSetKernelArg(run->kernel, run->num_args++, sizeof number, &number), "int");
    else if (strcmp(word, "local") == 0)
        must(clSetKernelArg(run->kernel, run->num_args++, (size_t)value, NULL), "local");
    else
        add_buffer(run, word, (size_t)value);
}

static void build(struct run *run, cl_device_id device, const char *text)
{
    char log[4096] = "";
    cl_int err;
    cl_program program = clCreateProgramWithSource(run->context, 1, &text, NULL, &err);

    must(err, "clCreateProgramWithSource");
    err = clBuildProgram(program, 1, &device, run->options, NULL, NULL);
    if (err != CL_SUCCESS) {
        clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, sizeof log, log,
                              NULL);
        fprintf(stderr, "%s\n", log);
    }
    must(err, "clBuildProgram");
    run->kernel = clCreateKernel(program, "k", &err);
    must(err, "clCreateKernel");
    clReleaseProgram(program);
}

/* The words of the line that need no kernel, then the others. */
static void read_words(struct run *run, const char *line, int arguments)
{
    char copy[512], *save, *word;

    snprintf(copy, sizeof copy, "%.*s", (int)strcspn(line, "\n"), line);
    for (word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
        const int is_argument = !strchr(word, '=');

        if (arguments && is_argument)
            add_argument(run, word);
        if (arguments || is_argument)
            continue;
        if (strncmp(word, "global=", 7) == 0)
            run->dims = read_size(word + 7, run->global);
        else if (strncmp(word, "local=", 6) == 0)
            read_size(word + 6, run->local);
        else if (strncmp(word, "std=", 4) == 0)
            snprintf(run->options, sizeof run->options, "-cl-std=%s", word + 4);
    }
}

int main(int argc, char **argv)
{
    struct run run = {.num_args = 0};
    cl_platform_id platform;
    cl_device_id device;
    const char *line;
    char *text;
    cl_int err;

    if (argc != 2)
        return 2;
    text = read_file(argv[1]);
    line = strstr(text, "// RUN: ");
    if (!line)
        return 2;
    line += strlen("// RUN: ");
    must(clGetPlatformIDs(1, &platform, NULL), "clGetPlatformIDs");
    must(clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, NULL),
         "clGetDeviceIDs");
    run.context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    must(err, "clCreateContext");
    run.queue = clCreateCommandQueue(run.context, device, 0, &err);
    must(err, "clCreateCommandQueue");
    read_words(&run, line, 0);
    build(&run, device, text);
    read_words(&run, line, 1);
    must(clEnqueueNDRangeKernel(run.queue, run.kernel, run.dims, NULL, run.global,
                                run.local, 0, NULL, NULL),
         "clEnqueueNDRangeKernel");
    clFinish(run.queue); /* fails where the kernel missed a barrier */
    for (unsigned i = 0; i < run.num_buffers; i++)
        clReleaseMemObject(run.buffers[i]);
    clReleaseKernel(run.kernel);
    clReleaseCommandQueue(run.queue);
    clReleaseContext(run.context);
    free(text);
    return 0;
}
