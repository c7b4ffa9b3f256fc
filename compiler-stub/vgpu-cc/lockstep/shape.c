/* SPDX-License-Identifier: MIT */
/* Shapes of values along a row, and divergence of control flow: both at once, to a fixed
 * point from below. */
#include "lockstep/shape.h"

#include "collective.h"
#include "lockstep/address.h"
#include "lockstep/flag.h"
#include "traced/pseudo.h"

#include <string.h>

static const struct vgpu_cc_shape uniform = {VGPU_CC_UNIFORM, true, 0};
static const struct vgpu_cc_shape varying = {VGPU_CC_VARYING, true, 0};

static struct vgpu_cc_shape strided(int64_t stride, bool is_exact)
{
    if (stride == 0)
        return is_exact ? uniform : varying;
    return (struct vgpu_cc_shape){VGPU_CC_STRIDED, is_exact, stride};
}

size_t vgpu_cc_private_size(LLVMTargetDataRef layout, LLVMValueRef variable)
{
    LLVMValueRef count = LLVMGetOperand(variable, 0);
    const size_t align = LLVMGetAlignment(variable);
    size_t size = (size_t)LLVMABISizeOfType(layout, LLVMGetAllocatedType(variable));

    if (LLVMIsAConstantInt(count))
        size *= (size_t)LLVMConstIntGetZExtValue(count);
    size = size ? size : 1;
    return align > 1 ? (size + align - 1) / align * align : size;
}

struct vgpu_cc_shape vgpu_cc_shape_of(const struct vgpu_cc_shapes *shapes,
                                      LLVMValueRef value)
{
    const int at =
        LLVMIsAInstruction(value) ? vgpu_cc_index_get(&shapes->index, value) : -1;

    return at < 0 ? uniform : shapes->values[at];
}

static struct vgpu_cc_shape meet(struct vgpu_cc_shape a, struct vgpu_cc_shape b)
{
    if (a.kind == VGPU_CC_UNSEEN)
        return b;
    if (b.kind == VGPU_CC_UNSEEN)
        return a;
    if (a.kind != b.kind || a.stride != b.stride)
        return varying;
    a.is_exact &= b.is_exact;
    return a;
}

static struct vgpu_cc_shape operand_shape(const struct vgpu_cc_shapes *shapes,
                                          LLVMValueRef instruction, unsigned operand)
{
    return vgpu_cc_shape_of(shapes, LLVMGetOperand(instruction, operand));
}

/* Uniform where all operands are; else varying. */
static struct vgpu_cc_shape of_operands(const struct vgpu_cc_shapes *shapes,
                                        LLVMValueRef instruction)
{
    struct vgpu_cc_shape shape = uniform;
    const int count = LLVMGetNumOperands(instruction);

    for (int i = 0; i < count; i++) {
        const struct vgpu_cc_shape operand =
            operand_shape(shapes, instruction, (unsigned)i);

        if (operand.kind == VGPU_CC_UNSEEN)
            return operand;
        if (operand.kind != VGPU_CC_UNIFORM)
            shape = varying;
    }
    return shape;
}

int64_t vgpu_cc_wrapped(LLVMValueRef instruction, int64_t stride)
{
    LLVMTypeRef type = LLVMTypeOf(instruction);
    unsigned bits;

    if (LLVMGetTypeKind(type) != LLVMIntegerTypeKind)
        return stride;
    bits = LLVMGetIntTypeWidth(type);
    return bits >= 64 ? stride
                      : (int64_t)((uint64_t)stride << (64 - bits)) >> (64 - bits);
}

static struct vgpu_cc_shape of_sum(const struct vgpu_cc_shapes *shapes,
                                   LLVMValueRef instruction, bool is_difference)
{
    const struct vgpu_cc_shape a = operand_shape(shapes, instruction, 0);
    const struct vgpu_cc_shape b = operand_shape(shapes, instruction, 1);
    const uint64_t sum = is_difference ? (uint64_t)a.stride - (uint64_t)b.stride
                                       : (uint64_t)a.stride + (uint64_t)b.stride;

    if (a.kind != VGPU_CC_STRIDED && b.kind != VGPU_CC_STRIDED)
        return of_operands(shapes, instruction);
    if (a.kind == VGPU_CC_VARYING || b.kind == VGPU_CC_VARYING)
        return varying;
    return strided(vgpu_cc_wrapped(instruction, (int64_t)sum), a.is_exact && b.is_exact);
}

