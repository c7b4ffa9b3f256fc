/* SPDX-License-Identifier: MIT */
/* A picture is read from a PNG file, blurred several times with the result of each time
 * as the source of the next, and written to another PNG file. The weights lie in constant
 * memory. */
#include "convolution_cl.h"
#include "sample.h"
#include "sample_image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RADIUS  3
#define EDGE    (2 * RADIUS + 1)
#define DIVISOR (64 * 64)

/* Binomial coefficients come near to a Gaussian curve; their sum is 2^6 in each
 * direction. */
static void make_weights(cl_int weights[EDGE * EDGE])
{
    static const cl_int binomial[EDGE] = {1, 6, 15, 20, 15, 6, 1};

    for (int y = 0; y < EDGE; y++) {
        for (int x = 0; x < EDGE; x++)
            weights[y * EDGE + x] = binomial[y] * binomial[x];
    }
}

static double blur_on_device(cl_device_id device, struct sample_image *image,
                             cl_int *weights, size_t times)
{
    const size_t bytes = (size_t)image->width * image->height * SAMPLE_IMAGE_CHANNELS;
    const size_t global[2] = {image->width, image->height};
    const cl_int radius = RADIUS, divisor = DIVISOR;
    double kernel_ms = 0;
    cl_mem pictures[2];
    cl_int err;

    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    cl_command_queue queue =
        clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &err);
    SAMPLE_CHECK(err);
    cl_program program = sample_program(context, convolution_cl);
    cl_kernel kernel = clCreateKernel(program, "convolution", &err);
    SAMPLE_CHECK(err);

    pictures[0] = clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, bytes,
                                 image->pixels, &err);
    SAMPLE_CHECK(err);
    pictures[1] = clCreateBuffer(context, CL_MEM_READ_WRITE, bytes, NULL, &err);
    SAMPLE_CHECK(err);
    cl_mem buffer_weights =
        clCreateBuffer(context, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR,
                       EDGE * EDGE * sizeof(cl_int), weights, &err);
    SAMPLE_CHECK(err);

    SAMPLE_CHECK(clSetKernelArg(kernel, 2, sizeof(buffer_weights), &buffer_weights));
    SAMPLE_CHECK(clSetKernelArg(kernel, 3, sizeof(radius), &radius));
    SAMPLE_CHECK(clSetKernelArg(kernel, 4, sizeof(divisor), &divisor));
    for (size_t i = 0; i < times; i++) {
        cl_event event;

        SAMPLE_CHECK(clSetKernelArg(kernel, 0, sizeof(cl_mem), &pictures[i % 2]));
        SAMPLE_CHECK(clSetKernelArg(kernel, 1, sizeof(cl_mem), &pictures[(i + 1) % 2]));
        SAMPLE_CHECK(clEnqueueNDRangeKernel(queue, kernel, 2, NULL, global, NULL, 0, NULL,
                                            &event));
        SAMPLE_CHECK(clWaitForEvents(1, &event));
        kernel_ms += sample_event_ms(event);
        clReleaseEvent(event);
    }
    SAMPLE_CHECK(clEnqueueReadBuffer(queue, pictures[times % 2], CL_TRUE, 0, bytes,
                                     image->pixels, 0, NULL, NULL));

    clReleaseMemObject(buffer_weights);
    clReleaseMemObject(pictures[1]);
    clReleaseMemObject(pictures[0]);
    clReleaseKernel(kernel);
    clReleaseProgram(program);
    clReleaseCommandQueue(queue);
    clReleaseContext(context);
    return kernel_ms;
}

static int limit(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static void blur(const struct sample_image *from, unsigned char *to,
                 const cl_int *weights)
{
    const int width = (int)from->width, height = (int)from->height;

    for (int y = 0; y < height; y++) {
        for (int i = 0; i < width * SAMPLE_IMAGE_CHANNELS; i++) {
            int x = i / SAMPLE_IMAGE_CHANNELS, channel = i % SAMPLE_IMAGE_CHANNELS,
                sum = 0;

            for (int tap = 0; tap < EDGE * EDGE; tap++) {
                int row = limit(y + tap / EDGE - RADIUS, 0, height - 1);
                int column = limit(x + tap % EDGE - RADIUS, 0, width - 1);

                sum += weights[tap] *
                       from->pixels[(row * width + column) * SAMPLE_IMAGE_CHANNELS +
                                    channel];
            }
            to[y * width * SAMPLE_IMAGE_CHANNELS + i] = (unsigned char)(sum / DIVISOR);
        }
    }
}

/* Exact: weights and pixels are whole. `original` becomes the expected picture. */
static bool is_blurred(struct sample_image *original, const struct sample_image *result,
                       const cl_int *weights, size_t times)
{
    const size_t bytes = (size_t)result->width * result->height * SAMPLE_IMAGE_CHANNELS;
    unsigned char *next = sample_alloc(bytes, 1);

    for (size_t i = 0; i < times; i++) {
        blur(original, next, weights);
        memcpy(original->pixels, next, bytes);
    }
    free(next);

    bool ok = memcmp(original->pixels, result->pixels, bytes) == 0;
    if (!ok)
        fprintf(stderr, "the picture differs from what plain C makes of it\n");
    return ok;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Blurs a picture.",
        .size = "how many times",
        .n = 3,
        .n_max = 1000,
        .input = SAMPLE_PICTURE,
        .output = "convolution.png",
    };
    cl_int weights[EDGE * EDGE];

    sample_parse(&options, argc, argv);
    struct sample_image original = sample_image_read(options.input);
    struct sample_image image = sample_image_read(options.input);
    make_weights(weights);

    cl_device_id device = sample_device(&options);
    double kernel_ms = blur_on_device(device, &image, weights, options.n);
    bool ok = is_blurred(&original, &image, weights, options.n);

    sample_image_write(options.output, &image);
    double pixels = (double)image.width * image.height * (double)options.n;
    free(image.pixels);
    free(original.pixels);
    return sample_report(
        "convolution", device,
        sample_text("%ux%u, %zu x", image.width, image.height, options.n), kernel_ms,
        sample_text("%.1f M pixels/s", pixels * 1e-3 / kernel_ms), ok);
}
