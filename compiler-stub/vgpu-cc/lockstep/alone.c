/* SPDX-License-Identifier: MIT */
/* Kernels that gain where nothing else with atomics runs. */
#include "lockstep/alone.h"

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
               (LLVMGetOrdering(instruction) != LLVMAtomicOrderingNotAtomic &&
                !LLVMIsAtomicSingleThread(instruction));
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

/* In a loop: may be how the kernel waits for another work-group. An exchange whose new
 * value depends on what was seen is a change; a constant one may be a flag or a lock. */
static bool may_wait(LLVMValueRef instruction)
{
    if (is_watched(instruction))
        return LLVMIsALoadInst(instruction) != NULL;
    if (!is_atomic(instruction))
        return false;
    return LLVMIsAAtomicCmpXchgInst(instruction)
               ? LLVMIsConstant(LLVMGetOperand(instruction, 2))
               : LLVMGetFirstUse(instruction) != NULL;
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
