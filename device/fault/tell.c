/* SPDX-License-Identifier: MIT */
/* What went wrong in a kernel, in words. */
#define _GNU_SOURCE
#include "fault/tell.h"

#include "fault/line.h"
#include "work_group.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unwind.h>

#define NULL_BYTES ((uintptr_t)64 << 10) /* that no memory is mapped at */
#define FAR_BYTES                                                                        \
    ((size_t)1 << 30)                /* from an allocation: it has nothing to do with it \
                                      */
#define NEAR_STACK ((size_t)1 << 20) /* below a stack pointer */

struct words {
    char *text;
    size_t size;
};

static bool (*_Atomic find_allocation)(uintptr_t, struct vgpu_allocation *);

void vgpu_device_set_memory_hook(bool (*find)(uintptr_t address,
                                              struct vgpu_allocation *allocation_out))
{
    atomic_store(&find_allocation, find);
}

__attribute__((format(printf, 2, 3))) static void say(struct words *words,
                                                      const char *format, ...)
{
    va_list values;
    int length;

    va_start(values, format);
    length = vsnprintf(words->text, words->size, format, values);
    va_end(values);
    if (length < 0)
        return;
    if ((size_t)length >= words->size)
        length = (int)words->size - 1;
    words->text += length;
    words->size -= (size_t)length;
}

static void say_ids(struct words *words, const char *what, const size_t ids[3])
{
    say(words, "%s (%zu, %zu, %zu)", what, ids[0], ids[1], ids[2]);
}

static bool is_ours(uintptr_t pc)
{
    Dl_info own, other;

    return dladdr((void *)(uintptr_t)vgpu_fault_fail, &own) &&
           dladdr((void *)pc, &other) && own.dli_fbase == other.dli_fbase;
}

/* Whether the frame is of what called the kernel. */
static bool is_outside(uintptr_t pc)
{
    return _Unwind_FindEnclosingFunction((void *)pc) ==
           (void *)(uintptr_t)vgpu_guard_enter;
}

/* The innermost place that has a line: kernels call functions that have none, of ours,
 * too. */
static enum vgpu_line_answer find_line(const struct vgpu_fault *fault, char *text,
                                       size_t size)
{
    enum vgpu_line_answer answer = VGPU_LINE_NO_TABLE;

    for (unsigned i = 0; i < fault->num_frames; i++) {
        const uintptr_t pc = fault->frames[i];
        enum vgpu_line_answer found;

        if (is_outside(pc))
            break;
        if (is_ours(pc))
            continue;
        /* behind a call stands the next instruction, which may be of another line; a
         * loop's few instructions without a line are still the loop's */
        found = vgpu_line_of(i > 0 ? pc - 1 : pc, fault->signal == 0, text, size);
        if (found == VGPU_LINE_FOUND)
            return found;
        if (found != VGPU_LINE_NO_TABLE)
            answer = found;
    }
    return answer;
}

static void say_place(struct words *words, const struct vgpu_fault_place *place,
                      const char *line)
{
    const char *const name = place->launch->name;

    say(words, "kernel \"%.128s\"", name ? name : "?");
    if (*line)
        say(words, " at %s", line);
    say_ids(words, place->num_groups > 1 ? ", one of work-groups" : ", work-group",
            place->group->group_id);
    if (place->num_groups > 1) {
        const size_t last[3] = {place->group->group_id[0] + place->num_groups - 1,
                                place->group->group_id[1], place->group->group_id[2]};
        say_ids(words, " to", last);
    }
    if (place->item) {
        say_ids(words, ", work-item", place->item->global_id);
        say_ids(words, ", local id", place->item->local_id);
    } else if (place->num_items > 0) {
        say(words, ", one of work-items %u to %u of the group", place->first_item,
            place->first_item + place->num_items - 1);
    }
}

/* Where the address is, of the allocation that holds it or is nearest. */
static void say_neighbour(struct words *words, uintptr_t address)
{
    bool (*const find)(uintptr_t, struct vgpu_allocation *) =
        atomic_load(&find_allocation);
    struct vgpu_allocation found;
    uintptr_t end;

    if (!find || !find(address, &found))
        return;
    end = found.first + found.size;
    if (address < found.first && found.first - address <= FAR_BYTES)
        say(words, ", %zu bytes before %s", (size_t)(found.first - address), found.name);
    else if (address >= end && address - end <= FAR_BYTES)
        say(words, ", %zu bytes behind the end of %s", (size_t)(address - end),
            found.name);
    else if (address >= found.first && address < end)
        say(words, ", byte %zu of %s", (size_t)(address - found.first), found.name);
    else
        say(words, ", which is not near any buffer");
}

static bool is_in_guard_of(const struct vgpu_fiber_stacks *stacks, uintptr_t address)
{
    const uintptr_t base = stacks ? (uintptr_t)stacks->base : 0;

    return base && address >= base &&
           address - base < stacks->stride * stacks->capacity &&
           (address - base) % stacks->stride < stacks->guard;
}

