/* SPDX-License-Identifier: MIT */
/* Puts calls for the watcher into kernels. */
#include "traced/traced.h"

#include <stdlib.h>

#include "context.h"
#include "inline.h"
#include "place.h"
#include "traced/access.h"
#include "traced/graph.h"
#include "traced/machinery.h"
#include "traced/private.h"
#include "traced/pseudo.h"
#include "traced/table.h"
#include "traced/work.h"

/* Variables that are values become ones; unreached code goes. What is an access in the
 * source stays one. */
static const char tidy[] = "function(mem2reg)";

static void trace_block(struct vgpu_cc_tracer *tracer, int number)
{
    LLVMBasicBlockRef block = tracer->graph.nodes[number].blocks[0];
    LLVMValueRef at = LLVMGetFirstInstruction(block);
    const bool is_last = tracer->graph.nodes[number].num_successors == 0;
    LLVMValueRef args[2] = {
        LLVMConstInt(tracer->module->i32, (unsigned long long)number, false),
        LLVMConstInt(tracer->module->i1, is_last, false)};

    while (LLVMIsAPHINode(at) || LLVMIsAAllocaInst(at))
        at = LLVMGetNextInstruction(at);
    vgpu_cc_traced_call(tracer, VGPU_CC_TRACED_BLOCK, at, args);
}

/* Of the branch that ends the node. The compiler's own, at a scope's end behind a
 * `break`, has no place; there the node's branch before it, which is the source's, has.
 */
static struct vgpu_traced_place branch_place(struct vgpu_cc_tracer *tracer,
                                             const struct vgpu_cc_traced_node *node)
{
    struct vgpu_traced_place place = {0};

    for (int b = node->num_blocks - 1; b >= 0 && place.line == 0; b--)
        place = vgpu_cc_traced_place(tracer->table,
                                     LLVMGetBasicBlockTerminator(node->blocks[b]));
    return place;
}

/* What stands in the source of the node: lines, branches, work. */
static void note_block(struct vgpu_cc_tracer *tracer, int number)
{
    const struct vgpu_cc_traced_node *const node = &tracer->graph.nodes[number];
    struct vgpu_traced_block *const block = &tracer->table->blocks[number];

    for (int b = 0; b < node->num_blocks; b++)
        VGPU_CC_EACH_INSTRUCTION (i, node->blocks[b]) {
            vgpu_cc_traced_line(tracer->table, block,
                                vgpu_cc_traced_place(tracer->table, i));
            vgpu_cc_traced_work(i, block->work);
        }
    block->num_successors = (uint32_t)node->num_successors;
    block->post_dominator =
        node->post_dominator < 0 ? VGPU_TRACED_END : (uint32_t)node->post_dominator;
    if (node->num_successors > 1)
        block->branch = branch_place(tracer, node);
}

static void trace_accesses(struct vgpu_cc_tracer *tracer, int number)
{
    const struct vgpu_cc_traced_node *const node = &tracer->graph.nodes[number];

    tracer->block = (uint32_t)number;
    for (int b = 0; b < node->num_blocks; b++)
        VGPU_CC_EACH_INSTRUCTION (i, node->blocks[b])
            vgpu_cc_trace_instruction(tracer, i);
}

static struct vgpu_traced_table *trace_kernel(struct vgpu_cc_tracer *tracer,
                                              LLVMValueRef kernel)
{
    struct vgpu_cc_pool pool = {0};

    tracer->kernel = kernel;
    vgpu_cc_copies_expand(tracer);
    vgpu_cc_traced_graph_make(&tracer->graph, kernel, &pool);
    tracer->table = vgpu_cc_traced_table_new(tracer->graph.num_nodes);
    for (int n = 0; n < tracer->graph.num_nodes; n++)
        note_block(tracer, n);
    for (int n = 0; n < tracer->graph.num_nodes; n++)
        trace_accesses(tracer, n);
    for (int n = 0; n < tracer->graph.num_nodes; n++)
        trace_block(tracer, n);
    vgpu_cc_pool_fini(&pool);
    return tracer->table;
}

bool vgpu_cc_trace(struct vgpu_cc_module *module, struct vgpu_unit *unit)
{
    struct vgpu_cc_tracer tracer = {.module = module,
                                    .at = LLVMCreateBuilderInContext(module->context)};
    bool ok = !module->is_c || vgpu_cc_machinery_dissolve(module);

    if (ok)
        vgpu_cc_privates_shadow(&tracer);
    ok = ok && vgpu_cc_passes_run(module, tidy);
    for (size_t i = 0; ok && i < unit->num_kernels; i++) {
        LLVMValueRef kernel =
            vgpu_cc_kernel_find(module, unit->kernels[i].declaration.name);

        if (kernel && !vgpu_cc_has_string_attribute(kernel, VGPU_CC_HAS_CALLS))
            unit->kernels[i].traced = trace_kernel(&tracer, kernel);
    }
    for (unsigned i = 0; i < tracer.num_pending; i++)
        free(tracer.pending[i].name);
    free(tracer.pending);
    LLVMDisposeBuilder(tracer.at);
    return ok && vgpu_cc_module_verify(module, "trace");
}

bool vgpu_cc_is_traced(LLVMValueRef function)
{
    VGPU_CC_EACH_BLOCK (b, function) {
        VGPU_CC_EACH_INSTRUCTION (i, b) {
            if (vgpu_cc_traced_call_of(i) != VGPU_CC_NOT_TRACED)
                return true;
        }
    }
    return false;
}

void vgpu_cc_untrace(struct vgpu_cc_module *module)
{
    VGPU_CC_EACH_FUNCTION (f, module->module) {
        VGPU_CC_EACH_BLOCK (b, f) {
            VGPU_CC_EACH_INSTRUCTION (i, b) {
                const enum vgpu_cc_traced_pseudo pseudo = vgpu_cc_traced_call_of(i);

                if (pseudo == VGPU_CC_TRACED_CHECK)
                    LLVMReplaceAllUsesWith(i, LLVMGetOperand(i, 1));
                if (pseudo != VGPU_CC_NOT_TRACED)
                    LLVMInstructionEraseFromParent(i);
            }
        }
    }
}
