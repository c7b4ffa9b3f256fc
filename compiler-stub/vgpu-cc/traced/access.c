/* SPDX-License-Identifier: MIT */
/* Accesses of a traced kernel, and what orders them. */
#include "traced/access.h"

#include <string.h>

#include "compat.h"
#include "context.h"
#include "traced/object.h"
#include "traced/private.h"
#include "traced/table.h"

#define MOST_PIECES 64 /* loads and stores that one copy becomes */
#define WIDEST      16 /* bytes that one of them moves */

/* ---- copies */

static uint64_t alignment_of(LLVMValueRef call, unsigned argument)
{
    const unsigned kind = LLVMGetEnumAttributeKindForName("align", 5);
    LLVMAttributeRef align = LLVMGetCallSiteEnumAttribute(call, argument + 1, kind);

    return align ? LLVMGetEnumAttributeValue(align) : 1;
}

static LLVMTypeRef type_of_bytes(const struct vgpu_cc_module *module, uint64_t bytes)
{
    return bytes == WIDEST ? LLVMVectorType(module->i32, WIDEST / 4)
                           : LLVMIntTypeInContext(module->context, 8 * (unsigned)bytes);
}

static bool is_copy(LLVMValueRef instruction)
{
    LLVMValueRef called = vgpu_cc_called(instruction);
    size_t length;
    const char *name = called ? LLVMGetValueName2(called, &length) : "";

    return strncmp(name, "llvm.memcpy.", 12) == 0 ||
           strncmp(name, "llvm.memmove.", 13) == 0;
}

static bool is_private(struct vgpu_cc_tracer *tracer, LLVMValueRef pointer)
{
    return vgpu_cc_object_of(tracer->module, tracer->kernel, pointer).space ==
           VGPU_TRACED_PRIVATE;
}

static LLVMValueRef piece_at(struct vgpu_cc_tracer *tracer, LLVMValueRef base,
                             uint64_t offset)
{
    LLVMValueRef index = LLVMConstInt(tracer->module->i64, offset, false);

    return offset == 0 ? base
                       : LLVMBuildInBoundsGEP2(tracer->at, tracer->module->i8, base,
                                               &index, 1, "");
}

static void copy_piece(struct vgpu_cc_tracer *tracer, LLVMValueRef copy, uint64_t offset,
                       uint64_t bytes, uint64_t alignment)
{
    LLVMValueRef to = piece_at(tracer, LLVMGetOperand(copy, 0), offset);
    LLVMValueRef from = piece_at(tracer, LLVMGetOperand(copy, 1), offset);
    LLVMValueRef value =
        LLVMBuildLoad2(tracer->at, type_of_bytes(tracer->module, bytes), from, "");

    LLVMSetAlignment(value, (unsigned)alignment);
    LLVMSetAlignment(LLVMBuildStore(tracer->at, value, to), (unsigned)alignment);
}

static void expand(struct vgpu_cc_tracer *tracer, LLVMValueRef copy)
{
    LLVMValueRef length = LLVMGetOperand(copy, 2);
    uint64_t piece = alignment_of(copy, 0), left;

    if (!LLVMIsAConstantInt(length) || (is_private(tracer, LLVMGetOperand(copy, 0)) &&
                                        is_private(tracer, LLVMGetOperand(copy, 1))))
        return;
    if (alignment_of(copy, 1) < piece)
        piece = alignment_of(copy, 1);
    if (piece > WIDEST)
        piece = WIDEST;
    left = LLVMConstIntGetZExtValue(length);
    if (left / piece + 4 > MOST_PIECES)
        return;
    LLVMPositionBuilderBefore(tracer->at, copy);
    for (uint64_t at = 0; left > 0; at += piece, left -= piece) {
        while (piece > left)
            piece /= 2;
        copy_piece(tracer, copy, at, piece, piece);
    }
    LLVMInstructionEraseFromParent(copy);
}

void vgpu_cc_copies_expand(struct vgpu_cc_tracer *tracer)
{
    VGPU_CC_EACH_BLOCK (b, tracer->kernel) {
        VGPU_CC_EACH_INSTRUCTION (i, b) {
            if (is_copy(i))
                expand(tracer, i);
        }
    }
}

/* ---- sites */

static unsigned order_flags(LLVMAtomicOrdering ordering)
{
    switch (ordering) {
    case LLVMAtomicOrderingAcquire:
        return VGPU_TRACED_ACQUIRES;
    case LLVMAtomicOrderingRelease:
        return VGPU_TRACED_RELEASES;
    case LLVMAtomicOrderingAcquireRelease:
    case LLVMAtomicOrderingSequentiallyConsistent:
        return VGPU_TRACED_ACQUIRES | VGPU_TRACED_RELEASES;
    default:
        return 0;
    }
}

