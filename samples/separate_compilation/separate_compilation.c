/* SPDX-License-Identifier: MIT */
/* A program of several sources: each is compiled by itself, with a header that exists
 * only in memory; one becomes a library, and all are linked. */
#include "complex_numbers_cl.h"
#include "complex_numbers_h.h"
#include "sample.h"
#include "separate_compilation_cl.h"

#include <complex.h>
#include <stdio.h>
#include <stdlib.h>

#define EXPONENT 13

static cl_program compile(cl_context context, const char *source, cl_program header)
{
    const char *header_name = "complex_numbers.h"; /* as #include calls it */
    cl_int err;

    cl_program object = clCreateProgramWithSource(context, 1, &source, NULL, &err);
    SAMPLE_CHECK(err);
    sample_check_build(object, clCompileProgram(object, 0, NULL, "", 1, &header,
                                                &header_name, NULL, NULL));
    return object;
}

static cl_program link(cl_context context, const char *options, cl_uint count,
                       const cl_program *inputs)
{
    cl_int err;
    cl_program program =
        clLinkProgram(context, 0, NULL, options, count, inputs, NULL, NULL, &err);

    sample_check_build(program, err);
    return program;
}

static cl_program build(cl_context context)
{
    const char *header_text = complex_numbers_h;
    cl_int err;

    /* A header is a program, too, but one that is never built. */
    cl_program header = clCreateProgramWithSource(context, 1, &header_text, NULL, &err);
    SAMPLE_CHECK(err);
    cl_program functions = compile(context, complex_numbers_cl, header);
    cl_program library = link(context, "-create-library", 1, &functions);
    cl_program kernels = compile(context, separate_compilation_cl, header);
    cl_program executable = link(context, "", 2, (cl_program[]){kernels, library});

    clReleaseProgram(kernels);
    clReleaseProgram(library);
    clReleaseProgram(functions);
    clReleaseProgram(header);
    return executable;
}

static double powers_on_device(cl_device_id device, cl_float2 *in, cl_float2 *out,
                               size_t n)
{
    const size_t bytes = n * sizeof(cl_float2);
    const cl_uint exponent = EXPONENT;
    cl_event event;
    cl_int err;

    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    cl_command_queue queue =
        clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &err);
    SAMPLE_CHECK(err);
    cl_program program = build(context);
    cl_kernel kernel = clCreateKernel(program, "powers", &err);
    SAMPLE_CHECK(err);
    cl_mem buffer_in =
        clCreateBuffer(context, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, bytes, in, &err);
    SAMPLE_CHECK(err);
    cl_mem buffer_out = clCreateBuffer(context, CL_MEM_WRITE_ONLY, bytes, NULL, &err);
    SAMPLE_CHECK(err);

    SAMPLE_CHECK(clSetKernelArg(kernel, 0, sizeof(buffer_out), &buffer_out));
    SAMPLE_CHECK(clSetKernelArg(kernel, 1, sizeof(buffer_in), &buffer_in));
    SAMPLE_CHECK(clSetKernelArg(kernel, 2, sizeof(exponent), &exponent));
    SAMPLE_CHECK(
        clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &n, NULL, 0, NULL, &event));
    SAMPLE_CHECK(
        clEnqueueReadBuffer(queue, buffer_out, CL_TRUE, 0, bytes, out, 0, NULL, NULL));
    double kernel_ms = sample_event_ms(event);

    clReleaseEvent(event);
    clReleaseMemObject(buffer_out);
    clReleaseMemObject(buffer_in);
    clReleaseKernel(kernel);
    clReleaseProgram(program);
    clReleaseCommandQueue(queue);
    clReleaseContext(context);
    return kernel_ms;
}

/* Each multiplication adds an error of some units in the last place, and the power
 * multiplies those that its factors have. */
static bool are_powers(const cl_float2 *in, const cl_float2 *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double complex z = in[i].s[0] + in[i].s[1] * I;
        const double complex power = out[i].s[0] + out[i].s[1] * I;
        double complex expected = 1;

        for (int k = 0; k < EXPONENT; k++)
            expected *= z;
        if (!(cabs(power - expected) <= 1e-5 * cabs(expected))) {
            fprintf(stderr, "power %zu is %g + %gi, not %g + %gi\n", i, creal(power),
                    cimag(power), creal(expected), cimag(expected));
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Links a kernel with a library of functions.",
        .size = "complex numbers",
        .n = 1000000,
        .n_max = 1u << 26,
    };
    uint64_t random = 19;

    sample_parse(&options, argc, argv);
    const size_t n = options.n;
    cl_float2 *in = sample_alloc(n, sizeof(cl_float2));
    cl_float2 *out = sample_alloc(n, sizeof(cl_float2));
    for (size_t i = 0; i < n; i++) {
        in[i].s[0] = sample_random_float(&random, -1.25f, 1.25f);
        in[i].s[1] = sample_random_float(&random, -1.25f, 1.25f);
    }

    cl_device_id device = sample_device(&options);
    double kernel_ms = powers_on_device(device, in, out, n);
    bool ok = are_powers(in, out, n);

    free(out);
    free(in);
    return sample_report(
        "separate_compilation", device, sample_text("n=%zu", n), kernel_ms,
        sample_text("%.1f M powers/s", (double)n * 1e-3 / kernel_ms), ok);
}
