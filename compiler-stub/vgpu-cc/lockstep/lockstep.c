/* SPDX-License-Identifier: MIT */
/* Lock-step code of a kernel: its rows, and what runs them. */
#include "lockstep/lockstep.h"

#include "compat.h"
#include "context.h"
#include "links.h"
#include "lockstep/alone.h"
#include "lockstep/column.h"
#include "lockstep/estimate.h"
#include "lockstep/flag.h"
#include "lockstep/groups.h"
#include "lockstep/width.h"

#include <errno.h>
#include <llvm-c/DebugInfo.h>
#include <stdio.h>
#include <string.h>

/* Above so many instructions a row is not copied for each of its barriers, and not made
 * once more for short rows, or for a unit that is alone. */
#define SMALL_ROW   1500
#define MOST_COPIED 6000

/* Items of a line that go through the other dimensions together, so that neighbours there
 * meet in the cache. */
#define BLOCK 64u

/* Larger kernels take too long to turn into rows. */
#define MOST_INSTRUCTIONS 10000

/* Slots become registers; nothing else may happen to the blocks that barriers end. */
static const char tidy[] =
    "function(sroa,early-cse<memssa>," VGPU_CC_PASS_INSTCOMBINE ",early-cse<memssa>)";

static enum vgpu_cc_bounds bounds_by_calls(LLVMValueRef kernel)
{
    enum vgpu_cc_bounds bounds = VGPU_CC_NO_BOUNDS;

    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(kernel); b;
         b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i;
             i = LLVMGetNextInstruction(i)) {
            const enum vgpu_cc_pseudo pseudo = vgpu_cc_pseudo_of(i, NULL);

            if (pseudo == VGPU_CC_SUB_GROUP_ID || pseudo == VGPU_CC_SUB_GROUP_LOCAL_ID ||
                pseudo == VGPU_CC_SUB_GROUP || pseudo == VGPU_CC_SUB_GROUP_BARRIER)
                return VGPU_CC_SUB_GROUPS;
            if (pseudo == VGPU_CC_BARRIER || pseudo == VGPU_CC_LOCAL_MEMORY)
                bounds = VGPU_CC_GROUPS;
        }
    return bounds;
}

/* One that items do together, and not one by one. */
static bool meets_in_sub_groups(LLVMValueRef kernel)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(kernel); b;
         b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i;
             i = LLVMGetNextInstruction(i)) {
            const enum vgpu_cc_pseudo pseudo = vgpu_cc_pseudo_of(i, NULL);

            if (pseudo == VGPU_CC_SUB_GROUP || pseudo == VGPU_CC_SUB_GROUP_BARRIER)
                return true;
        }
    return false;
}

/* An argument in __local memory: the address space has gone, its number is in the
 * metadata; or the item's place in its group counts, and the group's size is not known.
 */
static bool has_local_argument(struct vgpu_cc_module *module, LLVMValueRef kernel)
{
    static const char name[] = "kernel_arg_addr_space";
    const unsigned kind =
        LLVMGetMDKindIDInContext(module->context, name, sizeof name - 1);
    LLVMValueRef spaces[256], list = LLVMGetMetadata(kernel, kind);
    unsigned count;

    if (!list)
        return false;
    count = LLVMGetMDNodeNumOperands(list);
    if (count > sizeof spaces / sizeof *spaces)
        return true;
    LLVMGetMDNodeOperands(list, spaces);
    for (unsigned i = 0; i < count; i++)
        if (LLVMConstIntGetZExtValue(spaces[i]) == 3)
            return true;
    return false;
}

enum vgpu_cc_bounds vgpu_cc_bounds_of(struct vgpu_cc_module *module, LLVMValueRef kernel)
{
    const enum vgpu_cc_bounds bounds = bounds_by_calls(kernel);

    return bounds == VGPU_CC_NO_BOUNDS && has_local_argument(module, kernel)
               ? VGPU_CC_GROUPS
               : bounds;
}

static bool asks_place_in_group(LLVMValueRef kernel)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(kernel); b;
         b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i;
             i = LLVMGetNextInstruction(i)) {
            unsigned dimension = 0;
            const enum vgpu_cc_pseudo pseudo = vgpu_cc_pseudo_of(i, &dimension);

            if ((pseudo == VGPU_CC_LOCAL_ID || pseudo == VGPU_CC_GROUP_ID) &&
                dimension == 0)
                return true;
        }
    return false;
}

