/* SPDX-License-Identifier: MIT */
/* Private variables that stay in memory, most of them arrays. Where all accesses are to
 * elements of one size, element i of all items lies side by side, so that items which
 * read the same element make one wide access. Other variables lie one after the other. */
#include "lockstep/access.h"
#include "lockstep/address.h"

#include <string.h>

#define MAX_COPIED   256 /* elements that memcpy or memset may move one by one */
#define MEMORY_ALIGN 64u

struct vgpu_cc_private {
    LLVMValueRef variable; /* the kernel's alloca */
    LLVMValueRef memory;
    size_t element_size; /* 0: the variables lie one after the other */
};

struct vgpu_cc_privates {
    struct vgpu_cc_index index;
    struct vgpu_cc_private *rows;
    int count;
};

static LLVMValueRef root_of(LLVMValueRef pointer)
{
    while (LLVMIsAGetElementPtrInst(pointer))
        pointer = LLVMGetOperand(pointer, 0);
    return LLVMIsAAllocaInst(pointer) ? pointer : NULL;
}

/* The interleaved variable that the pointer leads into, or NULL. */
static const struct vgpu_cc_private *find(const struct vgpu_cc_row *row,
                                          LLVMValueRef pointer)
{
    LLVMValueRef root = root_of(pointer);
    const int at =
        root && row->privates ? vgpu_cc_index_get(&row->privates->index, root) : -1;

    if (at < 0 || row->privates->rows[at].element_size == 0)
        return NULL;
    return &row->privates->rows[at];
}

/* ---- which variables are interleaved */

static bool takes_element(struct vgpu_cc_row *row, size_t *element_size, LLVMTypeRef type)
{
    LLVMTypeRef element = vgpu_cc_component_type(type, 0);
    size_t size;

    if (LLVMGetTypeKind(type) == LLVMStructTypeKind || !vgpu_cc_is_plain_element(element))
        return false;
    size = (size_t)LLVMABISizeOfType(row->module->layout, element);
    if (*element_size == 0)
        *element_size = size;
    return *element_size == size;
}

static LLVMValueRef copied_bytes(LLVMValueRef call)
{
    LLVMValueRef callee = LLVMGetCalledValue(call);
    size_t length;
    const char *name;

    if (!LLVMIsAFunction(callee))
        return NULL;
    name = LLVMGetValueName2(callee, &length);
    if (strncmp(name, "llvm.memcpy.", 12) != 0 && strncmp(name, "llvm.memset.", 12) != 0)
        return NULL;
    return LLVMIsAConstantInt(LLVMGetOperand(call, 2)) &&
                   LLVMConstIntGetZExtValue(LLVMGetOperand(call, 3)) == 0
               ? LLVMGetOperand(call, 2)
               : NULL;
}

static bool is_set(LLVMValueRef call)
{
    return LLVMGetTypeKind(LLVMTypeOf(LLVMGetOperand(call, 1))) == LLVMIntegerTypeKind;
}

static bool is_marker(LLVMValueRef call)
{
    LLVMValueRef callee = LLVMGetCalledValue(call);
    size_t length;

    return LLVMIsAFunction(callee) &&
           (strncmp(LLVMGetValueName2(callee, &length), "llvm.lifetime.", 14) == 0 ||
            strncmp(LLVMGetValueName2(callee, &length), "llvm.dbg.", 9) == 0);
}

/* Sizes that copies and steps must be multiples of are checked when the element's is
 * known: *granule is their greatest common divisor. */
static void divide(size_t *granule, size_t by)
{
    while (by != 0) {
        const size_t rest = *granule % by;

        *granule = by;
        by = rest;
    }
}

static void measure_steps(struct vgpu_cc_row *row, LLVMValueRef address, size_t *granule)
{
    struct vgpu_cc_address_steps steps =
        vgpu_cc_address_steps(row->module->layout, address);
    struct vgpu_cc_address_step step;

    while (vgpu_cc_next_step(&steps, &step)) {
        size_t times = 1;

        if (step.index && LLVMIsAConstantInt(step.index)) {
            const long long at = LLVMConstIntGetSExtValue(step.index);

            times = (size_t)(at < 0 ? -at : at);
        }
        divide(granule, (size_t)step.bytes * times);
    }
}

