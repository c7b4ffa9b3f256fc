/* SPDX-License-Identifier: MIT */
/* What sites access, and accesses that lie outside of it. */
#include "target.h"

#include "finding.h"

#include <stdio.h>

/* Accesses of the rows' own stacks by generic pointers are as far from here at most. */
#define STACK_NEAR ((uintptr_t)1 << 20)

static bool is_within(uintptr_t address, uintptr_t first, uintptr_t end)
{
    return address >= first && address < end;
}

static void aim_at_region(struct check_target *target, struct region *region)
{
    target->region = region;
    target->first = region->first;
    target->end = region->end;
    target->is_mapped = region->number_of_mapped != 0;
}

/* An argument: its buffer, or sub-buffer, is all that may be reached from it. */
static bool aim_at_argument(struct check_target *target,
                            const struct vgpu_check_launch *launch, uintptr_t object)
{
    for (uint32_t i = 0; i < launch->num_objects; i++) {
        const struct check_object *o = &launch->objects[i];
        if (o->first != object || !o->region)
            continue;
        aim_at_region(target, o->region);
        target->first = o->first;
        target->end = o->end;
        target->may_read = o->may_read;
        target->may_write = o->may_write;
        return true;
    }
    return false;
}

/* The __local argument that begins there; else all of local memory. */
static void aim_at_local(struct check_target *target, struct vgpu_check_group *group,
                         uintptr_t object, uint64_t bytes)
{
    const struct vgpu_launch *launch = group->launch->launch;
    const uintptr_t base = group->local_memory.first;

    aim_at_region(target, &group->local_memory);
    target->is_local = true;
    if (!object)
        return;
    if (bytes) {
        target->first = object;
        target->end = object + bytes;
        return;
    }
    for (uint32_t i = 0; i < launch->num_locals; i++)
        if (base + launch->locals[i].offset == object) {
            target->first = object;
            target->end = object + launch->locals[i].size;
        }
}

static bool aim_at_private(struct check_target *target, const struct vgpu_check_row *row,
                           const struct vgpu_traced_site *s, uintptr_t address)
{
    const uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    struct check_private found = {here, here + STACK_NEAR};

    if (s->space != VGPU_TRACED_GENERIC)
        return false;
    for (uint32_t i = 0; i < row->num_privates; i++)
        if (is_within(address, row->privates[i].first, row->privates[i].end))
            found = row->privates[i];
    if (!is_within(address, found.first, found.end))
        return false;
    target->first = found.first;
    target->end = found.end;
    target->is_hidden = true;
    return true;
}

static const char *object_name(const struct vgpu_check_row *row,
                               const struct vgpu_traced_site *s)
{
    const struct vgpu_traced_table *table = row->group->launch->table;

    return s->object < table->num_names ? table->names[s->object] : NULL;
}

/* By the object that it starts from, else by the address. */
static bool aim(struct vgpu_check_row *row, uint32_t site, struct check_target *target,
                uintptr_t address, const void *object)
{
    const struct vgpu_traced_site *s = site_of(row, site);
    struct vgpu_check_group *group = row->group;
    const uintptr_t start = (uintptr_t)object;
    struct region *region;

    *target =
        (struct check_target){.object = object, .may_read = true, .may_write = true};
    if (object && is_within(start, group->local_memory.first, group->local_memory.end)) {
        aim_at_local(target, group, start, s->object_bytes);
        return true;
    }
    if (object && aim_at_argument(target, group->launch, start))
        return true;
    if (object && s->object_bytes) {
        target->first = start;
        target->end = start + s->object_bytes;
        target->is_hidden = s->space == VGPU_TRACED_CONSTANT;
        if (!target->is_hidden)
            target->region = region_variable(start, s->object_bytes, object_name(row, s));
        target->is_hidden = target->region == NULL;
        return true;
    }
    if (object)
        address = start;
    if (is_within(address, group->local_memory.first, group->local_memory.end)) {
        aim_at_local(target, group, 0, 0);
        return true;
    }
    region = region_find(address);
    if (region && !region->is_released) {
        aim_at_region(target, region);
        return true;
    }
    return aim_at_private(target, row, s, address);
}

bool target_aim(struct vgpu_check_row *row, uint32_t site, struct check_target *target,
                uintptr_t address, const void *object)
{
    const struct vgpu_traced_site *s = site_of(row, site);
    const bool is_there = aim(row, site, target, address, object);

    target->is_simple = is_there && s->kind != VGPU_TRACED_ATOMIC &&
                        !(s->flags & VGPU_TRACED_VOLATILE) && target_is_plain(target, s);
    return is_there;
}

