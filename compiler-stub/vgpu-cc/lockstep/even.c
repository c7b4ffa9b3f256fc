/* SPDX-License-Identifier: MIT */
/* Addresses that step evenly from item to item: but at borders, where indices are
 * clamped; or by what is known at run time only. */
#include "lockstep/even.h"

#include "lockstep/address.h"

#include <string.h>

#define MOST_DEPTH    10 /* instructions from an item's number to an address */
#define MOST_CHAIN    8  /* likewise, where each item computes them */
#define MOST_OPERANDS 8
#define MOST_COPIED   24 /* instructions for each item */
#define LEAST_ROUND   8  /* rows, after which an index may begin anew */

static bool step_of(const struct vgpu_cc_row *row, LLVMValueRef value, unsigned depth,
                    int64_t *step_out);

/* Of two numbers one of which is taken: both step alike, or one is the same for all. */
static bool either(const struct vgpu_cc_row *row, LLVMValueRef a, LLVMValueRef b,
                   unsigned depth, int64_t *step_out)
{
    int64_t first, second;

    if (!step_of(row, a, depth, &first) || !step_of(row, b, depth, &second) ||
        (first != second && first != 0 && second != 0))
        return false;
    *step_out = first ? first : second;
    return true;
}

static bool calls(LLVMValueRef call, const char *intrinsic)
{
    LLVMValueRef callee = LLVMGetCalledValue(call);
    size_t length;

    return LLVMIsAFunction(callee) &&
           strncmp(LLVMGetValueName2(callee, &length), intrinsic, strlen(intrinsic)) == 0;
}

/* Minima and maxima; `x > 1 ? x - 1 : 0` of unsigned numbers. */
static bool of_call(const struct vgpu_cc_row *row, LLVMValueRef call, unsigned depth,
                    int64_t *step_out)
{
    static const char *const extremes[] = {"llvm.umin.", "llvm.umax.", "llvm.smin.",
                                           "llvm.smax."};

    for (size_t i = 0; i < sizeof extremes / sizeof *extremes; i++)
        if (calls(call, extremes[i]))
            return either(row, LLVMGetOperand(call, 0), LLVMGetOperand(call, 1), depth,
                          step_out);
    return (calls(call, "llvm.usub.sat.") || calls(call, "llvm.ssub.sat.")) &&
           vgpu_cc_is_uniform(&row->shapes, LLVMGetOperand(call, 1)) &&
           step_of(row, LLVMGetOperand(call, 0), depth, step_out);
}

static bool of_address(const struct vgpu_cc_row *row, LLVMValueRef address,
                       unsigned depth, int64_t *step_out)
{
    struct vgpu_cc_address_steps steps =
        vgpu_cc_address_steps(row->module->layout, address);
    struct vgpu_cc_address_step step;
    int64_t sum, each;

    if (!step_of(row, LLVMGetOperand(address, 0), depth, &sum))
        return false;
    while (vgpu_cc_next_step(&steps, &step)) {
        if (!step.index)
            continue;
        if (!step_of(row, step.index, depth, &each))
            return false;
        sum = (int64_t)((uint64_t)sum + (uint64_t)each * step.bytes);
    }
    *step_out = sum;
    return true;
}

/* By what indices run round: a width, not a number of cases. Where it cannot divide, 1
 * takes its place: see divisor.h. */
static bool is_wide(const struct vgpu_cc_row *row, LLVMValueRef number)
{
    if (LLVMIsASelectInst(number) && LLVMIsAConstantInt(LLVMGetOperand(number, 1)))
        number = LLVMGetOperand(number, 2);
    if (LLVMIsAConstantInt(number))
        return LLVMConstIntGetZExtValue(number) >= LEAST_ROUND * (uint64_t)row->width;
    return vgpu_cc_is_uniform(&row->shapes, number);
}

/* `i / width` and `i % width`: most rows lie within one line. */
static bool of_division(const struct vgpu_cc_row *row, LLVMValueRef value, unsigned depth,
                        int64_t *step_out)
{
    const LLVMOpcode opcode = LLVMGetInstructionOpcode(value);

    if (!is_wide(row, LLVMGetOperand(value, 1)) ||
        !step_of(row, LLVMGetOperand(value, 0), depth, step_out))
        return false;
    if (opcode == LLVMUDiv || opcode == LLVMSDiv)
        *step_out = 0;
    return true;
}

