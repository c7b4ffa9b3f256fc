/* SPDX-License-Identifier: MIT */
/* Ways to split a job among the devices of a team. */
#include "sample_team.h"

#include <stdlib.h>

size_t sample_share_begin(size_t n, cl_uint which, cl_uint count)
{
    /* n * which may be too large for a size_t. */
    return n / count * which + n % count * which / count;
}

struct sample_split sample_split_blocks(size_t n, cl_uint num_devices)
{
    struct sample_split split = {0, sample_alloc(num_devices, sizeof(*split.pieces))};

    for (cl_uint d = 0; d < num_devices; d++) {
        const size_t first = sample_share_begin(n, d, num_devices);
        const size_t end = sample_share_begin(n, d + 1, num_devices);

        if (first < end)
            split.pieces[split.num_pieces++] =
                (struct sample_piece){d, first, end - first};
    }
    return split;
}

struct sample_split sample_split_cyclic(size_t n, size_t piece, cl_uint num_devices)
{
    const size_t num_pieces = n / piece + (n % piece != 0);
    struct sample_split split = {num_pieces,
                                 sample_alloc(num_pieces, sizeof(*split.pieces))};

    for (size_t i = 0; i < num_pieces; i++) {
        const size_t first = i * piece, left = n - first;

        split.pieces[i] = (struct sample_piece){(cl_uint)(i % num_devices), first,
                                                left < piece ? left : piece};
    }
    return split;
}

struct sample_split sample_split_by_speed(size_t n, size_t piece, const double *speeds,
                                          cl_uint num_devices)
{
    struct sample_split split = sample_split_cyclic(n, piece, num_devices);
    double *busy_until = sample_alloc(num_devices, sizeof(*busy_until));

    /* Each piece goes to the device that would be done with it first. */
    for (size_t i = 0; i < split.num_pieces; i++) {
        cl_uint best = 0;

        for (cl_uint d = 1; d < num_devices; d++) {
            if (busy_until[d] + 1 / speeds[d] < busy_until[best] + 1 / speeds[best])
                best = d;
        }
        busy_until[best] += 1 / speeds[best];
        split.pieces[i].device = best;
    }
    free(busy_until);
    return split;
}
