/* SPDX-License-Identifier: MIT */
/* Modules: opened, read, checked, written; passes. */
#include "context.h"

#include <llvm-c/Analysis.h>
#include <llvm-c/BitReader.h>
#include <llvm-c/BitWriter.h>
#include <llvm-c/Error.h>
#include <llvm-c/Support.h>
#include <llvm-c/Target.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void print_error(struct vgpu_cc_module *module, const char *format, va_list args)
{
    fputs("error: ", module->log);
    vfprintf(module->log, format, args);
    fputc('\n', module->log);
}

bool vgpu_cc_error(struct vgpu_cc_module *module, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    print_error(module, format, args);
    va_end(args);
    return false;
}

/* As clang does. */
static void print_place(struct vgpu_cc_module *module, LLVMValueRef where)
{
    const unsigned line = LLVMGetDebugLocLine(where);
    const unsigned column = LLVMIsAInstruction(where) ? LLVMGetDebugLocColumn(where) : 0;
    unsigned length = 0;
    const char *file = line ? LLVMGetDebugLocFilename(where, &length) : NULL;

    if (!file)
        return;
    fprintf(module->log, "%.*s:%u:", (int)length, file, line);
    if (column)
        fprintf(module->log, "%u:", column);
    fputc(' ', module->log);
}

bool vgpu_cc_error_at(struct vgpu_cc_module *module, LLVMValueRef where,
                      const char *format, ...)
{
    va_list args;

    if (LLVMIsAInstruction(where) && !LLVMGetDebugLocLine(where))
        where = LLVMGetBasicBlockParent(LLVMGetInstructionParent(where));
    if (LLVMIsAInstruction(where) || LLVMIsAFunction(where))
        print_place(module, where);
    va_start(args, format);
    print_error(module, format, args);
    va_end(args);
    return false;
}

/* LLVM's own handler would write to stderr and end the process. */
static void take_diagnostic(LLVMDiagnosticInfoRef info, void *module)
{
    if (LLVMGetDiagInfoSeverity(info) == LLVMDSError) {
        char *text = LLVMGetDiagInfoDescription(info);

        vgpu_cc_error(module, "%s", text);
        LLVMDisposeMessage(text);
    }
}

/* Rows are vectors already, and what was taken apart in them was so on purpose. LLVM 19
 * turns a loop over x[i * 3 & 31] into vectors as if the index went on growing. The last
 * pass takes a time that grows with the square of a function's size, and has little to
 * gain here. */
static void set_options_of_llvm(void)
{
    static const char *const arguments[] = {
        "vgpu-cc",
        "-vectorize-slp=false",
        "-vectorize-loops=false",
        "-interleave-loops=false",
#if defined(__x86_64__)
        "-disable-x86-domain-reassignment"
#endif
    };
    static bool is_done;

    if (!is_done)
        LLVMParseCommandLineOptions(sizeof arguments / sizeof *arguments, arguments,
                                    NULL);
    is_done = true;
}

static bool make_machine(struct vgpu_cc_module *module)
{
    char *triple = LLVMGetDefaultTargetTriple();
    char *cpu = LLVMGetHostCPUName();
    char *features = LLVMGetHostCPUFeatures();
    LLVMTargetRef target;
    char *message = NULL;

    set_options_of_llvm();
    LLVMInitializeNativeTarget();
    LLVMInitializeNativeAsmPrinter();
    if (LLVMGetTargetFromTriple(triple, &target, &message)) {
        vgpu_cc_error(module, "%s", message);
        LLVMDisposeMessage(message);
    } else {
        module->machine = LLVMCreateTargetMachine(target, triple, cpu, features,
                                                  LLVMCodeGenLevelDefault, LLVMRelocPIC,
                                                  LLVMCodeModelDefault);
        module->layout = LLVMCreateTargetDataLayout(module->machine);
    }
    LLVMDisposeMessage(triple);
    LLVMDisposeMessage(cpu);
    LLVMDisposeMessage(features);
    return module->machine != NULL;
}

LLVMTargetMachineRef vgpu_cc_machine_make(struct vgpu_cc_module *module,
                                          LLVMCodeGenOptLevel effort)
{
    LLVMTargetMachineRef like = module->machine, machine;
    char *triple = LLVMGetTargetMachineTriple(like);
    char *cpu = LLVMGetTargetMachineCPU(like);
    char *features = LLVMGetTargetMachineFeatureString(like);

    machine =
        LLVMCreateTargetMachine(LLVMGetTargetMachineTarget(like), triple, cpu, features,
                                effort, LLVMRelocPIC, LLVMCodeModelDefault);
    if (!machine)
        vgpu_cc_error(module, "there is no code for '%s'", triple);
    LLVMDisposeMessage(triple);
    LLVMDisposeMessage(cpu);
    LLVMDisposeMessage(features);
    return machine;
}