static LLVMValueRef declare_row(struct vgpu_cc_row *row)
{
    const struct vgpu_cc_module *const m = row->module;
    const LLVMTypeRef fixed[VGPU_CC_ROW_PARAMETERS] = {
        m->ptr, m->i64, m->i64, m->i64, m->i64, m->i64, m->ptr, m->i32, m->ptr};
    const unsigned count = LLVMCountParams(row->graph.function);
    LLVMTypeRef *const parameters = vgpu_cc_pool_alloc(
        row->pool, VGPU_CC_ROW_PARAMETERS + (size_t)count, sizeof(LLVMTypeRef));
    static const enum vgpu_cc_row_parameter pointers[] = {VGPU_CC_ROW_GROUP,
                                                          VGPU_CC_ROW_FRAME};
    LLVMValueRef function;

    memcpy(parameters, fixed, sizeof fixed);
    for (unsigned i = 0; i < count; i++)
        parameters[VGPU_CC_ROW_PARAMETERS + i] =
            LLVMTypeOf(LLVMGetParam(row->graph.function, i));
    function = LLVMAddFunction(
        m->module, "row",
        LLVMFunctionType(m->i32, parameters, VGPU_CC_ROW_PARAMETERS + count, 0));
    LLVMSetLinkage(function, LLVMInternalLinkage);
    for (size_t i = 0; i < sizeof pointers / sizeof *pointers; i++)
        LLVMAddAttributeAtIndex(
            function, (LLVMAttributeIndex)pointers[i] + 1,
            LLVMCreateEnumAttribute(m->context, vgpu_cc_attribute_kind("noalias"), 0));
    vgpu_cc_mark_readable(row->module, function, VGPU_CC_ROW_GROUP,
                          sizeof(struct vgpu_group));
    vgpu_cc_attribute_add(row->module, function, "nounwind");
    return function;
}

static void find_arguments(struct vgpu_cc_row *row)
{
    const unsigned count = LLVMCountParams(row->graph.function);

    row->arguments = vgpu_cc_pool_alloc(row->pool, count, sizeof *row->arguments);
    for (unsigned i = 0; i < count; i++)
        row->arguments[i] = LLVMGetParam(row->function, VGPU_CC_ROW_PARAMETERS + i);
}

static void make_lanes(struct vgpu_cc_row *row)
{
    LLVMValueRef lanes[VGPU_CC_MAX_WIDTH];

    for (unsigned i = 0; i < row->width; i++)
        lanes[i] = vgpu_cc_i32(row, i);
    row->lanes32 = LLVMConstVector(lanes, row->width);
}

/* Of a short row, the items below its count. */
static LLVMValueRef first_mask(struct vgpu_cc_row *row)
{
    LLVMValueRef count = LLVMBuildTrunc(
        row->start, LLVMGetParam(row->function, VGPU_CC_ROW_COUNT), row->module->i32, "");

    LLVMPositionBuilderAtEnd(row->at, LLVMGetInsertBlock(row->start));
    return LLVMBuildICmp(row->at, LLVMIntULT, row->lanes32, vgpu_cc_spread(row, count),
                         "");
}

static void fill_row(struct vgpu_cc_row *row, bool is_short)
{
    LLVMBasicBlockRef slots = vgpu_cc_block(row, "slots");
    LLVMBasicBlockRef start = vgpu_cc_block(row, "start");
    LLVMBasicBlockRef end = vgpu_cc_block(row, "end"), body;

    LLVMPositionBuilderAtEnd(row->slots, slots);
    LLVMPositionBuilderAtEnd(row->start, start);
    LLVMPositionBuilderAtEnd(row->at, start);
    make_lanes(row);
    find_arguments(row);
    vgpu_cc_mark_crossing(row);
    vgpu_cc_places_make(row);
    vgpu_cc_privates_make(row);
    row->mask = is_short ? first_mask(row) : NULL;
    body = vgpu_cc_flow_emit(row, end);
    LLVMPositionBuilderAtEnd(row->at, end);
    LLVMBuildRet(row->at, vgpu_cc_i32(row, 0));
    LLVMBuildBr(row->start, body);
    LLVMBuildBr(row->slots, start);
}

static unsigned count_instructions(LLVMValueRef function)
{
    unsigned count = 0;

    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b;
         b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i;
             i = LLVMGetNextInstruction(i))
            count++;
    return count;
}

/* A function of rows of one kind. */
static void make_row(struct vgpu_cc_row *row, bool is_short)
{
    LLVMContextRef context = row->module->context;

    row->function = declare_row(row);
    row->values = vgpu_cc_pool_alloc(row->pool, (size_t)row->shapes.num_values,
                                     sizeof *row->values);
    row->slots = LLVMCreateBuilderInContext(context);
    row->start = LLVMCreateBuilderInContext(context);
    row->at = LLVMCreateBuilderInContext(context);
    fill_row(row, is_short);
    LLVMSetCurrentDebugLocation2(row->at, NULL);
}

static void end_row(struct vgpu_cc_row *row, bool is_refused)
{
    LLVMDisposeBuilder(row->slots);
    LLVMDisposeBuilder(row->start);
    LLVMDisposeBuilder(row->at);
    if (is_refused)
        LLVMDeleteFunction(row->function);
}

