/* SPDX-License-Identifier: MIT */
/* The traced build of a kernel: what vgpu-cc says of it in tables, and what its code
 * calls while it runs. Written by compiler-stub/vgpu-cc, kept in units
 * (compiler-stub/unit.h), read and answered by device/observe.
 *
 * Traced code is lock-step code whose rows are sub-groups (warps): up to
 * VGPU_TRACED_ITEMS work-items of one group with consecutive local linear ids. Sets of
 * them are masks: bit i is the row's item i. Blocks, and accesses to memory, are counted
 * as the source has them, before any optimisation but that straight-line code is one
 * block. */
#ifndef VGPU_TRACED_ABI_H
#define VGPU_TRACED_ABI_H

#include <CL/cl_vgpu_abi.h>
#include <stdint.h>

#define VGPU_TRACED_ITEMS 32u
#define VGPU_TRACED_LEAST 8u         /* rows of traced code may be of 8, 16 or 32 items */
#define VGPU_TRACED_END   UINT32_MAX /* no block: the kernel's end */

/* Where in the sources. `line` and `column` count from 1; 0: not known. */
struct vgpu_traced_place {
    uint32_t file; /* index into the table's files */
    uint32_t line, column;
};

/* Classes of work (traced_work.def). */
enum vgpu_traced_work {
#define WORK(id, least, usual, most, what) VGPU_WORK_##id,
#include "traced_work.def"
#undef WORK
    VGPU_TRACED_WORKS
};

/* A block: straight-line code that items enter at its start only and go through to its
 * end. Block 0 is where the kernel begins. Items whose block ends the kernel are gone
 * after it. */
struct vgpu_traced_block {
    struct vgpu_traced_place branch; /* of the branch that ends it; line 0: none */
    /* Items that part ways behind this block meet again at the start of that one: its
     * immediate post-dominator. VGPU_TRACED_END: they do not. */
    uint32_t post_dominator;
    uint32_t num_successors; /* different blocks that can follow; 0: the kernel ends */
    uint32_t first_line, num_lines; /* in the table's lines: those it has code of */
    /* What an item does in it: operations, of vectors one for each element. Before any
     * optimisation. */
    uint32_t work[VGPU_TRACED_WORKS];
};

enum vgpu_traced_space {
    VGPU_TRACED_GENERIC = 0, /* known only by the address, when it runs */
    VGPU_TRACED_GLOBAL = 1,
    VGPU_TRACED_CONSTANT = 2,
    VGPU_TRACED_LOCAL = 3,
    VGPU_TRACED_PRIVATE = 4
};

enum vgpu_traced_kind {
    VGPU_TRACED_LOAD = 0,
    VGPU_TRACED_STORE = 1,
    VGPU_TRACED_ATOMIC =
        2, /* reads and writes, or atomic_load, atomic_store: see flags */
    VGPU_TRACED_BARRIER = 3,
    VGPU_TRACED_FENCE = 4
};

enum vgpu_traced_flags {
    VGPU_TRACED_READS = 1,    /* of atomics */
    VGPU_TRACED_WRITES = 2,   /* of atomics */
    VGPU_TRACED_ACQUIRES = 4, /* of atomics and fences */
    VGPU_TRACED_RELEASES = 8,
    VGPU_TRACED_LOCAL_FENCE = 16, /* of barriers: CLK_LOCAL_MEM_FENCE */
    VGPU_TRACED_GLOBAL_FENCE = 32,
    VGPU_TRACED_SUB_GROUP = 64, /* a barrier of the sub-group only */
    VGPU_TRACED_VOLATILE = 128  /* of loads and stores */
};

/* A place in the code that accesses memory, or a barrier or fence. */
struct vgpu_traced_site {
    struct vgpu_traced_place place;
    uint32_t block;
    uint8_t kind;  /* enum vgpu_traced_kind */
    uint8_t space; /* enum vgpu_traced_space */
    uint16_t flags;
    uint32_t size;           /* bytes of each item */
    uint32_t alignment_bits; /* of the address, that the type wants to be 0: 3 for int */
    /* What it accesses, where the compiler knows: `object` is the name of an argument or
     * variable, an index into the table's names, or UINT32_MAX; object_bytes is the size
     * of a variable, 0 where it is not known (arguments). */
    uint32_t object;
    uint64_t object_bytes;
};

/* Tables of one kernel. */
struct vgpu_traced_table {
    uint32_t num_blocks, num_sites, num_lines, num_files, num_names;
    struct vgpu_traced_block *blocks;
    struct vgpu_traced_site *sites;
    struct vgpu_traced_place *lines; /* column 0 */
    char **files;                    /* as the compiler names them */
    char **texts; /* what is in them, as many; "" where it is not known */
    char **names;
};

/* How often a block was entered by items that went the same way, and by how many. */
struct vgpu_traced_count {
    uint64_t issues, items;
};

#define VGPU_TRACED_PHASE  127u /* the bits of an address that may count */
#define VGPU_TRACED_PHASES 32u  /* their values, in steps of 4 */

