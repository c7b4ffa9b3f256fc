/* SPDX-License-Identifier: MIT */
/* Accesses to variables of a work-item that lie outside of them. */
#include "traced/private.h"

#include "context.h"
#include "lockstep/address.h"
#include "traced/table.h"

#define MOST_STEPS 16 /* getelementptr after getelementptr */

/* How an address is computed from its variable. */
struct steps {
    LLVMValueRef variable;          /* an alloca */
    LLVMValueRef steps[MOST_STEPS]; /* from the variable on */
    unsigned count;
    bool has_variable_index;
};

/* False: not by getelementptr alone. */
static bool find_steps(LLVMValueRef pointer, struct steps *steps)
{
    LLVMValueRef reversed[MOST_STEPS];

    while (LLVMIsAGetElementPtrInst(pointer) && steps->count < MOST_STEPS) {
        for (int i = 1; i < LLVMGetNumOperands(pointer); i++)
            steps->has_variable_index |=
                !LLVMIsAConstantInt(LLVMGetOperand(pointer, (unsigned)i));
        reversed[steps->count++] = pointer;
        pointer = LLVMGetOperand(pointer, 0);
    }
    for (unsigned i = 0; i < steps->count; i++)
        steps->steps[i] = reversed[steps->count - 1 - i];
    steps->variable = pointer;
    return LLVMIsAAllocaInst(pointer) != NULL;
}

static LLVMValueRef add_step(const struct vgpu_cc_tracer *tracer, LLVMValueRef sum,
                             const struct vgpu_cc_address_step *step, uint64_t unit)
{
    LLVMTypeRef i64 = tracer->module->i64;
    LLVMValueRef units = LLVMConstInt(i64, step->bytes / unit, false);

    if (step->index)
        units = LLVMBuildMul(tracer->at,
                             LLVMBuildIntCast2(tracer->at, step->index, i64, true, ""),
                             units, "");
    return LLVMBuildAdd(tracer->at, sum, units, "");
}

LLVMValueRef vgpu_cc_private_offset(const struct vgpu_cc_tracer *tracer,
                                    LLVMValueRef pointer, uint64_t unit)
{
    LLVMValueRef sum = LLVMConstInt(tracer->module->i64, 0, false);

    for (; LLVMIsAGetElementPtrInst(pointer); pointer = LLVMGetOperand(pointer, 0)) {
        struct vgpu_cc_address_steps steps =
            vgpu_cc_address_steps(tracer->module->layout, pointer);
        struct vgpu_cc_address_step step;

        while (vgpu_cc_next_step(&steps, &step))
            sum = add_step(tracer, sum, &step, unit);
    }
    return sum;
}

/* The same address, with 0 for what is not known before it runs, where it is outside. */
static LLVMValueRef held_back(struct vgpu_cc_tracer *tracer, const struct steps *steps,
                              LLVMValueRef outside)
{
    LLVMValueRef pointer = steps->variable;

    for (unsigned i = 0; i < steps->count; i++) {
        LLVMValueRef copy = LLVMInstructionClone(steps->steps[i]);

        LLVMSetOperand(copy, 0, pointer);
        for (int k = 1; k < LLVMGetNumOperands(copy); k++) {
            LLVMValueRef index = LLVMGetOperand(copy, (unsigned)k);

            if (!LLVMIsAConstantInt(index))
                LLVMSetOperand(copy, (unsigned)k,
                               LLVMBuildSelect(tracer->at, outside,
                                               LLVMConstNull(LLVMTypeOf(index)), index,
                                               ""));
        }
        LLVMInsertIntoBuilder(tracer->at, copy);
        pointer = copy;
    }
    return pointer;
}

static bool is_known_inside(LLVMValueRef offset, uint64_t most)
{
    return LLVMIsAConstantInt(offset) && LLVMConstIntGetZExtValue(offset) <= most;
}

void vgpu_cc_trace_private(struct vgpu_cc_tracer *tracer, LLVMValueRef instruction,
                           unsigned operand, const struct vgpu_traced_site *site)
{
    struct vgpu_cc_module *const module = tracer->module;
    struct steps steps = {.count = 0};
    LLVMValueRef args[4], outside;

    if (module->watch != VGPU_CC_WATCH_CHECKS || site->object_bytes < site->size ||
        !find_steps(LLVMGetOperand(instruction, operand), &steps))
        return;
    LLVMPositionBuilderBefore(tracer->at, instruction);
    args[3] = vgpu_cc_private_offset(tracer, LLVMGetOperand(instruction, operand), 1);
    if (is_known_inside(args[3], site->object_bytes - site->size))
        return;
    outside = LLVMBuildICmp(
        tracer->at, LLVMIntUGT, args[3],
        LLVMConstInt(module->i64, site->object_bytes - site->size, false), "");
    args[0] = LLVMConstInt(module->i32, vgpu_cc_traced_site(tracer->table, site), false);
    args[1] = outside;
    args[2] = LLVMConstInt(module->i1, 0, false);
    vgpu_cc_traced_call(tracer, VGPU_CC_TRACED_PRIVATE, instruction, args);
    if (steps.has_variable_index)
        LLVMSetOperand(instruction, operand, held_back(tracer, &steps, outside));
    else
        LLVMSetOperand(instruction, operand, steps.variable);
}