static void set_inlining(const struct vgpu_cc_row *row, LLVMValueRef function,
                         bool inlined)
{
    if (function)
        vgpu_cc_attribute_add(row->module, function,
                              inlined ? "alwaysinline" : "noinline");
}

/* Lines are known of one function only. */
static void move_lines(LLVMValueRef from, LLVMValueRef to)
{
    LLVMMetadataRef lines = LLVMGetSubprogram(from);

    if (!lines)
        return;
    LLVMSetSubprogram(from, NULL);
    LLVMSetSubprogram(to, lines);
}

/* All row functions that are made of a kernel: whole and short rows, for units together
 * and alone. */
struct kinds {
    struct vgpu_cc_row rows[4];
    unsigned count;
};

static const char *finish_rows(struct kinds *kinds, struct vgpu_cc_frame *frame_out)
{
    struct vgpu_cc_module *const module = kinds->rows[0].module;
    const char *refusal = NULL;

    for (unsigned i = 0; i < kinds->count; i++)
        refusal = refusal ? refusal : kinds->rows[i].refusal;
    if (refusal)
        return refusal;
    if (!vgpu_cc_module_verify(module, "lock-step rows") ||
        !vgpu_cc_passes_run(module, tidy))
        return "of an error in the compiler";
    for (unsigned i = 0; i < kinds->count; i++) {
        const struct vgpu_cc_frame own = vgpu_cc_suspend(&kinds->rows[i]);

        if (frame_out->bytes < own.bytes)
            frame_out->bytes = own.bytes;
        frame_out->num_barriers = own.num_barriers;
        refusal = refusal ? refusal : kinds->rows[i].refusal;
    }
    return refusal;
}

/* Which rows are needed: whole ones, short ones, or both. */
struct wanted {
    unsigned size; /* instructions of the kernel */
    bool full, is_short;
};

static struct wanted choose_rows(const struct vgpu_cc_row *row)
{
    const size_t *const local = row->geometry.local_size;
    const size_t items = local[0] * local[1] * local[2];
    const bool is_flat = row->geometry.layout == VGPU_CC_FLAT;
    struct wanted wanted = {.size = count_instructions(row->graph.function),
                            .is_short = row->geometry.may_be_short};

    wanted.full =
        !wanted.is_short || (wanted.size <= SMALL_ROW && !row->plan->is_debuggable &&
                             (!is_flat || items == 0 || items >= row->width));
    return wanted;
}

static void make_kinds(const struct vgpu_cc_row *row, const struct wanted *wanted,
                       bool is_alone, struct kinds *kinds)
{
    for (unsigned is_short = 0; is_short < 2; is_short++) {
        struct vgpu_cc_row *const kind = &kinds->rows[kinds->count];

        if (!(is_short ? wanted->is_short : wanted->full))
            continue;
        *kind = *row;
        kind->is_alone = is_alone;
        make_row(kind, is_short);
        kinds->count++;
    }
}

/* A multiple of the width. */
static unsigned block_of(const struct vgpu_cc_row *row)
{
    const size_t size = row->geometry.local_size[0], width = row->width;

    if (row->walks_columns)
        return row->width;
    return (unsigned)(((size > BLOCK ? size : BLOCK) + width - 1) / width * width);
}

static struct vgpu_cc_rows rows_of(const struct vgpu_cc_row *kinds,
                                   const struct wanted *wanted,
                                   struct vgpu_cc_frame frame)
{
    const struct vgpu_cc_row *const row = &kinds[0];
    struct vgpu_cc_rows rows = {.module = row->module,
                                .geometry = row->geometry,
                                .kernel = row->graph.function,
                                .frame = frame,
                                .block = block_of(row)};

    rows.full = wanted->full ? kinds[0].function : NULL;
    rows.short_ = wanted->is_short ? kinds[wanted->full].function : NULL;
    rows.is_small = wanted->size * (frame.num_barriers + 1) <= MOST_COPIED;
    set_inlining(row, rows.full,
                 !row->plan->is_debuggable && (rows.is_small || frame.num_barriers == 0));
    set_inlining(row, rows.short_,
                 !rows.full && !row->plan->is_debuggable &&
                     (rows.is_small || frame.num_barriers == 0));
    return rows;
}

