/* SPDX-License-Identifier: MIT */
/* Kernel code runs under a guard: where it faults, the compute unit comes back to the
 * guard's call, and what happened is known. */
#define _GNU_SOURCE
#include "fault/guard.h"

#include "arithmetic.h"
#include "critical.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

/* Handlers of the program that run after ours may need much: those of sanitizers do. */
#define SIGNAL_STACK_BYTES ((size_t)128 << 10)

static _Thread_local struct vgpu_guard *here __attribute__((tls_model("initial-exec")));

struct vgpu_guard *vgpu_guard_here(void)
{
    return here;
}

#if VGPU_GUARD_NATIVE

/* vgpu_guard_enter calls function(context) with guard->stack set, and returns 0.
 * vgpu_guard_left is where it goes on, and returns 1, when a handler has put guard->stack
 * into the stack pointer. */
void vgpu_guard_left(void);

_Static_assert(offsetof(struct vgpu_guard, stack) == 0, "as the code below has it");

#if defined(__x86_64__)
__asm__(".text\n"
        ".p2align 4\n"
        ".globl vgpu_guard_enter, vgpu_guard_left\n"
        ".hidden vgpu_guard_enter, vgpu_guard_left\n"
        ".type vgpu_guard_enter, @function\n"
        ".type vgpu_guard_left, @function\n"
        "vgpu_guard_enter:\n"
        ".cfi_startproc\n"
        "pushq %rbp\n"
        ".cfi_adjust_cfa_offset 8\n"
        ".cfi_rel_offset %rbp, 0\n"
        "pushq %rbx\n"
        ".cfi_adjust_cfa_offset 8\n"
        ".cfi_rel_offset %rbx, 0\n"
        "pushq %r12\n"
        ".cfi_adjust_cfa_offset 8\n"
        ".cfi_rel_offset %r12, 0\n"
        "pushq %r13\n"
        ".cfi_adjust_cfa_offset 8\n"
        ".cfi_rel_offset %r13, 0\n"
        "pushq %r14\n"
        ".cfi_adjust_cfa_offset 8\n"
        ".cfi_rel_offset %r14, 0\n"
        "pushq %r15\n"
        ".cfi_adjust_cfa_offset 8\n"
        ".cfi_rel_offset %r15, 0\n"
        "subq $8, %rsp\n"
        ".cfi_adjust_cfa_offset 8\n"
        "movq %rdi, %rbx\n"
        "movq %rsp, (%rbx)\n"
        "movq %rdx, %rdi\n"
        "callq *%rsi\n"
        "movq $0, (%rbx)\n"
        "xorl %eax, %eax\n"
        "1:\n"
        ".cfi_remember_state\n"
        "addq $8, %rsp\n"
        ".cfi_adjust_cfa_offset -8\n"
        "popq %r15\n"
        ".cfi_adjust_cfa_offset -8\n"
        ".cfi_restore %r15\n"
        "popq %r14\n"
        ".cfi_adjust_cfa_offset -8\n"
        ".cfi_restore %r14\n"
        "popq %r13\n"
        ".cfi_adjust_cfa_offset -8\n"
        ".cfi_restore %r13\n"
        "popq %r12\n"
        ".cfi_adjust_cfa_offset -8\n"
        ".cfi_restore %r12\n"
        "popq %rbx\n"
        ".cfi_adjust_cfa_offset -8\n"
        ".cfi_restore %rbx\n"
        "popq %rbp\n"
        ".cfi_adjust_cfa_offset -8\n"
        ".cfi_restore %rbp\n"
        "retq\n"
        ".cfi_restore_state\n"
        "vgpu_guard_left:\n"
        "movl $1, %eax\n"
        "jmp 1b\n"
        ".cfi_endproc\n"
        ".size vgpu_guard_enter, .-vgpu_guard_enter\n");
#elif defined(__aarch64__)
__asm__(".text\n"
        ".p2align 4\n"
        ".globl vgpu_guard_enter, vgpu_guard_left\n"
        ".hidden vgpu_guard_enter, vgpu_guard_left\n"
        ".type vgpu_guard_enter, %function\n"
        ".type vgpu_guard_left, %function\n"
        "vgpu_guard_enter:\n"
        ".cfi_startproc\n"
        "hint #34\n" /* bti c */
        "stp x29, x30, [sp, #-176]!\n"
        ".cfi_def_cfa_offset 176\n"
        ".cfi_offset x29, -176\n"
        ".cfi_offset x30, -168\n"
        "mov x29, sp\n"
        "stp x19, x20, [sp, #16]\n"
        ".cfi_offset x19, -160\n"
        ".cfi_offset x20, -152\n"
        "stp x21, x22, [sp, #32]\n"
        ".cfi_offset x21, -144\n"
        ".cfi_offset x22, -136\n"
        "stp x23, x24, [sp, #48]\n"
        ".cfi_offset x23, -128\n"
        ".cfi_offset x24, -120\n"
        "stp x25, x26, [sp, #64]\n"
        ".cfi_offset x25, -112\n"
        ".cfi_offset x26, -104\n"
        "stp x27, x28, [sp, #80]\n"
        ".cfi_offset x27, -96\n"
        ".cfi_offset x28, -88\n"
        "stp d8, d9, [sp, #96]\n"
        "stp d10, d11, [sp, #112]\n"
        "stp d12, d13, [sp, #128]\n"
        "stp d14, d15, [sp, #144]\n"
        "str x0, [sp, #160]\n"
        "mov x9, sp\n"
        "str x9, [x0]\n"
        "mov x0, x2\n"
        "blr x1\n"
        "ldr x9, [sp, #160]\n"
        "str xzr, [x9]\n"
        "mov w0, #0\n"
        "1:\n"
        "ldp x19, x20, [sp, #16]\n"
        "ldp x21, x22, [sp, #32]\n"
        "ldp x23, x24, [sp, #48]\n"
        "ldp x25, x26, [sp, #64]\n"
        "ldp x27, x28, [sp, #80]\n"
        "ldp d8, d9, [sp, #96]\n"
        "ldp d10, d11, [sp, #112]\n"
        "ldp d12, d13, [sp, #128]\n"
        "ldp d14, d15, [sp, #144]\n"
        ".cfi_remember_state\n"
        "ldp x29, x30, [sp], #176\n"
        ".cfi_def_cfa_offset 0\n"
        "ret\n"
        ".cfi_restore_state\n"
        "vgpu_guard_left:\n"
        "mov w0, #1\n"
        "b 1b\n"
        ".cfi_endproc\n"
        ".size vgpu_guard_enter, .-vgpu_guard_enter\n");
