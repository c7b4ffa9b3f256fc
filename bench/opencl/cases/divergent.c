/* SPDX-License-Identifier: MIT */
/* Jobs whose work-items take different ways. */
#include "cases.h"

#include <math.h>

#define LIMIT 256

BENCH_SETUP(mandelbrot)
{
    job->width = bench_pick(job, 500, 60);
    job->height = bench_pick(job, 380, 50);
    bench_buffer(job, BENCH_OUT, BENCH_UINT, job->width * job->height);
    bench_uint(job, (uint32_t)job->width);
    bench_uint(job, (uint32_t)job->height);
    bench_uint(job, LIMIT);
    bench_range_2d(job, (job->width + 15) / 16 * 16, (job->height + 15) / 16 * 16, 16,
                   16);
    job->tolerance.share = 0.01;
}

static uint32_t steps_to_escape(float cx, float cy)
{
    float x = 0.0f, y = 0.0f;
    uint32_t step = 0;

    while (x * x + y * y <= 4.0f && step < LIMIT) {
        const float next = x * x - y * y + cx;

        y = 2.0f * x * y + cy;
        x = next;
        step++;
    }
    return step;
}

BENCH_REFERENCE(mandelbrot)
{
    uint32_t *out = bench_expected(job, 0);

    for (size_t py = 0; py < job->height; py++) {
        const float cy = 2.5f * (float)py / (float)job->height - 1.25f;

        for (size_t px = 0; px < job->width; px++)
            *out++ = steps_to_escape(3.0f * (float)px / (float)job->width - 2.25f, cy);
    }
}

BENCH_SETUP(collatz)
{
    job->width = bench_pick(job, 1u << 16, 1024);
    bench_buffer(job, BENCH_OUT, BENCH_UINT, job->width);
    bench_range_1d(job, job->width, 64);
}

BENCH_REFERENCE(collatz)
{
    uint32_t *steps = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++) {
        for (uint64_t value = i + 1; value != 1; steps[i]++)
            value = value & 1 ? 3 * value + 1 : value / 2;
    }
}

#define NUM_SPHERES 12
#define BOUNCES     3

struct sphere {
    float centre[3], radius;
    float grey, mirror;
};

BENCH_SETUP(ray_sphere)
{
    float *fields;

    job->width = bench_pick(job, 320, 48);
    job->height = bench_pick(job, 240, 32);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, job->width * job->height);
    bench_int(job, (int32_t)job->width);
    bench_int(job, (int32_t)job->height);
    fields = bench_floats(job, BENCH_IN, 6 * NUM_SPHERES, 0.0f, 1.0f);
    for (int s = 0; s < NUM_SPHERES; s++, fields += 6) {
        for (int k = 0; k < 3; k++)
            fields[k] = 3.0f * fields[k] - 1.5f;
        fields[3] = 0.2f + 0.5f * fields[3];
    }
    bench_int(job, NUM_SPHERES);
    bench_range_2d(job, job->width, job->height, 16, 8);
    job->tolerance = (struct bench_tolerance){.absolute = 1e-3, .share = 0.01};
}

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void normalise(double v[3])
{
    const double length = sqrt(dot(v, v));

    for (int k = 0; k < 3; k++)
        v[k] /= length;
}

/* The nearest sphere along the ray, or NULL; its distance to *distance. */
static const struct sphere *nearest_sphere(const struct sphere *spheres,
                                           const double from[3], const double along[3],
                                           double *distance)
{
    const struct sphere *nearest = NULL;

    *distance = 1e9;
    for (int s = 0; s < NUM_SPHERES; s++) {
        const double radius = (double)spheres[s].radius;
        double to[3], middle, square;

        for (int k = 0; k < 3; k++)
            to[k] = (double)spheres[s].centre[k] - from[k];
        middle = dot(to, along);
        square = radius * radius - dot(to, to) + middle * middle;
        if (square < 0.0 || middle - sqrt(square) <= 1e-3 ||
            middle - sqrt(square) >= *distance)
            continue;
        *distance = middle - sqrt(square);
        nearest = &spheres[s];
    }
    return nearest;
}

/* Moves the ray to where it meets the sphere and mirrors it; returns the lamp's light. */
static double bounce(const struct sphere *sphere, double distance, double from[3],
                     double along[3])
{
    double lamp[3] = {-1.0, 1.5, -1.0}, normal[3], turn;

    normalise(lamp);
    for (int k = 0; k < 3; k++) {
        from[k] += distance * along[k];
        normal[k] = (from[k] - (double)sphere->centre[k]) / (double)sphere->radius;
    }
    turn = 2.0 * dot(along, normal);
    for (int k = 0; k < 3; k++)
        along[k] -= turn * normal[k];
    return (double)sphere->grey * fmax(0.0, dot(normal, lamp));
}

static double trace(const struct sphere *spheres, double along[3])
{
    double from[3] = {0.0, 0.0, -4.0}, light = 0.0, weight = 1.0, distance;

    normalise(along);
    for (int i = 0; i < BOUNCES && weight >= 0.01; i++) {
        const struct sphere *sphere = nearest_sphere(spheres, from, along, &distance);

        if (!sphere)
            return light + weight * 0.1;
        light += weight * bounce(sphere, distance, from, along);
        weight *= (double)sphere->mirror;
    }
    return light;
}

BENCH_REFERENCE(ray_sphere)
{
    float *image = bench_expected(job, 0);

    for (size_t y = 0; y < job->height; y++) {
        for (size_t x = 0; x < job->width; x++) {
            double along[3] = {(double)x / (double)job->width - 0.5,
                               (double)y / (double)job->height - 0.5, 1.0};

            *image++ = (float)trace(bench_initial(job, 3), along);
        }
    }
}

#define ROUNDS 16

BENCH_SETUP(odd_even)
{
    job->width = bench_pick(job, 1u << 18, 1024);
    bench_floats(job, BENCH_IN_OUT, job->width, 0.0f, 10.0f);
    bench_int(job, ROUNDS);
    bench_range_1d(job, job->width, 256);
    job->tolerance.relative = 1e-5;
}

BENCH_REFERENCE(odd_even)
{
    float *data = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++) {
        double value = (double)data[i];

        for (int k = 0; k < (i & 1 ? ROUNDS : 2 * ROUNDS); k++)
            value = i & 1 ? sqrt(value + 1.0) : value * 0.5 + 1.0 / (value + 1.0);
        data[i] = (float)value;
    }
}
