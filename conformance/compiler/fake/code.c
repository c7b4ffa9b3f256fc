/* SPDX-License-Identifier: MIT */
/* Kernel code as vgpu-cc makes it, and some that is wrong. */
#include "code_abi.h"
#include "directive.h"

__attribute__((visibility("default"))) char fake_serial[] = FAKE_SERIAL;

#ifndef FAKE_VERSION
#define FAKE_VERSION VGPU_CODE_VERSION
#endif
#ifndef FAKE_MODE
#define FAKE_MODE VGPU_CODE_PLAIN
#endif
#ifndef FAKE_LOCAL_SIZE
#define FAKE_LOCAL_SIZE \
    {                   \
        0, 0, 0         \
    }
#endif
#ifndef FAKE_GROUPS
#define FAKE_GROUPS groups
#endif

__attribute__((visibility("default"))) const struct vgpu_code_links *vgpu_code_links;

/* Tells which links it has. */
static void groups(const struct vgpu_group *first, size_t count, void *const args[])
{
    (void)first;
    (void)count;
    *(void **)args[0] = vgpu_code_links->variables;
}

__attribute__((used)) static vgpu_groups_fn *const its_function = groups;

#ifndef FAKE_NO_TABLE
__attribute__((visibility("default")))
const struct vgpu_code_table vgpu_code_table = {.version = FAKE_VERSION,
                                                .mode = FAKE_MODE,
                                                .width = 16,
                                                .local_size = FAKE_LOCAL_SIZE,
                                                .groups = FAKE_GROUPS,
                                                .scratch_bytes = 128,
                                                .scratch_bytes_per_row = 256};
#endif
