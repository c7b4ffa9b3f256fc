/* SPDX-License-Identifier: MIT */
/* Addresses that step evenly in two dimensions. They are computed anew, as scalars, for
 * the first item of each line: what LLVM then finds to be the same in a loop's next round
 * it computes once. */
#include "lockstep/plane.h"

#include "lockstep/address.h"
#include "lockstep/flag.h"
#include "traced/pseudo.h"

#include <string.h>

#define MOST_DEPTH    16 /* instructions from an item's number to an address */
#define MOST_COMPUTED 32 /* instructions for each line */
#define MOST_LINES    16
#define MOST_OPERANDS 8

/* Of a number or address. */
struct course {
    bool is_known; /* the step within a line is */
    bool is_even;  /* it steps evenly from line to line */
    int64_t step;
};

struct search {
    struct vgpu_cc_row *row;
    LLVMBasicBlockRef here; /* NULL: anywhere */
    unsigned budget;
};

static bool course_of(struct search *search, LLVMValueRef value, unsigned depth,
                      struct course *course_out);

static bool is_level(const struct course *course)
{
    return course->is_known && course->step == 0;
}

/* Its scalar can be used there. */
static bool is_at_hand(const struct search *search, LLVMValueRef value)
{
    const struct vgpu_cc_value *known;

    if (!search->here || !LLVMIsAInstruction(value) ||
        LLVMGetInstructionParent(value) == search->here)
        return true;
    known = vgpu_cc_value(search->row, value);
    return known->crosses || known->scalar_epoch == VGPU_CC_ANY_EPOCH;
}

/* An id along which lines lie, or from one to the next. */
static bool is_place(const struct vgpu_cc_row *row, LLVMValueRef value,
                     unsigned *dimension_out)
{
    const enum vgpu_cc_pseudo pseudo = vgpu_cc_pseudo_of(value, dimension_out);

    return (pseudo == VGPU_CC_LOCAL_ID || pseudo == VGPU_CC_GLOBAL_ID) &&
           *dimension_out < 2 && vgpu_cc_has_lines(&row->geometry);
}

static bool is_leaf(struct vgpu_cc_shape shape)
{
    return shape.kind <= VGPU_CC_UNIFORM ||
           (shape.kind == VGPU_CC_STRIDED && shape.is_exact);
}

static bool of_sum(struct search *search, LLVMValueRef value, unsigned depth,
                   struct course *course)
{
    const bool is_difference = LLVMGetInstructionOpcode(value) == LLVMSub;
    struct course a, b;

    if (!course_of(search, LLVMGetOperand(value, 0), depth, &a) ||
        !course_of(search, LLVMGetOperand(value, 1), depth, &b))
        return false;
    course->is_known = a.is_known && b.is_known;
    course->is_even = a.is_even && b.is_even;
    course->step = (int64_t)(is_difference ? (uint64_t)a.step - (uint64_t)b.step
                                           : (uint64_t)a.step + (uint64_t)b.step);
    return true;
}

/* By a factor that is the same for all. */
static bool scaled(LLVMValueRef factor, bool is_shift, struct course *course)
{
    uint64_t by;

    if (is_level(course))
        return true;
    course->is_known &= LLVMIsAConstantInt(factor) != NULL;
    if (!course->is_known)
        return true;
    by = (uint64_t)LLVMConstIntGetSExtValue(factor);
    if (is_shift && by > 62)
        return false;
    course->step =
        (int64_t)((uint64_t)course->step * (is_shift ? UINT64_C(1) << by : by));
    return true;
}

static bool of_product(struct search *search, LLVMValueRef value, unsigned depth,
                       struct course *course)
{
    const bool is_shift = LLVMGetInstructionOpcode(value) == LLVMShl;
    struct course other;
    unsigned at = 1;

    if (!is_shift && vgpu_cc_is_uniform(&search->row->shapes, LLVMGetOperand(value, 0)))
        at = 0;
    if (!course_of(search, LLVMGetOperand(value, at), depth, &other) ||
        !course_of(search, LLVMGetOperand(value, 1 - at), depth, course))
        return false;
    if (vgpu_cc_is_uniform(&search->row->shapes, LLVMGetOperand(value, at)))
        return scaled(LLVMGetOperand(value, at), is_shift, course);
    course->is_even = false;
    return is_level(course) && is_level(&other);
}

