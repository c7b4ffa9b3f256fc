/* SPDX-License-Identifier: MIT */
/* Work-item functions, barriers and fences of OpenCL C. [OpenCL C 3.0, 6.15.1, 6.15.8] */
#ifndef CL_VGPU_KERNEL_ITEMS_H
#define CL_VGPU_KERNEL_ITEMS_H

#include <CL/cl_vgpu_abi.h>
#include <CL/cl_vgpu_kernel_macros.h>
#include <limits.h>

/* A dimension chosen at run time reads no array by index: that would keep the compiler
 * from dissolving the struct, and with it from vectorising. */
VGPU_INLINE_ size_t vgpu_pick(unsigned dimension, size_t x, size_t y, size_t z,
                              size_t beyond)
{
    return dimension == 0 ? x : dimension == 1 ? y : dimension == 2 ? z : beyond;
}

#define VGPU_PICK_FROM_(array, dimension, beyond) \
    vgpu_pick((unsigned)(dimension), (array)[0], (array)[1], (array)[2], (beyond))

#define get_work_dim()       (VGPU_THIS_GROUP_->work_dim)
#define get_global_size(d)   VGPU_PICK_FROM_(VGPU_THIS_GROUP_->global_size, d, 1)
#define get_global_offset(d) VGPU_PICK_FROM_(VGPU_THIS_GROUP_->global_offset, d, 0)
#define get_local_size(d)    VGPU_PICK_FROM_(VGPU_THIS_GROUP_->local_size, d, 1)
#define get_num_groups(d)    VGPU_PICK_FROM_(VGPU_THIS_GROUP_->num_groups, d, 1)
#define get_group_id(d)      VGPU_PICK_FROM_(VGPU_THIS_GROUP_->group_id, d, 0)
#define get_enqueued_local_size(d) \
    VGPU_PICK_FROM_(VGPU_THIS_GROUP_->enqueued_local_size, d, 1)
#define get_global_id(d) VGPU_PICK_FROM_(VGPU_THIS_ITEM_->global_id, d, 0)
#define get_local_id(d)  VGPU_PICK_FROM_(VGPU_THIS_ITEM_->local_id, d, 0)
#define get_global_linear_id() \
    vgpu_linear_global_id(VGPU_THIS_GROUP_, VGPU_THIS_ITEM_->global_id)
#define get_local_linear_id() \
    vgpu_linear_local_id(VGPU_THIS_GROUP_, VGPU_THIS_ITEM_->local_id)

VGPU_INLINE_ size_t vgpu_linear_global_id(const struct vgpu_group *group,
                                          const size_t id[3])
{
    return ((id[2] - group->global_offset[2]) * group->global_size[1] + id[1] -
            group->global_offset[1]) *
               group->global_size[0] +
           id[0] - group->global_offset[0];
}

VGPU_INLINE_ size_t vgpu_linear_local_id(const struct vgpu_group *group,
                                         const size_t id[3])
{
    return (id[2] * group->local_size[1] + id[1]) * group->local_size[0] + id[0];
}

/* vgpu_group_is_small - every global id of the group is an int. */
VGPU_INLINE_ int vgpu_group_is_small(const struct vgpu_group *group)
{
    return (((group->first_global_id[0] + group->local_size[0]) |
             (group->first_global_id[1] + group->local_size[1]) |
             (group->first_global_id[2] + group->local_size[2])) >>
            31) == 0;
}

/* VGPU_FOR_EACH_ITEM(i) statement - in a group kernel: visits the items one after the
 * other, in the order of `i`, their linear local id (a size_t). Inside, vgpu_global_id(i,
 * dimension) and the others tell the item's place. It is a nest of loops: `continue` goes
 * to the next item, `break` only ends a row. */
#define VGPU_FOR_EACH_ITEM(i)                                                          \
    for (size_t vgpu_z_##i = 0; vgpu_z_##i < VGPU_THIS_GROUP_->local_size[2];          \
         vgpu_z_##i++)                                                                 \
        for (size_t vgpu_y_##i = 0; vgpu_y_##i < VGPU_THIS_GROUP_->local_size[1];      \
             vgpu_y_##i++)                                                             \
            for (size_t                                                                \
                     vgpu_x_##i = 0,                                                   \
                     i = (vgpu_z_##i * VGPU_THIS_GROUP_->local_size[1] + vgpu_y_##i) * \
                         VGPU_THIS_GROUP_->local_size[0];                              \
                 vgpu_x_##i < VGPU_THIS_GROUP_->local_size[0]; vgpu_x_##i++, i++)

#define vgpu_local_id(i, d) \
    vgpu_pick((unsigned)(d), vgpu_x_##i, vgpu_y_##i, vgpu_z_##i, 0)
#define vgpu_global_id(i, d)                                                    \
    vgpu_pick((unsigned)(d), VGPU_THIS_GROUP_->first_global_id[0] + vgpu_x_##i, \
              VGPU_THIS_GROUP_->first_global_id[1] + vgpu_y_##i,                \
              VGPU_THIS_GROUP_->first_global_id[2] + vgpu_z_##i, 0)
#define vgpu_global_linear_id(i) \
    vgpu_linear_id_of(VGPU_THIS_GROUP_, vgpu_x_##i, vgpu_y_##i, vgpu_z_##i)

VGPU_INLINE_ size_t vgpu_linear_id_of(const struct vgpu_group *group, size_t x, size_t y,
                                      size_t z)
{
    const size_t id[3] = {group->first_global_id[0] + x, group->first_global_id[1] + y,
                          group->first_global_id[2] + z};
    return vgpu_linear_global_id(group, id);
}

/* barrier(flags), work_group_barrier(flags[, scope]): in barrier kernels only. Memory is
 * the same for all items of a group, so every flag orders all of it. */
#define CLK_LOCAL_MEM_FENCE             1u
#define CLK_GLOBAL_MEM_FENCE            2u
#define CLK_IMAGE_MEM_FENCE             4u
#define work_group_barrier(...)         VGPU_GROUP_BARRIER_(__VA_ARGS__, 0)
#define VGPU_GROUP_BARRIER_(flags, ...) barrier(flags)
#ifndef VGPU_CC
#define barrier(flags) vgpu_item_barrier(VGPU_THIS_BARRIER_, (flags), __LINE__)
#endif

#define memory_scope_work_item       0
#define memory_scope_sub_group       1
#define memory_scope_work_group      2
#define memory_scope_device          3
#define memory_scope_all_svm_devices 4
#define memory_scope_all_devices     4

/* gcc's thread sanitizer does not see fences, and says so. */
#ifdef __SANITIZE_THREAD__
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wtsan"
#endif
VGPU_INLINE_ void vgpu_fence(unsigned flags)
{
    (void)flags;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
#ifdef __SANITIZE_THREAD__
#pragma GCC diagnostic pop
#endif
#define mem_fence(flags)       vgpu_fence(flags)
#define read_mem_fence(flags)  vgpu_fence(flags)
#define write_mem_fence(flags) vgpu_fence(flags)

#endif
