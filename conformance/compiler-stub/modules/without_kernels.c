/* SPDX-License-Identifier: MIT */
/* A library that registers no kernel. */
int module_without_kernels_answer(void);

int module_without_kernels_answer(void)
{
    return 42;
}
