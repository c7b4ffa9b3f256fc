/* SPDX-License-Identifier: MIT */
/* Which items of a sub-group a GPU would run together. */
#include "parts.h"

#include "item_mask.h"

static uint64_t bit(uint8_t part)
{
    return UINT64_C(1) << part;
}

/* Takes meetings out that have one part left to wait for: nobody is at them, and it will
 * pass them alone. */
static void drop_idle_meetings(struct vgpu_row *row)
{
    for (uint8_t i = 0; i < VGPU_MAX_PARTS; i++) {
        struct vgpu_part *const part = &row->parts[i];

        if (!((row->running | row->meetings) & bit(i)))
            continue;
        while (part->parent != VGPU_NO_PART &&
               row->parts[part->parent].items == part->items) {
            row->meetings &= ~bit(part->parent);
            part->meeting = row->parts[part->parent].meeting;
            part->parent = row->parts[part->parent].parent;
        }
    }
}

/* Each item is in one running part or has arrived at one meeting. Each meeting but idle
 * ones has two such sets or other meetings below it. So 32 items have no more than 32
 * sets and 31 meetings. */
static uint8_t new_place(struct vgpu_row *row)
{
    if ((row->running | row->meetings) == UINT64_MAX)
        drop_idle_meetings(row);
    return (uint8_t)__builtin_ctzll(~(row->running | row->meetings));
}

static void go(struct vgpu_row *row, uint8_t part, uint32_t block);

/* All who were to come to the meeting are there: they are one part. */
static void resume(struct vgpu_row *row, uint8_t meeting)
{
    row->meetings &= ~bit(meeting);
    row->running |= bit(meeting);
    row->parts[meeting].has_split = false;
}

/* The items will not come to the meeting, nor to those behind it. */
static void leave(struct vgpu_row *row, uint8_t meeting, uint32_t items)
{
    while (meeting != VGPU_NO_PART) {
        struct vgpu_part *const left = &row->parts[meeting];
        const uint8_t parent = left->parent;

        left->items &= ~items;
        if (!left->items) {
            row->meetings &= ~bit(meeting);
        } else if (left->arrived == left->items) {
            resume(row, meeting);
            go(row, meeting, left->block);
        }
        meeting = parent;
    }
}

/* Some of the part's items go another way behind its block: the others, `here`, become a
 * part of their own. */
static uint8_t split(struct vgpu_row *row, uint8_t part, uint32_t here)
{
    struct vgpu_part *const old = &row->parts[part];
    uint8_t other;

    if (!old->has_split && old->block != VGPU_TRACED_END) {
        const struct vgpu_traced_block *const block = &row->table[old->block];

        if (block->num_successors > 1)
            row->counts->divergent[old->block]++;
        if (block->post_dominator == VGPU_TRACED_END) {
            leave(row, old->parent, old->items);
            old->parent = VGPU_NO_PART;
            old->meeting = VGPU_TRACED_END;
        } else if (block->post_dominator != old->meeting) {
            const uint8_t meeting = new_place(row);

            row->parts[meeting] = *old;
            row->parts[meeting].block = old->meeting = block->post_dominator;
            row->parts[meeting].arrived = 0;
            row->meetings |= bit(meeting);
            old->parent = meeting;
        }
    }
    old->has_split = true;
    other = new_place(row);
    row->running |= bit(other);
    row->parts[other] = *old;
    row->parts[other].items = here;
    row->parts[other].has_split = false;
    old->items &= ~here;
    return other;
}

static void record(struct vgpu_row *row, uint32_t block, uint32_t items)
{
    struct vgpu_recorded_row *const recorded = row->recorded;

    if (recorded->count == VGPU_RECORDED_ISSUES) {
        recorded->is_cut = true;
        row->recorded = NULL;
        return;
    }
    recorded->issues[recorded->count].block = block;
    recorded->issues[recorded->count++].items = items;
}

/* The part enters the block as one. */
static void issue(struct vgpu_row *row, uint8_t part, uint32_t block)
{
    struct vgpu_part *const entering = &row->parts[part];
    const uint32_t items = entering->items;

    row->code.blocks[block].issues++;
    row->code.blocks[block].items += count_items(items);
    if (row->recorded)
        record(row, block, items);
    entering->block = block;
    entering->has_split = false;
    entering->in_step = true;
    if (row->is_logging)
        entering->in_step = vgpu_lag_issued(row, items);
    else
        row->issued[row->num_issued++] = items;
    row->current = part;
    if (row->table[block].num_successors > 0)
        return;
    row->live &= ~items;
    row->running &= ~bit(part);
    row->current = VGPU_NO_PART;
    leave(row, entering->parent, items);
}

