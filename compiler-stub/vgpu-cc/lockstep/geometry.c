/* SPDX-License-Identifier: MIT */
/* How work-items are laid out in rows. */
#include "lockstep/geometry.h"

#include <string.h>

static const struct {
    const char *name; /* after "vgpu.", and before ".D" where it has a dimension */
    enum vgpu_cc_pseudo pseudo;
} names[] = {
    {"local_id", VGPU_CC_LOCAL_ID},
    {"global_id", VGPU_CC_GLOBAL_ID},
    {"group_id", VGPU_CC_GROUP_ID},
    {"local_size", VGPU_CC_LOCAL_SIZE},
    {"enqueued_local_size", VGPU_CC_ENQUEUED_LOCAL_SIZE},
    {"global_size", VGPU_CC_GLOBAL_SIZE},
    {"num_groups", VGPU_CC_NUM_GROUPS},
    {"global_offset", VGPU_CC_GLOBAL_OFFSET},
    {"work_dim", VGPU_CC_WORK_DIM},
    {"sub_group_id", VGPU_CC_SUB_GROUP_ID},
    {"sub_group_local_id", VGPU_CC_SUB_GROUP_LOCAL_ID},
    {"local_memory", VGPU_CC_LOCAL_MEMORY},
    {"variables", VGPU_CC_VARIABLES},
    {"barrier", VGPU_CC_BARRIER},
    {"sub_group", VGPU_CC_SUB_GROUP},
    {"sub_group_barrier", VGPU_CC_SUB_GROUP_BARRIER},
    {"printf", VGPU_CC_PRINTF},
};

enum vgpu_cc_pseudo vgpu_cc_pseudo_of(LLVMValueRef instruction, unsigned *dimension_out)
{
    static const char prefix[] = "vgpu.";
    LLVMValueRef callee;
    const char *name;
    size_t length;

    if (!LLVMIsACallInst(instruction))
        return VGPU_CC_NOT_PSEUDO;
    callee = LLVMGetCalledValue(instruction);
    if (!LLVMIsAFunction(callee))
        return VGPU_CC_NOT_PSEUDO;
    name = LLVMGetValueName2(callee, &length);
    if (strncmp(name, prefix, sizeof prefix - 1) != 0)
        return VGPU_CC_NOT_PSEUDO;
    name += sizeof prefix - 1;
    length = strcspn(name, ".");
    if (name[length] == '.' && dimension_out)
        *dimension_out = (unsigned)(name[length + 1] - '0');
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i].name) == length && memcmp(name, names[i].name, length) == 0)
            return names[i].pseudo;
    return VGPU_CC_NOT_PSEUDO;
}

static unsigned line_of(const struct vgpu_cc_geometry *geometry)
{
    const size_t *const size = geometry->local_size;

    if (geometry->layout != VGPU_CC_FLAT || size[1] * size[2] == 1)
        return geometry->width;
    if (size[0] == 0 || geometry->width % size[0] != 0 ||
        (size[2] != 1 && size[0] * size[1] % geometry->width != 0))
        return 0;
    return (unsigned)size[0];
}

struct vgpu_cc_geometry vgpu_cc_geometry_choose(const struct vgpu_cc_plan *plan,
                                                enum vgpu_cc_bounds bounds)
{
    const size_t *const size = plan->local_size;
    struct vgpu_cc_geometry geometry = {.width = plan->width};
    const bool divides = size[0] != 0 && size[0] % plan->width == 0;
    const bool is_open = size[0] == 0 && bounds != VGPU_CC_SUB_GROUPS;

    memcpy(geometry.local_size, size, sizeof geometry.local_size);
    geometry.may_be_short = plan->width > 1 && !divides;
    if (bounds == VGPU_CC_NO_BOUNDS)
        geometry.layout = VGPU_CC_RUN;
    else if (is_open || divides || plan->width == 1)
        geometry.layout = VGPU_CC_ROWS;
    else
        geometry.layout = VGPU_CC_FLAT;
    if (geometry.layout == VGPU_CC_FLAT && size[0] != 0)
        geometry.may_be_short = size[0] * size[1] * size[2] % plan->width != 0;
    geometry.line = line_of(&geometry);
    return geometry;
}

/* Of an id that a row of consecutive local linear ids passes through. */
static enum vgpu_cc_along along_flat(const struct vgpu_cc_geometry *geometry,
                                     unsigned dimension)
{
    const size_t *const size = geometry->local_size;

    if (size[0] == 0)
        return VGPU_CC_ALONG_VARIES;
    if (dimension == 0)
        return size[1] * size[2] == 1 ? VGPU_CC_ALONG_COUNTS : VGPU_CC_ALONG_VARIES;
    if (dimension == 1 && size[1] == 1)
        return VGPU_CC_ALONG_SAME;
    if (dimension == 2 && (size[2] == 1 || size[0] * size[1] % geometry->width == 0))
        return VGPU_CC_ALONG_SAME;
    return VGPU_CC_ALONG_VARIES;
}

static enum vgpu_cc_along along_run(const struct vgpu_cc_geometry *geometry,
                                    enum vgpu_cc_pseudo pseudo)
{
    const bool divides =
        geometry->local_size[0] != 0 && geometry->local_size[0] % geometry->width == 0;

    if (pseudo == VGPU_CC_GLOBAL_ID)
        return VGPU_CC_ALONG_COUNTS;
    if (!divides)
        return VGPU_CC_ALONG_VARIES;
    return pseudo == VGPU_CC_LOCAL_ID ? VGPU_CC_ALONG_COUNTS : VGPU_CC_ALONG_SAME;
}

enum vgpu_cc_along vgpu_cc_geometry_along(const struct vgpu_cc_geometry *geometry,
                                          enum vgpu_cc_pseudo pseudo, unsigned dimension)
{
    const bool is_id = pseudo == VGPU_CC_LOCAL_ID || pseudo == VGPU_CC_GLOBAL_ID;

    if (geometry->width == 1)
        return VGPU_CC_ALONG_SAME;
    if (pseudo == VGPU_CC_SUB_GROUP_LOCAL_ID)
        return VGPU_CC_ALONG_COUNTS;
    if (geometry->layout == VGPU_CC_FLAT && is_id)
        return along_flat(geometry, dimension);
    if (geometry->layout == VGPU_CC_RUN && dimension == 0 &&
        (is_id || pseudo == VGPU_CC_GROUP_ID))
        return along_run(geometry, pseudo);
    return is_id && dimension == 0 ? VGPU_CC_ALONG_COUNTS : VGPU_CC_ALONG_SAME;
}
