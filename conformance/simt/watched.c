/* SPDX-License-Identifier: MIT */
/* A sub-group of a made-up kernel, whose traced calls the tests make. */
#include "watched.h"

#include "observe/item_mask.h"
#include "observe/traced_kernel.h"

#include <string.h>

#define LOCAL_BYTES 65536u

void watched_start(struct watched *watched, const struct vgpu_traced_table *table,
                   uint32_t items, const void *local)
{
    const struct vgpu_traced_description description = {
        .name = "watched", .table = table, .width = VGPU_TRACED_ITEMS};
    struct vgpu_row *const row = &watched->row;

    memset(watched, 0, sizeof *watched);
    watched->unit = vgpu_traced_unit_create(LOCAL_BYTES);
    watched->unit->local.first = (uintptr_t)local;
    watched->kernel = vgpu_traced_kernel_get(&description);
    watched->counts = vgpu_traced_counts_alone(watched->kernel);
    watched->calls = vgpu_traced_calls_get();
    row->unit = watched->unit;
    row->turn = UINT32_MAX;
    row->counts = watched->counts;
    row->table = watched->kernel->table->blocks;
    row->code.blocks = watched->counts->blocks;
    vgpu_parts_start(row, items);
}

void watched_block(struct watched *watched, uint32_t block, uint32_t items)
{
    struct vgpu_traced_row *const row = &watched->row.code;

    if (items && items == row->items && block != row->meeting &&
        watched->row.table[block].num_successors > 0) {
        row->blocks[block].issues++;
        row->blocks[block].items += count_items(items);
        row->block = block;
    } else {
        watched->calls->block(row, block, items);
    }
}

void watched_end(struct watched *watched)
{
    vgpu_parts_end(&watched->row);
    for (uint32_t i = 0; i < watched->kernel->table->num_sites; i++)
        vgpu_site_add_shape(&watched->counts->sites[i], &watched->counts->sites[i]);
}

void watched_fini(struct watched *watched)
{
    vgpu_lag_fini(&watched->row.log);
    vgpu_traced_counts_destroy(watched->counts);
    vgpu_traced_unit_destroy(watched->unit);
}
