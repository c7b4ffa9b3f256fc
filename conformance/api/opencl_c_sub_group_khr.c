/* SPDX-License-Identifier: MIT */
/* The extensions of sub-groups, against the same in C, in every mode: shuffles, votes,
 * masks, and arithmetic of those who have come the same way. [cl_khr_subgroup_*] */
#include "sub_group_test.h"

#include <stdlib.h>

#define RESULTS 32 /* of an item */

/* ---- all items of a sub-group */

static const char whole_source[] =
    "kernel void f(global const int *in, global uint *out)\n"
    "{ size_t i = get_global_linear_id(); int x = in[i], t; out += i * 32;\n"
    "  uint own = get_sub_group_local_id(), size = get_sub_group_size();\n"
    "  out[0] = sub_group_shuffle(x, (own * 5 + 1) % size);\n"
    "  t = sub_group_shuffle_xor(x, 5); out[1] = (own ^ 5) < size ? t : 0;\n"
    "  t = sub_group_shuffle_xor(x, (uint)x & 1 ? 2u : 2u);\n"
    "  out[2] = (own ^ 2) < size ? t : 0;\n"
    "  t = sub_group_shuffle_up(x, 2); out[3] = own >= 2 ? t : 0;\n"
    "  t = sub_group_shuffle_down(x, 3); out[4] = own + 3 < size ? t : 0;\n"
    "  ulong w = sub_group_shuffle((ulong)x * 0x100000001ul, size - 1 - own);\n"
    "  out[5] = w >> 32;\n"
    "  out[6] = sub_group_shuffle((float)x, own / 2);\n"
    "  out[7] = sub_group_reduce_add((char)(x * 11));\n"
    "  out[8] = sub_group_scan_inclusive_min((ushort)(x - 3));\n"
    "  int3 v = sub_group_broadcast((int3)(x, x + 1, x * 2), size / 2);\n"
    "  out[9] = v.x; out[10] = v.y; out[11] = v.z;\n"
    "  out[12] = sub_group_non_uniform_broadcast(x, size - 1);\n"
    "  uint4 b = sub_group_ballot(x > 9); out[13] = b.x; out[14] = b.y | b.z | b.w;\n"
    "  out[15] = sub_group_inverse_ballot(b);\n"
    "  out[16] = sub_group_ballot_bit_extract(b, size / 2);\n"
    "  out[17] = sub_group_ballot_bit_count(b);\n"
    "  out[18] = sub_group_ballot_inclusive_scan(b);\n"
    "  out[19] = sub_group_ballot_exclusive_scan(b);\n"
    "  out[20] = b.x ? sub_group_ballot_find_lsb(b) : 99;\n"
    "  out[21] = b.x ? sub_group_ballot_find_msb(b) : 99;\n"
    "  out[22] = get_sub_group_eq_mask().x; out[23] = get_sub_group_ge_mask().x;\n"
    "  out[24] = get_sub_group_gt_mask().x; out[25] = get_sub_group_le_mask().x;\n"
    "  out[26] = get_sub_group_lt_mask().x;\n"
    "  out[27] = sub_group_shuffle((uchar)(x * 9), own * 3 % size);\n"
    "  out[28] = sub_group_shuffle((double)x, own * 3 % size); }";

static cl_uint items_below(unsigned end)
{
    return (cl_uint)((UINT64_C(1) << end) - 1);
}

