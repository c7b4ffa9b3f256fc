/* SPDX-License-Identifier: MIT */
/* Loops that are compiled for several processors, of which the best that there is is
 * chosen when the program is loaded. */
#ifndef VGPU_FOR_PROCESSORS_H
#define VGPU_FOR_PROCESSORS_H

#include "sanitizer.h"

/* Sanitizers do not bear the early calls that choose; clang 14 knows only some of the
 * names. Tests define VGPU_ONE_PROCESSOR, and compile for each processor by itself. */
#if !defined(VGPU_ONE_PROCESSOR) && defined(__x86_64__) && defined(__gnu_linux__) && \
    !VGPU_TSAN && !VGPU_ASAN && !defined(__clang__)
#define FOR_PROCESSORS \
    __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_PROCESSORS
#endif

#endif
