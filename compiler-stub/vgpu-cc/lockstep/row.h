/* SPDX-License-Identifier: MIT */
/* The row function that is being made of a kernel: it runs `width` items, from the start
 * or from behind a barrier to the next.
 *
 *   i32 row(ptr group, i64 group, i64 x, i64 y, i64 z, i64 count, ptr frame, i32 resume,
 *           ptr watcher, the kernel's arguments)
 *
 * `group` counts groups of dimension 0 from *group on; x, y, z is the first item's local
 * id (x counts items through all groups in VGPU_CC_RUN; is the local linear id in
 * VGPU_CC_FLAT); `count` items are there; `frame` keeps what lives across barriers.
 * `watcher` is what traced code hands on to its calls (traced_abi.h), else NULL.
 * Returns the number of the barrier at which the row waits, or 0.
 *
 * Values pass between blocks through allocas ("slots"), which later become registers. */
#ifndef VGPU_CC_ROW_H
#define VGPU_CC_ROW_H

#include "collective.h"
#include "lockstep/shape.h"

/* What stands for one instruction of the kernel. Of a uniform one a scalar; of a strided
 * one the first item's, and where it is not exact parts as well; else parts: a vector of
 * `width` elements for each component (element or member) of the instruction's type. */
struct vgpu_cc_value {
    LLVMValueRef scalar, *parts;
    int scalar_epoch, parts_epoch; /* in which they can be used; see epoch */
    struct vgpu_cc_slots {
        LLVMValueRef scalar, *parts;
    } slots,      /* what other blocks read */
        incoming; /* of a phi: what its block will read. Not the same: an edge back may be
                     stored before others have read the old value */
    bool crosses; /* is used in other blocks */
    LLVMValueRef passed; /* of an address that is checked: slot of the mask of items whose
                            access may take place */
};

#define VGPU_CC_ANY_EPOCH (-1) /* defined where the row begins */

/* Items that go the same way: blocks with real branches between them. */
struct vgpu_cc_flow;

struct vgpu_cc_row {
    struct vgpu_cc_module *module;
    const struct vgpu_cc_plan *plan;
    struct vgpu_cc_geometry geometry;
    struct vgpu_cc_graph graph;
    struct vgpu_cc_shapes shapes;
    struct vgpu_cc_pool *pool;
    unsigned width;
    bool walks_columns; /* see column.h */
    bool is_alone;      /* nothing else with atomics runs: they need not be atomic */

    LLVMValueRef function;
    LLVMBuilderRef slots;    /* at the end of the block of allocas */
    LLVMBuilderRef start;    /* at the end of what each call of the row computes anew */
    LLVMBuilderRef at;       /* where code is being written */
    LLVMValueRef *arguments; /* the kernel's, as scalars */
    struct vgpu_cc_value *values; /* by the shapes' index */
    int epoch;         /* of straight code: values found in it can be used again in it */
    LLVMValueRef mask; /* of the items that are there, <width x i1>, or NULL: all */
    LLVMValueRef lanes32; /* <0, 1, ... width - 1> */
    struct vgpu_cc_privates *privates;
    LLVMValueRef
        nowhere;         /* of traced code: memory for accesses that may not take place */
    const char *refusal; /* why the kernel cannot be done this way, or NULL */
};

/* Parameters of the row function. */
enum vgpu_cc_row_parameter {
    VGPU_CC_ROW_GROUP,
    VGPU_CC_ROW_GROUP_NUMBER,
    VGPU_CC_ROW_X,
    VGPU_CC_ROW_Y,
    VGPU_CC_ROW_Z,
    VGPU_CC_ROW_COUNT,
    VGPU_CC_ROW_FRAME,
    VGPU_CC_ROW_RESUME,
    VGPU_CC_ROW_WATCHER,
    VGPU_CC_ROW_PARAMETERS
};

/* ---- value.c: types, values, slots */

