/* SPDX-License-Identifier: MIT */
/* What items of a sub-group have done, while others for whom a GPU would have made them
 * wait have not come as far. */
#include "parts.h"

#include "item_mask.h"
#include "requests.h"

#include <stdlib.h>
#include <string.h>

/* Of an entry; an even access has its first address and step behind it, one at any
 * addresses those of its items. */
enum { KIND, NUMBER, ITEMS, SIZE, PAYLOAD };
enum kind { BLOCK, EVEN, ANY };

#define ROOM        (2 * VGPU_LAG_WORDS)
#define MOST_WORDS  (PAYLOAD + 2 * VGPU_TRACED_ITEMS)
#define TRIM_BEYOND 4096u /* words */

bool vgpu_lag_start(struct vgpu_row *row)
{
    struct vgpu_lag *const log = &row->log;

    if (!log->words)
        log->words = malloc(ROOM * sizeof *log->words);
    log->used = 0;
    log->known = 0;
    return log->words;
}

void vgpu_lag_fini(struct vgpu_lag *log)
{
    free(log->words);
    log->words = NULL;
}

static uint32_t *add_entry(struct vgpu_lag *log, enum kind kind, uint32_t number,
                           uint32_t items, uint32_t payload)
{
    uint32_t *const entry = log->words + log->used;

    entry[KIND] = kind;
    entry[NUMBER] = number;
    entry[ITEMS] = items;
    entry[SIZE] = PAYLOAD + payload;
    log->used += entry[SIZE];
    return entry;
}

void vgpu_lag_block(struct vgpu_row *row, uint32_t block, uint32_t items)
{
    struct vgpu_lag *const log = &row->log;
    uint32_t news = items & ~log->known;

    for (log->known |= news; news; news &= news - 1)
        log->next[first_item(news)] = log->used;
    add_entry(log, BLOCK, block, items, 0);
}

/* There is room for an access and, behind it, for a block. */
static bool has_room(struct vgpu_row *row)
{
    if (row->log.used + MOST_WORDS + PAYLOAD <= ROOM)
        return true;
    row->counts->cut_short++;
    return false;
}

void vgpu_lag_even(struct vgpu_row *row, uint32_t site, uint32_t items, uintptr_t first,
                   int64_t step)
{
    const uint64_t payload[2] = {first, (uint64_t)step};

    if (has_room(row))
        memcpy(add_entry(&row->log, EVEN, site, items, 4) + PAYLOAD, payload,
               sizeof payload);
}

void vgpu_lag_any(struct vgpu_row *row, uint32_t site, uint32_t items,
                  const uintptr_t *addresses)
{
    uint32_t *to;

    if (!has_room(row))
        return;
    to = add_entry(&row->log, ANY, site, items, 2 * count_items(items)) + PAYLOAD;
    for (; items; items &= items - 1, to += 2) {
        const uint64_t address = addresses[first_item(items)];

        memcpy(to, &address, sizeof address);
    }
}

/* The addresses of an access's items, each at its place. */
static void get_addresses(const uint32_t *entry, uintptr_t *addresses)
{
    const uint32_t *from = entry + PAYLOAD;
    uint64_t payload[2];

    if (entry[KIND] == EVEN) {
        memcpy(payload, from, sizeof payload);
        for (unsigned i = 0; i < VGPU_TRACED_ITEMS; i++)
            addresses[i] = payload[0] + i * payload[1];
        return;
    }
    for (uint32_t items = entry[ITEMS]; items; items &= items - 1, from += 2) {
        memcpy(payload, from, sizeof *payload);
        addresses[first_item(items)] = payload[0];
    }
}

/* Items that entered a block in one event, and where in the log they are. */
struct class
{
    uint32_t items, at;
};

/* Moves to its next access in the block; false: there is none. */
static bool find_access(const struct vgpu_lag *log, struct class *class)
{
    while (class->at < log->used && log->words[class->at + KIND] != BLOCK) {
        if (log->words[class->at + ITEMS] & class->items)
            return true;
        class->at += log->words[class->at + SIZE];
    }
    return false;
}

/* Makes the request at the first site that any of them has next. */
static bool request_next(struct vgpu_row *row, struct class *classes, unsigned count)
{
    const struct vgpu_lag *const log = &row->log;
    uintptr_t addresses[VGPU_TRACED_ITEMS] = {0}, own[VGPU_TRACED_ITEMS];
    uint32_t site = UINT32_MAX, items = 0;

    for (unsigned i = 0; i < count; i++)
        if (find_access(log, &classes[i]) && log->words[classes[i].at + NUMBER] < site)
            site = log->words[classes[i].at + NUMBER];
    for (unsigned i = 0; i < count && site != UINT32_MAX; i++) {
        const uint32_t *const entry = log->words + classes[i].at;
        uint32_t here;

        if (classes[i].at >= log->used || entry[KIND] == BLOCK || entry[NUMBER] != site)
            continue;
        here = entry[ITEMS] & classes[i].items;
        get_addresses(entry, own);
        for (uint32_t left = here; left; left &= left - 1)
            addresses[first_item(left)] = own[first_item(left)];
        items |= here;
        classes[i].at += entry[SIZE];
    }
    if (items)
        vgpu_request_any(row, site, items, addresses);
    return items != 0;
}

