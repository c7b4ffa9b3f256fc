/* SPDX-License-Identifier: MIT */
/* The Mandelbrot set as a picture: work-items that take very different times, a vector as
 * an argument, the result mapped into the host's memory rather than read. */
#include "mandelbrot_cl.h"
#include "sample.h"
#include "sample_image.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_STEPS 256
#define LEFT      -2.25f
#define TOP       -1.0f
#define SPAN      3.0f /* from left to right; two thirds of it from top to bottom */

static cl_uint steps_at(float c_x, float c_y)
{
    float x = 0, y = 0, x2 = 0, y2 = 0;
    cl_uint taken = 0;

    while (x2 + y2 <= 4 && taken < MAX_STEPS) {
        y = 2 * x * y + c_y;
        x = x2 - y2 + c_x;
        x2 = x * x;
        y2 = y * y;
        taken++;
    }
    return taken;
}

/* Near the edge of the set the last bit of a rounding decides, and a device may round
 * once where plain C rounds twice (fused multiply-add): one point in a hundred may
 * differ. */
static bool is_mandelbrot(const cl_uint *steps, size_t width, size_t height, float step)
{
    size_t wrong = 0;

    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            cl_uint expected = steps_at(LEFT + step * (float)x, TOP + step * (float)y);

            wrong += steps[y * width + x] != expected;
        }
    }
    if (wrong * 100 > width * height)
        fprintf(stderr, "%zu of %zu points differ\n", wrong, width * height);
    return wrong * 100 <= width * height;
}

/* Black inside; outside, colours that run through blue, white and amber. */
static void colour(unsigned char *pixel, cl_uint steps)
{
    float phase = 6.2831853f * sqrtf((float)steps / MAX_STEPS) * 2;
    const float shift[SAMPLE_IMAGE_CHANNELS] = {2.6f, 2.1f, 1.3f};

    for (int c = 0; c < SAMPLE_IMAGE_CHANNELS; c++)
        pixel[c] = steps == MAX_STEPS
                       ? 0
                       : (unsigned char)(127.5f + 127.5f * cosf(phase - shift[c] - 1.5f));
}

static void write_picture(const char *path, const cl_uint *steps, size_t width,
                          size_t height)
{
    struct sample_image image = {.width = (unsigned)width, .height = (unsigned)height};

    image.pixels = sample_alloc(width * height, SAMPLE_IMAGE_CHANNELS);
    for (size_t i = 0; i < width * height; i++)
        colour(image.pixels + i * SAMPLE_IMAGE_CHANNELS, steps[i]);
    sample_image_write(path, &image);
    free(image.pixels);
}

static double draw_on_device(cl_device_id device, const char *path, size_t width,
                             size_t height, bool *ok)
{
    const size_t global[2] = {width, height};
    const size_t bytes = width * height * sizeof(cl_uint);
    const cl_float2 corner = {{LEFT, TOP}};
    const cl_float step = SPAN / (float)width;
    const cl_uint max_steps = MAX_STEPS;
    cl_event event;
    cl_int err;

    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    cl_command_queue queue =
        clCreateCommandQueue(context, device, CL_QUEUE_PROFILING_ENABLE, &err);
    SAMPLE_CHECK(err);
    cl_program program = sample_program(context, mandelbrot_cl);
    cl_kernel kernel = clCreateKernel(program, "mandelbrot", &err);
    SAMPLE_CHECK(err);
    cl_mem buffer = clCreateBuffer(context, CL_MEM_WRITE_ONLY | CL_MEM_ALLOC_HOST_PTR,
                                   bytes, NULL, &err);
    SAMPLE_CHECK(err);

    SAMPLE_CHECK(clSetKernelArg(kernel, 0, sizeof(buffer), &buffer));
    SAMPLE_CHECK(clSetKernelArg(kernel, 1, sizeof(corner), &corner));
    SAMPLE_CHECK(clSetKernelArg(kernel, 2, sizeof(step), &step));
    SAMPLE_CHECK(clSetKernelArg(kernel, 3, sizeof(max_steps), &max_steps));
    SAMPLE_CHECK(
        clEnqueueNDRangeKernel(queue, kernel, 2, NULL, global, NULL, 0, NULL, &event));

    cl_uint *steps = clEnqueueMapBuffer(queue, buffer, CL_TRUE, CL_MAP_READ, 0, bytes, 0,
                                        NULL, NULL, &err);
    SAMPLE_CHECK(err);
    double kernel_ms = sample_event_ms(event);
    *ok = is_mandelbrot(steps, width, height, step);
    write_picture(path, steps, width, height);
    SAMPLE_CHECK(clEnqueueUnmapMemObject(queue, buffer, steps, 0, NULL, NULL));
    SAMPLE_CHECK(clFinish(queue));

    clReleaseEvent(event);
    clReleaseMemObject(buffer);
    clReleaseKernel(kernel);
    clReleaseProgram(program);
    clReleaseCommandQueue(queue);
    clReleaseContext(context);
    return kernel_ms;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Draws the Mandelbrot set.",
        .size = "pixels from left to right",
        .n = 768,
        .n_max = 16384,
        .output = "mandelbrot.png",
    };
    bool ok;

    sample_parse(&options, argc, argv);
    const size_t width = options.n, height = (2 * options.n + 2) / 3;
    cl_device_id device = sample_device(&options);
    double kernel_ms = draw_on_device(device, options.output, width, height, &ok);

    return sample_report(
        "mandelbrot", device, sample_text("%zux%zu", width, height), kernel_ms,
        sample_text("%.1f M points/s", (double)(width * height) * 1e-3 / kernel_ms), ok);
}
