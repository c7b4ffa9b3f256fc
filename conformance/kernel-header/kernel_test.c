/* SPDX-License-Identifier: MIT */
/* Kernels written with <CL/cl_vgpu_kernel.h> do what OpenCL C says, as C and as C++. */
#include "vgpu_test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "kernels.h"

enum {
    GLOBAL_X = 10,
    GLOBAL_Y = 7,
    GLOBAL_Z = 3,
    ITEMS = GLOBAL_X * GLOBAL_Y * GLOBAL_Z
};

static const struct range edges = {
    3, {5, 6, 7}, {GLOBAL_X, GLOBAL_Y, GLOBAL_Z}, {4, 3, 2}};

/* What the specification says of a dimension of `edges` for the item at index `at` of it.
 */
static void expect_dimension(const struct place *place, unsigned d, size_t at)
{
    const size_t group = at / edges.local[d], start = group * edges.local[d];
    const size_t rest = edges.global[d] - start;

    EXPECT_EQ(edges.global[d], place->global_size[d]);
    EXPECT_EQ(edges.offset[d], place->global_offset[d]);
    EXPECT_EQ(edges.offset[d] + at, place->global_id[d]);
    EXPECT_EQ(rest < edges.local[d] ? rest : edges.local[d], place->local_size[d]);
    EXPECT_EQ(edges.local[d], place->enqueued_local_size[d]);
    EXPECT_EQ(at - start, place->local_id[d]);
    EXPECT_EQ(group, place->group_id[d]);
    EXPECT_EQ((edges.global[d] + edges.local[d] - 1) / edges.local[d],
              place->num_groups[d]);
}

static void expect_beyond(const struct place *place, unsigned d)
{
    EXPECT_EQ(1, place->global_size[d]);
    EXPECT_EQ(0, place->global_offset[d]);
    EXPECT_EQ(0, place->global_id[d]);
    EXPECT_EQ(1, place->local_size[d]);
    EXPECT_EQ(1, place->enqueued_local_size[d]);
    EXPECT_EQ(0, place->local_id[d]);
    EXPECT_EQ(0, place->group_id[d]);
    EXPECT_EQ(1, place->num_groups[d]);
}

static void expect_places(const char *name)
{
    static struct place places[ITEMS];
    struct place *argument = places;
    void *const args[] = {&argument};

    memset(places, 0, sizeof places);
    ASSERT_TRUE(harness_find(name) != NULL);
    harness_run(harness_find(name), &edges, args);
    for (size_t i = 0; i < ITEMS; i++) {
        const size_t at[3] = {i % GLOBAL_X, i / GLOBAL_X % GLOBAL_Y,
                              i / GLOBAL_X / GLOBAL_Y};
        const struct place *p = &places[i];

        EXPECT_EQ(1, p->visits);
        EXPECT_EQ(3, p->work_dim);
        EXPECT_EQ(i, p->global_linear_id);
        EXPECT_EQ((p->local_id[2] * p->local_size[1] + p->local_id[1]) *
                          p->local_size[0] +
                      p->local_id[0],
                  p->local_linear_id);
        for (unsigned d = 0; d < 3; d++)
            expect_dimension(p, d, at[d]);
        expect_beyond(p, 3);
        expect_beyond(p, 4);
    }
}

VGPU_UNIT_TEST(work_item_functions, tell_an_item_of_a_plain_kernel_its_place)
{
    expect_places("plain_places");
}

VGPU_UNIT_TEST(work_item_functions, tell_an_item_of_a_barrier_kernel_its_place)
{
    const unsigned before = harness_barriers();

    expect_places("barrier_places");
    EXPECT_EQ(3 * ITEMS, harness_barriers() - before);
}

VGPU_UNIT_TEST(work_item_functions, tell_a_group_kernel_the_place_of_each_item)
{
    expect_places("group_places");
}

VGPU_UNIT_TEST(work_item_functions, count_past_what_an_int_holds)
{
    const size_t first = ((size_t)1 << 31) - 3;
    const struct range range = {2, {first, first << 8, 0}, {8, 2, 1}, {8, 2, 1}};
    size_t ids[2] = {0, 0};
    int count = 0;
    void *ids_argument = ids, *count_argument = &count;
    void *const args[] = {&ids_argument, &count_argument};

    harness_run(harness_find("last_id"), &range, args);
    EXPECT_EQ(first + 7, ids[0]);
    EXPECT_EQ((first << 8) + 1, ids[1]);
    EXPECT_EQ(16, count);
}

