/* SPDX-License-Identifier: MIT */
/* What only C++ kernels can do: lambdas, templates with VGPU_ITEM_PARAM, kernels in
 * namespaces. */
#include "vgpu_test.h"

#include "harness.h"

VGPU_UNIT_TEST(cxx, kernels_use_templates_and_lambdas)
{
    int in[4] = {-1, 0, 5, 7}, result[4] = {9, 9, 9, 9}, *from = in, *to = result;
    static const int expected[4] = {1, 1, 11, 15};
    void *const args[] = {&to, &from};

    harness_run_1d("cxx_only", 4, 4, args);
    EXPECT_BYTES(expected, result, sizeof expected);
}
