/* SPDX-License-Identifier: MIT */
/* Types and memory of random kernels. */
#include "language.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct scalar fuzz_scalars[] = {
#define SCALAR(kind, name, suffix, bits, is_signed, is_float) \
    {name, suffix, bits, is_signed, is_float},
#include "scalar.def"
#undef SCALAR
};

const struct operator_info fuzz_operators[] = {
#define OPERATOR(name, text, class) {text, CLASS_##class},
#include "operator.def"
#undef OPERATOR
};

struct type fuzz_vector_type(enum kind kind, unsigned width)
{
    return (struct type){.kind = kind, .width = width};
}

struct type fuzz_scalar_type(enum kind kind)
{
    return fuzz_vector_type(kind, 1);
}

struct type fuzz_element_type(struct type type)
{
    return (struct type){.kind = type.kind, .width = type.width, .record = type.record};
}

struct type fuzz_unsigned_type(struct type type)
{
    if (type.kind < KIND_FLOAT)
        type.kind |= 1;
    return type;
}

size_t fuzz_value_size(struct type type)
{
    if (type.kind == KIND_RECORD)
        return type.record->size;
    return fuzz_scalars[type.kind].bits / 8 * (type.width == 3 ? 4 : type.width);
}

size_t fuzz_type_size(struct type type)
{
    if (type.space != SPACE_NONE)
        return sizeof(union lane) * 2;
    return fuzz_value_size(type) * (type.count ? type.count : 1) *
           (type.rows ? type.rows : 1);
}

size_t fuzz_type_align(struct type type)
{
    if (type.space != SPACE_NONE)
        return sizeof(union lane);
    return type.kind == KIND_RECORD ? type.record->align : fuzz_value_size(type);
}

bool fuzz_is_integer(struct type type)
{
    return type.kind < KIND_FLOAT;
}

bool fuzz_is_float(struct type type)
{
    return type.kind == KIND_FLOAT || type.kind == KIND_DOUBLE;
}

bool fuzz_same_type(struct type a, struct type b)
{
    return a.kind == b.kind && a.width == b.width && a.rows == b.rows &&
           a.count == b.count && a.space == b.space && a.record == b.record;
}

struct type fuzz_common_type(struct type a, struct type b)
{
    if (a.width > 1)
        return a;
    if (b.width > 1)
        return b;
    /* the scalar.def order is that of ranks, unsigned above signed */
    enum kind kind = a.kind > b.kind ? a.kind : b.kind;
    return fuzz_scalar_type(kind < KIND_INT ? KIND_INT : kind);
}

struct range fuzz_full_range(enum kind kind)
{
    const unsigned bits = fuzz_scalars[kind].bits;
    struct range range = {0, 0, 0};

    if (fuzz_scalars[kind].is_float) {
        range.bound = kind == KIND_FLOAT ? 0x1p60 : 0x1p300;
    } else if (fuzz_scalars[kind].is_signed) {
        range.lo = -((wide)1 << (bits - 1));
        range.hi = ((wide)1 << (bits - 1)) - 1;
    } else {
        range.hi = ((wide)1 << bits) - 1;
    }
    return range;
}

bool fuzz_fits(struct range range, enum kind kind)
{
    const struct range full = fuzz_full_range(kind);

    if (fuzz_scalars[kind].is_float)
        return range.bound <= full.bound;
    return range.lo >= full.lo && range.hi <= full.hi;
}

wide fuzz_widen(enum kind kind, int64_t bits)
{
    return kind == KIND_ULONG ? (wide)(uint64_t)bits : (wide)bits;
}

int64_t fuzz_wrap(enum kind kind, wide value)
{
    switch (kind) {
    case KIND_CHAR:
        return (int8_t)value;
    case KIND_UCHAR:
        return (uint8_t)value;
    case KIND_SHORT:
        return (int16_t)value;
    case KIND_USHORT:
        return (uint16_t)value;
    case KIND_INT:
        return (int32_t)value;
    case KIND_UINT:
        return (uint32_t)value;
    default:
        return (int64_t)value;
    }
}

union lane fuzz_component_load(enum kind kind, const void *address)
{
    union lane lane = {.i = 0};
    float single;

    switch (kind) {
    case KIND_FLOAT:
        memcpy(&single, address, sizeof single);
        lane.f = single;
        break;
    case KIND_DOUBLE:
        memcpy(&lane.f, address, sizeof lane.f);
        break;
    default:
        memcpy(&lane.i, address, fuzz_scalars[kind].bits / 8);
        lane.i = fuzz_wrap(kind, lane.i);
    }
    return lane;
}

void fuzz_component_store(enum kind kind, void *address, union lane lane)
{
    const float single = kind == KIND_FLOAT ? (float)lane.f : 0;

    if (kind == KIND_FLOAT)
        memcpy(address, &single, sizeof single);
    else
        memcpy(address, &lane, fuzz_scalars[kind].bits / 8);
}

static void *must(void *memory)
{
    if (!memory) {
        fputs("kernel_fuzz: out of memory\n", stderr);
        exit(2);
    }
    return memory;
}

void *fuzz_allocate(struct program *program, size_t bytes)
{
    if (program->num_memory == program->memory_room) {
        program->memory_room = program->memory_room * 2 + 64;
        program->memory =
            must(realloc(program->memory, program->memory_room * sizeof(void *)));
    }
    return program->memory[program->num_memory++] = must(calloc(1, bytes ? bytes : 1));
}

void fuzz_program_fini(struct program *program)
{
    for (size_t i = 0; i < program->num_memory; i++)
        free(program->memory[i]);
    free(program->memory);
}

void fuzz_block_add(struct program *program, struct block *block, struct stmt *stmt)
{
    if (block->count == block->room) {
        const size_t room = block->room * 2 + 4;
        struct stmt **stmts = fuzz_allocate(program, room * sizeof *stmts);

        if (block->count)
            memcpy(stmts, block->stmts, block->count * sizeof *stmts);
        block->stmts = stmts;
        block->room = room;
    }
    block->stmts[block->count++] = stmt;
}