VGPU_UNIT_TEST(description, says_name_kind_parameters_and_place)
{
    const struct vgpu_kernel_description *kernel = harness_find("by_value");

    ASSERT_TRUE(kernel != NULL);
    EXPECT_EQ(sizeof *kernel, kernel->size);
    EXPECT_EQ(VGPU_KIND_OF_KERNEL_PLAIN, kernel->kind);
    EXPECT_EQ(VGPU_KIND_OF_KERNEL_BARRIER, harness_find("reverse")->kind);
    EXPECT_EQ(VGPU_KIND_OF_KERNEL_GROUP, harness_find("local_shapes")->kind);
    EXPECT_EQ(9, kernel->num_args);
    EXPECT_STREQ(
        "(__global double *, out), (struct couple, couple), (char, c), (uchar2, v2), "
        "(float3, v3), (int4, v4), (long8, v8), (double16, v16), (const float, f)",
        kernel->parameters + strspn(kernel->parameters, " "));
    EXPECT_STREQ("(__global int *, data), (__local int *, given)",
                 harness_find("reverse")->parameters + 1);
    EXPECT_CONTAINS(kernel->file, "kernels.c");
    EXPECT_GT(kernel->line, 0);
}

VGPU_UNIT_TEST(description, gives_the_size_of_every_argument)
{
    static const size_t sizes[] = {8, sizeof(struct couple), 1, 2, 16, 16, 64, 128, 4};

    EXPECT_BYTES(sizes, harness_find("by_value")->arg_sizes, sizeof sizes);
}

VGPU_UNIT_TEST(description, of_a_kernel_without_parameters_is_empty)
{
    static const char *const names[] = {"nothing", "nothing_with_barrier",
                                        "nothing_for_groups"};

    for (unsigned i = 0; i < 3; i++) {
        const struct vgpu_kernel_description *kernel = harness_find(names[i]);

        ASSERT_TRUE(kernel != NULL);
        EXPECT_EQ(0, kernel->num_args);
        EXPECT_STREQ("", kernel->parameters);
        harness_run_1d(names[i], 8, 4, NULL);
    }
}

VGPU_UNIT_TEST(parameters, may_be_thirty_two)
{
    int result, values[32], expected = 0;
    int *out = &result;
    void *args[32] = {&out};
    char name[32];

    for (int count = 1; count <= 32; count++) {
        snprintf(name, sizeof name, "parameters_%d", count);
        ASSERT_TRUE(harness_find(name) != NULL);
        EXPECT_EQ(count, harness_find(name)->num_args);
        if (count > 1) {
            values[count - 1] = 7 * count;
            args[count - 1] = &values[count - 1];
            expected += (count - 1) * values[count - 1];
        }
        harness_run_1d(name, 1, 1, args);
        EXPECT_EQ(expected, result);
    }
}

VGPU_UNIT_TEST(parameters, pass_structs_and_vectors_by_value)
{
    double results[9], *out = results;
    struct couple couple = {3, 0.5};
    signed char c = -4;
    cl_uchar2 v2 = {{1, 200}};
    cl_float3 v3 = {{1, 2, 3.5f}};
    cl_int4 v4 = {{1, 2, 3, -5}};
    cl_long8 v8 = {{1, 2, 3, 4, 5, 6, 7, 1l << 40}};
    cl_double16 v16 = {{0}};
    float f = 0.25f;
    void *const args[] = {&out, &couple, &c, &v2, &v3, &v4, &v8, &v16, &f};
    const double expected[] = {3, 0.5, -4, 200, 3.5, -5, (double)(1l << 40), 1e100, 0.25};

    v16.s[15] = 1e100;
    harness_run_1d("by_value", 1, 1, args);
    EXPECT_BYTES(expected, results, sizeof expected);
}

