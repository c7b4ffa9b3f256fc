/* SPDX-License-Identifier: MIT */
/* Knowledge of items: a graph of who knew what, and maps made of it when they are asked.
 */
#include "sync.h"

#include <stdlib.h>
#include <string.h>

/* --- Maps from keys to bounds: persistent Patricia tries, so that two which have most in
 * common share it. --- */

struct trie {
    uint64_t prefix; /* of a leaf: its key */
    uint64_t bit;    /* the one that tells the children apart; 0: a leaf */
    union {
        const struct trie *child[2];
        uint32_t bound;
    };
};

/* Known: what was known before, joined with `also`, and the entries. */
struct sync_node {
    const struct sync_node *before, *also;
    struct sync_entry item, group;
    const struct trie *map; /* made when it is first asked for */
    bool has_map;
};

/* --- Memory: both live until sync_clear. --- */

#define CHUNK_BYTES ((size_t)1 << 20)
#define MAX_CHUNKS  384u

struct chunk {
    struct chunk *next;
    size_t used;
    _Alignas(16) char bytes[];
};

static struct chunk *chunks;
static unsigned num_chunks;

static void *take(size_t size)
{
    void *memory;

    if (!chunks || CHUNK_BYTES - sizeof(struct chunk) - chunks->used < size) {
        struct chunk *chunk = malloc(CHUNK_BYTES);
        if (!chunk)
            return NULL;
        chunk->next = chunks;
        chunk->used = 0;
        chunks = chunk;
        num_chunks++;
    }
    memory = chunks->bytes + chunks->used;
    chunks->used += (size + 15) & ~(size_t)15;
    return memory;
}

bool sync_is_full(void)
{
    return num_chunks > MAX_CHUNKS;
}

static const struct trie *leaf(uint64_t key, uint32_t bound)
{
    struct trie *t = take(sizeof *t);

    if (t) {
        t->prefix = key;
        t->bit = 0;
        t->bound = bound;
    }
    return t;
}

static const struct trie *branch(uint64_t prefix, uint64_t bit, const struct trie *zero,
                                 const struct trie *one)
{
    struct trie *t = take(sizeof *t);

    if (t) {
        t->prefix = prefix;
        t->bit = bit;
        t->child[0] = zero;
        t->child[1] = one;
    }
    return t;
}

/* What of a key stands above a bit. */
static uint64_t above(uint64_t key, uint64_t bit)
{
    return key & ~(bit | (bit - 1));
}

/* Two tries whose prefixes differ. */
static const struct trie *put_together(const struct trie *a, const struct trie *b)
{
    const uint64_t bit = (uint64_t)1 << (63 - __builtin_clzll(a->prefix ^ b->prefix));

    return a->prefix & bit ? branch(above(a->prefix, bit), bit, b, a)
                           : branch(above(a->prefix, bit), bit, a, b);
}

static const struct trie *merge(const struct trie *a, const struct trie *b);

/* `small` goes below `big`, whose bit is higher. */
static const struct trie *merge_below(const struct trie *big, const struct trie *small)
{
    const bool side = (small->prefix & big->bit) != 0;
    const struct trie *child;

    if (above(small->prefix, big->bit) != big->prefix)
        return put_together(big, small);
    child = merge(big->child[side], small);
    if (child == big->child[side])
        return big;
    return side ? branch(big->prefix, big->bit, big->child[0], child)
                : branch(big->prefix, big->bit, child, big->child[1]);
}

/* The union, with the larger bounds; as much of both as can be is shared. The depth is at
 * most the number of bits. NULL: empty; without memory something is forgotten. */
static const struct trie *merge(const struct trie *a, const struct trie *b)
{
    const struct trie *zero, *one;

    if (a == b || !b)
        return a;
    if (!a)
        return b;
    if (a->bit > b->bit)
        return merge_below(a, b);
    if (b->bit > a->bit)
        return merge_below(b, a);
    if (a->prefix != b->prefix)
        return put_together(a, b);
    if (a->bit == 0)
        return a->bound >= b->bound ? a : b;
    zero = merge(a->child[0], b->child[0]);
    one = merge(a->child[1], b->child[1]);
    if (zero == a->child[0] && one == a->child[1])
        return a;
    if (zero == b->child[0] && one == b->child[1])
        return b;
    return branch(a->prefix, a->bit, zero, one);
}

static uint32_t bound_of(const struct trie *t, uint64_t key)
{
    while (t && t->bit != 0)
        t = t->child[(key & t->bit) != 0];
    return t && t->prefix == key ? t->bound : 0;
}

/* --- Nodes, and what was left at addresses: an open hash table. --- */

struct left {
    uintptr_t address; /* 0: free */
    struct sync_node *node;
};

