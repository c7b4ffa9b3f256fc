/* SPDX-License-Identifier: MIT */
/* OpenCL C's words for a C or C++ file: kernels, and how they make themselves known by
 * name. C11 or C++17 with gcc or clang. How to write kernels with it: docs/kernels.md. */
#ifndef CL_VGPU_KERNEL_H
#define CL_VGPU_KERNEL_H

#if !defined(__GNUC__) || !defined(__LP64__)
#error \
    "<CL/cl_vgpu_kernel.h> needs gcc or clang, and a 64-bit target where long has 64 bits as in OpenCL C"
#endif

#include <CL/cl_vgpu_abi.h>
#include <CL/cl_vgpu_kernel_macros.h>
#include <CL/cl_vgpu_kernel_types.h>
#include <CL/cl_vgpu_kernel_items.h>
#include <CL/cl_vgpu_kernel_atomics.h>
#include <CL/cl_vgpu_kernel_convert.h>
#include <CL/cl_vgpu_kernel_math.h>
#include <CL/cl_vgpu_kernel_vectors.h>

/* Storage that the work-items of a group share: `VGPU_LOCAL float tile[16][16];` inside a
 * barrier or group kernel. One group at a time runs on a compute unit's thread, so the
 * thread's storage serves. Contents are undefined when a group starts. */
#ifdef __cplusplus
#define VGPU_LOCAL static thread_local __attribute__((aligned(64)))
#elif defined(VGPU_CC)
#define VGPU_LOCAL \
    static _Thread_local __attribute__((aligned(64), section("vgpu.local")))
#else
#define VGPU_LOCAL static _Thread_local __attribute__((aligned(64)))
#endif

/* VGPU_KERNEL(name, (type, parameter)...) { body } - the body runs for each work-item;
 * items do not wait for each other. The C compiler vectorises across the items of a row
 * (dimension 0).
 *
 * What it leaves behind: the body as a function that is always inlined, the group
 * function which loops over it, and a description that is registered when the program or
 * library is loaded. */
#define VGPU_KERNEL(...) VGPU_KERNEL_OF_(PLAIN, #__VA_ARGS__ "\0", __VA_ARGS__)

/* VGPU_BARRIER_KERNEL - the same for a body that calls barrier(): each work-item runs on
 * a fiber. */
#define VGPU_BARRIER_KERNEL(...) VGPU_KERNEL_OF_(BARRIER, #__VA_ARGS__ "\0", __VA_ARGS__)

/* VGPU_GROUP_KERNEL - the body runs once per work-group, and visits the items with
 * VGPU_FOR_EACH_ITEM: what stands between two barriers in OpenCL C becomes one such loop.
 */
#define VGPU_GROUP_KERNEL(...) VGPU_KERNEL_OF_(GROUP, #__VA_ARGS__ "\0", __VA_ARGS__)

/* Functions that kernels call and that use work-item functions get their place in the
 * NDRange as their first parameter: `static inline float f(VGPU_ITEM_PARAM, float x)`,
 * called as `f(VGPU_ITEM, 1.0f)`. The barrier form is for barrier kernels, the group form
 * for group kernels. */
#define VGPU_ITEM_PARAM         VGPU_HIDDEN_GROUP_, VGPU_HIDDEN_ITEM_
#define VGPU_BARRIER_ITEM_PARAM VGPU_HIDDEN_GROUP_, VGPU_HIDDEN_ITEM_, VGPU_HIDDEN_TOKEN_
#define VGPU_GROUP_PARAM        VGPU_HIDDEN_GROUP_
#define VGPU_ITEM               VGPU_THIS_GROUP_, VGPU_THIS_ITEM_
#define VGPU_BARRIER_ITEM       VGPU_THIS_GROUP_, VGPU_THIS_ITEM_, VGPU_THIS_BARRIER_
#define VGPU_GROUP              VGPU_THIS_GROUP_

/* `text` is all arguments as written: the name, then the parameters that the description
 * wants. A kernel without parameters gets the empty string before the second terminator.
 */
#define VGPU_KERNEL_OF_(kind, text, ...) \
    VGPU_DEFINE_(kind, text, VGPU_COUNT_(__VA_ARGS__), __VA_ARGS__, )
#define VGPU_DEFINE_(kind, text, count, ...) \
    VGPU_DEFINE_2_(kind, text, count, __VA_ARGS__)
