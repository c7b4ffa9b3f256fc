/* SPDX-License-Identifier: MIT */
/* Vectors in kernels: components by name and in another order, functions and comparisons
 * of whole vectors, conversions that saturate, and memory that is not aligned to them. */
#include "sample.h"
#include "vector_types_cl.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SATURATION 1.75f

static const cl_float3 tint = {{1.125f, 1.0f, 0.75f, 0}};

static cl_event enqueue(cl_command_queue queue, cl_kernel kernel, size_t pixels)
{
    cl_event event;

    SAMPLE_CHECK(
        clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &pixels, NULL, 0, NULL, &event));
    return event;
}

static cl_kernel make_kernel(cl_program program, const char *name, cl_mem first)
{
    cl_int err;
    cl_kernel kernel = clCreateKernel(program, name, &err);

    SAMPLE_CHECK(err);
    SAMPLE_CHECK(clSetKernelArg(kernel, 0, sizeof(first), &first));
    return kernel;
}

static double grade_on_device(cl_device_id device, cl_uchar *rgb, cl_uchar *bgr,
                              size_t pixels)
{
    const cl_float saturation = SATURATION;
    cl_event events[3];
    double kernel_ms = 0;
    cl_int err;

    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    cl_command_queue queue =
        clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &err);
    SAMPLE_CHECK(err);
    cl_program program = sample_program(context, vector_types_cl);
    cl_mem bytes = clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR,
                                  3 * pixels, rgb, &err);
    SAMPLE_CHECK(err);
    cl_mem colours = clCreateBuffer(context, CL_MEM_READ_WRITE,
                                    pixels * sizeof(cl_float4), NULL, &err);
    SAMPLE_CHECK(err);

    cl_kernel unpack = make_kernel(program, "unpack", bytes);
    SAMPLE_CHECK(clSetKernelArg(unpack, 1, sizeof(colours), &colours));
    cl_kernel grade = make_kernel(program, "grade", colours);
    /* A vector of three is passed, and kept, as one of four. */
    SAMPLE_CHECK(clSetKernelArg(grade, 1, sizeof(tint), &tint));
    SAMPLE_CHECK(clSetKernelArg(grade, 2, sizeof(saturation), &saturation));
    cl_kernel pack = make_kernel(program, "pack", colours);
    SAMPLE_CHECK(clSetKernelArg(pack, 1, sizeof(bytes), &bytes));

    events[0] = enqueue(queue, unpack, pixels);
    events[1] = enqueue(queue, grade, pixels);
    events[2] = enqueue(queue, pack, pixels);
    SAMPLE_CHECK(
        clEnqueueReadBuffer(queue, bytes, CL_TRUE, 0, 3 * pixels, bgr, 0, NULL, NULL));
    for (int i = 0; i < 3; i++) {
        kernel_ms += sample_event_ms(events[i]);
        clReleaseEvent(events[i]);
    }

    clReleaseKernel(pack);
    clReleaseKernel(grade);
    clReleaseKernel(unpack);
    clReleaseMemObject(colours);
    clReleaseMemObject(bytes);
    clReleaseProgram(program);
    clReleaseCommandQueue(queue);
    clReleaseContext(context);
    return kernel_ms;
}

static double graded(double channel, double grey, double tint_of_channel)
{
    return fmin(fmax((grey + (channel - grey) * SATURATION) * tint_of_channel, 0), 1);
}

/* A result may be off by one where the exact value lies close to the middle between two.
 */
static bool is_graded(const cl_uchar *rgb, const cl_uchar *bgr, size_t pixels)
{
    for (size_t i = 0; i < pixels; i++) {
        const cl_uchar *in = rgb + 3 * i, *out = bgr + 3 * i;
        const double grey = (0.25 * in[0] + 0.625 * in[1] + 0.125 * in[2]) / 255;

        for (int c = 0; c < 3; c++) {
            double expected = 255 * graded(in[c] / 255.0, grey, tint.s[c]);

            if (fabs(out[2 - c] - expected) > 0.501) {
                fprintf(stderr, "channel %d of pixel %zu is %d, not %g\n", c, i,
                        out[2 - c], expected);
                return false;
            }
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Changes the colours of pixels that are vectors.",
        .size = "pixels",
        .n = 1000000,
        .n_max = 1u << 26,
    };
    uint64_t random = 17;

    sample_parse(&options, argc, argv);
    const size_t n = options.n;
    cl_uchar *rgb = sample_alloc(n, 3);
    cl_uchar *bgr = sample_alloc(n, 3);
    for (size_t i = 0; i < 3 * n; i++)
        rgb[i] = (cl_uchar)sample_random(&random);

    cl_device_id device = sample_device(&options);
    double kernel_ms = grade_on_device(device, rgb, bgr, n);
    bool ok = is_graded(rgb, bgr, n);

    free(bgr);
    free(rgb);
    return sample_report("vector_types", device, sample_text("n=%zu", n), kernel_ms,
                         sample_text("%.1f M pixels/s", (double)n * 1e-3 / kernel_ms),
                         ok);
}
