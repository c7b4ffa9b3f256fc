/* SPDX-License-Identifier: MIT */
/* Loads, stores and addresses. Items whose addresses lie side by side get one wide
 * access; vectors of theirs one that is taken apart; else each item's element is
 * gathered. */
#include "lockstep/access.h"
#include "lockstep/even.h"
#include "lockstep/flag.h"
#include "lockstep/plane.h"

#include <limits.h>

#define MAX_INTERLEAVING 8   /* elements between neighbours in one wide access */
#define MOST_INTERLEAVED 128 /* elements of one, in traced code, whose rows are long */

/* The vector of addresses that getelementptr gives; a uniform base stays a scalar, which
 * is how the back end likes it. */
static LLVMValueRef address_vector(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    const int count = LLVMGetNumOperands(instruction);
    LLVMValueRef *const operands =
        vgpu_cc_pool_alloc(row->pool, (size_t)count, sizeof *operands);

    for (int i = 0; i < count; i++) {
        LLVMValueRef operand = LLVMGetOperand(instruction, (unsigned)i);

        if (vgpu_cc_is_uniform(&row->shapes, operand))
            operands[i] = vgpu_cc_scalar(row, operand);
        else
            operands[i] =
                i == 0 ? vgpu_cc_addresses(row, operand) : vgpu_cc_part(row, operand, 0);
    }
    return LLVMBuildGEP2(row->at, LLVMGetGEPSourceElementType(instruction), operands[0],
                         operands + 1, (unsigned)count - 1, "");
}

LLVMValueRef vgpu_cc_addresses(struct vgpu_cc_row *row, LLVMValueRef pointer)
{
    const struct vgpu_cc_shape shape = vgpu_cc_shape(row, pointer);

    if (LLVMIsAGetElementPtrInst(pointer) &&
        (shape.kind == VGPU_CC_VARYING ||
         (shape.kind == VGPU_CC_STRIDED && !shape.is_exact)))
        return address_vector(row, pointer);
    return vgpu_cc_part(row, pointer, 0);
}

/* The first item's address; what is known of it in bounds is known of items that are
 * there. */
static LLVMValueRef base_address(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    const int count = LLVMGetNumOperands(instruction);
    LLVMValueRef *const operands =
        vgpu_cc_pool_alloc(row->pool, (size_t)count, sizeof *operands);

    for (int i = 0; i < count; i++)
        operands[i] = vgpu_cc_scalar(row, LLVMGetOperand(instruction, (unsigned)i));
    return LLVMBuildGEP2(row->at, LLVMGetGEPSourceElementType(instruction), operands[0],
                         operands + 1, (unsigned)count - 1, "");
}

void vgpu_cc_emit_address(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    const struct vgpu_cc_shape shape = vgpu_cc_shape(row, instruction);
    LLVMValueRef base = NULL, *parts = NULL;

    if (LLVMGetTypeKind(LLVMTypeOf(instruction)) == LLVMVectorTypeKind) {
        vgpu_cc_refuse(row, "it computes vectors of addresses");
        return;
    }
    if (shape.kind == VGPU_CC_STRIDED)
        base = base_address(row, instruction);
    if (shape.kind == VGPU_CC_VARYING || !shape.is_exact) {
        parts = vgpu_cc_parts(row, instruction);
        parts[0] = address_vector(row, instruction);
    }
    vgpu_cc_define(row, instruction, base, parts);
}

bool vgpu_cc_is_plain_element(LLVMTypeRef type)
{
    unsigned long long bits;

    switch (LLVMGetTypeKind(type)) {
    case LLVMIntegerTypeKind:
        bits = LLVMGetIntTypeWidth(type);
        return bits == 8 || bits == 16 || bits == 32 || bits == 64;
    case LLVMHalfTypeKind:
    case LLVMFloatTypeKind:
    case LLVMDoubleTypeKind:
    case LLVMPointerTypeKind:
        return true;
    default:
        return false;
    }
}

/* ---- access.h: `count` elements from one address on, those of the mask */

/* What items read that do not. Of those that a watcher holds back it matters. */
static LLVMValueRef absent(const struct vgpu_cc_row *row, LLVMTypeRef type)
{
    return row->plan->is_traced ? LLVMConstNull(type) : LLVMGetPoison(type);
}

