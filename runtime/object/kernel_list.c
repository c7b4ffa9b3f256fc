/* SPDX-License-Identifier: MIT */
/* Lists of kernels. */
#include "object/kernel_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct vgpu_program_kernel *vgpu_kernel_list_find(const struct vgpu_kernel_list *list,
                                                  const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].declaration.name, name) == 0)
            return &list->items[i];
    return NULL;
}

int vgpu_kernel_list_append(struct vgpu_kernel_list *list,
                            const struct vgpu_program_kernel *kernel)
{
    struct vgpu_program_kernel copy = *kernel;
    struct vgpu_program_kernel *items;

    if (vgpu_declaration_copy(&kernel->declaration, &copy.declaration) != 0)
        return -ENOMEM;
    items = realloc(list->items, (list->count + 1) * sizeof *items);
    if (!items) {
        vgpu_declaration_fini(&copy.declaration);
        return -ENOMEM;
    }
    list->items = items;
    list->items[list->count++] = copy;
    return 0;
}

int vgpu_kernel_list_copy(struct vgpu_kernel_list *list,
                          const struct vgpu_kernel_list *from)
{
    vgpu_kernel_list_fini(list);
    for (size_t i = 0; i < from->count; i++)
        if (vgpu_kernel_list_append(list, &from->items[i]) != 0) {
            vgpu_kernel_list_fini(list);
            return -ENOMEM;
        }
    return 0;
}

void vgpu_kernel_list_fini(struct vgpu_kernel_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        vgpu_declaration_fini(&list->items[i].declaration);
    free(list->items);
    *list = (struct vgpu_kernel_list){0};
}
