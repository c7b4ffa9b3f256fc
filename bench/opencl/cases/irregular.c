/* SPDX-License-Identifier: MIT */
/* Jobs whose addresses come from data. */
#include "cases.h"

#include <stdlib.h>

#define MOST_IN_ROW 32

BENCH_SETUP(spmv_csr)
{
    uint32_t *row_start;
    uint32_t count = 0;

    job->width = bench_pick(job, 1u << 15, 1000);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, job->width);
    row_start = bench_buffer(job, BENCH_IN, BENCH_UINT, job->width + 1);
    for (uint32_t row = 0; row < job->width; row++) {
        row_start[row] = count;
        count += bench_hash(row) % (MOST_IN_ROW + 1);
    }
    row_start[job->width] = count;
    bench_uints(job, BENCH_IN, count, (uint32_t)job->width);
    bench_floats(job, BENCH_IN, count, -1.0f, 1.0f);
    bench_floats(job, BENCH_IN, job->width, -1.0f, 1.0f);
    bench_uint(job, (uint32_t)job->width);
    bench_range_1d(job, (job->width + 127) / 128 * 128, 128);
    job->tolerance.absolute = 1e-5;
}

BENCH_REFERENCE(spmv_csr)
{
    const uint32_t *row_start = bench_initial(job, 1);
    const uint32_t *columns = bench_initial(job, 2);
    const float *values = bench_initial(job, 3);
    const float *x = bench_initial(job, 4);
    float *y = bench_expected(job, 0);

    for (size_t row = 0; row < job->width; row++) {
        double sum = 0.0;

        for (uint32_t k = row_start[row]; k < row_start[row + 1]; k++)
            sum += (double)(values[k] * x[columns[k]]);
        y[row] = (float)sum;
    }
}

#define DEGREE 8 /* neighbours of a node */

/* One level of the search; returns how many nodes it reached. */
static size_t search_level(int32_t *levels, const int32_t *neighbours, size_t num_nodes,
                           int32_t current)
{
    size_t reached = 0;

    for (size_t node = 0; node < num_nodes; node++) {
        for (size_t k = 0; levels[node] == current && k < DEGREE; k++) {
            int32_t *level = &levels[neighbours[DEGREE * node + k]];

            reached += *level < 0;
            if (*level < 0)
                *level = current + 1;
        }
    }
    return reached;
}

/* Searches until a level has reached an eighth of the nodes: the next one has much to do.
 */
BENCH_SETUP(bfs_step)
{
    int32_t *levels, *first, *neighbours;
    int32_t current = 0;

    job->width = bench_pick(job, 1u << 17, 1024);
    levels = bench_buffer(job, BENCH_FRESH, BENCH_INT, job->width);
    first = bench_buffer(job, BENCH_IN, BENCH_INT, job->width + 1);
    neighbours = bench_buffer(job, BENCH_IN, BENCH_INT, DEGREE * job->width);
    for (size_t i = 0; i <= job->width; i++)
        first[i] = (int32_t)(DEGREE * i);
    for (uint32_t i = 0; i < DEGREE * job->width; i++)
        neighbours[i] = (int32_t)(bench_hash(i) % job->width);
    for (size_t i = 1; i < job->width; i++)
        levels[i] = -1;
    while (search_level(levels, neighbours, job->width, current) < job->width / 8)
        current++;
    job->depth = (size_t)current + 1;
    bench_int(job, (int32_t)job->depth);
    bench_buffer(job, BENCH_FRESH, BENCH_INT, 1);
    bench_range_1d(job, job->width, 256);
}

BENCH_REFERENCE(bfs_step)
{
    int32_t *changed = bench_expected(job, 4);

    *changed = search_level(bench_expected(job, 0), bench_initial(job, 2), job->width,
                            (int32_t)job->depth) > 0;
}

BENCH_SETUP(gather)
{
    int32_t *index;

    job->width = bench_pick(job, 1u << 19, 1024);
    bench_buffer(job, BENCH_OUT, BENCH_FLOAT, job->width);
    bench_floats(job, BENCH_IN, job->width, -1.0f, 1.0f);
    index = bench_buffer(job, BENCH_IN, BENCH_INT, job->width);
    for (uint32_t i = 0; i < job->width; i++)
        index[i] = (int32_t)(bench_hash(i) % job->width);
    bench_range_1d(job, job->width, 256);
}

BENCH_REFERENCE(gather)
{
    const float *in = bench_initial(job, 1);
    const int32_t *index = bench_initial(job, 2);
    float *out = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++)
        out[i] = in[index[i]] + in[index[i] ^ 1];
}

static int compare_keys(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

BENCH_SETUP(binary_search)
{
    uint32_t *table;

    job->width = bench_pick(job, 1u << 17, 1024);
    job->height = bench_pick(job, 50000, 300);
    bench_buffer(job, BENCH_OUT, BENCH_UINT, job->width);
    bench_uints(job, BENCH_IN, job->width, 0);
    table = bench_uints(job, BENCH_IN, job->height, 0);
    qsort(table, job->height, sizeof *table, compare_keys);
    bench_uint(job, (uint32_t)job->height);
    bench_range_1d(job, job->width, 64);
}

BENCH_REFERENCE(binary_search)
{
    const uint32_t *keys = bench_initial(job, 1);
    const uint32_t *table = bench_initial(job, 2);
    uint32_t *found = bench_expected(job, 0);

    for (size_t i = 0; i < job->width; i++) {
        uint32_t low = 0, high = (uint32_t)job->height;

        while (low < high) {
            const uint32_t middle = (low + high) / 2;

            if (table[middle] < keys[i])
                low = middle + 1;
            else
                high = middle;
        }
        found[i] = low;
    }
}