VGPU_UNIT_TEST(names, of_libc_functions_serve_for_kernels)
{
    static const char *const names[] = {"index", "y0", "remove", "min"};
    int in = 42, result = 0;
    int *from = &in, *to = &result;
    void *const args[] = {&to, &from};

    for (int i = 0; i < 4; i++) {
        EXPECT_EQ(1, harness_count(names[i]));
        harness_run_1d(names[i], 1, 1, args);
        EXPECT_EQ(i + 1, result);
    }
    harness_run_1d("copy", 1, 1, args);
    EXPECT_EQ(42, result);
}

VGPU_UNIT_TEST(plain_kernel, may_return_early)
{
    int data[70] = {0}, limit = 37, *out = data;
    void *const args[] = {&out, &limit};

    harness_run_1d("early_return", 70, 64, args);
    for (int i = 0; i < 70; i++)
        EXPECT_EQ(i < 37 ? i : 0, data[i]);
}

VGPU_UNIT_TEST(plain_kernel, gives_each_item_its_own_array)
{
    int in[256], result[256], *from = in, *to = result;
    void *const args[] = {&from, &to};

    for (int i = 0; i < 256; i++)
        in[i] = i * 37 % 101;
    harness_run_1d("own_array", 256, 256, args);
    for (int i = 0; i < 256; i++)
        EXPECT_EQ(110 + 2 * i, result[i]);
}

VGPU_UNIT_TEST(barrier_kernel, shares_local_memory_between_items)
{
    enum { LOCAL = 32 };
    int data[3 * LOCAL], given[LOCAL], *out = data, *local = given;
    void *const args[] = {&out, &local};

    for (int i = 0; i < 3 * LOCAL; i++)
        data[i] = i;
    harness_run_1d("reverse", 3 * LOCAL, LOCAL, args);
    for (int i = 0; i < 3 * LOCAL; i++)
        EXPECT_EQ(1001 * (i / LOCAL * LOCAL + LOCAL - 1 - i % LOCAL), data[i]);
}

VGPU_UNIT_TEST(vgpu_local, holds_arrays_and_structs_aligned)
{
    static const int expected[] = {1, 1, 1, 15, 14};
    int data[5], *out = data;
    void *const args[] = {&out};

    harness_run_1d("local_shapes", 16, 16, args);
    EXPECT_BYTES(expected, data, sizeof expected);
}

VGPU_UNIT_TEST(mathematics, follows_the_types_of_its_arguments)
{
    static const struct {
        const char *name;
        double expected;
    } rows[] = {
#define X(name, expression, expected) {#name, (double)(expected)},
        MATH_ROWS(X)
#undef X
            {"fract", 0.75},
        {"fract's whole", -1},
        {"sincos", 0},
        {"sincos's cosine", 1}};
    double results[MATH_COUNT + 4], *out = results;
    float x = 0.25f;
    int n = -7;
    void *const args[] = {&out, &x, &n};

    harness_run_1d("mathematics", 1, 1, args);
    for (unsigned i = 0; i < MATH_COUNT + 4; i++) {
        const double difference = results[i] - rows[i].expected;
        const double scale = rows[i].expected > 1e6 ? rows[i].expected : 1;

        if (!(difference < 1e-5 * scale && difference > -1e-5 * scale))
            VGPU_FAIL("%s: expected %.9g, got %.9g", rows[i].name, rows[i].expected,
                      results[i]);
    }
}

VGPU_UNIT_TEST(vectors, have_the_sizes_that_the_host_knows)
{
    static const size_t elements[10] = {1, 1, 2, 2, 4, 4, 8, 8, 4, 8};
    static const size_t factors[7] = {2, 4, 4, 8, 16, 4, 1};
    size_t sizes[70], *out = sizes;
    void *const args[] = {&out};

    harness_run_1d("sizes", 1, 1, args);
    for (unsigned i = 0; i < 70; i++)
        EXPECT_EQ(elements[i / 7] * factors[i % 7], sizes[i]);
}

VGPU_UNIT_TEST(vectors, are_mapped_by_scalar_functions)
{
    static const float expected[10] = {1, 2, 3, 4, 5, 5, 9, 16, 0.5f, 9};
    float in[4] = {1, 4, 9, 16}, results[10] = {0}, *from = in, *to = results;
    void *const args[] = {&to, &from};

    harness_run_1d("mapped_vectors", 1, 1, args);
    for (int i = 0; i < 10; i++)
        EXPECT_NEAR(expected[i], results[i], 1e-6);
}

