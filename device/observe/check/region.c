/* SPDX-License-Identifier: MIT */
/* The list of regions, sorted by address, and those that were released a short while ago.
 */
#define _GNU_SOURCE
#include "region.h"

#include "check.h"
#include "finding.h"
#include "message.h"
#include "runner.h"
#include "written.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define REMEMBERED 1024u /* released regions that are still known */
#define NEAR       ((size_t)1 << 20)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards what follows */
static struct region **live;                             /* by address */
static size_t num_live, room;
static struct region *released[REMEMBERED]; /* a ring */
static size_t num_released;
static struct region *resting; /* shadows to be freed once no group runs; by next */
static struct region *spare;   /* to be used again, by next */
static atomic_uint generation;

/* How many live regions begin at or below the address. Locked. */
static size_t count_up_to(uintptr_t address)
{
    size_t low = 0, high = num_live;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (live[middle]->first <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Buffers may share host memory: what begins last is tried first. Locked. */
static struct region *find_live(uintptr_t address)
{
    for (size_t i = count_up_to(address), tries = 0; i > 0 && tries < 8; i--, tries++)
        if (address < live[i - 1]->end)
            return live[i - 1];
    return NULL;
}

static struct region *find_released(uintptr_t address)
{
    const size_t count = num_released < REMEMBERED ? num_released : REMEMBERED;

    for (size_t i = 1; i <= count; i++) {
        struct region *region = released[(num_released - i) % REMEMBERED];
        if (address >= region->first && address < region->end)
            return region;
    }
    return NULL;
}

struct region *region_find(uintptr_t address)
{
    struct region *region;

    pthread_mutex_lock(&lock);
    region = find_live(address);
    if (!region)
        region = find_released(address);
    pthread_mutex_unlock(&lock);
    return region;
}

static size_t gap(const struct region *region, uintptr_t address)
{
    return address >= region->end ? address - region->end : region->first - address;
}

struct region *region_nearest(uintptr_t address)
{
    struct region *best = NULL;
    size_t i;

    pthread_mutex_lock(&lock);
    i = count_up_to(address);
    if (i > 0 && gap(live[i - 1], address) <= NEAR)
        best = live[i - 1];
    if (i < num_live && gap(live[i], address) <= NEAR &&
        (!best || gap(live[i], address) < gap(best, address)))
        best = live[i];
    pthread_mutex_unlock(&lock);
    return best;
}

/* Locked. */
static bool insert(struct region *region)
{
    const size_t at = count_up_to(region->first);

    if (num_live == room) {
        const size_t more = room ? 2 * room : 64;
        struct region **grown = realloc(live, more * sizeof(struct region *));
        if (!grown)
            return false;
        live = grown;
        room = more;
    }
    memmove(&live[at + 1], &live[at], (num_live - at) * sizeof(struct region *));
    live[at] = region;
    num_live++;
    return true;
}

static void free_shadow(struct region *region)
{
    free(region->written);
    region->written = NULL;
    cells_destroy(&region->cells);
    while (region->mappings) {
        struct region_mapping *mapping = region->mappings;
        region->mappings = mapping->next;
        free(mapping);
    }
    region->number_of_mapped = 0;
}

/* Kernels that run may have found a region by a stray pointer just before it was
 * released, and look at its shadow. Locked. */
static void free_resting(void)
{
    if (runner_is_any())
        return;
    while (resting) {
        struct region *region = resting;
        resting = region->next;
        free_shadow(region);
    }
}

/* Takes the region at a place of the list off, and remembers it. Locked. */
static void retire(size_t at)
{
    struct region *region = live[at];
    struct region **place = &released[num_released % REMEMBERED];

    memmove(&live[at], &live[at + 1], (num_live - at - 1) * sizeof(struct region *));
    num_live--;
    region->is_released = true;
    atomic_fetch_add(&generation, 1);
    region->next = resting;
    resting = region;
    free_resting();
    if (num_released >= REMEMBERED && !resting) {
        (*place)->next = spare;
        spare = *place;
    }
    *place = region;
    num_released++;
}

void region_forget_cells(void)
{
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < num_live; i++)
        cells_destroy(&live[i]->cells);
    for (struct region *region = resting; region; region = region->next)
        cells_destroy(&region->cells);
    pthread_mutex_unlock(&lock);
}

unsigned region_generation(void)
{
    return atomic_load(&generation);
}

static struct region *take_spare(void)
{
    struct region *region;

    pthread_mutex_lock(&lock);
    region = spare;
    if (region)
        spare = region->next;
    pthread_mutex_unlock(&lock);
    return region;
}

static struct region *region_new(uintptr_t address, size_t size, enum region_kind kind,
                                 const char *name)
{
    struct region *region = take_spare();

    if (!region)
        region = malloc(sizeof *region);
    if (!region)
        return NULL;
    memset(region, 0, sizeof *region);
    region->first = address;
    region->end = address + size;
    region->kind = kind;
    snprintf(region->name, sizeof region->name, "%s", name);
    return region;
}

/* Variables of programs that are gone leave their places to others. Locked. */
static void drop_variables(uintptr_t address, uintptr_t end)
{
    for (size_t i = count_up_to(end - 1); i > 0 && live[i - 1]->end > address; i--)
        if (live[i - 1]->kind == REGION_VARIABLE)
            retire(i - 1);
}

void vgpu_check_memory_created(const struct vgpu_check_memory *memory)
{
    struct region *region;
    bool is_in;

    if (!vgpu_check_is_on(VGPU_CHECK_OF_KERNELS))
        return;
    region = region_new(memory->address, memory->size, REGION_BUFFER, memory->name);
    if (!region)
        return;
    snprintf(region->made, sizeof region->made, "%s", memory->made);
    if (!memory->is_written && vgpu_check_is_on(VGPU_CHECK_uninit))
        region->written = calloc(memory->size, 1);
    pthread_mutex_lock(&lock);
    drop_variables(region->first, region->end);
    is_in = insert(region);
    pthread_mutex_unlock(&lock);
    if (!is_in) {
        free_shadow(region);
        free(region);
    }
}

/* The place of exactly that live buffer, or num_live. Locked. */
static size_t place_of(uintptr_t address, size_t size)
{
    for (size_t i = count_up_to(address); i > 0 && live[i - 1]->first == address; i--)
        if (live[i - 1]->end == address + size && live[i - 1]->kind == REGION_BUFFER)
            return i - 1;
    return num_live;
}

void vgpu_check_memory_named(uintptr_t address, size_t size, const char *name)
{
    size_t at;

    if (!vgpu_check_is_on(VGPU_CHECK_OF_KERNELS))
        return;
    pthread_mutex_lock(&lock);
    at = place_of(address, size);
    if (at < num_live)
        snprintf(live[at]->name, sizeof live[at]->name, "%s", name);
    pthread_mutex_unlock(&lock);
}

void vgpu_check_memory_released(uintptr_t address, size_t size)
{
    size_t at;

    if (!vgpu_check_is_on(VGPU_CHECK_OF_KERNELS))
        return;
    pthread_mutex_lock(&lock);
    at = place_of(address, size);
    if (at < num_live)
        retire(at);
    pthread_mutex_unlock(&lock);
}

struct region *region_variable(uintptr_t address, size_t size, const char *name)
{
    char text[REGION_NAME_BYTES];
    struct region *made, *region;

    snprintf(text, sizeof text, "variable %.150s", name ? name : "of the program");
    made = region_new(address, size, REGION_VARIABLE, text);
    pthread_mutex_lock(&lock);
    region = find_live(address);
    if (region && (region->kind != REGION_VARIABLE || region->first != address ||
                   region->end != address + size)) {
        drop_variables(address, address + size);
        region = find_live(address);
    }
    if (!region && made && insert(made)) {
        region = made;
        made = NULL;
    }
    pthread_mutex_unlock(&lock);
    free(made);
    return region;
}

void region_describe(const struct region *region, char *text, size_t size)
{
    pthread_mutex_lock(&lock);
    if (region->made[0])
        snprintf(text, size, "%s (%zu bytes, %s)", region->name,
                 (size_t)(region->end - region->first), region->made);
    else
        snprintf(text, size, "%s (%zu bytes)", region->name,
                 (size_t)(region->end - region->first));
    pthread_mutex_unlock(&lock);
}

/* The part of the region that the range covers, from its start; 0 bytes: none. */
static size_t part(const struct region *region, uintptr_t address, size_t size,
                   size_t *offset_out)
{
    const uintptr_t from = address > region->first ? address : region->first;
    const uintptr_t to = address + size < region->end ? address + size : region->end;

    *offset_out = from - region->first;
    return from < to ? to - from : 0;
}

void vgpu_check_written(uintptr_t address, size_t size)
{
    size_t offset, bytes;

    if (!vgpu_check_is_on(VGPU_CHECK_uninit) || size == 0)
        return;
    pthread_mutex_lock(&lock);
    for (size_t i = count_up_to(address + size - 1); i > 0; i--) {
        struct region *region = live[i - 1];
        bytes = part(region, address, size, &offset);
        if (bytes > 0 && region->written) {
            written_set(region->written + offset, bytes);
            if (bytes == region->end - region->first)
                atomic_store(&region->is_all_written, true);
        } else if (bytes == 0 && region->end <= address)
            break;
    }
    pthread_mutex_unlock(&lock);
}

void vgpu_check_copied(uintptr_t to, uintptr_t from, size_t size)
{
    struct region *source, *target;
    size_t offset, bytes;

    if (!vgpu_check_is_on(VGPU_CHECK_uninit) || size == 0)
        return;
    pthread_mutex_lock(&lock);
    source = find_live(from);
    target = find_live(to);
    if (target && target->written) {
        bytes = part(target, to, size, &offset);
        atomic_store(&target->is_all_written, false);
        if (source && source->written && from + bytes <= source->end)
            memmove(target->written + offset, source->written + (from - source->first),
                    bytes);
        else
            written_set(target->written + offset, bytes);
    }
    pthread_mutex_unlock(&lock);
}

void vgpu_check_mapped(uintptr_t address, size_t offset, size_t size, bool writes)
{
    struct region_mapping *mapping;
    struct region *region;

    if (!vgpu_check_is_on(VGPU_CHECK_OF_KERNELS))
        return;
    if (writes)
        vgpu_check_written(address + offset, size);
    mapping = malloc(sizeof *mapping);
    if (!mapping)
        return;
    pthread_mutex_lock(&lock);
    region = find_live(address + offset);
    if (region) {
        *mapping = (struct region_mapping){
            region->mappings, address + offset - region->first, size, writes};
        region->mappings = mapping;
        region->number_of_mapped++;
        mapping = NULL;
    }
    pthread_mutex_unlock(&lock);
    free(mapping);
}

void vgpu_check_unmapped(uintptr_t address, size_t offset)
{
    struct region_mapping **at, *found = NULL;
    struct region *region;

    if (!vgpu_check_is_on(VGPU_CHECK_OF_KERNELS))
        return;
    pthread_mutex_lock(&lock);
    region = find_live(address + offset);
    if (region) {
        at = &region->mappings;
        while (*at && (*at)->offset != address + offset - region->first)
            at = &(*at)->next;
        found = *at;
        if (found) {
            *at = found->next;
            region->number_of_mapped--;
        }
    }
    pthread_mutex_unlock(&lock);
    free(found);
}

bool region_is_mapped(struct region *region, uintptr_t address, uintptr_t end,
                      bool by_write)
{
    bool is_mapped = false;

    pthread_mutex_lock(&lock);
    for (const struct region_mapping *m = region->mappings; m && !is_mapped; m = m->next)
        is_mapped = (m->writes || by_write) &&
                    address < region->first + m->offset + m->size &&
                    region->first + m->offset < end;
    pthread_mutex_unlock(&lock);
    return is_mapped;
}

/* As often as that costs no more than the looks in between. */
bool region_look_at_all(struct region *region)
{
    const size_t bytes = region->end - region->first;
    const unsigned looks =
        atomic_fetch_add_explicit(&region->looks, 1, memory_order_relaxed);

    if (looks < bytes / 64)
        return false;
    atomic_store_explicit(&region->looks, 0, memory_order_relaxed);
    if (written_has(region->written, 0, bytes))
        return false;
    atomic_store_explicit(&region->is_all_written, true, memory_order_relaxed);
    return true;
}

struct cells *region_cells(struct region *region, unsigned shift)
{
    bool is_there;

    if (region->has_no_cells)
        return NULL;
    if (!region->cells.block)
        is_there = cells_create(&region->cells, region->end - region->first, shift);
    else
        is_there = region->cells.shift <= shift || cells_refine(&region->cells, shift);
    if (!is_there) {
        region->has_no_cells = true;
        vgpu_message("races in %s (%zu bytes) are not looked for: there is no memory for "
                     "the notes of who accessed what; use smaller buffers",
                     region->name, (size_t)(region->end - region->first));
        return NULL;
    }
    return &region->cells;
}
