/* SPDX-License-Identifier: MIT */
/* Rows that wait at barriers. A barrier is a call that ends its block; behind it the row
 * returns. When it is called again it jumps to the block that follows. What that block
 * and those after it need is stored in the frame before and loaded after, through slots
 * that become registers again. What is cheaply computed from the row's place is not kept:
 * it moves to where each call begins. */
#include "lockstep/suspend.h"
#include "lockstep/flag.h"

#include <string.h>

#define MOST_BARRIERS 4096
#define MOST_ON_STACK ((uint64_t)64 << 10) /* bytes of variables */
#define CHAIN_DEPTH   8 /* instructions that are computed again instead of being kept */

struct barrier {
    LLVMValueRef call;
    LLVMBasicBlockRef block, behind;
};

struct suspension {
    struct vgpu_cc_row *row;
    LLVMBasicBlockRef first, second; /* of slots, and of what each call computes */
    struct barrier *barriers;
    unsigned num_barriers;
    /* Instructions outside the first two blocks. */
    struct vgpu_cc_index values;
    LLVMValueRef *instructions;
    int num_values;
    /* Blocks, and what is live where each begins: bit sets of values. */
    struct vgpu_cc_index blocks;
    LLVMBasicBlockRef *block_list;
    uint64_t **live;
    int num_blocks;
    size_t words;
    uint64_t frame_bytes;
};

void vgpu_cc_emit_barrier(struct vgpu_cc_row *row, LLVMValueRef call)
{
    LLVMBasicBlockRef behind = vgpu_cc_block(row, "behind");

    vgpu_cc_emit_scalar(row, call);
    LLVMBuildBr(row->at, behind);
    LLVMPositionBuilderAtEnd(row->at, behind);
}

static bool has(const uint64_t *set, int bit)
{
    return set[bit / 64] >> (bit % 64) & 1;
}

static void add(uint64_t *set, int bit)
{
    set[bit / 64] |= UINT64_C(1) << (bit % 64);
}

static void take_out(uint64_t *set, int bit)
{
    set[bit / 64] &= ~(UINT64_C(1) << (bit % 64));
}

/* ---- barriers, values, liveness */

static void find_barriers(struct suspension *s)
{
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1)
            s->barriers =
                vgpu_cc_pool_alloc(s->row->pool, s->num_barriers, sizeof *s->barriers);
        s->num_barriers = 0;
        for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(s->row->function); b;
             b = LLVMGetNextBasicBlock(b)) {
            LLVMValueRef end = LLVMGetBasicBlockTerminator(b);
            LLVMValueRef call = LLVMGetPreviousInstruction(end);

            if (!call || vgpu_cc_pseudo_of(call, NULL) != VGPU_CC_BARRIER)
                continue;
            if (pass == 1)
                s->barriers[s->num_barriers] =
                    (struct barrier){call, b, LLVMGetSuccessor(end, 0)};
            s->num_barriers++;
        }
    }
}

static void number(struct suspension *s)
{
    LLVMValueRef function = s->row->function;
    const size_t blocks = LLVMCountBasicBlocks(function);
    size_t count = 0;

    s->values = s->blocks = (struct vgpu_cc_index){.pool = s->row->pool};
    s->num_values = s->num_blocks = 0;
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b;
         b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i;
             i = LLVMGetNextInstruction(i))
            count++;
    s->instructions = vgpu_cc_pool_alloc(s->row->pool, count, sizeof(LLVMValueRef));
    s->block_list = vgpu_cc_pool_alloc(s->row->pool, blocks, sizeof(LLVMBasicBlockRef));
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b;
         b = LLVMGetNextBasicBlock(b)) {
        vgpu_cc_index_set(&s->blocks, b, s->num_blocks);
        s->block_list[s->num_blocks++] = b;
        if (b == s->first || b == s->second)
            continue;
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i;
             i = LLVMGetNextInstruction(i))
            if (LLVMGetTypeKind(LLVMTypeOf(i)) != LLVMVoidTypeKind) {
                vgpu_cc_index_set(&s->values, i, s->num_values);
                s->instructions[s->num_values++] = i;
            }
    }
    s->words = (size_t)s->num_values / 64 + 1;
    s->live = vgpu_cc_pool_alloc(s->row->pool, (size_t)s->num_blocks, sizeof *s->live);
    for (int b = 0; b < s->num_blocks; b++)
        s->live[b] = vgpu_cc_pool_alloc(s->row->pool, s->words, sizeof(uint64_t));
}

