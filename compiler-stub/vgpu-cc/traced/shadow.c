/* SPDX-License-Identifier: MIT */
/* Variables of a work-item that are read before they are written. */
#include "traced/shadow.h"

#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "context.h"
#include "inline.h"
#include "lockstep/address.h"
#include "traced/traced.h"

#define MOST_BYTES  4096 /* of a variable that gets a shadow */
#define MOST_STORES 64   /* that set a shadow, one by one */

/* ---- which variables */

static bool is_marker(LLVMValueRef user)
{
    LLVMValueRef called = vgpu_cc_called(user);
    size_t length;

    return called &&
           strncmp(LLVMGetValueName2(called, &length), "llvm.lifetime.", 14) == 0;
}

static bool is_start(LLVMValueRef call)
{
    size_t length;

    return is_marker(call) && strncmp(LLVMGetValueName2(vgpu_cc_called(call), &length),
                                      "llvm.lifetime.start", 19) == 0;
}

/* llvm.memcpy, memmove or memset, of a length that is known. */
static bool is_filling(LLVMValueRef user)
{
    LLVMValueRef called = vgpu_cc_called(user);
    size_t length;
    const char *name = called ? LLVMGetValueName2(called, &length) : "";

    return (strncmp(name, "llvm.mem", 8) == 0) &&
           LLVMIsAConstantInt(LLVMGetOperand(user, 2));
}

static bool is_simple_access(LLVMValueRef user, LLVMValueRef pointer)
{
    if (LLVMIsALoadInst(user))
        return LLVMGetOrdering(user) == LLVMAtomicOrderingNotAtomic;
    return LLVMIsAStoreInst(user) && LLVMGetOperand(user, 1) == pointer &&
           LLVMGetOperand(user, 0) != pointer &&
           LLVMGetOrdering(user) == LLVMAtomicOrderingNotAtomic;
}

static LLVMTypeRef accessed_type(LLVMValueRef access)
{
    return LLVMTypeOf(LLVMIsAStoreInst(access) ? LLVMGetOperand(access, 0) : access);
}

/* All that happens to the address is seen here. */
static bool stays_in_sight(LLVMValueRef pointer, LLVMTypeRef whole)
{
    for (LLVMUseRef use = LLVMGetFirstUse(pointer); use; use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);

        if (is_marker(user))
            continue;
        if (is_simple_access(user, pointer)) {
            if (whole && accessed_type(user) != whole)
                return false;
        } else if (whole || !(LLVMIsAGetElementPtrInst(user) ? stays_in_sight(user, NULL)
                                                             : is_filling(user))) {
            return false;
        }
    }
    return true;
}

/* The size that accesses have which all have the same, and are that far apart; else 1. */
static uint64_t common_size(const struct vgpu_cc_module *module, LLVMValueRef pointer,
                            uint64_t unit)
{
    for (LLVMUseRef use = LLVMGetFirstUse(pointer); use; use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);

        if (is_marker(user))
            continue;
        if (is_simple_access(user, pointer)) {
            const uint64_t size =
                LLVMStoreSizeOfType(module->layout, accessed_type(user));

            unit = unit == 0 || unit == size ? size : 1;
        } else if (LLVMIsAGetElementPtrInst(user)) {
            struct vgpu_cc_address_steps steps =
                vgpu_cc_address_steps(module->layout, user);
            struct vgpu_cc_address_step step;

            unit = common_size(module, user, unit);
            while (vgpu_cc_next_step(&steps, &step))
                unit = unit == 0 || step.bytes % unit == 0 ? unit : 1;
        } else if (LLVMConstIntGetZExtValue(LLVMGetOperand(user, 2)) %
                   (unit ? unit : 1)) {
            unit = 1;
        }
    }
    return unit;
}

static uint64_t unit_of(const struct vgpu_cc_module *module, LLVMValueRef alloca,
                        uint64_t bytes)
{
    const uint64_t once = common_size(module, alloca, 0);
    const uint64_t unit = common_size(module, alloca, once); /* now of all in any order */

    return unit != 0 && bytes % unit == 0 ? unit : 1;
}