LLVMValueRef vgpu_cc_load_wide(struct vgpu_cc_row *row, LLVMTypeRef element,
                               unsigned count, LLVMValueRef base, unsigned alignment,
                               LLVMValueRef mask)
{
    LLVMTypeRef type = LLVMVectorType(element, count);
    LLVMTypeRef overloads[2] = {type, row->module->ptr};
    LLVMValueRef args[4];

    if (!mask) {
        LLVMValueRef load = LLVMBuildLoad2(row->at, type, base, "");

        LLVMSetAlignment(load, alignment);
        return load;
    }
    args[0] = base;
    args[1] = vgpu_cc_i32(row, alignment);
    args[2] = mask;
    args[3] = absent(row, type);
    return vgpu_cc_intrinsic(row, "llvm.masked.load", overloads, 2, args, 4);
}

void vgpu_cc_store_wide(struct vgpu_cc_row *row, LLVMValueRef value, LLVMValueRef base,
                        unsigned alignment, LLVMValueRef mask)
{
    LLVMTypeRef overloads[2] = {LLVMTypeOf(value), row->module->ptr};
    LLVMValueRef args[4];

    if (!mask) {
        LLVMSetAlignment(LLVMBuildStore(row->at, value, base), alignment);
        return;
    }
    args[0] = value;
    args[1] = base;
    args[2] = vgpu_cc_i32(row, alignment);
    args[3] = mask;
    vgpu_cc_intrinsic(row, "llvm.masked.store", overloads, 2, args, 4);
}

LLVMValueRef vgpu_cc_gather(struct vgpu_cc_row *row, LLVMTypeRef element,
                            LLVMValueRef addresses, unsigned alignment, LLVMValueRef mask)
{
    LLVMTypeRef type = vgpu_cc_vector(row, element);
    LLVMTypeRef overloads[2] = {type, LLVMTypeOf(addresses)};
    LLVMValueRef args[4] = {addresses, vgpu_cc_i32(row, alignment),
                            mask ? mask : vgpu_cc_all(row), absent(row, type)};

    return vgpu_cc_intrinsic(row, "llvm.masked.gather", overloads, 2, args, 4);
}

void vgpu_cc_scatter(struct vgpu_cc_row *row, LLVMValueRef value, LLVMValueRef addresses,
                     unsigned alignment, LLVMValueRef mask)
{
    LLVMTypeRef overloads[2] = {LLVMTypeOf(value), LLVMTypeOf(addresses)};
    LLVMValueRef args[4] = {value, addresses, vgpu_cc_i32(row, alignment),
                            mask ? mask : vgpu_cc_all(row)};

    vgpu_cc_intrinsic(row, "llvm.masked.scatter", overloads, 2, args, 4);
}

/* ---- accesses by shape */

/* What one load or store moves. */
struct access {
    LLVMTypeRef type, element;
    unsigned components;
    LLVMValueRef pointer;
    LLVMBasicBlockRef block; /* of the kernel */
    unsigned alignment, element_alignment;
    size_t element_size;
    int64_t stride; /* of a strided pointer, in elements; 0 where it is no multiple */
    struct vgpu_cc_shape shape;
};

static struct access describe(struct vgpu_cc_row *row, LLVMValueRef instruction,
                              LLVMTypeRef type, LLVMValueRef pointer)
{
    struct access access = {.type = type,
                            .element = vgpu_cc_component_type(type, 0),
                            .components = vgpu_cc_components(type),
                            .pointer = pointer,
                            .block = LLVMGetInstructionParent(instruction),
                            .alignment = LLVMGetAlignment(instruction),
                            .shape = vgpu_cc_shape(row, pointer)};

    access.element_size = (size_t)LLVMABISizeOfType(row->module->layout, access.element);
    access.element_alignment = access.alignment < access.element_size
                                   ? access.alignment
                                   : (unsigned)access.element_size;
    if (access.shape.kind == VGPU_CC_STRIDED &&
        access.shape.stride % (int64_t)access.element_size == 0)
        access.stride = access.shape.stride / (int64_t)access.element_size;
    return access;
}