static bool of_address(struct search *search, LLVMValueRef address, unsigned depth,
                       struct course *course)
{
    struct vgpu_cc_address_steps steps =
        vgpu_cc_address_steps(search->row->module->layout, address);
    struct vgpu_cc_address_step step;
    struct course index;

    if (LLVMGetNumOperands(address) > MOST_OPERANDS ||
        !course_of(search, LLVMGetOperand(address, 0), depth, course))
        return false;
    while (vgpu_cc_next_step(&steps, &step)) {
        if (!step.index)
            continue;
        if (LLVMGetTypeKind(LLVMTypeOf(step.index)) != LLVMIntegerTypeKind ||
            !course_of(search, step.index, depth, &index))
            return false;
        course->is_known &= index.is_known;
        course->is_even &= index.is_even;
        course->step =
            (int64_t)((uint64_t)course->step + (uint64_t)index.step * step.bytes);
    }
    return true;
}

/* Numbers of 16 bits and less may well run round. What is the same along a line may do so
 * from line to line, too. */
static bool of_extension(struct search *search, LLVMValueRef value, unsigned depth,
                         struct course *course)
{
    LLVMValueRef operand = LLVMGetOperand(value, 0);
    const bool is_signed = LLVMIsASExtInst(value) != NULL;
    const bool is_exact = is_signed ? vgpu_cc_has_nsw(operand)
                                    : vgpu_cc_has_nuw(operand) || vgpu_cc_has_nneg(value);

    if (!course_of(search, operand, depth, course))
        return false;
    if (!is_exact && LLVMGetIntTypeWidth(LLVMTypeOf(operand)) < 32)
        return false;
    return is_signed || vgpu_cc_has_nneg(value) || course->is_known;
}

/* `x << 32 >> 30`, which LLVM makes of indices. */
static bool of_shift_back(struct search *search, LLVMValueRef value, unsigned depth,
                          struct course *course)
{
    LLVMValueRef number = LLVMGetOperand(value, 0), by = LLVMGetOperand(value, 1);
    uint64_t bits;

    if (!LLVMIsAConstantInt(by) || !course_of(search, number, depth, course))
        return false;
    bits = LLVMConstIntGetZExtValue(by);
    if (!course->is_known || bits > 32 || course->step >> bits << bits != course->step)
        return false;
    course->is_even &= LLVMIsAInstruction(number) &&
                       LLVMGetInstructionOpcode(number) == LLVMShl &&
                       LLVMIsAConstantInt(LLVMGetOperand(number, 1)) &&
                       LLVMConstIntGetZExtValue(LLVMGetOperand(number, 1)) >= bits;
    course->step >>= bits;
    return true;
}

