/* SPDX-License-Identifier: MIT */
/* Kernels that do what they must not, in each of the ways that they can be written. */
#define CL_TARGET_OPENCL_VERSION 300
#include <CL/cl_platform.h>
#include <CL/cl_vgpu_kernel.h>
#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "faults_test.h"

#define AT_ONCE __attribute__((noinline))

volatile int fault_line;
#define HERE (fault_line = __LINE__)

/* What the compiler does not know to be a fault. */
static volatile int zero;
static int *volatile nowhere;
static int (*volatile wild_function)(void) = (int (*)(void))0x123450;

static AT_ONCE int recurse(volatile int *above)
{
    volatile int frame[64];

    frame[0] = above[0] + 1;
    if (zero == 1)
        return 0;
    return recurse(frame) + frame[0];
}

static AT_ONCE void err(int kind, int *data, int size, size_t i)
{
    switch (kind) {
    case FAULT_WILD:
        HERE, *(volatile int *)(data + size + 2) = 1;
        break;
    case FAULT_NULL:
        HERE, data[0] = *(volatile int *)nowhere;
        break;
    case FAULT_CALL:
        HERE, data[0] = wild_function() + 1;
        break;
    case FAULT_DIVISION:
        HERE, data[0] = (int)i / zero;
        break;
    case FAULT_ILLEGAL:
        HERE, __builtin_trap();
    case FAULT_OVERFLOW:
        data[0] = recurse(&zero);
        break;
    case FAULT_ABORT:
        HERE, abort();
    case FAULT_RAISED:
        HERE, raise(size % 2 == 0 ? SIGSEGV : SIGFPE);
        break;
    case FAULT_BUS:
        HERE, *(volatile int *)(data + i);
        break;
    case FAULT_LOOP:
        while (zero == 0)
            ;
        break;
    default:
        break;
    }
}

static inline void add_one(int *data, int kind, int size, int item, size_t i)
{
    if (kind != FAULT_NONE && i == (size_t)item)
        err(kind, data, size, i);
    else if (kind == FAULT_NONE && i < (size_t)size)
        data[i] += 1;
}

VGPU_KERNEL(plain_fault, (__global int *, data), (int, kind), (int, size), (int, item))
{
    add_one(data, kind, size, item, get_global_id(0));
}

VGPU_BARRIER_KERNEL(barrier_fault, (__global int *, data), (int, kind), (int, size),
                    (int, item))
{
    barrier(CLK_LOCAL_MEM_FENCE);
    add_one(data, kind, size, item, get_global_id(0));
    barrier(CLK_LOCAL_MEM_FENCE);
}

VGPU_GROUP_KERNEL(group_fault, (__global int *, data), (int, kind), (int, size),
                  (int, item))
{
    VGPU_FOR_EACH_ITEM (i)
        add_one(data, kind, size, item, vgpu_global_id(i, 0));
}

/* A loop that meets barriers for good. */
VGPU_BARRIER_KERNEL(barrier_loop, (__global int *, data))
{
    while (zero == 0)
        barrier(CLK_LOCAL_MEM_FENCE);
    data[0] = 1;
}

FILE *fault_stream;

/* Prints for good: most of the time it holds the stream's lock. */
VGPU_GROUP_KERNEL(print_loop, (__global int *, data))
{
    while (zero == 0)
        data[0] = fprintf(fault_stream, "%d %f\n", zero, 0.1);
}

/* Leaves rounding, and the direction of string instructions, other than it found them. */
VGPU_GROUP_KERNEL(bend_and_fault, (__global int *, data))
{
    fesetround(FE_UPWARD);
    data[0] = fegetround();
#if defined(__x86_64__)
    __asm__ volatile("std");
#endif
    data[1] = *(volatile int *)nowhere;
}

/* Whether the thread is as it should be. */
VGPU_GROUP_KERNEL(tell_state, (__global int *, data))
{
    sigset_t mask;

    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    data[0] = fegetround();
    data[1] = sigismember(&mask, SIGSEGV) + sigismember(&mask, SIGFPE);
    data[2] = sigismember(&mask, SIGUSR1);
    data[3] = 0;
#if defined(__x86_64__)
    data[3] = (__builtin_ia32_readeflags_u64() & 0x400) != 0;
#endif
}

VGPU_KERNEL(count_up, (__global uint *, data), (uint, rounds))
{
    size_t i = get_global_id(0);
    uint x = data[i];

    for (uint r = 0; r < rounds; r++)
        x = x * 1664525u + 1013904223u;
    data[i] = x;
}

/* Each work-group waits until all have begun: there must be a unit for each. */
VGPU_GROUP_KERNEL(meet, (__global int *, count))
{
    __atomic_fetch_add(count, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(count, __ATOMIC_SEQ_CST) < (int)get_num_groups(0))
        sched_yield();
}

void fault_touch(int *address)
{
    *(volatile int *)address = 1;
}
