/* SPDX-License-Identifier: MIT */
/* Variables that live outside of the code. */
#define _GNU_SOURCE
#include "place.h"

#include <stdlib.h>
#include <string.h>

#include "arithmetic.h"
#include "context.h"
#include "image.h"
#include "local_name.h"
#include "lockstep/pool.h"

#define BASE_ALIGN     128u
#define CONSTANT_ALIGN 4096u /* a page: what the loader of code gives */

struct variable {
    LLVMValueRef global;
    size_t size, align;
    bool is_local;
    size_t offset;        /* of local ones: in the function that `owner` says */
    LLVMValueRef owner;   /* the function that has `address` */
    LLVMValueRef address; /* or NULL */
};

struct place {
    struct vgpu_cc_module *module;
    struct vgpu_cc_pool pool;
    struct vgpu_cc_index index; /* of globals: number in `variables` */
    struct variable *variables;
    int num_variables;
    LLVMBuilderRef builder;
    LLVMValueRef function; /* whose code is being changed */
    size_t local_bytes;    /* of it */
    bool failed;
};

bool vgpu_cc_is_local_variable(LLVMValueRef global)
{
    const char *section = LLVMGetSection(global);
    LLVMValueRef initializer = LLVMGetInitializer(global);

    return (section && strcmp(section, VGPU_CC_LOCAL_SECTION) == 0) ||
           (LLVMGetLinkage(global) == LLVMInternalLinkage && initializer &&
            LLVMIsUndef(initializer));
}

static void add(struct place *place, LLVMValueRef global)
{
    struct variable *variable = &place->variables[place->num_variables];
    const LLVMTypeRef type = LLVMGlobalGetValueType(global);

    variable->global = global;
    variable->size = LLVMABISizeOfType(place->module->layout, type);
    variable->align = LLVMGetAlignment(global);
    if (!variable->align)
        variable->align = LLVMABIAlignmentOfType(place->module->layout, type);
    variable->is_local = vgpu_cc_is_local_variable(global);
    vgpu_cc_index_set(&place->index, global, place->num_variables++);
}

static bool is_placed(const struct place *place, LLVMValueRef value)
{
    return vgpu_cc_index_get(&place->index, value) >= 0;
}

/* Whether a constant is a placed variable's address or made of one. */
static bool mentions(const struct place *place, LLVMValueRef value)
{
    if (is_placed(place, value))
        return true;
    if (!LLVMIsAConstantExpr(value) && !LLVMIsAConstantVector(value) &&
        !LLVMIsAConstantStruct(value) && !LLVMIsAConstantArray(value))
        return false;
    for (int i = 0; i < LLVMGetNumOperands(value); i++) {
        if (mentions(place, LLVMGetOperand(value, (unsigned)i)))
            return true;
    }
    return false;
}

/* Whether a placed variable's initialiser is the constant's address or made of it. */
static bool is_mentioned(const struct place *place, LLVMValueRef constant)
{
    for (LLVMUseRef use = LLVMGetFirstUse(constant); use; use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);

        if (is_placed(place, user) || (!LLVMIsAGlobalVariable(user) &&
                                       LLVMIsConstant(user) && is_mentioned(place, user)))
            return true;
    }
    return false;
}

/* Constants are part of each kernel's code, which knows no addresses of variables, and
 * which no variable knows of: those that hold some or are pointed at go with them. */
static void collect_constants(struct place *place)
{
    int before;

    do {
        before = place->num_variables;
        VGPU_CC_EACH_GLOBAL (g, place->module->module) {
            if (LLVMIsGlobalConstant(g) && !LLVMIsDeclaration(g) &&
                !is_placed(place, g) &&
                (mentions(place, LLVMGetInitializer(g)) || is_mentioned(place, g)))
                add(place, g);
        }
    } while (place->num_variables > before);
}

static bool collect(struct place *place)
{
    size_t count = 0;

    VGPU_CC_EACH_GLOBAL (g, place->module->module)
        count++;
    place->variables =
        vgpu_cc_pool_alloc(&place->pool, count + 1, sizeof *place->variables);
    VGPU_CC_EACH_GLOBAL (g, place->module->module) {
        if (strncmp(vgpu_cc_source_name(g), "llvm.", 5) == 0)
            continue;
        if (LLVMIsDeclaration(g)) {
            if (LLVMGetFirstUse(g) && !place->module->is_c)
                return vgpu_cc_error(place->module,
                                     "variable '%s' is declared, but defined nowhere",
                                     vgpu_cc_source_name(g));
        } else if (!LLVMIsGlobalConstant(g)) {
            add(place, g);
        }
    }
    collect_constants(place);
    return true;
}

