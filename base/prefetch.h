/* SPDX-License-Identifier: MIT */
/* Asking for cache lines before they are needed. */
#ifndef VGPU_BASE_PREFETCH_H
#define VGPU_BASE_PREFETCH_H

#include <stddef.h>

/* vgpu_prefetch_to_write - the lines of `bytes` from the address on will be written soon:
 * whichever core has them gives them up, while this one goes on. A hint; any address.
 *
 * On x86-64 compilers know the instruction for some processors only; others, if they have
 * none, take it for no operation. */
static inline void vgpu_prefetch_to_write(const void *address, size_t bytes)
{
    enum { LINE = 64 };
    const char *const first = address;

    for (size_t at = 0; at < bytes; at += LINE) {
#if defined(__x86_64__)
        __asm__ volatile("prefetchw %0" : : "m"(first[at]));
#else
        __builtin_prefetch(first + at, 1);
#endif
    }
}

#endif
