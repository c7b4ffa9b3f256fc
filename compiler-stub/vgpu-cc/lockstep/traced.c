/* SPDX-License-Identifier: MIT */
/* What traced code calls: blocks, accesses, barriers, for the whole row at once. */
#include "lockstep/plane.h"
#include "lockstep/serial.h"

#include <stddef.h>

#include "links.h"
#include "traced/pseudo.h"

#define MOST_ARGUMENTS 8 /* of a call */
#define NOWHERE_BYTES                                                \
    128 /* the widest element of an OpenCL C type, and its alignment \
         */

static LLVMTypeRef bits_type(const struct vgpu_cc_row *row)
{
    return LLVMIntTypeInContext(row->module->context, row->width);
}

/* The items that are there. */
static LLVMValueRef items(struct vgpu_cc_row *row)
{
    LLVMValueRef mask = row->mask ? row->mask : vgpu_cc_all(row);

    return LLVMBuildZExt(row->at, vgpu_cc_mask_bits(row, mask), row->module->i32, "");
}

static LLVMValueRef mask_of(struct vgpu_cc_row *row, LLVMValueRef number)
{
    return LLVMBuildBitCast(row->at,
                            LLVMBuildIntCast2(row->at, number, bits_type(row), false, ""),
                            vgpu_cc_vector(row, row->module->i1), "");
}

/* Calls the member of struct vgpu_traced_calls at that offset: with the watcher, then the
 * other arguments. */
static LLVMValueRef call(struct vgpu_cc_row *row, size_t member, LLVMTypeRef result,
                         LLVMValueRef *args, unsigned count)
{
    const struct vgpu_cc_module *const m = row->module;
    LLVMValueRef calls = vgpu_cc_links_member(row->module, row->at,
                                              offsetof(struct vgpu_code_links, traced));
    LLVMValueRef function = vgpu_cc_load_at(row->module, row->at, m->ptr, calls, member);
    LLVMTypeRef types[MOST_ARGUMENTS];

    args[0] = LLVMGetParam(row->function, VGPU_CC_ROW_WATCHER);
    for (unsigned i = 0; i < count; i++)
        types[i] = LLVMTypeOf(args[i]);
    return LLVMBuildCall2(row->at, LLVMFunctionType(result, types, count, 0), function,
                          args, count, "");
}

/* ---- blocks */

/* A member of the watcher, which calls change. */
static LLVMValueRef member_at(struct vgpu_cc_row *row, LLVMValueRef base, size_t offset)
{
    LLVMValueRef index = vgpu_cc_i64(row, offset);

    return LLVMBuildInBoundsGEP2(row->at, row->module->i8, base, &index, 1, "");
}

static LLVMValueRef watcher_member(struct vgpu_cc_row *row, LLVMTypeRef type,
                                   size_t offset)
{
    LLVMValueRef watcher = LLVMGetParam(row->function, VGPU_CC_ROW_WATCHER);

    return LLVMBuildLoad2(row->at, type, member_at(row, watcher, offset), "");
}

static void add_to(struct vgpu_cc_row *row, LLVMValueRef place, LLVMValueRef count)
{
    LLVMTypeRef type = row->module->i64;

    LLVMBuildStore(
        row->at,
        LLVMBuildAdd(row->at, LLVMBuildLoad2(row->at, type, place, ""), count, ""),
        place);
}

/* They are the ones that are expected, on their way. */
static LLVMValueRef is_expected(struct vgpu_cc_row *row, LLVMValueRef block,
                                LLVMValueRef who)
{
    const struct vgpu_cc_module *const m = row->module;
    LLVMValueRef same = LLVMBuildICmp(
        row->at, LLVMIntEQ, who,
        watcher_member(row, m->i32, offsetof(struct vgpu_traced_row, items)), "");
    LLVMValueRef apart = LLVMBuildICmp(
        row->at, LLVMIntNE, block,
        watcher_member(row, m->i32, offsetof(struct vgpu_traced_row, meeting)), "");

    return LLVMBuildAnd(row->at, same, apart, "");
}

