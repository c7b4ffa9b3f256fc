/* SPDX-License-Identifier: MIT */
/* What a request costs a GPU's memory. */
#include "cost.h"

#include "for_processors.h"
#include "item_mask.h"

#include <string.h>

#define MOST VGPU_TRACED_ITEMS

/* Addresses are compared as 32-bit numbers, from one of them on. */
#define MIDDLE (UINT32_C(1) << 30)

/* Shell's method: the addresses are few, and often in order in long stretches. */
static void sort(uintptr_t *values, uint32_t count)
{
    static const uint32_t gaps[] = {10, 4, 1};

    for (unsigned g = 0; g < sizeof gaps / sizeof *gaps; g++)
        for (uint32_t i = gaps[g]; i < count; i++) {
            const uintptr_t value = values[i];
            uint32_t at = i;

            for (; at >= gaps[g] && values[at - gaps[g]] > value; at -= gaps[g])
                values[at] = values[at - gaps[g]];
            values[at] = value;
        }
}

/* Of ranges that overlap as they like. */
static void cost_of_ranges(const uintptr_t *addresses, uint32_t count, uint32_t size,
                           struct vgpu_request *request)
{
    uintptr_t sorted[MOST], end = 0, sector_end = 0, line_end = 0;

    memcpy(sorted, addresses, count * sizeof *sorted);
    sort(sorted, count);
    request->sectors = request->lines = request->unique_bytes = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uintptr_t first = sorted[i], last = first + size - 1;
        const uintptr_t sector = last / VGPU_SECTOR_BYTES + 1;
        const uintptr_t line = last / VGPU_LINE_BYTES + 1;
        uintptr_t from = first / VGPU_SECTOR_BYTES;

        from = from < sector_end ? sector_end : from;
        request->sectors += (uint32_t)(sector > from ? sector - from : 0);
        sector_end = sector > sector_end ? sector : sector_end;
        from = first / VGPU_LINE_BYTES;
        from = from < line_end ? line_end : from;
        request->lines += (uint32_t)(line > from ? line - from : 0);
        line_end = line > line_end ? line : line_end;
        from = first < end ? end : first;
        request->unique_bytes += (uint32_t)(last + 1 > from ? last + 1 - from : 0);
        end = last + 1 > end ? last + 1 : end;
    }
}

/* The addresses as numbers of 32 bits, from MIDDLE on, that lie in sectors and lines as
 * they do. False: they are too far apart. */
FOR_PROCESSORS
static bool make_small(const uintptr_t *addresses, uint32_t *small, uint32_t *low_bits)
{
    const uintptr_t base = (addresses[0] & -(uintptr_t)VGPU_LINE_BYTES) - MIDDLE;
    uintptr_t far = 0;
    uint32_t low = 0;

    for (uint32_t i = 0; i < MOST; i++) {
        const uintptr_t offset = addresses[i] - base;

        far |= offset;
        low |= (uint32_t)offset;
        small[i] = (uint32_t)offset;
    }
    *low_bits = low;
    return far >> 31 == 0;
}

/* For each number, what it has least in common with one before it: in few of the highest
 * bits only where there is none. `distance`: how far it is looked. True: the numbers
 * rise, so that a distance of 1 is enough. */
FOR_PROCESSORS
static bool compare(const uint32_t *small, uint32_t distance, uint32_t *restrict least)
{
    uint32_t padded[2 * MOST], falls = 0;

    for (uint32_t i = 0; i < MOST; i++) {
        padded[i] = UINT32_MAX;
        padded[MOST + i] = small[i];
        least[i] = UINT32_MAX;
    }
    for (uint32_t i = 1; i < MOST; i++)
        falls |= small[i] < small[i - 1];
    for (uint32_t back = 1; back <= distance; back++) {
        const uint32_t *const before = padded + MOST - back;

        for (size_t i = 0; i < MOST; i++) {
            const uint32_t change = padded[MOST + i] ^ before[i];

            least[i] = change < least[i] ? change : least[i];
        }
    }
    return !falls;
}

/* Two aligned addresses are in one sector where they differ in the bits below only; the
 * first of each sector is counted, and so with lines and words. */
FOR_PROCESSORS
static void count_first(const uint32_t *least, uint32_t size,
                        struct vgpu_request *request)
{
    uint32_t sectors = 0, lines = 0, different = 0;

    for (uint32_t i = 0; i < MOST; i++) {
        sectors += least[i] >= VGPU_SECTOR_BYTES;
        lines += least[i] >= VGPU_LINE_BYTES;
        different += least[i] != 0;
    }
    request->sectors = sectors;
    request->lines = lines;
    request->unique_bytes = different * size;
}

void vgpu_cost_outside(const uintptr_t *addresses, uint32_t count, uint32_t size,
                       struct vgpu_request *request)
{
    uint32_t small[MOST], least[MOST], low_bits;

    request->items = count;
    if (!make_small(addresses, small, &low_bits) || size > VGPU_SECTOR_BYTES ||
        ((size | low_bits) & (size - 1))) {
        cost_of_ranges(addresses, count, size, request);
        return;
    }
    if (!compare(small, 1, least))
        compare(small, MOST - 1, least);
    count_first(least, size, request);
}