/* The mask of elements in a wide access with `stride` elements per item, of which the
 * first `components` are wanted; NULL: all. */
static LLVMValueRef spread_mask(struct vgpu_cc_row *row, unsigned stride,
                                unsigned components)
{
    const unsigned count = row->width * stride;
    LLVMValueRef wanted[VGPU_CC_MAX_WIDTH * MAX_INTERLEAVING], spread;

    if (!row->mask && stride == components)
        return NULL;
    for (unsigned i = 0; i < count; i++)
        wanted[i] = row->mask ? vgpu_cc_i32(row, i / stride)
                              : LLVMConstInt(row->module->i1, i % stride < components, 0);
    if (!row->mask)
        return LLVMConstVector(wanted, count);
    if (stride == 1)
        return row->mask;
    spread =
        LLVMBuildShuffleVector(row->at, row->mask, LLVMGetPoison(LLVMTypeOf(row->mask)),
                               LLVMConstVector(wanted, count), "");
    if (stride == components)
        return spread;
    for (unsigned i = 0; i < count; i++)
        wanted[i] = LLVMConstInt(row->module->i1, i % stride < components, 0);
    return LLVMBuildAnd(row->at, spread, LLVMConstVector(wanted, count), "");
}

/* first, first + step, ... as a shuffle of `count` elements. */
static LLVMValueRef shuffle(struct vgpu_cc_row *row, LLVMValueRef vector, int first,
                            int step, unsigned count)
{
    LLVMValueRef indices[VGPU_CC_MAX_WIDTH];

    for (unsigned i = 0; i < count; i++)
        indices[i] = vgpu_cc_i32(row, (uint64_t)(first + (int)i * step));
    return LLVMBuildShuffleVector(row->at, vector, LLVMGetPoison(LLVMTypeOf(vector)),
                                  LLVMConstVector(indices, count), "");
}

/* Where the first item's element is the last in memory. */
static LLVMValueRef lowest(struct vgpu_cc_row *row, const struct access *access,
                           LLVMValueRef base)
{
    LLVMValueRef back =
        vgpu_cc_i64(row, (uint64_t)(-(int64_t)(access->element_size * (row->width - 1))));

    return LLVMBuildGEP2(row->at, row->module->i8, base, &back, 1, "");
}

static LLVMValueRef reversed(struct vgpu_cc_row *row, LLVMValueRef vector)
{
    return shuffle(row, vector, (int)row->width - 1, -1, row->width);
}

static bool is_backward(const struct access *access)
{
    return access->stride == -1 && access->components == 1;
}

static bool is_interleaved(const struct vgpu_cc_row *row, const struct access *access)
{
    return access->stride >= (int64_t)access->components &&
           access->stride <= MAX_INTERLEAVING &&
           (!row->plan->is_traced ||
            access->stride * (int64_t)row->width <= MOST_INTERLEAVED);
}

static void load_strided(struct vgpu_cc_row *row, const struct access *access,
                         LLVMValueRef base, LLVMValueRef *parts)
{
    LLVMValueRef wide;
    const unsigned stride = (unsigned)access->stride;

    if (is_backward(access)) {
        wide = vgpu_cc_load_wide(row, access->element, row->width,
                                 lowest(row, access, base), access->element_alignment,
                                 row->mask ? reversed(row, row->mask) : NULL);
        parts[0] = reversed(row, wide);
        return;
    }
    wide = vgpu_cc_load_wide(row, access->element, row->width * stride, base,
                             access->element_alignment,
                             spread_mask(row, stride, access->components));
    for (unsigned i = 0; i < access->components; i++)
        parts[i] =
            stride == 1 ? wide : shuffle(row, wide, (int)i, (int)stride, row->width);
}

/* The address of one component of each item. */
static LLVMValueRef component_addresses(struct vgpu_cc_row *row,
                                        const struct access *access,
                                        LLVMValueRef addresses, unsigned component)
{
    LLVMValueRef index = vgpu_cc_i64(row, component);

    return component == 0
               ? addresses
               : LLVMBuildGEP2(row->at, access->element, addresses, &index, 1, "");
}

/* Elements far from each other are better loaded one by one: more of them are under way
 * at a time than of a gather. */