static void expect_whole(const struct place *place, unsigned most, const cl_int *in,
                         const cl_uint *out)
{
    const unsigned own = place->own, size = place->count;
    cl_uint right[29], ballot = 0;
    cl_char sum = 0;
    cl_ushort least = CL_USHRT_MAX;

#define OF(item)              ((cl_uint)in[place->items[item]])
#define OF_IF(is_there, item) ((is_there) ? OF((item) % size) : 0)
    right[0] = OF((own * 5 + 1) % size);
    right[1] = OF_IF((own ^ 5) < size, own ^ 5);
    right[2] = OF_IF((own ^ 2) < size, own ^ 2);
    right[3] = OF_IF(own >= 2, own - 2);
    right[4] = OF_IF(own + 3 < size, own + 3);
    right[5] = OF(size - 1 - own);
    right[6] = OF(own / 2);
    for (unsigned k = 0; k < size; k++) {
        sum = (cl_char)(sum + (cl_char)(OF(k) * 11));
        if (k <= own && (cl_ushort)(OF(k) - 3) < least)
            least = (cl_ushort)(OF(k) - 3);
        ballot |= (cl_uint)(OF(k) > 9) << k;
    }
    right[7] = (cl_uint)sum;
    right[8] = least;
    right[9] = OF(size / 2);
    right[10] = OF(size / 2) + 1;
    right[11] = OF(size / 2) * 2;
    right[12] = OF(size - 1);
    right[13] = ballot;
    right[14] = 0;
    right[15] = ballot >> own & 1;
    right[16] = ballot >> (size / 2) & 1;
    right[17] = (cl_uint)__builtin_popcount(ballot);
    right[18] = (cl_uint)__builtin_popcount(ballot & items_below(own + 1));
    right[19] = (cl_uint)__builtin_popcount(ballot & items_below(own));
    right[20] = ballot ? (cl_uint)__builtin_ctz(ballot) : 99;
    right[21] = ballot ? 31 - (cl_uint)__builtin_clz(ballot) : 99;
    right[22] = UINT32_C(1) << own;
    right[23] = items_below(most) & ~items_below(own);
    right[24] = items_below(most) & ~items_below(own + 1);
    right[25] = items_below(own + 1);
    right[26] = items_below(own);
    right[27] = OF(own * 3 % size) * 9;
    right[28] = OF(own * 3 % size);
#undef OF_IF
#undef OF
    EXPECT_BYTES(right, out, sizeof right);
}

static void fill(cl_int *in)
{
    for (size_t i = 0; i < MOST; i++)
        in[i] = (cl_int)(i * 7919 % 23);
}