void vgpu_cost_dense_outside(uintptr_t lowest, uint32_t count, uint32_t step,
                             uint32_t size, struct vgpu_request *request)
{
    const uintptr_t last = lowest + (uintptr_t)(count - 1) * step + size - 1;

    request->items = count;
    request->sectors =
        (uint32_t)(last / VGPU_SECTOR_BYTES - lowest / VGPU_SECTOR_BYTES + 1);
    request->lines = (uint32_t)(last / VGPU_LINE_BYTES - lowest / VGPU_LINE_BYTES + 1);
    request->unique_bytes = (uint32_t)(last - lowest + 1);
}

static uint32_t next_phase(struct vgpu_bank_words *words)
{
    if (++words->phase == 0) {
        memset(words->marks, 0, words->count * sizeof *words->marks);
        words->phase = 1;
    }
    return words->phase;
}

/* The words of one item, which others may want, too. */
static void ask(struct vgpu_bank_words *words, uint32_t phase, uint32_t offset,
                uint32_t size, uint8_t *banks)
{
    const uint32_t first = offset / VGPU_BANK_BYTES;
    const uint32_t last = (offset + size - 1) / VGPU_BANK_BYTES;

    for (uint32_t word = first; word <= last && word < words->count; word++) {
        banks[word % VGPU_LOCAL_BANKS] += words->marks[word] != phase;
        words->marks[word] = phase;
    }
}

/* A phase whose items want a word each, all of different banks. */
static bool is_smooth(const uint32_t *offsets, uint32_t items, uint32_t size,
                      uint32_t *banks_out)
{
    uint32_t seen = 0, twice = 0;

    if (size > VGPU_BANK_BYTES || VGPU_BANK_BYTES % size != 0)
        return false;
    for (; items; items &= items - 1) {
        const uint32_t offset = offsets[first_item(items)];
        const uint32_t bank = UINT32_C(1) << offset / VGPU_BANK_BYTES % VGPU_LOCAL_BANKS;

        twice |= (seen & bank) | (offset & (size - 1));
        seen |= bank;
    }
    *banks_out = seen;
    return twice == 0;
}

static void add_phase(struct vgpu_bank_words *words, const uint32_t *offsets,
                      uint32_t items, uint32_t size, struct vgpu_request *request)
{
    const uint32_t phase = next_phase(words);
    uint8_t banks[VGPU_LOCAL_BANKS] = {0};
    uint32_t cycles = 1;

    for (; items; items &= items - 1)
        ask(words, phase, offsets[first_item(items)], size, banks);
    for (uint32_t bank = 0; bank < VGPU_LOCAL_BANKS; bank++) {
        cycles = banks[bank] > cycles ? banks[bank] : cycles;
        request->banks[bank] = (uint8_t)(request->banks[bank] + banks[bank]);
    }
    request->phases++;
    request->cycles += cycles;
    request->max_cycles = cycles > request->max_cycles ? cycles : request->max_cycles;
}

/* Items of a phase: as many as have 128 bytes together, but a power of two. */
static uint32_t items_of_phase(uint32_t size)
{
    uint32_t count = MOST;

    while (count > 1 && count * size > VGPU_LOCAL_BANKS * VGPU_BANK_BYTES)
        count /= 2;
    return count;
}

void vgpu_cost_local(struct vgpu_bank_words *words, const uint32_t *offsets,
                     uint32_t items, uint32_t size, struct vgpu_request *request)
{
    const uint32_t wide = items_of_phase(size);
    const uint32_t first = wide == MOST ? UINT32_MAX : (UINT32_C(1) << wide) - 1;
    uint32_t banks;

    memset(request, 0, sizeof *request);
    request->items = count_items(items);
    if (is_smooth(offsets, items, size, &banks)) {
        request->phases = request->cycles = request->max_cycles = 1;
        for (; banks; banks &= banks - 1)
            request->banks[first_item(banks)] = 1;
        return;
    }
    for (uint32_t start = 0; start < MOST; start += wide)
        if (items & first << start)
            add_phase(words, offsets, items & first << start, size, request);
}

/* The most of the numbers that are the same. */
FOR_PROCESSORS
static uint32_t count_same(const uint32_t *numbers)
{
    uint32_t twice[2 * MOST], same[MOST], most = 0;

    for (uint32_t i = 0; i < MOST; i++) {
        twice[i] = twice[MOST + i] = numbers[i];
        same[i] = 1;
    }
    for (uint32_t back = 1; back < MOST; back++) {
        const uint32_t *const before = twice + MOST - back;

        for (size_t i = 0; i < MOST; i++)
            same[i] += twice[MOST + i] == before[i];
    }
    for (uint32_t i = 0; i < MOST; i++)
        most = same[i] > most ? same[i] : most;
    return most;
}

/* Where they are too far apart for short numbers. */
static uint32_t count_same_addresses(const uintptr_t *addresses, uint32_t count)
{
    uintptr_t sorted[MOST];
    uint32_t most = 1, run = 1;

    memcpy(sorted, addresses, count * sizeof *sorted);
    sort(sorted, count);
    for (uint32_t i = 1; i < count; i++) {
        run = sorted[i] == sorted[i - 1] ? run + 1 : 1;
        most = run > most ? run : most;
    }
    return most;
}

uint32_t vgpu_contention(const uintptr_t *addresses, uint32_t count)
{
    uint32_t small[MOST], low_bits;

    if (!make_small(addresses, small, &low_bits))
        return count_same_addresses(addresses, count);
    for (uint32_t i = count; i < MOST; i++)
        small[i] = UINT32_MAX - i; /* as no other */
    return count_same(small);
}
