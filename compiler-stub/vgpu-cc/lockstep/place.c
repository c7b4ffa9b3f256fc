/* SPDX-License-Identifier: MIT */
/* Where a row's items are: ids and sizes, computed once where the row begins. */
#include "lockstep/row.h"

#include "links.h"

#include <stddef.h>
#include <string.h>

static LLVMValueRef parameter(const struct vgpu_cc_row *row,
                              enum vgpu_cc_row_parameter parameter)
{
    return LLVMGetParam(row->function, (unsigned)parameter);
}

/* A member of struct vgpu_group, of the dimension. */
static LLVMValueRef member(struct vgpu_cc_row *row, size_t offset, unsigned dimension)
{
    return vgpu_cc_load_at(row->module, row->start, row->module->i64,
                           parameter(row, VGPU_CC_ROW_GROUP),
                           offset + dimension * sizeof(size_t));
}

static LLVMValueRef local_size(struct vgpu_cc_row *row, unsigned dimension)
{
    const size_t *const size = row->geometry.local_size;

    return size[0] ? vgpu_cc_i64(row, size[dimension])
                   : member(row, offsetof(struct vgpu_group, local_size), dimension);
}

/* An id: a scalar (the first item's), or a vector of i64; both, where lines lie in the
 * row. */
struct id {
    LLVMValueRef scalar, vector;
};

static LLVMValueRef widened(struct vgpu_cc_row *row, LLVMValueRef vector32)
{
    return LLVMBuildZExt(row->start, vector32, vgpu_cc_vector(row, row->module->i64), "");
}

static LLVMValueRef splat32(struct vgpu_cc_row *row, uint64_t value)
{
    LLVMValueRef elements[VGPU_CC_MAX_WIDTH];

    for (unsigned i = 0; i < row->width; i++)
        elements[i] = vgpu_cc_i32(row, value);
    return LLVMConstVector(elements, row->width);
}

/* Quotients of numbers of 32 bits. A vector of them is not divided by one that is known
 * only now, but doubles are, and exactly. */
static LLVMValueRef divided(struct vgpu_cc_row *row, LLVMValueRef vector32,
                            LLVMValueRef by)
{
    LLVMTypeRef real = vgpu_cc_vector(row, row->module->f64);

    if (LLVMIsAConstantInt(by))
        return LLVMBuildUDiv(row->start, vector32,
                             splat32(row, LLVMConstIntGetZExtValue(by)), "");
    LLVMPositionBuilderAtEnd(row->at, LLVMGetInsertBlock(row->start));
    by = LLVMBuildUIToFP(row->start, by, row->module->f64, "");
    LLVMPositionBuilderAtEnd(row->at, LLVMGetInsertBlock(row->start));
    by = vgpu_cc_spread(row, by);
    vector32 = LLVMBuildUIToFP(row->start, vector32, real, "");
    return LLVMBuildFPToUI(row->start, LLVMBuildFDiv(row->start, vector32, by, ""),
                           vgpu_cc_vector(row, row->module->i32), "");
}

static LLVMValueRef remainder32(struct vgpu_cc_row *row, LLVMValueRef vector32,
                                LLVMValueRef by)
{
    LLVMValueRef quotient;

    if (LLVMIsAConstantInt(by))
        return LLVMBuildURem(row->start, vector32,
                             splat32(row, LLVMConstIntGetZExtValue(by)), "");
    quotient = divided(row, vector32, by);
    by = LLVMBuildTrunc(row->start, by, row->module->i32, "");
    LLVMPositionBuilderAtEnd(row->at, LLVMGetInsertBlock(row->start));
    return LLVMBuildSub(row->start, vector32,
                        LLVMBuildMul(row->start, quotient, vgpu_cc_spread(row, by), ""),
                        "");
}

/* first, first + 1, ... in 32 bits. */
static LLVMValueRef numbers(struct vgpu_cc_row *row, LLVMValueRef first)
{
    LLVMTypeRef type = vgpu_cc_vector(row, row->module->i32);
    LLVMValueRef vector = LLVMBuildInsertElement(
        row->start, LLVMGetPoison(type),
        LLVMBuildTrunc(row->start, first, row->module->i32, ""), vgpu_cc_i32(row, 0), "");

    vector = LLVMBuildShuffleVector(row->start, vector, LLVMGetPoison(type),
                                    LLVMConstNull(type), "");
    return LLVMBuildAdd(row->start, vector, row->lanes32, "");
}

/* In VGPU_CC_RUN: the item's place in its group, or the group's in the run. The row
 * begins within a group; counted from that group's begin, all fits 32 bits. */
static struct id run_id(struct vgpu_cc_row *row, bool is_group)
{
    const size_t size = row->geometry.local_size[0];
    LLVMValueRef x = parameter(row, VGPU_CC_ROW_X), items = local_size(row, 0);
    LLVMValueRef inside = LLVMBuildURem(row->start, x, items, "");
    LLVMValueRef group = LLVMBuildUDiv(row->start, x, items, ""), vector;