LLVMTypeRef vgpu_cc_vector(const struct vgpu_cc_row *row, LLVMTypeRef element);
unsigned vgpu_cc_components(LLVMTypeRef type);
LLVMTypeRef vgpu_cc_component_type(LLVMTypeRef type, unsigned component);
LLVMValueRef vgpu_cc_i32(const struct vgpu_cc_row *row, uint64_t value);
LLVMValueRef vgpu_cc_i64(const struct vgpu_cc_row *row, uint64_t value);
LLVMValueRef vgpu_cc_spread(struct vgpu_cc_row *row, LLVMValueRef scalar);
/* vgpu_cc_ramp - base, base + stride, ...: an integer, or a pointer and bytes. */
LLVMValueRef vgpu_cc_ramp(struct vgpu_cc_row *row, LLVMValueRef base, int64_t stride);
LLVMValueRef vgpu_cc_all(struct vgpu_cc_row *row); /* the full mask */
LLVMValueRef vgpu_cc_slot(struct vgpu_cc_row *row, LLVMTypeRef type, const char *name);
struct vgpu_cc_shape vgpu_cc_shape(const struct vgpu_cc_row *row, LLVMValueRef value);

/* The record of an instruction of the kernel. */
struct vgpu_cc_value *vgpu_cc_value(struct vgpu_cc_row *row, LLVMValueRef instruction);

/* vgpu_cc_scalar - the value of a uniform one, the first item's of a strided one.
 * vgpu_cc_part - one component of all items, whatever the shape. */
LLVMValueRef vgpu_cc_scalar(struct vgpu_cc_row *row, LLVMValueRef value);
LLVMValueRef vgpu_cc_part(struct vgpu_cc_row *row, LLVMValueRef value,
                          unsigned component);

/* vgpu_cc_define - what was found for the instruction: a scalar, parts, or both (NULL:
 * not that one); goes into its slots where others need it. */
void vgpu_cc_define(struct vgpu_cc_row *row, LLVMValueRef instruction,
                    LLVMValueRef scalar, LLVMValueRef *parts);

/* vgpu_cc_parts - room for an instruction's parts. */
LLVMValueRef *vgpu_cc_parts(struct vgpu_cc_row *row, LLVMValueRef instruction);

/* vgpu_cc_store_phi - stores what a phi gets along an edge: for all items, or for those
 * of the mask. vgpu_cc_load_phi - at its block. */
void vgpu_cc_store_phi(struct vgpu_cc_row *row, LLVMValueRef phi, LLVMValueRef incoming,
                       LLVMValueRef mask);
void vgpu_cc_load_phi(struct vgpu_cc_row *row, LLVMValueRef phi);

/* vgpu_cc_mark_crossing - finds which values are used outside their blocks. */
void vgpu_cc_mark_crossing(struct vgpu_cc_row *row);

/* vgpu_cc_refuse - the kernel cannot be vectorised; the first reason stays. */
void vgpu_cc_refuse(struct vgpu_cc_row *row, const char *reason);

/* ---- mask.c */

LLVMValueRef vgpu_cc_mask_and(struct vgpu_cc_row *row, LLVMValueRef mask,
                              LLVMValueRef condition, bool negated);
LLVMValueRef vgpu_cc_mask_any(struct vgpu_cc_row *row, LLVMValueRef mask);
/* The mask's bits as an integer of `width` bits. */
LLVMValueRef vgpu_cc_mask_bits(struct vgpu_cc_row *row, LLVMValueRef mask);
/* The number, i32, of the last item that is there. */
LLVMValueRef vgpu_cc_mask_last(struct vgpu_cc_row *row, LLVMValueRef mask);

static inline struct vgpu_cc_lanes vgpu_cc_lanes_of(const struct vgpu_cc_row *row)
{
    return (struct vgpu_cc_lanes){
        .module = row->module, .at = row->at, .width = row->width, .mask = row->mask};
}

/* ---- arithmetic.c: instructions without memory, component by component. False: not one
 * of these. */
bool vgpu_cc_emit_arithmetic(struct vgpu_cc_row *row, LLVMValueRef instruction);

/* vgpu_cc_operand_part - of an operand whose components are those of the result, or that
 * has but one. */
LLVMValueRef vgpu_cc_operand_part(struct vgpu_cc_row *row, LLVMValueRef instruction,
                                  unsigned operand, unsigned component);

/* vgpu_cc_near_end - the first item's value where numbers are taken as unsigned. The
 * first item may not be there, and its number then be just below where the range begins:
 * `i - 1` of an item 0 that is left out. So what is within `items` steps of the end of
 * the range, `most`, is taken as negative, `below`, which is right for all items behind
 * that end; else it is `above`. */
