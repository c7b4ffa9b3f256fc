/* SPDX-License-Identifier: MIT */
/* Kernels that gain where nothing else with atomics runs. */
#include "lockstep/alone.h"

#include "lockstep/geometry.h"

#define MOST_DEPTH 6 /* instructions from a value to what it is made of */

static bool is_atomic(LLVMValueRef instruction)
{
    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMAtomicRMW:
    case LLVMAtomicCmpXchg:
        return !LLVMIsAtomicSingleThread(instruction);
    default:
        return false;
    }
}

/* A load or store whose time matters. */
static bool is_watched(LLVMValueRef instruction)
{
    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMLoad:
    case LLVMStore:
        return LLVMGetVolatile(instruction) ||
               LLVMGetOrdering(instruction) != LLVMAtomicOrderingNotAtomic;
    default:
        return false;
    }
}

bool vgpu_cc_has_atomics(LLVMValueRef kernel)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(kernel); b;
         b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i;
             i = LLVMGetNextInstruction(i))
            if (is_atomic(i) || is_watched(i))
                return true;
    return false;
}

/* The value is made of what that is of: `source`, or (NULL) any load. */
static bool is_made_of(LLVMValueRef value, LLVMValueRef source, unsigned depth)
{
    if (source ? value == source : LLVMIsALoadInst(value) != NULL)
        return true;
    if (depth == 0 || !LLVMIsAInstruction(value))
        return false;
    for (int i = 0; i < LLVMGetNumOperands(value); i++)
        if (is_made_of(LLVMGetOperand(value, (unsigned)i), source, depth - 1))
            return true;
    return false;
}

/* `while ((found = atomic_cmpxchg(p, seen, f(seen))) != seen) seen = found;`: each round
 * tries what the last one found, and needs nobody. Others may wait for a flag, a ticket
 * or a lock. */
static bool is_change(LLVMValueRef exchange)
{
    LLVMValueRef seen = LLVMGetOperand(exchange, 1), wanted = LLVMGetOperand(exchange, 2);

    return is_made_of(seen, exchange, MOST_DEPTH) && wanted != seen &&
           is_made_of(wanted, seen, MOST_DEPTH);
}

/* In a loop: may be how the kernel waits for another work-group. */
static bool may_wait(LLVMValueRef instruction)
{
    if (is_watched(instruction))
        return LLVMIsALoadInst(instruction) != NULL;
    if (LLVMGetInstructionOpcode(instruction) == LLVMFence)
        return true;
    if (!is_atomic(instruction))
        return false;
    return LLVMIsAAtomicCmpXchgInst(instruction) ? !is_change(instruction)
                                                 : LLVMGetFirstUse(instruction) != NULL;
}

/* A loop with barriers, behind which memory is looked at anew, that goes on until it
 * finds something there. */
static bool waits_at_barriers(const struct vgpu_cc_graph *graph, int loop)
{
    const unsigned char *const holds = graph->loops[loop].holds;
    bool has_barrier = false, looks = false;

    for (int b = 0; b < graph->num_blocks; b++) {
        const struct vgpu_cc_block *const block = &graph->blocks[b];

        if (!holds[b])
            continue;
        for (LLVMValueRef i = LLVMGetFirstInstruction(block->block); i;
             i = LLVMGetNextInstruction(i))
            has_barrier = has_barrier || vgpu_cc_pseudo_of(i, NULL) == VGPU_CC_BARRIER;
        for (int s = 0; s < block->num_successors; s++)
            looks = looks || (!holds[block->successors[s]] &&
                              is_made_of(block->terminator, NULL, MOST_DEPTH));
    }
    return has_barrier && looks;
}

static bool is_in_loop(const struct vgpu_cc_graph *graph, int block)
{
    for (int l = 0; l < graph->num_loops; l++)
        if (graph->loops[l].holds[block])
            return true;
    return false;
}

bool vgpu_cc_gains_alone(const struct vgpu_cc_graph *graph)
{
    bool gains = false;

    for (int l = 0; l < graph->num_loops; l++)
        if (waits_at_barriers(graph, l))
            return false;
    for (int b = 0; b < graph->num_blocks; b++) {
        const bool in_loop = is_in_loop(graph, b);

        for (LLVMValueRef i = LLVMGetFirstInstruction(graph->blocks[b].block); i;
             i = LLVMGetNextInstruction(i)) {
            if (in_loop && may_wait(i))
                return false;
            gains = gains || is_atomic(i);
        }
    }
    return gains;
}
