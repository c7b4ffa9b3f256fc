/* SPDX-License-Identifier: MIT */
/* Jobs written with OpenCL's vector types. */
#include "cases.h"
#include "references.h"

#include <math.h>
#include <string.h>

#define STEP 0.01f
static const float gravity[4] = {0.0f, -9.81f, 0.0f, 0.0f};

BENCH_SETUP(particles)
{
    job->width = bench_pick(job, 1u << 18, 1000);
    bench_floats(job, BENCH_IN_OUT, 8 * job->width, -1.2f, 1.2f);
    bench_value(job, gravity, sizeof gravity);
    bench_float(job, STEP);
    bench_uint(job, (uint32_t)job->width);
    bench_range_1d(job, (job->width + 127) / 128 * 128, 128);
    /* a rounded position may lie on the other side of a wall */
    job->tolerance =
        (struct bench_tolerance){.relative = 1e-5, .absolute = 1e-5, .share = 1e-4};
}

BENCH_REFERENCE(particles)
{
    float *particle = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++, particle += 8) {
        for (int k = 0; k < 4; k++) {
            particle[4 + k] += gravity[k] * STEP;
            particle[k] += particle[4 + k] * STEP;
            if (k < 3 && fabsf(particle[k]) > 1.0f)
                particle[4 + k] = -particle[4 + k];
        }
    }
}

BENCH_SETUP(greyscale_uchar4)
{
    job->width = bench_pick(job, 1024, 64);
    job->height = bench_pick(job, 1024, 32);
    bench_buffer(job, BENCH_OUT, BENCH_UCHAR, 4 * job->width * job->height);
    bench_bytes(job, BENCH_IN, 4 * job->width * job->height, 0);
    bench_int(job, (int32_t)job->width);
    bench_range_2d(job, job->width, job->height, 32, 8);
}

BENCH_REFERENCE(greyscale_uchar4)
{
    const uint8_t *in = bench_initial(job, 1);
    uint8_t *out = bench_expected(job, 0);

    for (size_t i = 0; i < job->width * job->height; i++, in += 4, out += 4) {
        memset(out, (77 * in[0] + 150 * in[1] + 29 * in[2]) >> 8, 3);
        out[3] = in[3];
    }
}

BENCH_SETUP(blur_uchar4)
{
    job->width = bench_pick(job, 640, 64);
    job->height = bench_pick(job, 480, 32);
    bench_bytes(job, BENCH_IN, 4 * job->width * job->height, 0);
    bench_buffer(job, BENCH_OUT, BENCH_UCHAR, 4 * job->width * job->height);
    bench_int(job, (int32_t)job->width);
    bench_int(job, (int32_t)job->height);
    bench_range_2d(job, job->width, job->height, 16, 16);
}

BENCH_REFERENCE(blur_uchar4)
{
    const int width = (int)job->width, height = (int)job->height;
    const uint8_t *in = bench_initial(job, 0);
    uint8_t *out = bench_expected(job, 1);

    for (int i = 0; i < 4 * width * height; i++) {
        const int x = i / 4 % width, y = i / 4 / width;
        int sum = 0;

        for (int k = 0; k < 9; k++) {
            const int row = bench_clamp(y + k / 3 - 1, 0, height - 1);
            const int col = bench_clamp(x + k % 3 - 1, 0, width - 1);

            sum += in[4 * (row * width + col) + i % 4];
        }
        out[i] = (uint8_t)((2 * sum + 9) / 18); /* a ninth never lies half-way */
    }
}

BENCH_SETUP(int4_mix)
{
    job->width = bench_pick(job, 1u << 19, 1024);
    bench_buffer(job, BENCH_OUT, BENCH_INT, 4 * job->width);
    for (int array = 0; array < 2; array++) {
        int32_t *values = bench_buffer(job, BENCH_IN, BENCH_INT, 4 * job->width);

        for (uint32_t i = 0; i < 4 * job->width; i++)
            values[i] =
                (int32_t)(bench_hash(2 * i + (uint32_t)array) % 2000000) - 1000000;
    }
    bench_range_1d(job, job->width, 64);
}

BENCH_REFERENCE(int4_mix)
{
    const int32_t *x = bench_initial(job, 1);
    const int32_t *b = bench_initial(job, 2);
    int32_t *out = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++, x += 4, b += 4, out += 4) {
        int32_t low[4], high[4], middle[4];

        for (int k = 0; k < 4; k++) {
            const int32_t y = b[3 - k];

            low[k] = x[k] < y ? x[k] : y;
            high[k] = x[k] < y ? y : x[k];
            middle[k] = x[k] > y ? x[k] ^ y : low[k] + (high[k] - low[k]) / 2;
        }
        for (int k = 0; k < 4; k++)
            out[k] =
                2 * middle[k] + (k < 2 ? low[k + 2] : high[k - 2]) - (high[0] - low[0]);
    }
}

BENCH_SETUP(float3_normals)
{
    job->width = bench_pick(job, 1u << 17, 1024);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, 3 * job->width);
    bench_floats(job, BENCH_IN, 9 * job->width, -1.0f, 1.0f);
    bench_range_1d(job, job->width, 256);
    /* a triangle that is almost a line has an uncertain normal */
    job->tolerance = (struct bench_tolerance){.absolute = 1e-4, .share = 1e-3};
}

BENCH_REFERENCE(float3_normals)
{
    const float *corner = bench_initial(job, 1);
    float *normal = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++, corner += 9, normal += 3) {
        double u[3], v[3], n[3], length;

        for (int k = 0; k < 3; k++) {
            u[k] = (double)corner[3 + k] - (double)corner[k];
            v[k] = (double)corner[6 + k] - (double)corner[k];
        }
        for (int k = 0; k < 3; k++)
            n[k] = u[(k + 1) % 3] * v[(k + 2) % 3] - u[(k + 2) % 3] * v[(k + 1) % 3];
        length = sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
        for (int k = 0; k < 3; k++)
            normal[k] = (float)(n[k] / length);
    }
}
