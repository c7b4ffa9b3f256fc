/* SPDX-License-Identifier: MIT */
/* The function that runs groups: loops over groups and rows; where there are barriers,
 * one round over a group's rows for each that they come to. */
#include "lockstep/groups.h"

#include "links.h"
#include "lockstep/flag.h"

#include <stddef.h>

enum { FIRST, COUNT, ARGS };

struct driver {
    const struct vgpu_cc_rows *rows;
    struct vgpu_cc_module *module;
    LLVMValueRef function;
    LLVMBuilderRef at;
    LLVMValueRef size[3]; /* of a group */
    LLVMValueRef args[VGPU_MAX_KERNEL_ARGS];
    unsigned num_args;
    LLVMValueRef scratch;
    LLVMValueRef next_row; /* slot: the number of the row whose turn it is */
    LLVMValueRef arrived,
        missed; /* slots: where the first row waits; who waits elsewhere */
};

/* A loop that counts an i64 from 0 in steps while it is below the end. */
struct loop {
    LLVMBasicBlockRef head, done;
    LLVMValueRef counter;
    uint64_t step;
};

static LLVMValueRef i64(const struct driver *d, uint64_t value)
{
    return LLVMConstInt(d->module->i64, value, 0);
}

static LLVMValueRef i32(const struct driver *d, uint64_t value)
{
    return LLVMConstInt(d->module->i32, value, 0);
}

static LLVMBasicBlockRef new_block(struct driver *d)
{
    return LLVMAppendBasicBlockInContext(d->module->context, d->function, "");
}

static struct loop begin_loop(struct driver *d, LLVMValueRef end, uint64_t step)
{
    struct loop loop = {.head = new_block(d), .done = new_block(d), .step = step};
    LLVMBasicBlockRef before = LLVMGetInsertBlock(d->at), body = new_block(d);
    LLVMValueRef zero = i64(d, 0);

    LLVMBuildBr(d->at, loop.head);
    LLVMPositionBuilderAtEnd(d->at, loop.head);
    loop.counter = LLVMBuildPhi(d->at, d->module->i64, "");
    LLVMAddIncoming(loop.counter, &zero, &before, 1);
    LLVMBuildCondBr(d->at, LLVMBuildICmp(d->at, LLVMIntULT, loop.counter, end, ""), body,
                    loop.done);
    LLVMPositionBuilderAtEnd(d->at, body);
    return loop;
}

static void end_loop(struct driver *d, struct loop *loop)
{
    LLVMBasicBlockRef latch = LLVMGetInsertBlock(d->at);
    LLVMValueRef next = LLVMBuildNUWAdd(d->at, loop->counter, i64(d, loop->step), "");

    LLVMAddIncoming(loop->counter, &next, &latch, 1);
    LLVMBuildBr(d->at, loop->head);
    LLVMPositionBuilderAtEnd(d->at, loop->done);
}

/* What one call of a row is about. */
struct call {
    LLVMValueRef function, group, x, y, z, count, resume;
};

static bool has_barriers(const struct driver *d)
{
    return d->rows->frame.num_barriers > 0;
}

static void note_arrival(struct driver *d, LLVMValueRef row, LLVMValueRef where)
{
    LLVMTypeRef type = d->module->i32;
    LLVMValueRef is_first = LLVMBuildICmp(d->at, LLVMIntEQ, row, i64(d, 0), "");
    LLVMValueRef old = LLVMBuildLoad2(d->at, type, d->arrived, ""), missed;

    old = LLVMBuildSelect(d->at, is_first, where, old, "");
    LLVMBuildStore(d->at, old, d->arrived);
    missed = LLVMBuildOr(d->at, LLVMBuildLoad2(d->at, type, d->missed, ""),
                         LLVMBuildXor(d->at, old, where, ""), "");
    LLVMBuildStore(d->at, missed, d->missed);
}