static void add_variable(struct vgpu_cc_shadows *shadows, LLVMValueRef alloca)
{
    const struct vgpu_cc_module *const m = shadows->tracer->module;
    LLVMTypeRef type = LLVMGetAllocatedType(alloca);
    const LLVMTypeKind kind = LLVMGetTypeKind(type);
    struct vgpu_cc_shadow_variable *const variable =
        &shadows->list[shadows->num_variables];
    LLVMTypeRef shadow = m->i8;

    variable->bytes = LLVMABISizeOfType(m->layout, type);
    variable->form = kind == LLVMArrayTypeKind || kind == LLVMStructTypeKind
                         ? VGPU_CC_SHADOW_UNITS
                     : kind == LLVMVectorTypeKind ? VGPU_CC_SHADOW_VECTOR
                                                  : VGPU_CC_SHADOW_SCALAR;
    if (variable->bytes == 0 || variable->bytes > MOST_BYTES ||
        !LLVMIsConstant(LLVMGetOperand(alloca, 0)) ||
        !stays_in_sight(alloca, variable->form == VGPU_CC_SHADOW_UNITS ? NULL : type))
        return;
    if (variable->form == VGPU_CC_SHADOW_VECTOR)
        shadow = LLVMVectorType(m->i8, LLVMGetVectorSize(type));
    variable->unit = 1;
    if (variable->form == VGPU_CC_SHADOW_UNITS) {
        variable->unit = unit_of(m, alloca, variable->bytes);
        shadow = vgpu_cc_array_type(m->i8, variable->bytes / variable->unit);
    }
    LLVMPositionBuilderBefore(shadows->tracer->at, alloca);
    variable->alloca = alloca;
    variable->shadow = LLVMBuildAlloca(shadows->tracer->at, shadow, VGPU_CC_SHADOW_NAME);
    vgpu_cc_index_set(&shadows->variables, alloca, shadows->num_variables++);
}

/* ---- addresses */

struct vgpu_cc_shadow_variable *vgpu_cc_shadow_variable(struct vgpu_cc_shadows *shadows,
                                                        LLVMValueRef pointer)
{
    int number;

    while (LLVMIsAGetElementPtrInst(pointer))
        pointer = LLVMGetOperand(pointer, 0);
    number = vgpu_cc_index_get(&shadows->variables, pointer);
    return number < 0 ? NULL : &shadows->list[number];
}

/* The shadow of `size` bytes; of its start where they are not all in the variable. */
static LLVMValueRef shadow_at(struct vgpu_cc_shadows *shadows,
                              const struct vgpu_cc_shadow_variable *variable,
                              LLVMValueRef pointer, uint64_t size)
{
    const struct vgpu_cc_module *const m = shadows->tracer->module;
    LLVMBuilderRef at = shadows->tracer->at;
    LLVMValueRef outside,
        offset = vgpu_cc_private_offset(shadows->tracer, pointer, variable->unit);
    const uint64_t most = (variable->bytes - size) / variable->unit;

    outside =
        LLVMBuildICmp(at, LLVMIntUGT, offset, LLVMConstInt(m->i64, most, false), "");
    offset = LLVMBuildSelect(at, outside, LLVMConstNull(m->i64), offset, "");
    return LLVMBuildInBoundsGEP2(at, m->i8, variable->shadow, &offset, 1, "");
}

/* Parts of an access's shadow: integers of ordinary sizes, which is what rows know. */
struct pieces {
    LLVMValueRef place;
    uint64_t left; /* units */
};

static struct pieces pieces_of(struct vgpu_cc_shadows *shadows,
                               const struct vgpu_cc_shadow_variable *variable,
                               LLVMValueRef pointer, uint64_t size)
{
    return (struct pieces){shadow_at(shadows, variable, pointer, size),
                           size / variable->unit};
}

