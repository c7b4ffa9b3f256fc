/* SPDX-License-Identifier: MIT */
/* The source texts in the tables of a unit's kernels. */
#include "unit_texts.h"

#include <stdlib.h>
#include <string.h>

/* The text that an earlier kernel's table has of that file; NULL: none does. */
static const char *earlier_text(const struct vgpu_unit *unit, size_t kernel,
                                const char *file)
{
    for (size_t k = 0; k < kernel; k++) {
        const struct vgpu_traced_table *const table = unit->kernels[k].traced;

        for (uint32_t i = 0; table && i < table->num_files; i++)
            if (strcmp(table->files[i], file) == 0)
                return table->texts[i];
    }
    return NULL;
}

void vgpu_unit_texts_share(struct vgpu_unit *unit)
{
    for (size_t k = 1; k < unit->num_kernels; k++) {
        const struct vgpu_traced_table *const table = unit->kernels[k].traced;

        for (uint32_t i = 0; table && i < table->num_files; i++) {
            const char *const text = earlier_text(unit, k, table->files[i]);

            if (text && strcmp(text, table->texts[i]) == 0)
                table->texts[i][0] = '\0';
        }
    }
}

bool vgpu_unit_texts_spread(struct vgpu_unit *unit)
{
    for (size_t k = 1; k < unit->num_kernels; k++) {
        const struct vgpu_traced_table *const table = unit->kernels[k].traced;

        for (uint32_t i = 0; table && i < table->num_files; i++) {
            const char *const text = earlier_text(unit, k, table->files[i]);
            char *copy;

            if (!text || table->texts[i][0] != '\0')
                continue;
            copy = strdup(text);
            if (!copy)
                return false;
            free(table->texts[i]);
            table->texts[i] = copy;
        }
    }
    return true;
}