VGPU_UNIT_TEST(vectors, load_store_and_measure)
{
    static const float expected[16] = {4,  5, 6, 0,           3, 5, 7, 9,
                                       11, 5, 1, 1.41421356f, 1, 3, 0, 16};
    float in[16], results[16] = {0}, *from = in, *to = results;
    void *const args[] = {&to, &from};

    for (int i = 0; i < 16; i++)
        in[i] = (float)(i + 1);
    harness_run_1d("vectors", 1, 1, args);
    for (int i = 0; i < 16; i++)
        EXPECT_NEAR(expected[i], results[i], 1e-6);
}

/* Atomics: two threads run the same kernel over halves of the items. */
enum { ATOMIC_ITEMS = 8192 };

struct half {
    pthread_t thread;
    const struct vgpu_kernel_description *kernel;
    void *const *args;
    size_t offset;
};

static void *half_main(void *argument)
{
    const struct half *half = argument;
    const struct range range = {
        1, {half->offset, 0, 0}, {ATOMIC_ITEMS / 2, 1, 1}, {64, 1, 1}};

    harness_run(half->kernel, &range, half->args);
    return NULL;
}

static void run_on_two_threads(const char *name, void *const args[])
{
    struct half halves[2];

    for (unsigned i = 0; i < 2; i++) {
        halves[i] = (struct half){0, harness_find(name), args, i * ATOMIC_ITEMS / 2};
        ASSERT_TRUE(halves[i].kernel != NULL);
        ASSERT_EQ(0, pthread_create(&halves[i].thread, NULL, half_main, &halves[i]));
    }
    for (unsigned i = 0; i < 2; i++)
        ASSERT_EQ(0, pthread_join(halves[i].thread, NULL));
}

#define ATOMICS_TEST(name, T)                                                         \
    VGPU_UNIT_TEST(atomics, of_type_##name##_lose_nothing_under_two_threads)          \
    {                                                                                 \
        const T n = ATOMIC_ITEMS, sum = n * (n - 1) / 2;                              \
        T cell[11] = {0, 2 * n, 0, n, n, 0, 0, (T)-1, 0, 0, 0}, spin = 0, parity = 0; \
        T *cells = cell, *spins = &spin;                                              \
        void *const args[] = {&cells, &spins};                                        \
        for (T i = 0; i < n; i++)                                                     \
            parity ^= i;                                                              \
        run_on_two_threads("atomics_" #name, args);                                   \
        EXPECT_EQ(3 * n, cell[0]);                                                    \
        EXPECT_EQ(0, cell[1]);                                                        \
        EXPECT_EQ(n, cell[2]);                                                        \
        EXPECT_EQ(0, cell[3]);                                                        \
        EXPECT_EQ(0, cell[4]);                                                        \
        EXPECT_EQ(n - 1, cell[5]);                                                    \
        EXPECT_EQ((T)0xffffffffu, cell[6]);                                           \
        EXPECT_EQ((T)((T)-1 & ~(T)0xffffffffu), cell[7]);                             \
        EXPECT_EQ(parity, cell[8]);                                                   \
        EXPECT_EQ(sum, (T)(cell[9] + cell[10]));                                      \
        EXPECT_EQ(n, spin);                                                           \
    }
ATOMICS_TEST(int, cl_int)
ATOMICS_TEST(uint, cl_uint)
ATOMICS_TEST(long, cl_long)
ATOMICS_TEST(ulong, cl_ulong)

VGPU_UNIT_TEST(atomics, xchg_of_floats_hands_each_value_on)
{
    static float taken[ATOMIC_ITEMS];
    float cell = 0, *cells = &cell, *takens = taken;
    void *const args[] = {&cells, &takens};
    double sum = 0;

    run_on_two_threads("atomic_float", args);
    for (int i = 0; i < ATOMIC_ITEMS; i++)
        sum += (double)taken[i];
    EXPECT_EQ((long long)ATOMIC_ITEMS * (ATOMIC_ITEMS + 1) / 2,
              (long long)(sum + (double)cell));
}
