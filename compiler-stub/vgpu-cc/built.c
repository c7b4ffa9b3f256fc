/* SPDX-License-Identifier: MIT */
/* Code for programs that are built with it. */
#define _GNU_SOURCE
#include "built.h"

#include <llvm-c/Linker.h>
#include <stdlib.h>
#include <string.h>

#include "back_end.h"
#include "c_source.h"
#include "compat.h"
#include "context.h"
#include "cpu.h"
#include "lockstep/pool.h"
#include "prepare.h"
#include "registering.h"

#define BASE_ALIGN   128u
#define TABLE_PREFIX "vgpu.table."

struct built {
    const struct vgpu_cc_build *build;
    const void *watched; /* the unit that observers need, packed, or NULL */
    size_t watched_size;
    struct vgpu_unit unit;       /* of the source */
    struct vgpu_cc_module whole; /* the object's; context and machine are the caller's */
    LLVMValueRef watched_bytes;  /* in it, once there are any */
    unsigned num_tables;
};

static const char *name_of(LLVMValueRef value)
{
    size_t length;

    return LLVMGetValueName2(value, &length);
}

static LLVMValueRef define(struct vgpu_cc_module *module, LLVMValueRef value,
                           const char *name)
{
    LLVMValueRef global = LLVMAddGlobal(module->module, LLVMTypeOf(value), name);

    LLVMSetInitializer(global, value);
    LLVMSetGlobalConstant(global, true);
    LLVMSetLinkage(global, LLVMInternalLinkage);
    return global;
}

/* The links are the whole object's, the table is known by a name of its own, and nothing
 * else of the part is seen outside of it. */
static void seal(struct vgpu_cc_module *part, const char *table_name)
{
    LLVMValueRef links = LLVMGetNamedGlobal(part->module, VGPU_CODE_LINKS_NAME);
    LLVMValueRef table = LLVMGetNamedGlobal(part->module, VGPU_CODE_TABLE_NAME);
    LLVMValueRef declared = LLVMAddGlobal(part->module, part->ptr, "");

    LLVMReplaceAllUsesWith(links, declared);
    LLVMDeleteGlobal(links);
    LLVMSetValueName2(declared, VGPU_CODE_LINKS_NAME, strlen(VGPU_CODE_LINKS_NAME));
    VGPU_CC_EACH_FUNCTION (f, part->module) {
        if (!LLVMIsDeclaration(f))
            LLVMSetLinkage(f, LLVMInternalLinkage);
    }
    VGPU_CC_EACH_GLOBAL (g, part->module) {
        if (!LLVMIsDeclaration(g) && g != table &&
            LLVMGetLinkage(g) != LLVMAppendingLinkage)
            LLVMSetLinkage(g, LLVMInternalLinkage);
    }
    LLVMSetValueName2(table, table_name, strlen(table_name));
}

/* Code of the kernel for one local size, added to the whole. Optimised by itself, as at
 * run time: large modules are optimised less. */
static LLVMValueRef add_table(struct built *built, const char *kernel,
                              const size_t local_size[3])
{
    struct vgpu_cc_code_request request = {.kernel = kernel,
                                           .mode = built->build->mode,
                                           .sub_group_size =
                                               built->build->sub_group_size};
    struct vgpu_cc_module part = built->whole;
    char name[sizeof TABLE_PREFIX + 16];
    bool ok;

    memcpy(request.local_size, local_size, sizeof request.local_size);
    part.module =
        vgpu_cc_module_parse(&part, built->unit.bitcode, built->unit.bitcode_size);
    if (!part.module)
        return NULL;
    snprintf(name, sizeof name, TABLE_PREFIX "%u", built->num_tables++);
    ok = vgpu_cc_code_emit(&part, &request);
    if (ok) {
        seal(&part, name);
        ok = vgpu_cc_optimise(&part);
    }
    if (!ok) {
        LLVMDisposeModule(part.module);
        return NULL;
    }
    if (LLVMLinkModules2(built->whole.module, part.module)) {
        vgpu_cc_error(&built->whole, "the code of kernel '%s' does not fit the others'",
                      kernel);
        return NULL;
    }
    return LLVMGetNamedGlobal(built->whole.module, name);
}

/* The tables of a kernel: for any local size first. NULL after a line in the log. */
static LLVMValueRef *add_tables(struct built *built,
                                const struct vgpu_unit_kernel *kernel,
                                unsigned *count_out)
{
    static const size_t any[3];
    const size_t *const required = kernel->declaration.required_local_size;
    const size_t others = built->build->num_local_sizes;
    const bool is_required = required[0] != 0;
    const size_t count = is_required ? 2 : 1 + others;
    LLVMValueRef *tables = calloc(count, sizeof(LLVMValueRef));
    bool ok = tables != NULL;

    for (size_t i = 0; ok && i < count; i++) {
        const size_t *size = i == 0        ? any
                             : is_required ? required
                                           : built->build->local_sizes[i - 1];

        tables[i] = add_table(built, kernel->declaration.name, size);
        ok = tables[i] != NULL;
    }
    *count_out = (unsigned)count;
    if (ok)
        return tables;
    free(tables);
    return NULL;
}