static void emit_call(struct driver *d, const struct call *call)
{
    LLVMValueRef args[VGPU_CC_ROW_PARAMETERS + VGPU_MAX_KERNEL_ARGS];
    LLVMValueRef row = NULL, where, offset;

    args[VGPU_CC_ROW_GROUP] = LLVMGetParam(d->function, FIRST);
    args[VGPU_CC_ROW_GROUP_NUMBER] = call->group;
    args[VGPU_CC_ROW_X] = call->x;
    args[VGPU_CC_ROW_Y] = call->y;
    args[VGPU_CC_ROW_Z] = call->z;
    args[VGPU_CC_ROW_COUNT] = call->count;
    args[VGPU_CC_ROW_FRAME] = d->scratch;
    args[VGPU_CC_ROW_RESUME] = call->resume;
    args[VGPU_CC_ROW_WATCHER] = LLVMConstNull(d->module->ptr);
    if (has_barriers(d)) {
        row = LLVMBuildLoad2(d->at, d->module->i64, d->next_row, "");
        LLVMBuildStore(d->at, LLVMBuildNUWAdd(d->at, row, i64(d, 1), ""), d->next_row);
        offset = LLVMBuildMul(d->at, row, i64(d, d->rows->frame.bytes), "");
        args[VGPU_CC_ROW_FRAME] =
            LLVMBuildInBoundsGEP2(d->at, d->module->i8, d->scratch, &offset, 1, "");
    }
    for (unsigned i = 0; i < d->num_args; i++)
        args[VGPU_CC_ROW_PARAMETERS + i] = d->args[i];
    where = LLVMBuildCall2(d->at, LLVMGlobalGetValueType(call->function), call->function,
                           args, VGPU_CC_ROW_PARAMETERS + d->num_args, "");
    if (has_barriers(d))
        note_arrival(d, row, where);
}

/* All rows from `start` on along x, the last of which may be short. */
static void emit_line(struct driver *d, struct call call, LLVMValueRef start,
                      LLVMValueRef length)
{
    const struct vgpu_cc_rows *const rows = d->rows;
    const uint64_t width = rows->geometry.width;
    LLVMValueRef whole = length, rest;
    LLVMBasicBlockRef short_row, behind;
    struct loop loop;

    if (rows->short_)
        whole = LLVMBuildAnd(d->at, length, i64(d, ~(width - 1)), "");
    if (rows->full) {
        loop = begin_loop(d, whole, width);
        call.function = rows->full;
        call.x = LLVMBuildAdd(d->at, start, loop.counter, "");
        call.count = i64(d, width);
        emit_call(d, &call);
        end_loop(d, &loop);
    } else if (rows->short_) { /* takes whole rows, too */
        loop = begin_loop(d, length, width);
        rest = LLVMBuildSub(d->at, length, loop.counter, "");
        call.function = rows->short_;
        call.x = LLVMBuildAdd(d->at, start, loop.counter, "");
        call.count = LLVMBuildSelect(
            d->at, LLVMBuildICmp(d->at, LLVMIntULT, rest, i64(d, width), ""), rest,
            i64(d, width), "");
        emit_call(d, &call);
        end_loop(d, &loop);
        return;
    }
    if (!rows->short_)
        return;
    rest = LLVMBuildAnd(d->at, length, i64(d, width - 1), "");
    short_row = new_block(d);
    behind = new_block(d);
    LLVMBuildCondBr(d->at, LLVMBuildICmp(d->at, LLVMIntNE, rest, i64(d, 0), ""),
                    short_row, behind);
    LLVMPositionBuilderAtEnd(d->at, short_row);
    call.function = rows->short_;
    call.x = LLVMBuildAdd(d->at, start, whole, "");
    call.count = rest;
    emit_call(d, &call);
    LLVMBuildBr(d->at, behind);
    LLVMPositionBuilderAtEnd(d->at, behind);
}

/* All lines of a group, or of the part of a run between `start` and `start + length`. */
static void emit_lines(struct driver *d, struct call call, LLVMValueRef start,
                       LLVMValueRef length)
{
    struct loop z, y;

    if (d->rows->geometry.layout == VGPU_CC_FLAT) {
        call.y = call.z = i64(d, 0);
        emit_line(d, call, start, length);
        return;
    }
    z = begin_loop(d, d->size[2], 1);
    y = begin_loop(d, d->size[1], 1);
    call.y = y.counter;
    call.z = z.counter;
    emit_line(d, call, start, length);
    end_loop(d, &y);
    end_loop(d, &z);
}

/* A run of groups that have several lines goes block by block, so that neighbours in the
 * other dimensions meet in the cache. */
