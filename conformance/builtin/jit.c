/* SPDX-License-Identifier: MIT */
/* clang, the lowering of built-in functions, and LLVM's MCJIT. */
#define _GNU_SOURCE
#include "jit.h"

#include <llvm-c/Analysis.h>
#include <llvm-c/BitReader.h>
#include <llvm-c/ExecutionEngine.h>
#include <llvm-c/Target.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "builtins.h"
#include "code_abi.h"
#include "compat.h"
#include "printf.h"

#define TRIPLE "x86_64-unknown-linux-gnu"

extern char **environ;

struct jit {
    LLVMExecutionEngineRef engine;
    struct vgpu_cc_module module;
};

static uint64_t current_id, last_id;
static char printed[4096];

static uint64_t id_0(void)
{
    return current_id;
}

static uint64_t size_0(void)
{
    return last_id;
}

static uint64_t zero(void)
{
    return 0;
}

static uint64_t one(void)
{
    return 1;
}

static void barrier(uint32_t flags)
{
    (void)flags;
}

static int print(const char *format, const char *kinds, const void *values)
{
    const unsigned char *bytes = values;
    size_t used = strlen(printed);

    used +=
        (size_t)snprintf(printed + used, sizeof(printed) - used, "%s|%s|", format, kinds);
    for (unsigned i = 0; i < 64 && used + 4 < sizeof(printed) && strlen(kinds) > 3; i++)
        used +=
            (size_t)snprintf(printed + used, sizeof(printed) - used, "%02x", bytes[i]);
    snprintf(printed + used, sizeof(printed) - used, "\n");
    return 0;
}

const char *jit_printed(void)
{
    static char copy[sizeof(printed)];

    memcpy(copy, printed, sizeof(copy));
    printed[0] = '\0';
    return copy;
}

static const struct vgpu_code_links links = {.print = print};
static const struct vgpu_code_links *links_pointer = &links;

typedef void any_function(void);

static const struct {
    const char *name;
    any_function *function;
} functions[] = {
    {"vgpu.global_id.0", (any_function *)id_0},
    {"vgpu.global_id.1", (any_function *)zero},
    {"vgpu.global_id.2", (any_function *)zero},
    {"vgpu.local_id.0", (any_function *)zero},
    {"vgpu.local_id.1", (any_function *)zero},
    {"vgpu.local_id.2", (any_function *)zero},
    {"vgpu.group_id.0", (any_function *)id_0},
    {"vgpu.global_size.0", (any_function *)size_0},
    {"vgpu.global_size.1", (any_function *)one},
    {"vgpu.global_size.2", (any_function *)one},
    {"vgpu.local_size.0", (any_function *)one},
    {"vgpu.local_size.1", (any_function *)one},
    {"vgpu.local_size.2", (any_function *)one},
    {"vgpu.global_offset.0", (any_function *)zero},
    {"vgpu.global_offset.1", (any_function *)zero},
    {"vgpu.global_offset.2", (any_function *)zero},
    {"vgpu.work_dim", (any_function *)one},
    {"vgpu.barrier", (any_function *)barrier},
};

static void map_symbols(struct jit *jit)
{
    LLVMValueRef value = LLVMGetNamedGlobal(jit->module.module, VGPU_CODE_LINKS_NAME);

    if (value)
        LLVMAddGlobalMapping(jit->engine, value, &links_pointer);
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        void *address;
        memcpy(&address, &functions[i].function, sizeof(address));
        value = LLVMGetNamedFunction(jit->module.module, functions[i].name);
        if (value)
            LLVMAddGlobalMapping(jit->engine, value, address);
    }
}

/* Runs clang, from one file to another. */
static int front_end(const char *from, const char *to, const char *options)
{
    char *words = strdup(options ? options : ""), *rest = words;
    char *arguments[48] = {
        VGPU_CLANG, "-x",  "cl",      "-cl-std=CL1.2",        "-target",
        TRIPLE,     "-O1", "-Xclang", "-disable-llvm-passes", "-emit-llvm",
        "-c",       "-w",  "-o"};
    size_t count = 13;
    pid_t child;
    int status = -1;

    arguments[count++] = (char *)to;
    for (char *word; count < 46 && (word = strsep(&rest, " "));)
        if (*word)
            arguments[count++] = word;
    arguments[count++] = (char *)from;
    if (posix_spawnp(&child, arguments[0], NULL, NULL, arguments, environ) == 0)
        waitpid(child, &status, 0);
    free(words);
    return status;
}

static LLVMMemoryBufferRef compile(const char *source, const char *options)
{
    char from[] = "/tmp/vgpu-builtin-XXXXXX", to[sizeof(from) + 3];
    LLVMMemoryBufferRef buffer = NULL;
    int file = mkstemp(from);
    char *message = NULL;

    if (file < 0)
        return NULL;
    snprintf(to, sizeof(to), "%s.bc", from);
    if (write(file, source, strlen(source)) == (ssize_t)strlen(source) &&
        front_end(from, to, options) == 0 &&
        LLVMCreateMemoryBufferWithContentsOfFile(to, &buffer, &message) != 0) {
        LLVMDisposeMessage(message);
        buffer = NULL;
    }
    close(file);
    unlink(from);
    unlink(to);
    return buffer;
}

