/* SPDX-License-Identifier: MIT */
/* Jobs that look at each cell's neighbours in two dimensions. */
#include "cases.h"
#include "references.h"

#include <math.h>

/* out, in: images of float, width times height. */
static void setup_images(struct bench_job *job)
{
    job->width = bench_pick(job, 1536, 64);
    job->height = bench_pick(job, 1024, 48);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, job->width * job->height);
    bench_floats(job, BENCH_IN, job->width * job->height, 0.0f, 1.0f);
    job->tolerance = (struct bench_tolerance){.relative = 1e-5, .absolute = 1e-6};
}

BENCH_SETUP(stencil_int)
{
    setup_images(job);
    bench_int(job, (int32_t)job->width);
    bench_int(job, (int32_t)job->height);
    bench_range_2d(job, job->width, job->height, 16, 16);
}

BENCH_REFERENCE(stencil_int)
{
    const size_t width = job->width;
    const float *in = bench_initial(job, 1);
    float *out = bench_expected(job, 0);

    for (size_t y = 0; y < job->height; y++) {
        for (size_t x = 0; x < width; x++, in++, out++) {
            *out = *in;
            if (x > 0 && x < width - 1 && y > 0 && y < job->height - 1)
                *out = 0.5f * *in +
                       0.125f * (in[-1] + in[1] + in[width] + in[-(ptrdiff_t)width]);
        }
    }
}

BENCH_SETUP(stencil_uint)
{
    setup_images(job);
    bench_uint(job, (uint32_t)job->width);
    bench_uint(job, (uint32_t)job->height);
    bench_range_2d(job, job->width, job->height, 64, 4);
}

BENCH_REFERENCE(stencil_uint)
{
    const int width = (int)job->width, height = (int)job->height;
    const float *in = bench_initial(job, 1);
    float *out = bench_expected(job, 0);

    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            float sum = 0.0f;

            for (int k = 0; k < 9; k++)
                sum += in[bench_clamp(y + k / 3 - 1, 0, height - 1) * width +
                          bench_clamp(x + k % 3 - 1, 0, width - 1)];
            *out++ = sum / 9.0f;
        }
    }
}

BENCH_SETUP(stencil_size_t)
{
    uint64_t pitch;

    setup_images(job);
    pitch = job->width;
    bench_value(job, &pitch, sizeof pitch);
    bench_range_2d(job, job->width - 2, job->height - 2, 0, 0);
    job->offset[0] = job->offset[1] = 1;
}

BENCH_REFERENCE(stencil_size_t)
{
    const ptrdiff_t width = (ptrdiff_t)job->width;
    const float *in = bench_initial(job, 1);
    float *out = bench_expected(job, 0);

    for (ptrdiff_t y = 1; y + 1 < (ptrdiff_t)job->height; y++) {
        for (ptrdiff_t x = 1; x + 1 < width; x++) {
            const float *here = in + y * width + x;
            const float *up = here - width, *down = here + width;
            const float gx =
                up[1] - up[-1] + 2.0f * (here[1] - here[-1]) + down[1] - down[-1];
            const float gy =
                down[-1] - up[-1] + 2.0f * (down[0] - up[0]) + down[1] - up[1];

            out[y * width + x] = sqrtf(gx * gx + gy * gy);
        }
    }
}

BENCH_SETUP(game_of_life)
{
    job->width = bench_pick(job, 1024, 64);
    job->height = bench_pick(job, 1024, 48);
    bench_buffer(job, BENCH_OUT, BENCH_UCHAR, job->width * job->height);
    bench_bytes(job, BENCH_IN, job->width * job->height, 2);
    bench_int(job, (int32_t)job->width);
    bench_int(job, (int32_t)job->height);
    bench_range_2d(job, job->width, job->height, 16, 16);
}

BENCH_REFERENCE(game_of_life)
{
    const size_t width = job->width, height = job->height;
    const uint8_t *cells = bench_initial(job, 1);
    uint8_t *next = bench_expected(job, 0);

    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            const uint8_t here = cells[y * width + x];
            int count = -here;

            for (size_t k = 0; k < 9; k++)
                count += cells[(y + height + k / 3 - 1) % height * width +
                               (x + width + k % 3 - 1) % width];
            *next++ = count == 3 || (count == 2 && here);
        }
    }
}