/* --- Bounds. --- */

static const char *what_it_is(const struct check_target *target)
{
    return target->is_local                                          ? "local memory"
           : target->region && target->region->kind == REGION_BUFFER ? "the buffer"
                                                                     : "the variable";
}

const char *target_name(const struct vgpu_check_row *row, uint32_t site,
                        const struct check_target *target)
{
    const char *const name = object_name(row, site_of(row, site));

    return name ? name : target ? what_it_is(target) : "a variable";
}

/* How many bytes lie between; nothing where they touch. */
static void set_distance(char *text, size_t room, uint64_t bytes, const char *where)
{
    text[0] = 0;
    if (bytes)
        snprintf(text, room, "; that is %llu byte%s %s", (unsigned long long)bytes,
                 bytes == 1 ? "" : "s", where);
}

static void report_outside(const struct vgpu_check_row *row,
                           const struct check_access *access,
                           const struct check_target *target)
{
    const struct vgpu_traced_site *s = site_of(row, access->site);
    const char *const name = target_name(row, access->site, target);
    const int64_t offset = (int64_t)(access->address - target->first);
    const size_t bytes = target->end - target->first;
    char distance[96], text[500];

    if (access->address < target->first)
        set_distance(distance, sizeof distance,
                     (uint64_t)-offset - s->size < INT64_MAX ? (uint64_t)-offset - s->size
                                                             : 0,
                     "before its start");
    else
        set_distance(distance, sizeof distance,
                     access->address > target->end ? access->address - target->end : 0,
                     "behind its end");
    if (offset % (int64_t)s->size == 0)
        snprintf(text, sizeof text,
                 "element %lld of %s is accessed, which has %zu (of %u bytes)%s",
                 (long long)(offset / (int64_t)s->size), name, bytes / s->size, s->size,
                 distance);
    else
        snprintf(text, sizeof text,
                 "%u bytes at offset %lld of %s are accessed, which has %zu bytes%s",
                 s->size, (long long)offset, name, bytes, distance);
    check_report_access(target->is_local ? REGION_LOCAL : REGION_BUFFER,
                        VGPU_FINDING_OUTSIDE, row, access, target->region, text);
}

/* Of accesses that lie in nothing known. */
static void report_nowhere(const struct vgpu_check_row *row,
                           const struct check_access *access)
{
    struct region *region = region_find(access->address);
    char text[400];

    if (access->address < 4096) {
        snprintf(text, sizeof text, "a null pointer%s is followed, to address %llu",
                 access->address ? " and an index" : "",
                 (unsigned long long)access->address);
        check_report_access(REGION_BUFFER, VGPU_FINDING_NULL_POINTER, row, access, NULL,
                            text);
        return;
    }
    if (region && region->is_released) {
        snprintf(text, sizeof text, "memory of %.200s is accessed, which was released",
                 region->name);
        check_report_access(REGION_BUFFER, VGPU_FINDING_RELEASED, row, access, region,
                            text);
        return;
    }
    region = region_nearest(access->address);
    if (region && access->address >= region->end) {
        snprintf(
            text, sizeof text,
            "the address 0x%llx is in no buffer; %llu bytes behind the end of %.200s",
            (unsigned long long)access->address,
            (unsigned long long)(access->address - region->end), region->name);
    } else {
        snprintf(text, sizeof text, "the address 0x%llx is in no buffer and no variable",
                 (unsigned long long)access->address);
    }
    check_report_access(REGION_BUFFER, VGPU_FINDING_WILD, row, access, NULL, text);
}

static bool fits(const struct check_target *target, uintptr_t address, uint32_t size)
{
    return address >= target->first && address < target->end &&
           size <= target->end - address;
}

/* One lane's access: may it take place? Without an object, each lane may be elsewhere. */
bool target_item_may(struct vgpu_check_row *row, uint32_t site, uint32_t lane,
                     uintptr_t address, const void *object, struct check_target *target)
{
    const struct vgpu_traced_site *s = site_of(row, site);
    const struct check_access access = {site, lane, address};

    if (target->end != 0 && target->object == object && fits(target, address, s->size))
        return true;
    if (!object || target->end == 0 || target->object != object) {
        if (!target_aim(row, site, target, address, object)) {
            target->end = 0;
            report_nowhere(row, &access);
            return false;
        }
    }
    if (fits(target, address, s->size))
        return true;
    if (object && (uintptr_t)object < 4096)
        report_nowhere(row, &access);
    else
        report_outside(row, &access, target);
    return false;
}