static struct left *table;
static size_t table_size, num_left; /* at most half full */

static size_t place_of(const struct left *in, size_t size, uintptr_t address)
{
    size_t at = (size_t)((uint64_t)address * 0x9e3779b97f4a7c15u >> 20) & (size - 1);

    while (in[at].address != 0 && in[at].address != address)
        at = (at + 1) & (size - 1);
    return at;
}

static bool grow(void)
{
    const size_t size = table_size ? 2 * table_size : 256;
    struct left *grown = calloc(size, sizeof *grown);

    if (!grown)
        return false;
    for (size_t i = 0; i < table_size; i++)
        if (table[i].address)
            grown[place_of(grown, size, table[i].address)] = table[i];
    free(table);
    table = grown;
    table_size = size;
    return true;
}

const struct sync_node *sync_published(uintptr_t address)
{
    if (num_left == 0)
        return NULL;
    return table[place_of(table, table_size, address)].node;
}

static bool is_same(struct sync_entry a, struct sync_entry b)
{
    return a.key == b.key && a.bound == b.bound;
}

static struct sync_node *node_new(const struct sync_node *before,
                                  const struct sync_node *also)
{
    struct sync_node *node = take(sizeof *node);

    if (node) {
        memset(node, 0, sizeof *node);
        node->before = before;
        node->also = also;
    }
    return node;
}

void sync_publish(uintptr_t address, const struct sync_node *known,
                  struct sync_entry item, struct sync_entry group)
{
    struct sync_node *node;
    struct left *left;

    if (2 * (num_left + 1) > table_size && !grow())
        return;
    left = &table[place_of(table, table_size, address)];
    /* Often the same is said again, as when all items of a group add to one counter. */
    if (left->address && left->node->also == known && is_same(left->node->item, item) &&
        is_same(left->node->group, group))
        return;
    node = node_new(left->address ? left->node : NULL, known);
    if (!node)
        return;
    node->item = item;
    node->group = group;
    num_left += left->address == 0;
    left->address = address;
    left->node = node;
}

const struct sync_node *sync_join(const struct sync_node *a, const struct sync_node *b)
{
    const struct sync_node *node;

    if (!a || a == b)
        return b;
    if (!b || a->before == b)
        return a;
    if (b->before == a)
        return b;
    node = node_new(a, b);
    return node ? node : a;
}

static const struct trie *map_of(const struct sync_node *node)
{
    return node ? node->map : NULL;
}

static void make_map(struct sync_node *node)
{
    const struct trie *map = merge(map_of(node->before), map_of(node->also));

    if (node->item.bound)
        map = merge(map, leaf(node->item.key, node->item.bound));
    if (node->group.bound)
        map = merge(map, leaf(node->group.key, node->group.bound));
    node->map = map;
    node->has_map = true;
}

/* Makes the maps of all that the node is made of, the oldest first. Graphs are as deep as
 * a lock was taken often, so the way back is kept in an array. */
static void make_maps(const struct sync_node *wanted)
{
    size_t count = 0, room = 0;
    struct sync_node **stack = NULL;
    struct sync_node *node = (struct sync_node *)(uintptr_t)wanted;

    while (node) {
        const struct sync_node *next = NULL;

        if (node->before && !node->before->has_map)
            next = node->before;
        else if (node->also && !node->also->has_map)
            next = node->also;
        if (!next) {
            if (!node->has_map)
                make_map(node);
            node = count > 0 ? stack[--count] : NULL;
            continue;
        }
        if (count == room) {
            struct sync_node **grown;
            room = room ? 2 * room : 256;
            grown = realloc(stack, room * sizeof(struct sync_node *));
            if (!grown)
                break;
            stack = grown;
        }
        stack[count++] = node;
        node = (struct sync_node *)(uintptr_t)next;
    }
    free(stack);
}

static bool says(struct sync_entry entry, sync_key key, uint32_t segment)
{
    return entry.key == key && entry.bound > segment;
}

bool sync_knows(const struct sync_node *known, uint32_t group, uint32_t item,
                uint32_t segment)
{
    const sync_key of_item = sync_key_of(group, item);
    const sync_key of_group = sync_key_of(group, SYNC_WHOLE_GROUP);

    if (!known)
        return false;
    if (says(known->item, of_item, segment) || says(known->group, of_group, segment))
        return true;
    if (!known->has_map)
        make_maps(known);
    return bound_of(known->map, of_item) > segment ||
           bound_of(known->map, of_group) > segment;
}

void sync_clear(void)
{
    while (chunks) {
        struct chunk *next = chunks->next;
        free(chunks);
        chunks = next;
    }
    num_chunks = 0;
    if (num_left > 0)
        memset(table, 0, table_size * sizeof *table);
    num_left = 0;
}
