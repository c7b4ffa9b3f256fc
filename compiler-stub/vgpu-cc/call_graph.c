/* SPDX-License-Identifier: MIT */
/* Which function of a module calls which. */
#include "call_graph.h"

#include <stdlib.h>

#include "context.h"

struct builder {
    struct vgpu_cc_call_graph *graph;
    struct vgpu_cc_module *module;
    struct vgpu_cc_index index; /* of functions */
};

static void collect_functions(struct builder *builder)
{
    struct vgpu_cc_call_graph *graph = builder->graph;
    size_t count = 0;

    VGPU_CC_EACH_FUNCTION (f, builder->module->module)
        count += !LLVMIsDeclaration(f);
    graph->functions =
        vgpu_cc_pool_alloc(&graph->pool, count + 1, sizeof *graph->functions);
    graph->bottom_up = vgpu_cc_pool_alloc(&graph->pool, count + 1, sizeof(int));
    VGPU_CC_EACH_FUNCTION (f, builder->module->module) {
        if (!LLVMIsDeclaration(f)) {
            vgpu_cc_index_set(&builder->index, f, graph->num_functions);
            graph->functions[graph->num_functions++].function = f;
        }
    }
}

static bool refuse_assembly(struct builder *builder, LLVMValueRef function,
                            LLVMValueRef where)
{
    return vgpu_cc_error_at(builder->module, where,
                            "function '%s' contains assembly, which OpenCL C does not "
                            "have",
                            vgpu_cc_source_name(function));
}

static bool check_call(struct builder *builder, LLVMValueRef caller, LLVMValueRef call)
{
    LLVMValueRef callee = vgpu_cc_called(call);

    if (LLVMIsAInlineAsm(LLVMGetCalledValue(call)))
        return refuse_assembly(builder, caller, call);
    if (!callee)
        return vgpu_cc_error_at(builder->module, call,
                                "function '%s' calls a function through a pointer, which "
                                "OpenCL C does not have",
                                vgpu_cc_source_name(caller));
    if (!LLVMIsDeclaration(callee) &&
        LLVMGetCalledFunctionType(call) != LLVMGlobalGetValueType(callee))
        return vgpu_cc_error_at(
            builder->module, call,
            "function '%s' calls '%s' with other parameters than it has",
            vgpu_cc_source_name(caller), vgpu_cc_source_name(callee));
    return true;
}

/* How a block ends. */
static bool check_end(struct builder *builder, LLVMValueRef function, LLVMValueRef end)
{
    switch (LLVMGetInstructionOpcode(end)) {
    case LLVMRet:
    case LLVMBr:
    case LLVMSwitch:
    case LLVMUnreachable:
        return true;
    case LLVMIndirectBr:
        return vgpu_cc_error_at(builder->module, end,
                                "function '%s' jumps to a computed address, which "
                                "OpenCL C does not have",
                                vgpu_cc_source_name(function));
    case LLVMCallBr:
        return refuse_assembly(builder, function, end);
    default:
        return vgpu_cc_error_at(builder->module, end,
                                "function '%s' has exceptions, which OpenCL C does not "
                                "have",
                                vgpu_cc_source_name(function));
    }
}

/* The calls of a function; the count of all of them bounds that of known callees. */
static bool collect_calls(struct builder *builder, struct vgpu_cc_caller *caller)
{
    size_t calls = 0;

    VGPU_CC_EACH_BLOCK (b, caller->function) {
        if (!check_end(builder, caller->function, LLVMGetBasicBlockTerminator(b)))
            return false;
        VGPU_CC_EACH_INSTRUCTION (i, b) {
            caller->size++;
            calls += LLVMIsACallInst(i) != NULL;
        }
    }
    caller->callees = vgpu_cc_pool_alloc(&builder->graph->pool, calls + 1, sizeof(int));
    VGPU_CC_EACH_BLOCK (b, caller->function) {
        VGPU_CC_EACH_INSTRUCTION (i, b) {
            int callee;

            if (!LLVMIsACallInst(i))
                continue;
            if (!check_call(builder, caller->function, i))
                return false;
            callee = vgpu_cc_index_get(&builder->index, vgpu_cc_called(i));
            if (callee >= 0)
                caller->callees[caller->num_callees++] = callee;
        }
    }
    return true;
}

static bool report_circle(struct builder *builder, const int *stack, int depth, int again)
{
    const struct vgpu_cc_caller *functions = builder->graph->functions;
    const LLVMValueRef first = functions[again].function;
    char *circle = NULL;
    size_t size;
    FILE *text = open_memstream(&circle, &size);
    int from = 0;

    if (!text)
        return vgpu_cc_error(builder->module, "out of memory");
    while (stack[from] != again)
        from++;
    for (int i = from; i < depth; i++)
        fprintf(text, "'%s' calls ", vgpu_cc_source_name(functions[stack[i]].function));
    fprintf(text, "'%s'", vgpu_cc_source_name(first));
    if (fclose(text) == 0)
        vgpu_cc_error_at(builder->module, first,
                         "recursion, which OpenCL C does not have: %s", circle);
    free(circle);
    return false;
}

/* A depth-first search with a stack of its own: chains of calls may be long. */
static bool order_from(struct builder *builder, int root, int *stack, int *next,
                       unsigned char *state, int *done)
{
    enum { NEW, OPEN, DONE };
    const struct vgpu_cc_caller *functions = builder->graph->functions;
    int depth = 0;

    if (state[root] != NEW)
        return true;
    state[root] = OPEN;
    stack[depth++] = root;
    while (depth > 0) {
        const int at = stack[depth - 1];

        if (next[at] == functions[at].num_callees) {
            state[at] = DONE;
            builder->graph->bottom_up[(*done)++] = at;
            depth--;
        } else {
            const int callee = functions[at].callees[next[at]++];

            if (state[callee] == OPEN)
                return report_circle(builder, stack, depth, callee);
            if (state[callee] == NEW) {
                state[callee] = OPEN;
                stack[depth++] = callee;
            }
        }
    }
    return true;
}

static bool order(struct builder *builder)
{
    struct vgpu_cc_call_graph *graph = builder->graph;
    const size_t count = (size_t)graph->num_functions + 1;
    int *stack = vgpu_cc_pool_alloc(&graph->pool, count, sizeof *stack);
    int *next = vgpu_cc_pool_alloc(&graph->pool, count, sizeof *next);
    unsigned char *state = vgpu_cc_pool_alloc(&graph->pool, count, 1);
    int done = 0;

    for (int f = 0; f < graph->num_functions; f++) {
        if (!order_from(builder, f, stack, next, state, &done))
            return false;
    }
    return true;
}

bool vgpu_cc_call_graph_init(struct vgpu_cc_call_graph *graph,
                             struct vgpu_cc_module *module)
{
    struct builder builder = {.graph = graph, .module = module};
    bool ok = true;

    *graph = (struct vgpu_cc_call_graph){0};
    builder.index.pool = &graph->pool;
    collect_functions(&builder);
    for (int f = 0; ok && f < graph->num_functions; f++)
        ok = collect_calls(&builder, &graph->functions[f]);
    ok = ok && order(&builder);
    if (!ok)
        vgpu_cc_call_graph_fini(graph);
    return ok;
}

void vgpu_cc_call_graph_fini(struct vgpu_cc_call_graph *graph)
{
    vgpu_cc_pool_fini(&graph->pool);
    *graph = (struct vgpu_cc_call_graph){0};
}
