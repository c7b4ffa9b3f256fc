/* SPDX-License-Identifier: MIT */
/* Sleeping on a 32-bit word until another thread changes it (Linux futex). */
#ifndef VGPU_BASE_FUTEX_H
#define VGPU_BASE_FUTEX_H

#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* vgpu_futex_wait - sleeps while *word is `seen`; may also return early, so callers loop.
 */
static inline void vgpu_futex_wait(atomic_uint *word, uint32_t seen)
{
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
}

/* vgpu_futex_wake - wakes up to `count` sleepers of the word. */
static inline void vgpu_futex_wake(atomic_uint *word, int count)
{
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

static inline void vgpu_futex_wake_all(atomic_uint *word)
{
    vgpu_futex_wake(word, INT_MAX);
}

/* vgpu_pause - tells the core that this is a spin loop. */
static inline void vgpu_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#endif
