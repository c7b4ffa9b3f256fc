/* SPDX-License-Identifier: MIT */
/* Branches that part sub-groups, and branches that do not. */
__kernel void odd_even(__global uint *out, __global const uint *in)
{
    size_t i = get_global_id(0);
    uint x = in[i];

    if (i % 2 == 1)
        x = 3 * x + 1;
    else
        x = x / 2;
    out[i] = x;
}

/* As many work-items go either way, but all of a sub-group go the same. */
__kernel void by_sub_group(__global uint *out, __global const uint *in)
{
    size_t i = get_global_id(0);
    uint x = in[i];

    if (i / 32 % 2 == 1)
        x = 3 * x + 1;
    else
        x = x / 2;
    out[i] = x;
}

/* No branch: both are computed, and one is taken. */
__kernel void select_one(__global uint *out, __global const uint *in)
{
    size_t i = get_global_id(0);
    uint x = in[i];

    out[i] = select(x / 2, 3 * x + 1, (uint)(i % 2 == 1));
}

/* The right side of && is code of its own, which some work-items skip. */
__kernel void short_circuit(__global uint *out, __global const uint *in,
                            __global const uint *more)
{
    size_t i = get_global_id(0);
    uint x = in[i];

    if (x % 4 != 0 &&
        more[i] % 2 == 0)
        x = 3 * x + 1;
    out[i] = x;
}

/* How many steps z = z * z + c takes to leave the circle of radius 2. Numbers have 12 bits behind the
 * point, so that any C compiler computes the same. */
#define MOST_STEPS 64

uint steps_of(int cx, int cy)
{
    int x = 0, y = 0;
    uint steps = 0;

    while (x * x + y * y <= 4 << 24) {
        int next = ((x * x - y * y) >> 12) + cx;

        y = (x * y >> 11) + cy;
        x = next;
        if (++steps == MOST_STEPS)
            break;
    }
    return steps;
}

/* The same kernel twice: work-groups of 32 x 2, and of 8 x 8. */
__kernel void mandelbrot_rows(__global uint *out)
{
    int x = (int)get_global_id(0), y = (int)get_global_id(1);

    out[y * (int)get_global_size(0) + x] = steps_of(128 * x - 9216, 128 * y - 6144);
}

__kernel void mandelbrot_blocks(__global uint *out)
{
    int x = (int)get_global_id(0), y = (int)get_global_id(1);

    out[y * (int)get_global_size(0) + x] = steps_of(128 * x - 9216, 128 * y - 6144);
}
