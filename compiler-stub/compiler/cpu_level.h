/* SPDX-License-Identifier: MIT */
/* What the processor, as this process sees it, can do at least. Under valgrind and the
 * like that is less than what other processes see. */
#ifndef VGPU_CPU_LEVEL_H
#define VGPU_CPU_LEVEL_H

#define VGPU_CPU_LEVEL_MOST 4u

/* vgpu_cpu_level - 1 to 4 for x86-64, x86-64-v2, -v3 and -v4; 4 on other processors. */
static inline unsigned vgpu_cpu_level(void)
{
#ifdef __x86_64__
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("sse4.2") || !__builtin_cpu_supports("popcnt"))
        return 1;
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") ||
        !__builtin_cpu_supports("bmi2"))
        return 2;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
        !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl"))
        return 3;
#endif
    return VGPU_CPU_LEVEL_MOST;
}

#endif