/* How the items of a sub-group accessed memory at a site, the last time, and how often
 * they have done so since. Item i was at first + i % line * step + i / line * pitch, with
 * a line of VGPU_TRACED_ITEMS, and pitch 0, where all are in one. `known` and the members
 * before it are set by device/observe, which takes up what code has counted. */
struct vgpu_traced_shape {
    int64_t step, pitch;
    uint32_t items; /* 0: there was no access, or it may not be counted by code */
    uint32_t bits;  /* of the first address, those that count */
    uint32_t odd;   /* line * 4, and the lowest two of these bits */
    uint32_t
        known; /* a bit for each phase, these bits / 4, that may be counted by code */
    uint64_t repeats[VGPU_TRACED_PHASES]; /* counted by code */
};

/* vgpu_traced_repeat - the phase as which such an access is one more repeat; -1: it is
 * none. */
static inline int vgpu_traced_repeat(const struct vgpu_traced_shape *shape,
                                     uint32_t items, uintptr_t first, int64_t step,
                                     int64_t pitch, uint32_t line)
{
    const uint32_t place = (uint32_t)first & shape->bits;

    return shape->items == items && shape->step == step && shape->pitch == pitch &&
                   shape->odd == (line << 2 | (place & 3)) &&
                   (shape->known >> (place >> 2) & 1)
               ? (int)(place >> 2)
               : -1;
}

/* A sub-group that runs: what its code needs to count by itself where there is nothing to
 * find out; device/observe keeps the rest behind it, in a struct that begins with this
 * one. Where exactly `items` enter a block that is not `meeting` and not the kernel's
 * last, code adds to blocks[number] and sets `block`; else it calls
 * vgpu_traced_calls.block, which does that and changes the rest. With `items` 0 every
 * block is a call. */
struct vgpu_traced_row {
    uint32_t items;   /* that go on together, and all that may come next */
    uint32_t meeting; /* the block in which they meet others; VGPU_TRACED_END: none */
    uint32_t block;   /* that they have entered last */
    struct vgpu_traced_count *blocks;
    /* By site. A load or store of known space, neither atomic nor volatile, whose items
     * are `items`, code may count as one more repeat where vgpu_traced_repeat says so.
     * Else it calls. */
    struct vgpu_traced_shape *shapes;
};

/* Runs items first .. first + count - 1 (local linear ids; count at most
 * VGPU_TRACED_ITEMS, `first` a multiple of the code's width) of the group from the start
 * (`resume` 0) or from behind the barrier at which it waits, to the next barrier or the
 * end. Returns the number of the barrier (from 1 on, as `resume` wants it), or 0 at the
 * end. `frame` is the row's own, `frame_bytes` of the code's table, aligned to 128, and
 * keeps what lives across barriers. `row` is handed on to the calls below. */
typedef uint32_t vgpu_traced_row_fn(const struct vgpu_group *group, void *const args[],
                                    uint64_t first, uint32_t count, void *frame,
                                    uint32_t resume, struct vgpu_traced_row *row);

/* What traced code calls, on the thread (or fiber) that runs the row. `items`: those that
 * do it, which may be none: then nothing happens. */
struct vgpu_traced_calls {
    /* They enter the block, and code has not counted it. */
    void (*block)(struct vgpu_traced_row *row, uint32_t block, uint32_t items);
    /* They are about to access memory, item i at first + i * step (`even`), at
     * first + i % line * step + i / line * pitch (`lines`; line: a power of two below
     * VGPU_TRACED_ITEMS), or at addresses[i] (`any`; meaningless for items that are not
     * there). `object` is where
     * the variable or buffer begins that the source accesses, or NULL where the compiler
     * does not know it. Returns those whose access may take place; others read zeroes,
     * and what they write is dropped. Of an atomic it is followed by the operation before
     * anything else happens on this thread. */
    uint32_t (*even)(struct vgpu_traced_row *row, uint32_t site, uint32_t items,
                     uintptr_t first, int64_t step, const void *object);
    uint32_t (*lines)(struct vgpu_traced_row *row, uint32_t site, uint32_t items,
                      uintptr_t first, int64_t step, int64_t pitch, uint32_t line,
                      const void *object);
    uint32_t (*any)(struct vgpu_traced_row *row, uint32_t site, uint32_t items,
                    const uintptr_t *addresses, const void *object);
    /* They come to a barrier, or pass a fence. */
    void (*meet)(struct vgpu_traced_row *row, uint32_t site, uint32_t items);
    /* They access a variable of their own (space PRIVATE, which reaches none of the calls
     * above): of `items`, those of `outside` at a place that it does not have (which does
     * not take place; `offsets`: bytes from its start, an element per item), those of
     * `unwritten` read what they never wrote. Called only where there are such. */
    void (*private_access)(struct vgpu_traced_row *row, uint32_t site, uint32_t items,
                           uint32_t outside, uint32_t unwritten, const int64_t *offsets);
};

#endif
