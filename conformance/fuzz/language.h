/* SPDX-License-Identifier: MIT */
/* Random kernels as trees: the part of OpenCL C that they are written in. One tree is
 * printed for the compiler and interpreted for the reference. */
#ifndef FUZZ_LANGUAGE_H
#define FUZZ_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Holds every value of every integer type, and their sums. */
__extension__ typedef __int128 wide;
__extension__ typedef unsigned __int128 unsigned_wide;

enum kind {
#define SCALAR(kind, ...) KIND_##kind,
#include "scalar.def"
#undef SCALAR
    KIND_RECORD,
    KIND_VOID
};

struct scalar {
    const char *name, *suffix;
    unsigned bits;
    bool is_signed, is_float;
};
extern const struct scalar fuzz_scalars[];

enum space { SPACE_NONE, SPACE_PRIVATE, SPACE_LOCAL, SPACE_GLOBAL, SPACE_CONSTANT };

/* A value, an array of `count` elements (in `rows` rows, unless 0), or a pointer to one
 * of at least `count` elements in `space`. */
struct type {
    enum kind kind;
    unsigned width; /* components: 1, 2, 3, 4, 8 or 16 */
    unsigned rows, count;
    enum space space;
    bool is_const, is_volatile; /* what the pointer points to */
    const struct record *record;
};

enum { MAX_FIELDS = 6, MAX_DIMENSIONS = 3, MAX_WIDTH = 16 };

struct field {
    char name[4];
    struct type type;
    size_t offset;
};

struct record {
    char name[8];
    struct field fields[MAX_FIELDS];
    unsigned num_fields;
    size_t size, align;
};

/* What is known of a value: integers lie in lo..hi, floats within +-bound, components
 * alike. */
struct range {
    wide lo, hi;
    double bound;
};

struct variable {
    char name[12];
    struct type type;
    enum space
        home;      /* PRIVATE: of an item; LOCAL: of a group; CONSTANT: of the program */
    size_t offset; /* there */
    struct range range; /* of its elements, at any time */
    bool is_uniform;    /* one value in the whole group, at any time */
    bool is_fixed;      /* no statement assigns to it */
    void *contents;     /* CONSTANT */
};

enum operator_name {
#define OPERATOR(name, ...) OPERATOR_##name,
#include "operator.def"
#undef OPERATOR
    OPERATOR_NONE
};
enum operator_class {
    CLASS_ARITHMETIC,
    CLASS_BITS,
    CLASS_SHIFT,
    CLASS_COMPARISON,
    CLASS_LOGIC
};
struct operator_info {
    const char *text;
    enum operator_class class;
};
extern const struct operator_info fuzz_operators[];

enum identity {
#define IDENTITY(name, ...) IDENTITY_##name,
#include "identity.def"
#undef IDENTITY
    NUM_IDENTITIES
};

enum unary { UNARY_MINUS, UNARY_NOT, UNARY_COMPLEMENT };
enum conversion { CONVERT_CAST, CONVERT_FUNCTION, CONVERT_SATURATED, CONVERT_BITS };

enum expr_op {
    EXPR_CONSTANT,
    EXPR_VARIABLE,
    EXPR_INDEX,     /* kids: array, pointer or row; index */
    EXPR_FIELD,     /* kid: record; sub: which */
    EXPR_SWIZZLE,   /* kid: vector; lanes */
    EXPR_UNARY,     /* sub: enum unary */
    EXPR_BINARY,    /* sub: enum operator_name */
    EXPR_CONDITION, /* kids: condition, then, else */
    EXPR_CONVERT,   /* sub: enum conversion */
    EXPR_VECTOR,    /* kids: components and vectors; one scalar fills all */
    EXPR_LIST,      /* initialiser of an array or a record */
    EXPR_BUILTIN,   /* sub: row of builtin.def */
    EXPR_SELECT,    /* kids: if not, if, which */
    EXPR_RELATION,  /* sub: operator; isless() and others */
    EXPR_ANY_ALL,   /* sub: 0 any, 1 all */
    EXPR_IDENTITY,  /* sub: enum identity; kid: dimension */
    EXPR_VLOAD,     /* kids: offset, pointer expression */
    EXPR_ADDRESS,   /* kid: lvalue or array */
    EXPR_CALL
};

union lane {
    int64_t i;
    double f;
};

/* Components; a pointer is lane[0], an address, and lane[1], the elements behind it. */
struct value {
    union lane lane[MAX_WIDTH];
};

struct expr {
    enum expr_op op;
    struct type type;
    unsigned sub;
    struct expr **kids;
    unsigned num_kids;
    struct variable *variable;
    struct function *function;
    struct type operand; /* BINARY, RELATION: what both kids are converted to */
    union lane constant;
    uint8_t lanes[MAX_WIDTH];
    struct range range;
    bool is_uniform;
    struct expr *instead; /* set while this is reduced */
};

