/* SPDX-License-Identifier: MIT */
/* What a site accesses, and whether an access lies within. */
#ifndef VGPU_CHECK_TARGET_H
#define VGPU_CHECK_TARGET_H

#include "state.h"

static inline const struct vgpu_traced_site *site_of(const struct vgpu_check_row *row,
                                                     uint32_t site)
{
    return &row->sites[site];
}

static inline bool reads(const struct vgpu_traced_site *s)
{
    return s->kind == VGPU_TRACED_LOAD ||
           (s->kind == VGPU_TRACED_ATOMIC && (s->flags & VGPU_TRACED_READS));
}

static inline bool writes(const struct vgpu_traced_site *s)
{
    return s->kind == VGPU_TRACED_STORE ||
           (s->kind == VGPU_TRACED_ATOMIC && (s->flags & VGPU_TRACED_WRITES));
}

/* target_is_plain - there is nothing wrong with accessing the buffer as the site does. */
static inline bool target_is_plain(const struct check_target *target,
                                   const struct vgpu_traced_site *s)
{
    return (target->may_read || !reads(s)) && (target->may_write || !writes(s)) &&
           !target->is_mapped;
}

/* target_aim - what the site accesses: by the object that it starts from, else by the
 * address. False: there is nothing there. */
bool target_aim(struct vgpu_check_row *row, uint32_t site, struct check_target *target,
                uintptr_t address, const void *object);

/* target_item_may - one lane's access: may it take place? If not, it is told of. */
bool target_item_may(struct vgpu_check_row *row, uint32_t site, uint32_t lane,
                     uintptr_t address, const void *object, struct check_target *target);

/* align_items - those of the items whose addresses are as the site's type wants them;
 * others are told of. Where check `memory` is off, all. */
uint32_t align_items(const struct vgpu_check_row *row, uint32_t site, uint32_t items,
                     const uintptr_t *addresses);

/* target_name - of the site's object, as the source has it; else what kind of memory. */
const char *target_name(const struct vgpu_check_row *row, uint32_t site,
                        const struct check_target *target);

#endif