/* The next one's place, and type. NULL: there is no more. */
static LLVMValueRef next_piece(struct vgpu_cc_shadows *shadows, struct pieces *pieces,
                               LLVMTypeRef *type_out)
{
    const struct vgpu_cc_module *const m = shadows->tracer->module;
    LLVMValueRef place = pieces->place, step;
    uint64_t units = 8;

    if (pieces->left == 0)
        return NULL;
    while (units > pieces->left)
        units /= 2;
    pieces->left -= units;
    *type_out = LLVMIntTypeInContext(m->context, 8 * (unsigned)units);
    step = LLVMConstInt(m->i64, units, false);
    if (pieces->left > 0)
        pieces->place =
            LLVMBuildInBoundsGEP2(shadows->tracer->at, m->i8, place, &step, 1, "");
    return place;
}

/* ---- what is told */

/* The call names the site by its place in `pending`; see access.c. */
void vgpu_cc_shadow_tell(struct vgpu_cc_shadows *shadows, LLVMValueRef user,
                         LLVMValueRef unwritten,
                         const struct vgpu_cc_shadow_variable *variable, uint64_t size)
{
    struct vgpu_cc_tracer *const tracer = shadows->tracer;
    const struct vgpu_cc_module *const m = tracer->module;
    LLVMValueRef args[4] = {LLVMConstInt(m->i32, tracer->num_pending, false),
                            LLVMConstNull(m->i1), unwritten, LLVMConstNull(m->i64)};
    size_t length;

    if ((tracer->num_pending & (tracer->num_pending - 1)) == 0) {
        tracer->pending = realloc(tracer->pending, (2 * (size_t)tracer->num_pending + 1) *
                                                       sizeof *tracer->pending);
        if (!tracer->pending)
            abort();
    }
    tracer->pending[tracer->num_pending++] = (struct vgpu_cc_pending){
        .name = variable ? strdup(LLVMGetValueName2(variable->alloca, &length)) : NULL,
        .size = (uint32_t)size,
        .bytes = variable ? variable->bytes : 0};
    vgpu_cc_traced_call(tracer, VGPU_CC_TRACED_PRIVATE, user, args);
}

/* ---- loads and stores */

static void follow_store(struct vgpu_cc_shadows *shadows, LLVMValueRef store)
{
    struct vgpu_cc_shadow_variable *const variable =
        vgpu_cc_shadow_variable(shadows, LLVMGetOperand(store, 1));
    const struct vgpu_cc_module *const m = shadows->tracer->module;
    LLVMBuilderRef at = shadows->tracer->at;
    LLVMValueRef value = LLVMGetOperand(store, 0), shadow;
    LLVMTypeRef bits;
    struct pieces pieces;
    uint64_t size;

    LLVMPositionBuilderBefore(at, store);
    if (!variable)
        return;
    switch (variable->form) {
    case VGPU_CC_SHADOW_SCALAR:
        LLVMBuildStore(at, LLVMConstInt(m->i8, 1, false), variable->shadow);
        return;
    case VGPU_CC_SHADOW_VECTOR:
        shadow = vgpu_cc_partial_shadow(shadows, value);
        LLVMBuildStore(at,
                       shadow ? shadow : vgpu_cc_shadow_ones(shadows, LLVMTypeOf(value)),
                       variable->shadow);
        return;
    case VGPU_CC_SHADOW_UNITS:
        break;
    }
    size = LLVMStoreSizeOfType(m->layout, LLVMTypeOf(value));
    if (size > variable->bytes)
        return;
    pieces = pieces_of(shadows, variable, LLVMGetOperand(store, 1), size);
    while ((shadow = next_piece(shadows, &pieces, &bits)))
        LLVMSetAlignment(LLVMBuildStore(at, LLVMConstAllOnes(bits), shadow), 1);
}

/* Whether any of the units that an access reads was not written. */
static LLVMValueRef misses_units(struct vgpu_cc_shadows *shadows,
                                 const struct vgpu_cc_shadow_variable *variable,
                                 LLVMValueRef pointer, uint64_t size)
{
    LLVMBuilderRef at = shadows->tracer->at;
    struct pieces pieces = pieces_of(shadows, variable, pointer, size);
    LLVMValueRef place, any = NULL;
    LLVMTypeRef type;

    while ((place = next_piece(shadows, &pieces, &type))) {
        LLVMValueRef shadow = LLVMBuildLoad2(at, type, place, ""), odd;

        LLVMSetAlignment(shadow, 1);
        odd = LLVMBuildICmp(at, LLVMIntNE, shadow, LLVMConstAllOnes(type), "");
        any = any ? LLVMBuildOr(at, any, odd, "") : odd;
    }
    return any;
}