static void emit_run(struct driver *d, struct call call, LLVMValueRef length)
{
    const size_t *const size = d->rows->geometry.local_size;
    const uint64_t block = d->rows->block;
    struct loop blocks;
    LLVMValueRef rest, is_last;

    if (size[0] != 0 && size[1] * size[2] == 1) {
        emit_lines(d, call, i64(d, 0), length);
        return;
    }
    blocks = begin_loop(d, length, block);
    rest = LLVMBuildSub(d->at, length, blocks.counter, "");
    is_last = LLVMBuildICmp(d->at, LLVMIntULT, rest, i64(d, block), "");
    emit_lines(d, call, blocks.counter,
               LLVMBuildSelect(d->at, is_last, rest, i64(d, block), ""));
    end_loop(d, &blocks);
}

static LLVMValueRef items_of_line(struct driver *d)
{
    if (d->rows->geometry.layout != VGPU_CC_FLAT)
        return d->size[0];
    return LLVMBuildMul(d->at, d->size[0],
                        LLVMBuildMul(d->at, d->size[1], d->size[2], ""), "");
}

/* Ends the launch where rows have come to different barriers. */
static void check_arrivals(struct driver *d)
{
    LLVMBasicBlockRef bad = new_block(d), good = new_block(d);
    LLVMValueRef missed = LLVMBuildLoad2(d->at, d->module->i32, d->missed, "");
    LLVMValueRef group = LLVMGetParam(d->function, FIRST), report;
    LLVMTypeRef type = LLVMFunctionType(d->module->void_type, &d->module->ptr, 1, 0);

    LLVMBuildCondBr(d->at, LLVMBuildICmp(d->at, LLVMIntEQ, missed, i32(d, 0), ""), good,
                    bad);
    LLVMPositionBuilderAtEnd(d->at, bad);
    report = vgpu_cc_links_member(d->module, d->at,
                                  offsetof(struct vgpu_code_links, barrier_missed));
    LLVMBuildCall2(d->at, type, report, &group, 1, "");
    LLVMBuildRetVoid(d->at);
    LLVMPositionBuilderAtEnd(d->at, good);
}

/* One pass over the group's rows: from the start, or from behind a barrier. */
static void emit_round(struct driver *d, struct call call, LLVMValueRef resume)
{
    LLVMBuildStore(d->at, i64(d, 0), d->next_row);
    LLVMBuildStore(d->at, i32(d, 0), d->arrived);
    LLVMBuildStore(d->at, i32(d, 0), d->missed);
    call.resume = resume;
    emit_lines(d, call, i64(d, 0), items_of_line(d));
    check_arrivals(d);
}

/* Rounds until the rows have ended. Small rows are copied for each barrier, so that what
 * all rows of a round compute alike is computed once. */
static void emit_group(struct driver *d, struct call call)
{
    const unsigned copies = d->rows->is_small ? d->rows->frame.num_barriers + 1 : 1;
    LLVMBasicBlockRef round = new_block(d), done = new_block(d), copy;
    LLVMValueRef resume, choice, zero = i32(d, 0);
    LLVMBasicBlockRef before = LLVMGetInsertBlock(d->at);

    LLVMBuildBr(d->at, round);
    LLVMPositionBuilderAtEnd(d->at, round);
    resume = LLVMBuildPhi(d->at, d->module->i32, "");
    LLVMAddIncoming(resume, &zero, &before, 1);
    if (copies == 1) {
        LLVMBasicBlockRef end;
        LLVMValueRef arrived;

        emit_round(d, call, resume);
        end = LLVMGetInsertBlock(d->at);
        arrived = LLVMBuildLoad2(d->at, d->module->i32, d->arrived, "");
        LLVMAddIncoming(resume, &arrived, &end, 1);
        LLVMBuildCondBr(d->at, LLVMBuildICmp(d->at, LLVMIntEQ, arrived, zero, ""), done,
                        round);
        LLVMPositionBuilderAtEnd(d->at, done);
        return;
    }
    copy = new_block(d);
    choice = LLVMBuildSwitch(d->at, resume, copy, copies);
    for (unsigned k = 0; k < copies; k++) {
        LLVMBasicBlockRef end;
        LLVMValueRef arrived;

        if (k > 0) {
            copy = new_block(d);
            LLVMAddCase(choice, i32(d, k), copy);
        }
        LLVMPositionBuilderAtEnd(d->at, copy);
        emit_round(d, call, i32(d, k));
        end = LLVMGetInsertBlock(d->at);
        arrived = LLVMBuildLoad2(d->at, d->module->i32, d->arrived, "");
        LLVMAddIncoming(resume, &arrived, &end, 1);
        LLVMBuildCondBr(d->at, LLVMBuildICmp(d->at, LLVMIntEQ, arrived, zero, ""), done,
                        round);
    }
    LLVMPositionBuilderAtEnd(d->at, done);
}

