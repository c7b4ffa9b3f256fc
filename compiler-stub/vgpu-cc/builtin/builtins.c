/* SPDX-License-Identifier: MIT */
/* The lowering of built-in functions: finds the calls, reads their names, looks for their
 * rows. */
#include "builtins.h"

#include "builtin.h"
#include "context.h"
#include "convention.h"
#include "printf_call.h"
#include "vector_math.h"

#include <stdlib.h>
#include <string.h>

static const struct vgpu_cc_builtin builtins[] = {
#define BUILTIN(name, way, with, number) {#name, vgpu_cc_lower_##way, with, number},
#include "builtin.def"
#undef BUILTIN
};
#define NUM_BUILTINS (sizeof(builtins) / sizeof(builtins[0]))

/* Names that begin alike and go on with lanes and rounding modes. */
static const struct vgpu_cc_builtin families[] = {
#define FAMILY(prefix, way) {prefix, vgpu_cc_lower_##way, NULL, 0},
#include "builtin.def"
#undef FAMILY
};
#define NUM_FAMILIES (sizeof(families) / sizeof(families[0]))

/* What no row is for may be in our library under its own name. */
static const struct vgpu_cc_builtin of_library = {"", vgpu_cc_lower_library, NULL, 0};

/* The 64-bit extensions of OpenCL C 1.x say "atom_" where the language says "atomic_". */
static bool is_named(const struct vgpu_cc_builtin *builtin, const char *name)
{
    if (strncmp(name, "atom_", 5) == 0 && strncmp(builtin->name, "atomic_", 7) == 0)
        return strcmp(builtin->name + 7, name + 5) == 0;
    return strcmp(builtin->name, name) == 0;
}

static const struct vgpu_cc_builtin *find(const char *name)
{
    for (size_t i = 0; i < NUM_BUILTINS; i++)
        if (is_named(&builtins[i], name))
            return &builtins[i];
    for (size_t i = 0; i < NUM_FAMILIES; i++)
        if (strncmp(families[i].name, name, strlen(families[i].name)) == 0)
            return &families[i];
    return &of_library;
}

static bool is_true(LLVMValueRef function, const char *attribute)
{
    LLVMAttributeRef found = LLVMGetStringAttributeAtIndex(
        function, LLVMAttributeFunctionIndex, attribute, (unsigned)strlen(attribute));
    unsigned length;
    const char *value;

    if (!found)
        return false;
    value = LLVMGetStringAttributeValue(found, &length);
    return length == 4 && memcmp(value, "true", 4) == 0;
}

static bool arguments_read(struct vgpu_cc_call *call)
{
    const struct vgpu_cc_signature *signature = call->signature;
    unsigned first = vgpu_cc_result_pointer(call->instruction) ? 1 : 0;

    if (LLVMGetNumArgOperands(call->instruction) != signature->num_parameters + first)
        return false;
    for (unsigned i = 0; i < signature->num_parameters; i++) {
        call->arguments[i] = vgpu_cc_passed_argument(
            call->builder, call->module, call->instruction, i + first,
            vgpu_cc_type_of(call->module, &signature->parameters[i]));
        if (!call->arguments[i])
            return false;
    }
    return true;
}

static bool lower_call(struct vgpu_cc_library *library, LLVMBuilderRef builder,
                       const struct vgpu_cc_signature *signature,
                       LLVMValueRef instruction)
{
    const struct vgpu_cc_builtin *builtin = find(signature->name);
    LLVMValueRef caller = LLVMGetBasicBlockParent(LLVMGetInstructionParent(instruction)),
                 value = NULL;
    struct vgpu_cc_call call = {.module = library->module,
                                .library = library,
                                .builder = builder,
                                .instruction = instruction,
                                .signature = signature,
                                .is_relaxed = is_true(caller, "approx-func-fp-math")};

    LLVMPositionBuilderBefore(builder, instruction);
    return arguments_read(&call) && builtin->lower(&call, builtin, &value) &&
           vgpu_cc_return(builder, library->module, instruction, value);
}

/* A call of `function`, not of something else that it is an argument of. */
static bool is_call_of(LLVMValueRef user, LLVMValueRef function)
{
    return LLVMIsACallInst(user) && LLVMGetCalledValue(user) == function;
}

static bool starts_with(const char *name, const char *prefix)
{
    return strncmp(name, prefix, strlen(prefix)) == 0;
}

