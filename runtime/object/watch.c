/* SPDX-License-Identifier: MIT */
/* What the runtime and observers of kernels have to do with each other. */
#include "object/watch.h"

#include "observe/check/check.h" /* of the room device/ */

#include <stdlib.h>
#include <string.h>

const char *vgpu_watch_option(void)
{
    if (!vgpu_traced_wanted())
        return NULL;
    return vgpu_check_is_on(VGPU_CHECK_OF_KERNELS) ? "-vgpu-checked" : "-vgpu-counted";
}

struct vgpu_traced_kernel *vgpu_watch_kernel(const struct vgpu_unit_kernel *kernel,
                                             const struct vgpu_device_spec *spec,
                                             uint32_t width)
{
    const struct vgpu_traced_table *const table = kernel->traced;
    struct vgpu_traced_source *const sources =
        calloc((size_t)table->num_files + 1, sizeof *sources);
    struct vgpu_traced_description description = {.name = kernel->declaration.name,
                                                  .table = table,
                                                  .spec = spec,
                                                  .width = width,
                                                  .private_bytes = kernel->private_bytes,
                                                  .local_bytes = kernel->local_bytes,
                                                  .sources = sources};
    struct vgpu_traced_kernel *known;

    if (!sources)
        return NULL;
    for (uint32_t i = 0; i < table->num_files; i++)
        if (*table->texts[i])
            sources[description.num_sources++] = (struct vgpu_traced_source){
                table->files[i], table->texts[i], strlen(table->texts[i])};
    known = vgpu_traced_kernel_get(&description);
    free(sources);
    return known;
}