/* Of a group. */
static void load_sizes(struct driver *d, LLVMValueRef group)
{
    const size_t *const size = d->rows->geometry.local_size;

    for (unsigned i = 0; i < 3; i++)
        d->size[i] = size[0] ? i64(d, size[i])
                             : vgpu_cc_load_at(d->module, d->at, d->module->i64, group,
                                               offsetof(struct vgpu_group, local_size) +
                                                   i * sizeof(size_t));
}

/* The values behind the launch's pointers; a struct by value stays where it lies. */
static void load_arguments(struct driver *d, LLVMValueRef list)
{
    LLVMValueRef kernel = d->rows->kernel;

    d->num_args = LLVMCountParams(kernel);
    for (unsigned i = 0; i < d->num_args; i++) {
        LLVMTypeRef type = LLVMTypeOf(LLVMGetParam(kernel, i));
        LLVMValueRef place =
            vgpu_cc_load_at(d->module, d->at, d->module->ptr, list, i * sizeof(void *));
        const bool is_place =
            LLVMGetEnumAttributeAtIndex(kernel, i + 1, vgpu_cc_attribute_kind("byval"));

        d->args[i] = is_place ? place : vgpu_cc_load_at(d->module, d->at, type, place, 0);
    }
}

static void begin_function(struct driver *d)
{
    LLVMPositionBuilderAtEnd(d->at, new_block(d));
    load_arguments(d, LLVMGetParam(d->function, ARGS));
    load_sizes(d, LLVMGetParam(d->function, FIRST));
    d->scratch = vgpu_cc_load_at(d->module, d->at, d->module->ptr,
                                 LLVMGetParam(d->function, FIRST),
                                 offsetof(struct vgpu_group, scratch));
    d->next_row = LLVMBuildAlloca(d->at, d->module->i64, "");
    d->arrived = LLVMBuildAlloca(d->at, d->module->i32, "");
    d->missed = LLVMBuildAlloca(d->at, d->module->i32, "");
}

static void emit_body(struct driver *d)
{
    LLVMValueRef count = LLVMGetParam(d->function, COUNT);
    struct call call = {.resume = i32(d, 0), .group = i64(d, 0)};
    struct loop groups;

    if (d->rows->geometry.layout == VGPU_CC_RUN) {
        emit_run(d, call, LLVMBuildMul(d->at, count, d->size[0], ""));
        return;
    }
    groups = begin_loop(d, count, 1);
    call.group = groups.counter;
    if (has_barriers(d))
        emit_group(d, call);
    else
        emit_lines(d, call, i64(d, 0), items_of_line(d));
    end_loop(d, &groups);
}

void vgpu_cc_mark_readable(struct vgpu_cc_module *module, LLVMValueRef function,
                           unsigned parameter, uint64_t bytes)
{
    const LLVMAttributeIndex index = (LLVMAttributeIndex)parameter + 1;

    LLVMAddAttributeAtIndex(
        function, index,
        LLVMCreateEnumAttribute(module->context,
                                vgpu_cc_attribute_kind("dereferenceable"), bytes));
    LLVMAddAttributeAtIndex(
        function, index,
        LLVMCreateEnumAttribute(module->context, vgpu_cc_attribute_kind("align"), 8));
}

LLVMValueRef vgpu_cc_groups_emit(const struct vgpu_cc_rows *rows, const char *name)
{
    struct vgpu_cc_module *const module = rows->module;
    LLVMTypeRef parameters[] = {module->ptr, module->i64, module->ptr};
    struct driver d = {.rows = rows, .module = module};

    d.function = LLVMAddFunction(module->module, name,
                                 LLVMFunctionType(module->void_type, parameters, 3, 0));
    vgpu_cc_mark_readable(module, d.function, FIRST, sizeof(struct vgpu_group));
    d.at = LLVMCreateBuilderInContext(module->context);
    begin_function(&d);
    emit_body(&d);
    LLVMBuildRetVoid(d.at);
    LLVMDisposeBuilder(d.at);
    return d.function;
}

/* ---- traced code: its rows are called one by one, by what watches them */