static bool suits(struct vgpu_cc_row *row, LLVMValueRef pointer, size_t *element_size,
                  size_t *granule)
{
    for (LLVMUseRef use = LLVMGetFirstUse(pointer); use; use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use), bytes;

        switch (LLVMGetInstructionOpcode(user)) {
        case LLVMGetElementPtr:
            if (LLVMGetTypeKind(LLVMTypeOf(user)) != LLVMPointerTypeKind)
                return false;
            measure_steps(row, user, granule);
            if (!suits(row, user, element_size, granule))
                return false;
            break;
        case LLVMLoad:
            if (LLVMGetVolatile(user) ||
                LLVMGetOrdering(user) != LLVMAtomicOrderingNotAtomic ||
                !takes_element(row, element_size, LLVMTypeOf(user)))
                return false;
            break;
        case LLVMStore:
            if (LLVMGetOperand(user, 0) == pointer || LLVMGetVolatile(user) ||
                LLVMGetOrdering(user) != LLVMAtomicOrderingNotAtomic ||
                !takes_element(row, element_size, LLVMTypeOf(LLVMGetOperand(user, 0))))
                return false;
            break;
        case LLVMCall:
            if (is_marker(user))
                break;
            bytes = copied_bytes(user);
            if (!bytes)
                return false;
            divide(granule, (size_t)LLVMConstIntGetZExtValue(bytes));
            break;
        default:
            return false;
        }
    }
    return true;
}

/* Copies of more elements than are worth moving one by one. */
static bool copies_much(LLVMValueRef pointer, size_t element_size)
{
    for (LLVMUseRef use = LLVMGetFirstUse(pointer); use; use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);

        if (LLVMIsACallInst(user) && copied_bytes(user) &&
            LLVMConstIntGetZExtValue(copied_bytes(user)) / element_size > MAX_COPIED)
            return true;
        if (LLVMIsAGetElementPtrInst(user) && copies_much(user, element_size))
            return true;
    }
    return false;
}

static size_t choose_element(struct vgpu_cc_row *row, LLVMValueRef variable)
{
    size_t element_size = 0, granule;

    if (LLVMGetTypeKind(LLVMGetAllocatedType(variable)) == LLVMPointerTypeKind)
        return 0;
    granule = vgpu_cc_private_size(row->module->layout, variable);
    if (!suits(row, variable, &element_size, &granule) || element_size == 0 ||
        granule % element_size != 0 || copies_much(variable, element_size))
        return 0;
    return element_size;
}

static void make(struct vgpu_cc_row *row, LLVMValueRef variable)
{
    const size_t size = vgpu_cc_private_size(row->module->layout, variable);
    struct vgpu_cc_private *const private = &row->privates->rows[row->privates->count];
    struct vgpu_cc_value *const value = vgpu_cc_value(row, variable);
    const size_t align = LLVMGetAlignment(variable);

    private->variable = variable;
    private->element_size = row->width > 1 ? choose_element(row, variable) : 0;
    private->memory = vgpu_cc_slot(
        row, LLVMArrayType(row->module->i8, (unsigned)(size * row->width)), "private");
    LLVMSetAlignment(private->memory, row->width > 1 && align < MEMORY_ALIGN
                                          ? MEMORY_ALIGN
                                          : (unsigned)align);
    vgpu_cc_index_set(&row->privates->index, variable, row->privates->count++);
    value->scalar = private->memory;
    value->scalar_epoch = VGPU_CC_ANY_EPOCH;
}

void vgpu_cc_privates_make(struct vgpu_cc_row *row)
{
    int count = 0;

    row->privates = vgpu_cc_pool_alloc(row->pool, 1, sizeof *row->privates);
    row->privates->index.pool = row->pool;
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1)
            row->privates->rows =
                vgpu_cc_pool_alloc(row->pool, (size_t)count, sizeof *row->privates->rows);
        for (int b = 0; b < row->graph.num_blocks; b++)
            for (LLVMValueRef i = LLVMGetFirstInstruction(row->graph.blocks[b].block); i;
                 i = LLVMGetNextInstruction(i)) {
                if (!LLVMIsAAllocaInst(i))
                    continue;
                if (!LLVMIsAConstantInt(LLVMGetOperand(i, 0)))
                    vgpu_cc_refuse(row, "it has an array of variable length");
                else if (pass == 1)
                    make(row, i);
                count += pass == 0;
            }
    }
}

/* ---- accesses */

/* Where in the variable: elements that all items have in common, and each item's own
 * (NULL: none). */
struct place {
    LLVMValueRef common, own;
};

static LLVMValueRef add(struct vgpu_cc_row *row, LLVMValueRef a, LLVMValueRef b)
{
    return a ? LLVMBuildAdd(row->at, a, b, "") : b;
}

static void add_step(struct vgpu_cc_row *row, struct place *place, LLVMValueRef index,
                     size_t elements)
{
    if (vgpu_cc_is_uniform(&row->shapes, index)) {
        LLVMValueRef step = LLVMBuildIntCast2(row->at, vgpu_cc_scalar(row, index),
                                              row->module->i64, 1, "");

        step = LLVMBuildMul(row->at, step, vgpu_cc_i64(row, elements), "");
        place->common = add(row, place->common, step);
    } else {
        LLVMValueRef step =
            LLVMBuildIntCast2(row->at, vgpu_cc_part(row, index, 0),
                              vgpu_cc_vector(row, row->module->i32), 1, "");

        step = LLVMBuildMul(row->at, step,
                            vgpu_cc_spread(row, vgpu_cc_i32(row, elements)), "");
        place->own = add(row, place->own, step);
    }
}

