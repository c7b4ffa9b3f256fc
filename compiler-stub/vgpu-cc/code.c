/* SPDX-License-Identifier: MIT */
/* From an executable unit's bitcode to code of one of its kernels. */
#include "code.h"

#include <CL/cl_vgpu_abi.h>
#include <llvm-c/DebugInfo.h>
#include <stdlib.h>
#include <string.h>

#include "back_end.h"
#include "builtin/printf.h"
#include "collective.h"
#include "context.h"
#include "inline.h"
#include "item.h"
#include "links.h"
#include "lockstep/lockstep.h"
#include "lockstep/width.h"
#include "place.h"
#include "prepare.h"
#include "traced/traced.h"

/* What is to be made, and of what kind of kernel. */
struct job {
    const struct vgpu_cc_code_request *request;
    unsigned mode; /* the request's, or one that follows it */
    unsigned sub_group_size;
    bool sees_sub_groups; /* what the kernel does depends on it */
};

/* Leaves one kernel and what it needs. */
static bool pick(struct vgpu_cc_module *module, LLVMValueRef kernel)
{
    VGPU_CC_EACH_FUNCTION (f, module->module) {
        if (vgpu_cc_is_kernel(f) && f != kernel)
            LLVMSetLinkage(f, LLVMInternalLinkage);
    }
    return vgpu_cc_passes_run(module, "globaldce");
}

static bool has_feature(struct vgpu_cc_module *module, const char *name)
{
    char *features = LLVMGetTargetMachineFeatureString(module->machine);
    const bool has = strstr(features, name) != NULL;

    LLVMDisposeMessage(features);
    return has;
}

/* Items in a row: of what knows sub-groups one of these, else as many floats as one or
 * more vector registers hold, or one. */
static struct vgpu_cc_plan make_plan(struct vgpu_cc_module *module, LLVMValueRef kernel,
                                     const struct job *job, enum vgpu_code_mode mode)
{
    const bool has_sub_groups = vgpu_cc_bounds_of(module, kernel) == VGPU_CC_SUB_GROUPS;
    struct vgpu_cc_plan plan = {.sub_group_size = job->sub_group_size,
                                .has_avx512 = has_feature(module, "+avx512f"),
                                .has_avx2 = has_feature(module, "+avx2"),
                                .is_traced = mode == VGPU_CODE_TRACED,
                                .is_debuggable = LLVMGetSubprogram(kernel) != NULL};

    memcpy(plan.local_size, job->request->local_size, sizeof plan.local_size);
    plan.natural = plan.has_avx512 ? 16 : plan.has_avx2 ? 8 : 4;
    if (mode == VGPU_CODE_PLAIN)
        plan.width = 1;
    else if (plan.is_traced || has_sub_groups)
        plan.width = plan.sub_group_size;
    else
        plan.width = vgpu_cc_width_choose(module, kernel, plan.local_size, plan.natural);
    /* Sub-groups are rows, or fibers: those never pay. */
    plan.must_pay = job->mode == 0 && !has_sub_groups;
    return plan;
}

static unsigned told_sub_group_size(const struct job *job)
{
    return job->sees_sub_groups ? job->sub_group_size : 0;
}

static bool emit_fibers(struct vgpu_cc_module *module, LLVMValueRef kernel,
                        const struct job *job)
{
    struct vgpu_cc_table table = {.mode = VGPU_CODE_FIBER,
                                  .width = 1,
                                  .has_atomics = true,
                                  .sub_group_size = told_sub_group_size(job)};

    table.group = vgpu_cc_item_emit(module, kernel, job->sub_group_size,
                                    &table.scratch_bytes_per_row);
    if (!table.group)
        return false;
    vgpu_cc_table_emit(module, &table);
    return true;
}

/* False: it cannot be done this way. */
static bool emit_rows(struct vgpu_cc_module *module, LLVMValueRef kernel,
                      const struct job *job, enum vgpu_code_mode mode)
{
    const struct vgpu_cc_plan plan = make_plan(module, kernel, job, mode);
    struct vgpu_cc_lockstep lockstep;
    struct vgpu_cc_table table = {.mode = plan.is_traced    ? VGPU_CODE_TRACED
                                          : plan.width == 1 ? VGPU_CODE_PLAIN
                                                            : VGPU_CODE_LOCKSTEP};

    if (vgpu_cc_lockstep_emit(module, kernel, &plan, &lockstep) != 0) {
        if (job->mode != 0)
            fprintf(module->log, "note: kernel '%s' is %s, because %s\n",
                    job->request->kernel, plan.is_traced ? "not traced" : "run on fibers",
                    lockstep.refusal);
        return false;
    }
    memcpy(table.local_size, plan.local_size, sizeof table.local_size);
    table.width = lockstep.width;
    table.groups = lockstep.groups;
    table.traced_row = lockstep.traced_row;
    table.groups_alone = lockstep.groups_alone;
    table.has_atomics = lockstep.has_atomics;
    table.scratch_bytes = lockstep.scratch_bytes;
    table.scratch_bytes_per_row = lockstep.scratch_bytes_per_row;
    table.sub_group_size = told_sub_group_size(job);
    vgpu_cc_table_emit(module, &table);
    return true;
}