/* Older versions of LLVM do not tell a fence's: then it is taken for one of both. */
static unsigned fence_flags(LLVMValueRef fence)
{
#if LLVM_VERSION_MAJOR >= 19
    return order_flags(LLVMGetOrdering(fence));
#else
    (void)fence;
    return VGPU_TRACED_ACQUIRES | VGPU_TRACED_RELEASES;
#endif
}

static unsigned flags_of(LLVMValueRef instruction, unsigned plain)
{
    const LLVMAtomicOrdering ordering = LLVMGetOrdering(instruction);

    return ordering != LLVMAtomicOrderingNotAtomic ? plain | order_flags(ordering)
           : LLVMGetVolatile(instruction)          ? VGPU_TRACED_VOLATILE
                                                   : 0;
}

/* What an instruction accesses. */
struct access {
    unsigned operand; /* that is the address */
    LLVMTypeRef type;
    enum vgpu_traced_kind kind;
    unsigned flags;
};

static bool is_atomic(LLVMValueRef instruction)
{
    return LLVMGetOrdering(instruction) != LLVMAtomicOrderingNotAtomic;
}

static bool describe(LLVMValueRef instruction, struct access *access_out)
{
    const unsigned both = VGPU_TRACED_READS | VGPU_TRACED_WRITES;
    struct access access = {.operand = 0};

    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMLoad:
        access.kind = is_atomic(instruction) ? VGPU_TRACED_ATOMIC : VGPU_TRACED_LOAD;
        access.type = LLVMTypeOf(instruction);
        access.flags = flags_of(instruction, VGPU_TRACED_READS);
        break;
    case LLVMStore:
        access.operand = 1;
        access.kind = is_atomic(instruction) ? VGPU_TRACED_ATOMIC : VGPU_TRACED_STORE;
        access.type = LLVMTypeOf(LLVMGetOperand(instruction, 0));
        access.flags = flags_of(instruction, VGPU_TRACED_WRITES);
        break;
    case LLVMAtomicRMW:
        access.kind = VGPU_TRACED_ATOMIC;
        access.type = LLVMTypeOf(instruction);
        access.flags = both | order_flags(LLVMGetOrdering(instruction));
        break;
    case LLVMAtomicCmpXchg:
        access.kind = VGPU_TRACED_ATOMIC;
        access.type = LLVMTypeOf(LLVMGetOperand(instruction, 1));
        access.flags = both | order_flags(LLVMGetCmpXchgSuccessOrdering(instruction));
        break;
    default:
        return false;
    }
    *access_out = access;
    return true;
}

static LLVMValueRef number_of(struct vgpu_cc_tracer *tracer,
                              const struct vgpu_traced_site *site)
{
    return LLVMConstInt(tracer->module->i32, vgpu_cc_traced_site(tracer->table, site),
                        false);
}

/* Code may, by itself. */
static bool may_count(const struct vgpu_traced_site *site)
{
    return site->kind != VGPU_TRACED_ATOMIC && site->flags == 0 &&
           site->space != VGPU_TRACED_GENERIC;
}

/* No type is aligned to more than its size, rounded up; what else is known of a place
 * comes from what it is part of. */
static uint32_t alignment_bits(LLVMValueRef instruction, uint32_t size)
{
    const unsigned known = LLVMGetAlignment(instruction);
    uint32_t bits = known > 0 ? known - 1 : 0;

    while (bits > 0 && (bits >> 1) + 1 >= size)
        bits >>= 1;
    return bits;
}

static void trace_access(struct vgpu_cc_tracer *tracer, LLVMValueRef instruction,
                         const struct access *access)
{
    struct vgpu_cc_module *const module = tracer->module;
    LLVMValueRef address = LLVMGetOperand(instruction, access->operand), args[4], call;
    const struct vgpu_cc_object object =
        vgpu_cc_object_of(module, tracer->kernel, address);
    const uint32_t size = (uint32_t)LLVMStoreSizeOfType(module->layout, access->type);
    const struct vgpu_traced_site site = {
        .place = vgpu_cc_traced_place(tracer->table, instruction),
        .block = tracer->block,
        .kind = (uint8_t)access->kind,
        .space = (uint8_t)object.space,
        .flags = (uint16_t)access->flags,
        .size = size,
        .alignment_bits = alignment_bits(instruction, size),
        .object = vgpu_cc_traced_name(tracer->table, object.name),
        .object_bytes = object.bytes};

    if (object.space == VGPU_TRACED_PRIVATE) {
        vgpu_cc_trace_private(tracer, instruction, access->operand, &site);
        return;
    }
    args[0] = number_of(tracer, &site);
    args[1] = address;
    args[2] = object.value ? object.value : LLVMConstNull(module->ptr);
    if (module->watch == VGPU_CC_WATCH_COUNTS) {
        args[3] = LLVMConstInt(module->i1, may_count(&site), false);
        vgpu_cc_traced_call(tracer, VGPU_CC_TRACED_ACCESS, instruction, args);
        return;
    }
    call = vgpu_cc_traced_call(tracer, VGPU_CC_TRACED_CHECK, instruction, args);
    LLVMSetOperand(instruction, access->operand, call);
}

