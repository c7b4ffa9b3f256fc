/* SPDX-License-Identifier: MIT */
/* Accesses at addresses that their type does not allow. */
#include "finding.h"
#include "target.h"

#include <stdio.h>

static void report(const struct vgpu_check_row *row, const struct check_access *access)
{
    const struct vgpu_traced_site *const s = site_of(row, access->site);
    const struct region *const local = &row->group->local_memory;
    const bool is_local = access->address >= local->first && access->address < local->end;
    const struct region *const region = is_local ? local : region_find(access->address);
    char text[300];

    snprintf(text, sizeof text,
             "%u bytes of %s are accessed at an address that is %u behind a multiple of "
             "%u, which their type is aligned to",
             s->size, target_name(row, access->site, NULL),
             (uint32_t)access->address & s->alignment_bits, s->alignment_bits + 1);
    check_report_access(is_local ? REGION_LOCAL : REGION_BUFFER, VGPU_FINDING_MISALIGNED,
                        row, access, region, text);
}

uint32_t align_items(const struct vgpu_check_row *row, uint32_t site, uint32_t items,
                     const uintptr_t *addresses)
{
    const uintptr_t bits = site_of(row, site)->alignment_bits;
    uintptr_t any = 0;
    uint32_t odd = 0;

    for (uint32_t i = 0; i < VGPU_TRACED_ITEMS; i++)
        any |= addresses[i];
    if ((any & bits) == 0 || !vgpu_check_is_on(VGPU_CHECK_memory))
        return items;
    for (uint32_t rest = items; rest; rest &= rest - 1) {
        const uint32_t lane = (uint32_t)__builtin_ctz(rest);

        if ((addresses[lane] & bits) != 0)
            odd |= 1u << lane;
    }
    if (odd) {
        const uint32_t lane = (uint32_t)__builtin_ctz(odd);

        report(row, &(const struct check_access){site, lane, addresses[lane]});
    }
    return items & ~odd;
}
