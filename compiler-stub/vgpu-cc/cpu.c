/* SPDX-License-Identifier: MIT */
/* Processors that code is made for. */
#include "cpu.h"

#include <string.h>

#include "context.h"
#include "text.h"

static const char native[] = "native";

static const struct cpu {
    const char *name, *features;
} cpus[] = {
#ifdef __x86_64__
#define CPU(name, features) {name, features},
#include "cpu.def"
#undef CPU
#else
    {"generic", ""},
#endif
};

static const char *const known_features[] = {
#define FEATURE(name) name,
#include "cpu_feature.def"
#undef FEATURE
};

static const struct cpu *find(const char *name)
{
    for (size_t i = 0; i < sizeof cpus / sizeof *cpus; i++) {
        if (strcmp(cpus[i].name, name) == 0)
            return &cpus[i];
    }
    return NULL;
}

bool vgpu_cc_cpu_is_known(const char *name)
{
    return strcmp(name, native) == 0 || find(name);
}

bool vgpu_cc_cpu_set(struct vgpu_cc_module *module, const char *name)
{
    const struct cpu *cpu = find(name);
    LLVMTargetRef target = LLVMGetTargetMachineTarget(module->machine);
    LLVMTargetMachineRef machine;
    char *triple;

    if (!cpu) /* the machine that the module was opened for */
        return true;
    triple = LLVMGetTargetMachineTriple(module->machine);
    machine = LLVMCreateTargetMachine(target, triple, cpu->name, cpu->features,
                                      LLVMCodeGenLevelDefault, LLVMRelocPIC,
                                      LLVMCodeModelDefault);
    LLVMDisposeMessage(triple);
    if (!machine)
        return vgpu_cc_error(module, "LLVM knows no processor '%s'", name);
    LLVMDisposeTargetMachine(module->machine);
    module->machine = machine;
    return true;
}

static bool has(const char *features, const char *name)
{
    const size_t length = strlen(name);

    for (const char *at = features; (at = strchr(at, '+')); at++) {
        if (strncmp(at + 1, name, length) == 0 &&
            (at[length + 1] == ',' || at[length + 1] == '\0'))
            return true;
    }
    return false;
}

char *vgpu_cc_cpu_features(struct vgpu_cc_module *module)
{
    char *features = LLVMGetTargetMachineFeatureString(module->machine);
    struct vgpu_text words = {0};

    for (size_t i = 0; i < sizeof known_features / sizeof *known_features; i++) {
        if (!has(features, known_features[i]))
            continue;
        if (words.length)
            vgpu_text_add(&words, " ");
        vgpu_text_add(&words, known_features[i]);
    }
    LLVMDisposeMessage(features);
    return vgpu_text_take(&words);
}