static void init_types(struct vgpu_cc_module *module)
{
    module->i1 = LLVMInt1TypeInContext(module->context);
    module->i8 = LLVMInt8TypeInContext(module->context);
    module->i16 = LLVMInt16TypeInContext(module->context);
    module->i32 = LLVMInt32TypeInContext(module->context);
    module->i64 = LLVMInt64TypeInContext(module->context);
    module->f32 = LLVMFloatTypeInContext(module->context);
    module->f64 = LLVMDoubleTypeInContext(module->context);
    module->ptr = LLVMPointerTypeInContext(module->context, 0);
    module->void_type = LLVMVoidTypeInContext(module->context);
}

/* The machine that this is, so that conversions of half are its own where it has them. */
static LLVMTargetMachineRef machine(void)
{
    LLVMTargetRef target;
    char *message = NULL, *cpu = LLVMGetHostCPUName();
    char *features = LLVMGetHostCPUFeatures();
    LLVMTargetMachineRef result = NULL;

    LLVMInitializeNativeTarget();
    LLVMInitializeNativeAsmPrinter();
    LLVMLinkInMCJIT();
    if (LLVMGetTargetFromTriple(TRIPLE, &target, &message) == 0)
        result = LLVMCreateTargetMachine(target, TRIPLE, cpu, features,
                                         LLVMCodeGenLevelDefault, LLVMRelocPIC,
                                         LLVMCodeModelJITDefault);
    LLVMDisposeMessage(cpu);
    LLVMDisposeMessage(features);
    return result;
}

/* Code of this machine, inlined and cleaned up; the kernels' calling convention is C's.
 */
static void optimise(struct vgpu_cc_module *module)
{
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    char *cpu = LLVMGetTargetMachineCPU(module->machine);
    char *features = LLVMGetTargetMachineFeatureString(module->machine);

    for (LLVMValueRef f = LLVMGetFirstFunction(module->module); f;
         f = LLVMGetNextFunction(f)) {
        if (LLVMIsDeclaration(f))
            continue;
        LLVMSetFunctionCallConv(f, LLVMCCallConv);
        LLVMAddTargetDependentFunctionAttr(f, "target-cpu", cpu);
        LLVMAddTargetDependentFunctionAttr(f, "target-features", features);
    }
    LLVMConsumeError(LLVMRunPasses(module->module,
                                   "always-inline,function(sroa,early-cse,simplifycfg),"
                                   "globaldce",
                                   module->machine, options));
    LLVMDisposePassBuilderOptions(options);
    LLVMDisposeMessage(cpu);
    LLVMDisposeMessage(features);
}

static int make_engine(struct jit *jit)
{
    struct LLVMMCJITCompilerOptions options;
    char *message = NULL;

    LLVMInitializeMCJITCompilerOptions(&options, sizeof(options));
    options.OptLevel = 1;
    if (LLVMCreateMCJITCompilerForModule(&jit->engine, jit->module.module, &options,
                                         sizeof(options), &message) != 0)
        return -1;
    map_symbols(jit);
    return 0;
}

struct jit *jit_create(const char *source, const char *options, char **log_out)
{
    LLVMMemoryBufferRef buffer = compile(source, options);
    struct jit *jit = buffer ? calloc(1, sizeof(*jit)) : NULL;
    size_t log_size;
    int is_done;

    *log_out = NULL;
    if (!jit)
        return NULL;
    jit->module.log = open_memstream(log_out, &log_size);
    jit->module.context = LLVMContextCreate();
    init_types(&jit->module);
    jit->module.machine = machine();
    jit->module.layout = LLVMCreateTargetDataLayout(jit->module.machine);
    is_done =
        LLVMParseBitcodeInContext2(jit->module.context, buffer, &jit->module.module) == 0;
    LLVMDisposeMemoryBuffer(buffer);
    is_done = is_done && vgpu_cc_builtins_lower(&jit->module) &&
              vgpu_cc_printf_lower(&jit->module) &&
              LLVMVerifyModule(jit->module.module, LLVMPrintMessageAction, NULL) == 0;
    fclose(jit->module.log);
    if (is_done) {
        optimise(&jit->module);
        is_done = make_engine(jit) == 0;
    }
    if (!is_done) {
        jit_destroy(jit);
        jit = NULL;
    }
    return jit;
}

void jit_destroy(struct jit *jit)
{
    if (!jit)
        return;
    if (jit->engine)
        LLVMDisposeExecutionEngine(jit->engine);
    else if (jit->module.module)
        LLVMDisposeModule(jit->module.module);
    LLVMDisposeTargetData(jit->module.layout);
    LLVMDisposeTargetMachine(jit->module.machine);
    LLVMContextDispose(jit->module.context);
    free(jit);
}

int jit_run(struct jit *jit, const char *kernel, size_t count, void *a, void *b, void *c,
            void *d)
{
    uint64_t address = LLVMGetFunctionAddress(jit->engine, kernel);
    jit_kernel *function;

    if (!address)
        return 0;
    memcpy(&function, &address, sizeof(function));
    last_id = count;
    for (current_id = 0; current_id < count; current_id++)
        function(a, b, c, d);
    return 1;
}
