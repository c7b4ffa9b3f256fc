/* SPDX-License-Identifier: MIT */
/* Jobs that meet at barriers and share local memory. */
#include "cases.h"
#include "references.h"

#include <stdlib.h>

#define SOFTENING 0.01f
#define RADIUS    2
#define SIDE      (2 * RADIUS + 1)

BENCH_SETUP(matmul_tiled)
{
    bench_setup_matmul(job, 512);
}

BENCH_REFERENCE(matmul_tiled)
{
    bench_matmul(job);
}

BENCH_SETUP(nbody_tiled)
{
    job->width = bench_pick(job, 2048, 256);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, 4 * job->width);
    bench_floats(job, BENCH_IN, 4 * job->width, 0.0f, 1.0f);
    bench_local(job, 128 * 4 * sizeof(float));
    bench_uint(job, (uint32_t)job->width);
    bench_float(job, SOFTENING);
    bench_range_1d(job, job->width, 128);
    job->tolerance.absolute = BENCH_GRAVITY_TOLERANCE;
}

BENCH_REFERENCE(nbody_tiled)
{
    bench_gravity(job, (double)SOFTENING);
}

BENCH_SETUP(reduce_256)
{
    job->width = bench_pick(job, 1u << 20, 2048);
    bench_floats(job, BENCH_IN, job->width, 0.0f, 1.0f);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, job->width / 256);
    bench_local(job, 256 * sizeof(float));
    bench_range_1d(job, job->width, 256);
    job->tolerance.relative = 1e-5;
}

BENCH_REFERENCE(reduce_256)
{
    const float *in = bench_initial(job, 0);
    float *partial = bench_expected(job, 1);

    for (size_t i = 0; i < job->width; i += 256) {
        double sum = 0.0;

        for (size_t k = 0; k < 256; k++)
            sum += (double)in[i + k];
        partial[i / 256] = (float)sum;
    }
}

BENCH_SETUP(scan_blelloch)
{
    job->width = bench_pick(job, 1u << 19, 2048);
    bench_buffer(job, BENCH_OUT, BENCH_UINT, job->width);
    bench_uints(job, BENCH_IN, job->width, 0);
    bench_range_1d(job, job->width / 2, 256);
}

BENCH_REFERENCE(scan_blelloch)
{
    const uint32_t *in = bench_initial(job, 1);
    uint32_t *out = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++)
        out[i] = i % 512 == 0 ? 0 : out[i - 1] + in[i - 1];
}

BENCH_SETUP(scan_hillis_steele)
{
    int32_t *in;

    job->width = bench_pick(job, 1u << 19, 2048);
    bench_buffer(job, BENCH_OUT, BENCH_INT, job->width);
    in = bench_buffer(job, BENCH_IN, BENCH_INT, job->width);
    for (size_t i = 0; i < job->width; i++)
        in[i] = (int32_t)(bench_hash((uint32_t)i) % 2000) - 1000;
    bench_range_1d(job, job->width, 256);
}

BENCH_REFERENCE(scan_hillis_steele)
{
    const int32_t *in = bench_initial(job, 1);
    int32_t *out = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++)
        out[i] = in[i] + (i % 256 == 0 ? 0 : out[i - 1]);
}

BENCH_SETUP(bitonic_local)
{
    job->width = bench_pick(job, 1u << 17, 2048);
    bench_uints(job, BENCH_FRESH, job->width, 0);
    bench_range_1d(job, job->width / 2, 256);
}

static int compare_keys(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

BENCH_REFERENCE(bitonic_local)
{
    uint32_t *keys = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i += 512)
        qsort(keys + i, 512, sizeof *keys, compare_keys);
}

BENCH_SETUP(convolution_halo)
{
    job->width = bench_pick(job, 1000, 60);
    job->height = bench_pick(job, 760, 50);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, job->width * job->height);
    bench_floats(job, BENCH_IN, job->width * job->height, 0.0f, 1.0f);
    bench_floats(job, BENCH_IN, SIDE * SIDE, -0.2f, 0.2f);
    bench_int(job, (int32_t)job->width);
    bench_int(job, (int32_t)job->height);
    bench_range_2d(job, (job->width + 15) / 16 * 16, (job->height + 15) / 16 * 16, 16,
                   16);
    job->tolerance = (struct bench_tolerance){.relative = 1e-5, .absolute = 1e-5};
}

BENCH_REFERENCE(convolution_halo)
{
    const int width = (int)job->width, height = (int)job->height;
    const float *in = bench_initial(job, 1);
    const float *filter = bench_initial(job, 2);
    float *out = bench_expected(job, 0);

    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            double sum = 0.0;

            for (int k = 0; k < SIDE * SIDE; k++) {
                const int row = bench_clamp(y + k / SIDE - RADIUS, 0, height - 1);
                const int col = bench_clamp(x + k % SIDE - RADIUS, 0, width - 1);

                sum += (double)(filter[k] * in[row * width + col]);
            }
            *out++ = (float)sum;
        }
    }
}

BENCH_SETUP(histogram_local)
{
    job->width = bench_pick(job, 2u << 20, 20000);
    bench_bytes(job, BENCH_IN, job->width, 0);
    bench_buffer(job, BENCH_IN_OUT, BENCH_UINT, 256);
    bench_uint(job, (uint32_t)job->width);
    bench_range_1d(job, bench_pick(job, 1u << 15, 1024), 256);
}

BENCH_REFERENCE(histogram_local)
{
    const uint8_t *data = bench_initial(job, 0);
    uint32_t *bins = bench_expected(job, 1);

    for (size_t i = 0; i < job->width; i++)
        bins[data[i]]++;
}
