/* SPDX-License-Identifier: MIT */
/* Calls become the code of what they call, within a budget known beforehand. */
#include "inline.h"

#include "call_graph.h"
#include "context.h"

/* Of functions that stay: smaller ones are always worth inlining. */
#define SMALL_FUNCTION 500u

struct plan {
    struct vgpu_cc_call_graph graph;
    uint64_t *size;       /* of each function once its calls are inlined */
    unsigned char *stays; /* a function of its own */
};

static uint64_t inlined_size(const struct plan *plan, int function)
{
    const struct vgpu_cc_caller *caller = &plan->graph.functions[function];
    uint64_t size = caller->size;

    for (int i = 0; i < caller->num_callees; i++) {
        const int callee = caller->callees[i];

        if (!plan->stays[callee] &&
            __builtin_add_overflow(size, plan->size[callee], &size))
            return UINT64_MAX;
    }
    return size;
}

static void keep_large_callees(struct plan *plan, int function)
{
    const struct vgpu_cc_caller *caller = &plan->graph.functions[function];

    for (int i = 0; i < caller->num_callees; i++) {
        if (plan->size[caller->callees[i]] > SMALL_FUNCTION)
            plan->stays[caller->callees[i]] = true;
    }
}

/* Kernels cannot stay functions: their __local variables are the caller's. */
static bool decide(struct plan *plan, struct vgpu_cc_module *module)
{
    for (int i = 0; i < plan->graph.num_functions; i++) {
        const int f = plan->graph.bottom_up[i];

        plan->size[f] = inlined_size(plan, f);
        if (plan->size[f] > VGPU_CC_INLINE_LIMIT) {
            keep_large_callees(plan, f);
            plan->size[f] = inlined_size(plan, f);
        }
    }
    for (int i = 0; i < plan->graph.num_functions; i++) {
        const int f = plan->graph.bottom_up[i];
        const struct vgpu_cc_caller *caller = &plan->graph.functions[f];

        if (plan->stays[f] && vgpu_cc_is_kernel(caller->function))
            return vgpu_cc_error(
                module, "kernel '%s' is called by a kernel and too large for that",
                vgpu_cc_source_name(caller->function));
    }
    return true;
}

static void mark(const struct plan *plan, struct vgpu_cc_module *module)
{
    for (int f = 0; f < plan->graph.num_functions; f++) {
        LLVMValueRef function = plan->graph.functions[f].function;

        vgpu_cc_attribute_remove(function, "noinline");
        vgpu_cc_attribute_remove(function, "optnone");
        vgpu_cc_attribute_remove(function, "alwaysinline");
        vgpu_cc_attribute_add(module, function,
                              plan->stays[f] ? "noinline" : "alwaysinline");
        if (!vgpu_cc_is_kernel(function))
            LLVMSetLinkage(function, LLVMInternalLinkage);
    }
}

static bool has_calls(LLVMValueRef function)
{
    VGPU_CC_EACH_BLOCK (b, function) {
        VGPU_CC_EACH_INSTRUCTION (i, b) {
            LLVMValueRef called = vgpu_cc_called(i);

            if (called && !LLVMIsDeclaration(called))
                return true;
        }
    }
    return false;
}

/* Also of what LLVM could not inline, for reasons of its own. */
static void mark_kernels_with_calls(struct vgpu_cc_module *module)
{
    VGPU_CC_EACH_FUNCTION (f, module->module) {
        if (vgpu_cc_is_kernel(f) && has_calls(f))
            vgpu_cc_string_attribute_set(module, f, VGPU_CC_HAS_CALLS, "");
    }
}

bool vgpu_cc_inline(struct vgpu_cc_module *module)
{
    struct plan plan;
    size_t count;
    bool ok;

    if (!vgpu_cc_call_graph_init(&plan.graph, module))
        return false;
    count = (size_t)plan.graph.num_functions + 1;
    plan.size = vgpu_cc_pool_alloc(&plan.graph.pool, count, sizeof *plan.size);
    plan.stays = vgpu_cc_pool_alloc(&plan.graph.pool, count, 1);
    ok = decide(&plan, module);
    if (ok)
        mark(&plan, module);
    vgpu_cc_call_graph_fini(&plan.graph);
    if (!ok || !vgpu_cc_passes_run(module, "always-inline,globaldce"))
        return false;
    mark_kernels_with_calls(module);
    return true;
}