/* Where the item goes next. */
static void find_next(struct vgpu_lag *log, unsigned item)
{
    const uint32_t bit = UINT32_C(1) << item;
    uint32_t at = log->next[item];

    do
        at += log->words[at + SIZE];
    while (at < log->used &&
           (log->words[at + KIND] != BLOCK || !(log->words[at + ITEMS] & bit)));
    log->next[item] = at;
    if (at == log->used)
        log->known &= ~bit;
}

bool vgpu_lag_issued(struct vgpu_row *row, uint32_t items)
{
    struct vgpu_lag *const log = &row->log;
    struct class classes[VGPU_TRACED_ITEMS];
    unsigned count = 0;

    for (uint32_t left = items; left; left &= ~classes[count++].items) {
        const uint32_t at = log->next[first_item(left)];

        classes[count].at = at + log->words[at + SIZE];
        classes[count].items = 0;
        for (uint32_t each = left; each; each &= each - 1)
            if (log->next[first_item(each)] == at)
                classes[count].items |= each & -each;
    }
    while (request_next(row, classes, count))
        ;
    for (uint32_t left = items; left; left &= left - 1)
        find_next(log, first_item(left));
    return count == 1;
}

/* Those of the items that enter the same block as the first of them; only those of one
 * event, or of any. */
static uint32_t with_first(const struct vgpu_lag *log, uint32_t items, bool any_event)
{
    const uint32_t at = log->next[first_item(items)];
    uint32_t with = 0;

    for (uint32_t left = items; left; left &= left - 1) {
        const uint32_t other = log->next[first_item(left)];

        if (other == at ||
            (any_event && log->words[other + NUMBER] == log->words[at + NUMBER]))
            with |= left & -left;
    }
    return with;
}

/* Lets the part enter its next block, if it is known who does. Who went through the last
 * one in one event, and the same way from there, goes through the next in one event, too:
 * so of such a part, those who are known are all. `forced`: they are taken to be. */
static bool advance(struct vgpu_row *row, uint8_t part, bool forced)
{
    const struct vgpu_lag *const log = &row->log;
    const struct vgpu_part *const going = &row->parts[part];
    const uint32_t known = going->items & log->known;
    uint32_t here;

    if (!known || (known != going->items && !going->in_step && !forced))
        return false;
    here = with_first(log, known, !going->in_step);
    vgpu_parts_enter(row, part, log->words[log->next[first_item(known)] + NUMBER], here);
    return true;
}

static bool advance_all(struct vgpu_row *row, bool forced)
{
    bool moved = false;

    for (uint64_t left = row->running; left && !(moved && forced); left &= left - 1) {
        const uint8_t part = (uint8_t)__builtin_ctzll(left);

        if (row->running & UINT64_C(1) << part)
            moved |= advance(row, part, forced);
    }
    return moved;
}

/* Whoever waits for others waits no longer. */
static bool force(struct vgpu_row *row)
{
    for (uint64_t left = row->meetings; left; left &= left - 1) {
        const uint8_t meeting = (uint8_t)__builtin_ctzll(left);

        if (row->parts[meeting].arrived) {
            vgpu_parts_release(row, meeting);
            return true;
        }
    }
    return advance_all(row, true);
}

/* Forgets what everybody has done. */
static void trim(struct vgpu_lag *log)
{
    uint32_t done = log->used;

    if (log->used < TRIM_BEYOND)
        return;
    for (uint32_t left = log->known; left; left &= left - 1)
        if (log->next[first_item(left)] < done)
            done = log->next[first_item(left)];
    if (done < log->used / 2)
        return;
    log->used -= done;
    memmove(log->words, log->words + done, log->used * sizeof *log->words);
    for (uint32_t left = log->known; left; left &= left - 1)
        log->next[first_item(left)] -= done;
}

bool vgpu_lag_replay(struct vgpu_row *row)
{
    struct vgpu_lag *const log = &row->log;

    do
        while (advance_all(row, false))
            ;
    while (log->used > VGPU_LAG_WORDS && (trim(log), log->used > VGPU_LAG_WORDS) &&
           (row->counts->cut_short++, force(row)));
    if (log->known) {
        trim(log);
        return true;
    }
    log->used = 0;
    for (uint64_t left = row->running; left; left &= left - 1)
        if (!row->parts[__builtin_ctzll(left)].in_step)
            return true;
    return false;
}
