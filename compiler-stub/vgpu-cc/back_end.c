/* SPDX-License-Identifier: MIT */
/* The back end: a module that exports code becomes a shared object. */
#include "back_end.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"
#include "child.h"
#include "context.h"

/* Clang compiled for any processor of the family; this is for the one that runs it. */
static void target_functions(struct vgpu_cc_module *module)
{
    char *cpu = LLVMGetTargetMachineCPU(module->machine);
    char *features = LLVMGetTargetMachineFeatureString(module->machine);

    VGPU_CC_EACH_FUNCTION (f, module->module) {
        if (LLVMIsDeclaration(f))
            continue;
        LLVMRemoveStringAttributeAtIndex(f, LLVMAttributeFunctionIndex, "tune-cpu", 8);
        vgpu_cc_string_attribute_set(module, f, "target-cpu", cpu);
        vgpu_cc_string_attribute_set(module, f, "target-features", features);
        vgpu_cc_string_attribute_set(module, f, "prefer-vector-width", "512");
        vgpu_cc_string_attribute_set(module, f, "min-legal-vector-width", "512");
    }
    LLVMDisposeMessage(cpu);
    LLVMDisposeMessage(features);
}

/* The effort that a module is worth, by its largest function: compiling is to end in
 * seconds whatever it is given. */
static const struct effort {
    unsigned most; /* instructions */
    const char *passes;
    LLVMCodeGenOptLevel code;
} efforts[] = {
    {10000, "default<O2>", LLVMCodeGenLevelDefault},
    {20000, "always-inline,globaldce,function(sroa,early-cse,simplifycfg)",
     LLVMCodeGenLevelLess},
    {UINT_MAX, "always-inline,globaldce,function(sroa,simplifycfg)",
     LLVMCodeGenLevelNone},
};

#define TRACED_WEIGHT 8

static const struct effort *effort_for(struct vgpu_cc_module *module)
{
    unsigned size = vgpu_cc_largest_function(module);
    const struct effort *effort = efforts;

    /* Each of its values takes registers by the handful: what that costs the back end is
     * no longer in proportion. */
    if (LLVMGetNamedFunction(module->module, "vgpu_traced_row"))
        size *= TRACED_WEIGHT;

    while (size > effort->most)
        effort++;
    return effort;
}

bool vgpu_cc_optimise(struct vgpu_cc_module *module)
{
    target_functions(module);
    return vgpu_cc_passes_run(module, effort_for(module)->passes);
}

static bool copy(struct vgpu_cc_module *module, const void *bytes, size_t size,
                 void **bytes_out, size_t *size_out)
{
    void *result = malloc(size ? size : 1);

    if (!result)
        return vgpu_cc_error(module, "out of memory");
    memcpy(result, bytes, size);
    *bytes_out = result;
    *size_out = size;
    return true;
}

bool vgpu_cc_object(struct vgpu_cc_module *module, void **bytes_out, size_t *size_out)
{
    LLVMTargetMachineRef machine = vgpu_cc_machine_make(module, effort_for(module)->code);
    LLVMMemoryBufferRef buffer = NULL;
    char *message = NULL;
    bool ok;

    if (!machine)
        return false;
    ok = !LLVMTargetMachineEmitToMemoryBuffer(machine, module->module, LLVMObjectFile,
                                              &message, &buffer);
    LLVMDisposeTargetMachine(machine);
    if (!ok) {
        vgpu_cc_error(module, "%s", message);
        LLVMDisposeMessage(message);
        return false;
    }
    ok = copy(module, LLVMGetBufferStart(buffer), LLVMGetBufferSize(buffer), bytes_out,
              size_out);
    LLVMDisposeMemoryBuffer(buffer);
    return ok;
}

static bool uses_functions_of(struct vgpu_cc_module *module, const char *prefix)
{
    VGPU_CC_EACH_FUNCTION (f, module->module) {
        size_t length;

        if (LLVMIsDeclaration(f) &&
            strncmp(LLVMGetValueName2(f, &length), prefix, strlen(prefix)) == 0)
            return true;
    }
    return false;
}

/* Libraries by the names they have at run time: those of -dev packages may be absent. */
static void add_libraries(struct vgpu_cc_module *module,
                          struct vgpu_cc_arguments *arguments)
{
    vgpu_cc_argument_add(arguments, "--as-needed");
    if (uses_functions_of(module, "_ZGV"))
        vgpu_cc_argument_add(arguments, "-l:libmvec.so.1");
    if (uses_functions_of(module, "Sleef_"))
        vgpu_cc_argument_add(arguments, "-l:libsleef.so.3");
    vgpu_cc_arguments_add(arguments,
                          (const char *const[]){"-l:libm.so.6", "-l:libc.so.6",
                                                /* Integers of 128 bits, for one. */
                                                "-l:libgcc_s.so.1", NULL});
}

static bool link_files(struct vgpu_cc_module *module, int input, int output)
{
    struct vgpu_cc_arguments arguments = {0};
    struct vgpu_cc_child_result child;
    char from[VGPU_CC_FILE_PATH_SIZE], to[VGPU_CC_FILE_PATH_SIZE];
    int err;
    bool ok = false;

    vgpu_cc_file_path(input, from);
    vgpu_cc_file_path(output, to);
    vgpu_cc_arguments_add(&arguments,
                          (const char *const[]){"ld", "-shared", "-z", "defs", "-z",
                                                "noexecstack", "-o", to, from, NULL});
    add_libraries(module, &arguments);
    err = arguments.failed
              ? -1
              : vgpu_cc_child_run((const char *const *)arguments.items, NULL, -1, &child);
    if (err) {
        vgpu_cc_error(module, "the linker 'ld' could not be run (Debian: binutils)");
    } else {
        ok = child.exit_code == 0;
        if (!ok)
            vgpu_cc_error(module, "the linker failed: %s", child.errors);
        vgpu_cc_child_result_fini(&child);
    }
    vgpu_cc_arguments_fini(&arguments);
    return ok;
}

bool vgpu_cc_shared_object(struct vgpu_cc_module *module, const void *object, size_t size,
                           void **bytes_out, size_t *size_out)
{
    const int input = vgpu_cc_memory_file(object, size);
    const int output = vgpu_cc_memory_file("", 0);
    bool ok = input >= 0 && output >= 0;

    if (!ok)
        vgpu_cc_error(module, "no memory for the linker's files");
    ok = ok && link_files(module, input, output);
    if (ok && vgpu_cc_memory_file_read(output, (char **)bytes_out, size_out))
        ok = vgpu_cc_error(module, "the linker's output cannot be read");
    if (input >= 0)
        close(input);
    if (output >= 0)
        close(output);
    return ok;
}
