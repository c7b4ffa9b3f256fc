/* SPDX-License-Identifier: MIT */
/* What items know of others through atomics and fences: happens-before beyond barriers.
 *
 * An item that releases (by an atomic with release semantics, or a relaxed one behind a
 * fence) leaves at the address what it knows; one that acquires there knows it, too. What
 * is known is a graph of nodes that is only looked at when two accesses would else be a
 * race. Only in groups that run alone. */
#ifndef VGPU_CHECK_SYNC_H
#define VGPU_CHECK_SYNC_H

#include <stdbool.h>
#include <stdint.h>

struct sync_node;

/* An item's or (item 0) a whole group's accesses: see sync_key. */
typedef uint64_t sync_key;
#define SYNC_WHOLE_GROUP 0u

/* group: the running number of the group's execution; item: local linear id + 1. */
static inline sync_key sync_key_of(uint32_t group, uint32_t item)
{
    return (uint64_t)group << 12 | item;
}

/* All segments below `bound` of what `key` names. */
struct sync_entry {
    sync_key key;
    uint32_t bound;
};

/* sync_publish - who knows `known` (or NULL) releases at the address, and with it what
 * the entries say (bound 0: nothing). Nothing happens where there is no memory. */
void sync_publish(uintptr_t address, const struct sync_node *known,
                  struct sync_entry item, struct sync_entry group);

/* sync_published - what was left there; NULL: nothing. */
const struct sync_node *sync_published(uintptr_t address);

/* sync_join - both. */
const struct sync_node *sync_join(const struct sync_node *a, const struct sync_node *b);

/* sync_knows - the segment, of that item of that group, is among what is known. */
bool sync_knows(const struct sync_node *known, uint32_t group, uint32_t item,
                uint32_t segment);

/* sync_clear - forgets all: nodes are gone. */
void sync_clear(void);

/* sync_is_full - there are so many nodes that sync_clear had better be called; who does
 * so may not call what came before a race any more. */
bool sync_is_full(void);

#endif
