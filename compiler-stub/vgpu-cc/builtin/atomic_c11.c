/* SPDX-License-Identifier: MIT */
/* Atomic functions of OpenCL C 2.0 and later, which are C11's. [OpenCL C 3.0, 6.15.12]
 * Scopes change nothing: memory is as coherent as the machine's. */
#include "atomic.h"

/* The memory_order of argument `at`; sequentially consistent where it is not said or not
 * constant. */
static LLVMAtomicOrdering ordering_of(const struct vgpu_cc_call *call, unsigned at)
{
    static const LLVMAtomicOrdering orderings[] = {
        LLVMAtomicOrderingMonotonic,      LLVMAtomicOrderingAcquire, /* consume */
        LLVMAtomicOrderingAcquire,        LLVMAtomicOrderingRelease,
        LLVMAtomicOrderingAcquireRelease, LLVMAtomicOrderingSequentiallyConsistent};
    unsigned long long order = 5;

    if (at < call->signature->num_parameters && LLVMIsAConstantInt(call->arguments[at]))
        order = LLVMConstIntGetZExtValue(call->arguments[at]);
    return orderings[order < 5 ? order : 5];
}

static bool is_atomic(const struct vgpu_cc_call *call, unsigned least)
{
    const struct vgpu_cc_type *type = &call->signature->parameters[0];

    return call->signature->num_parameters >= least && type->is_pointer &&
           type->lanes == 1 && vgpu_cc_scalar_bits(type->scalar) >= 32;
}

bool vgpu_cc_lower_atomic_init(struct vgpu_cc_call *call,
                               const struct vgpu_cc_builtin *builtin,
                               LLVMValueRef *value_out)
{
    (void)builtin;
    (void)value_out;
    if (!is_atomic(call, 2))
        return false;
    LLVMBuildStore(call->builder, call->arguments[1], call->arguments[0]);
    return true;
}

static void make_atomic(struct vgpu_cc_call *call, LLVMValueRef access,
                        LLVMAtomicOrdering ordering)
{
    bool is_local = vgpu_cc_atomic_is_local(call);

    LLVMSetOrdering(access, is_local ? LLVMAtomicOrderingMonotonic : ordering);
    LLVMSetAlignment(access,
                     vgpu_cc_scalar_bits(call->signature->parameters[0].scalar) / 8);
}

bool vgpu_cc_lower_atomic_load(struct vgpu_cc_call *call,
                               const struct vgpu_cc_builtin *builtin,
                               LLVMValueRef *value_out)
{
    LLVMAtomicOrdering ordering = ordering_of(call, 1);
    LLVMValueRef load;

    (void)builtin;
    if (!is_atomic(call, 1))
        return false;
    if (ordering == LLVMAtomicOrderingRelease ||
        ordering == LLVMAtomicOrderingAcquireRelease)
        ordering = LLVMAtomicOrderingSequentiallyConsistent;
    load = LLVMBuildLoad2(call->builder, vgpu_cc_atomic_bits_type(call),
                          call->arguments[0], "");
    make_atomic(call, load, ordering);
    *value_out = LLVMBuildBitCast(
        call->builder, load,
        vgpu_cc_scalar_type(call->module, call->signature->parameters[0].scalar), "");
    return true;
}

bool vgpu_cc_lower_atomic_store(struct vgpu_cc_call *call,
                                const struct vgpu_cc_builtin *builtin,
                                LLVMValueRef *value_out)
{
    LLVMAtomicOrdering ordering = ordering_of(call, 2);

    (void)builtin;
    (void)value_out;
    if (!is_atomic(call, 2))
        return false;
    if (ordering == LLVMAtomicOrderingAcquire ||
        ordering == LLVMAtomicOrderingAcquireRelease)
        ordering = LLVMAtomicOrderingSequentiallyConsistent;
    make_atomic(call,
                LLVMBuildStore(call->builder,
                               vgpu_cc_atomic_bits(call, call->arguments[1]),
                               call->arguments[0]),
                ordering);
    return true;
}

