/* SPDX-License-Identifier: MIT */
/* libOpenCL.so.1: every entry point is a jump through the table of libvgpu.so.1. */
#include "dispatch/dispatch.h"

/* clSVMFree returns void, as does what it calls; ISO C only lacks the words for it. */
#pragma GCC diagnostic ignored "-Wpedantic"

#define CORE(version, result, name, parameters, arguments) \
    CL_API_ENTRY result CL_API_CALL name parameters        \
    {                                                      \
        return vgpu_icd_dispatch.name arguments;           \
    }
#define ABSENT CORE
#include "dispatch/entry_points.def"