static void locate(struct vgpu_cc_row *row, const struct vgpu_cc_private *private,
                   LLVMValueRef pointer, struct place *place)
{
    const int64_t size = (int64_t) private->element_size;
    struct vgpu_cc_address_steps steps;
    struct vgpu_cc_address_step step;

    if (pointer == private->variable) {
        place->common = vgpu_cc_i64(row, 0);
        return;
    }
    locate(row, private, LLVMGetOperand(pointer, 0), place);
    steps = vgpu_cc_address_steps(row->module->layout, pointer);
    while (vgpu_cc_next_step(&steps, &step)) {
        int64_t bytes = (int64_t)step.bytes;

        if (step.index && !LLVMIsAConstantInt(step.index)) {
            add_step(row, place, step.index, (size_t)(bytes / size));
            continue;
        }
        /* A step of an odd number of bytes has a constant index that makes it whole. */
        if (step.index)
            bytes = (int64_t)((uint64_t)bytes *
                              (uint64_t)LLVMConstIntGetSExtValue(step.index));
        place->common =
            add(row, place->common, vgpu_cc_i64(row, (uint64_t)(bytes / size)));
    }
}

/* The address of an element of all items, or the addresses of each item's own. */
static LLVMValueRef element_address(struct vgpu_cc_row *row,
                                    const struct vgpu_cc_private *private,
                                    const struct place *place, LLVMTypeRef element,
                                    unsigned offset)
{
    LLVMValueRef index =
        LLVMBuildAdd(row->at, place->common, vgpu_cc_i64(row, offset), "");
    LLVMValueRef base, own;

    index = LLVMBuildMul(row->at, index, vgpu_cc_i64(row, row->width), "");
    base = LLVMBuildGEP2(row->at, element, private->memory, &index, 1, "");
    if (!place->own)
        return base;
    own = LLVMBuildMul(row->at, place->own,
                       vgpu_cc_spread(row, vgpu_cc_i32(row, row->width)), "");
    own = LLVMBuildAdd(row->at, own, row->lanes32, "");
    return LLVMBuildGEP2(row->at, element, base, &own, 1, "");
}

static LLVMValueRef load_element(struct vgpu_cc_row *row,
                                 const struct vgpu_cc_private *private,
                                 const struct place *place, LLVMTypeRef element,
                                 unsigned offset)
{
    LLVMValueRef address = element_address(row, private, place, element, offset);

    if (place->own)
        return vgpu_cc_gather(row, element, address, (unsigned)private->element_size,
                              row->mask);
    return vgpu_cc_load_wide(row, element, row->width, address,
                             (unsigned)private->element_size, NULL);
}

static void store_element(struct vgpu_cc_row *row, const struct vgpu_cc_private *private,
                          const struct place *place, LLVMValueRef value, unsigned offset)
{
    LLVMTypeRef element = LLVMGetElementType(LLVMTypeOf(value));
    const unsigned align = (unsigned)private->element_size;
    LLVMValueRef address = element_address(row, private, place, element, offset);

    if (place->own) {
        vgpu_cc_scatter(row, value, address, align, row->mask);
        return;
    }
    /* Not a masked store, so that an array can still become registers. */
    if (row->mask)
        value = LLVMBuildSelect(
            row->at, row->mask, value,
            vgpu_cc_load_wide(row, element, row->width, address, align, NULL), "");
    vgpu_cc_store_wide(row, value, address, align, NULL);
}

static void emit_load(struct vgpu_cc_row *row, const struct vgpu_cc_private *private,
                      LLVMValueRef load)
{
    LLVMTypeRef type = LLVMTypeOf(load);
    LLVMValueRef *const parts = vgpu_cc_parts(row, load);
    struct place place = {0};

    locate(row, private, LLVMGetOperand(load, 0), &place);
    for (unsigned i = 0; i < vgpu_cc_components(type); i++)
        parts[i] = load_element(row, private, &place, vgpu_cc_component_type(type, i), i);
    vgpu_cc_define(row, load, NULL, parts);
}

static void emit_store(struct vgpu_cc_row *row, const struct vgpu_cc_private *private,
                       LLVMValueRef store)
{
    LLVMValueRef value = LLVMGetOperand(store, 0);
    struct place place = {0};

    locate(row, private, LLVMGetOperand(store, 1), &place);
    for (unsigned i = 0; i < vgpu_cc_components(LLVMTypeOf(value)); i++)
        store_element(row, private, &place, vgpu_cc_part(row, value, i), i);
}

