/* SPDX-License-Identifier: MIT */
/* Kernel objects: a kernel of a program, and the arguments it will be launched with.
 * [OpenCL 3.0, 5.9] */
#ifndef VGPU_OBJECT_KERNEL_H
#define VGPU_OBJECT_KERNEL_H

#include "object/handle.h"
#include "object/program.h"

/* What clSetKernelArg left for one argument. */
struct vgpu_kernel_arg {
    bool is_set;
    bool is_mem;      /* a __global or __constant pointer */
    bool is_constant; /* a __constant one */
    bool is_local;    /* a __local pointer: `size` bytes of each group's local memory */
    uint32_t offset;  /* of its value in `values` */
    uint32_t size; /* bytes of the value; of a __local argument, bytes of local memory */
    cl_mem
        mem; /* not retained [5.9.2]; generation tells if it is still the same object */
    uint32_t mem_generation;
};

/* Each launch copies the values: no more cache lines than need be. */
#define VGPU_KERNEL_VALUES_STEP 64u

struct _cl_kernel {
    struct vgpu_handle handle;
    cl_program program; /* retained */
    /* What it is on each of the program's devices, or NULL; and on the first that has it:
     * names and types are everywhere the same. These live as long as the builds. */
    const struct vgpu_program_kernel **on_device, *info;
    uint16_t counter_row; /* its counters' */
    atomic_bool is_whole; /* set when its creation is over */
    uint32_t trace_name;  /* where there is a trace */
    uint32_t num_args;
    uint32_t num_set;              /* arguments with is_set */
    uint32_t num_mems, num_locals; /* parameters that are buffers, and __local pointers */
    uint32_t values_size; /* bytes of `values`, in steps of VGPU_KERNEL_VALUES_STEP */
    struct vgpu_kernel_arg *args;
    char *values; /* aligned to VGPU_BASE_ALIGN */
    /* clSetKernelArg on one kernel from several threads is the application's error
     * [5.9.2]; two threads that do it get torn values, never a crash. */
};

/* vgpu_kernel_arg_mem_is_alive - the buffer that the argument was set to, which the
 * kernel does not hold, is still that object. `mem` is not NULL. */
bool vgpu_kernel_arg_mem_is_alive(const struct vgpu_kernel_arg *arg);

/* vgpu_kernel_on - what the kernel is on that device, or NULL: its program has no
 * executable for it. No lock is needed: it stays so when the program is built again. */
static inline const struct vgpu_program_kernel *vgpu_kernel_on(cl_kernel kernel,
                                                               cl_device_id device)
{
    for (cl_uint i = 0; i < kernel->program->num_devices; i++)
        if (kernel->program->devices[i] == device)
            return kernel->on_device[i];
    return NULL;
}

/* vgpu_kernel_create - `row` is what vgpu_program_attach gave for it; the kernel
 * detaches itself when it is destroyed, but not where this fails. CL_OUT_OF_HOST_MEMORY;
 * CL_INVALID_KERNEL_DEFINITION: its arguments are too large. */
cl_int vgpu_kernel_create(cl_program program,
                          const struct vgpu_program_kernel *const *row,
                          cl_kernel *kernel_out);
void vgpu_kernel_destroy(void *kernel);

/* vgpu_kernel_app_release - clReleaseKernel: without the application's hold, no rebuild
 * of the program is refused for the kernel's sake. */
cl_int vgpu_kernel_app_release(cl_kernel kernel);

/* vgpu_kernel_clone - a kernel with the same arguments set. CL_OUT_OF_HOST_MEMORY. */
cl_int vgpu_kernel_clone(cl_kernel source, cl_kernel *kernel_out);

/* vgpu_kernel_set_arg - every error of clSetKernelArg; under 15 ns. */
cl_int vgpu_kernel_set_arg(cl_kernel kernel, cl_uint index, size_t size,
                           const void *value);

/* The answers of clGetKernelInfo; of clGetKernelArgInfo for an argument that exists; of
 * clGetKernelWorkGroupInfo for one of the program's devices. */
cl_int vgpu_kernel_info(cl_kernel kernel, cl_kernel_info name,
                        const struct vgpu_answer *answer);
cl_int vgpu_kernel_arg_info(cl_kernel kernel, cl_uint index, cl_kernel_arg_info name,
                            const struct vgpu_answer *answer);
cl_int vgpu_kernel_work_group_info(cl_kernel kernel, cl_device_id device,
                                   cl_kernel_work_group_info name,
                                   const struct vgpu_answer *answer);

/* The first parameters behind the name of clGetKernelSubGroupInfo. */
struct vgpu_kernel_input {
    const void *value;
    size_t size;
};

/* Its answers, for one of the program's devices. CL_INVALID_OPERATION: the kernel is
 * written in C, where there are no sub-groups; CL_INVALID_VALUE: the input is no local
 * size, or no number. */
cl_int vgpu_kernel_sub_group_info(cl_kernel kernel, cl_device_id device,
                                  cl_kernel_sub_group_info name,
                                  const struct vgpu_kernel_input *input,
                                  const struct vgpu_answer *answer);

#endif