static LLVMValueRef load_each(struct vgpu_cc_row *row, LLVMTypeRef element,
                              LLVMValueRef pointer, unsigned alignment)
{
    LLVMValueRef vector = LLVMGetPoison(vgpu_cc_vector(row, element));

    for (unsigned i = 0; i < row->width; i++) {
        LLVMValueRef load =
            LLVMBuildLoad2(row->at, element, vgpu_cc_of_item(row, pointer, i), "");

        LLVMSetAlignment(load, alignment);
        vector = LLVMBuildInsertElement(row->at, vector, load, vgpu_cc_i32(row, i), "");
    }
    return vector;
}

static void gather_components(struct vgpu_cc_row *row, const struct access *access,
                              LLVMValueRef addresses, LLVMValueRef *parts)
{
    for (unsigned i = 0; i < access->components; i++)
        parts[i] = vgpu_cc_gather(row, access->element,
                                  component_addresses(row, access, addresses, i),
                                  access->element_alignment, row->mask);
}

static void load_gathered(struct vgpu_cc_row *row, const struct access *access,
                          LLVMValueRef *parts)
{
    if (!row->mask && access->components == 1 &&
        vgpu_cc_steps_evenly(row, access->pointer, access->block)) {
        parts[0] =
            load_each(row, access->element, access->pointer, access->element_alignment);
        return;
    }
    gather_components(row, access, vgpu_cc_addresses(row, access->pointer), parts);
}

/* ---- lines of traced rows, see plane.h */

/* One line of a row, as if it were a row. */
static struct vgpu_cc_row line_of(struct vgpu_cc_row *row, const struct access *access,
                                  const struct vgpu_cc_plane *plane, unsigned line,
                                  LLVMValueRef *base_out)
{
    struct vgpu_cc_row one = *row;

    one.width = plane->line;
    if (row->mask)
        one.mask = shuffle(row, row->mask, (int)(line * plane->line), 1, plane->line);
    *base_out = vgpu_cc_plane_at(row, access->pointer, line * plane->line);
    return one;
}

/* The place that all of a line load from; where none of them is there, another. */
static LLVMValueRef load_common(struct vgpu_cc_row *line, const struct access *access,
                                LLVMValueRef base, unsigned component)
{
    LLVMValueRef index = vgpu_cc_i64(line, component), load;

    if (line->mask)
        base = LLVMBuildSelect(line->at, vgpu_cc_mask_any(line, line->mask), base,
                               vgpu_cc_nowhere(line), "");
    if (component > 0)
        base = LLVMBuildGEP2(line->at, access->element, base, &index, 1, "");
    load = LLVMBuildLoad2(line->at, access->element, base, "");
    LLVMSetAlignment(load, access->element_alignment);
    load = vgpu_cc_spread(line, load);
    return line->mask ? LLVMBuildSelect(line->at, line->mask, load,
                                        absent(line, LLVMTypeOf(load)), "")
                      : load;
}

static LLVMValueRef joined(struct vgpu_cc_row *row, LLVMValueRef *vectors, unsigned count)
{
    unsigned length = LLVMGetVectorSize(LLVMTypeOf(vectors[0]));
    LLVMValueRef indices[VGPU_CC_MAX_WIDTH];

    for (; count > 1; count /= 2, length *= 2) {
        for (unsigned i = 0; i < 2 * length; i++)
            indices[i] = vgpu_cc_i32(row, i);
        for (unsigned i = 0; i < count / 2; i++)
            vectors[i] =
                LLVMBuildShuffleVector(row->at, vectors[2 * i], vectors[2 * i + 1],
                                       LLVMConstVector(indices, 2 * length), "");
    }
    return vectors[0];
}

/* The access has lines that one wide access can do, or, `or_common`, one element. */
static bool find_lines(struct vgpu_cc_row *row, struct access *access, bool or_common,
                       struct vgpu_cc_plane *plane_out)
{
    struct vgpu_cc_row line = *row;

    if (!vgpu_cc_has_lines(&row->geometry) ||
        !vgpu_cc_plane_of(row, access->pointer, access->block, plane_out) ||
        !plane_out->is_known || plane_out->step % (int64_t)access->element_size != 0)
        return false;
    line.width = plane_out->line;
    access->stride = plane_out->step / (int64_t)access->element_size;
    return (or_common && access->stride == 0) || is_backward(access) ||
           is_interleaved(&line, access);
}

