/* SPDX-License-Identifier: MIT */
/* Once through all of it. */
#include "warm_up.h"

#include <llvm-c/IRReader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "code.h"
#include "context.h"
#include "prepare.h"

/* A bit of everything: ids, __local memory, a barrier, a loop, mathematics. */
static const char kernel[] =
    "@part = internal global [64 x float] undef, align 4\n"
    "declare i64 @_Z13get_global_idj(i32)\n"
    "declare i64 @_Z12get_local_idj(i32)\n"
    "declare float @_Z3expf(float)\n"
    "declare void @_Z7barrierj(i32)\n"
    "define spir_kernel void @warm(ptr %a, i32 %n) !kernel_arg_addr_space !0\n"
    " !kernel_arg_type !1 !kernel_arg_base_type !1 !kernel_arg_type_qual !2\n"
    " !kernel_arg_name !3 {\n"
    "entry:\n"
    " %g = call i64 @_Z13get_global_idj(i32 0)\n"
    " %l = call i64 @_Z12get_local_idj(i32 0)\n"
    " %p = getelementptr float, ptr %a, i64 %g\n"
    " %q = getelementptr [64 x float], ptr @part, i64 0, i64 %l\n"
    " %x = load float, ptr %p\n"
    " br label %loop\n"
    "loop:\n"
    " %i = phi i32 [ 0, %entry ], [ %j, %loop ]\n"
    " %y = phi float [ %x, %entry ], [ %z, %loop ]\n"
    " %e = call float @_Z3expf(float %y)\n"
    " %z = fadd float %e, %x\n"
    " %j = add i32 %i, 1\n"
    " %c = icmp slt i32 %j, %n\n"
    " br i1 %c, label %loop, label %end\n"
    "end:\n"
    " store float %z, ptr %q\n"
    " call void @_Z7barrierj(i32 1)\n"
    " %v = load float, ptr @part\n"
    " store float %v, ptr %p\n"
    " ret void\n"
    "}\n"
    "!0 = !{i32 1, i32 0}\n"
    "!1 = !{!\"float*\", !\"int\"}\n"
    "!2 = !{!\"\", !\"\"}\n"
    "!3 = !{!\"a\", !\"n\"}\n";

static void prepare_kernel(struct vgpu_cc_module *module, struct vgpu_unit *unit)
{
    LLVMMemoryBufferRef text =
        LLVMCreateMemoryBufferWithMemoryRangeCopy(kernel, sizeof kernel - 1, "warm_up");
    char *message = NULL;

    if (LLVMParseIRInContext(module->context, text, &module->module, &message)) {
        LLVMDisposeMessage(message);
        return;
    }
    if (vgpu_cc_prepare(module, unit))
        vgpu_cc_module_write(module, &unit->bitcode, &unit->bitcode_size);
}

static void make_code(struct vgpu_cc_module *module, const struct vgpu_unit *unit,
                      enum vgpu_code_mode mode)
{
    const struct vgpu_cc_code_request request = {
        .kernel = "warm", .local_size = {64, 1, 1}, .mode = mode, .form = VGPU_CC_OBJECT};
    void *bytes = NULL;
    size_t size;

    if (unit->bitcode && vgpu_cc_module_read(module, unit->bitcode, unit->bitcode_size) &&
        vgpu_cc_code(module, &request, &bytes, &size))
        free(bytes);
}

void vgpu_cc_warm_up(void)
{
    struct vgpu_cc_module module;
    struct vgpu_unit unit = {0};
    char *text = NULL;
    size_t size;
    FILE *log = open_memstream(&text, &size);

    if (log && vgpu_cc_module_init(&module, log)) {
        prepare_kernel(&module, &unit);
        make_code(&module, &unit, VGPU_CODE_LOCKSTEP);
        vgpu_unit_fini(&unit);
        vgpu_cc_module_fini(&module);
    }
    if (log)
        fclose(log);
    free(text);
}
