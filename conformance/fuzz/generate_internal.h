/* SPDX-License-Identifier: MIT */
/* Between the generator's files. */
#ifndef FUZZ_GENERATE_INTERNAL_H
#define FUZZ_GENERATE_INTERNAL_H

#include "generate.h"
#include "make.h"

enum {
    MAX_SCOPE = 400,
    MAX_SHARED = 6,
    MAX_OWN = 6,
    MAX_TARGETS = 4,
    FLOAT_BOUND = 4096,
    SMALL_BOUND = 1000
};

/* Which elements belong to work-item i of n, with k each. */
enum map {
    MAP_BLOCKED,   /* i * k + c */
    MAP_STRIDED,   /* i + c * n */
    MAP_REVERSED,  /* (n - 1 - i) * k + c */
    MAP_ROTATED,   /* ((i + 5) % n) * k + c */
    MAP_PERMUTED,  /* permutation[i] * k + c; global only */
    MAP_TRANSPOSED /* of two dimensions, with k each */
};

/* Memory in which each item owns elements. */
struct owned {
    struct variable *variable;
    enum map map;
    unsigned per_item;
};

/* What a group's items may do to shared memory between two barriers. */
enum state { STATE_OWN, STATE_READ, STATE_ATOMIC };

struct shared {
    struct owned owned;
    bool is_global; /* then the group's part starts at `base` */
    struct variable *base;
    bool is_plane; /* [local size of 1 and 2][local size of 0, and perhaps padding] */
    bool takes_atomics;
    enum state state;
    enum atomic atomic;
};

/* A buffer on whose elements all items do one operation. */
struct target {
    struct variable *variable;
    enum atomic atomic;
};

/* What break and continue may do here. */
enum leave { LEAVE_NOT, LEAVE_DIVERGENT, LEAVE_UNIFORM };

struct generator {
    uint64_t random;
    struct dialect dialect;
    struct program *program;
    struct kernel *kernel;
    struct function *function;
    const struct launch *launch;
    struct variable *scope[MAX_SCOPE];
    size_t num_scope;
    /* of the function that is written: ids from 0, in each dimension and linear */
    struct variable *global_ids[MAX_DIMENSIONS], *local_ids[MAX_DIMENSIONS];
    struct variable *global_item, *local_item, *group;
    struct variable *sum, *permutation;
    struct owned owned[MAX_OWN];
    size_t num_owned;
    struct shared shared[MAX_SHARED];
    size_t num_shared;
    struct target targets[MAX_TARGETS];
    size_t num_targets;
    enum state loop_states[MAX_SHARED];
    enum atomic loop_atomics[MAX_SHARED];
    struct block *block; /* that is written */
    int budget;          /* statements still to write */
    unsigned depth;
    unsigned work; /* product of the trip counts around */
    bool only_uniform;
    bool is_uniform_here;
    bool may_return, uses_barriers;
    enum leave leave;
    bool in_switch;
    unsigned names;
};

/* random.c */
uint64_t fuzz_random(uint64_t *state);
unsigned fuzz_below(struct generator *g, unsigned n);
bool fuzz_chance(struct generator *g, unsigned percent);

/* generate_expr.c: values of any scalar integer type, of a type, conditions. */
struct expr *fuzz_gen_integer(struct generator *g, unsigned depth);
struct expr *fuzz_gen_float(struct generator *g, enum kind kind, unsigned depth);
struct expr *fuzz_gen_condition(struct generator *g, unsigned depth);
struct expr *fuzz_gen_value(struct generator *g, struct type type, unsigned depth);
struct expr *fuzz_arithmetic(struct generator *g, enum operator_name operator,
                             struct expr * left, struct expr *right);
enum kind fuzz_integer_kind(struct generator *g);
enum kind fuzz_float_kind(struct generator *g);
/* Makes the value one that a variable of that type and range may take. */
struct expr *fuzz_fit(struct generator *g, struct type type, struct range range,
                      struct expr *value);
struct expr *fuzz_to_integer(struct generator *g, struct expr *value);

/* generate_vector.c */
struct expr *fuzz_gen_vector(struct generator *g, struct type type, unsigned depth);
struct type fuzz_vector_choice(struct generator *g);
struct expr *fuzz_component(struct generator *g, struct expr *vector);

/* generate_memory.c: elements of arrays and buffers. */
struct expr *fuzz_gen_index(struct generator *g, unsigned count, unsigned depth);
struct expr *fuzz_gen_load(struct generator *g, unsigned depth);
struct expr *fuzz_own_element(struct generator *g, const struct owned *owned,
                              const struct shared *shared);
struct expr *fuzz_own_component(struct generator *g, const struct owned *owned,
                                const struct shared *shared, unsigned c);
struct expr *fuzz_any_element(struct generator *g, const struct shared *shared,
                              unsigned depth);
struct expr *fuzz_own_vector_offset(struct generator *g, const struct owned *owned);
struct expr *fuzz_leaf_of_record(struct generator *g, struct expr *record);

/* generate_stmt.c */
struct stmt *fuzz_emit(struct generator *g, enum stmt_op op);
struct variable *fuzz_new_variable(struct generator *g, const char *prefix,
                                   struct type type);
struct variable *fuzz_declare(struct generator *g, const char *prefix, struct type type,
                              struct expr *value);
void fuzz_assign(struct generator *g, struct expr *target, struct expr *value);
/* Stores into a part of the lvalue, which is a private variable's or an own element. */
void fuzz_store_into(struct generator *g, struct expr *target, unsigned depth);
void fuzz_gen_statements(struct generator *g, unsigned count);
void fuzz_gen_body(struct generator *g, struct block *block, unsigned count);
struct variable *fuzz_choose(struct generator *g, bool (*fits)(const struct variable *));
void fuzz_gen_declaration(struct generator *g);
void fuzz_fold(struct generator *g, struct variable *variable);

/* generate_flow.c: branches and loops. */
void fuzz_gen_if(struct generator *g, bool with_barriers);
void fuzz_gen_loop(struct generator *g, bool with_barriers);
void fuzz_gen_switch(struct generator *g, bool with_barriers);
void fuzz_gen_leave(struct generator *g);

/* generate_shared.c: barriers and what they order. */
void fuzz_gen_barrier(struct generator *g);
void fuzz_gen_shared(struct generator *g);
void fuzz_restore_states(struct generator *g, const enum state *states,
                         const enum atomic *atomics);
void fuzz_save_states(const struct generator *g, enum state *states,
                      enum atomic *atomics);
bool fuzz_same_states(const struct generator *g);
void fuzz_gen_atomic(struct generator *g);

/* generate_idiom.c: what real kernels do with a group's memory, and with pointers. */
void fuzz_gen_idiom(struct generator *g);
void fuzz_gen_walk(struct generator *g);

/* generate_helper.c: functions that a kernel calls. */
void fuzz_gen_helpers(struct generator *g);
struct expr *fuzz_gen_pure_call(struct generator *g, unsigned depth);
void fuzz_gen_call(struct generator *g, bool with_barriers);
/* Declares the ids. */
void fuzz_prologue(struct generator *g);
struct variable *fuzz_add_parameter(struct generator *g, const char *prefix,
                                    struct type type, enum role role);

#endif