#define VGPU_DEFINE_2_(kind, text, count, name, ...)                                     \
    VGPU_INLINE_ void vgpu_kernel_body_##name(                                           \
        VGPU_HIDDEN_##kind##_ VGPU_EACH_##count##_(VGPU_PARAMETER_, count,               \
                                                   __VA_ARGS__));                        \
    VGPU_CALLER_##kind##_(name,                                                          \
                          VGPU_EACH_##count##_(VGPU_LOAD_##kind##_, count, __VA_ARGS__), \
                          VGPU_EACH_##count##_(VGPU_PASS_, count, __VA_ARGS__))          \
        VGPU_REGISTER_(kind, text, count, name,                                          \
                       VGPU_EACH_##count##_(VGPU_SIZE_, count, __VA_ARGS__))             \
            VGPU_INLINE_ void vgpu_kernel_body_##name(                                   \
                VGPU_HIDDEN_##kind##_ VGPU_EACH_##count##_(VGPU_PARAMETER_, count,       \
                                                           __VA_ARGS__))

/* The hidden parameters. Their names are what a compiler prints where they are missing.
 */
#define VGPU_THIS_GROUP_   this_works_only_in_kernels_and_helpers_with_VGPU_GROUP_PARAM
#define VGPU_THIS_ITEM_    this_needs_a_work_item_as_in_VGPU_KERNEL_or_VGPU_ITEM_PARAM
#define VGPU_THIS_BARRIER_ barrier_needs_VGPU_BARRIER_KERNEL
#define VGPU_HIDDEN_GROUP_ \
    __attribute__((unused)) const struct vgpu_group *const VGPU_THIS_GROUP_
#define VGPU_HIDDEN_ITEM_ \
    __attribute__((unused)) const struct vgpu_item *const VGPU_THIS_ITEM_
#define VGPU_HIDDEN_TOKEN_ \
    __attribute__((unused)) const struct vgpu_item *const VGPU_THIS_BARRIER_
#define VGPU_HIDDEN_PLAIN_   VGPU_ITEM_PARAM
#define VGPU_HIDDEN_BARRIER_ VGPU_BARRIER_ITEM_PARAM

/* What is made of one `(type, parameter)`, the index-th; `id` is a number of its own. The
 * long name is what a compiler prints where a parameter is written in another way. */
#define VGPU_PARAMETER_(index, id, pair) \
    , write_each_parameter_as_TYPE_comma_NAME_in_parentheses pair
#define write_each_parameter_as_TYPE_comma_NAME_in_parentheses(type, parameter) \
    type parameter
#define VGPU_PASS_(index, id, pair) , vgpu_value_##id
#define VGPU_SIZE_(index, id, pair) sizeof(VGPU_TYPE_ pair),
#define VGPU_TYPE_(type, parameter) type
#define VGPU_LOAD_GROUP_(index, id, pair) \
    VGPU_TYPE_ pair vgpu_value_##id = *(VGPU_TYPE_ pair *)vgpu_args[index];

/* What runs the body, by kind, and how the description names it. */
#define VGPU_RUNNER_GROUP_(name) vgpu_kernel_group_##name, __FILE__, __LINE__, NULL, NULL
#define VGPU_RUNNER_ITEM_(name) \
    vgpu_kernel_group_##name, __FILE__, __LINE__, NULL, vgpu_kernel_item_##name
#ifdef VGPU_CC
#include <CL/cl_vgpu_kernel_compiled.h>
#else
#define VGPU_LOAD_PLAIN_           VGPU_LOAD_GROUP_
#define VGPU_LOAD_BARRIER_         VGPU_LOAD_GROUP_
#define VGPU_RUNNER_PLAIN_(name)   VGPU_RUNNER_ITEM_(name)
#define VGPU_RUNNER_BARRIER_(name) VGPU_RUNNER_ITEM_(name)

/* The group function of each kind. The group is copied, so that the compiler need not
 * fear that the body's stores change it; what is not used of the copy vanishes. */
#define VGPU_CALLER_PLAIN_(name, loads, ...)                                          \
    VGPU_CALLER_ITEM_(name, loads, (vgpu_item_now->group, vgpu_item_now __VA_ARGS__)) \
    static void vgpu_kernel_group_##name(                                             \
        const struct vgpu_group *vgpu_given,                                          \
        __attribute__((unused)) void *const vgpu_args[])                              \
    {                                                                                 \
        const struct vgpu_group vgpu_group_now = *vgpu_given;                         \
        loads;                                                                        \
        if (__builtin_expect(vgpu_group_is_small(&vgpu_group_now), 1)) {              \
            VGPU_ITEM_LOOPS_(int, name, __VA_ARGS__)                                  \
        } else {                                                                      \
            VGPU_ITEM_LOOPS_(size_t, name, __VA_ARGS__)                               \
        }                                                                             \
    }