static void trace_meeting(struct vgpu_cc_tracer *tracer, LLVMValueRef instruction,
                          enum vgpu_traced_kind kind, unsigned flags)
{
    const struct vgpu_traced_site site = {
        .place = vgpu_cc_traced_place(tracer->table, instruction),
        .block = tracer->block,
        .kind = (uint8_t)kind,
        .flags = (uint16_t)flags,
        .object = UINT32_MAX};
    LLVMValueRef args[1] = {number_of(tracer, &site)};

    vgpu_cc_traced_call(tracer, VGPU_CC_TRACED_MEET, instruction, args);
}

/* CLK_LOCAL_MEM_FENCE is 1, CLK_GLOBAL_MEM_FENCE 2. [OpenCL C 3.0, 6.15.8] */
static unsigned barrier_flags(LLVMValueRef call)
{
    LLVMValueRef flags = LLVMGetOperand(call, 0);
    const unsigned long long fences =
        LLVMIsAConstantInt(flags) ? LLVMConstIntGetZExtValue(flags) : 3;

    return (fences & 1 ? VGPU_TRACED_LOCAL_FENCE : 0) |
           (fences & 2 ? VGPU_TRACED_GLOBAL_FENCE : 0);
}

/* What was compared is known by now, and is as it should be. */
static bool is_known_written(LLVMValueRef unwritten)
{
    LLVMValueRef a, b;

    if (LLVMIsAConstantInt(unwritten))
        return LLVMIsNull(unwritten);
    if (LLVMIsAInstruction(unwritten) && LLVMGetInstructionOpcode(unwritten) == LLVMOr)
        return is_known_written(LLVMGetOperand(unwritten, 0)) &&
               is_known_written(LLVMGetOperand(unwritten, 1));
    if (!LLVMIsAICmpInst(unwritten))
        return false;
    a = LLVMGetOperand(unwritten, 0);
    b = LLVMGetOperand(unwritten, 1);
    return LLVMIsAConstantInt(a) && LLVMIsAConstantInt(b) &&
           (a == b) == (LLVMGetICmpPredicate(unwritten) == LLVMIntNE);
}

/* A read of a variable that has a shadow. */
static void name_pending(struct vgpu_cc_tracer *tracer, LLVMValueRef call)
{
    const struct vgpu_cc_pending *const pending =
        &tracer->pending[LLVMConstIntGetZExtValue(LLVMGetOperand(call, 0))];
    const struct vgpu_traced_site site = {
        .place = vgpu_cc_traced_place(tracer->table, call),
        .block = tracer->block,
        .kind = VGPU_TRACED_LOAD,
        .space = VGPU_TRACED_PRIVATE,
        .size = pending->size,
        .object = vgpu_cc_traced_name(tracer->table, pending->name),
        .object_bytes = pending->bytes};

    if (is_known_written(LLVMGetOperand(call, 2)))
        LLVMInstructionEraseFromParent(call);
    else
        LLVMSetOperand(call, 0, number_of(tracer, &site));
}

void vgpu_cc_trace_instruction(struct vgpu_cc_tracer *tracer, LLVMValueRef instruction)
{
    struct access access;

    if (describe(instruction, &access))
        trace_access(tracer, instruction, &access);
    else if (vgpu_cc_traced_call_of(instruction) == VGPU_CC_TRACED_PRIVATE)
        name_pending(tracer, instruction);
    else if (LLVMIsAFenceInst(instruction))
        trace_meeting(tracer, instruction, VGPU_TRACED_FENCE, fence_flags(instruction));
    else if (vgpu_cc_calls(instruction, "vgpu.barrier"))
        trace_meeting(tracer, instruction, VGPU_TRACED_BARRIER,
                      barrier_flags(instruction));
    else if (vgpu_cc_calls(instruction, "vgpu.sub_group_barrier"))
        trace_meeting(tracer, instruction, VGPU_TRACED_BARRIER,
                      barrier_flags(instruction) | VGPU_TRACED_SUB_GROUP);
}