/* Of a function that is declared, and that no device need have, what there is none of. */
static const char *missing_feature(const char *name)
{
    static const char *const of_images[] = {"read_image", "write_image", "get_image_",
                                            "__translate_sampler"};

    for (size_t i = 0; i < sizeof of_images / sizeof *of_images; i++)
        if (starts_with(name, of_images[i]))
            return "images, which this device does not have (CL_DEVICE_IMAGE_SUPPORT)";
    return NULL;
}

static bool refuse(struct vgpu_cc_module *module, LLVMValueRef user, const char *name,
                   const char *text)
{
    const char *const feature = missing_feature(name);

    if (feature)
        return vgpu_cc_error_at(module, user, "%s is called, but is of %s", text,
                                feature);
    return vgpu_cc_error_at(module, user,
                            "%s is called, but neither defined nor built in", text);
}

static bool lower_uses(struct vgpu_cc_library *library, LLVMBuilderRef builder,
                       LLVMValueRef function)
{
    struct vgpu_cc_signature signature;
    size_t length;
    const char *name = LLVMGetValueName2(function, &length);
    bool is_known = vgpu_cc_demangle(name, &signature);
    LLVMUseRef use;

    while ((use = LLVMGetFirstUse(function))) {
        LLVMValueRef user = LLVMGetUser(use);
        char text[256];
        if (is_known && is_call_of(user, function) &&
            lower_call(library, builder, &signature, user))
            continue;
        if (is_known)
            vgpu_cc_signature_print(&signature, text, sizeof(text));
        else
            snprintf(text, sizeof(text), "%s", name);
        return refuse(library->module, user, is_known ? text : name, text);
    }
    LLVMDeleteFunction(function);
    return true;
}

/* Of pointers, whose names clang does not mangle. */
static bool is_cast(const char *name)
{
    return strcmp(name, "__to_global") == 0 || strcmp(name, "__to_local") == 0 ||
           strcmp(name, "__to_private") == 0;
}

/* All memory has addresses of one kind, so every cast succeeds. */
static bool lower_casts(struct vgpu_cc_library *library, LLVMValueRef function)
{
    size_t length;
    const char *name = LLVMGetValueName2(function, &length);
    LLVMUseRef use;

    while ((use = LLVMGetFirstUse(function))) {
        LLVMValueRef user = LLVMGetUser(use);

        if (!is_call_of(user, function) || LLVMGetNumArgOperands(user) != 1 ||
            LLVMTypeOf(LLVMGetOperand(user, 0)) != LLVMTypeOf(user))
            return refuse(library->module, user, name, name);
        LLVMReplaceAllUsesWith(user, LLVMGetOperand(user, 0));
        LLVMInstructionEraseFromParent(user);
    }
    LLVMDeleteFunction(function);
    return true;
}

static bool lower_function(struct vgpu_cc_library *library, LLVMBuilderRef builder,
                           LLVMValueRef function)
{
    size_t length;
    const char *name = LLVMGetValueName2(function, &length);

    if (!LLVMIsDeclaration(function) || starts_with(name, "llvm.") ||
        starts_with(name, VGPU_CC_LIBRARY_PREFIX) || vgpu_cc_is_math(name))
        return true;
    if (strcmp(name, "printf") == 0)
        return vgpu_cc_printf_calls_lower(library->module, builder, function);
    if (library->module->is_c && !starts_with(name, "_Z"))
        return true;
    return is_cast(name) ? lower_casts(library, function)
                         : lower_uses(library, builder, function);
}

static size_t count_functions(LLVMModuleRef module)
{
    size_t count = 0;

    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        count++;
    return count;
}

bool vgpu_cc_builtins_lower(struct vgpu_cc_module *module)
{
    size_t count = count_functions(module->module), i = 0;
    LLVMValueRef *functions = calloc(count ? count : 1, sizeof(LLVMValueRef));
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(module->context);
    struct vgpu_cc_library library;
    bool is_done = true;

    if (!functions || !vgpu_cc_library_init(&library, module)) {
        fprintf(module->log, "error: not enough memory\n");
        LLVMDisposeBuilder(builder);
        free(functions);
        return false;
    }
    for (LLVMValueRef f = LLVMGetFirstFunction(module->module); f;
         f = LLVMGetNextFunction(f))
        functions[i++] = f;
    for (i = 0; i < count; i++)
        is_done &= lower_function(&library, builder, functions[i]);
    vgpu_cc_library_fini(&library);
    LLVMDisposeBuilder(builder);
    free(functions);
    return is_done;
}
