/* SPDX-License-Identifier: MIT */
/* What vgpu adds for host programs. Link libvgpu, or ask
 * clGetExtensionFunctionAddressForPlatform for the *_fn types below.
 *
 * cl_vgpu_registered_kernels makes C functions known as kernels at run time. Kernels in C
 * files register themselves: <CL/cl_vgpu_kernel.h>. This is for functions that a program
 * makes or finds while it runs: a compiler's output, another language's callbacks.
 *
 * cl_vgpu_object_labels gives buffers names that vgpu uses wherever it speaks of them.
 *
 * cl_vgpu_device_counters says what a device has done: <CL/cl_vgpu_counters.h>. */
#ifndef CL_VGPU_H
#define CL_VGPU_H

#include <CL/cl.h>
#include <CL/cl_vgpu_abi.h>
#include <CL/cl_vgpu_counters.h>

#ifdef __cplusplus
extern "C" {
#endif

#define cl_vgpu_registered_kernels                1
#define CL_VGPU_REGISTERED_KERNELS_EXTENSION_NAME "cl_vgpu_registered_kernels"
#define cl_vgpu_object_labels                     1
#define CL_VGPU_OBJECT_LABELS_EXTENSION_NAME      "cl_vgpu_object_labels"

/* Bytes of a label that are kept, with the closing 0. */
#define CL_MEM_OBJECT_LABEL_SIZE_VGPU 128

/* clGetDeviceInfo: cl_uint[], one for each compute unit: the operating system's number of
 * the core that its thread is pinned to, or CL_UINT_MAX where the system refused to pin
 * it. */
#define CL_DEVICE_COMPUTE_UNIT_CPUS_VGPU 0x4F56

/* clGetDeviceInfo: char[], what the device claims to be: lines of `key = value`, as in a
 * profile file, the first of them a comment, `# ` and the profile's name. */
#define CL_DEVICE_DESCRIPTION_VGPU 0x4F57

/* clGetDeviceInfo: cl_uint[], the operating system's numbers of the NUMA nodes that the
 * compute units are on, ascending; a memory of the device's own is preferably there.
 * Empty where the machine has only one. */
#define CL_DEVICE_NUMA_NODES_VGPU 0x4F58

#define cl_vgpu_device_counters                1
#define CL_VGPU_DEVICE_COUNTERS_EXTENSION_NAME "cl_vgpu_device_counters"

typedef cl_uint cl_device_counters_info_vgpu;

/* clGetDeviceCountersVGPU: cl_device_counters_vgpu; cl_compute_unit_counters_vgpu[], one
 * for each compute unit; cl_kernel_counters_vgpu[], one for each name of kernels that
 * were launched on the device (of more than 125 names in a process, those that come later
 * together: "(other kernels)"). */
#define CL_COUNTERS_DEVICE_VGPU        0x4F60
#define CL_COUNTERS_COMPUTE_UNITS_VGPU 0x4F61
#define CL_COUNTERS_KERNELS_VGPU       0x4F62

#ifdef __GNUC__ /* libvgpu.so.1 exports these, however it is compiled */
#pragma GCC visibility push(default)
#endif

/* clRegisterKernelVGPU - makes `function` the kernel that `declaration` declares, as in
 * "__kernel void scale(__global float *data, float factor)". Programs created from now on
 * find it by name, in every platform and context. The strings and sizes are copied.
 *
 * `kind` is an enum vgpu_kernel_kind and says how the function treats its group:
 * VGPU_KIND_OF_KERNEL_PLAIN loops over items that are independent,
 * VGPU_KIND_OF_KERNEL_BARRIER runs them by vgpu_items_run (see CL_VGPU_ITEM_FUNCTION),
 * VGPU_KIND_OF_KERNEL_GROUP does as it likes. `arg_sizes` is the size in bytes of each
 * parameter's value, or NULL where no parameter is a struct.
 *
 * CL_INVALID_VALUE: declaration or function is NULL, or kind is no kind.
 * CL_INVALID_KERNEL_DEFINITION: the declaration cannot be read, declares no kernel or
 * several, or does not fit arg_sizes; a message on stderr says where.
 * CL_INVALID_KERNEL_NAME: there is a kernel of that name; it stays.
 * CL_OUT_OF_HOST_MEMORY. Any thread. */
extern CL_API_ENTRY cl_int CL_API_CALL clRegisterKernelVGPU(const char *declaration,
                                                            cl_uint kind,
                                                            vgpu_group_fn *function,
                                                            const size_t *arg_sizes);

/* clUnregisterKernelVGPU - no program created from now on finds the kernel. The function
 * must stay callable while programs that found it exist.
 *
 * CL_INVALID_VALUE: name is NULL.
 * CL_INVALID_KERNEL_NAME: clRegisterKernelVGPU made no kernel of that name. Any thread.
 */
extern CL_API_ENTRY cl_int CL_API_CALL clUnregisterKernelVGPU(const char *name);

/* clSetMemObjectLabelVGPU - names a buffer or sub-buffer for logs, traces, findings and
 * reports, which then say: buffer 3 "weights". The label, UTF-8, is copied: at most
 * CL_MEM_OBJECT_LABEL_SIZE_VGPU - 1 bytes of it, cut between two characters; control
 * characters become spaces, what is no UTF-8 '?'. NULL or "" takes the label away.
 *
 * CL_INVALID_MEM_OBJECT: mem is no memory object. CL_OUT_OF_HOST_MEMORY. Any thread. */
extern CL_API_ENTRY cl_int CL_API_CALL clSetMemObjectLabelVGPU(cl_mem mem,
                                                               const char *label);

/* clGetDeviceCountersVGPU - what the device has done since this process first asked for
 * platforms; the counters' meaning stands in <CL/cl_vgpu_counters.h>. Answers as the
 * clGet*Info do, with the structs of CL_COUNTERS_*. Costs the device nothing, and never
 * waits. Counters only grow, but for memory_used and memory_blocks. All that commands
 * count is there once they are seen to have ended (clFinish, clWaitForEvents, a
 * callback). Each number is right by itself; those of commands under way may be of
 * different moments.
 *
 * CL_INVALID_DEVICE. CL_INVALID_VALUE: param_name is none of these, or param_value_size
 * is less than the answer's; kernels may have joined since the size was asked for. Any
 * thread. */
extern CL_API_ENTRY cl_int CL_API_CALL clGetDeviceCountersVGPU(
    cl_device_id device, cl_device_counters_info_vgpu param_name, size_t param_value_size,
    void *param_value, size_t *param_value_size_ret);

#ifdef __GNUC__
#pragma GCC visibility pop
#endif

typedef cl_int CL_API_CALL clRegisterKernelVGPU_t(const char *declaration, cl_uint kind,
                                                  vgpu_group_fn *function,
                                                  const size_t *arg_sizes);
typedef clRegisterKernelVGPU_t *clRegisterKernelVGPU_fn;
typedef cl_int CL_API_CALL clUnregisterKernelVGPU_t(const char *name);
typedef clUnregisterKernelVGPU_t *clUnregisterKernelVGPU_fn;
typedef cl_int CL_API_CALL clSetMemObjectLabelVGPU_t(cl_mem mem, const char *label);
typedef clSetMemObjectLabelVGPU_t *clSetMemObjectLabelVGPU_fn;
typedef cl_int CL_API_CALL clGetDeviceCountersVGPU_t(
    cl_device_id device, cl_device_counters_info_vgpu param_name, size_t param_value_size,
    void *param_value, size_t *param_value_size_ret);
typedef clGetDeviceCountersVGPU_t *clGetDeviceCountersVGPU_fn;

/* CL_VGPU_ITEM_FUNCTION(group_function, item_function) - defines the group function that
 * runs a vgpu_item_fn for each work-item, on a fiber each, so that it may call
 * vgpu_item_barrier. Registered as VGPU_KIND_OF_KERNEL_BARRIER. */
#define CL_VGPU_ITEM_FUNCTION(group_function, item_function)        \
    static void group_function(const struct vgpu_group *vgpu_given, \
                               void *const vgpu_args[])             \
    {                                                               \
        vgpu_items_run(vgpu_given, vgpu_args, item_function);       \
    }

#ifdef __cplusplus
}
#endif
#endif