static LLVMValueRef string(struct built *built, const char *text)
{
    return define(&built->whole,
                  LLVMConstStringInContext(built->whole.context, text,
                                           (unsigned)strlen(text), false),
                  "");
}

/* One for all kernels of the object: bytes that nobody reads but observers. */
static LLVMValueRef watched_bytes(struct built *built)
{
    struct vgpu_cc_module *whole = &built->whole;

    if (!built->watched)
        return LLVMConstPointerNull(whole->ptr);
    if (!built->watched_bytes)
        built->watched_bytes =
            define(whole,
                   LLVMConstStringInContext(whole->context, built->watched,
                                            (unsigned)built->watched_size, true),
                   "");
    return built->watched_bytes;
}

/* A struct vgpu_built_code, in place of what the C source declares, if it is one. */
static LLVMValueRef add_code(struct built *built, const struct vgpu_unit_kernel *kernel,
                             const char *features)
{
    struct vgpu_cc_module *whole = &built->whole;
    char *name = NULL;
    unsigned count;
    LLVMValueRef *tables = add_tables(built, kernel, &count);
    LLVMValueRef values[8], code, declared;

    _Static_assert(sizeof(struct vgpu_built_code) == 2 * 4 + 6 * 8,
                   "the struct below has the layout of struct vgpu_built_code");
    if (!tables)
        return NULL;
    values[0] = LLVMConstInt(whole->i32, VGPU_CODE_VERSION, false);
    values[1] = LLVMConstInt(whole->i32, count, false);
    values[2] = define(whole, LLVMConstArray(whole->ptr, tables, count), "");
    values[3] = LLVMConstInt(whole->i64, kernel->local_bytes, false);
    values[4] = LLVMConstInt(whole->i64, kernel->private_bytes, false);
    values[5] = string(built, features);
    values[6] = watched_bytes(built);
    values[7] = LLVMConstInt(whole->i64, built->watched_size, false);
    code = define(whole, LLVMConstStructInContext(whole->context, values, 8, false), "");
    free(tables);
    if (asprintf(&name, VGPU_CC_C_CODE_PREFIX "%s", kernel->declaration.name) < 0)
        return NULL;
    declared = LLVMGetNamedGlobal(whole->module, name);
    if (declared) {
        LLVMReplaceAllUsesWith(declared, code);
        LLVMDeleteGlobal(declared);
    }
    free(name);
    return code;
}

static LLVMValueRef bytes_of(struct built *built, size_t from, size_t to)
{
    return LLVMConstStringInContext(built->whole.context,
                                    (const char *)built->unit.variables + from,
                                    (unsigned)(to - from), true);
}

/* Bytes, with the addresses among them for the linker to fill in. */
static LLVMValueRef contents(struct built *built, LLVMValueRef base)
{
    struct vgpu_cc_module *whole = &built->whole;
    const struct vgpu_unit *unit = &built->unit;
    const size_t count = 2 * unit->num_addresses + 1;
    struct vgpu_cc_pool pool = {NULL};
    LLVMValueRef *parts = vgpu_cc_pool_alloc(&pool, count, sizeof(LLVMValueRef)), result;
    size_t end = 0;

    for (size_t i = 0; i < unit->num_addresses; i++) {
        uint64_t target;
        LLVMValueRef offset;

        memcpy(&target, (const char *)unit->variables + unit->addresses[i],
               sizeof target);
        offset = LLVMConstInt(whole->i64, target, false);
        parts[2 * i] = bytes_of(built, end, unit->addresses[i]);
        parts[2 * i + 1] = LLVMConstGEP2(whole->i8, base, &offset, 1);
        end = unit->addresses[i] + sizeof target;
    }
    parts[count - 1] = bytes_of(built, end, unit->variables_size);
    result = LLVMConstStructInContext(whole->context, parts, (unsigned)count, true);
    vgpu_cc_pool_fini(&pool);
    return result;
}

static LLVMValueRef add_variables(struct built *built)
{
    struct vgpu_cc_module *whole = &built->whole;
    LLVMValueRef base, variables;

    if (built->unit.variables_size == 0)
        return LLVMConstPointerNull(whole->ptr);
    base = LLVMAddGlobal(whole->module, whole->i8, "");
    variables = define(whole, contents(built, base), "");
    LLVMSetGlobalConstant(variables, false);
    LLVMSetAlignment(variables, BASE_ALIGN);
    LLVMReplaceAllUsesWith(base, variables);
    LLVMDeleteGlobal(base);
    return variables;
}

