/* SPDX-License-Identifier: MIT */
/* Tables of traced kernels, as they are made. */
#include "traced/table.h"

#include <llvm-c/DebugInfo.h>
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

/* What is in the file, as the debug information has it; the line that vgpu-cc puts before
 * a source to name it is none of it. */
static char *text_of(LLVMMetadataRef file)
{
    static const char line[] = "#line 1 ";
    unsigned length = 0;
    const char *text = file ? LLVMDIFileGetSource(file, &length) : NULL, *end;
    char *copy;

    if (text && length > sizeof line && memcmp(text, line, sizeof line - 1) == 0) {
        end = memchr(text, '\n', length);
        length -= end ? (unsigned)(end + 1 - text) : 0;
        text = end ? end + 1 : text;
    }
    copy = strndup(text ? text : "", length);
    if (!copy)
        abort();
    return copy;
}

static uint32_t find_file(struct vgpu_traced_table *table, LLVMMetadataRef file)
{
    const uint32_t count = table->num_files;
    unsigned length = 0;
    const char *name = file ? LLVMDIFileGetFilename(file, &length) : "";
    const uint32_t found = find_or_add(&table->files, &table->num_files, name, length);

    if (found < count)
        return found;
    table->texts = grown(table->texts, count, sizeof *table->texts);
    table->texts[count] = text_of(file);
    return found;
}

struct vgpu_traced_place vgpu_cc_traced_place(struct vgpu_traced_table *table,
                                              LLVMValueRef instruction)
{
    LLVMMetadataRef location = LLVMInstructionGetDebugLoc(instruction);
    struct vgpu_traced_place place = {.line = 0};

    if (!location || LLVMDILocationGetLine(location) == 0)
        return place;
    place.line = LLVMDILocationGetLine(location);
    place.column = LLVMDILocationGetColumn(location);
    place.file = find_file(table, LLVMDIScopeGetFile(LLVMDILocationGetScope(location)));
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