bool vgpu_cc_lower_atomic_fetch(struct vgpu_cc_call *call,
                                const struct vgpu_cc_builtin *builtin,
                                LLVMValueRef *value_out)
{
    LLVMAtomicRMWBinOp operation;

    if (!is_atomic(call, 2) ||
        !vgpu_cc_atomic_operation(builtin, call->signature->parameters[0].scalar,
                                  &operation))
        return false;
    *value_out =
        vgpu_cc_atomic_modify(call, operation, call->arguments[1], ordering_of(call, 2));
    return true;
}

bool vgpu_cc_lower_atomic_exchange(struct vgpu_cc_call *call,
                                   const struct vgpu_cc_builtin *builtin,
                                   LLVMValueRef *value_out)
{
    (void)builtin;
    if (!is_atomic(call, 2))
        return false;
    *value_out = vgpu_cc_atomic_modify(call, LLVMAtomicRMWBinOpXchg, call->arguments[1],
                                       ordering_of(call, 2));
    return true;
}

/* What was found is stored whether or not it was what was expected: then it is the
 * same. */
bool vgpu_cc_lower_atomic_compare_exchange(struct vgpu_cc_call *call,
                                           const struct vgpu_cc_builtin *builtin,
                                           LLVMValueRef *value_out)
{
    LLVMAtomicOrdering failure = ordering_of(call, 4);
    LLVMValueRef expected, pair;

    (void)builtin;
    if (!is_atomic(call, 3) || !call->signature->parameters[1].is_pointer)
        return false;
    if (failure == LLVMAtomicOrderingRelease ||
        failure == LLVMAtomicOrderingAcquireRelease)
        failure = LLVMAtomicOrderingSequentiallyConsistent;
    expected = LLVMBuildLoad2(call->builder, vgpu_cc_atomic_bits_type(call),
                              call->arguments[1], "");
    pair = LLVMBuildAtomicCmpXchg(call->builder, call->arguments[0], expected,
                                  vgpu_cc_atomic_bits(call, call->arguments[2]),
                                  ordering_of(call, 3), failure,
                                  vgpu_cc_atomic_is_local(call));
    LLVMBuildStore(call->builder, LLVMBuildExtractValue(call->builder, pair, 0, ""),
                   call->arguments[1]);
    *value_out = LLVMBuildExtractValue(call->builder, pair, 1, "");
    return true;
}

/* A flag is an integer, 1 when it is set; number says which of the two it becomes. */
bool vgpu_cc_lower_atomic_flag(struct vgpu_cc_call *call,
                               const struct vgpu_cc_builtin *builtin,
                               LLVMValueRef *value_out)
{
    LLVMValueRef old;

    if (!is_atomic(call, 1))
        return false;
    old = vgpu_cc_atomic_modify(
        call, LLVMAtomicRMWBinOpXchg,
        LLVMConstInt(vgpu_cc_atomic_bits_type(call), builtin->number, false),
        ordering_of(call, 1));
    if (builtin->number == 1)
        *value_out = LLVMBuildICmp(call->builder, LLVMIntNE, old,
                                   LLVMConstNull(LLVMTypeOf(old)), "");
    return true;
}

bool vgpu_cc_lower_atomic_fence(struct vgpu_cc_call *call,
                                const struct vgpu_cc_builtin *builtin,
                                LLVMValueRef *value_out)
{
    enum { LOCAL_FENCE = 1 }; /* CLK_LOCAL_MEM_FENCE: of one thread's memory */
    LLVMAtomicOrdering ordering = ordering_of(call, 1);
    LLVMValueRef flags = call->arguments[0];
    bool is_local =
        LLVMIsAConstantInt(flags) && LLVMConstIntGetZExtValue(flags) == LOCAL_FENCE;

    (void)builtin;
    (void)value_out;
    if (ordering != LLVMAtomicOrderingMonotonic)
        LLVMBuildFence(call->builder, ordering, is_local, "");
    return call->signature->num_parameters >= 1;
}