static bool is_overflow(const struct vgpu_guard *guard,
                        const struct vgpu_fault_place *place)
{
    const struct vgpu_fault *const fault = &guard->fault;
    const uintptr_t low = guard->own_stack.low;

    if (is_in_guard_of(place->stacks, fault->address))
        return true;
    return fault->address < low && low - fault->address <= NEAR_STACK &&
           fault->stack < low + NEAR_STACK && fault->stack + NEAR_STACK > low;
}

static void say_overflow(struct words *words, const struct vgpu_guard *guard,
                         const struct vgpu_fault_place *place)
{
    const bool is_fiber = is_in_guard_of(place->stacks, guard->fault.address);
    const size_t bytes = is_fiber
                             ? place->stacks->stride - place->stacks->guard
                             : (size_t)(guard->own_stack.high - guard->own_stack.low);

    say(words,
        "its stack of %zu KiB overflowed. Recursion must end sooner, and large private "
        "arrays are better kept in buffers or local memory",
        bytes >> 10);
}

static void say_access(struct words *words, const struct vgpu_fault *fault)
{
    static const char *const verbs[] = {
        [VGPU_FAULT_UNKNOWN] = "an access to",
        [VGPU_FAULT_READ] = "a read at",
        [VGPU_FAULT_WRITE] = "a write to",
        [VGPU_FAULT_CALL] = "a call of code at",
    };

    say(words, "%s ", verbs[fault->access]);
}

static void say_segment(struct words *words, const struct vgpu_guard *guard,
                        const struct vgpu_fault_place *place)
{
    const struct vgpu_fault *const fault = &guard->fault;

    if (fault->code == SI_KERNEL) {
        say(words, "an access by a pointer that is no address at all, such as one that "
                   "was never set or was overwritten");
        return;
    }
    if (is_overflow(guard, place)) {
        say_overflow(words, guard, place);
        return;
    }
    say_access(words, fault);
    if (fault->address < NULL_BYTES) {
        say(words, "address 0x%zx, by a null pointer", (size_t)fault->address);
        return;
    }
    say(words, "address 0x%zx, %s", (size_t)fault->address,
        fault->code == SEGV_ACCERR ? "which does not allow it" : "where no memory is");
    say_neighbour(words, fault->address);
}

static void say_bus(struct words *words, const struct vgpu_fault *fault)
{
    say_access(words, fault);
    say(words, "address 0x%zx", (size_t)fault->address);
    say_neighbour(words, fault->address);
    if (fault->code == BUS_ADRALN)
        say(words, ", which is not aligned");
    else
        say(words, ": memory that its file, shorter than the mapping, does not reach, or "
                   "that failed");
}

static const char *words_of_arithmetic(int code)
{
    switch (code) {
    case FPE_INTDIV:
        return "an integer was divided by 0, or the least one by -1";
    case FPE_INTOVF:
        return "an integer overflowed, in code that traps this";
    default:
        return "a floating-point exception, which the kernel had switched on";
    }
}

static void say_too_long(struct words *words, const struct vgpu_fault *fault)
{
    say(words,
        "the watchdog stopped it after %.3g s. If it is not in an endless loop, let "
        "VGPU_WATCHDOG, or the device's key watchdog, say more, or 0",
        (double)fault->ran_ns / 1e9);
}

/* By raise and its like: of such a signal there is no address, and no instruction. */
static bool is_sent(const struct vgpu_fault *fault)
{
    return fault->signal != 0 && fault->signal != SIGABRT && fault->code <= 0;
}

static void say_what(struct words *words, const struct vgpu_guard *guard,
                     const struct vgpu_fault_place *place)
{
    if (is_sent(&guard->fault)) {
        say(words, "signal %d (%s) was sent to it by a call, as of raise",
            guard->fault.signal, strsignal(guard->fault.signal));
        return;
    }
    switch (guard->fault.signal) {
    case 0:
        say_too_long(words, &guard->fault);
        break;
    case SIGSEGV:
        say_segment(words, guard, place);
        break;
    case SIGBUS:
        say_bus(words, &guard->fault);
        break;
    case SIGFPE:
        say(words, "%s", words_of_arithmetic(guard->fault.code));
        break;
    case SIGILL:
        say(words, "an instruction that the processor does not have: a trap that the "
                   "compiler left, a call through a wild pointer, or code for another "
                   "processor");
        break;
    case SIGABRT:
        say(words, "it called abort, as a failed assertion does");
        break;
    default:
        say(words, "it was ended by signal %d (%s)", guard->fault.signal,
            strsignal(guard->fault.signal));
    }
}

void vgpu_fault_fail(const struct vgpu_guard *guard, const struct vgpu_fault_place *place)
{
    char text[1280], line[128] = "";
    struct words words = {text, sizeof text};
    const enum vgpu_line_answer answer = find_line(&guard->fault, line, sizeof line);

    say_place(&words, place, line);
    say(&words, ": ");
    say_what(&words, guard, place);
    if (answer == VGPU_LINE_NO_TABLE)
        say(&words, ". Compile the kernel with -g to see the line");
    if (answer == VGPU_LINE_NO_READER)
        say(&words, ". With libdw.so.1 (Debian's libdw1) there might be a line to see");
    vgpu_launch_fail(place->launch, guard->fault.signal == 0 ? -ETIMEDOUT : -EFAULT,
                     text);
}