static bool of_product(const struct vgpu_cc_row *row, LLVMValueRef value, unsigned depth,
                       int64_t *step_out)
{
    LLVMValueRef factor = LLVMGetOperand(value, 1);
    int64_t a, b;

    if (!step_of(row, LLVMGetOperand(value, 0), depth, &a) ||
        !step_of(row, factor, depth, &b))
        return false;
    if (LLVMIsAConstantInt(factor))
        *step_out = (int64_t)((uint64_t)a * (uint64_t)LLVMConstIntGetSExtValue(factor));
    else
        *step_out = 0;
    return LLVMIsAConstantInt(factor) || (a == 0 && b == 0);
}

/* What LLVM makes of `(long)x * 4`: shifts to both sides, or a mask; a mask that is known
 * at run time. */
static bool of_shift(const struct vgpu_cc_row *row, LLVMValueRef value, unsigned depth,
                     int64_t *step_out)
{
    LLVMValueRef by = LLVMGetOperand(value, 1);
    const LLVMOpcode opcode = LLVMGetInstructionOpcode(value);
    int64_t step;

    if (!(LLVMIsAConstantInt(by) ||
          (opcode == LLVMAnd && vgpu_cc_is_uniform(&row->shapes, by))) ||
        !step_of(row, LLVMGetOperand(value, 0), depth, &step))
        return false;
    if (opcode == LLVMAnd) {
        *step_out = step;
        return true;
    }
    if (LLVMConstIntGetZExtValue(by) > 32 || step > INT32_MAX || step < INT32_MIN) {
        if (opcode == LLVMShl)
            return false;
    }
    if (opcode == LLVMShl)
        *step_out = step * ((int64_t)1 << LLVMConstIntGetZExtValue(by));
    else
        *step_out = step >> (LLVMConstIntGetZExtValue(by) & 63);
    return true;
}

static bool step_of(const struct vgpu_cc_row *row, LLVMValueRef value, unsigned depth,
                    int64_t *step_out)
{
    const struct vgpu_cc_shape shape = vgpu_cc_shape(row, value);
    int64_t a, b;

    if (shape.kind <= VGPU_CC_STRIDED) {
        *step_out = shape.kind == VGPU_CC_STRIDED ? shape.stride : 0;
        return true;
    }
    if (depth == 0 || !LLVMIsAInstruction(value))
        return false;
    depth--;
    switch (LLVMGetInstructionOpcode(value)) {
    case LLVMGetElementPtr:
        return of_address(row, value, depth, step_out);
    case LLVMSelect:
        return either(row, LLVMGetOperand(value, 1), LLVMGetOperand(value, 2), depth,
                      step_out);
    case LLVMCall:
        return of_call(row, value, depth, step_out);
    case LLVMSExt:
    case LLVMZExt:
    case LLVMTrunc:
    case LLVMFreeze:
        return step_of(row, LLVMGetOperand(value, 0), depth, step_out);
    case LLVMShl:
    case LLVMAShr:
    case LLVMLShr:
    case LLVMAnd:
        return of_shift(row, value, depth, step_out);
    case LLVMAdd:
    case LLVMOr:
    case LLVMSub:
        if (!step_of(row, LLVMGetOperand(value, 0), depth, &a) ||
            !step_of(row, LLVMGetOperand(value, 1), depth, &b))
            return false;
        *step_out = LLVMGetInstructionOpcode(value) == LLVMSub
                        ? (int64_t)((uint64_t)a - (uint64_t)b)
                        : (int64_t)((uint64_t)a + (uint64_t)b);
        return true;
    case LLVMMul:
        return of_product(row, value, depth, step_out);
    case LLVMUDiv:
    case LLVMSDiv:
    case LLVMURem:
    case LLVMSRem:
        return of_division(row, value, depth, step_out);
    default:
        return false;
    }
}