static bool check_align(struct place *place, LLVMValueRef global, size_t align,
                        unsigned most)
{
    return align <= most ||
           vgpu_cc_error(place->module,
                         "variable '%s' is to be aligned at %zu bytes; the most is %u",
                         vgpu_cc_source_name(global), align, most);
}

/* Constants that stay in the code are copied with it, more than once. */
static bool check_constants(struct place *place)
{
    size_t sum = 0;

    VGPU_CC_EACH_GLOBAL (g, place->module->module) {
        const unsigned long long size =
            LLVMABISizeOfType(place->module->layout, LLVMGlobalGetValueType(g));

        if (!LLVMIsGlobalConstant(g) || LLVMIsDeclaration(g))
            continue;
        if (!check_align(place, g, LLVMGetAlignment(g), CONSTANT_ALIGN))
            return false;
        if (size > VGPU_CC_VARIABLES_LIMIT - sum)
            return vgpu_cc_error(place->module,
                                 "program-scope constants take more than %zu bytes, with "
                                 "'%s' of %llu bytes",
                                 VGPU_CC_VARIABLES_LIMIT, vgpu_cc_source_name(g), size);
        sum += size;
    }
    return true;
}

/* The offset of a variable behind `*bytes` others. */
static bool append(struct place *place, struct variable *variable, size_t *bytes,
                   size_t limit, const char *what)
{
    if (!check_align(place, variable->global, variable->align, BASE_ALIGN))
        return false;
    if (variable->size > limit ||
        vgpu_round_up(*bytes, variable->align) > limit - variable->size)
        return vgpu_cc_error(
            place->module, "%s take more than %zu bytes, with '%s' of %zu bytes", what,
            limit, vgpu_cc_source_name(variable->global), variable->size);
    variable->offset = vgpu_round_up(*bytes, variable->align);
    *bytes = variable->offset + variable->size;
    return true;
}

static bool find(const void *context, LLVMValueRef global, size_t *offset_out)
{
    const struct place *place = context;
    const int number = vgpu_cc_index_get(&place->index, global);

    if (number < 0 || place->variables[number].is_local)
        return false;
    *offset_out = place->variables[number].offset;
    return true;
}

static bool write_variables(struct place *place, struct vgpu_unit *unit)
{
    struct vgpu_cc_image image = {.module = place->module,
                                  .bytes = unit->variables,
                                  .find = find,
                                  .context = place};
    bool ok = true;

    for (int i = 0; ok && i < place->num_variables; i++) {
        const struct variable *variable = &place->variables[i];

        if (!variable->is_local &&
            !vgpu_cc_image_write(&image, LLVMGetInitializer(variable->global),
                                 variable->offset))
            ok = vgpu_cc_error(place->module,
                               "the initialiser of variable '%s' is not known before the "
                               "program runs; assign it in a kernel",
                               vgpu_cc_source_name(variable->global));
    }
    unit->addresses = image.addresses;
    unit->num_addresses = image.num_addresses;
    return ok;
}

static bool lay_out_variables(struct place *place, struct vgpu_unit *unit)
{
    size_t size = 0;

    for (int i = 0; i < place->num_variables; i++) {
        if (!place->variables[i].is_local &&
            !append(place, &place->variables[i], &size, VGPU_CC_VARIABLES_LIMIT,
                    "program-scope variables"))
            return false;
    }
    if (size == 0)
        return true;
    unit->variables = calloc(1, size);
    if (!unit->variables)
        return vgpu_cc_error(place->module, "out of memory");
    unit->variables_size = size;
    return write_variables(place, unit);
}