/* What is live where the successor begins, and what its phis take from the block. */
static void add_successor(const struct suspension *s, LLVMBasicBlockRef from,
                          LLVMBasicBlockRef to, uint64_t *set)
{
    const uint64_t *const live = s->live[vgpu_cc_index_get(&s->blocks, to)];

    for (size_t w = 0; w < s->words; w++)
        set[w] |= live[w];
    for (LLVMValueRef i = LLVMGetFirstInstruction(to); i && LLVMIsAPHINode(i);
         i = LLVMGetNextInstruction(i))
        for (unsigned k = 0; k < LLVMCountIncoming(i); k++) {
            const int value = vgpu_cc_index_get(&s->values, LLVMGetIncomingValue(i, k));

            if (LLVMGetIncomingBlock(i, k) == from && value >= 0)
                add(set, value);
        }
}

static void add_operands(const struct suspension *s, LLVMValueRef instruction,
                         uint64_t *set)
{
    const int count = LLVMGetNumOperands(instruction);

    for (int i = 0; i < count && !LLVMIsAPHINode(instruction); i++) {
        const int value =
            vgpu_cc_index_get(&s->values, LLVMGetOperand(instruction, (unsigned)i));

        if (value >= 0)
            add(set, value);
    }
}

static bool update_live(const struct suspension *s, int block, uint64_t *set)
{
    LLVMBasicBlockRef b = s->block_list[block];
    LLVMValueRef end = LLVMGetBasicBlockTerminator(b);

    memset(set, 0, s->words * sizeof *set);
    for (unsigned k = 0; k < LLVMGetNumSuccessors(end); k++)
        add_successor(s, b, LLVMGetSuccessor(end, k), set);
    for (LLVMValueRef i = LLVMGetLastInstruction(b); i;
         i = LLVMGetPreviousInstruction(i)) {
        const int value = vgpu_cc_index_get(&s->values, i);

        if (value >= 0)
            take_out(set, value);
        add_operands(s, i, set);
    }
    if (memcmp(set, s->live[block], s->words * sizeof *set) == 0)
        return false;
    memcpy(s->live[block], set, s->words * sizeof *set);
    return true;
}

static void find_live(struct suspension *s)
{
    uint64_t *const set = vgpu_cc_pool_alloc(s->row->pool, s->words, sizeof *set);
    bool changed = true;

    while (changed) {
        changed = false;
        for (int b = s->num_blocks - 1; b >= 0; b--)
            changed |= update_live(s, b, set);
    }
}

static const uint64_t *live_behind(const struct suspension *s, unsigned barrier)
{
    return s->live[vgpu_cc_index_get(&s->blocks, s->barriers[barrier].behind)];
}

static bool lives_across(const struct suspension *s, int value)
{
    for (unsigned k = 0; k < s->num_barriers; k++)
        if (has(live_behind(s, k), value))
            return true;
    return false;
}

/* ---- computing again */

static bool is_cheap(LLVMValueRef instruction)
{
    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMAdd:
    case LLVMSub:
    case LLVMMul:
    case LLVMShl:
    case LLVMLShr:
    case LLVMAShr:
    case LLVMAnd:
    case LLVMOr:
    case LLVMXor:
    case LLVMTrunc:
    case LLVMZExt:
    case LLVMSExt:
    case LLVMSIToFP:
    case LLVMUIToFP:
    case LLVMGetElementPtr:
    case LLVMICmp:
    case LLVMSelect:
    case LLVMFreeze:
    case LLVMBitCast:
    case LLVMInsertElement:
    case LLVMShuffleVector:
        return true;
    default:
        return false;
    }
}

static bool can_move(const struct suspension *s, LLVMValueRef value, unsigned depth)
{
    LLVMBasicBlockRef block;
    int count;

    if (!LLVMIsAInstruction(value))
        return true;
    block = LLVMGetInstructionParent(value);
    if (block == s->first || block == s->second)
        return true;
    if (depth == CHAIN_DEPTH || !is_cheap(value))
        return false;
    count = LLVMGetNumOperands(value);
    for (int i = 0; i < count; i++)
        if (!can_move(s, LLVMGetOperand(value, (unsigned)i), depth + 1))
            return false;
    return true;
}