/* Of a strided value times a constant. */
static struct vgpu_cc_shape of_product(const struct vgpu_cc_shapes *shapes,
                                       LLVMValueRef instruction, bool is_shift)
{
    const struct vgpu_cc_shape a = operand_shape(shapes, instruction, 0);
    LLVMValueRef factor = LLVMGetOperand(instruction, 1);
    uint64_t by;

    if (a.kind != VGPU_CC_STRIDED || !LLVMIsAConstantInt(factor) ||
        LLVMGetIntTypeWidth(LLVMTypeOf(factor)) > 64)
        return of_operands(shapes, instruction);
    by = (uint64_t)LLVMConstIntGetSExtValue(factor);
    if (is_shift)
        by = by < 63 ? UINT64_C(1) << by : 0;
    return strided(vgpu_cc_wrapped(instruction, (int64_t)((uint64_t)a.stride * by)),
                   a.is_exact);
}

/* `x ^ -1` is -1 - x. */
static struct vgpu_cc_shape of_inversion(const struct vgpu_cc_shapes *shapes,
                                         LLVMValueRef instruction)
{
    const struct vgpu_cc_shape shape = operand_shape(shapes, instruction, 0);
    LLVMValueRef mask = LLVMGetOperand(instruction, 1);

    if (shape.kind != VGPU_CC_STRIDED || !LLVMIsAConstantInt(mask) ||
        LLVMConstIntGetSExtValue(mask) != -1)
        return of_operands(shapes, instruction);
    return strided(vgpu_cc_wrapped(instruction, -shape.stride), shape.is_exact);
}

static struct vgpu_cc_shape of_extension(const struct vgpu_cc_shapes *shapes,
                                         LLVMValueRef instruction, bool is_signed)
{
    LLVMValueRef operand = LLVMGetOperand(instruction, 0);
    struct vgpu_cc_shape shape = vgpu_cc_shape_of(shapes, operand);
    bool is_exact;

    if (shape.kind != VGPU_CC_STRIDED)
        return shape;
    is_exact = is_signed ? vgpu_cc_has_nsw(operand)
                         : vgpu_cc_has_nuw(operand) || vgpu_cc_has_nneg(instruction);
    /* Numbers of 16 bits and less may well run round. */
    if (!is_exact && LLVMGetIntTypeWidth(LLVMTypeOf(operand)) < 32)
        return varying;
    shape.is_exact &= is_exact;
    return shape;
}

/* Extension of the low 32 bits in place, and perhaps a multiple of it: `x & 0xffffffff`,
 * `x << 2 & 0x3fffffffc`, `x << 32 >> 30`. It runs round after 2^32 numbers; where that
 * is less, as of bytes, it varies. */
static struct vgpu_cc_shape of_low_bits(const struct vgpu_cc_shapes *shapes,
                                        LLVMValueRef instruction)
{
    const struct vgpu_cc_shape shape = operand_shape(shapes, instruction, 0);
    LLVMValueRef constant = LLVMGetOperand(instruction, 1);
    int64_t number, step = shape.stride < 0 ? -shape.stride : shape.stride;

    if (shape.kind != VGPU_CC_STRIDED || !LLVMIsAConstantInt(constant) ||
        LLVMGetIntTypeWidth(LLVMTypeOf(constant)) != 64)
        return of_operands(shapes, instruction);
    number = LLVMConstIntGetSExtValue(constant);
    if (LLVMGetInstructionOpcode(instruction) == LLVMAnd) {
        const int zeros = number ? __builtin_ctzll((uint64_t)number) : 0;

        if ((uint64_t)number >> zeros != UINT32_MAX || step >> zeros << zeros != step)
            return varying;
        return strided(shape.stride, false);
    }
    if (number < 0 || number > 32 || step >> number << number != step ||
        step > INT64_C(1) << 32)
        return varying;
    return strided(shape.stride >> number, false);
}

/* A member's offset adds nothing to the stride, an element's index times its size. */
static struct vgpu_cc_shape of_address(const struct vgpu_cc_shapes *shapes,
                                       LLVMValueRef instruction)
{
    struct vgpu_cc_shape shape = operand_shape(shapes, instruction, 0);
    struct vgpu_cc_address_steps steps =
        vgpu_cc_address_steps(shapes->layout, instruction);
    struct vgpu_cc_address_step step;

    while (vgpu_cc_next_step(&steps, &step)) {
        struct vgpu_cc_shape index;

        if (!step.index)
            continue;
        index = vgpu_cc_shape_of(shapes, step.index);
        if (index.kind == VGPU_CC_UNSEEN)
            return index;
        if (index.kind == VGPU_CC_VARYING)
            return varying;
        if (shape.kind == VGPU_CC_VARYING || shape.kind == VGPU_CC_UNSEEN)
            return shape;
        if (LLVMGetTypeKind(LLVMTypeOf(step.index)) == LLVMVectorTypeKind)
            return varying;
        shape = strided(
            (int64_t)((uint64_t)shape.stride + (uint64_t)index.stride * step.bytes),
            shape.is_exact && index.is_exact);
    }
    return shape;
}