bool vgpu_cc_is_mostly_even(const struct vgpu_cc_row *row, LLVMValueRef address,
                            int64_t *stride_out)
{
    return vgpu_cc_shape(row, address).kind == VGPU_CC_VARYING &&
           step_of(row, address, MOST_DEPTH, stride_out) && *stride_out != 0;
}

/* ---- steps that are known at run time */

/* Its scalar can be used in that block of the kernel. */
static bool is_at_hand(struct vgpu_cc_row *row, LLVMValueRef value,
                       LLVMBasicBlockRef here)
{
    return !LLVMIsAInstruction(value) || LLVMGetInstructionParent(value) == here ||
           vgpu_cc_value(row, value)->crosses ||
           vgpu_cc_value(row, value)->scalar_epoch == VGPU_CC_ANY_EPOCH;
}

static bool steps_evenly(struct vgpu_cc_row *row, LLVMValueRef value,
                         LLVMBasicBlockRef here, unsigned depth, unsigned *budget)
{
    const struct vgpu_cc_shape shape = vgpu_cc_shape(row, value);
    int count;

    if (shape.kind <= VGPU_CC_UNIFORM ||
        (shape.kind == VGPU_CC_STRIDED && shape.is_exact &&
         LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMIntegerTypeKind))
        return is_at_hand(row, value, here);
    count = LLVMIsAInstruction(value) ? LLVMGetNumOperands(value) : 0;
    if (depth == 0 || count == 0 || count > MOST_OPERANDS || *budget == 0)
        return false;
    --*budget;
    switch (LLVMGetInstructionOpcode(value)) {
    case LLVMMul:
        if (!vgpu_cc_is_uniform(&row->shapes, LLVMGetOperand(value, 0)) &&
            !vgpu_cc_is_uniform(&row->shapes, LLVMGetOperand(value, 1)))
            return false;
        break;
    case LLVMAnd: /* with a constant, or it would not be strided */
    case LLVMAShr:
    case LLVMLShr:
        if (shape.kind != VGPU_CC_STRIDED && !LLVMIsConstant(LLVMGetOperand(value, 1)))
            return false;
        break;
    case LLVMShl:
    case LLVMAdd:
    case LLVMSub:
    case LLVMSExt:
    case LLVMZExt:
    case LLVMTrunc:
    case LLVMGetElementPtr:
        break;
    default:
        return false;
    }
    for (int i = 0; i < count; i++)
        if (!steps_evenly(row, LLVMGetOperand(value, (unsigned)i), here, depth - 1,
                          budget))
            return false;
    return true;
}

bool vgpu_cc_steps_evenly(struct vgpu_cc_row *row, LLVMValueRef address,
                          LLVMBasicBlockRef here)
{
    unsigned budget = MOST_COPIED;

    return steps_evenly(row, address, here, MOST_CHAIN, &budget);
}

LLVMValueRef vgpu_cc_of_item(struct vgpu_cc_row *row, LLVMValueRef value, unsigned item)
{
    const struct vgpu_cc_shape shape = vgpu_cc_shape(row, value);
    LLVMTypeRef type = LLVMTypeOf(value);
    LLVMValueRef operands[MOST_OPERANDS], copy;
    int count;

    if (shape.kind <= VGPU_CC_UNIFORM)
        return vgpu_cc_scalar(row, value);
    if (shape.kind == VGPU_CC_STRIDED && shape.is_exact &&
        LLVMGetTypeKind(type) == LLVMIntegerTypeKind)
        return LLVMBuildAdd(row->at, vgpu_cc_scalar(row, value),
                            LLVMConstInt(type, (uint64_t)shape.stride * item, 0), "");
    count = LLVMGetNumOperands(value);
    for (int i = 0; i < count; i++)
        operands[i] = vgpu_cc_of_item(row, LLVMGetOperand(value, (unsigned)i), item);
    copy = LLVMInstructionClone(value);
    for (int i = 0; i < count; i++)
        LLVMSetOperand(copy, (unsigned)i, operands[i]);
    LLVMInsertIntoBuilder(row->at, copy);
    return copy;
}