bool vgpu_cc_module_init(struct vgpu_cc_module *module, FILE *log)
{
    LLVMContextRef context = LLVMContextCreate();

    *module = (struct vgpu_cc_module){
        .context = context,
        .log = log,
        .i1 = LLVMInt1TypeInContext(context),
        .i8 = LLVMInt8TypeInContext(context),
        .i16 = LLVMInt16TypeInContext(context),
        .i32 = LLVMInt32TypeInContext(context),
        .i64 = LLVMInt64TypeInContext(context),
        .f32 = LLVMFloatTypeInContext(context),
        .f64 = LLVMDoubleTypeInContext(context),
        .ptr = LLVMPointerTypeInContext(context, 0),
        .void_type = LLVMVoidTypeInContext(context),
    };
    LLVMContextSetDiagnosticHandler(context, take_diagnostic, module);
    if (make_machine(module))
        return true;
    vgpu_cc_module_fini(module);
    return false;
}

void vgpu_cc_module_fini(struct vgpu_cc_module *module)
{
    if (module->module)
        LLVMDisposeModule(module->module);
    if (module->machine) {
        LLVMDisposeTargetData(module->layout);
        LLVMDisposeTargetMachine(module->machine);
    }
    LLVMContextDispose(module->context);
    *module = (struct vgpu_cc_module){.log = module->log};
}

LLVMModuleRef vgpu_cc_module_parse(struct vgpu_cc_module *module, const void *bitcode,
                                   size_t size)
{
    LLVMMemoryBufferRef buffer =
        LLVMCreateMemoryBufferWithMemoryRangeCopy(bitcode, size, "unit");
    LLVMModuleRef parsed = NULL;

    if (LLVMParseBitcodeInContext2(module->context, buffer, &parsed)) {
        vgpu_cc_error(module, "the bitcode is not of a kind that vgpu-cc reads");
        parsed = NULL;
    }
    LLVMDisposeMemoryBuffer(buffer);
    return parsed;
}

bool vgpu_cc_module_read(struct vgpu_cc_module *module, const void *bitcode, size_t size)
{
    LLVMModuleRef parsed = vgpu_cc_module_parse(module, bitcode, size);

    if (!parsed)
        return false;
    if (module->module)
        LLVMDisposeModule(module->module);
    module->module = parsed;
    return true;
}

bool vgpu_cc_module_write(struct vgpu_cc_module *module, void **bitcode_out,
                          size_t *size_out)
{
    LLVMMemoryBufferRef buffer = LLVMWriteBitcodeToMemoryBuffer(module->module);
    const size_t size = LLVMGetBufferSize(buffer);
    void *copy = malloc(size ? size : 1);

    if (copy) {
        memcpy(copy, LLVMGetBufferStart(buffer), size);
        *bitcode_out = copy;
        *size_out = size;
    } else {
        vgpu_cc_error(module, "out of memory");
    }
    LLVMDisposeMemoryBuffer(buffer);
    return copy != NULL;
}

bool vgpu_cc_module_verify(struct vgpu_cc_module *module, const char *stage)
{
    char *message = NULL;
    const bool ok = !LLVMVerifyModule(module->module, LLVMReturnStatusAction, &message);

    if (!ok)
        vgpu_cc_error(module, "vgpu-cc made a faulty module in its stage %s: %s", stage,
                      message);
    LLVMDisposeMessage(message);
    return ok;
}

unsigned vgpu_cc_largest_function(struct vgpu_cc_module *module)
{
    unsigned largest = 0;

    VGPU_CC_EACH_FUNCTION (f, module->module) {
        unsigned size = 0;

        VGPU_CC_EACH_BLOCK (b, f)
            VGPU_CC_EACH_INSTRUCTION (i, b)
                size++;
        largest = size > largest ? size : largest;
    }
    return largest;
}

bool vgpu_cc_passes_run(struct vgpu_cc_module *module, const char *passes)
{
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    LLVMErrorRef error = LLVMRunPasses(module->module, passes, module->machine, options);

    LLVMDisposePassBuilderOptions(options);
    if (error) {
        char *message = LLVMGetErrorMessage(error);

        vgpu_cc_error(module, "%s", message);
        LLVMDisposeErrorMessage(message);
        return false;
    }
    return true;
}

