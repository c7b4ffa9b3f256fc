/* SPDX-License-Identifier: MIT */
/* Stretches of the runtime that kernels call, and that must not be left half done. */
#ifndef VGPU_BASE_CRITICAL_H
#define VGPU_BASE_CRITICAL_H

#include <signal.h>

/* Not 0 while the calling thread is in such a stretch: it may hold a lock. What would
 * take a compute unit out of its kernel (device/fault/) does not do so then. */
extern _Thread_local volatile sig_atomic_t vgpu_critical
    __attribute__((tls_model("initial-exec")));

static inline void vgpu_critical_enter(void)
{
    vgpu_critical++;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static inline void vgpu_critical_leave(void)
{
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    vgpu_critical--;
}

/* vgpu_critical_set - becomes `count`, for whoever goes on in another place than it came
 * from. */
static inline void vgpu_critical_set(sig_atomic_t count)
{
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    vgpu_critical = count;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

#endif