#endif

void vgpu_guard_leave(struct vgpu_guard *guard, void *machine)
{
    ucontext_t *const context = machine;

#if defined(__x86_64__)
    enum { TRAP_FLAG = 0x100, DIRECTION_FLAG = 0x400, ALIGNMENT_FLAG = 0x40000 };
    greg_t *const registers = context->uc_mcontext.gregs;

    registers[REG_RSP] = (greg_t)(uintptr_t)guard->stack;
    registers[REG_RIP] = (greg_t)(uintptr_t)vgpu_guard_left;
    registers[REG_EFL] &= ~(greg_t)(TRAP_FLAG | DIRECTION_FLAG | ALIGNMENT_FLAG);
    /* None: the system sets vector registers to zero, and none is left half in use. */
    context->uc_mcontext.fpregs = NULL;
#else
    context->uc_mcontext.sp = (uintptr_t)guard->stack;
    context->uc_mcontext.pc = (uintptr_t)vgpu_guard_left;
#endif
    guard->stack = NULL;
}

#else

void vgpu_guard_leave(struct vgpu_guard *guard, void *machine)
{
    (void)machine;
    guard->stack = NULL;
#if VGPU_TSAN /* which finds only jumps within a fiber */
    vgpu_sanitizer_come_home(&guard->sanitizer);
#endif
    siglongjmp(guard->home, 1);
}

int vgpu_guard_enter(struct vgpu_guard *guard, void (*function)(void *), void *context)
{
    if (sigsetjmp(guard->home, 0) != 0)
        return 1;
    guard->stack = __builtin_frame_address(0);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    function(context);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    guard->stack = NULL;
    return 0;
}

#endif

/* What the fault left behind: the thread is as it came again. */
void vgpu_guard_recover(const struct vgpu_guard *guard)
{
    fesetenv(&guard->arithmetic);
    pthread_sigmask(SIG_SETMASK, &guard->mask, NULL);
#if VGPU_ASAN
    {
        char *const low = (char *)guard->own_stack.low;

        /* of the frames that are gone */
        __asan_unpoison_memory_region(low, (size_t)((char *)&low - low));
    }
#endif
}

static void find_own_stack(struct vgpu_guard *guard)
{
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size = 0;

    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return;
    pthread_attr_getstack(&attributes, &low, &size);
    pthread_attr_getguardsize(&attributes, &guard->own_stack.guard);
    pthread_attr_destroy(&attributes);
    guard->own_stack.low = (uintptr_t)low;
    guard->own_stack.high = (uintptr_t)low + size;
}

void vgpu_guard_create(struct vgpu_guard *guard)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const long least = sysconf(_SC_SIGSTKSZ);
    const size_t more = least > 0 ? vgpu_round_up((size_t)least, page) : 0;
    const size_t bytes = page + SIGNAL_STACK_BYTES + more;
    char *const memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

    if (memory == MAP_FAILED)
        return;
    mprotect(memory, page, PROT_NONE);
    guard->signal_stack.memory = memory;
    guard->signal_stack.bytes = bytes;
    guard->signal_stack.guard = page;
}

void vgpu_guard_destroy(struct vgpu_guard *guard)
{
    if (guard->signal_stack.memory)
        munmap(guard->signal_stack.memory, guard->signal_stack.bytes);
    guard->signal_stack.memory = NULL;
}

void vgpu_guard_enter_thread(struct vgpu_guard *guard)
{
    const stack_t stack = {
        .ss_sp = guard->signal_stack.memory + guard->signal_stack.guard,
        .ss_size = guard->signal_stack.bytes - guard->signal_stack.guard};

    fegetenv(&guard->arithmetic);
    pthread_sigmask(SIG_SETMASK, NULL, &guard->mask);
    vgpu_sanitizer_adopt(&guard->sanitizer);
    find_own_stack(guard);
    if (guard->signal_stack.memory)
        sigaltstack(&stack, &guard->stack_before);
    here = guard;
}

void vgpu_guard_leave_thread(struct vgpu_guard *guard)
{
    here = NULL;
    if (guard->signal_stack.memory)
        sigaltstack(&guard->stack_before, NULL);
}
