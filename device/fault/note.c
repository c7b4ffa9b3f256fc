/* SPDX-License-Identifier: MIT */
/* What a signal's handler can find out of what happened. */
#define _GNU_SOURCE
#include "fault/note.h"

#if defined(__GLIBC__)
#include <gnu/libc-version.h>
#endif
#include <link.h>
#include <string.h>
#include <ucontext.h>
#include <unwind.h>

struct walk {
    struct vgpu_fault *fault;
    bool is_found; /* the place where it happened; before it come the handler's own */
};

static _Unwind_Reason_Code note_frame(struct _Unwind_Context *context, void *data)
{
    struct walk *const walk = data;
    struct vgpu_fault *const fault = walk->fault;
    const uintptr_t pc = _Unwind_GetIP(context);

    if (!walk->is_found) {
        walk->is_found = pc == fault->pc;
        return _URC_NO_REASON;
    }
    fault->frames[fault->num_frames++] = pc;
    return fault->num_frames < VGPU_FAULT_FRAMES ? _URC_NO_REASON : _URC_END_OF_STACK;
}

/* Where a call that led to no code came from. */
static uintptr_t caller_of(const ucontext_t *machine)
{
#if defined(__x86_64__)
    return *(const uintptr_t *)machine->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
    return machine->uc_mcontext.regs[30];
#else
    (void)machine;
    return 0;
#endif
}

/* Where the stack was destroyed this faults in turn; then what is known suffices. */
static void note_frames(struct vgpu_fault *fault, const ucontext_t *machine)
{
    struct walk walk = {.fault = fault};

    fault->frames[0] = fault->pc;
    fault->num_frames = 1;
    if (fault->access == VGPU_FAULT_CALL) { /* from no code nothing can be followed */
        fault->frames[1] = caller_of(machine);
        fault->num_frames = 2;
        return;
    }
    _Unwind_Backtrace(note_frame, &walk);
}

static enum vgpu_fault_access access_of(const struct vgpu_fault *fault,
                                        const ucontext_t *machine)
{
    if (fault->code <= 0 || (fault->signal != SIGSEGV && fault->signal != SIGBUS))
        return VGPU_FAULT_UNKNOWN; /* what the registers say is of an earlier one */
    if (fault->address && fault->address == fault->pc)
        return VGPU_FAULT_CALL;
#if defined(__x86_64__)
    enum { PAGE_FAULT = 14, WRITE = 2, FETCH = 16 };
    const greg_t *const registers = machine->uc_mcontext.gregs;

    if (registers[REG_TRAPNO] != PAGE_FAULT)
        return VGPU_FAULT_UNKNOWN;
    return registers[REG_ERR] & FETCH   ? VGPU_FAULT_CALL
           : registers[REG_ERR] & WRITE ? VGPU_FAULT_WRITE
                                        : VGPU_FAULT_READ;
#else
    (void)machine;
    return VGPU_FAULT_UNKNOWN;
#endif
}

static void note_registers(struct vgpu_fault *fault, const ucontext_t *machine)
{
#if defined(__x86_64__)
    fault->pc = (uintptr_t)machine->uc_mcontext.gregs[REG_RIP];
    fault->stack = (uintptr_t)machine->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
    fault->pc = machine->uc_mcontext.pc;
    fault->stack = machine->uc_mcontext.sp;
#else
    (void)fault, (void)machine;
#endif
}

void vgpu_fault_note(struct vgpu_fault *fault, const siginfo_t *info, const void *context)
{
    const ucontext_t *const machine = context;

    memset(fault, 0, sizeof *fault);
    fault->signal = info->si_signo;
    fault->code = info->si_code;
    if (info->si_code > 0 && (info->si_signo == SIGSEGV || info->si_signo == SIGBUS))
        fault->address = (uintptr_t)info->si_addr;
    note_registers(fault, machine);
    fault->access = access_of(fault, machine);
    note_frames(fault, machine);
}

/* Of the code of the C library. Written before there is a handler that reads it. */
static struct {
    uintptr_t first, end;
} c_library;

#if defined(__GLIBC__)
static int look_at_library(struct dl_phdr_info *info, size_t size, void *unused)
{
    /* a function that nothing puts its own in the place of, as sanitizers do */
    const uintptr_t inside = (uintptr_t)gnu_get_libc_version;

    (void)size, (void)unused;
    for (ElfW(Half) i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *const part = &info->dlpi_phdr[i];
        const uintptr_t first = info->dlpi_addr + part->p_vaddr;

        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X) || inside < first ||
            inside - first >= part->p_memsz)
            continue;
        c_library.first = first;
        c_library.end = first + part->p_memsz;
        return 1;
    }
    return 0;
}

void vgpu_fault_find_c_library(void)
{
    dl_iterate_phdr(look_at_library, NULL);
}
#else
void vgpu_fault_find_c_library(void)
{
}
#endif

bool vgpu_fault_is_in_c_library(const void *machine)
{
    struct vgpu_fault fault = {0};

    note_registers(&fault, machine);
    return fault.pc >= c_library.first && fault.pc < c_library.end;
}