    if (row->width == 1 || (size && size % row->width == 0))
        return (struct id){.scalar = is_group ? group : inside};
    vector = numbers(row, inside);
    if (!is_group)
        return (struct id){.vector = widened(row, LLVMBuildURem(row->start, vector,
                                                                splat32(row, size), ""))};
    vector = widened(row, LLVMBuildUDiv(row->start, vector, splat32(row, size), ""));
    LLVMPositionBuilderAtEnd(row->at, LLVMGetInsertBlock(row->start));
    return (struct id){
        .vector = LLVMBuildAdd(row->start, vector, vgpu_cc_spread(row, group), "")};
}

/* In VGPU_CC_FLAT: the first item's, where lines begin with the row. */
static LLVMValueRef line_id(struct vgpu_cc_row *row, unsigned dimension)
{
    const size_t *const size = row->geometry.local_size;
    LLVMValueRef id;

    if (!vgpu_cc_has_lines(&row->geometry) || dimension > 1)
        return NULL;
    if (dimension == 0)
        return vgpu_cc_i64(row, 0);
    id = LLVMBuildUDiv(row->start, parameter(row, VGPU_CC_ROW_X),
                       vgpu_cc_i64(row, size[0]), "");
    return LLVMBuildURem(row->start, id, vgpu_cc_i64(row, size[1]), "");
}

/* In VGPU_CC_FLAT: one coordinate of consecutive local linear ids. */
static struct id flat_id(struct vgpu_cc_row *row, unsigned dimension)
{
    const size_t *const size = row->geometry.local_size;
    LLVMValueRef x = parameter(row, VGPU_CC_ROW_X), vector;
    LLVMValueRef below = vgpu_cc_i64(row, 1);

    switch (vgpu_cc_geometry_along(&row->geometry, VGPU_CC_LOCAL_ID, dimension)) {
    case VGPU_CC_ALONG_COUNTS:
        return (struct id){.scalar = x};
    case VGPU_CC_ALONG_SAME:
        if (size[dimension] == 1)
            return (struct id){.scalar = vgpu_cc_i64(row, 0)};
        return (struct id){.scalar = LLVMBuildUDiv(
                               row->start, x, vgpu_cc_i64(row, size[0] * size[1]), "")};
    case VGPU_CC_ALONG_VARIES:
        break;
    }
    for (unsigned d = 0; d < dimension; d++)
        below = LLVMBuildMul(row->start, below, local_size(row, d), "");
    vector = divided(row, numbers(row, x), below);
    if (dimension < 2)
        vector = remainder32(row, vector, local_size(row, dimension));
    return (struct id){.scalar = line_id(row, dimension), .vector = widened(row, vector)};
}

static struct id local_id(struct vgpu_cc_row *row, unsigned dimension)
{
    if (row->geometry.layout == VGPU_CC_FLAT)
        return flat_id(row, dimension);
    if (row->geometry.layout == VGPU_CC_RUN && dimension == 0)
        return run_id(row, false);
    return (struct id){.scalar = parameter(
                           row, (enum vgpu_cc_row_parameter)(VGPU_CC_ROW_X + dimension))};
}

static struct id sum(struct vgpu_cc_row *row, struct id id, LLVMValueRef scalar)
{
    if (id.scalar)
        id.scalar = LLVMBuildAdd(row->start, id.scalar, scalar, "");
    if (!id.vector)
        return id;
    LLVMPositionBuilderAtEnd(row->at, LLVMGetInsertBlock(row->start));
    id.vector = LLVMBuildAdd(row->start, id.vector, vgpu_cc_spread(row, scalar), "");
    return id;
}

static struct id global_id(struct vgpu_cc_row *row, unsigned dimension)
{
    LLVMValueRef first =
        member(row, offsetof(struct vgpu_group, first_global_id), dimension);
    struct id id = {0};

    if (row->geometry.layout == VGPU_CC_RUN && dimension == 0)
        id.scalar = parameter(row, VGPU_CC_ROW_X);
    else
        id = local_id(row, dimension);
    if (row->geometry.layout != VGPU_CC_RUN && dimension == 0)
        first = LLVMBuildAdd(row->start, first,
                             LLVMBuildMul(row->start,
                                          parameter(row, VGPU_CC_ROW_GROUP_NUMBER),
                                          local_size(row, 0), ""),
                             "");
    return sum(row, id, first);
}

static struct id group_id(struct vgpu_cc_row *row, unsigned dimension)
{
    LLVMValueRef first = member(row, offsetof(struct vgpu_group, group_id), dimension);