static bool load_lines(struct vgpu_cc_row *row, struct access access, LLVMValueRef *parts)
{
    LLVMValueRef *pieces[VGPU_CC_MAX_WIDTH], vectors[VGPU_CC_MAX_WIDTH], base;
    struct vgpu_cc_plane plane;

    if (!find_lines(row, &access, true, &plane))
        return false;
    vgpu_cc_nowhere(row);
    for (unsigned i = 0; i < plane.count; i++) {
        struct vgpu_cc_row line = line_of(row, &access, &plane, i, &base);

        pieces[i] = vgpu_cc_pool_alloc(row->pool, access.components, sizeof *pieces[i]);
        if (access.stride != 0)
            load_strided(&line, &access, base, pieces[i]);
        for (unsigned c = 0; access.stride == 0 && c < access.components; c++)
            pieces[i][c] = load_common(&line, &access, base, c);
    }
    for (unsigned c = 0; c < access.components; c++) {
        for (unsigned i = 0; i < plane.count; i++)
            vectors[i] = pieces[i][c];
        parts[c] = joined(row, vectors, plane.count);
    }
    return true;
}

/* All items that are there find their address where even steps from the first lead. */
static LLVMValueRef are_even(struct vgpu_cc_row *row, LLVMValueRef addresses,
                             LLVMValueRef base, int64_t stride)
{
    LLVMTypeRef type = vgpu_cc_vector(row, row->module->i64);
    LLVMValueRef first = LLVMBuildPtrToInt(row->at, base, row->module->i64, "");
    LLVMValueRef odd =
        LLVMBuildICmp(row->at, LLVMIntNE, LLVMBuildPtrToInt(row->at, addresses, type, ""),
                      vgpu_cc_ramp(row, first, stride), "");

    if (row->mask)
        odd = vgpu_cc_mask_and(row, row->mask, odd, false);
    return LLVMBuildNot(row->at, vgpu_cc_mask_any(row, odd), "");
}

/* A branch on whether a row lies evenly, which is seen when it runs. */
struct evenness {
    LLVMValueRef addresses, base; /* the first of them */
    LLVMBasicBlockRef even_block, odd_block, behind;
};

/* Where indices are clamped or run round, rows in the middle lie evenly. Code goes on
 * where they do, for an access that has its stride. False: they do not. */
static bool branch_on_evenness(struct vgpu_cc_row *row, struct access *access,
                               struct evenness *even_out)
{
    struct evenness *const even = even_out;
    int64_t stride;

    if (!vgpu_cc_is_mostly_even(row, access->pointer, &stride) ||
        stride % (int64_t)access->element_size != 0)
        return false;
    access->stride = stride / (int64_t)access->element_size;
    if (!is_backward(access) && !is_interleaved(row, access))
        return false;
    even->addresses = vgpu_cc_addresses(row, access->pointer);
    even->base =
        LLVMBuildExtractElement(row->at, even->addresses, vgpu_cc_i32(row, 0), "");
    even->even_block = vgpu_cc_block(row, "even");
    even->odd_block = vgpu_cc_block(row, "");
    even->behind = vgpu_cc_block(row, "");
    LLVMBuildCondBr(row->at, are_even(row, even->addresses, even->base, stride),
                    even->even_block, even->odd_block);
    LLVMPositionBuilderAtEnd(row->at, even->even_block);
    return true;
}

static bool load_perhaps_strided(struct vgpu_cc_row *row, struct access access,
                                 LLVMValueRef *parts)
{
    LLVMValueRef *const odd_parts =
        vgpu_cc_pool_alloc(row->pool, access.components, sizeof *odd_parts);
    LLVMBasicBlockRef blocks[2];
    struct evenness even;

    if (!branch_on_evenness(row, &access, &even))
        return false;
    load_strided(row, &access, even.base, parts);
    LLVMBuildBr(row->at, even.behind);
    LLVMPositionBuilderAtEnd(row->at, even.odd_block);
    gather_components(row, &access, even.addresses, odd_parts);
    LLVMBuildBr(row->at, even.behind);
    LLVMPositionBuilderAtEnd(row->at, even.behind);
    blocks[0] = even.even_block;
    blocks[1] = even.odd_block;
    for (unsigned i = 0; i < access.components; i++) {
        LLVMValueRef incoming[2] = {parts[i], odd_parts[i]};

        parts[i] = LLVMBuildPhi(row->at, LLVMTypeOf(incoming[0]), "");
        LLVMAddIncoming(parts[i], incoming, blocks, 2);
    }
    return true;
}

