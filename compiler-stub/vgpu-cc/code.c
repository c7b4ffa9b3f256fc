/* SPDX-License-Identifier: MIT */
/* From an executable unit's bitcode to code of one of its kernels. */
#include "code.h"

#include <llvm-c/DebugInfo.h>
#include <stdlib.h>
#include <string.h>

#include "back_end.h"
#include "builtin/printf.h"
#include "context.h"
#include "inline.h"
#include "item.h"
#include "links.h"
#include "lockstep/lockstep.h"
#include "lockstep/width.h"
#include "place.h"
#include "prepare.h"
#include "traced/traced.h"

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

/* Items in a row: as many floats as a vector register holds, or one. */
static struct vgpu_cc_plan make_plan(struct vgpu_cc_module *module, LLVMValueRef kernel,
                                     const struct vgpu_cc_code_request *request,
                                     enum vgpu_code_mode mode)
{
    struct vgpu_cc_plan plan = {.has_avx512 = has_feature(module, "+avx512f"),
                                .has_avx2 = has_feature(module, "+avx2"),
                                .is_debuggable = LLVMGetSubprogram(kernel) != NULL};

    memcpy(plan.local_size, request->local_size, sizeof plan.local_size);
    plan.width = plan.has_avx512 ? 16 : plan.has_avx2 ? 8 : 4;
    plan.is_traced = mode == VGPU_CODE_TRACED;
    if (mode == VGPU_CODE_PLAIN)
        plan.width = 1;
    else if (plan.is_traced)
        plan.width = vgpu_cc_bounds_of(module, kernel) == VGPU_CC_SUB_GROUPS
                         ? VGPU_SUB_GROUP_SIZE
                     : request->traced_items > 0 ? request->traced_items
                                                 : VGPU_TRACED_ITEMS;
    else
        plan.width =
            vgpu_cc_width_choose(module, kernel, request->local_size, plan.width);
    /* Sub-groups are rows, or fibers: those never pay. */
    plan.must_pay =
        request->mode == 0 && vgpu_cc_bounds_of(module, kernel) != VGPU_CC_SUB_GROUPS;
    return plan;
}

static bool emit_fibers(struct vgpu_cc_module *module, LLVMValueRef kernel)
{
    struct vgpu_cc_table table = {
        .mode = VGPU_CODE_FIBER, .width = 1, .has_atomics = true};

    table.group = vgpu_cc_item_emit(module, kernel, &table.scratch_bytes_per_row);
    if (!table.group)
        return false;
    vgpu_cc_table_emit(module, &table);
    return true;
}

/* False: it cannot be done this way. */
static bool emit_rows(struct vgpu_cc_module *module, LLVMValueRef kernel,
                      const struct vgpu_cc_code_request *request,
                      enum vgpu_code_mode mode)
{
    const struct vgpu_cc_plan plan = make_plan(module, kernel, request, mode);
    struct vgpu_cc_lockstep lockstep;
    struct vgpu_cc_table table = {.mode = plan.is_traced    ? VGPU_CODE_TRACED
                                          : plan.width == 1 ? VGPU_CODE_PLAIN
                                                            : VGPU_CODE_LOCKSTEP};

    if (vgpu_cc_lockstep_emit(module, kernel, &plan, &lockstep) != 0) {
        if (request->mode != 0)
            fprintf(module->log, "note: kernel '%s' is %s, because %s\n", request->kernel,
                    plan.is_traced ? "not traced" : "run on fibers", lockstep.refusal);
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
    vgpu_cc_table_emit(module, &table);
    return true;
}

/* -g with -cl-opt-disable: a debugger sees the variables of work-items on fibers only. */
static bool shows_variables(LLVMValueRef kernel)
{
    return LLVMGetSubprogram(kernel) && vgpu_cc_has_attribute(kernel, "optnone");
}

static bool tries(const struct vgpu_cc_code_request *request, LLVMValueRef kernel,
                  enum vgpu_code_mode mode)
{
    /* Functions that were too large to be inlined know work-items, not rows. */
    if (vgpu_cc_has_string_attribute(kernel, VGPU_CC_HAS_CALLS))
        return false;
    return request->mode ? request->mode == (unsigned)mode : !shows_variables(kernel);
}

static bool emit_unwatched(struct vgpu_cc_module *module, LLVMValueRef kernel,
                           const struct vgpu_cc_code_request *request)
{
    static const enum vgpu_code_mode modes[] = {VGPU_CODE_LOCKSTEP, VGPU_CODE_PLAIN};

    if (vgpu_cc_is_traced(kernel) && !vgpu_cc_prepare_unwatched(module))
        return false;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (tries(request, kernel, modes[i]) &&
            emit_rows(module, kernel, request, modes[i]))
            return true;
    return emit_fibers(module, kernel);
}

static bool emit(struct vgpu_cc_module *module, LLVMValueRef kernel,
                 const struct vgpu_cc_code_request *request)
{
    struct vgpu_cc_code_request other = *request;
    bool is_done;

    if (request->mode == VGPU_CODE_TRACED)
        other.mode = 0;
    is_done = (request->mode == VGPU_CODE_TRACED && vgpu_cc_is_traced(kernel) &&
               emit_rows(module, kernel, request, VGPU_CODE_TRACED)) ||
              emit_unwatched(module, kernel, &other);
    return is_done && vgpu_cc_printf_lower(module) &&
           vgpu_cc_module_verify(module, "emit");
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

    if (!kernel)
        return vgpu_cc_error(module, "there is no kernel '%s'", request->kernel);
    return pick(module, kernel) && emit(module, kernel, request);
}

bool vgpu_cc_code(struct vgpu_cc_module *module,
                  const struct vgpu_cc_code_request *request, void **bytes_out,
                  size_t *size_out)
{
    return vgpu_cc_code_emit(module, request) && vgpu_cc_optimise(module) &&
           vgpu_cc_code_write(module, request->form, bytes_out, size_out);
}
