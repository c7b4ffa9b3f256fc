/* SPDX-License-Identifier: MIT */
/* Whether rows pay for a kernel: rough costs, in cycles, of one row and of its items one
 * by one. Measured on Zen 4: a masked gather or scatter of 16 elements takes some 30
 * cycles, and a scalar load in flight with others less than one. */
#include "lockstep/estimate.h"

#include <string.h>

#define LOOP_ROUNDS 8.0 /* that a loop is taken to make */
#define MOST_DEPTH  6

#define GATHER        30.0 /* of 16 items */
#define SCALAR_ACCESS 1.0
#define ATOMIC        8.0 /* of one item, whichever way */
#define TAKE_APART    2.0 /* of one item, where a row is taken apart for it */
#define SCALAR_SHARE  0.5 /* a superscalar core's cycles per simple instruction */
#define CALL          20.0
#define PRIVATE \
    12.0 /* a row's gather from arrays that stay in the nearest cache; of 16 items */
#define DIVISION        50.0 /* of 16 integers */
#define SCALAR_DIVISION 8.0
#define BRANCH          1.5  /* of one item that goes its own way */
#define MARGIN          1.15 /* in doubt, what is simpler */
#define PRESENT         0.6 /* share of items that are there in a loop which they leave apart */

struct cost {
    double row, items; /* of all items of the row */
};

static void add_serial(const struct vgpu_cc_row *row, struct cost *cost, double each)
{
    cost->row += row->width * (each + TAKE_APART);
    cost->items += row->width * each;
}

static bool is_private(LLVMValueRef pointer)
{
    while (LLVMIsAGetElementPtrInst(pointer))
        pointer = LLVMGetOperand(pointer, 0);
    return LLVMIsAAllocaInst(pointer) != NULL;
}

static void add_access(const struct vgpu_cc_row *row, struct cost *cost,
                       LLVMValueRef pointer, LLVMTypeRef type)
{
    const struct vgpu_cc_shape shape = vgpu_cc_shape(row, pointer);
    const int64_t size = (int64_t)LLVMABISizeOfType(row->module->layout, type);
    const double components = vgpu_cc_components(type);
    const double registers = row->width > 16 ? row->width / 16.0 : 1;

    if (is_private(pointer)) {
        cost->row += PRIVATE / 16 * row->width * components;
        cost->items += SCALAR_ACCESS * row->width * components;
    } else if (shape.kind <= VGPU_CC_UNIFORM) {
        cost->row += 1;
        cost->items += SCALAR_ACCESS * row->width;
    } else if (shape.kind == VGPU_CC_STRIDED && shape.stride <= 2 * size &&
               shape.stride >= -size) {
        cost->row += 2 * components * registers;
        cost->items += SCALAR_ACCESS * row->width * components;
    } else {
        cost->row += GATHER / 16 * row->width * components;
        cost->items += SCALAR_ACCESS * row->width;
    }
}

static void add_call(const struct vgpu_cc_row *row, struct cost *cost, LLVMValueRef call)
{
    LLVMValueRef callee = LLVMGetCalledValue(call);
    size_t length;

    if (vgpu_cc_pseudo_of(call, NULL) == VGPU_CC_BARRIER) {
        cost->row += 10;
        cost->items += 10.0 * row->width;
    } else if (vgpu_cc_pseudo_of(call, NULL) != VGPU_CC_NOT_PSEUDO) {
        return;
    } else if (LLVMIsAFunction(callee) &&
               strncmp(LLVMGetValueName2(callee, &length), "llvm.", 5) == 0) {
        cost->row += 1;
        cost->items += SCALAR_SHARE * row->width;
    } else {
        cost->row += CALL;
        cost->items += CALL * row->width;
    }
}

static void add_instruction(const struct vgpu_cc_row *row, struct cost *cost,
                            LLVMValueRef instruction)
{
    const double registers = row->width > 16 ? row->width / 16.0 : 1;

    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMPHI:
    case LLVMGetElementPtr:
    case LLVMAlloca:
    case LLVMBr:
        return;
    case LLVMLoad:
        add_access(row, cost, LLVMGetOperand(instruction, 0), LLVMTypeOf(instruction));
        return;
    case LLVMStore:
        add_access(row, cost, LLVMGetOperand(instruction, 1),
                   LLVMTypeOf(LLVMGetOperand(instruction, 0)));
        return;
    case LLVMAtomicRMW:
        if (vgpu_cc_is_uniform(&row->shapes, LLVMGetOperand(instruction, 0))) {
            cost->row += ATOMIC;
            cost->items += ATOMIC * row->width;
        } else {
            add_serial(row, cost, LLVMIsAtomicSingleThread(instruction) ? 1 : ATOMIC);
        }
        return;
    case LLVMAtomicCmpXchg:
        add_serial(row, cost, ATOMIC);
        return;
    case LLVMCall:
        add_call(row, cost, instruction);
        return;
    case LLVMUDiv:
    case LLVMSDiv:
    case LLVMURem:
    case LLVMSRem:
        cost->row += DIVISION / 16 * row->width;
        cost->items += SCALAR_DIVISION * row->width;
        return;
    default:
        cost->row += (vgpu_cc_is_uniform(&row->shapes, instruction) ? 1 : registers) *
                     vgpu_cc_components(LLVMTypeOf(instruction));
        cost->items +=
            SCALAR_SHARE * row->width * vgpu_cc_components(LLVMTypeOf(instruction));
    }
}

/* How often a block runs, and how much of a row is then there. */
static void weigh(const struct vgpu_cc_row *row, int block, double *times,
                  double *present)
{
    int depth = 0;

    *times = *present = 1;
    for (int l = 0; l < row->graph.num_loops; l++) {
        if (!row->graph.loops[l].holds[block])
            continue;
        if (depth++ < MOST_DEPTH)
            *times *= LOOP_ROUNDS;
        if (row->shapes.parts_ways[vgpu_cc_graph_loop_node(&row->graph, l)])
            *present = PRESENT;
    }
}

/* A branch that does not end a loop, which processors foresee well. */
static bool stays_in_loop(const struct vgpu_cc_row *row, int block)
{
    const struct vgpu_cc_block *const at = &row->graph.blocks[block];
    const int level = row->graph.nodes[block].level;

    for (int s = 0; s < at->num_successors; s++)
        if (vgpu_cc_graph_node(&row->graph, at->successors[s], level) == VGPU_CC_END)
            return false;
    return true;
}

bool vgpu_cc_rows_pay(const struct vgpu_cc_row *row)
{
    struct cost all = {0, 0};

    for (int b = 0; b < row->graph.num_blocks; b++) {
        struct cost cost = {0, 0};
        double times, present;

        for (LLVMValueRef i = LLVMGetFirstInstruction(row->graph.blocks[b].block); i;
             i = LLVMGetNextInstruction(i))
            add_instruction(row, &cost, i);
        if (row->shapes.parts_ways[b] && stays_in_loop(row, b))
            cost.items += BRANCH * row->width;
        weigh(row, b, &times, &present);
        all.row += cost.row * times / present;
        all.items += cost.items * times;
    }
    return all.row * MARGIN <= all.items;
}