static bool is_simple(const struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    return row->is_alone || (!LLVMGetVolatile(instruction) &&
                             LLVMGetOrdering(instruction) == LLVMAtomicOrderingNotAtomic);
}

static void emit_load(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    const struct access access = describe(row, instruction, LLVMTypeOf(instruction),
                                          LLVMGetOperand(instruction, 0));
    LLVMValueRef *parts;

    if (!is_simple(row, instruction) || !vgpu_cc_is_plain_element(access.element) ||
        LLVMGetTypeKind(access.type) == LLVMStructTypeKind) {
        vgpu_cc_emit_serial(row, instruction);
        return;
    }
    parts = vgpu_cc_parts(row, instruction);
    if (is_backward(&access) || is_interleaved(row, &access))
        load_strided(row, &access, vgpu_cc_scalar(row, access.pointer), parts);
    else if (!load_lines(row, access, parts) && !load_perhaps_strided(row, access, parts))
        load_gathered(row, &access, parts);
    vgpu_cc_define(row, instruction, NULL, parts);
}

/* All items write to one place: the last that is there has the last word. Not by taking
 * the element out of the vector; see prepare.c on what LLVM makes of that in loops. */
static void store_last(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    LLVMValueRef value = LLVMGetOperand(instruction, 0);
    LLVMValueRef base = vgpu_cc_scalar(row, LLVMGetOperand(instruction, 1));
    LLVMValueRef last = vgpu_cc_spread(row, vgpu_cc_mask_last(row, row->mask));
    LLVMValueRef only = LLVMBuildICmp(row->at, LLVMIntEQ, row->lanes32, last, "");

    if (row->mask)
        only = LLVMBuildAnd(row->at, only, row->mask, "");
    for (unsigned i = 0; i < vgpu_cc_components(LLVMTypeOf(value)); i++) {
        LLVMValueRef part = vgpu_cc_part(row, value, i), index = vgpu_cc_i64(row, i);
        LLVMTypeRef type = LLVMTypeOf(part);
        LLVMValueRef args[3] = {
            part, LLVMBuildGEP2(row->at, LLVMGetElementType(type), base, &index, 1, ""),
            only};

        vgpu_cc_intrinsic(row, "llvm.masked.compressstore", &type, 1, args, 3);
    }
}

/* All components of all items in the order of memory; what lies between is poison. */
static LLVMValueRef interleave(struct vgpu_cc_row *row, LLVMValueRef *parts,
                               unsigned components, unsigned stride)
{
    LLVMValueRef pieces[MAX_INTERLEAVING], indices[VGPU_CC_MAX_WIDTH * MAX_INTERLEAVING];
    unsigned count = 1, length = row->width;

    while (count < components)
        count *= 2;
    for (unsigned i = 0; i < count; i++)
        pieces[i] = i < components ? parts[i] : LLVMGetPoison(LLVMTypeOf(parts[0]));
    for (; count > 1; count /= 2, length *= 2)
        for (unsigned i = 0; i < count / 2; i++) {
            for (unsigned k = 0; k < 2 * length; k++)
                indices[k] = vgpu_cc_i32(row, k);
            pieces[i] = LLVMBuildShuffleVector(row->at, pieces[2 * i], pieces[2 * i + 1],
                                               LLVMConstVector(indices, 2 * length), "");
        }
    for (unsigned k = 0; k < row->width * stride; k++)
        indices[k] = k % stride < components
                         ? vgpu_cc_i32(row, k % stride * row->width + k / stride)
                         : LLVMGetUndef(row->module->i32);
    return LLVMBuildShuffleVector(row->at, pieces[0],
                                  LLVMGetPoison(LLVMTypeOf(pieces[0])),
                                  LLVMConstVector(indices, row->width * stride), "");
}