static void count_block(struct vgpu_cc_row *row, LLVMValueRef block, LLVMValueRef who)
{
    const struct vgpu_cc_module *const m = row->module;
    LLVMValueRef watcher = LLVMGetParam(row->function, VGPU_CC_ROW_WATCHER), counts;
    LLVMTypeRef type = m->i32;

    counts = watcher_member(row, m->ptr, offsetof(struct vgpu_traced_row, blocks));
    counts = member_at(
        row, counts, LLVMConstIntGetZExtValue(block) * sizeof(struct vgpu_traced_count));
    who = vgpu_cc_intrinsic(row, "llvm.ctpop", &type, 1, &who, 1);
    add_to(row, member_at(row, counts, offsetof(struct vgpu_traced_count, issues)),
           vgpu_cc_i64(row, 1));
    add_to(row, member_at(row, counts, offsetof(struct vgpu_traced_count, items)),
           LLVMBuildZExt(row->at, who, m->i64, ""));
    LLVMBuildStore(row->at, block,
                   member_at(row, watcher, offsetof(struct vgpu_traced_row, block)));
}

static void expect(struct vgpu_cc_row *row, LLVMValueRef branch)
{
    static const char likely[] = "branch_weights";
    LLVMContextRef context = row->module->context;
    LLVMMetadataRef weights[3] = {
        LLVMMDStringInContext2(context, likely, sizeof likely - 1),
        LLVMValueAsMetadata(vgpu_cc_i32(row, 1000)),
        LLVMValueAsMetadata(vgpu_cc_i32(row, 1))};

    LLVMSetMetadata(
        branch, LLVMGetMDKindIDInContext(context, "prof", 4),
        LLVMMetadataAsValue(context, LLVMMDNodeInContext2(context, weights, 3)));
}

static void emit_block(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    LLVMValueRef block = LLVMGetOperand(instruction, 0), who = items(row);
    LLVMValueRef args[3] = {NULL, block, who};
    LLVMBasicBlockRef alone, told, behind;

    if (!LLVMIsNull(LLVMGetOperand(instruction, 1))) {
        call(row, offsetof(struct vgpu_traced_calls, block), row->module->void_type, args,
             3);
        return;
    }
    alone = vgpu_cc_block(row, "counted");
    told = vgpu_cc_block(row, "told");
    behind = vgpu_cc_block(row, "");
    expect(row, LLVMBuildCondBr(row->at, is_expected(row, block, who), alone, told));
    LLVMPositionBuilderAtEnd(row->at, alone);
    count_block(row, block, who);
    LLVMBuildBr(row->at, behind);
    LLVMPositionBuilderAtEnd(row->at, told);
    call(row, offsetof(struct vgpu_traced_calls, block), row->module->void_type, args, 3);
    LLVMBuildBr(row->at, behind);
    LLVMPositionBuilderAtEnd(row->at, behind);
}

/* ---- the others */

static void emit_meeting(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    LLVMValueRef args[3] = {NULL, LLVMGetOperand(instruction, 0), items(row)};

    call(row, offsetof(struct vgpu_traced_calls, meet), row->module->void_type, args, 3);
}

/* Where the items of a row access memory, as the calls want it. */
struct place {
    bool is_any; /* all addresses are needed; else: */
    LLVMValueRef first, step, pitch;
    unsigned line;
};

static LLVMValueRef number_at(struct vgpu_cc_row *row, LLVMValueRef address,
                              unsigned item)
{
    return LLVMBuildPtrToInt(row->at, vgpu_cc_plane_at(row, address, item),
                             row->module->i64, "");
}

