/* SPDX-License-Identifier: MIT */
/* Programs: sources, and what became of them on each device. [OpenCL 3.0, 5.8] */
#ifndef VGPU_OBJECT_PROGRAM_H
#define VGPU_OBJECT_PROGRAM_H

#include "object/handle.h"
#include "registry.h" /* the room compiler-stub/ */

#include <pthread.h>

/* A kernel that a built program offers. */
struct vgpu_program_kernel {
    const struct vgpu_registered_kernel *code;
    struct vgpu_declaration declaration; /* of the source, owned; built-in: the registered one's, not owned */
};

/* What a program is on one of its devices. */
struct vgpu_program_build {
    cl_device_id device;
    cl_build_status status;              /* CL_BUILD_NONE, _IN_PROGRESS, _SUCCESS, _ERROR */
    cl_program_binary_type binary_type;
    char *options;                       /* never NULL after a build */
    char *log;
};

struct _cl_program {
    struct vgpu_handle handle;
    cl_context context;
    cl_uint num_devices;
    char *source;                        /* all strings joined; NULL: built-in kernels */
    size_t source_length;
    char *built_in_names;                /* of clCreateProgramWithBuiltInKernels; NULL otherwise */
    atomic_uint num_kernel_objects;      /* cl_kernel objects attached: a rebuild is refused while there are any */
    pthread_mutex_t lock;                /* guards what follows */
    struct vgpu_program_build *builds;   /* num_devices */
    struct vgpu_program_kernel *kernels; /* of the last build that succeeded */
    size_t num_kernels;
    bool uniform_work_groups;            /* built with -cl-uniform-work-group-size */
};

/* vgpu_program_is_built_for - kernels of the program can be launched on the device. */
bool vgpu_program_is_built_for(cl_program program, cl_device_id device);

void vgpu_program_destroy(void *program);

#endif
