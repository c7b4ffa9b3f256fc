/* SPDX-License-Identifier: MIT */
/* Tables of traced kernels, as they are made. */
#include "traced/table.h"

#include <stdlib.h>
#include <string.h>

/* Room for one more; arrays are as large as the next power of two. */
static void *grown(void *array, uint32_t count, size_t size)
{
    if (count & (count - 1))
        return array;
    array = realloc(array, (count ? 2 * (size_t)count : 1) * size);
    if (!array)
        abort();
    return array;
}

struct vgpu_traced_table *vgpu_cc_traced_table_new(int num_blocks)
{
    struct vgpu_traced_table *const table = calloc(1, sizeof *table);

    if (!table)
        abort();
    table->num_blocks = (uint32_t)num_blocks;
    table->blocks = calloc((size_t)num_blocks, sizeof *table->blocks);
    if (!table->blocks)
        abort();
    return table;
}

static uint32_t find_or_add(char ***list, uint32_t *count, const char *text,
                            size_t length)
{
    for (uint32_t i = 0; i < *count; i++)
        if (strlen((*list)[i]) == length && memcmp((*list)[i], text, length) == 0)
            return i;
    *list = grown(*list, *count, sizeof **list);
    (*list)[*count] = strndup(text, length);
    if (!(*list)[*count])
        abort();
    return (*count)++;
}

struct vgpu_traced_place vgpu_cc_traced_place(struct vgpu_traced_table *table,
                                              LLVMValueRef instruction)
{
    struct vgpu_traced_place place = {.line = LLVMGetDebugLocLine(instruction)};
    unsigned length = 0;
    const char *file;

    if (place.line == 0)
        return place;
    place.column = LLVMGetDebugLocColumn(instruction);
    file = LLVMGetDebugLocFilename(instruction, &length);
    place.file = find_or_add(&table->files, &table->num_files, file ? file : "", length);
    return place;
}

void vgpu_cc_traced_line(struct vgpu_traced_table *table, struct vgpu_traced_block *block,
                         struct vgpu_traced_place place)
{
    if (place.line == 0)
        return;
    place.column = 0;
    if (block->num_lines == 0)
        block->first_line = table->num_lines;
    for (uint32_t i = block->first_line; i < table->num_lines; i++)
        if (table->lines[i].file == place.file && table->lines[i].line == place.line)
            return;
    table->lines = grown(table->lines, table->num_lines, sizeof *table->lines);
    table->lines[table->num_lines++] = place;
    block->num_lines++;
}

uint32_t vgpu_cc_traced_name(struct vgpu_traced_table *table, const char *name)
{
    return name ? find_or_add(&table->names, &table->num_names, name, strlen(name))
                : UINT32_MAX;
}

uint32_t vgpu_cc_traced_site(struct vgpu_traced_table *table,
                             const struct vgpu_traced_site *site)
{
    table->sites = grown(table->sites, table->num_sites, sizeof *table->sites);
    table->sites[table->num_sites] = *site;
    return table->num_sites++;
}