/* libvgpu's functions, by name: nobody has to set the links when the object is loaded. */
static void add_links(struct built *built)
{
    static const char *const names[] = {"vgpu_print",          "vgpu_items_run",
                                        "vgpu_item_barrier",   "vgpu_item_current",
                                        "vgpu_barrier_missed", "vgpu_item_exchange"};
    enum { COUNT = sizeof names / sizeof *names };
    struct vgpu_cc_module *whole = &built->whole;
    LLVMTypeRef type = LLVMFunctionType(whole->void_type, NULL, 0, false);
    LLVMValueRef links = LLVMGetNamedGlobal(whole->module, VGPU_CODE_LINKS_NAME);
    LLVMValueRef values[1 + COUNT + 1];

    _Static_assert(offsetof(struct vgpu_code_links, print) == 8 &&
                       offsetof(struct vgpu_code_links, item_exchange) == 8 * COUNT &&
                       offsetof(struct vgpu_code_links, traced) == 8 * (1 + COUNT),
                   "the names are in the order of the members");
    if (!links)
        return;
    values[0] = add_variables(built);
    for (size_t i = 0; i < COUNT; i++) {
        LLVMValueRef function = LLVMGetNamedFunction(whole->module, names[i]);

        values[1 + i] =
            function ? function : LLVMAddFunction(whole->module, names[i], type);
    }
    values[1 + COUNT] = LLVMConstPointerNull(whole->ptr); /* traced code is made later */
    LLVMSetInitializer(links,
                       define(whole, LLVMConstArray(whole->ptr, values, 2 + COUNT), ""));
    LLVMSetGlobalConstant(links, true);
    LLVMSetLinkage(links, LLVMInternalLinkage);
}

static bool starts_with(const char *name, const char *prefix)
{
    return strncmp(name, prefix, strlen(prefix)) == 0;
}

/* Names that the parts found one another by. */
static void hide_names(struct vgpu_cc_module *whole)
{
    VGPU_CC_EACH_GLOBAL (g, whole->module) {
        if (!LLVMIsDeclaration(g) && (starts_with(name_of(g), TABLE_PREFIX) ||
                                      starts_with(name_of(g), VGPU_CC_SHARED_PREFIX))) {
            LLVMSetVisibility(g, LLVMDefaultVisibility);
            LLVMSetLinkage(g, LLVMInternalLinkage);
        }
    }
}

/* What the parts are added to: a C file's own functions, or nothing. */
static bool begin(struct built *built, struct vgpu_cc_module *module,
                  const struct vgpu_cc_source *source)
{
    LLVMModuleRef rest = NULL;

    if (source->language == VGPU_CC_C) {
        module->is_c = true;
        if (!vgpu_cc_c_split(module, &rest))
            return false;
    } else {
        rest = LLVMModuleCreateWithNameInContext(source->name, module->context);
        LLVMSetTarget(rest, LLVMGetTarget(module->module));
        LLVMSetDataLayout(rest, LLVMGetDataLayoutStr(module->module));
    }
    built->whole = *module;
    built->whole.module = rest;
    if (!vgpu_cc_optimise(&built->whole) || !vgpu_cc_prepare(module, &built->unit))
        return false;
    if (module->is_c)
        vgpu_cc_c_mark_local_atomics(module);
    return vgpu_cc_module_write(module, &built->unit.bitcode, &built->unit.bitcode_size);
}

static bool add_kernels(struct built *built, const struct vgpu_cc_source *source)
{
    const size_t count = built->unit.num_kernels;
    char *features = vgpu_cc_cpu_features(&built->whole);
    LLVMValueRef *codes = calloc(count + 1, sizeof(LLVMValueRef));
    bool ok = features && codes;

    if (!ok)
        vgpu_cc_error(&built->whole, "out of memory");
    for (size_t i = 0; ok && i < count; i++) {
        codes[i] = add_code(built, &built->unit.kernels[i], features);
        ok = codes[i] != NULL;
    }
    if (ok)
        add_links(built);
    if (ok && source->language != VGPU_CC_C)
        ok = vgpu_cc_registering_add(&built->whole, &built->unit, source->name, codes);
    hide_names(&built->whole);
    free(codes);
    free(features);
    return ok;
}

bool vgpu_cc_built(struct vgpu_cc_module *module, const struct vgpu_cc_source *source,
                   const struct vgpu_cc_build *build, const void *unit, size_t unit_size,
                   void **bytes_out, size_t *size_out)
{
    struct built built = {.build = build, .watched = unit, .watched_size = unit_size};
    bool ok = vgpu_cc_cpu_set(module, build->cpu) && begin(&built, module, source) &&
              add_kernels(&built, source) &&
              vgpu_cc_module_verify(&built.whole, "building") &&
              vgpu_cc_passes_run(&built.whole, "globaldce,constmerge") &&
              vgpu_cc_code_write(&built.whole, build->form, bytes_out, size_out);

    if (built.whole.module)
        LLVMDisposeModule(built.whole.module);
    vgpu_unit_fini(&built.unit);
    return ok;
}
