/* SPDX-License-Identifier: MIT */
/* What the items of a row, which are a sub-group here, do together. */
#include "lockstep/row.h"

/* A number that is the same for all who are there, though it may not look so. */
static LLVMValueRef common_number(struct vgpu_cc_row *row,
                                  const struct vgpu_cc_lanes *lanes, LLVMValueRef number)
{
    if (vgpu_cc_is_uniform(&row->shapes, number))
        return vgpu_cc_scalar(row, number);
    return vgpu_cc_lanes_pick(lanes, vgpu_cc_part(row, number, 0),
                              vgpu_cc_mask_last(row, row->mask));
}

static LLVMValueRef broadcast(struct vgpu_cc_row *row, const struct vgpu_cc_lanes *lanes,
                              LLVMValueRef call)
{
    LLVMValueRef value = LLVMGetOperand(call, 0);

    if (vgpu_cc_is_uniform(&row->shapes, value))
        return vgpu_cc_scalar(row, value);
    return vgpu_cc_lanes_pick(lanes, vgpu_cc_part(row, value, 0),
                              common_number(row, lanes, LLVMGetOperand(call, 1)));
}

/* Known places: one shuffle, where a place outside of the row gives any value. */
static LLVMValueRef shuffle_known(struct vgpu_cc_row *row, LLVMValueRef value,
                                  LLVMValueRef places)
{
    LLVMValueRef indices[VGPU_CC_MAX_WIDTH];

    for (unsigned i = 0; i < row->width; i++) {
        LLVMValueRef place = LLVMGetAggregateElement(places, i);
        const uint64_t number =
            place && LLVMIsAConstantInt(place) ? LLVMConstIntGetZExtValue(place) : 0;

        indices[i] = vgpu_cc_i32(row, number & (row->width - 1));
    }
    return LLVMBuildShuffleVector(row->at, value, LLVMGetPoison(LLVMTypeOf(value)),
                                  LLVMConstVector(indices, row->width), "");
}

/* Elements of 32 bits, of one register. Written so that the back end sees the processor's
 * shuffle in it. */
static LLVMValueRef shuffle_register(struct vgpu_cc_row *row, LLVMValueRef value,
                                     LLVMValueRef places)
{
    LLVMValueRef result = LLVMGetPoison(LLVMTypeOf(value));

    for (unsigned i = 0; i < LLVMGetVectorSize(LLVMTypeOf(value)); i++) {
        LLVMValueRef own = vgpu_cc_i32(row, i);
        LLVMValueRef place = LLVMBuildExtractElement(row->at, places, own, "");

        result = LLVMBuildInsertElement(
            row->at, result, LLVMBuildExtractElement(row->at, value, place, ""), own, "");
    }
    return result;
}

/* `count` elements of two vectors, the second one's numbered behind the first one's. */
static LLVMValueRef pick_elements(struct vgpu_cc_row *row, LLVMValueRef a, LLVMValueRef b,
                                  unsigned first, unsigned count)
{
    LLVMValueRef indices[VGPU_CC_MAX_WIDTH];

    for (unsigned i = 0; i < count; i++)
        indices[i] = vgpu_cc_i32(row, first + i);
    return LLVMBuildShuffleVector(row->at, a, b ? b : LLVMGetPoison(LLVMTypeOf(a)),
                                  LLVMConstVector(indices, count), "");
}

static LLVMValueRef same_in_all(struct vgpu_cc_row *row, unsigned number, unsigned count)
{
    LLVMValueRef elements[VGPU_CC_MAX_WIDTH];

    for (unsigned i = 0; i < count; i++)
        elements[i] = vgpu_cc_i32(row, number);
    return LLVMConstVector(elements, count);
}

/* Which of a register's places are in that register, or a later one. */
static LLVMValueRef is_from(struct vgpu_cc_row *row, LLVMValueRef places, unsigned number,
                            unsigned size)
{
    return LLVMBuildICmp(row->at, LLVMIntUGE, places,
                         same_in_all(row, number * size, size), "");
}

/* The same of rows that take several registers: each register of the result has what it
 * wants of every one of the value's. */
static LLVMValueRef shuffle_words(struct vgpu_cc_row *row, LLVMValueRef value,
                                  LLVMValueRef places)
{
    const unsigned most = row->plan->natural;
    const unsigned size = row->width < most ? row->width : most;
    LLVMValueRef results[VGPU_CC_MAX_WIDTH];

    for (unsigned to = 0; to < row->width / size; to++) {
        LLVMValueRef wanted = pick_elements(row, places, NULL, to * size, size);
        LLVMValueRef within =
            LLVMBuildAnd(row->at, wanted, same_in_all(row, size - 1, size), "");

        for (unsigned from = 0; from < row->width / size; from++) {
            LLVMValueRef found = shuffle_register(
                row, pick_elements(row, value, NULL, from * size, size), within);

            results[to] = from == 0
                              ? found
                              : LLVMBuildSelect(row->at, is_from(row, wanted, from, size),
                                                found, results[to], "");
        }
    }
    for (unsigned joined = size; joined < row->width; joined *= 2)
        for (unsigned i = 0; i < row->width / joined / 2; i++)
            results[i] =
                pick_elements(row, results[2 * i], results[2 * i + 1], 0, 2 * joined);
    return results[0];
}