/* The part comes to the block, where it may have to wait. */
static void go(struct vgpu_row *row, uint8_t part, uint32_t block)
{
    while (row->parts[part].meeting == block && row->parts[part].parent != VGPU_NO_PART) {
        const uint8_t meeting = row->parts[part].parent;
        struct vgpu_part *const there = &row->parts[meeting];

        row->running &= ~bit(part);
        there->arrived |= row->parts[part].items;
        if (there->arrived != there->items)
            return;
        resume(row, meeting);
        part = meeting;
    }
    issue(row, part, block);
}

void vgpu_parts_enter(struct vgpu_row *row, uint8_t part, uint32_t block, uint32_t here)
{
    if (here != row->parts[part].items)
        part = split(row, part, here);
    go(row, part, block);
}

void vgpu_parts_release(struct vgpu_row *row, uint8_t meeting)
{
    struct vgpu_part *const there = &row->parts[meeting];
    const uint8_t part = new_place(row);

    row->parts[part] = *there;
    row->parts[part].items = there->arrived;
    row->running |= bit(part);
    resume(row, part);
    there->items &= ~there->arrived;
    there->arrived = 0;
    go(row, part, there->block);
}

/* Those at meetings must wait, though code does not: what they do is kept. */
static void defer(struct vgpu_row *row, uint32_t block)
{
    uint32_t waiting = 0;

    for (uint64_t left = row->meetings; left; left &= left - 1)
        waiting |= row->parts[__builtin_ctzll(left)].arrived;
    if (!waiting)
        return;
    if (!vgpu_lag_start(row)) {
        for (uint64_t left = row->meetings; left; left &= left - 1)
            if (row->parts[__builtin_ctzll(left)].arrived)
                vgpu_parts_release(row, (uint8_t)__builtin_ctzll(left));
        row->counts->cut_short++;
        return;
    }
    row->is_logging = true;
    row->deferred = waiting;
    vgpu_lag_block(row, block, waiting);
}

/* Where one part has entered a block and the rest of them is quiet, code counts its next
 * blocks. */
static void hand_to_code(struct vgpu_row *row, uint32_t block)
{
    if (row->num_issued != 1 || row->deferred || row->recorded ||
        row->current == VGPU_NO_PART)
        return;
    row->code.items = row->parts[row->current].items;
    row->code.meeting = row->parts[row->current].meeting;
    row->code.block = block;
}

void vgpu_parts_block(struct vgpu_row *row, uint32_t block, uint32_t items)
{
    items &= row->live;
    if (!items)
        return;
    if (row->code.items)
        row->parts[row->current].block = row->code.block;
    row->code.items = 0;
    row->num_issued = 0;
    row->deferred = 0;
    if (row->is_logging) {
        row->is_logging = vgpu_lag_replay(row);
        if (row->is_logging) {
            row->deferred = items;
            vgpu_lag_block(row, block, items);
            return;
        }
    }
    /* Parts that are made here have none of the items that are left. */
    for (uint64_t left = row->running; items; left &= left - 1) {
        const uint8_t part = (uint8_t)__builtin_ctzll(left);
        const uint32_t here = row->parts[part].items & items;

        items &= ~here;
        if (here)
            vgpu_parts_enter(row, part, block, here);
    }
    defer(row, block);
    hand_to_code(row, block);
}

void vgpu_parts_start(struct vgpu_row *row, uint32_t items)
{
    row->live = items;
    row->num_issued = row->deferred = 0;
    row->is_logging = false;
    row->current = 0;
    row->code.items = 0;
    row->code.block = VGPU_TRACED_END;
    row->running = 1;
    row->meetings = 0;
    row->parts[0] = (struct vgpu_part){.items = items,
                                       .block = VGPU_TRACED_END,
                                       .meeting = VGPU_TRACED_END,
                                       .parent = VGPU_NO_PART,
                                       .in_step = true};
}

void vgpu_parts_end(struct vgpu_row *row)
{
    if (row->is_logging)
        vgpu_lag_replay(row);
}
