/* SPDX-License-Identifier: MIT */
/* What a kernel's instructions are to a GPU. */
#include "traced/work.h"

#include <string.h>

#include "context.h"

#define NO_WORK (-1)

static LLVMTypeRef element_of(LLVMTypeRef type)
{
    return LLVMGetTypeKind(type) == LLVMVectorTypeKind ? LLVMGetElementType(type) : type;
}

static unsigned elements_of(LLVMTypeRef type)
{
    return LLVMGetTypeKind(type) == LLVMVectorTypeKind ? LLVMGetVectorSize(type) : 1;
}

static bool is_double(LLVMTypeRef type)
{
    return LLVMGetTypeKind(element_of(type)) == LLVMDoubleTypeKind;
}

/* Whether the address depends on more than constants: fields of structures are a part of
 * the access. */
static int work_of_address(LLVMValueRef step)
{
    for (int i = 1; i < LLVMGetNumOperands(step); i++)
        if (!LLVMIsAConstant(LLVMGetOperand(step, (unsigned)i)))
            return VGPU_WORK_address;
    return NO_WORK;
}

/* Functions that are called where the kernel's own are inlined: LLVM's, pseudo functions,
 * and the C library's. The first that the name begins with. */
static int work_of_name(const char *name)
{
    static const struct {
        const char *start;
        int work;
    } names[] = {
        {"llvm.fma.", VGPU_WORK_fma},       {"llvm.fmuladd", VGPU_WORK_fma},
        {"llvm.fabs", VGPU_WORK_float},     {"llvm.copysign", VGPU_WORK_float},
        {"llvm.maxnum", VGPU_WORK_float},   {"llvm.minnum", VGPU_WORK_float},
        {"llvm.ceil", VGPU_WORK_float},     {"llvm.floor", VGPU_WORK_float},
        {"llvm.trunc", VGPU_WORK_float},    {"llvm.rint", VGPU_WORK_float},
        {"llvm.round", VGPU_WORK_float},    {"llvm.sqrt", VGPU_WORK_special},
        {"llvm.exp.", VGPU_WORK_special},   {"llvm.exp2", VGPU_WORK_special},
        {"llvm.log", VGPU_WORK_special},    {"llvm.pow", VGPU_WORK_special},
        {"llvm.sin", VGPU_WORK_special},    {"llvm.cos", VGPU_WORK_special},
        {"llvm.memcpy", VGPU_WORK_access},  {"llvm.memmove", VGPU_WORK_access},
        {"llvm.memset", VGPU_WORK_access},  {"llvm.dbg", NO_WORK},
        {"llvm.lifetime", NO_WORK},         {"llvm.assume", NO_WORK},
        {"llvm.experimental", NO_WORK},     {"llvm.expect", NO_WORK},
        {"llvm.", VGPU_WORK_integer},       {"vgpu.traced", NO_WORK},
        {"vgpu.barrier", VGPU_WORK_branch}, {"vgpu.sub_group_barrier", VGPU_WORK_branch},
        {"vgpu.", VGPU_WORK_integer},
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(name, names[i].start, strlen(names[i].start)) == 0)
            return names[i].work;
    return VGPU_WORK_special;
}

static int work_of_call(LLVMValueRef call)
{
    LLVMValueRef called = vgpu_cc_called(call);
    size_t length;

    return called ? work_of_name(LLVMGetValueName2(called, &length)) : NO_WORK;
}

static int work_of_opcode(LLVMValueRef instruction)
{
    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMFAdd:
    case LLVMFSub:
    case LLVMFMul:
    case LLVMFNeg:
    case LLVMFCmp:
        return VGPU_WORK_float;
    case LLVMAdd:
    case LLVMSub:
    case LLVMAnd:
    case LLVMOr:
    case LLVMXor:
    case LLVMShl:
    case LLVMLShr:
    case LLVMAShr:
    case LLVMICmp:
    case LLVMSelect:
        return VGPU_WORK_integer;
    case LLVMMul:
        return VGPU_WORK_multiply;
    case LLVMUDiv:
    case LLVMSDiv:
    case LLVMURem:
    case LLVMSRem:
    case LLVMFDiv:
    case LLVMFRem:
        return VGPU_WORK_divide;
    case LLVMFPToUI:
    case LLVMFPToSI:
    case LLVMUIToFP:
    case LLVMSIToFP:
    case LLVMFPTrunc:
    case LLVMFPExt:
        return VGPU_WORK_convert;
    case LLVMLoad:
    case LLVMStore:
    case LLVMAtomicRMW:
    case LLVMAtomicCmpXchg:
        return VGPU_WORK_access;
    case LLVMGetElementPtr:
        return work_of_address(instruction);
    case LLVMBr:
        return LLVMIsConditional(instruction) ? VGPU_WORK_branch : NO_WORK;
    case LLVMSwitch:
        return VGPU_WORK_branch;
    case LLVMCall:
        return work_of_call(instruction);
    default:
        return NO_WORK;
    }
}

/* An access of a vector is one, and its address is. */
static unsigned times(LLVMValueRef instruction, int work)
{
    const bool is_one =
        work == VGPU_WORK_access || work == VGPU_WORK_address || work == VGPU_WORK_branch;

    return is_one ? 1 : elements_of(LLVMTypeOf(instruction));
}

void vgpu_cc_traced_work(LLVMValueRef instruction, uint32_t *work)
{
    int class = work_of_opcode(instruction);

    if (class == NO_WORK)
        return;
    if ((class == VGPU_WORK_float || class == VGPU_WORK_fma) &&
        is_double(LLVMTypeOf(LLVMGetOperand(instruction, 0))))
        class = VGPU_WORK_double;
    work[class] += times(instruction, class);
}