static bool is_extreme(LLVMValueRef call)
{
    static const char *const names[] = {"llvm.umin.", "llvm.umax.",     "llvm.smin.",
                                        "llvm.smax.", "llvm.usub.sat.", "llvm.ssub.sat."};
    LLVMValueRef callee = LLVMGetCalledValue(call);
    size_t length;

    for (size_t i = 0; LLVMIsAFunction(callee) && i < sizeof names / sizeof *names; i++)
        if (strncmp(LLVMGetValueName2(callee, &length), names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

/* What can be computed of any numbers. */
static bool is_harmless(LLVMValueRef value)
{
    LLVMValueRef by;

    switch (LLVMGetInstructionOpcode(value)) {
    case LLVMAnd:
    case LLVMOr:
    case LLVMXor:
    case LLVMLShr:
    case LLVMAShr:
    case LLVMSelect:
    case LLVMICmp:
        return true;
    case LLVMCall:
        return is_extreme(value);
    case LLVMUDiv:
    case LLVMSDiv:
    case LLVMURem:
    case LLVMSRem:
        by = LLVMGetOperand(value, 1);
        return LLVMIsAConstantInt(by) && LLVMConstIntGetSExtValue(by) != 0 &&
               LLVMConstIntGetSExtValue(by) != -1;
    default:
        return false;
    }
}

/* Whatever it is, it is the same along a line where all that it is made of is. */
static bool of_level(struct search *search, LLVMValueRef value, unsigned depth,
                     struct course *course)
{
    const int count = LLVMIsACallInst(value) ? (int)LLVMGetNumArgOperands(value)
                                             : LLVMGetNumOperands(value);
    struct course operand;

    if (!is_harmless(value) || count > MOST_OPERANDS)
        return false;
    for (int i = 0; i < count; i++)
        if (!course_of(search, LLVMGetOperand(value, (unsigned)i), depth, &operand) ||
            !is_level(&operand))
            return false;
    *course = (struct course){.is_known = true};
    return true;
}

static bool of_choice(struct search *search, LLVMValueRef value, unsigned depth,
                      struct course *course)
{
    struct course other;

    if (!vgpu_cc_is_uniform(&search->row->shapes, LLVMGetOperand(value, 0)) ||
        !is_at_hand(search, LLVMGetOperand(value, 0)))
        return of_level(search, value, depth, course);
    if (!course_of(search, LLVMGetOperand(value, 1), depth, course) ||
        !course_of(search, LLVMGetOperand(value, 2), depth, &other))
        return false;
    course->is_known &= other.is_known && other.step == course->step;
    course->is_even &= other.is_even;
    return true;
}

static bool of_instruction(struct search *search, LLVMValueRef value, unsigned depth,
                           struct course *course)
{
    switch (LLVMGetInstructionOpcode(value)) {
    case LLVMOr:
        if (!vgpu_cc_is_disjoint(value))
            return of_level(search, value, depth, course);
        return of_sum(search, value, depth, course);
    case LLVMAdd:
    case LLVMSub:
        return of_sum(search, value, depth, course);
    case LLVMMul:
    case LLVMShl:
        return of_product(search, value, depth, course);
    case LLVMAShr:
        return of_shift_back(search, value, depth, course);
    case LLVMSExt:
    case LLVMZExt:
        return of_extension(search, value, depth, course);
    case LLVMTrunc:
    case LLVMFreeze:
        return course_of(search, LLVMGetOperand(value, 0), depth, course);
    case LLVMGetElementPtr:
        return of_address(search, value, depth, course);
    case LLVMSelect:
        return of_choice(search, value, depth, course);
    case LLVMCall:
        if (vgpu_cc_traced_call_of(value) == VGPU_CC_TRACED_CHECK)
            return course_of(search, LLVMGetOperand(value, 1), depth, course);
        return of_level(search, value, depth, course);
    default:
        return of_level(search, value, depth, course);
    }
}

static bool course_of(struct search *search, LLVMValueRef value, unsigned depth,
                      struct course *course)
{
    const struct vgpu_cc_shape shape = vgpu_cc_shape(search->row, value);
    unsigned dimension = 0;

    if (is_leaf(shape)) {
        *course =
            (struct course){true, true, shape.kind == VGPU_CC_STRIDED ? shape.stride : 0};
        return is_at_hand(search, value);
    }
    if (is_place(search->row, value, &dimension)) {
        *course = (struct course){true, true, dimension == 0};
        return true;
    }
    if (depth == 0 || search->budget == 0 || !LLVMIsAInstruction(value))
        return false;
    search->budget--;
    if (!of_instruction(search, value, depth - 1, course))
        return false;
    course->step = vgpu_cc_wrapped(value, course->step);
    return true;
}

bool vgpu_cc_plane_of(struct vgpu_cc_row *row, LLVMValueRef address,
                      LLVMBasicBlockRef here, struct vgpu_cc_plane *plane_out)
{
    struct search search = {row, here, MOST_COMPUTED};
    const unsigned line = row->geometry.line;
    struct course course;

    if (!row->plan->is_traced || line == 0 || row->width / line > MOST_LINES ||
        vgpu_cc_shape(row, address).kind != VGPU_CC_VARYING ||
        !course_of(&search, address, MOST_DEPTH, &course) ||
        (row->width / line > 2 && !course.is_even))
        return false;
    *plane_out = (struct vgpu_cc_plane){.line = line,
                                        .count = row->width / line,
                                        .is_known = course.is_known,
                                        .step = course.step};
    return true;
}

/* ---- the address of one item */

static LLVMValueRef leaf_at(struct vgpu_cc_row *row, LLVMValueRef value, int64_t step,
                            unsigned item)
{
    LLVMValueRef scalar = vgpu_cc_scalar(row, value);
    LLVMTypeRef type = LLVMTypeOf(value);
    LLVMValueRef offset;

    if (step == 0 || item == 0)
        return scalar;
    if (LLVMGetTypeKind(type) == LLVMPointerTypeKind) {
        offset = vgpu_cc_i64(row, (uint64_t)step * item);
        return LLVMBuildGEP2(row->at, row->module->i8, scalar, &offset, 1, "");
    }
    return LLVMBuildAdd(row->at, scalar, LLVMConstInt(type, (uint64_t)step * item, 0),
                        "");
}

/* A line's first item may not be there, see vgpu_cc_near_end. */
static LLVMValueRef extended(struct vgpu_cc_row *row, LLVMValueRef value,
                             LLVMValueRef number)
{
    struct search search = {row, NULL, MOST_COMPUTED};
    LLVMTypeRef type = LLVMTypeOf(value), narrow = LLVMTypeOf(number);
    LLVMValueRef below = LLVMBuildSExt(row->at, number, type, "");
    struct course course;

    if (LLVMIsASExtInst(value) || vgpu_cc_has_nneg(value))
        return below;
    if (!course_of(&search, LLVMGetOperand(value, 0), MOST_DEPTH, &course))
        course.step = 0;
    return vgpu_cc_near_end(
        row, number, LLVMConstIntGetZExtValue(LLVMConstAllOnes(narrow)), course.step,
        row->geometry.line, below, LLVMBuildZExt(row->at, number, type, ""));
}

/* Without what is known of items that are there only. */
static LLVMValueRef rebuilt(struct vgpu_cc_row *row, LLVMValueRef value,
                            LLVMValueRef *operands, unsigned count)
{
    const LLVMOpcode opcode = LLVMGetInstructionOpcode(value);
    LLVMValueRef copy;

    switch (opcode) {
    case LLVMGetElementPtr:
        return LLVMBuildGEP2(row->at, LLVMGetGEPSourceElementType(value), operands[0],
                             operands + 1, count - 1, "");
    case LLVMTrunc:
        return LLVMBuildTrunc(row->at, operands[0], LLVMTypeOf(value), "");
    case LLVMSExt:
    case LLVMZExt:
        return extended(row, value, operands[0]);
    case LLVMFreeze:
        return LLVMBuildFreeze(row->at, operands[0], "");
    case LLVMSelect:
        return LLVMBuildSelect(row->at, operands[0], operands[1], operands[2], "");
    case LLVMICmp:
        return LLVMBuildICmp(row->at, LLVMGetICmpPredicate(value), operands[0],
                             operands[1], "");
    case LLVMCall:
        copy = LLVMInstructionClone(value);
        for (unsigned i = 0; i < count; i++)
            LLVMSetOperand(copy, i, operands[i]);
        LLVMInsertIntoBuilder(row->at, copy);
        return copy;
    case LLVMOr:
        if (vgpu_cc_is_disjoint(value))
            return LLVMBuildAdd(row->at, operands[0], operands[1], "");
        break;
    default:
        break;
    }
    return LLVMBuildBinOp(row->at, opcode, operands[0], operands[1], "");
}

LLVMValueRef vgpu_cc_plane_at(struct vgpu_cc_row *row, LLVMValueRef value, unsigned item)
{
    const struct vgpu_cc_shape shape = vgpu_cc_shape(row, value);
    const unsigned line = row->geometry.line;
    LLVMValueRef operands[MOST_OPERANDS];
    unsigned dimension = 0;
    int count;

    if (is_leaf(shape))
        return leaf_at(row, value, shape.kind == VGPU_CC_STRIDED ? shape.stride : 0,
                       item);
    if (is_place(row, value, &dimension))
        return leaf_at(row, value, 1, dimension == 0 ? item % line : item / line);
    if (vgpu_cc_traced_call_of(value) == VGPU_CC_TRACED_CHECK)
        return vgpu_cc_plane_at(row, LLVMGetOperand(value, 1), item);
    count = LLVMIsACallInst(value) ? (int)LLVMGetNumArgOperands(value)
                                   : LLVMGetNumOperands(value);
    for (int i = 0; i < count; i++)
        operands[i] = vgpu_cc_plane_at(row, LLVMGetOperand(value, (unsigned)i), item);
    return rebuilt(row, value, operands, (unsigned)count);
}