/* -g with -cl-opt-disable: a debugger sees the variables of work-items on fibers only. */
static bool shows_variables(LLVMValueRef kernel)
{
    return LLVMGetSubprogram(kernel) && vgpu_cc_has_attribute(kernel, "optnone");
}

static bool tries(const struct job *job, LLVMValueRef kernel, enum vgpu_code_mode mode)
{
    /* Functions that were too large to be inlined know work-items, not rows. */
    if (vgpu_cc_has_string_attribute(kernel, VGPU_CC_HAS_CALLS))
        return false;
    return job->mode ? job->mode == (unsigned)mode : !shows_variables(kernel);
}

static bool emit_unwatched(struct vgpu_cc_module *module, LLVMValueRef kernel,
                           const struct job *job)
{
    static const enum vgpu_code_mode modes[] = {VGPU_CODE_LOCKSTEP, VGPU_CODE_PLAIN};

    if (vgpu_cc_is_traced(kernel) && !vgpu_cc_prepare_unwatched(module))
        return false;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (tries(job, kernel, modes[i]) && emit_rows(module, kernel, job, modes[i]))
            return true;
    return emit_fibers(module, kernel, job);
}

static bool emit(struct vgpu_cc_module *module, LLVMValueRef kernel,
                 const struct job *job)
{
    struct job other = *job;
    bool is_done;

    if (job->mode == VGPU_CODE_TRACED)
        other.mode = 0;
    is_done = (job->mode == VGPU_CODE_TRACED && vgpu_cc_is_traced(kernel) &&
               emit_rows(module, kernel, job, VGPU_CODE_TRACED)) ||
              emit_unwatched(module, kernel, &other);
    return is_done && vgpu_cc_printf_lower(module) &&
           vgpu_cc_module_verify(module, "emit");
}

bool vgpu_cc_is_sub_group_size(unsigned items)
{
    return items == 8 || items == 16 || items == VGPU_MAX_SUB_GROUP_SIZE;
}

static bool sees_sub_groups(struct vgpu_cc_module *module)
{
    VGPU_CC_EACH_FUNCTION (f, module->module) {
        if (LLVMGetFirstUse(f) && vgpu_cc_is_of_sub_groups(f))
            return true;
    }
    return false;
}

/* What sub-groups have is known now: a constant. */
static void settle_sub_group_size(struct vgpu_cc_module *module, unsigned items)
{
    LLVMValueRef function = LLVMGetNamedFunction(module->module, VGPU_CC_SUB_GROUP_WHOLE);
    LLVMValueRef constant = LLVMConstInt(module->i32, items, false);

    for (LLVMUseRef use; function && (use = LLVMGetFirstUse(function));) {
        LLVMValueRef call = LLVMGetUser(use);

        LLVMReplaceAllUsesWith(call, constant);
        LLVMInstructionEraseFromParent(call);
    }
}

static bool write_text(struct vgpu_cc_module *module, void **bytes_out, size_t *size_out)
{
    char *text = LLVMPrintModuleToString(module->module);
    char *copy = strdup(text);

    LLVMDisposeMessage(text);
    if (!copy)
        return vgpu_cc_error(module, "out of memory");
    *bytes_out = copy;
    *size_out = strlen(copy);
    return true;
}

bool vgpu_cc_code_write(struct vgpu_cc_module *module, enum vgpu_cc_form form,
                        void **bytes_out, size_t *size_out)
{
    void *object;
    size_t size;
    bool ok;

    if (form == VGPU_CC_LLVM)
        return write_text(module, bytes_out, size_out);
    if (form == VGPU_CC_OBJECT)
        return vgpu_cc_object(module, bytes_out, size_out);
    if (!vgpu_cc_object(module, &object, &size))
        return false;
    ok = vgpu_cc_shared_object(module, object, size, bytes_out, size_out);
    free(object);
    return ok;
}

bool vgpu_cc_code_emit(struct vgpu_cc_module *module,
                       const struct vgpu_cc_code_request *request)
{
    LLVMValueRef kernel = vgpu_cc_kernel_find(module, request->kernel);
    struct job job = {.request = request,
                      .mode = request->mode,
                      .sub_group_size = request->sub_group_size > 0
                                            ? request->sub_group_size
                                            : VGPU_MAX_SUB_GROUP_SIZE};

    if (!kernel)
        return vgpu_cc_error(module, "there is no kernel '%s'", request->kernel);
    if (!pick(module, kernel))
        return false;
    job.sees_sub_groups = sees_sub_groups(module);
    settle_sub_group_size(module, job.sub_group_size);
    return emit(module, kernel, &job);
}

bool vgpu_cc_code(struct vgpu_cc_module *module,
                  const struct vgpu_cc_code_request *request, void **bytes_out,
                  size_t *size_out)
{
    return vgpu_cc_code_emit(module, request) && vgpu_cc_optimise(module) &&
           vgpu_cc_code_write(module, request->form, bytes_out, size_out);
}