static void store_strided(struct vgpu_cc_row *row, const struct access *access,
                          LLVMValueRef base, LLVMValueRef *parts)
{
    const unsigned stride = (unsigned)access->stride;
    LLVMValueRef wide = parts[0];

    if (is_backward(access)) {
        vgpu_cc_store_wide(row, reversed(row, wide), lowest(row, access, base),
                           access->element_alignment,
                           row->mask ? reversed(row, row->mask) : NULL);
        return;
    }
    if (stride > 1)
        wide = interleave(row, parts, access->components, stride);
    vgpu_cc_store_wide(row, wide, base, access->element_alignment,
                       spread_mask(row, stride, access->components));
}

static bool store_lines(struct vgpu_cc_row *row, struct access access,
                        LLVMValueRef *parts)
{
    LLVMValueRef *const pieces =
        vgpu_cc_pool_alloc(row->pool, access.components, sizeof *pieces);
    struct vgpu_cc_plane plane;
    LLVMValueRef base;

    if (!find_lines(row, &access, false, &plane))
        return false;
    for (unsigned i = 0; i < plane.count; i++) {
        struct vgpu_cc_row line = line_of(row, &access, &plane, i, &base);

        for (unsigned c = 0; c < access.components; c++)
            pieces[c] = shuffle(row, parts[c], (int)(i * plane.line), 1, plane.line);
        store_strided(&line, &access, base, pieces);
    }
    return true;
}

static void scatter_components(struct vgpu_cc_row *row, const struct access *access,
                               LLVMValueRef addresses, LLVMValueRef *parts)
{
    for (unsigned i = 0; i < access->components; i++)
        vgpu_cc_scatter(row, parts[i], component_addresses(row, access, addresses, i),
                        access->element_alignment, row->mask);
}

static bool store_perhaps_strided(struct vgpu_cc_row *row, struct access access,
                                  LLVMValueRef *parts)
{
    struct evenness even;

    if (!branch_on_evenness(row, &access, &even))
        return false;
    store_strided(row, &access, even.base, parts);
    LLVMBuildBr(row->at, even.behind);
    LLVMPositionBuilderAtEnd(row->at, even.odd_block);
    scatter_components(row, &access, even.addresses, parts);
    LLVMBuildBr(row->at, even.behind);
    LLVMPositionBuilderAtEnd(row->at, even.behind);
    return true;
}

static void emit_store(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    LLVMValueRef value = LLVMGetOperand(instruction, 0), *parts;
    const struct access access =
        describe(row, instruction, LLVMTypeOf(value), LLVMGetOperand(instruction, 1));

    if (!is_simple(row, instruction) || !vgpu_cc_is_plain_element(access.element) ||
        LLVMGetTypeKind(access.type) == LLVMStructTypeKind) {
        vgpu_cc_emit_serial(row, instruction);
        return;
    }
    if (access.shape.kind <= VGPU_CC_UNIFORM) {
        if (vgpu_cc_is_uniform(&row->shapes, value))
            vgpu_cc_emit_scalar(row, instruction);
        else
            store_last(row, instruction);
        return;
    }
    parts = vgpu_cc_pool_alloc(row->pool, access.components, sizeof *parts);
    for (unsigned i = 0; i < access.components; i++)
        parts[i] = vgpu_cc_part(row, value, i);
    if (is_backward(&access) || is_interleaved(row, &access)) {
        store_strided(row, &access, vgpu_cc_scalar(row, access.pointer), parts);
        return;
    }
    if (!store_lines(row, access, parts) && !store_perhaps_strided(row, access, parts))
        scatter_components(row, &access, vgpu_cc_addresses(row, access.pointer), parts);
}

bool vgpu_cc_emit_memory(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    if (vgpu_cc_emit_private(row, instruction))
        return true;
    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMLoad:
        emit_load(row, instruction);
        return true;
    case LLVMStore:
        emit_store(row, instruction);
        return true;
    case LLVMGetElementPtr:
        vgpu_cc_emit_address(row, instruction);
        return true;
    default:
        return false;
    }
}
