/* SPDX-License-Identifier: MIT */
/* Modules: opened, read, checked, written; passes; small things that every stage needs of
 * LLVM. Functions that return a bool say in module->log why it is false. One thread. */
#ifndef VGPU_CC_CONTEXT_H
#define VGPU_CC_CONTEXT_H

#include "module.h"

#include <stddef.h>

/* The string attribute of functions compiled with -cl-opt-disable. */
#define VGPU_CC_NOT_OPTIMISED "vgpu-not-optimised"

/* The string attribute of functions compiled without -g: they know their lines all the
 * same, for the sake of messages, until those can be no more. */
#define VGPU_CC_LINES_ONLY "vgpu-lines-only"

/* What stands before the names of a prepared module, which may not meet those of the C
 * library. */
#define VGPU_CC_KERNEL_PREFIX   "kernel."
#define VGPU_CC_FUNCTION_PREFIX "function."
#define VGPU_CC_VARIABLE_PREFIX "variable."

/* vgpu_cc_source_name - the name without that. */
const char *vgpu_cc_source_name(LLVMValueRef value);

/* vgpu_cc_module_init - a context for this machine's processor, without a module.
 * Messages go to `log`, which stays the caller's. */
bool vgpu_cc_module_init(struct vgpu_cc_module *module, FILE *log);
void vgpu_cc_module_fini(struct vgpu_cc_module *module);

/* vgpu_cc_module_parse - a further module of the same context, for the caller to dispose
 * of; NULL: not bitcode that this LLVM reads. */
LLVMModuleRef vgpu_cc_module_parse(struct vgpu_cc_module *module, const void *bitcode,
                                   size_t size);

/* vgpu_cc_module_read - parses `bitcode` to be module->module, which takes the place of
 * an older one. */
bool vgpu_cc_module_read(struct vgpu_cc_module *module, const void *bitcode, size_t size);

/* vgpu_cc_module_write - the module's bitcode: for free(). */
bool vgpu_cc_module_write(struct vgpu_cc_module *module, void **bitcode_out,
                          size_t *size_out);

/* vgpu_cc_module_verify - that it is well-formed; `stage` is named where it is not. */
bool vgpu_cc_module_verify(struct vgpu_cc_module *module, const char *stage);

/* vgpu_cc_largest_function - its instructions: what decides how much time passes may
 * take, as many take more than their share on large functions. */
unsigned vgpu_cc_largest_function(struct vgpu_cc_module *module);

/* vgpu_cc_machine_make - another machine like module->machine, with this much effort on
 * code. NULL after a line in the log. */
LLVMTargetMachineRef vgpu_cc_machine_make(struct vgpu_cc_module *module,
                                          LLVMCodeGenOptLevel effort);

/* vgpu_cc_passes_run - `passes` as opt's -passes= takes them. */
bool vgpu_cc_passes_run(struct vgpu_cc_module *module, const char *passes);

/* vgpu_cc_error - a line "error: ..." in the log; returns false. */
bool vgpu_cc_error(struct vgpu_cc_module *module, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* vgpu_cc_error_at - the same, behind the place in the source where it is known:
 * "file:3:5: ". `where` is an instruction or a function; of other values no place is
 * known. */
bool vgpu_cc_error_at(struct vgpu_cc_module *module, LLVMValueRef where,
                      const char *format, ...) __attribute__((format(printf, 3, 4)));

bool vgpu_cc_is_kernel(LLVMValueRef function); /* a definition */
bool vgpu_cc_is_intrinsic(LLVMValueRef function);

/* vgpu_cc_called - the function that an instruction calls; NULL: not a call, or one
 * through a pointer. */
LLVMValueRef vgpu_cc_called(LLVMValueRef instruction);

/* vgpu_cc_calls - a call of the pseudo function of that name, "vgpu.barrier". */
bool vgpu_cc_calls(LLVMValueRef instruction, const char *name);

/* vgpu_cc_pseudo - declares a pseudo function that takes nothing and depends on nothing
 * but the work-item: "vgpu.local_memory". */
LLVMValueRef vgpu_cc_pseudo(struct vgpu_cc_module *module, const char *name,
                            LLVMTypeRef type);

void vgpu_cc_attribute_add(struct vgpu_cc_module *module, LLVMValueRef function,
                           const char *name);
void vgpu_cc_attribute_remove(LLVMValueRef function, const char *name);
bool vgpu_cc_has_attribute(LLVMValueRef function, const char *name);
void vgpu_cc_string_attribute_set(struct vgpu_cc_module *module, LLVMValueRef function,
                                  const char *name, const char *value);
bool vgpu_cc_has_string_attribute(LLVMValueRef function, const char *name);
/* Those of the function itself, not of its parameters. */
void vgpu_cc_attributes_copy(LLVMValueRef from, LLVMValueRef to);

/* What a loop over all functions, globals, blocks or instructions looks like. The body
 * may not remove what it stands at; VGPU_CC_EACH_INSTRUCTION's may. */
#define VGPU_CC_EACH_FUNCTION(f, m) \
    for (LLVMValueRef f = LLVMGetFirstFunction(m); (f); f = LLVMGetNextFunction(f))
#define VGPU_CC_EACH_GLOBAL(g, m) \
    for (LLVMValueRef g = LLVMGetFirstGlobal(m); (g); g = LLVMGetNextGlobal(g))
#define VGPU_CC_EACH_BLOCK(b, f)                               \
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(f); (b); \
         b = LLVMGetNextBasicBlock(b))
#define VGPU_CC_EACH_INSTRUCTION(i, b)                                   \
    for (LLVMValueRef i = LLVMGetFirstInstruction(b),                    \
                      i##_next = (i) ? LLVMGetNextInstruction(i) : NULL; \
         (i); i = i##_next, i##_next = (i) ? LLVMGetNextInstruction(i) : NULL)

#endif
