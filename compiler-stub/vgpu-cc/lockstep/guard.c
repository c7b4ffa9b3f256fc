/* SPDX-License-Identifier: MIT */
/* Whether code that perhaps no item needs is worth a branch around it. */
#include "lockstep/guard.h"

#include <string.h>

#define MOST  12 /* about what a branch costs that is taken wrongly now and then */
#define NEVER (MOST + 1)

static unsigned cost_of_call(LLVMValueRef call)
{
    size_t length;
    LLVMValueRef callee = LLVMGetCalledValue(call);

    if (!LLVMIsAFunction(callee))
        return NEVER;
    return strncmp(LLVMGetValueName2(callee, &length), "llvm.", 5) == 0 ? 3 : NEVER;
}

static bool is_masked(const struct vgpu_cc_row *row, LLVMValueRef pointer)
{
    return !vgpu_cc_is_uniform(&row->shapes, pointer);
}

/* More than MOST where it must not run without need: what is done once for all items asks
 * no mask. */
static unsigned cost_of(const struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMPHI:
    case LLVMBr:
    case LLVMGetElementPtr:
    case LLVMExtractElement:
    case LLVMInsertElement:
    case LLVMShuffleVector:
        return 0;
    case LLVMLoad:
        return is_masked(row, LLVMGetOperand(instruction, 0)) ? 3 : NEVER;
    case LLVMStore:
        return is_masked(row, LLVMGetOperand(instruction, 1)) ? 3 : NEVER;
    case LLVMCall:
        return cost_of_call(instruction);
    case LLVMUDiv:
    case LLVMSDiv:
    case LLVMURem:
    case LLVMSRem:
    case LLVMFRem:
    case LLVMAtomicRMW:
    case LLVMAtomicCmpXchg:
    case LLVMFence:
    case LLVMAlloca:
        return NEVER;
    case LLVMFDiv:
        return 6;
    default:
        return vgpu_cc_components(LLVMTypeOf(instruction));
    }
}

bool vgpu_cc_is_cheap(const struct vgpu_cc_row *row, const unsigned char *nodes)
{
    int only = -1;
    unsigned cost = 0;

    for (int n = 0; n < row->graph.num_nodes; n++) {
        if (!nodes[n])
            continue;
        if (only != -1 || vgpu_cc_graph_is_loop(&row->graph, n) ||
            row->graph.blocks[n].num_successors != 1)
            return false;
        only = n;
    }
    for (LLVMValueRef i = LLVMGetFirstInstruction(row->graph.blocks[only].block);
         i && cost <= MOST; i = LLVMGetNextInstruction(i))
        cost += cost_of(row, i);
    return cost <= MOST;
}