/* At the start of the function, so that it holds everywhere in it. */
static LLVMValueRef build_address(struct place *place, const struct variable *variable)
{
    struct vgpu_cc_module *module = place->module;
    LLVMBasicBlockRef entry = LLVMGetEntryBasicBlock(place->function);
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(module->context);
    LLVMValueRef first = LLVMGetFirstInstruction(entry);
    LLVMValueRef base = vgpu_cc_pseudo(
        module, variable->is_local ? "vgpu.local_memory" : "vgpu.variables", module->ptr);
    LLVMValueRef offset = LLVMConstInt(module->i64, variable->offset, false);
    LLVMValueRef address;

    LLVMPositionBuilderBefore(builder, first);
    address = LLVMBuildCall2(builder, LLVMGlobalGetValueType(base), base, NULL, 0, "");
    if (variable->offset)
        address = LLVMBuildInBoundsGEP2(builder, module->i8, address, &offset, 1, "");
    LLVMDisposeBuilder(builder);
    if (variable->is_local)
        vgpu_cc_local_name(module, place->function, variable->global, address, first);
    return address;
}

static LLVMValueRef address_of(struct place *place, struct variable *variable)
{
    if (variable->owner == place->function)
        return variable->address;
    if (variable->is_local) {
        if (!vgpu_cc_is_kernel(place->function)) {
            place->failed = true;
            vgpu_cc_error(place->module, "__local variable '%s' is not in a kernel",
                          vgpu_cc_source_name(variable->global));
        } else if (!append(place, variable, &place->local_bytes, SIZE_MAX / 2,
                           "__local variables")) {
            place->failed = true;
        }
    }
    variable->owner = place->function;
    variable->address = build_address(place, variable);
    return variable->address;
}

static LLVMValueRef build(struct place *place, LLVMValueRef value);

static LLVMValueRef build_aggregate(struct place *place, LLVMValueRef value)
{
    const LLVMTypeRef type = LLVMTypeOf(value);
    LLVMValueRef result = LLVMGetPoison(type);

    for (unsigned i = 0; i < (unsigned)LLVMGetNumOperands(value); i++) {
        LLVMValueRef element = build(place, LLVMGetOperand(value, i));

        result =
            LLVMGetTypeKind(type) == LLVMVectorTypeKind
                ? LLVMBuildInsertElement(place->builder, result, element,
                                         LLVMConstInt(place->module->i32, i, false), "")
                : LLVMBuildInsertValue(place->builder, result, element, i, "");
    }
    return result;
}

static LLVMValueRef build_element_pointer(struct place *place, LLVMValueRef value)
{
    const unsigned count = (unsigned)LLVMGetNumOperands(value) - 1;
    LLVMValueRef *indices =
        vgpu_cc_pool_alloc(&place->pool, count + 1, sizeof(LLVMValueRef));
    const LLVMTypeRef type = LLVMGetGEPSourceElementType(value);
    LLVMValueRef base = build(place, LLVMGetOperand(value, 0));

    for (unsigned i = 0; i < count; i++)
        indices[i] = build(place, LLVMGetOperand(value, i + 1));
    return LLVMIsInBounds(value)
               ? LLVMBuildInBoundsGEP2(place->builder, type, base, indices, count, "")
               : LLVMBuildGEP2(place->builder, type, base, indices, count, "");
}

static LLVMValueRef build_expression(struct place *place, LLVMValueRef value)
{
    const LLVMOpcode opcode = LLVMGetConstOpcode(value);
    LLVMValueRef operands[3] = {NULL};

    if (opcode == LLVMGetElementPtr)
        return build_element_pointer(place, value);
    for (int i = 0; i < LLVMGetNumOperands(value) && i < 3; i++)
        operands[i] = build(place, LLVMGetOperand(value, (unsigned)i));
    if (opcode >= LLVMTrunc && opcode <= LLVMBitCast)
        return LLVMBuildCast(place->builder, opcode, operands[0], LLVMTypeOf(value), "");
    if (opcode >= LLVMAdd && opcode <= LLVMXor)
        return LLVMBuildBinOp(place->builder, opcode, operands[0], operands[1], "");
    if (opcode == LLVMICmp)
        return LLVMBuildICmp(place->builder, LLVMGetICmpPredicate(value), operands[0],
                             operands[1], "");
    if (opcode == LLVMSelect)
        return LLVMBuildSelect(place->builder, operands[0], operands[1], operands[2], "");
    place->failed = true;
    vgpu_cc_error(place->module,
                  "the address of a variable is used in a way that is not "
                  "supported (constant expression %d)",
                  (int)opcode);
    return LLVMGetPoison(LLVMTypeOf(value));
}

