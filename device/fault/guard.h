/* SPDX-License-Identifier: MIT */
/* Kernel code runs under a guard: where it faults, the compute unit comes back to the
 * guard's call, and what happened is known. */
#ifndef VGPU_FAULT_GUARD_H
#define VGPU_FAULT_GUARD_H

#include "fiber.h"

#include <fenv.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Leaving is done by setting registers where that can be told; ThreadSanitizer has to see
 * a jump. */
#if VGPU_FIBER_NATIVE && !VGPU_TSAN
#define VGPU_GUARD_NATIVE 1
#else
#define VGPU_GUARD_NATIVE 0
#endif

#define VGPU_FAULT_FRAMES 16

enum vgpu_fault_access {
    VGPU_FAULT_UNKNOWN, /* the processor does not say */
    VGPU_FAULT_READ,
    VGPU_FAULT_WRITE,
    VGPU_FAULT_CALL /* there is no code */
};

/* What happened, as the signal's handler found it. */
struct vgpu_fault {
    int signal, code;  /* si_signo, si_code; 0, 0: the watchdog stopped it */
    uint64_t ran_ns;   /* of what was stopped */
    uintptr_t address; /* si_addr, of signals that have one; else 0 */
    uintptr_t pc, stack;
    enum vgpu_fault_access access;
    /* Where it happened, and behind it the return addresses, as far as they are known. */
    unsigned num_frames;
    uintptr_t frames[VGPU_FAULT_FRAMES];
};

/* A compute unit's. Only its thread and its signal handlers touch it, but for what is the
 * watchdog's. */
struct vgpu_guard {
    /* The stack that the guarded call came from; NULL: no kernel code runs. Known to the
     * assembler code of guard.c. */
    void *volatile stack;
    struct vgpu_fault fault; /* the last one */
    volatile bool is_noting; /* a handler is writing it */
#if !VGPU_GUARD_NATIVE
    sigjmp_buf home;
#endif
    struct vgpu_sanitizer_fiber sanitizer; /* of the unit's own stack */
    struct {
        uintptr_t low, high, guard; /* the stack's bounds; bytes of the guard below low */
    } own_stack;
    /* As the thread came: what a fault leaves behind is undone. */
    fenv_t arithmetic;
    sigset_t mask;
    stack_t stack_before;
    struct {
        char *memory;        /* NULL: none */
        size_t bytes, guard; /* the guard is at its low end */
    } signal_stack;
    /* Of the watchdog: when what runs began (vgpu_now_ns), 0: nothing that is watched
     * does; and which, by that, shall end. */
    _Atomic uint64_t since, stopped;
    atomic_bool is_overdue; /* it ends wherever it is, not only where it holds no lock */
};

/* vgpu_guard_create - `guard` starts as zeroes. Where the system has no memory for its
 * signal stack, an overflow of the unit's own stack will end the process. */
void vgpu_guard_create(struct vgpu_guard *guard);
void vgpu_guard_destroy(struct vgpu_guard *guard);

/* vgpu_guard_enter_thread - the calling thread becomes one whose guarded calls come back.
 * _leave_thread: before it ends. */
void vgpu_guard_enter_thread(struct vgpu_guard *guard);
void vgpu_guard_leave_thread(struct vgpu_guard *guard);

/* vgpu_guard_here - of the calling thread; NULL: it has none. For signal handlers, too.
 */
struct vgpu_guard *vgpu_guard_here(void);

/* What guard.c makes vgpu_guard_call of: calls function(context); not 0 where it was
 * left. And what then undoes the rest. */
int vgpu_guard_enter(struct vgpu_guard *guard, void (*function)(void *), void *context);
void vgpu_guard_recover(const struct vgpu_guard *guard);

/* vgpu_guard_call - calls function(context). False: it was left by a fault, which
 * guard->fault tells of; whatever stood on the stack below is gone, and if the fault was
 * on a fiber, vgpu_sanitizer_come_home has to be called. Not within a guarded call. */
static inline bool vgpu_guard_call(struct vgpu_guard *guard, void (*function)(void *),
                                   void *context)
{
    if (__builtin_expect(vgpu_guard_enter(guard, function, context) == 0, 1))
        return true;
    vgpu_guard_recover(guard);
    return false;
}

/* vgpu_guard_leave - from a signal handler on the guard's thread, in whose guarded call
 * the signal came: sees to it that the call is over when the handler returns, or does not
 * return. `machine`: what the handler was given as its third argument. */
void vgpu_guard_leave(struct vgpu_guard *guard, void *machine);

#endif