static void follow_load(struct vgpu_cc_shadows *shadows, LLVMValueRef load)
{
    struct vgpu_cc_shadow_variable *const variable =
        vgpu_cc_shadow_variable(shadows, LLVMGetOperand(load, 0));
    const struct vgpu_cc_module *const m = shadows->tracer->module;
    LLVMBuilderRef at = shadows->tracer->at;
    LLVMValueRef shadow, unwritten;
    LLVMTypeRef type;
    uint64_t size;

    if (!variable)
        return;
    LLVMPositionBuilderBefore(at, LLVMGetNextInstruction(load));
    if (variable->form == VGPU_CC_SHADOW_VECTOR) {
        type = LLVMVectorType(m->i8, LLVMGetVectorSize(LLVMTypeOf(load)));
        vgpu_cc_partial_set(shadows, load,
                            LLVMBuildLoad2(at, type, variable->shadow, ""));
        return;
    }
    LLVMPositionBuilderBefore(at, load);
    size = LLVMStoreSizeOfType(m->layout, LLVMTypeOf(load));
    if (variable->form == VGPU_CC_SHADOW_SCALAR) {
        shadow = LLVMBuildLoad2(at, m->i8, variable->shadow, "");
        unwritten = LLVMBuildICmp(at, LLVMIntEQ, shadow, LLVMConstNull(m->i8), "");
    } else {
        if (size > variable->bytes)
            return;
        unwritten = misses_units(shadows, variable, LLVMGetOperand(load, 0), size);
    }
    vgpu_cc_shadow_tell(shadows, load, unwritten, variable, size);
}

/* ---- memcpy, memset, and where variables begin to live */

/* Stores leave the compiler more freedom than memset as to where the shadow lies. */
static void set_bytes(struct vgpu_cc_shadows *shadows, LLVMValueRef to, uint64_t count,
                      LLVMValueRef byte)
{
    const struct vgpu_cc_module *const m = shadows->tracer->module;
    LLVMBuilderRef at = shadows->tracer->at;

    if (count > MOST_STORES)
        LLVMBuildMemSet(at, to, byte, LLVMConstInt(m->i64, count, false), 1);
    for (uint64_t i = 0; i < count && count <= MOST_STORES; i++) {
        LLVMValueRef index = LLVMConstInt(m->i64, i, false);

        LLVMBuildStore(at, byte, LLVMBuildInBoundsGEP2(at, m->i8, to, &index, 1, ""));
    }
}

static void fill_shadow(struct vgpu_cc_shadows *shadows, LLVMValueRef filling)
{
    LLVMValueRef to = LLVMGetOperand(filling, 0), length = LLVMGetOperand(filling, 2);
    struct vgpu_cc_shadow_variable *const variable = vgpu_cc_shadow_variable(shadows, to);
    struct vgpu_cc_shadow_variable *const source =
        LLVMIsAMemCpyInst(filling) || LLVMIsAMemMoveInst(filling)
            ? vgpu_cc_shadow_variable(shadows, LLVMGetOperand(filling, 1))
            : NULL;
    const uint64_t bytes = LLVMConstIntGetZExtValue(length);
    LLVMBuilderRef at = shadows->tracer->at;
    LLVMTypeRef i64 = shadows->tracer->module->i64;
    LLVMValueRef shadow;

    if (!variable || variable->form != VGPU_CC_SHADOW_UNITS || bytes == 0 ||
        bytes > variable->bytes)
        return;
    LLVMPositionBuilderBefore(at, filling);
    shadow = shadow_at(shadows, variable, to, bytes);
    if (source && source->form == VGPU_CC_SHADOW_UNITS && bytes <= source->bytes &&
        source->unit == variable->unit)
        LLVMBuildMemCpy(at, shadow, 1,
                        shadow_at(shadows, source, LLVMGetOperand(filling, 1), bytes), 1,
                        LLVMConstInt(i64, bytes / variable->unit, false));
    else
        set_bytes(shadows, shadow, bytes / variable->unit,
                  LLVMConstAllOnes(shadows->tracer->module->i8));
}

