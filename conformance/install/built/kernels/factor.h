/* SPDX-License-Identifier: MIT */
/* Found beside the kernels, without an include folder. */
static inline int times_factor(int x)
{
    return FACTOR * x;
}