LLVMValueRef vgpu_cc_near_end(struct vgpu_cc_row *row, LLVMValueRef number, uint64_t most,
                              int64_t stride, unsigned items, LLVMValueRef below,
                              LLVMValueRef above);

/* ---- division.c */

/* vgpu_cc_divide - one component of udiv, sdiv, urem or srem. */
LLVMValueRef vgpu_cc_divide(struct vgpu_cc_row *row, LLVMValueRef instruction,
                            unsigned component);

/* vgpu_cc_emit_scalar - a copy of the instruction, of the operands' scalars. */
LLVMValueRef vgpu_cc_emit_scalar(struct vgpu_cc_row *row, LLVMValueRef instruction);

/* ---- memory.c */

bool vgpu_cc_emit_memory(struct vgpu_cc_row *row, LLVMValueRef instruction);
/* vgpu_cc_emit_address - of getelementptr. */
void vgpu_cc_emit_address(struct vgpu_cc_row *row, LLVMValueRef instruction);
/* vgpu_cc_addresses - a vector of pointers, computed where it is used, so that the back
 * end sees how. */
LLVMValueRef vgpu_cc_addresses(struct vgpu_cc_row *row, LLVMValueRef pointer);

/* ---- private.c: variables of each item that are kept in memory */

/* vgpu_cc_privates_make - decides how each is laid out, and makes it. */
void vgpu_cc_privates_make(struct vgpu_cc_row *row);
/* vgpu_cc_emit_private - an access to a variable whose elements lie item beside item.
 * False: it is another. */
bool vgpu_cc_emit_private(struct vgpu_cc_row *row, LLVMValueRef instruction);

/* ---- atomic.c */

bool vgpu_cc_emit_atomic(struct vgpu_cc_row *row, LLVMValueRef instruction);

/* ---- call.c */

void vgpu_cc_emit_call(struct vgpu_cc_row *row, LLVMValueRef instruction);

/* ---- serial.c */

/* vgpu_cc_emit_serial - the instruction, once for each item that is there, in order. */
void vgpu_cc_emit_serial(struct vgpu_cc_row *row, LLVMValueRef instruction);

/* ---- place.c: what the pseudo functions return, computed where the row begins */

void vgpu_cc_places_make(struct vgpu_cc_row *row);

/* ---- suspend.c */

/* vgpu_cc_emit_barrier - a call of vgpu.barrier that ends its block. */
void vgpu_cc_emit_barrier(struct vgpu_cc_row *row, LLVMValueRef call);

/* ---- sub_group.c */

/* vgpu_cc_emit_sub_group - a call of vgpu.sub_group.*, where the row is a sub-group. */
void vgpu_cc_emit_sub_group(struct vgpu_cc_row *row, LLVMValueRef call);
void vgpu_cc_emit_sub_group_barrier(struct vgpu_cc_row *row, LLVMValueRef call);

/* ---- traced.c: what traced code calls, and accesses that are checked before */

/* vgpu_cc_emit_traced - a call of one of traced/pseudo.h's functions. False: it is
 * another. */
bool vgpu_cc_emit_traced(struct vgpu_cc_row *row, LLVMValueRef call);
/* vgpu_cc_nowhere - zeroes, which are read, and perhaps written, in the place of what is
 * in no memory: as many as any element has. */
LLVMValueRef vgpu_cc_nowhere(struct vgpu_cc_row *row);
/* vgpu_cc_passed - the mask of items whose access through the pointer may take place, of
 * those that row->mask has; row->mask where it is not checked. */
LLVMValueRef vgpu_cc_passed(struct vgpu_cc_row *row, LLVMValueRef pointer);

/* ---- flow.c */

/* vgpu_cc_flow_emit - the whole body; returns the block it begins with. It ends at the
 * block `end`. */
LLVMBasicBlockRef vgpu_cc_flow_emit(struct vgpu_cc_row *row, LLVMBasicBlockRef end);

/* ---- instruction.c */

void vgpu_cc_emit_instruction(struct vgpu_cc_row *row, LLVMValueRef instruction);

LLVMValueRef vgpu_cc_intrinsic(struct vgpu_cc_row *row, const char *name,
                               LLVMTypeRef *overloads, unsigned num_overloads,
                               LLVMValueRef *args, unsigned num_args);
LLVMBasicBlockRef vgpu_cc_block(struct vgpu_cc_row *row, const char *name);

#endif