    if (dimension > 0)
        return (struct id){.scalar = first};
    if (row->geometry.layout == VGPU_CC_RUN)
        return sum(row, run_id(row, true), first);
    return (struct id){.scalar =
                           LLVMBuildAdd(row->start, first,
                                        parameter(row, VGPU_CC_ROW_GROUP_NUMBER), "")};
}

/* The first item's number in its group, over all dimensions. */
static LLVMValueRef linear_id(struct vgpu_cc_row *row)
{
    LLVMValueRef id = parameter(row, VGPU_CC_ROW_Z);

    if (row->geometry.layout == VGPU_CC_FLAT)
        return parameter(row, VGPU_CC_ROW_X);
    for (unsigned d = 2; d-- > 0;)
        id =
            LLVMBuildAdd(row->start, LLVMBuildMul(row->start, id, local_size(row, d), ""),
                         local_id(row, d).scalar, "");
    return id;
}

/* Of the sub-group; of an item in it: a row is a sub-group, or one item. */
static struct id sub_group_id(struct vgpu_cc_row *row, bool is_local)
{
    LLVMValueRef size = vgpu_cc_i64(row, row->plan->sub_group_size), id;

    if (is_local && row->width > 1)
        return (struct id){.scalar = vgpu_cc_i32(row, 0)};
    id = is_local ? LLVMBuildURem(row->start, linear_id(row), size, "")
                  : LLVMBuildUDiv(row->start, linear_id(row), size, "");
    return (struct id){.scalar = LLVMBuildTrunc(row->start, id, row->module->i32, "")};
}

static LLVMValueRef pointer_member(struct vgpu_cc_row *row, size_t offset)
{
    return vgpu_cc_load_at(row->module, row->start, row->module->ptr,
                           parameter(row, VGPU_CC_ROW_GROUP), offset);
}

static struct id compute(struct vgpu_cc_row *row, enum vgpu_cc_pseudo pseudo,
                         unsigned dimension)
{
    switch (pseudo) {
    case VGPU_CC_LOCAL_ID:
        return local_id(row, dimension);
    case VGPU_CC_GLOBAL_ID:
        return global_id(row, dimension);
    case VGPU_CC_GROUP_ID:
        return group_id(row, dimension);
    case VGPU_CC_LOCAL_SIZE:
        return (struct id){.scalar = local_size(row, dimension)};
#define MEMBER(pseudo, name) \
    case pseudo:             \
        return (struct id){  \
            .scalar = member(row, offsetof(struct vgpu_group, name), dimension)};
        MEMBER(VGPU_CC_ENQUEUED_LOCAL_SIZE, enqueued_local_size)
        MEMBER(VGPU_CC_GLOBAL_SIZE, global_size)
        MEMBER(VGPU_CC_NUM_GROUPS, num_groups)
        MEMBER(VGPU_CC_GLOBAL_OFFSET, global_offset)
#undef MEMBER
    case VGPU_CC_WORK_DIM:
        return (struct id){.scalar =
                               vgpu_cc_load_at(row->module, row->start, row->module->i32,
                                               parameter(row, VGPU_CC_ROW_GROUP),
                                               offsetof(struct vgpu_group, work_dim))};
    case VGPU_CC_SUB_GROUP_ID:
    case VGPU_CC_SUB_GROUP_LOCAL_ID:
        return sub_group_id(row, pseudo == VGPU_CC_SUB_GROUP_LOCAL_ID);
    case VGPU_CC_LOCAL_MEMORY:
        return (struct id){
            .scalar = pointer_member(row, offsetof(struct vgpu_group, local_memory))};
    case VGPU_CC_VARIABLES:
        return (struct id){
            .scalar = vgpu_cc_links_member(row->module, row->start,
                                           offsetof(struct vgpu_code_links, variables))};
    default:
        return (struct id){0};
    }
}

void vgpu_cc_places_make(struct vgpu_cc_row *row)
{
    struct id known[VGPU_CC_PRINTF + 1][3];

    memset(known, 0, sizeof known);
    for (int b = 0; b < row->graph.num_blocks; b++)
        for (LLVMValueRef i = LLVMGetFirstInstruction(row->graph.blocks[b].block); i;
             i = LLVMGetNextInstruction(i)) {
            unsigned dimension = 0;
            const enum vgpu_cc_pseudo pseudo = vgpu_cc_pseudo_of(i, &dimension);
            struct vgpu_cc_value *value;
            struct id *id;

            if (pseudo == VGPU_CC_NOT_PSEUDO || pseudo >= VGPU_CC_BARRIER)
                continue;
            id = &known[pseudo][dimension];
            if (!id->scalar && !id->vector)
                *id = compute(row, pseudo, dimension);
            value = vgpu_cc_value(row, i);
            value->scalar = id->scalar;
            if (id->vector) {
                value->parts = vgpu_cc_parts(row, i);
                value->parts[0] = id->vector;
            }
            value->scalar_epoch = value->parts_epoch = VGPU_CC_ANY_EPOCH;
        }
}