/* The value, as instructions at the builder's place where it mentions a variable. */
static LLVMValueRef build(struct place *place, LLVMValueRef value)
{
    const int number = vgpu_cc_index_get(&place->index, value);

    if (number >= 0)
        return address_of(place, &place->variables[number]);
    if (!mentions(place, value))
        return value;
    return LLVMIsAConstantExpr(value) ? build_expression(place, value)
                                      : build_aggregate(place, value);
}

/* A phi's operand is computed where its edge comes from; several edges from one block
 * have to have the same value. */
static void replace_in_phi(struct place *place, LLVMValueRef phi)
{
    const unsigned count = LLVMCountIncoming(phi);

    for (unsigned i = 0; i < count; i++) {
        LLVMValueRef value = LLVMGetIncomingValue(phi, i);
        LLVMBasicBlockRef block = LLVMGetIncomingBlock(phi, i);
        LLVMValueRef built;

        if (!LLVMIsConstant(value) || !mentions(place, value))
            continue;
        LLVMPositionBuilderBefore(place->builder, LLVMGetBasicBlockTerminator(block));
        built = build(place, value);
        for (unsigned j = i; j < count; j++) {
            if (LLVMGetIncomingBlock(phi, j) == block)
                LLVMSetOperand(phi, j, built);
        }
    }
}

static void replace_in(struct place *place, LLVMValueRef instruction)
{
    const int count = LLVMGetNumOperands(instruction);

    if (LLVMIsAPHINode(instruction)) {
        replace_in_phi(place, instruction);
        return;
    }
    for (int i = 0; i < count; i++) {
        LLVMValueRef value = LLVMGetOperand(instruction, (unsigned)i);

        if (value && LLVMIsConstant(value) && mentions(place, value)) {
            LLVMPositionBuilderBefore(place->builder, instruction);
            LLVMSetOperand(instruction, (unsigned)i, build(place, value));
        }
    }
}

static struct vgpu_unit_kernel *unit_kernel(struct vgpu_unit *unit, LLVMValueRef function)
{
    const char *name = vgpu_cc_source_name(function);

    for (size_t i = 0; i < unit->num_kernels; i++) {
        if (strcmp(unit->kernels[i].declaration.name, name) == 0)
            return &unit->kernels[i];
    }
    return NULL;
}

static void replace_all(struct place *place, struct vgpu_unit *unit)
{
    VGPU_CC_EACH_FUNCTION (f, place->module->module) {
        struct vgpu_unit_kernel *kernel;

        if (LLVMIsDeclaration(f))
            continue;
        place->function = f;
        place->local_bytes = 0;
        VGPU_CC_EACH_BLOCK (b, f) {
            VGPU_CC_EACH_INSTRUCTION (i, b)
                replace_in(place, i);
        }
        kernel = vgpu_cc_is_kernel(f) ? unit_kernel(unit, f) : NULL;
        if (kernel)
            kernel->local_bytes = vgpu_round_up(place->local_bytes, BASE_ALIGN);
    }
}

static void delete_variables(struct place *place)
{
    for (int i = 0; i < place->num_variables; i++) {
        LLVMValueRef global = place->variables[i].global;

        LLVMReplaceAllUsesWith(global, LLVMGetPoison(LLVMTypeOf(global)));
        LLVMDeleteGlobal(global);
    }
}

bool vgpu_cc_place(struct vgpu_cc_module *module, struct vgpu_unit *unit)
{
    struct place place = {.module = module};
    bool ok;

    place.index.pool = &place.pool;
    place.builder = LLVMCreateBuilderInContext(module->context);
    ok = check_constants(&place) && collect(&place);
    if (ok && place.num_variables > 0) {
        ok = lay_out_variables(&place, unit);
        if (ok) {
            replace_all(&place, unit);
            ok = !place.failed;
        }
        if (ok)
            delete_variables(&place);
    }
    LLVMDisposeBuilder(place.builder);
    vgpu_cc_pool_fini(&place.pool);
    return ok;
}

LLVMValueRef vgpu_cc_kernel_find(struct vgpu_cc_module *module, const char *name)
{
    char *full = NULL;
    LLVMValueRef function = NULL;

    if (asprintf(&full, VGPU_CC_KERNEL_PREFIX "%s", name) >= 0)
        function = LLVMGetNamedFunction(module->module, full);
    free(full);
    return function && vgpu_cc_is_kernel(function) ? function : NULL;
}
