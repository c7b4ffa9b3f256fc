/* SPDX-License-Identifier: MIT */
/* The table of kernels. */
#include "cases.h"

#include <string.h>

#define BENCH_CASE(class, name, options) \
    {#name, #class, options, bench_setup_##name, bench_reference_##name},
const struct bench_case bench_cases[] = {
#include "cases.def"
};
#undef BENCH_CASE

const size_t bench_num_cases = sizeof bench_cases / sizeof bench_cases[0];

const struct bench_case *bench_case_find(const char *name)
{
    for (size_t i = 0; i < bench_num_cases; i++) {
        if (strcmp(bench_cases[i].name, name) == 0)
            return &bench_cases[i];
    }
    return NULL;
}