static struct place place_of(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    LLVMValueRef address = LLVMGetOperand(instruction, 1);
    const struct vgpu_cc_shape shape = vgpu_cc_shape(row, address);
    struct place place = {
        .line = row->width, .step = vgpu_cc_i64(row, 0), .pitch = vgpu_cc_i64(row, 0)};
    struct vgpu_cc_plane plane;

    if (shape.kind != VGPU_CC_VARYING) {
        place.first = LLVMBuildPtrToInt(row->at, vgpu_cc_scalar(row, address),
                                        row->module->i64, "");
        if (shape.kind == VGPU_CC_STRIDED)
            place.step = vgpu_cc_i64(row, (uint64_t)shape.stride);
    } else if (vgpu_cc_plane_of(row, address, LLVMGetInstructionParent(instruction),
                                &plane)) {
        place.first = number_at(row, address, 0);
        place.step = plane.is_known ? vgpu_cc_i64(row, (uint64_t)plane.step)
                                    : LLVMBuildSub(row->at, number_at(row, address, 1),
                                                   place.first, "");
        place.line = plane.line;
        if (plane.count > 1)
            place.pitch = LLVMBuildSub(row->at, number_at(row, address, plane.line),
                                       place.first, "");
    } else {
        place.is_any = true;
    }
    return place;
}

/* The items whose access may take place, as a number. */
static LLVMValueRef call_access(struct vgpu_cc_row *row, LLVMValueRef instruction,
                                const struct place *place)
{
    const struct vgpu_cc_module *const m = row->module;
    LLVMValueRef object = LLVMGetOperand(instruction, 2);
    LLVMValueRef args[MOST_ARGUMENTS] = {NULL, LLVMGetOperand(instruction, 0),
                                         items(row)};
    unsigned count = 3;

    object = vgpu_cc_is_uniform(&row->shapes, object) ? vgpu_cc_scalar(row, object)
                                                      : LLVMConstNull(m->ptr);
    if (place->is_any) {
        args[count++] =
            vgpu_cc_lay_out(row, vgpu_cc_addresses(row, LLVMGetOperand(instruction, 1)));
        args[count++] = object;
        return call(row, offsetof(struct vgpu_traced_calls, any), m->i32, args, count);
    }
    args[count++] = place->first;
    args[count++] = place->step;
    if (place->line < row->width) {
        args[count++] = place->pitch;
        args[count++] = vgpu_cc_i32(row, place->line);
        args[count++] = object;
        return call(row, offsetof(struct vgpu_traced_calls, lines), m->i32, args, count);
    }
    args[count++] = object;
    return call(row, offsetof(struct vgpu_traced_calls, even), m->i32, args, count);
}

static LLVMValueRef shape_member(struct vgpu_cc_row *row, LLVMTypeRef type,
                                 LLVMValueRef shape, size_t offset)
{
    return LLVMBuildLoad2(row->at, type, member_at(row, shape, offset), "");
}

static LLVMValueRef both(struct vgpu_cc_row *row, LLVMValueRef so_far, LLVMValueRef a,
                         LLVMValueRef b)
{
    return LLVMBuildAnd(row->at, so_far, LLVMBuildICmp(row->at, LLVMIntEQ, a, b, ""), "");
}

/* Whether the access is one more repeat, and of which phase: vgpu_traced_repeat, and the
 * items are the row's. */
static LLVMValueRef is_repeat(struct vgpu_cc_row *row, LLVMValueRef shape,
                              const struct place *place, LLVMValueRef *phase_out)
{
    const struct vgpu_cc_module *const m = row->module;
    const uint32_t line = place->line < row->width ? place->line : VGPU_TRACED_ITEMS;
    LLVMValueRef who = items(row), bits, odd, same, known;

    same = LLVMBuildICmp(
        row->at, LLVMIntEQ, who,
        watcher_member(row, m->i32, offsetof(struct vgpu_traced_row, items)), "");
#define MEMBER(type, name) \
    shape_member(row, m->type, shape, offsetof(struct vgpu_traced_shape, name))
    same = both(row, same, who, MEMBER(i32, items));
    same = both(row, same, place->step, MEMBER(i64, step));
    same = both(row, same, place->pitch, MEMBER(i64, pitch));
    bits = LLVMBuildAnd(row->at, LLVMBuildTrunc(row->at, place->first, m->i32, ""),
                        MEMBER(i32, bits), "");
    odd = LLVMBuildOr(row->at, LLVMBuildAnd(row->at, bits, vgpu_cc_i32(row, 3), ""),
                      vgpu_cc_i32(row, line << 2), "");
    same = both(row, same, odd, MEMBER(i32, odd));
    *phase_out = LLVMBuildLShr(row->at, bits, vgpu_cc_i32(row, 2), "");
    known = LLVMBuildLShr(row->at, MEMBER(i32, known), *phase_out, "");
#undef MEMBER
    return LLVMBuildAnd(row->at, same, LLVMBuildTrunc(row->at, known, m->i1, ""), "");
}