/* One work-item alone. */
#define VGPU_CALLER_ITEM_(name, loads, arguments)                                        \
    static void vgpu_kernel_item_##name(const struct vgpu_item *vgpu_item_now,           \
                                        __attribute__((unused)) void *const vgpu_args[]) \
    {                                                                                    \
        loads;                                                                           \
        vgpu_kernel_body_##name arguments;                                               \
    }

/* With `int` as the index, the compiler knows that `int i = get_global_id(0)` does not
 * wrap. */
#define VGPU_ITEM_LOOPS_(index, name, ...)                                             \
    const index vgpu_first_x = (index)vgpu_group_now.first_global_id[0];               \
    const index vgpu_first_y = (index)vgpu_group_now.first_global_id[1];               \
    const index vgpu_first_z = (index)vgpu_group_now.first_global_id[2];               \
    const index vgpu_end_x = vgpu_first_x + (index)vgpu_group_now.local_size[0];       \
    const index vgpu_end_y = vgpu_first_y + (index)vgpu_group_now.local_size[1];       \
    const index vgpu_end_z = vgpu_first_z + (index)vgpu_group_now.local_size[2];       \
    for (index vgpu_z = vgpu_first_z; vgpu_z < vgpu_end_z; vgpu_z++)                   \
        for (index vgpu_y = vgpu_first_y; vgpu_y < vgpu_end_y; vgpu_y++)               \
            for (index vgpu_x = vgpu_first_x; vgpu_x < vgpu_end_x; vgpu_x++) {         \
                const struct vgpu_item vgpu_item_now = {                               \
                    &vgpu_group_now,                                                   \
                    {(size_t)vgpu_x, (size_t)vgpu_y, (size_t)vgpu_z},                  \
                    {(size_t)(vgpu_x - vgpu_first_x), (size_t)(vgpu_y - vgpu_first_y), \
                     (size_t)(vgpu_z - vgpu_first_z)}};                                \
                vgpu_kernel_body_##name(&vgpu_group_now, &vgpu_item_now __VA_ARGS__);  \
            }

#define VGPU_CALLER_BARRIER_(name, loads, ...)                                          \
    VGPU_CALLER_ITEM_(name, loads,                                                      \
                      (vgpu_item_now->group, vgpu_item_now, vgpu_item_now __VA_ARGS__)) \
    static void vgpu_kernel_group_##name(const struct vgpu_group *vgpu_given,           \
                                         void *const vgpu_args[])                       \
    {                                                                                   \
        vgpu_items_run(vgpu_given, vgpu_args, vgpu_kernel_item_##name);                 \
    }
#endif

#define VGPU_CALLER_GROUP_(name, loads, ...)                  \
    static void vgpu_kernel_group_##name(                     \
        const struct vgpu_group *vgpu_given,                  \
        __attribute__((unused)) void *const vgpu_args[])      \
    {                                                         \
        const struct vgpu_group vgpu_group_now = *vgpu_given; \
        loads;                                                \
        vgpu_kernel_body_##name(&vgpu_group_now __VA_ARGS__); \
    }

#define VGPU_REGISTER_(kind_, text, count, name_, ...)                              \
    static const size_t vgpu_kernel_sizes_##name_[] = {__VA_ARGS__ 0};              \
    static const struct vgpu_kernel_description vgpu_kernel_description_##name_ = { \
        sizeof(struct vgpu_kernel_description),                                     \
        VGPU_KIND_OF_KERNEL_##kind_,                                                \
        #name_,                                                                     \
        &(text)[sizeof #name_],                                                     \
        NULL,                                                                       \
        count,                                                                      \
        vgpu_kernel_sizes_##name_,                                                  \
        VGPU_RUNNER_##kind_##_(name_)};                                             \
    __attribute__((constructor)) static void vgpu_kernel_enter_##name_(void)        \
    {                                                                               \
        (void)vgpu_kernel_register(&vgpu_kernel_description_##name_);               \
    }                                                                               \
    __attribute__((destructor)) static void vgpu_kernel_leave_##name_(void)         \
    {                                                                               \
        vgpu_kernel_unregister(&vgpu_kernel_description_##name_);                   \
    }

#endif