/* The kernel, and what is known of it, must not change before all rows are made. */
static bool make_rows(struct vgpu_cc_row *row, struct vgpu_cc_lockstep *lockstep_out)
{
    const bool is_debuggable = row->plan->is_debuggable;
    const struct wanted wanted = choose_rows(row);
    const bool may_be_alone = !is_debuggable && !row->plan->is_traced &&
                              wanted.size <= SMALL_ROW &&
                              vgpu_cc_gains_alone(&row->graph);
    struct vgpu_cc_frame frame = {0};
    struct vgpu_cc_rows together, alone;
    struct kinds kinds = {.count = 0};
    unsigned num_together;

    make_kinds(row, &wanted, false, &kinds);
    num_together = kinds.count;
    if (may_be_alone)
        make_kinds(row, &wanted, true, &kinds);
    if (is_debuggable)
        move_lines(row->graph.function, kinds.rows[0].function);
    row->refusal = finish_rows(&kinds, &frame);
    if (row->refusal && is_debuggable)
        move_lines(kinds.rows[0].function, row->graph.function);
    for (unsigned i = 0; i < kinds.count; i++)
        end_row(&kinds.rows[i], row->refusal != NULL);
    if (row->refusal)
        return false;
    together = rows_of(kinds.rows, &wanted, frame);
    if (row->plan->is_traced) {
        lockstep_out->traced_row = vgpu_cc_traced_row_emit(&together, "vgpu_traced_row");
        lockstep_out->scratch_bytes_per_row = frame.bytes;
        return true;
    }
    lockstep_out->groups = vgpu_cc_groups_emit(&together, "vgpu_groups");
    if (may_be_alone) {
        alone = rows_of(kinds.rows + num_together, &wanted, frame);
        lockstep_out->groups_alone = vgpu_cc_groups_emit(&alone, "vgpu_groups_alone");
    }
    lockstep_out->scratch_bytes = frame.num_barriers ? 0 : frame.bytes;
    lockstep_out->scratch_bytes_per_row = frame.num_barriers ? frame.bytes : 0;
    return true;
}

static void narrow(struct vgpu_cc_row *row)
{
    const size_t size = row->geometry.local_size[0];

    row->width = row->geometry.width = VGPU_CC_COLUMNS;
    row->geometry.may_be_short = size == 0 || size % VGPU_CC_COLUMNS != 0;
    vgpu_cc_shapes_make(&row->shapes, &row->graph, &row->geometry, row->module->layout);
}

static int emit(struct vgpu_cc_row *row, LLVMValueRef kernel,
                struct vgpu_cc_lockstep *lockstep_out)
{
    if (vgpu_cc_graph_make(&row->graph, kernel, row->pool) != 0) {
        vgpu_cc_refuse(row, "it has a loop with two entries");
        return -ENOTSUP;
    }
    vgpu_cc_shapes_make(&row->shapes, &row->graph, &row->geometry, row->module->layout);
    row->walks_columns =
        row->geometry.layout == VGPU_CC_RUN && vgpu_cc_walks_columns(row);
    if (row->walks_columns && row->width > VGPU_CC_COLUMNS)
        narrow(row);
    if (row->plan->must_pay && row->width > 1 && !vgpu_cc_rows_pay(row)) {
        vgpu_cc_refuse(row, "one work-item after the other is likely faster");
        return -ENOTSUP;
    }
    return make_rows(row, lockstep_out) ? 0 : -ENOTSUP;
}

int vgpu_cc_lockstep_emit(struct vgpu_cc_module *module, LLVMValueRef kernel,
                          const struct vgpu_cc_plan *plan,
                          struct vgpu_cc_lockstep *lockstep_out)
{
    struct vgpu_cc_pool pool = {0};
    struct vgpu_cc_row row = {
        .module = module, .plan = plan, .pool = &pool, .width = plan->width};
    enum vgpu_cc_bounds bounds = vgpu_cc_bounds_of(module, kernel);
    int err;

    *lockstep_out = (struct vgpu_cc_lockstep){.has_atomics = vgpu_cc_has_atomics(kernel)};
    if (LLVMCountParams(kernel) > VGPU_MAX_KERNEL_ARGS) {
        lockstep_out->refusal = "it has too many arguments";
        return -ENOTSUP;
    }
    if (count_instructions(kernel) > MOST_INSTRUCTIONS) {
        lockstep_out->refusal = "it is too large";
        return -ENOTSUP;
    }
    if (plan->width == 1 && meets_in_sub_groups(kernel)) {
        lockstep_out->refusal = "its sub-groups do something together";
        return -ENOTSUP;
    }
    if (plan->local_size[0] == 0 && bounds == VGPU_CC_NO_BOUNDS &&
        asks_place_in_group(kernel))
        bounds =
            VGPU_CC_GROUPS; /* else it takes a division by a size that is not known */
    if (plan->is_traced)
        bounds = VGPU_CC_SUB_GROUPS;
    row.geometry = vgpu_cc_geometry_choose(plan, bounds);
    err = emit(&row, kernel, lockstep_out);
    lockstep_out->width = row.width;
    if (err == 0)
        LLVMDeleteFunction(kernel);
    lockstep_out->refusal = row.refusal;
    vgpu_cc_pool_fini(&pool);
    return err;
}