enum stmt_op {
    STMT_DECLARE,
    STMT_ASSIGN, /* sub: the operator before =, or NONE */
    STMT_VSTORE, /* target: pointer expression; extra: offset */
    STMT_IF,
    STMT_FOR,
    STMT_WHILE,
    STMT_DO,
    STMT_SWITCH,
    STMT_BREAK,
    STMT_CONTINUE,
    STMT_RETURN,
    STMT_BARRIER, /* sub: 1 local, 2 global */
    STMT_CALL,
    STMT_ATOMIC, /* sub: enum atomic */
    STMT_BLOCK
};

enum { FENCE_LOCAL = 1, FENCE_GLOBAL = 2 };

/* Operations that may meet on one element: the results do not depend on their order. */
enum atomic {
    ATOMIC_NONE,
    ATOMIC_ADD,
    ATOMIC_MIN,
    ATOMIC_MAX,
    ATOMIC_AND,
    ATOMIC_OR,
    ATOMIC_XOR,
    ATOMIC_TICKET, /* old = atomic_inc(target); atomic_add(extra, f(old)) */
    NUM_ATOMICS
};
enum atomic_form { FORM_CALL, FORM_EXCHANGE };

struct block {
    struct stmt **stmts;
    size_t count, room;
};

struct switch_case {
    bool is_default, falls_through;
    int64_t value;
    struct block body;
};

struct stmt {
    enum stmt_op op;
    unsigned sub;
    enum atomic_form form;
    struct variable *variable;
    struct expr *target, *value, *extra;
    struct stmt *init, *step;
    struct block body, other;
    struct switch_case *cases;
    size_t num_cases;
    bool has_barrier;
    bool is_gone, is_unwrapped; /* set while this is reduced */
};

enum { MAX_PARAMETERS = 24, MAX_HELPERS = 5, MAX_KERNELS = 8 };

enum role {
    ROLE_VALUE,
    ROLE_INPUT,  /* read by all */
    ROLE_OWN,    /* each item has elements of its own */
    ROLE_SHARED, /* group's, as local memory */
    ROLE_ATOMIC,
    ROLE_LOCAL
};

struct parameter {
    struct variable *variable;
    enum role role;
    unsigned map; /* SHARED: which elements are an item's own */
    size_t bytes;
    void *contents; /* at launch; NULL of LOCAL */
};

struct function {
    char name[12];
    struct type result;
    struct range range; /* of the result */
    bool is_kernel, has_barrier, is_uniform;
    bool is_gone; /* nobody calls it any more */
    struct parameter parameters[MAX_PARAMETERS];
    size_t num_parameters;
    struct block body;
    struct expr *value; /* returned at the end, or NULL */
};

struct launch {
    unsigned dimensions;
    size_t offset[MAX_DIMENSIONS], groups[MAX_DIMENSIONS], local[MAX_DIMENSIONS];
    size_t items, group_items; /* in all */
};

struct kernel {
    struct function entry;
    struct function *helpers[MAX_HELPERS];
    size_t num_helpers;
    struct launch launch;
    bool fixes_local_size;           /* reqd_work_group_size */
    size_t frame_bytes, local_bytes; /* of an item's variables, of a group's */
    bool is_gone;
};

enum { MAX_RECORDS = 2, MAX_TABLES = 4 };

struct program {
    uint64_t seed;
    struct kernel kernels[MAX_KERNELS];
    size_t num_kernels;
    struct record records[MAX_RECORDS];
    size_t num_records;
    struct variable *tables[MAX_TABLES];
    size_t num_tables;
    bool uses_double;
    const char *options; /* of clBuildProgram */
    void **memory;       /* all that the trees are made of */
    size_t num_memory, memory_room;
};

/* Types */
struct type fuzz_scalar_type(enum kind kind);
struct type fuzz_vector_type(enum kind kind, unsigned width);
struct type fuzz_element_type(struct type type); /* of an array or pointer */
struct type fuzz_unsigned_type(struct type type);
size_t fuzz_value_size(struct type type); /* of one element */
size_t fuzz_type_size(struct type type);  /* arrays and pointers whole */
size_t fuzz_type_align(struct type type);
bool fuzz_is_integer(struct type type);
bool fuzz_is_float(struct type type);
bool fuzz_same_type(struct type a, struct type b);
/* What the kids of a binary operator are converted to. */
struct type fuzz_common_type(struct type a, struct type b);
struct range fuzz_full_range(enum kind kind);
bool fuzz_fits(struct range range, enum kind kind);
wide fuzz_widen(enum kind kind, int64_t bits);
int64_t fuzz_wrap(enum kind kind, wide value);

/* Elements in memory, as OpenCL lays them out. */
union lane fuzz_component_load(enum kind kind, const void *address);
void fuzz_component_store(enum kind kind, void *address, union lane lane);

/* Memory of the program. NULL never: the process ends where there is none. */
void *fuzz_allocate(struct program *program, size_t bytes);
void fuzz_program_fini(struct program *program);

void fuzz_block_add(struct program *program, struct block *block, struct stmt *stmt);

/* The tree that stands for expr while it is reduced. */
static inline const struct expr *fuzz_now(const struct expr *expr)
{
    while (expr->instead)
        expr = expr->instead;
    return expr;
}

#endif
