/* SPDX-License-Identifier: MIT */
/* Vectors of a work-item whose elements are written one by one: how the shadow of one
 * goes through what puts vectors together. */
#include "traced/shadow.h"

#include "context.h"

LLVMValueRef vgpu_cc_shadow_ones(struct vgpu_cc_shadows *shadows, LLVMTypeRef type)
{
    LLVMTypeRef i8 = shadows->tracer->module->i8;
    LLVMValueRef elements[16];
    const unsigned count = LLVMGetVectorSize(type);

    for (unsigned i = 0; i < count && i < 16; i++)
        elements[i] = LLVMConstInt(i8, 1, false);
    return LLVMConstVector(elements, count);
}

LLVMValueRef vgpu_cc_partial_shadow(const struct vgpu_cc_shadows *shadows,
                                    LLVMValueRef value)
{
    const int number = vgpu_cc_index_get(&shadows->partials, value);

    return number < 0 ? NULL : shadows->parts[number].shadow;
}

void vgpu_cc_partial_set(struct vgpu_cc_shadows *shadows, LLVMValueRef value,
                         LLVMValueRef shadow)
{
    shadows->parts[shadows->num_parts] = (struct vgpu_cc_partial){value, shadow};
    vgpu_cc_index_set(&shadows->partials, value, shadows->num_parts++);
}

/* Elements that a shuffle leaves open are nobody's to miss. */
static LLVMValueRef shuffled(struct vgpu_cc_shadows *shadows, LLVMValueRef shuffle,
                             LLVMValueRef a, LLVMValueRef b)
{
    const struct vgpu_cc_module *const m = shadows->tracer->module;
    LLVMBuilderRef at = shadows->tracer->at;
    const unsigned count = LLVMGetNumMaskElements(shuffle);
    LLVMValueRef places[16], result;

    if (count > sizeof places / sizeof *places)
        return NULL;
    for (unsigned i = 0; i < count; i++) {
        const int place = LLVMGetMaskValue(shuffle, i);

        places[i] = LLVMConstInt(m->i32, place < 0 ? 0 : (unsigned)place, false);
    }
    a = a ? a : vgpu_cc_shadow_ones(shadows, LLVMTypeOf(LLVMGetOperand(shuffle, 0)));
    b = b ? b : vgpu_cc_shadow_ones(shadows, LLVMTypeOf(LLVMGetOperand(shuffle, 1)));
    result = LLVMBuildShuffleVector(at, a, b, LLVMConstVector(places, count), "");
    for (unsigned i = 0; i < count; i++)
        if (LLVMGetMaskValue(shuffle, i) < 0)
            result = LLVMBuildInsertElement(at, result, LLVMConstInt(m->i8, 1, false),
                                            LLVMConstInt(m->i32, i, false), "");
    return result;
}

static bool is_short_vector(LLVMTypeRef type)
{
    return LLVMGetTypeKind(type) == LLVMVectorTypeKind && LLVMGetVectorSize(type) <= 16;
}

/* What an instruction makes of partial vectors. Builds behind it. */
void vgpu_cc_partial_follow(struct vgpu_cc_shadows *shadows, LLVMValueRef instruction)
{
    LLVMBuilderRef at = shadows->tracer->at;
    LLVMValueRef a = vgpu_cc_partial_shadow(shadows, LLVMGetOperand(instruction, 0)), b,
                 shadow;

    if (!is_short_vector(LLVMTypeOf(LLVMGetOperand(instruction, 0))))
        return;
    LLVMPositionBuilderBefore(at, LLVMGetNextInstruction(instruction));
    if (LLVMIsAInsertElementInst(instruction)) {
        if (!a)
            return;
        shadow = LLVMBuildInsertElement(
            at, a, LLVMConstInt(shadows->tracer->module->i8, 1, false),
            LLVMGetOperand(instruction, 2), "");
    } else {
        b = vgpu_cc_partial_shadow(shadows, LLVMGetOperand(instruction, 1));
        if (!a && !b)
            return;
        shadow = shuffled(shadows, instruction, a, b);
    }
    if (shadow)
        vgpu_cc_partial_set(shadows, instruction, shadow);
}

/* Whether any element of the shadow is 0. */
static LLVMValueRef misses(struct vgpu_cc_shadows *shadows, LLVMValueRef shadow)
{
    LLVMBuilderRef at = shadows->tracer->at;
    const unsigned count = LLVMGetVectorSize(LLVMTypeOf(shadow));
    LLVMValueRef all = NULL;

    for (unsigned i = 0; i < count; i++) {
        LLVMValueRef element = LLVMBuildExtractElement(
            at, shadow, LLVMConstInt(shadows->tracer->module->i32, i, false), "");

        all = all ? LLVMBuildAnd(at, all, element, "") : element;
    }
    return LLVMBuildICmp(at, LLVMIntEQ, all, LLVMConstNull(LLVMTypeOf(all)), "");
}

/* An instruction that uses a partial vector in another way than to fill or move it. */
static void use_partial(struct vgpu_cc_shadows *shadows, LLVMValueRef user,
                        LLVMValueRef shadow)
{
    LLVMBuilderRef at = shadows->tracer->at;
    LLVMValueRef unwritten;

    LLVMPositionBuilderBefore(at, user);
    if (LLVMIsAExtractElementInst(user)) {
        LLVMValueRef element =
            LLVMBuildExtractElement(at, shadow, LLVMGetOperand(user, 1), "");

        unwritten =
            LLVMBuildICmp(at, LLVMIntEQ, element, LLVMConstNull(LLVMTypeOf(element)), "");
    } else {
        unwritten = misses(shadows, shadow);
    }
    vgpu_cc_shadow_tell(shadows, user, unwritten, NULL, 0);
}

static bool moves_partial(LLVMValueRef user)
{
    return LLVMIsAInsertElementInst(user) || LLVMIsAShuffleVectorInst(user);
}

static bool stores_partial(struct vgpu_cc_shadows *shadows, LLVMValueRef user)
{
    const struct vgpu_cc_shadow_variable *variable =
        LLVMIsAStoreInst(user) ? vgpu_cc_shadow_variable(shadows, LLVMGetOperand(user, 1))
                               : NULL;

    return variable && variable->form == VGPU_CC_SHADOW_VECTOR;
}

void vgpu_cc_partial_uses(struct vgpu_cc_shadows *shadows, LLVMValueRef user)
{
    if (LLVMIsAPHINode(user) || moves_partial(user) || stores_partial(shadows, user))
        return;
    for (int i = 0; i < LLVMGetNumOperands(user); i++) {
        LLVMValueRef shadow =
            vgpu_cc_partial_shadow(shadows, LLVMGetOperand(user, (unsigned)i));

        if (shadow) {
            use_partial(shadows, user, shadow);
            return;
        }
    }
}