enum {
    TRACED_GROUP,
    TRACED_ARGS,
    TRACED_ITEM,
    TRACED_COUNT,
    TRACED_FRAME,
    TRACED_RESUME,
    TRACED_WATCHER
};

/* The place of the row's first item, of which the local linear id is given. */
static void place_first_item(struct driver *d, LLVMValueRef *args)
{
    LLVMValueRef item = LLVMGetParam(d->function, TRACED_ITEM);

    args[VGPU_CC_ROW_X] = item;
    args[VGPU_CC_ROW_Y] = args[VGPU_CC_ROW_Z] = i64(d, 0);
    if (d->rows->geometry.layout == VGPU_CC_FLAT)
        return;
    args[VGPU_CC_ROW_X] = LLVMBuildURem(d->at, item, d->size[0], "");
    item = LLVMBuildUDiv(d->at, item, d->size[0], "");
    args[VGPU_CC_ROW_Y] = LLVMBuildURem(d->at, item, d->size[1], "");
    args[VGPU_CC_ROW_Z] = LLVMBuildUDiv(d->at, item, d->size[1], "");
}

static void return_row(struct driver *d, LLVMValueRef function, LLVMValueRef *args)
{
    LLVMBuildRet(d->at, LLVMBuildCall2(d->at, LLVMGlobalGetValueType(function), function,
                                       args, VGPU_CC_ROW_PARAMETERS + d->num_args, ""));
}

static void emit_traced_call(struct driver *d)
{
    const struct vgpu_cc_rows *const rows = d->rows;
    LLVMValueRef args[VGPU_CC_ROW_PARAMETERS + VGPU_MAX_KERNEL_ARGS], is_full;
    LLVMBasicBlockRef full = new_block(d), is_short = new_block(d);

    args[VGPU_CC_ROW_GROUP] = LLVMGetParam(d->function, TRACED_GROUP);
    args[VGPU_CC_ROW_GROUP_NUMBER] = i64(d, 0);
    place_first_item(d, args);
    args[VGPU_CC_ROW_COUNT] =
        LLVMBuildZExt(d->at, LLVMGetParam(d->function, TRACED_COUNT), d->module->i64, "");
    args[VGPU_CC_ROW_FRAME] = LLVMGetParam(d->function, TRACED_FRAME);
    args[VGPU_CC_ROW_RESUME] = LLVMGetParam(d->function, TRACED_RESUME);
    args[VGPU_CC_ROW_WATCHER] = LLVMGetParam(d->function, TRACED_WATCHER);
    for (unsigned i = 0; i < d->num_args; i++)
        args[VGPU_CC_ROW_PARAMETERS + i] = d->args[i];
    is_full = LLVMBuildICmp(d->at, LLVMIntEQ, LLVMGetParam(d->function, TRACED_COUNT),
                            i32(d, rows->geometry.width), "");
    if (!rows->full || !rows->short_)
        is_full = LLVMConstInt(d->module->i1, rows->full != NULL, 0);
    LLVMBuildCondBr(d->at, is_full, full, is_short);
    LLVMPositionBuilderAtEnd(d->at, full);
    return_row(d, rows->full ? rows->full : rows->short_, args);
    LLVMPositionBuilderAtEnd(d->at, is_short);
    return_row(d, rows->short_ ? rows->short_ : rows->full, args);
}

LLVMValueRef vgpu_cc_traced_row_emit(const struct vgpu_cc_rows *rows, const char *name)
{
    const struct vgpu_cc_module *const m = rows->module;
    LLVMTypeRef parameters[] = {m->ptr, m->ptr, m->i64, m->i32, m->ptr, m->i32, m->ptr};
    struct driver d = {.rows = rows, .module = rows->module};

    d.function =
        LLVMAddFunction(m->module, name, LLVMFunctionType(m->i32, parameters, 7, 0));
    vgpu_cc_mark_readable(rows->module, d.function, TRACED_GROUP,
                          sizeof(struct vgpu_group));
    d.at = LLVMCreateBuilderInContext(m->context);
    LLVMPositionBuilderAtEnd(d.at, new_block(&d));
    load_arguments(&d, LLVMGetParam(d.function, TRACED_ARGS));
    load_sizes(&d, LLVMGetParam(d.function, TRACED_GROUP));
    emit_traced_call(&d);
    LLVMDisposeBuilder(d.at);
    return d.function;
}