static void move(const struct suspension *s, LLVMValueRef value)
{
    LLVMBasicBlockRef block;
    int count;

    if (!LLVMIsAInstruction(value))
        return;
    block = LLVMGetInstructionParent(value);
    if (block == s->first || block == s->second)
        return;
    count = LLVMGetNumOperands(value);
    for (int i = 0; i < count; i++)
        move(s, LLVMGetOperand(value, (unsigned)i));
    LLVMInstructionRemoveFromParent(value);
    LLVMPositionBuilderBefore(s->row->at, LLVMGetBasicBlockTerminator(s->second));
    LLVMInsertIntoBuilder(s->row->at, value);
}

static void compute_again(const struct suspension *s)
{
    for (int v = 0; v < s->num_values; v++)
        if (lives_across(s, v) && can_move(s, s->instructions[v], 0))
            move(s, s->instructions[v]);
}

/* ---- keeping */

/* Bits have no place of their own in memory. */
static LLVMTypeRef kept_type(const struct suspension *s, LLVMTypeRef type)
{
    const struct vgpu_cc_module *const module = s->row->module;
    const bool is_vector = LLVMGetTypeKind(type) == LLVMVectorTypeKind;

    if ((is_vector ? LLVMGetElementType(type) : type) != module->i1)
        return type;
    return is_vector && LLVMGetVectorSize(type) > 8
               ? LLVMIntTypeInContext(module->context, LLVMGetVectorSize(type))
               : module->i8;
}

static LLVMValueRef to_kept(const struct suspension *s, LLVMValueRef value,
                            LLVMTypeRef type)
{
    LLVMTypeRef from = LLVMTypeOf(value);

    if (from == type)
        return value;
    if (LLVMGetTypeKind(from) == LLVMVectorTypeKind)
        value = LLVMBuildBitCast(
            s->row->at, value,
            LLVMIntTypeInContext(s->row->module->context, LLVMGetVectorSize(from)), "");
    return LLVMBuildIntCast2(s->row->at, value, type, 0, "");
}

static LLVMValueRef from_kept(const struct suspension *s, LLVMValueRef value,
                              LLVMTypeRef type)
{
    if (LLVMTypeOf(value) == type)
        return value;
    if (LLVMGetTypeKind(type) == LLVMVectorTypeKind)
        return LLVMBuildBitCast(
            s->row->at,
            LLVMBuildIntCast2(
                s->row->at, value,
                LLVMIntTypeInContext(s->row->module->context, LLVMGetVectorSize(type)), 0,
                ""),
            type, "");
    return LLVMBuildIntCast2(s->row->at, value, type, 0, "");
}

/* An address in the frame. */
static LLVMValueRef frame_address(struct suspension *s, uint64_t offset)
{
    LLVMValueRef index = vgpu_cc_i64(s->row, offset);

    return LLVMBuildInBoundsGEP2(s->row->at, s->row->module->i8,
                                 LLVMGetParam(s->row->function, VGPU_CC_ROW_FRAME),
                                 &index, 1, "");
}

static uint64_t reserve(struct suspension *s, uint64_t size, uint64_t align)
{
    const uint64_t offset = (s->frame_bytes + align - 1) / align * align;

    s->frame_bytes = offset + size;
    return offset;
}

static uint64_t reserve_for(struct suspension *s, LLVMTypeRef type)
{
    LLVMTargetDataRef layout = s->row->module->layout;
    uint64_t align = LLVMABIAlignmentOfType(layout, type);

    return reserve(s, LLVMABISizeOfType(layout, type), align > 64 ? 64 : align);
}

/* Behind the instruction; behind all phis, where it is one. */
static void position_behind(const struct suspension *s, LLVMValueRef instruction)
{
    LLVMValueRef next = LLVMGetNextInstruction(instruction);

    while (LLVMIsAPHINode(next))
        next = LLVMGetNextInstruction(next);
    LLVMPositionBuilderBefore(s->row->at, next);
}

