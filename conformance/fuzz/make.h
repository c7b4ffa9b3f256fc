/* SPDX-License-Identifier: MIT */
/* Makes nodes of kernels' trees: types, what is known of the values, uniformity. */
#ifndef FUZZ_MAKE_H
#define FUZZ_MAKE_H

#include "language.h"

/* All: nodes belong to the program. Kids must be of types that the operation takes. */
struct expr *fuzz_node(struct program *program, enum expr_op op, struct type type,
                       unsigned num_kids, struct expr *const kids[]);
struct expr *fuzz_constant(struct program *program, enum kind kind, wide value);
struct expr *fuzz_float_constant(struct program *program, enum kind kind, double value);
struct expr *fuzz_read(struct program *program, struct variable *variable);
struct expr *fuzz_index(struct program *program, struct expr *array, struct expr *index);
struct expr *fuzz_field(struct program *program, struct expr *record, unsigned field);
struct expr *fuzz_swizzle(struct program *program, struct expr *vector, unsigned width,
                          const uint8_t lanes[]);
struct expr *fuzz_unary(struct program *program, enum unary operator, struct expr * kid);
/* The range is that of the exact result; a signed operation may leave its type: see
 * fuzz_may_overflow. */
struct expr *fuzz_make_binary(struct program *program, enum operator_name operator,
                              struct expr * left, struct expr *right);
bool fuzz_may_overflow(enum operator_name operator, const struct expr * left,
                       const struct expr *right);
struct expr *fuzz_condition(struct program *program, struct expr *condition,
                            struct expr *then, struct expr *otherwise);
struct expr *fuzz_cast(struct program *program, enum conversion conversion,
                       struct type type, struct expr *kid);
struct expr *fuzz_vector(struct program *program, struct type type, unsigned num_kids,
                         struct expr *const kids[]);
struct expr *fuzz_make_builtin(struct program *program, unsigned row,
                               struct expr *const kids[]);
struct expr *fuzz_select(struct program *program, struct expr *otherwise,
                         struct expr *then, struct expr *which);
struct expr *fuzz_relation(struct program *program, enum operator_name operator,
                           struct expr * left, struct expr *right);
struct expr *fuzz_identity(struct program *program, const struct launch *launch,
                           enum identity identity, struct expr *dimension);
struct expr *fuzz_vload(struct program *program, unsigned width, struct expr *offset,
                        struct expr *pointer);
struct expr *fuzz_address(struct program *program, enum space space, struct expr *of);
struct expr *fuzz_call(struct program *program, struct function *function,
                       struct expr *const kids[]);

/* The variable that an lvalue is a part of. */
struct variable *fuzz_root(const struct expr *expr);

/* Components' ranges after a conversion. */
struct range fuzz_converted_range(struct range range, enum kind from, enum kind to);

/* Kinds that rows of builtin.def take and return. */
enum builtin_kinds { KINDS_ANY, KINDS_NARROW, KINDS_WORD, KINDS_UNSIGNED };
enum builtin_kinds fuzz_builtin_kinds(unsigned row);
unsigned fuzz_num_builtins(void);

#endif
