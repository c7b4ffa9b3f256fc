/* SPDX-License-Identifier: MIT */
/* What becomes of kernels in C where vgpu-cc compiles them: not a group function, but one
 * work-item's, of which vgpu-cc makes code that runs work-groups. The work-item functions
 * are the built-in functions of OpenCL C, by the names that compilers give these. */
#ifndef CL_VGPU_KERNEL_COMPILED_H
#define CL_VGPU_KERNEL_COMPILED_H

#include <CL/cl_vgpu_abi.h>
#include <CL/cl_vgpu_kernel_macros.h>

#define VGPU_BUILT_IN_(type, name, ...) \
    __attribute__((const, nothrow)) extern type vgpu_cc_##name(__VA_ARGS__)
VGPU_BUILT_IN_(unsigned, work_dim, void) __asm__("_Z12get_work_dimv");
VGPU_BUILT_IN_(size_t, global_id, unsigned) __asm__("_Z13get_global_idj");
VGPU_BUILT_IN_(size_t, local_id, unsigned) __asm__("_Z12get_local_idj");
VGPU_BUILT_IN_(size_t, group_id, unsigned) __asm__("_Z12get_group_idj");
VGPU_BUILT_IN_(size_t, global_offset, unsigned) __asm__("_Z17get_global_offsetj");
VGPU_BUILT_IN_(size_t, global_size, unsigned) __asm__("_Z15get_global_sizej");
VGPU_BUILT_IN_(size_t, local_size, unsigned) __asm__("_Z14get_local_sizej");
VGPU_BUILT_IN_(size_t, num_groups, unsigned) __asm__("_Z14get_num_groupsj");
VGPU_BUILT_IN_(size_t, enqueued_local_size, unsigned)
__asm__("_Z23get_enqueued_local_sizej");
extern void vgpu_cc_barrier(unsigned flags) __asm__("_Z7barrierj");

/* Where the value of the kernel's argument lies. */
__attribute__((const, nothrow)) extern const void *vgpu_cc_argument(unsigned index);

#define barrier(flags) ((void)VGPU_THIS_BARRIER_, vgpu_cc_barrier(flags))

#define VGPU_THREE_OF_(name)                                    \
    {                                                           \
        vgpu_cc_##name(0), vgpu_cc_##name(1), vgpu_cc_##name(2) \
    }

#define VGPU_FIRST_ID_(d) \
    (vgpu_cc_global_offset(d) + vgpu_cc_group_id(d) * vgpu_cc_enqueued_local_size(d))

/* vgpu_cc_group - as in the macros for C compilers, the group is a struct that dissolves.
 */
VGPU_INLINE_ struct vgpu_group vgpu_cc_group(void)
{
    const struct vgpu_group group = {
        vgpu_cc_work_dim(),
        VGPU_THREE_OF_(global_offset),
        VGPU_THREE_OF_(global_size),
        VGPU_THREE_OF_(local_size),
        VGPU_THREE_OF_(num_groups),
        VGPU_THREE_OF_(group_id),
        NULL,
        NULL,
        VGPU_THREE_OF_(enqueued_local_size),
        {VGPU_FIRST_ID_(0), VGPU_FIRST_ID_(1), VGPU_FIRST_ID_(2)}};

    return group;
}

#define VGPU_LOAD_PLAIN_(index, id, pair) \
    VGPU_TYPE_ pair vgpu_value_##id = *(VGPU_TYPE_ pair const *)vgpu_cc_argument(index);
#define VGPU_LOAD_BARRIER_ VGPU_LOAD_PLAIN_

#define VGPU_RUNNER_PLAIN_(name)   NULL, __FILE__, __LINE__, &vgpu_code_of_##name, NULL
#define VGPU_RUNNER_BARRIER_(name) VGPU_RUNNER_PLAIN_(name)

#define VGPU_CALLER_PLAIN_(name, loads, ...) \
    VGPU_CALLER_COMPILED_(name, loads, (&vgpu_group_now, &vgpu_item_now __VA_ARGS__))
#define VGPU_CALLER_BARRIER_(name, loads, ...) \
    VGPU_CALLER_COMPILED_(name, loads,         \
                          (&vgpu_group_now, &vgpu_item_now, &vgpu_item_now __VA_ARGS__))
#define VGPU_CALLER_COMPILED_(name, loads, arguments)                              \
    extern __attribute__((visibility("hidden")))                                   \
    const struct vgpu_built_code vgpu_code_of_##name;                              \
    void vgpu_cc_kernel_##name(void);                                              \
    void vgpu_cc_kernel_##name(void)                                               \
    {                                                                              \
        const struct vgpu_group vgpu_group_now = vgpu_cc_group();                  \
        const struct vgpu_item vgpu_item_now = {                                   \
            &vgpu_group_now, VGPU_THREE_OF_(global_id), VGPU_THREE_OF_(local_id)}; \
        loads;                                                                     \
        vgpu_kernel_body_##name arguments;                                         \
    }

#endif