static void count_repeat(struct vgpu_cc_row *row, LLVMValueRef shape, LLVMValueRef phase)
{
    LLVMValueRef repeats =
        member_at(row, shape, offsetof(struct vgpu_traced_shape, repeats));

    phase = LLVMBuildZExt(row->at, phase, row->module->i64, "");
    add_to(row, LLVMBuildGEP2(row->at, row->module->i64, repeats, &phase, 1, ""),
           vgpu_cc_i64(row, 1));
}

/* An access that only counts: by itself where it is as the last ones. */
static void emit_access(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    const struct vgpu_cc_module *const m = row->module;
    const uint64_t site = LLVMConstIntGetZExtValue(LLVMGetOperand(instruction, 0));
    const struct place place = place_of(row, instruction);
    LLVMValueRef shape, phase;
    LLVMBasicBlockRef alone, told, behind;

    if (LLVMIsNull(LLVMGetOperand(instruction, 3)) || place.is_any) {
        call_access(row, instruction, &place);
        return;
    }
    if (vgpu_cc_is_uniform(&row->shapes, LLVMGetOperand(instruction, 2)))
        vgpu_cc_scalar(row, LLVMGetOperand(instruction, 2)); /* found before the branch */
    shape = watcher_member(row, m->ptr, offsetof(struct vgpu_traced_row, shapes));
    shape = member_at(row, shape, site * sizeof(struct vgpu_traced_shape));
    alone = vgpu_cc_block(row, "repeat");
    told = vgpu_cc_block(row, "told");
    behind = vgpu_cc_block(row, "");
    expect(row,
           LLVMBuildCondBr(row->at, is_repeat(row, shape, &place, &phase), alone, told));
    LLVMPositionBuilderAtEnd(row->at, alone);
    count_repeat(row, shape, phase);
    LLVMBuildBr(row->at, behind);
    LLVMPositionBuilderAtEnd(row->at, told);
    call_access(row, instruction, &place);
    LLVMBuildBr(row->at, behind);
    LLVMPositionBuilderAtEnd(row->at, behind);
}

LLVMValueRef vgpu_cc_nowhere(struct vgpu_cc_row *row)
{
    LLVMTypeRef type = LLVMVectorType(row->module->i64, NOWHERE_BYTES / 8);

    if (!row->nowhere) {
        row->nowhere = vgpu_cc_slot(row, type, "nowhere");
        LLVMSetAlignment(row->nowhere, NOWHERE_BYTES);
        LLVMBuildStore(row->start, LLVMConstNull(type), row->nowhere);
    }
    return row->nowhere;
}

/* An item that has left keeps what it was told: it may make its access later. */
static void keep_passed(struct vgpu_cc_row *row, LLVMValueRef instruction,
                        LLVMValueRef passed)
{
    struct vgpu_cc_value *const value = vgpu_cc_value(row, instruction);
    LLVMTypeRef type = vgpu_cc_vector(row, row->module->i1);

    if (!value->passed) {
        value->passed = vgpu_cc_slot(row, type, "passed");
        LLVMBuildStore(row->start, LLVMConstNull(type), value->passed);
    }
    if (row->mask)
        passed = LLVMBuildSelect(row->at, row->mask, passed,
                                 LLVMBuildLoad2(row->at, type, value->passed, ""), "");
    LLVMBuildStore(row->at, passed, value->passed);
}

