/* SPDX-License-Identifier: MIT */
/* Fibers: contexts that one thread switches between, and the stacks they stand on. */
#ifndef VGPU_FIBER_H
#define VGPU_FIBER_H

#include "fiber_sanitizer.h"

#include <stdbool.h>
#include <stddef.h>

#if defined(__x86_64__) || defined(__aarch64__)
#define VGPU_FIBER_NATIVE 1
#else
#define VGPU_FIBER_NATIVE 0
#include <ucontext.h>
#endif

/* VGPU_OUTERMOST_FRAME - at the start of a fiber's entry: debuggers and other unwinders
 * see that nothing called it. */
#if defined(__GCC_HAVE_DWARF2_CFI_ASM) && defined(__x86_64__)
#define VGPU_OUTERMOST_FRAME() __asm__ volatile(".cfi_undefined rip")
#elif defined(__GCC_HAVE_DWARF2_CFI_ASM) && defined(__aarch64__)
#define VGPU_OUTERMOST_FRAME() __asm__ volatile(".cfi_undefined x30")
#else
#define VGPU_OUTERMOST_FRAME() ((void)0)
#endif

/* A stopped place in the program: where to go on, and on which stack. */
struct vgpu_context {
#if VGPU_FIBER_NATIVE
    void *stack;
    void *frame;
    void (*resume)(void);
#else
    ucontext_t machine;
#endif
    struct vgpu_sanitizer_fiber sanitizer;
};

/* The stacks of one thread's fibers: one reservation, of which the first `ready` can be
 * used. */
struct vgpu_fiber_stacks {
    char *base;
    size_t bytes;  /* usable ones of each; 0: as many as a work-item needs. The owner's */
    size_t stride; /* from one stack to the next: guard page, usable bytes, stagger */
    size_t guard;  /* bytes of a guard, at the low end of each */
    unsigned capacity;
    unsigned ready;
};

/* vgpu_fiber_stacks_grow - makes the first `count` stacks usable; `capacity` of them are
 * reserved the first time. The struct starts as zeroes. 0 or -ENOMEM, then as many as
 * before are usable. */
int vgpu_fiber_stacks_grow(struct vgpu_fiber_stacks *stacks, unsigned capacity,
                           unsigned count);
void vgpu_fiber_stacks_fini(struct vgpu_fiber_stacks *stacks);

/* vgpu_context_prepare - the context starts in `entry` on stack `index` when first
 * switched to. `entry` never returns, and calls vgpu_context_arrive first. Also takes
 * back a context that is abandoned. */
void vgpu_context_prepare(struct vgpu_context *context,
                          const struct vgpu_fiber_stacks *stacks, unsigned index,
                          void (*entry)(void));

/* vgpu_context_adopt - the context stands for the calling thread's own stack. */
void vgpu_context_adopt(struct vgpu_context *context);

/* vgpu_context_fini - nothing will switch to it again. */
void vgpu_context_fini(struct vgpu_context *context);

static inline void vgpu_context_arrive(struct vgpu_context *here)
{
    vgpu_sanitizer_arrive(&here->sanitizer);
}

/* vgpu_machine_switch - saves where `from` stands and goes on where `to` stands.
 *
 * Written in place, and left by an indirect jump, so that a switch leaves the core's
 * stack of return addresses alone: the `ret` that ends a barrier call in one item is
 * predicted by the call in the item before, which came from the same line. The compiler
 * keeps nothing in a register across it (all are clobbered), so three words are the whole
 * context. */
static inline __attribute__((always_inline)) void vgpu_machine_switch(
    struct vgpu_context *from, struct vgpu_context *to)
{
#if defined(__x86_64__)
    __asm__ volatile("movq %%rsp, (%0)\n\t"
                     "movq %%rbp, 8(%0)\n\t"
                     "leaq 1f(%%rip), %%rax\n\t"
                     "movq %%rax, 16(%0)\n\t"
                     "movq (%1), %%rsp\n\t"
                     "movq 8(%1), %%rbp\n\t"
                     "jmpq *16(%1)\n"
                     "1:"
                     : "+D"(from), "+S"(to)
                     :
                     : "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13",
                       "r14", "r15", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
                       "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",
                       "xmm14", "xmm15",
#if defined(__AVX512F__)
                       "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22",
                       "xmm23", "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29",
                       "xmm30", "xmm31", "k1", "k2", "k3", "k4", "k5", "k6", "k7",
#endif
                       "memory", "cc");
#elif defined(__aarch64__)
    register struct vgpu_context *leaving __asm__("x0") = from;
    register struct vgpu_context *entering __asm__("x1") = to;
    __asm__ volatile("mov x2, sp\n\t"
                     "adr x3, 1f\n\t"
                     "stp x2, x29, [x0]\n\t"
                     "str x3, [x0, #16]\n\t"
                     "ldp x2, x29, [x1]\n\t"
                     "ldr x16, [x1, #16]\n\t"
                     "mov sp, x2\n\t"
                     "mov x30, xzr\n\t"
                     "br x16\n"
                     "1: hint #38" /* bti jc: a place that an indirect jump may go to */
                     : "+r"(leaving), "+r"(entering)
                     :
                     : "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11",
                       "x12", "x13", "x14", "x15", "x16", "x17", "x19", "x20", "x21",
                       "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x30", "v0", "v1",
                       "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11",
                       "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19", "v20",
                       "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29",
                       "v30", "v31", "memory", "cc");
#else
    swapcontext(&from->machine, &to->machine);
#endif
}

/* vgpu_context_switch - stops here and goes on in `to`; returns when something switches
 * back. */
static inline __attribute__((always_inline)) void vgpu_context_switch(
    struct vgpu_context *here, struct vgpu_context *to)
{
    vgpu_sanitizer_leave(&here->sanitizer, &to->sanitizer);
    vgpu_machine_switch(here, to);
    vgpu_context_arrive(here);
}

#endif