static bool is_loop_value_that_lasts(const struct vgpu_cc_shapes *shapes,
                                     LLVMBasicBlockRef at, LLVMValueRef incoming,
                                     LLVMBasicBlockRef from)
{
    const struct vgpu_cc_graph *const graph = shapes->graph;
    const int source = vgpu_cc_index_get(&graph->index, from);
    const int here = vgpu_cc_index_get(&graph->index, at);
    int defined;

    if (!LLVMIsAInstruction(incoming))
        return true;
    defined = vgpu_cc_index_get(&graph->index, LLVMGetInstructionParent(incoming));
    for (int l = 0; l < graph->num_loops; l++)
        if (shapes->parts_ways[vgpu_cc_graph_loop_node(graph, l)] &&
            graph->loops[l].holds[source] && !graph->loops[l].holds[here] &&
            graph->loops[l].holds[defined])
            return false;
    return true;
}

static struct vgpu_cc_shape of_phi(const struct vgpu_cc_shapes *shapes, LLVMValueRef phi)
{
    LLVMBasicBlockRef at = LLVMGetInstructionParent(phi);
    const unsigned count = LLVMCountIncoming(phi);
    LLVMValueRef first = NULL;
    struct vgpu_cc_shape shape = {0};
    bool all_same = true;

    for (unsigned i = 0; i < count; i++) {
        LLVMValueRef incoming = LLVMGetIncomingValue(phi, i);

        if (vgpu_cc_index_get(&shapes->graph->index, LLVMGetIncomingBlock(phi, i)) < 0)
            continue; /* never reached */
        if (LLVMIsUndef(incoming))
            continue; /* whatever the others are */
        if (!is_loop_value_that_lasts(shapes, at, incoming, LLVMGetIncomingBlock(phi, i)))
            return varying;
        all_same &= !first || first == incoming;
        first = incoming;
        shape = meet(shape, vgpu_cc_shape_of(shapes, incoming));
    }
    if (!all_same && shapes->joins[vgpu_cc_index_get(&shapes->graph->index, at)])
        return varying;
    return shape;
}

static struct vgpu_cc_shape of_select(const struct vgpu_cc_shapes *shapes,
                                      LLVMValueRef instruction)
{
    const struct vgpu_cc_shape condition = operand_shape(shapes, instruction, 0);

    if (condition.kind == VGPU_CC_UNSEEN)
        return condition;
    if (condition.kind != VGPU_CC_UNIFORM)
        return varying;
    return meet(operand_shape(shapes, instruction, 1),
                operand_shape(shapes, instruction, 2));
}

static bool is_pure(LLVMValueRef call)
{
    LLVMValueRef callee = LLVMGetCalledValue(call);

    return LLVMIsAFunction(callee) && vgpu_cc_touches_no_memory(callee);
}

static struct vgpu_cc_shape of_call(const struct vgpu_cc_shapes *shapes,
                                    LLVMValueRef instruction)
{
    unsigned dimension = 0;
    const enum vgpu_cc_pseudo pseudo = vgpu_cc_pseudo_of(instruction, &dimension);
    struct vgpu_cc_collective collective;

    if (vgpu_cc_traced_call_of(instruction) == VGPU_CC_TRACED_CHECK)
        return operand_shape(shapes, instruction, 1);
    if (pseudo == VGPU_CC_NOT_PSEUDO || pseudo == VGPU_CC_PRINTF)
        return is_pure(instruction) ? of_operands(shapes, instruction) : varying;
    if (vgpu_cc_collective_of(instruction, &collective))
        return vgpu_cc_is_common(collective.kind) ? uniform : varying;
    switch (vgpu_cc_geometry_along(shapes->geometry, pseudo, dimension)) {
    case VGPU_CC_ALONG_COUNTS:
        return strided(1, true);
    case VGPU_CC_ALONG_VARIES:
        return varying;
    case VGPU_CC_ALONG_SAME:
        break;
    }
    return uniform;
}