static void emit_check(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    LLVMValueRef address = LLVMGetOperand(instruction, 1), scalar = NULL, *parts = NULL;
    const struct vgpu_cc_shape shape = vgpu_cc_shape(row, instruction);
    const struct place place = place_of(row, instruction);
    LLVMValueRef number = call_access(row, instruction, &place);

    keep_passed(row, instruction, mask_of(row, number));
    if (shape.kind != VGPU_CC_VARYING)
        scalar = vgpu_cc_scalar(row, address);
    if (shape.kind <= VGPU_CC_UNIFORM) {
        LLVMValueRef none =
            LLVMBuildICmp(row->at, LLVMIntEQ, number, vgpu_cc_i32(row, 0), "");

        scalar = LLVMBuildSelect(row->at, none, vgpu_cc_nowhere(row), scalar, "");
    } else if (shape.kind == VGPU_CC_VARYING || !shape.is_exact) {
        parts = vgpu_cc_parts(row, instruction);
        parts[0] = vgpu_cc_addresses(row, address);
    }
    vgpu_cc_define(row, instruction, scalar, parts);
}

/* Only where some item has something to say. Nothing is found in the branch that may be
 * used again behind it. */
static void emit_private(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    LLVMValueRef args[6] = {NULL, LLVMGetOperand(instruction, 0), items(row)};
    LLVMValueRef told[2], some, offsets;
    LLVMBasicBlockRef tell, behind;

    if (LLVMIsNull(LLVMGetOperand(instruction, 1)) &&
        LLVMIsNull(LLVMGetOperand(instruction, 2)))
        return;
    for (unsigned i = 0; i < 2; i++)
        told[i] = vgpu_cc_mask_and(
            row, row->mask, vgpu_cc_part(row, LLVMGetOperand(instruction, i + 1), 0),
            false);
    offsets = vgpu_cc_part(row, LLVMGetOperand(instruction, 3), 0);
    some = vgpu_cc_mask_any(row, LLVMBuildOr(row->at, told[0], told[1], ""));
    tell = vgpu_cc_block(row, "");
    behind = vgpu_cc_block(row, "");
    LLVMBuildCondBr(row->at, some, tell, behind);
    LLVMPositionBuilderAtEnd(row->at, tell);
    for (unsigned i = 0; i < 2; i++)
        args[3 + i] =
            LLVMBuildZExt(row->at, vgpu_cc_mask_bits(row, told[i]), row->module->i32, "");
    args[5] = vgpu_cc_lay_out(row, offsets);
    call(row, offsetof(struct vgpu_traced_calls, private_access), row->module->void_type,
         args, 6);
    LLVMBuildBr(row->at, behind);
    LLVMPositionBuilderAtEnd(row->at, behind);
}

bool vgpu_cc_emit_traced(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    switch (vgpu_cc_traced_call_of(instruction)) {
    case VGPU_CC_TRACED_BLOCK:
        emit_block(row, instruction);
        return true;
    case VGPU_CC_TRACED_ACCESS:
        emit_access(row, instruction);
        return true;
    case VGPU_CC_TRACED_CHECK:
        emit_check(row, instruction);
        return true;
    case VGPU_CC_TRACED_MEET:
        emit_meeting(row, instruction);
        return true;
    case VGPU_CC_TRACED_PRIVATE:
        emit_private(row, instruction);
        return true;
    case VGPU_CC_NOT_TRACED:
        break;
    }
    return false;
}

LLVMValueRef vgpu_cc_passed(struct vgpu_cc_row *row, LLVMValueRef pointer)
{
    LLVMValueRef slot, passed;

    if (!row->plan->is_traced)
        return row->mask;
    while (LLVMIsAGetElementPtrInst(pointer))
        pointer = LLVMGetOperand(pointer, 0);
    if (!LLVMIsACallInst(pointer) ||
        vgpu_cc_traced_call_of(pointer) != VGPU_CC_TRACED_CHECK)
        return row->mask;
    slot = vgpu_cc_value(row, pointer)->passed;
    passed = LLVMBuildLoad2(row->at, vgpu_cc_vector(row, row->module->i1), slot, "");
    return vgpu_cc_mask_and(row, row->mask, passed, false);
}
