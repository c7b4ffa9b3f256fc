/* SPDX-License-Identifier: MIT */
/* Tables of traced kernels. */
#include "traced_table.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/wire.h"

static void write_array(struct vgpu_writer *writer, const void *elements, uint32_t count,
                        size_t size)
{
    vgpu_write_block(writer, elements, count * size);
}

void vgpu_traced_table_write(struct vgpu_writer *writer,
                             const struct vgpu_traced_table *table)
{
    vgpu_write_u32(writer, table != NULL);
    if (!table)
        return;
    write_array(writer, table->blocks, table->num_blocks, sizeof *table->blocks);
    write_array(writer, table->sites, table->num_sites, sizeof *table->sites);
    write_array(writer, table->lines, table->num_lines, sizeof *table->lines);
    vgpu_write_strings(writer, (const char *const *)table->files, table->num_files);
    vgpu_write_strings(writer, (const char *const *)table->texts, table->num_files);
    vgpu_write_strings(writer, (const char *const *)table->names, table->num_names);
}

static void *read_array(struct vgpu_reader *reader, size_t size, uint32_t *count_out)
{
    size_t bytes = 0;
    void *const elements = vgpu_read_block_copy(reader, &bytes);

    if (bytes % size != 0 || bytes / size >= UINT32_MAX)
        vgpu_reader_fail(reader, -EINVAL);
    *count_out = (uint32_t)(bytes / size);
    return elements;
}

static char **read_names(struct vgpu_reader *reader, uint32_t *count_out)
{
    size_t count = 0;
    char **const names = vgpu_read_strings(reader, &count);

    if (count >= UINT32_MAX)
        vgpu_reader_fail(reader, -EINVAL);
    *count_out = (uint32_t)count;
    return names;
}

static bool knows_place(const struct vgpu_traced_table *table,
                        struct vgpu_traced_place place)
{
    return place.line == 0 || place.file < table->num_files;
}

static bool is_block_sound(const struct vgpu_traced_table *table,
                           const struct vgpu_traced_block *block)
{
    return knows_place(table, block->branch) &&
           (block->post_dominator == VGPU_TRACED_END ||
            block->post_dominator < table->num_blocks) &&
           block->first_line <= table->num_lines &&
           block->num_lines <= table->num_lines - block->first_line;
}

static bool is_site_sound(const struct vgpu_traced_table *table,
                          const struct vgpu_traced_site *site)
{
    return knows_place(table, site->place) && site->block < table->num_blocks &&
           site->kind <= VGPU_TRACED_FENCE && site->space <= VGPU_TRACED_PRIVATE &&
           (site->object == UINT32_MAX || site->object < table->num_names);
}

static bool is_sound(const struct vgpu_traced_table *table)
{
    for (uint32_t i = 0; i < table->num_blocks; i++)
        if (!is_block_sound(table, &table->blocks[i]))
            return false;
    for (uint32_t i = 0; i < table->num_sites; i++)
        if (!is_site_sound(table, &table->sites[i]))
            return false;
    for (uint32_t i = 0; i < table->num_lines; i++)
        if (!knows_place(table, table->lines[i]))
            return false;
    return table->num_blocks > 0;
}

struct vgpu_traced_table *vgpu_traced_table_read(struct vgpu_reader *reader)
{
    struct vgpu_traced_table *table;
    uint32_t num_texts;

    if (vgpu_read_u32_to(reader, 1) == 0)
        return NULL;
    table = calloc(1, sizeof *table);
    if (!table) {
        vgpu_reader_fail(reader, -ENOMEM);
        return NULL;
    }
    table->blocks = read_array(reader, sizeof *table->blocks, &table->num_blocks);
    table->sites = read_array(reader, sizeof *table->sites, &table->num_sites);
    table->lines = read_array(reader, sizeof *table->lines, &table->num_lines);
    table->files = read_names(reader, &table->num_files);
    table->texts = read_names(reader, &num_texts);
    table->names = read_names(reader, &table->num_names);
    if (num_texts != table->num_files) {
        vgpu_strings_free(table->texts, num_texts);
        table->texts = NULL;
        vgpu_reader_fail(reader, -EINVAL);
    }
    if (reader->error == 0 && !is_sound(table))
        vgpu_reader_fail(reader, -EINVAL);
    if (reader->error == 0)
        return table;
    vgpu_traced_table_free(table);
    return NULL;
}

struct vgpu_traced_table *vgpu_traced_table_copy(const struct vgpu_traced_table *table)
{
    struct vgpu_writer writer = {0};
    struct vgpu_reader reader;
    struct vgpu_traced_table *copy;
    void *bytes;
    size_t size;

    vgpu_traced_table_write(&writer, table);
    if (vgpu_writer_take(&writer, &bytes, &size) != 0)
        return NULL;
    vgpu_reader_init(&reader, bytes, size);
    copy = vgpu_traced_table_read(&reader);
    free(bytes);
    return copy;
}

void vgpu_traced_table_free(struct vgpu_traced_table *table)
{
    if (!table)
        return;
    free(table->blocks);
    free(table->sites);
    free(table->lines);
    vgpu_strings_free(table->files, table->num_files);
    vgpu_strings_free(table->texts, table->num_files);
    vgpu_strings_free(table->names, table->num_names);
    free(table);
}