/* `x << 3 | 5`: no bit is set on both sides. */
static bool is_sum(LLVMValueRef instruction)
{
    LLVMValueRef shifted = LLVMGetOperand(instruction, 0);
    LLVMValueRef bits = LLVMGetOperand(instruction, 1), by;

    if (vgpu_cc_is_disjoint(instruction))
        return true;
    if (!LLVMIsAInstruction(shifted) || LLVMGetInstructionOpcode(shifted) != LLVMShl)
        return false;
    by = LLVMGetOperand(shifted, 1);
    return LLVMIsAConstantInt(by) && LLVMIsAConstantInt(bits) &&
           LLVMConstIntGetZExtValue(by) < 64 &&
           LLVMConstIntGetZExtValue(bits) >> LLVMConstIntGetZExtValue(by) == 0;
}

static struct vgpu_cc_shape of_instruction(const struct vgpu_cc_shapes *shapes,
                                           LLVMValueRef instruction)
{
    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMAdd:
        return of_sum(shapes, instruction, false);
    case LLVMOr:
        return is_sum(instruction) ? of_sum(shapes, instruction, false)
                                   : of_operands(shapes, instruction);
    case LLVMSub:
        return of_sum(shapes, instruction, true);
    case LLVMAnd:
    case LLVMAShr:
    case LLVMLShr:
        return of_low_bits(shapes, instruction);
    case LLVMXor:
        return of_inversion(shapes, instruction);
    case LLVMMul:
        return of_product(shapes, instruction, false);
    case LLVMShl:
        return of_product(shapes, instruction, true);
    case LLVMSExt:
        return of_extension(shapes, instruction, true);
    case LLVMZExt:
        return of_extension(shapes, instruction, false);
    case LLVMTrunc: {
        const struct vgpu_cc_shape shape = operand_shape(shapes, instruction, 0);

        return shape.kind == VGPU_CC_STRIDED
                   ? strided(vgpu_cc_wrapped(instruction, shape.stride), shape.is_exact)
                   : shape;
    }
    case LLVMFreeze:
        return operand_shape(shapes, instruction, 0);
    case LLVMGetElementPtr:
        return of_address(shapes, instruction);
    case LLVMPHI:
        return of_phi(shapes, instruction);
    case LLVMSelect:
        return of_select(shapes, instruction);
    case LLVMCall:
        return of_call(shapes, instruction);
    case LLVMLoad:
        return LLVMGetVolatile(instruction) ||
                       LLVMGetOrdering(instruction) != LLVMAtomicOrderingNotAtomic
                   ? varying
                   : of_operands(shapes, instruction);
    case LLVMAlloca:
        return strided((int64_t)vgpu_cc_private_size(shapes->layout, instruction), true);
    case LLVMAtomicRMW:
    case LLVMAtomicCmpXchg:
    case LLVMVAArg:
        return varying;
    default:
        return of_operands(shapes, instruction);
    }
}

static bool branches_apart(const struct vgpu_cc_shapes *shapes, int block)
{
    const struct vgpu_cc_block *const at = &shapes->graph->blocks[block];
    enum vgpu_cc_shape_kind kind;

    if (at->num_successors != 2 || at->successors[0] == at->successors[1])
        return false;
    kind = vgpu_cc_shape_of(shapes, LLVMGetCondition(at->terminator)).kind;
    return kind == VGPU_CC_STRIDED || kind == VGPU_CC_VARYING;
}

void vgpu_cc_owners(const struct vgpu_cc_graph *graph, const unsigned char *region,
                    int *owner)
{
    for (int i = 0; i < graph->num_nodes; i++) {
        const int n = graph->order[i];
        const struct vgpu_cc_node *const node = &graph->nodes[n];

        if (!region[n])
            continue;
        owner[n] = n;
        for (int p = 0; p < node->num_predecessors; p++) {
            const int from = node->predecessors[p];

            if (!region[from] || (p > 0 && owner[from] != owner[n])) {
                owner[n] = n;
                break;
            }
            owner[n] = owner[from];
        }
    }
}

/* A node that items leave while others of the row stay in the loop. */
static bool leaves_loop(const struct vgpu_cc_graph *graph, int node, int loop)
{
    const unsigned char *const holds = graph->loops[loop].holds;

    if (vgpu_cc_graph_is_loop(graph, node)) {
        const struct vgpu_cc_loop *const inner = &graph->loops[node - graph->num_blocks];

        for (int e = 0; e < inner->num_exits; e++)
            if (!holds[inner->exits[e]])
                return true;
        return false;
    }
    for (int s = 0; s < graph->blocks[node].num_successors; s++)
        if (!holds[graph->blocks[node].successors[s]])
            return true;
    return false;
}

static bool set_flag(unsigned char *flag)
{
    const bool changed = !*flag;

    *flag = 1;
    return changed;
}