/* The lower (0) or upper (1) halves of elements, which are words side by side. */
static LLVMValueRef halves_of(struct vgpu_cc_row *row, LLVMValueRef words, unsigned upper)
{
    LLVMValueRef indices[VGPU_CC_MAX_WIDTH];

    for (unsigned i = 0; i < row->width; i++)
        indices[i] = vgpu_cc_i32(row, 2 * i + upper);
    return LLVMBuildShuffleVector(row->at, words, LLVMGetPoison(LLVMTypeOf(words)),
                                  LLVMConstVector(indices, row->width), "");
}

/* Elements of 64 bits: their halves. */
static LLVMValueRef shuffle_pairs(struct vgpu_cc_row *row, LLVMValueRef value,
                                  LLVMValueRef places)
{
    const unsigned width = row->width;
    LLVMTypeRef type = LLVMVectorType(row->module->i32, 2 * width);
    LLVMValueRef halves[2], both;
    LLVMValueRef words = LLVMBuildBitCast(row->at, value, type, "");
    LLVMValueRef indices[2 * VGPU_CC_MAX_WIDTH];

    for (unsigned i = 0; i < 2; i++)
        halves[i] = shuffle_words(row, halves_of(row, words, i), places);
    for (unsigned i = 0; i < 2 * width; i++)
        indices[i] = vgpu_cc_i32(row, i / 2 + i % 2 * width);
    both = LLVMBuildShuffleVector(row->at, halves[0], halves[1],
                                  LLVMConstVector(indices, 2 * width), "");
    return LLVMBuildBitCast(row->at, both, LLVMTypeOf(value), "");
}

static LLVMValueRef shuffle(struct vgpu_cc_row *row, LLVMValueRef call)
{
    LLVMValueRef value = vgpu_cc_part(row, LLVMGetOperand(call, 0), 0);
    LLVMValueRef places = vgpu_cc_part(row, LLVMGetOperand(call, 1), 0);
    LLVMTypeRef type = LLVMTypeOf(value), words = vgpu_cc_vector(row, row->module->i32);
    const uint64_t bits =
        LLVMSizeOfTypeInBits(row->module->layout, LLVMGetElementType(type));

    if (LLVMIsConstant(places))
        return shuffle_known(row, value, places);
    places = LLVMBuildAnd(row->at, LLVMBuildFreeze(row->at, places, ""),
                          vgpu_cc_spread(row, vgpu_cc_i32(row, row->width - 1)), "");
    if (bits == 64)
        return shuffle_pairs(row, value, places);
    if (bits == 32)
        return shuffle_words(row, value, places);
    value = LLVMBuildZExt(row->at, value, words, "");
    return LLVMBuildTrunc(row->at, shuffle_words(row, value, places), type, "");
}

static LLVMValueRef common(struct vgpu_cc_row *row, const struct vgpu_cc_lanes *lanes,
                           const struct vgpu_cc_collective *collective, LLVMValueRef call)
{
    if (collective->kind == VGPU_CC_BROADCAST)
        return broadcast(row, lanes, call);
    if (collective->kind == VGPU_CC_BALLOT)
        return vgpu_cc_lanes_ballot(lanes, vgpu_cc_part(row, LLVMGetOperand(call, 0), 0));
    return vgpu_cc_lanes_reduce(lanes, collective->combination,
                                vgpu_cc_part(row, LLVMGetOperand(call, 0), 0));
}

static LLVMValueRef each(struct vgpu_cc_row *row, const struct vgpu_cc_lanes *lanes,
                         const struct vgpu_cc_collective *collective, LLVMValueRef call)
{
    if (collective->kind == VGPU_CC_SHUFFLE)
        return shuffle(row, call);
    return vgpu_cc_lanes_scan(lanes, collective->combination,
                              collective->kind == VGPU_CC_INCLUSIVE,
                              vgpu_cc_part(row, LLVMGetOperand(call, 0), 0));
}

void vgpu_cc_emit_sub_group(struct vgpu_cc_row *row, LLVMValueRef call)
{
    const struct vgpu_cc_lanes lanes = vgpu_cc_lanes_of(row);
    struct vgpu_cc_collective collective;
    LLVMValueRef *parts;

    if (!vgpu_cc_collective_of(call, &collective)) {
        vgpu_cc_refuse(row, "its sub-groups do what rows do not know");
        return;
    }
    if (vgpu_cc_is_common(collective.kind)) {
        vgpu_cc_define(row, call, common(row, &lanes, &collective, call), NULL);
        return;
    }
    parts = vgpu_cc_parts(row, call);
    parts[0] = each(row, &lanes, &collective, call);
    vgpu_cc_define(row, call, NULL, parts);
}

/* One thread runs the row, in order: what is left of a barrier is what others may see. */
void vgpu_cc_emit_sub_group_barrier(struct vgpu_cc_row *row, LLVMValueRef call)
{
    (void)call;
    LLVMBuildFence(row->at, LLVMAtomicOrderingAcquireRelease, false, "");
}