/* All uses read the slot. */
static void replace_uses(const struct suspension *s, LLVMValueRef value,
                         LLVMValueRef slot)
{
    LLVMBuilderRef at = s->row->at;
    LLVMTypeRef type = LLVMTypeOf(value);
    LLVMUseRef use;

    while ((use = LLVMGetFirstUse(value)) != NULL) {
        LLVMValueRef user = LLVMGetUser(use);
        const int count = LLVMGetNumOperands(user);

        for (int i = 0; i < count; i++) {
            if (LLVMGetOperand(user, (unsigned)i) != value)
                continue;
            if (LLVMIsAPHINode(user))
                LLVMPositionBuilderBefore(
                    at,
                    LLVMGetBasicBlockTerminator(LLVMGetIncomingBlock(user, (unsigned)i)));
            else
                LLVMPositionBuilderBefore(at, user);
            LLVMSetOperand(user, (unsigned)i, LLVMBuildLoad2(at, type, slot, ""));
        }
    }
}

static void keep(struct suspension *s, int v, LLVMBasicBlockRef *resumes)
{
    LLVMValueRef value = s->instructions[v];
    LLVMTypeRef type = LLVMTypeOf(value), kept = kept_type(s, type);
    const uint64_t offset = reserve_for(s, kept);
    LLVMValueRef slot = vgpu_cc_slot(s->row, type, "kept");
    const uint64_t size = LLVMABIAlignmentOfType(s->row->module->layout, kept);
    const unsigned align = size > 64 ? 64 : (unsigned)size;

    replace_uses(s, value, slot);
    position_behind(s, value);
    LLVMBuildStore(s->row->at, value, slot);
    for (unsigned k = 0; k < s->num_barriers; k++) {
        LLVMValueRef moved;

        if (!has(live_behind(s, k), v))
            continue;
        LLVMPositionBuilderBefore(s->row->at,
                                  LLVMGetBasicBlockTerminator(s->barriers[k].block));
        moved = to_kept(s, LLVMBuildLoad2(s->row->at, type, slot, ""), kept);
        LLVMSetAlignment(LLVMBuildStore(s->row->at, moved, frame_address(s, offset)),
                         align);
        LLVMPositionBuilderBefore(s->row->at, LLVMGetBasicBlockTerminator(resumes[k]));
        moved = LLVMBuildLoad2(s->row->at, kept, frame_address(s, offset), "");
        LLVMSetAlignment(moved, align);
        LLVMBuildStore(s->row->at, from_kept(s, moved, type), slot);
    }
}

static bool is_passing(LLVMValueRef slot)
{
    size_t length;
    const char *name = LLVMGetValueName2(slot, &length);

    return strncmp(name, "items", 5) == 0 || strncmp(name, "results", 7) == 0 ||
           strncmp(name, "old", 3) == 0 || strncmp(name, "kept", 4) == 0;
}

/* Variables that are still in memory live in the frame. True: there are any. */
static bool move_variables(struct suspension *s)
{
    LLVMTargetDataRef layout = s->row->module->layout;
    bool any = false;

    for (LLVMValueRef i = LLVMGetFirstInstruction(s->first), next; i; i = next) {
        uint64_t align;

        next = LLVMGetNextInstruction(i);
        if (!LLVMIsAAllocaInst(i) || is_passing(i))
            continue;
        align = LLVMGetAlignment(i);
        LLVMPositionBuilderBefore(s->row->at, LLVMGetFirstInstruction(s->first));
        LLVMReplaceAllUsesWith(
            i, frame_address(
                   s, reserve(s, LLVMABISizeOfType(layout, LLVMGetAllocatedType(i)),
                              align > 128 ? 128 : align)));
        LLVMInstructionEraseFromParent(i);
        any = true;
    }
    return any;
}

/* A row that is resumed may find an address in the frame that one of its earlier calls
 * has left there, and reach by it what the parameter leads to as well. */
static void let_frame_alias(const struct suspension *s)
{
    LLVMRemoveEnumAttributeAtIndex(s->row->function,
                                   (LLVMAttributeIndex)VGPU_CC_ROW_FRAME + 1,
                                   vgpu_cc_attribute_kind("noalias"));
}

static uint64_t bytes_of_variables(const struct suspension *s)
{
    uint64_t bytes = 0;

    for (LLVMValueRef i = LLVMGetFirstInstruction(s->first); i;
         i = LLVMGetNextInstruction(i))
        if (LLVMIsAAllocaInst(i))
            bytes += LLVMABISizeOfType(s->row->module->layout, LLVMGetAllocatedType(i));
    return bytes;
}

