/* SPDX-License-Identifier: MIT */
/* What sources are called for debuggers. */
#include "compiler/source_name.h"

#include <string.h>

#include "vgpu_test.h"

static const struct {
    const char *text, *begins;
} rows[] = {
    {"__kernel void saxpy(__global float *y) { }", "saxpy-"},
    {"int f(void);\nkernel\n__attribute__((reqd_work_group_size(8, 1, 1)))\nvoid\nf_1 (",
     "f_1-"},
    {"typedef int my_kernels; void a(); __kernel void b()", "b-"},
    {"", "program-"},
    {"kernel", "program-"},
    {"kernel void", "program-"},
    {"kernel void ../../x", "program-"},
    {"void f(void) { }", "program-"},
    {"kernel void a_name_that_is_longer_than_forty_letters_is_cut()",
     "a_name_that_is_longer_than_forty_letters-"},
};

VGPU_UNIT_TEST(vgpu_source_name, is_that_of_the_first_kernel)
{
    char name[VGPU_SOURCE_NAME_SIZE];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const size_t length = strlen(rows[i].text), begins = strlen(rows[i].begins);

        vgpu_source_name(rows[i].text, length, vgpu_hash_of(rows[i].text, length), name);
        EXPECT_BYTES(rows[i].begins, name, begins);
        EXPECT_EQ(begins + strlen("0123456789ab.cl"), strlen(name));
        EXPECT_TRUE(vgpu_is_source_name(name));
    }
}

VGPU_UNIT_TEST(vgpu_source_name, is_told_from_other_files)
{
    static const char *const others[] = {
        "",          "saxpy.cl",           "-0123456789ab.cl", "a-0123456789ab",
        "a-0123.cl", "a-0123456789abc.cl", "a-0123456789AB.cl"};

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        EXPECT_FALSE(vgpu_is_source_name(others[i]));
}