static void clear(struct vgpu_cc_shadows *shadows,
                  const struct vgpu_cc_shadow_variable *variable)
{
    LLVMValueRef zero = LLVMConstNull(LLVMGetAllocatedType(variable->shadow));

    if (variable->form == VGPU_CC_SHADOW_UNITS)
        set_bytes(shadows, variable->shadow, variable->bytes / variable->unit,
                  LLVMConstNull(shadows->tracer->module->i8));
    else
        LLVMBuildStore(shadows->tracer->at, zero, variable->shadow);
}

static void begin_life(struct vgpu_cc_shadows *shadows, LLVMValueRef start)
{
    const struct vgpu_cc_shadow_variable *variable = vgpu_cc_shadow_variable(
        shadows, LLVMGetOperand(start, LLVMGetNumArgOperands(start) - 1));

    if (!variable)
        return;
    LLVMPositionBuilderBefore(shadows->tracer->at, start);
    clear(shadows, variable);
}

/* ---- all of a kernel */

static void follow(struct vgpu_cc_shadows *shadows, LLVMValueRef instruction)
{
    vgpu_cc_partial_uses(shadows, instruction);
    if (LLVMIsALoadInst(instruction))
        follow_load(shadows, instruction);
    else if (LLVMIsAStoreInst(instruction))
        follow_store(shadows, instruction);
    else if (LLVMIsAInsertElementInst(instruction) ||
             LLVMIsAShuffleVectorInst(instruction))
        vgpu_cc_partial_follow(shadows, instruction);
    else if (LLVMIsACallInst(instruction) && is_start(instruction))
        begin_life(shadows, instruction);
    else if (LLVMIsACallInst(instruction) && is_filling(instruction))
        fill_shadow(shadows, instruction);
}

static void clear_all(struct vgpu_cc_shadows *shadows)
{
    for (int i = 0; i < shadows->num_variables; i++) {
        LLVMPositionBuilderBefore(shadows->tracer->at,
                                  LLVMGetNextInstruction(shadows->list[i].alloca));
        clear(shadows, &shadows->list[i]);
    }
}

static void shadow_kernel(struct vgpu_cc_tracer *tracer, LLVMValueRef kernel)
{
    struct vgpu_cc_shadows shadows = {.tracer = tracer};
    size_t count = 0;

    shadows.variables.pool = shadows.partials.pool = &shadows.pool;
    VGPU_CC_EACH_BLOCK (b, kernel) {
        VGPU_CC_EACH_INSTRUCTION (i, b)
            count++;
    }
    shadows.list = vgpu_cc_pool_alloc(&shadows.pool, count, sizeof *shadows.list);
    shadows.parts = vgpu_cc_pool_alloc(&shadows.pool, count, sizeof *shadows.parts);
    VGPU_CC_EACH_INSTRUCTION (i, LLVMGetEntryBasicBlock(kernel)) {
        if (LLVMIsAAllocaInst(i))
            add_variable(&shadows, i);
    }
    VGPU_CC_EACH_BLOCK (b, kernel) {
        VGPU_CC_EACH_INSTRUCTION (i, b)
            follow(&shadows, i);
    }
    clear_all(&shadows);
    vgpu_cc_pool_fini(&shadows.pool);
}

void vgpu_cc_privates_shadow(struct vgpu_cc_tracer *tracer)
{
    if (tracer->module->watch != VGPU_CC_WATCH_CHECKS)
        return;
    VGPU_CC_EACH_FUNCTION (f, tracer->module->module) {
        if (vgpu_cc_is_kernel(f) && !vgpu_cc_has_string_attribute(f, VGPU_CC_HAS_CALLS))
            shadow_kernel(tracer, f);
    }
}
