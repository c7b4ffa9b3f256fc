/* SPDX-License-Identifier: MIT */
/* One instruction of the kernel, for all items of a row. */
#include "lockstep/row.h"

#include <llvm-c/DebugInfo.h>
#include <string.h>

LLVMBasicBlockRef vgpu_cc_block(struct vgpu_cc_row *row, const char *name)
{
    return LLVMAppendBasicBlockInContext(row->module->context, row->function, name);
}

LLVMValueRef vgpu_cc_intrinsic(struct vgpu_cc_row *row, const char *name,
                               LLVMTypeRef *overloads, unsigned num_overloads,
                               LLVMValueRef *args, unsigned num_args)
{
    const unsigned id = LLVMLookupIntrinsicID(name, strlen(name));
    LLVMValueRef function;
    LLVMTypeRef type;

    if (id == 0) {
        vgpu_cc_refuse(row, name);
        return LLVMGetPoison(overloads[0]);
    }
    function =
        LLVMGetIntrinsicDeclaration(row->module->module, id, overloads, num_overloads);
    type = LLVMIntrinsicGetType(row->module->context, id, overloads, num_overloads);
    return LLVMBuildCall2(row->at, type, function, args, num_args, "");
}

static void emit_scalar(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    LLVMValueRef copy = vgpu_cc_emit_scalar(row, instruction);

    if (LLVMGetTypeKind(LLVMTypeOf(instruction)) != LLVMVoidTypeKind)
        vgpu_cc_define(row, instruction, copy, NULL);
}

static void emit(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    if (row->width > 1 && vgpu_cc_emit_private(row, instruction))
        return;
    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMAlloca:
        return;
    case LLVMPHI:
        vgpu_cc_load_phi(row, instruction);
        return;
    case LLVMCall:
        vgpu_cc_emit_call(row, instruction);
        return;
    case LLVMAtomicRMW:
    case LLVMAtomicCmpXchg:
    case LLVMFence:
        vgpu_cc_emit_atomic(row, instruction);
        return;
    case LLVMStore:
        if (row->width == 1)
            emit_scalar(row, instruction);
        else
            vgpu_cc_emit_memory(row, instruction);
        return;
    default:
        break;
    }
    if (vgpu_cc_is_uniform(&row->shapes, instruction))
        emit_scalar(row, instruction);
    else if (!vgpu_cc_emit_memory(row, instruction) &&
             !vgpu_cc_emit_arithmetic(row, instruction))
        vgpu_cc_emit_serial(row, instruction);
}

/* The mask of those who do it. */
static LLVMValueRef passed(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMLoad:
    case LLVMAtomicRMW:
    case LLVMAtomicCmpXchg:
        return vgpu_cc_passed(row, LLVMGetOperand(instruction, 0));
    case LLVMStore:
        return vgpu_cc_passed(row, LLVMGetOperand(instruction, 1));
    default:
        return row->mask;
    }
}

void vgpu_cc_emit_instruction(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    LLVMValueRef mask;

    if (row->plan->is_debuggable)
        LLVMSetCurrentDebugLocation2(row->at, LLVMInstructionGetDebugLoc(instruction));
    mask = row->mask;
    row->mask = passed(row, instruction);
    emit(row, instruction);
    row->mask = mask;
}