static uint64_t rounded_frame(const struct suspension *s)
{
    return (s->frame_bytes + 127) / 128 * 128;
}

/* ---- returning and resuming */

/* The beginning is to lie first in memory: there a debugger that stops in the kernel
 * looks for its first line. */
static void expect_beginning(const struct suspension *s, LLVMValueRef choice)
{
    static const char name[] = "branch_weights";
    const LLVMContextRef context = s->row->module->context;
    const unsigned count = s->num_barriers + 2;
    LLVMMetadataRef *const weights =
        vgpu_cc_pool_alloc(s->row->pool, count, sizeof *weights);
    const unsigned kind = LLVMGetMDKindIDInContext(context, "prof", 4);

    weights[0] = LLVMMDStringInContext2(context, name, sizeof name - 1);
    for (unsigned i = 1; i < count; i++)
        weights[i] = LLVMValueAsMetadata(vgpu_cc_i32(s->row, i == 1 ? 1u << 20 : 1));
    LLVMSetMetadata(
        choice, kind,
        LLVMMetadataAsValue(context, LLVMMDNodeInContext2(context, weights, count)));
}

static LLVMBasicBlockRef *make_resumes(struct suspension *s)
{
    LLVMBasicBlockRef *const resumes =
        vgpu_cc_pool_alloc(s->row->pool, s->num_barriers, sizeof *resumes);
    LLVMValueRef end = LLVMGetBasicBlockTerminator(s->second), choice;
    LLVMBasicBlockRef body = LLVMGetSuccessor(end, 0);

    LLVMPositionBuilderBefore(s->row->at, end);
    choice =
        LLVMBuildSwitch(s->row->at, LLVMGetParam(s->row->function, VGPU_CC_ROW_RESUME),
                        body, s->num_barriers);
    LLVMInstructionEraseFromParent(end);
    for (unsigned k = 0; k < s->num_barriers; k++) {
        resumes[k] = vgpu_cc_block(s->row, "resume");
        LLVMPositionBuilderAtEnd(s->row->at, resumes[k]);
        LLVMBuildBr(s->row->at, s->barriers[k].behind);
        LLVMAddCase(choice, vgpu_cc_i32(s->row, k + 1), resumes[k]);
    }
    if (s->row->plan->is_debuggable)
        expect_beginning(s, choice);
    return resumes;
}

static void make_returns(struct suspension *s)
{
    for (unsigned k = 0; k < s->num_barriers; k++) {
        LLVMValueRef end = LLVMGetBasicBlockTerminator(s->barriers[k].block);

        LLVMPositionBuilderBefore(s->row->at, end);
        LLVMBuildRet(s->row->at, vgpu_cc_i32(s->row, k + 1));
        LLVMInstructionEraseFromParent(end);
        LLVMInstructionEraseFromParent(s->barriers[k].call);
    }
}

struct vgpu_cc_frame vgpu_cc_suspend(struct vgpu_cc_row *row)
{
    struct suspension s = {.row = row, .first = LLVMGetEntryBasicBlock(row->function)};
    LLVMBasicBlockRef *resumes;

    s.second = LLVMGetInsertBlock(row->start);
    find_barriers(&s);
    if (s.num_barriers == 0) {
        if (bytes_of_variables(&s) > MOST_ON_STACK)
            move_variables(&s);
        return (struct vgpu_cc_frame){.bytes = rounded_frame(&s)};
    }
    if (s.num_barriers > MOST_BARRIERS) {
        vgpu_cc_refuse(row, "it has too many barriers");
        return (struct vgpu_cc_frame){0};
    }
    number(&s);
    find_live(&s);
    compute_again(&s);
    number(&s);
    find_live(&s);
    if (move_variables(&s))
        let_frame_alias(&s);
    LLVMPositionBuilderBefore(row->slots, LLVMGetBasicBlockTerminator(s.first));
    resumes = make_resumes(&s);
    for (int v = 0; v < s.num_values; v++)
        if (lives_across(&s, v))
            keep(&s, v, resumes);
    make_returns(&s);
    return (struct vgpu_cc_frame){.bytes = rounded_frame(&s),
                                  .num_barriers = s.num_barriers};
}
