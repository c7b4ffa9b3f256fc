/* SPDX-License-Identifier: MIT */
/* What traced code calls: to count, to check, or both. */
#include "traced_calls.h"

#include "critical.h"
#include "requests.h"
#include "unit.h"

static const struct vgpu_traced_checker *checker;

void vgpu_traced_set_checker(const struct vgpu_traced_checker *plugged)
{
    checker = plugged;
}

const struct vgpu_traced_checker *vgpu_traced_checker(void)
{
    return checker;
}

/* Who waits for another row of the group does so with accesses. */
static inline void take_turns(struct vgpu_row *row)
{
    if (__builtin_expect(--row->turn == 0, 0))
        vgpu_traced_yield(row);
}

static void count_block(struct vgpu_traced_row *code, uint32_t block, uint32_t items)
{
    struct vgpu_row *const row = (struct vgpu_row *)code;

    vgpu_critical_enter();
    if (row->counts)
        vgpu_parts_block(row, block, items);
    vgpu_critical_leave();
}

/* Of several parts that run a block at once, each makes its own requests. */
static void count_lines_apart(struct vgpu_row *row, uint32_t site, uint32_t items,
                              const struct vgpu_row_access *access)
{
    uintptr_t addresses[VGPU_TRACED_ITEMS];

    for (uint32_t i = 0; i < row->num_issued; i++)
        if (items & row->issued[i])
            vgpu_request_lines(row, site, items & row->issued[i], access);
    items &= row->deferred;
    if (items && access->line == VGPU_TRACED_ITEMS) {
        vgpu_lag_even(row, site, items, access->first, access->step);
    } else if (items) {
        vgpu_access_place(access, addresses);
        vgpu_lag_any(row, site, items, addresses);
    }
}

static void count_any_apart(struct vgpu_row *row, uint32_t site, uint32_t items,
                            const uintptr_t *addresses)
{
    for (uint32_t i = 0; i < row->num_issued; i++)
        if (items & row->issued[i])
            vgpu_request_any(row, site, items & row->issued[i], addresses);
    if (items & row->deferred)
        vgpu_lag_any(row, site, items & row->deferred, addresses);
}

static inline void count_access(struct vgpu_row *row, uint32_t site, uint32_t items,
                                const struct vgpu_row_access *access)
{
    vgpu_critical_enter();
    take_turns(row);
    if (!items || !row->counts)
        ;
    else if (__builtin_expect(row->code.items != 0, 1))
        vgpu_request_lines(row, site, items, access);
    else
        count_lines_apart(row, site, items, access);
    vgpu_critical_leave();
}

static uint32_t count_even(struct vgpu_traced_row *code, uint32_t site, uint32_t items,
                           uintptr_t first, int64_t step, const void *object)
{
    const struct vgpu_row_access access = {first, step, 0, VGPU_TRACED_ITEMS};

    (void)object;
    count_access((struct vgpu_row *)code, site, items, &access);
    return items;
}

static uint32_t count_lines(struct vgpu_traced_row *code, uint32_t site, uint32_t items,
                            uintptr_t first, int64_t step, int64_t pitch, uint32_t line,
                            const void *object)
{
    const struct vgpu_row_access access = {first, step, pitch, line};

    (void)object;
    count_access((struct vgpu_row *)code, site, items, &access);
    return items;
}

static uint32_t count_any(struct vgpu_traced_row *code, uint32_t site, uint32_t items,
                          const uintptr_t *addresses, const void *object)
{
    struct vgpu_row *const row = (struct vgpu_row *)code;

    (void)object;
    vgpu_critical_enter();
    take_turns(row);
    if (!items || !row->counts)
        ;
    else if (__builtin_expect(row->code.items != 0, 1))
        vgpu_request_any(row, site, items, addresses);
    else
        count_any_apart(row, site, items, addresses);
    vgpu_critical_leave();
    return items;
}

static void count_meet(struct vgpu_traced_row *code, uint32_t site, uint32_t items)
{
    struct vgpu_row *const row = (struct vgpu_row *)code;

    if (items && row->counts)
        row->counts->sites[site].barriers++;
}

static void count_nothing(struct vgpu_traced_row *code, uint32_t site, uint32_t items,
                          uint32_t outside, uint32_t unwritten, const int64_t *offsets)
{
    (void)code, (void)site, (void)items, (void)outside, (void)unwritten, (void)offsets;
}

static const struct vgpu_traced_calls counting = {
    .block = count_block,
    .even = count_even,
    .lines = count_lines,
    .any = count_any,
    .meet = count_meet,
    .private_access = count_nothing,
};

/* Checks see an access first: what may not take place is counted all the same. */
static uint32_t check_even(struct vgpu_traced_row *code, uint32_t site, uint32_t items,
                           uintptr_t first, int64_t step, const void *object)
{
    struct vgpu_check_row *const check = ((struct vgpu_row *)code)->check;

    count_even(code, site, items, first, step, object);
    vgpu_critical_enter();
    if (check && items)
        items = checker->even(check, site, items, first, step, object);
    vgpu_critical_leave();
    return items;
}

static uint32_t check_lines(struct vgpu_traced_row *code, uint32_t site, uint32_t items,
                            uintptr_t first, int64_t step, int64_t pitch, uint32_t line,
                            const void *object)
{
    struct vgpu_check_row *const check = ((struct vgpu_row *)code)->check;

    count_lines(code, site, items, first, step, pitch, line, object);
    vgpu_critical_enter();
    if (check && items)
        items = checker->lines(check, site, items, first, step, pitch, line, object);
    vgpu_critical_leave();
    return items;
}

static uint32_t check_any(struct vgpu_traced_row *code, uint32_t site, uint32_t items,
                          const uintptr_t *addresses, const void *object)
{
    struct vgpu_check_row *const check = ((struct vgpu_row *)code)->check;

    count_any(code, site, items, addresses, object);
    vgpu_critical_enter();
    if (check && items)
        items = checker->any(check, site, items, addresses, object);
    vgpu_critical_leave();
    return items;
}

static void check_meet(struct vgpu_traced_row *code, uint32_t site, uint32_t items)
{
    struct vgpu_check_row *const check = ((struct vgpu_row *)code)->check;

    count_meet(code, site, items);
    vgpu_critical_enter();
    if (check && items)
        checker->meet(check, site, items);
    vgpu_critical_leave();
}

static void check_private(struct vgpu_traced_row *code, uint32_t site, uint32_t items,
                          uint32_t outside, uint32_t unwritten, const int64_t *offsets)
{
    struct vgpu_check_row *const check = ((struct vgpu_row *)code)->check;

    vgpu_critical_enter();
    if (check && items)
        checker->private_access(check, site, items, outside, unwritten, offsets);
    vgpu_critical_leave();
}

static const struct vgpu_traced_calls checking = {
    .block = count_block,
    .even = check_even,
    .lines = check_lines,
    .any = check_any,
    .meet = check_meet,
    .private_access = check_private,
};

const struct vgpu_traced_calls *vgpu_traced_calls_get(void)
{
    return checker ? &checking : &counting;
}
