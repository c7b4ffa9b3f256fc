/* SPDX-License-Identifier: MIT */
/* The reference: runs a kernel's tree item by item, from barrier to barrier, and refuses
 * what OpenCL C leaves open: races, overflow, barriers that not all reach. */
#ifndef FUZZ_INTERPRET_H
#define FUZZ_INTERPRET_H

#include "language.h"

/* Who touched a byte that several items see. */
struct shadow {
    uint32_t writer, write_group, write_epoch; /* 0: none; ids count from 1 */
    uint32_t reader, read_group, read_epoch;
    uint32_t atomic; /* the last write was of that kind */
};

struct item {
    size_t global_id[MAX_DIMENSIONS], local_id[MAX_DIMENSIONS];
    uint32_t id; /* of all items, from 1 */
    unsigned char *frame;
    bool is_done;
};

struct machine {
    const struct program *program;
    const struct kernel *kernel;
    struct item *items; /* of the group that runs */
    size_t group[MAX_DIMENSIONS];
    uint32_t group_number; /* from 1 */
    uint32_t local_epoch, global_epoch;
    unsigned char *frames, *local, *global;
    size_t local_bytes, global_bytes;
    struct shadow *local_shadow, *global_shadow;
    size_t parameter_offsets[MAX_PARAMETERS]; /* in global, or local of LOCAL */
    uint64_t steps, max_steps;
    char error[160]; /* why it is refused, or "" */
};

/* fuzz_interpret - runs the launch. Returns NULL, or why the kernel is refused. After
 * NULL, machine->global holds the buffers, at parameter_offsets. Always followed by
 * fuzz_machine_fini. */
const char *fuzz_interpret(struct machine *machine, const struct program *program,
                           const struct kernel *kernel, uint64_t max_steps);
void fuzz_machine_fini(struct machine *machine);

/* Between the interpreter's files. */

struct place {
    unsigned char *address;
    int64_t count; /* elements from there on */
    struct type type;
};

enum access { ACCESS_READ, ACCESS_WRITE, ACCESS_ATOMIC };

__attribute__((format(printf, 2, 3))) void fuzz_refuse(struct machine *machine,
                                                       const char *format, ...);
/* Notes an access; refuses a race. */
void fuzz_touch(struct machine *machine, const struct item *item,
                const unsigned char *address, size_t size, enum access access,
                enum atomic atomic);
void fuzz_load(struct machine *machine, const struct item *item, struct place place,
               struct value *value_out);
void fuzz_store(struct machine *machine, const struct item *item, struct place place,
                const struct value *value);

struct place fuzz_place(struct machine *machine, struct item *item,
                        const struct expr *expr);
void fuzz_evaluate(struct machine *machine, struct item *item, const struct expr *expr,
                   struct value *value_out);
void fuzz_convert(struct machine *machine, struct type from, struct type to,
                  struct value *value);
/* Runs a statement that neither branches nor leaves. */
void fuzz_execute(struct machine *machine, struct item *item, const struct stmt *stmt);
void fuzz_assign_value(struct machine *machine, struct item *item,
                       const struct expr *target, struct type from,
                       const struct value *value);
/* Binds the arguments of a call. */
void fuzz_bind(struct machine *machine, struct item *item, const struct expr *call);
/* Runs one item through a block; the value of a return statement goes to value_out. */
enum flow { FLOW_ON, FLOW_BREAK, FLOW_CONTINUE, FLOW_RETURN };
enum flow fuzz_run(struct machine *machine, struct item *item, const struct block *block,
                   struct value *value_out);
void fuzz_builtin(struct machine *machine, unsigned row, struct type type,
                  const struct value *arguments, unsigned count, struct value *value_out);
/* One component of a binary operator. */
union lane fuzz_binary(struct machine *machine, enum operator_name operator,
                       enum kind kind, union lane a, union lane b);

struct builtin_info {
    const char *name;
    unsigned arity;
    bool is_float;
};
extern const struct builtin_info fuzz_builtins[];

#endif