bool vgpu_cc_is_kernel(LLVMValueRef function)
{
    return !LLVMIsDeclaration(function) &&
           LLVMGetFunctionCallConv(function) == VGPU_CC_KERNEL_CALL;
}

bool vgpu_cc_is_intrinsic(LLVMValueRef function)
{
    return LLVMGetIntrinsicID(function) != 0;
}

LLVMValueRef vgpu_cc_called(LLVMValueRef instruction)
{
    return LLVMIsACallInst(instruction) ? LLVMIsAFunction(LLVMGetCalledValue(instruction))
                                        : NULL;
}

bool vgpu_cc_calls(LLVMValueRef instruction, const char *name)
{
    LLVMValueRef called = vgpu_cc_called(instruction);
    size_t length;

    return called && strcmp(LLVMGetValueName2(called, &length), name) == 0;
}

/* Reads no memory. LLVM 16 has `memory(none)` in place of `readnone`. */
static void add_no_memory(struct vgpu_cc_module *module, LLVMValueRef function)
{
    const unsigned memory = LLVMGetEnumAttributeKindForName("memory", 6);

    if (memory)
        LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex,
                                LLVMCreateEnumAttribute(module->context, memory, 0));
    else
        vgpu_cc_attribute_add(module, function, "readnone");
}

LLVMValueRef vgpu_cc_pseudo(struct vgpu_cc_module *module, const char *name,
                            LLVMTypeRef type)
{
    LLVMValueRef function = LLVMGetNamedFunction(module->module, name);

    if (function)
        return function;
    function =
        LLVMAddFunction(module->module, name, LLVMFunctionType(type, NULL, 0, false));
    vgpu_cc_attribute_add(module, function, "nounwind");
    vgpu_cc_attribute_add(module, function, "willreturn");
    vgpu_cc_attribute_add(module, function, "speculatable");
    add_no_memory(module, function);
    return function;
}

void vgpu_cc_attribute_add(struct vgpu_cc_module *module, LLVMValueRef function,
                           const char *name)
{
    const unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));

    LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex,
                            LLVMCreateEnumAttribute(module->context, kind, 0));
}

void vgpu_cc_attribute_remove(LLVMValueRef function, const char *name)
{
    LLVMRemoveEnumAttributeAtIndex(function, LLVMAttributeFunctionIndex,
                                   LLVMGetEnumAttributeKindForName(name, strlen(name)));
}

bool vgpu_cc_has_attribute(LLVMValueRef function, const char *name)
{
    return LLVMGetEnumAttributeAtIndex(
               function, LLVMAttributeFunctionIndex,
               LLVMGetEnumAttributeKindForName(name, strlen(name))) != NULL;
}

void vgpu_cc_string_attribute_set(struct vgpu_cc_module *module, LLVMValueRef function,
                                  const char *name, const char *value)
{
    LLVMAttributeRef attribute = LLVMCreateStringAttribute(
        module->context, name, (unsigned)strlen(name), value, (unsigned)strlen(value));

    LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex, attribute);
}

bool vgpu_cc_has_string_attribute(LLVMValueRef function, const char *name)
{
    return LLVMGetStringAttributeAtIndex(function, LLVMAttributeFunctionIndex, name,
                                         (unsigned)strlen(name)) != NULL;
}

void vgpu_cc_attributes_copy(LLVMValueRef from, LLVMValueRef to)
{
    const unsigned count = LLVMGetAttributeCountAtIndex(from, LLVMAttributeFunctionIndex);
    LLVMAttributeRef *attributes = calloc((size_t)count + 1, sizeof(LLVMAttributeRef));

    if (!attributes)
        return;
    LLVMGetAttributesAtIndex(from, LLVMAttributeFunctionIndex, attributes);
    for (unsigned i = 0; i < count; i++)
        LLVMAddAttributeAtIndex(to, LLVMAttributeFunctionIndex, attributes[i]);
    free(attributes);
}

const char *vgpu_cc_source_name(LLVMValueRef value)
{
    static const char *const prefixes[] = {VGPU_CC_KERNEL_PREFIX, VGPU_CC_FUNCTION_PREFIX,
                                           VGPU_CC_VARIABLE_PREFIX};
    size_t length;
    const char *name = LLVMGetValueName2(value, &length);

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return name + strlen(prefixes[i]);
    }
    return name;
}