/* What it means that items part ways at the node. True: something is new. */
static bool part_ways(struct vgpu_cc_shapes *shapes, int node, unsigned char *region,
                      int *owner)
{
    const struct vgpu_cc_graph *const graph = shapes->graph;
    const int level = graph->nodes[node].level, end = graph->nodes[node].post_dominator;
    bool changed = false;

    memset(region, 0, (size_t)graph->num_nodes);
    vgpu_cc_graph_region(graph, node, region);
    vgpu_cc_owners(graph, region, owner);
    if (end != VGPU_CC_END && end < graph->num_blocks)
        changed |= set_flag(&shapes->joins[end]);
    for (int n = 0; n < graph->num_nodes; n++) {
        if (region[n] && owner[n] == n && n < graph->num_blocks &&
            graph->blocks[n].num_predecessors > 1)
            changed |= set_flag(&shapes->joins[n]);
        if ((region[n] || n == node) && level != VGPU_CC_FUNCTION &&
            leaves_loop(graph, n, level))
            changed |=
                set_flag(&shapes->parts_ways[vgpu_cc_graph_loop_node(graph, level)]);
    }
    return changed;
}

/* Items that leave a loop at different times come together at its exits. */
static bool leave_apart(struct vgpu_cc_shapes *shapes, const struct vgpu_cc_loop *loop)
{
    bool changed = false;

    for (int e = 0; e < loop->num_exits; e++)
        changed |= set_flag(&shapes->joins[loop->exits[e]]);
    return changed;
}

static bool update_flow(struct vgpu_cc_shapes *shapes, unsigned char *region, int *owner)
{
    const struct vgpu_cc_graph *const graph = shapes->graph;
    bool changed = false;

    for (int n = 0; n < graph->num_nodes; n++) {
        if (n < graph->num_blocks && branches_apart(shapes, n))
            changed |= set_flag(&shapes->parts_ways[n]);
        if (!shapes->parts_ways[n])
            continue;
        if (vgpu_cc_graph_is_loop(graph, n)) {
            const struct vgpu_cc_loop *const loop = &graph->loops[n - graph->num_blocks];

            changed |= leave_apart(shapes, loop);
            if (loop->num_exits < 2)
                continue;
        }
        changed |= part_ways(shapes, n, region, owner);
    }
    return changed;
}

static bool update_values(struct vgpu_cc_shapes *shapes)
{
    bool changed = false;

    for (int b = 0; b < shapes->graph->num_blocks; b++)
        for (LLVMValueRef i = LLVMGetFirstInstruction(shapes->graph->blocks[b].block); i;
             i = LLVMGetNextInstruction(i)) {
            struct vgpu_cc_shape *const old =
                &shapes->values[vgpu_cc_index_get(&shapes->index, i)];
            const struct vgpu_cc_shape now = meet(*old, of_instruction(shapes, i));

            changed |= now.kind != old->kind || now.stride != old->stride ||
                       now.is_exact != old->is_exact;
            *old = now;
        }
    return changed;
}

static void number_values(struct vgpu_cc_shapes *shapes)
{
    for (int b = 0; b < shapes->graph->num_blocks; b++)
        for (LLVMValueRef i = LLVMGetFirstInstruction(shapes->graph->blocks[b].block); i;
             i = LLVMGetNextInstruction(i))
            vgpu_cc_index_set(&shapes->index, i, shapes->num_values++);
    shapes->values = vgpu_cc_pool_alloc(shapes->graph->pool, (size_t)shapes->num_values,
                                        sizeof *shapes->values);
}

void vgpu_cc_shapes_make(struct vgpu_cc_shapes *shapes, const struct vgpu_cc_graph *graph,
                         const struct vgpu_cc_geometry *geometry,
                         LLVMTargetDataRef layout)
{
    const size_t nodes = (size_t)graph->num_nodes;
    unsigned char *const region = vgpu_cc_pool_alloc(graph->pool, nodes, 1);
    int *const owner = vgpu_cc_pool_alloc(graph->pool, nodes, sizeof *owner);
    bool changed;

    *shapes = (struct vgpu_cc_shapes){.graph = graph,
                                      .geometry = geometry,
                                      .layout = layout,
                                      .index = {.pool = graph->pool}};
    shapes->parts_ways = vgpu_cc_pool_alloc(graph->pool, nodes, 1);
    shapes->joins = vgpu_cc_pool_alloc(graph->pool, (size_t)graph->num_blocks, 1);
    number_values(shapes);
    if (geometry->width == 1) {
        for (int i = 0; i < shapes->num_values; i++)
            shapes->values[i] = uniform;
        return;
    }
    do {
        changed = update_values(shapes);
        changed |= update_flow(shapes, region, owner);
    } while (changed);
}
