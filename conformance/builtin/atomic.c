/* SPDX-License-Identifier: MIT */
/* Atomic functions of OpenCL C 1.x and of C11's kind. */
#include <stdint.h>
#include <stdlib.h>

#include "jit.h"
#include "vgpu_test.h"

VGPU_UNIT_TEST(atomics, of_the_first_versions_return_what_was_there)
{
    char *log;
    int memory[16] = {10, 10, 10, 10, 10, 10, 12, 10, -5, -5, 7, 7, 0x3f800000},
        results[16] = {0};
    struct jit *jit = jit_create(
        "__kernel void f(__global int *o, __global int *m, __local uint *l) {"
        " o[0] = atomic_add(m, 5); o[1] = atomic_sub(m + 1, 5); o[2] = atomic_inc(m + 2);"
        " o[3] = atomic_dec(m + 3); o[4] = atomic_xchg(m + 4, 3);"
        " o[5] = atomic_cmpxchg(m + 5, 10, 4); o[6] = atomic_and(m + 6, 10);"
        " o[7] = atomic_or(m + 7, 5); o[8] = atomic_min(m + 8, 3);"
        " o[9] = atomic_max((volatile __global uint *)m + 9, 3u);"
        " o[10] = atomic_xor(m + 10, 1); o[11] = atom_add(m + 11, 1);"
        " o[12] = (int)atomic_xchg((volatile __global float *)m + 12, 2.0f);"
        " o[13] = atomic_add(l, 2u); o[14] = atomic_cmpxchg(l, 1u, 9u); }",
        NULL, &log);
    static const int expected[16] = {10, 10, 10, 10, 10, 10, 12, 10,
                                     -5, -5, 7,  7,  1,  20, 22};
    static const int after[13] = {15, 5, 11, 9, 3, 4, 8, 15, -5, -5, 6, 8, 0x40000000};
    int local[2] = {20};

    ASSERT_STREQ("", log ? log : "clang failed");
    ASSERT_TRUE(jit_run(jit, "f", 1, results, memory, local, NULL));
    EXPECT_BYTES(expected, results, sizeof(results));
    EXPECT_BYTES(after, memory, sizeof(after));
    EXPECT_EQ(22, local[0]);
    jit_destroy(jit);
    free(log);
}

VGPU_UNIT_TEST(atomics, of_64_bits_have_both_names)
{
    char *log;
    int64_t memory[3] = {1LL << 40, -1, 5}, results[3] = {0};
    struct jit *jit = jit_create(
        "#pragma OPENCL EXTENSION cl_khr_int64_base_atomics : enable\n"
        "#pragma OPENCL EXTENSION cl_khr_int64_extended_atomics : enable\n"
        "__kernel void f(__global long *o, __global long *m) {"
        " o[0] = atom_add(m, 1L); o[1] = atom_min((volatile __global ulong *)m + 1, 7UL);"
        " o[2] = atom_cmpxchg(m + 2, 5L, 6L); }",
        NULL, &log);

    ASSERT_STREQ("", log ? log : "clang failed");
    ASSERT_TRUE(jit_run(jit, "f", 1, results, memory, NULL, NULL));
    EXPECT_EQ(1LL << 40, results[0]);
    EXPECT_EQ((1LL << 40) + 1, memory[0]);
    EXPECT_EQ(-1, results[1]);
    EXPECT_EQ(7, memory[1]);
    EXPECT_EQ(5, results[2]);
    EXPECT_EQ(6, memory[2]);
    jit_destroy(jit);
    free(log);
}

VGPU_UNIT_TEST(atomics, of_c11_work_with_and_without_orders)
{
    char *log;
    int memory[12] = {1, 2, 3, 4, 5, 6, 7, 0, 0x3f800000, 9}, results[14] = {0};
    struct jit *jit = jit_create(
        "__kernel void f(__global int *o, __global atomic_int *m) {"
        " o[0] = atomic_fetch_add(m, 5); o[1] = atomic_fetch_sub_explicit(m + 1, 5,"
        "   memory_order_relaxed, memory_scope_device); o[2] = atomic_exchange(m + 2, 8);"
        " atomic_store(m + 3, 44); o[3] = atomic_load(m + 3);"
        " int e = 1; o[4] = atomic_compare_exchange_strong(m + 4, &e, 50); o[5] = e;"
        " o[6] = atomic_compare_exchange_weak_explicit(m + 4, &e, 50,"
        "   memory_order_acq_rel, memory_order_relaxed); o[7] = atomic_fetch_max(m + 5, "
        "9);"
        " o[8] = atomic_fetch_xor(m + 6, 1);"
        " __global atomic_flag *g = (__global atomic_flag *)(m + 7);"
        " o[9] = atomic_flag_test_and_set(g); o[10] = atomic_flag_test_and_set(g);"
        " atomic_flag_clear(g); __global atomic_float *p = (__global atomic_float *)(m + "
        "8);"
        " o[11] = (int)atomic_load(p); atomic_store_explicit(p, 2.0f,"
        "   memory_order_release); atomic_init(m + 9, 90);"
        " atomic_work_item_fence(CLK_GLOBAL_MEM_FENCE, memory_order_acq_rel,"
        "   memory_scope_device); work_group_barrier(CLK_LOCAL_MEM_FENCE,"
        "   memory_scope_work_group); }",
        "-cl-std=CL3.0 -D__opencl_c_atomic_order_seq_cst=1 "
        "-D__opencl_c_atomic_scope_device=1 -D__opencl_c_generic_address_space=1 "
        "-D__opencl_c_atomic_order_acq_rel=1",
        &log);
    static const int expected[14] = {1, 2, 3, 44, 0, 5, 1, 6, 7, 0, 1, 1};
    static const int after[10] = {6, -3, 8, 44, 50, 9, 6, 0, 0x40000000, 90};

    ASSERT_STREQ("", log ? log : "clang failed");
    ASSERT_TRUE(jit_run(jit, "f", 1, results, memory, NULL, NULL));
    EXPECT_BYTES(expected, results, sizeof(results));
    EXPECT_BYTES(after, memory, sizeof(after));
    jit_destroy(jit);
    free(log);
}