/* ---- copies: one side at least is interleaved */

struct side {
    const struct vgpu_cc_private *private; /* or NULL: */
    LLVMValueRef address;                  /* one of all items, or a vector */
    bool is_common;
    struct place place;
};

static struct side side_of(struct vgpu_cc_row *row, LLVMValueRef pointer)
{
    struct side side = {.private = find(row, pointer)};

    if (side.private) {
        locate(row, side.private, pointer, &side.place);
    } else {
        side.is_common = vgpu_cc_is_uniform(&row->shapes, pointer);
        side.address = side.is_common ? vgpu_cc_scalar(row, pointer)
                                      : vgpu_cc_addresses(row, pointer);
    }
    return side;
}

static LLVMValueRef load_side(struct vgpu_cc_row *row, const struct side *side,
                              LLVMTypeRef element, unsigned offset)
{
    LLVMValueRef index = vgpu_cc_i64(row, offset), address, load;

    if (side->private)
        return load_element(row, side->private, &side->place, element, offset);
    address = LLVMBuildGEP2(row->at, element, side->address, &index, 1, "");
    if (!side->is_common)
        return vgpu_cc_gather(row, element, address, 1, row->mask);
    load = LLVMBuildLoad2(row->at, element, address, "");
    LLVMSetAlignment(load, 1);
    return vgpu_cc_spread(row, load);
}

static void store_side(struct vgpu_cc_row *row, const struct side *side,
                       LLVMValueRef value, unsigned offset)
{
    LLVMTypeRef element = LLVMGetElementType(LLVMTypeOf(value));
    LLVMValueRef index = vgpu_cc_i64(row, offset), address, last;

    if (side->private) {
        store_element(row, side->private, &side->place, value, offset);
        return;
    }
    address = LLVMBuildGEP2(row->at, element, side->address, &index, 1, "");
    if (!side->is_common) {
        vgpu_cc_scatter(row, value, address, 1, row->mask);
        return;
    }
    last = LLVMBuildExtractElement(row->at, value, vgpu_cc_mask_last(row, row->mask), "");
    LLVMSetAlignment(LLVMBuildStore(row->at, last, address), 1);
}

/* The byte, in every byte of an element. */
static LLVMValueRef repeated(struct vgpu_cc_row *row, LLVMValueRef byte,
                             LLVMTypeRef element)
{
    const LLVMTypeRef type = vgpu_cc_vector(row, element);
    LLVMValueRef wide = LLVMBuildZExt(row->at, vgpu_cc_part(row, byte, 0), type, "");
    LLVMValueRef ones = LLVMConstInt(element, UINT64_C(0x0101010101010101), 0);

    return LLVMBuildMul(row->at, wide, vgpu_cc_spread(row, ones), "");
}

static bool emit_copy(struct vgpu_cc_row *row, LLVMValueRef call)
{
    LLVMValueRef bytes = copied_bytes(call);
    const struct vgpu_cc_private *const to =
        bytes ? find(row, LLVMGetOperand(call, 0)) : NULL;
    const struct vgpu_cc_private *const from =
        bytes && !is_set(call) ? find(row, LLVMGetOperand(call, 1)) : NULL;
    size_t size;
    struct side target, source = {0};
    LLVMTypeRef element;

    if (!to && !from)
        return false;
    size = to ? to->element_size : from->element_size;
    if (to && from && to->element_size != from->element_size) {
        vgpu_cc_refuse(row, "it copies between arrays of different elements");
        return true;
    }
    element = LLVMIntTypeInContext(row->module->context, (unsigned)size * 8);
    target = side_of(row, LLVMGetOperand(call, 0));
    if (!is_set(call))
        source = side_of(row, LLVMGetOperand(call, 1));
    for (unsigned i = 0; i < LLVMConstIntGetZExtValue(bytes) / size; i++)
        store_side(row, &target,
                   is_set(call) ? repeated(row, LLVMGetOperand(call, 1), element)
                                : load_side(row, &source, element, i),
                   i);
    return true;
}

bool vgpu_cc_emit_private(struct vgpu_cc_row *row, LLVMValueRef instruction)
{
    const struct vgpu_cc_private *private;

    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMAlloca:
        return true;
    case LLVMGetElementPtr:
        return find(row, instruction) != NULL;
    case LLVMLoad:
        private
        = find(row, LLVMGetOperand(instruction, 0));
        if (private)
            emit_load(row, private, instruction);
        return private != NULL;
    case LLVMStore:
        private
        = find(row, LLVMGetOperand(instruction, 1));
        if (private)
            emit_store(row, private, instruction);
        return private != NULL;
    case LLVMCall:
        return emit_copy(row, instruction);
    default:
        return false;
    }
}
