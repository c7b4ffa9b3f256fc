/* SPDX-License-Identifier: MIT */
/* The work-group size where the application leaves it open. */
#include "command/local_size.h"

#include <string.h>

#define GROUPS_PER_UNIT 4  /* so that units which finish early find more */
#define LEAST_ITEMS     64 /* below, the cost of a group shows */

/* The largest divisor of `size` that is at most `limit`. */
static size_t largest_divisor(size_t size, size_t limit)
{
    const size_t power_of_two = size & -size;

    if (size <= limit)
        return size;
    if (power_of_two >= limit / 2) { /* the usual case, without a division */
        size_t divisor = 1;
        while (divisor * 2 <= limit)
            divisor *= 2;
        return divisor <= power_of_two ? divisor : power_of_two;
    }
    while (size % limit != 0)
        limit--;
    return limit;
}

static size_t choose_row(size_t size, size_t limit, bool divides)
{
    const size_t divisor = largest_divisor(size, limit);

    if (divides || divisor == size || divisor >= LEAST_ITEMS || divisor > limit / 2)
        return divisor;
    return limit; /* an edge group that is smaller costs less than many small groups */
}

static size_t items_wanted(const size_t global_size[3], size_t max_items,
                           unsigned compute_units)
{
    size_t total, wanted;

    if (__builtin_mul_overflow(global_size[0], global_size[1], &total) ||
        __builtin_mul_overflow(total, global_size[2], &total))
        return max_items;
    wanted = total / ((size_t)compute_units * GROUPS_PER_UNIT);
    if (wanted < LEAST_ITEMS)
        wanted = LEAST_ITEMS;
    return wanted < max_items ? wanted : max_items;
}

void vgpu_local_size_choose(const size_t global_size[3], size_t max_items,
                            unsigned compute_units, bool divides,
                            size_t local_size_out[3])
{
    /* Programs launch the same NDRange again and again. */
    static _Thread_local struct {
        size_t global_size[3], max_items, local_size[3];
        unsigned compute_units;
        bool divides;
    } last;
    size_t limit;

    if (memcmp(last.global_size, global_size, sizeof last.global_size) != 0 ||
        last.max_items != max_items || last.compute_units != compute_units ||
        last.divides != divides) {
        limit = items_wanted(global_size, max_items, compute_units);
        for (int d = 0; d < 3; d++) {
            last.local_size[d] = choose_row(global_size[d], limit, divides);
            limit /= last.local_size[d];
        }
        memcpy(last.global_size, global_size, sizeof last.global_size);
        last.max_items = max_items;
        last.compute_units = compute_units;
        last.divides = divides;
    }
    memcpy(local_size_out, last.local_size, sizeof last.local_size);
}

#define MOST_ROW_ITEMS  256u /* more do not repay what they keep in scratch */
#define LEAST_ROW_ITEMS 16u

/* Whether few enough of the work-items are in a group that the edge cuts. */
static bool leaves_little(size_t size, size_t row)
{
    return size % row <= size / 8;
}

/* The largest power of two from `least` to `most` that divides, else one that leaves
 * little; 0: there is none. */
static size_t find_power(size_t size, size_t most, size_t least)
{
    for (size_t p = most; p >= least; p /= 2)
        if (size % p == 0)
            return p;
    for (size_t p = most; p >= least; p /= 2)
        if (leaves_little(size, p))
            return p;
    return 0;
}

/* A long row if one does, else a short one. */
static size_t choose_power(size_t size, size_t limit)
{
    size_t most = 1, power;

    if (size < LEAST_ROW_ITEMS)
        return size <= limit ? size : limit;
    while (most * 2 <= limit && most * 2 <= size)
        most *= 2;
    power = find_power(size, most, LEAST_ITEMS);
    if (power == 0)
        power = find_power(size, most, LEAST_ROW_ITEMS);
    return power > 0 ? power : most < LEAST_ROW_ITEMS ? most : LEAST_ROW_ITEMS;
}

/* In the dimensions after the first: groups that are all whole. */
static size_t choose_divisor(size_t size, size_t limit)
{
    const size_t power_of_two = size & -size;
    size_t power = 1;

    if (size < LEAST_ROW_ITEMS && size <= limit)
        return size;
    while (power * 2 <= limit && power * 2 <= power_of_two)
        power *= 2;
    return power;
}

void vgpu_local_size_choose_rows(const size_t global_size[3], size_t max_items,
                                 unsigned compute_units, bool divides,
                                 size_t local_size_out[3])
{
    size_t limit = items_wanted(global_size, max_items, compute_units);

    if (limit > MOST_ROW_ITEMS)
        limit = MOST_ROW_ITEMS;
    for (int d = 0; d < 3; d++) {
        local_size_out[d] = divides  ? largest_divisor(global_size[d], limit)
                            : d == 0 ? choose_power(global_size[d], limit)
                                     : choose_divisor(global_size[d], limit);
        limit /= local_size_out[d];
    }
}