static void test_whole(const struct vgpu_fixture *f)
{
    cl_program program = built(f, whole_source, OPTIONS);
    cl_int in[MOST];
    cl_uint *const out = malloc(MOST * RESULTS * sizeof *out);

    fill(in);
    for (size_t r = 0; program && out && r < NUM_RANGES; r++) {
        const size_t enqueued = items_of(ranges[r].local);

        run(f, program, "f", &ranges[r], in, sizeof in, out,
            MOST * RESULTS * sizeof *out);
        for (size_t i = 0; i < items_of(ranges[r].global); i++) {
            const struct place place = place_of(&ranges[r], i);

            expect_whole(&place, (unsigned)(enqueued < width ? enqueued : width), in,
                         out + i * RESULTS);
        }
    }
    free(out);
    if (program)
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

/* ---- those who have come the same way */

static const char some_source[] =
    "int combine(int x, global int *out)\n"
    "{ out[0] = sub_group_non_uniform_reduce_add(x);\n"
    "  out[1] = sub_group_non_uniform_reduce_mul(x | 1);\n"
    "  out[2] = sub_group_non_uniform_scan_inclusive_max(x);\n"
    "  out[3] = sub_group_non_uniform_scan_exclusive_xor(x);\n"
    "  out[4] = sub_group_non_uniform_reduce_and(x | 4);\n"
    "  out[5] = sub_group_non_uniform_reduce_or(x);\n"
    "  out[6] = sub_group_non_uniform_scan_exclusive_logical_and(x > 2);\n"
    "  out[7] = sub_group_non_uniform_reduce_logical_xor(x & 4);\n"
    "  out[8] = sub_group_elect();\n"
    "  out[9] = sub_group_broadcast_first(x);\n"
    "  out[10] = sub_group_non_uniform_all_equal(x / 16);\n"
    "  out[11] = sub_group_non_uniform_all(x > 1);\n"
    "  out[12] = sub_group_non_uniform_any(x > 20);\n"
    "  out[13] = sub_group_ballot(1).x;\n"
    "  return sub_group_non_uniform_all_equal((double)x); }\n"
    "kernel void f(global const int *in, global int *out)\n"
    "{ size_t i = get_global_linear_id(); int x = in[i], y; out += i * 32;\n"
    "  if (x & 1) y = combine(x, out); else y = combine(x + 3, out);\n"
    "  out[14] = y; out[15] = sub_group_reduce_add(x);\n"
    "  uint n = 0; for (int k = 0; k < x % 4; k++)\n"
    "    n = n * 17 + popcount(sub_group_ballot(1).x);\n"
    "  out[16] = n; out[17] = sub_group_ballot(1).x; }";

/* Values of the items of the place that have a part. */
struct part {
    cl_int values[WIDEST];
    unsigned count, own; /* own: how many come before the item */
    cl_uint mask;
};

static void expect_part(const struct part *part, const cl_int *out)
{
    cl_int right[15] = {0, 1, CL_INT_MIN, 0, -1, 0, 1, 0, 0, 0, 1, 1, 0, 0, 1};

    for (unsigned k = 0; k < part->count; k++) {
        const cl_int x = part->values[k];

        right[0] += x;
        right[1] = (cl_int)((cl_uint)right[1] * (cl_uint)(x | 1));
        if (k <= part->own && x > right[2])
            right[2] = x;
        right[3] ^= k < part->own ? x : 0;
        right[4] &= x | 4;
        right[5] |= x;
        right[6] &= k >= part->own || x > 2;
        right[7] ^= (x & 4) != 0;
        right[10] &= x / 16 == part->values[0] / 16;
        right[11] &= x > 1;
        right[12] |= x > 20;
        right[14] &= x == part->values[0];
    }
    right[8] = part->own == 0;
    right[9] = part->values[0];
    right[13] = (cl_int)part->mask;
    EXPECT_BYTES(right, out, sizeof right);
}

static void expect_some(const struct place *place, const cl_int *in, const cl_int *out)
{
    const cl_int x = in[place->items[place->own]];
    struct part part = {.count = 0};
    cl_int right[3] = {0, 0, (cl_int)items_below(place->count)};

    for (unsigned k = 0; k < place->count; k++) {
        const cl_int other = in[place->items[k]];

        right[0] += other;
        if ((other ^ x) & 1)
            continue;
        part.own += k < place->own;
        part.mask |= UINT32_C(1) << k;
        part.values[part.count++] = other & 1 ? other : other + 3;
    }
    for (cl_int round = 0; round < x % 4; round++) {
        cl_int stay = 0;

        for (unsigned k = 0; k < place->count; k++)
            stay += in[place->items[k]] % 4 > round;
        right[1] = right[1] * 17 + stay;
    }
    expect_part(&part, out);
    EXPECT_BYTES(right, out + 15, sizeof right);
}

static void test_some(const struct vgpu_fixture *f)
{
    cl_program program = built(f, some_source, OPTIONS);
    cl_int in[MOST];
    cl_int *const out = malloc(MOST * RESULTS * sizeof *out);

    fill(in);
    for (size_t r = 0; program && out && r < NUM_RANGES; r++) {
        run(f, program, "f", &ranges[r], in, sizeof in, out,
            MOST * RESULTS * sizeof *out);
        for (size_t i = 0; i < items_of(ranges[r].global); i++) {
            const struct place place = place_of(&ranges[r], i);

            expect_some(&place, in, out + i * RESULTS);
        }
    }
    free(out);
    if (program)
        EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
}

IN_EVERY_MODE(shuffle_and_vote, test_whole)
IN_EVERY_MODE(combine_those_who_came_the_same_way, test_some)
