/* SPDX-License-Identifier: MIT */
/* Programs: sources, and what became of them on each device. [OpenCL 3.0, 5.8] */
#ifndef VGPU_OBJECT_PROGRAM_H
#define VGPU_OBJECT_PROGRAM_H

#include "object/handle.h"
#include "object/info.h"
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
    char *options;                       /* of the last build, or NULL */
    char *log;                           /* of the last build, or NULL */
};

struct _cl_program {
    struct vgpu_handle handle;
    cl_context context;                  /* retained */
    cl_uint num_devices;
    cl_device_id *devices;
    char *source;                        /* all strings joined; NULL: built-in kernels */
    size_t source_length;
    char *built_in_names;                /* of clCreateProgramWithBuiltInKernels; NULL otherwise */
    atomic_uint num_kernel_objects;      /* attached: a rebuild is refused while there are any. From 0: under the lock */
    pthread_mutex_t lock;                /* guards what follows */
    struct vgpu_program_build *builds;   /* num_devices */
    struct vgpu_program_kernel *kernels; /* of the last build that succeeded */
    size_t num_kernels;
    bool uniform_work_groups;            /* built with -cl-uniform-work-group-size */
};

/* vgpu_program_is_built_for - the program's kernel objects, of which there is at least one, can be launched on the
 * device. Takes no lock: while there is a kernel object, no build goes on. */
bool vgpu_program_is_built_for(cl_program program, cl_device_id device);

/* vgpu_program_from_source - takes over `source`, which is NUL-terminated and allocated, also where it fails.
 * CL_OUT_OF_HOST_MEMORY. */
cl_int vgpu_program_from_source(cl_context context, char *source, size_t length,
                                cl_program *program_out);

/* vgpu_program_from_built_in - the registered kernels of these names, joined by ';'. The devices were checked.
 * CL_INVALID_VALUE after a message where there is no such kernel, CL_OUT_OF_HOST_MEMORY. */
cl_int vgpu_program_from_built_in(cl_context context, cl_uint num_devices,
                                  const cl_device_id *devices, const char *names,
                                  cl_program *program_out);
void vgpu_program_destroy(void *program);

/* vgpu_program_kernels_free - forgets what the last build offered. Lock held, no kernel objects attached. */
void vgpu_program_kernels_free(cl_program program);

/* vgpu_program_has_device - the device is one of the program's. */
bool vgpu_program_has_device(cl_program program, cl_device_id device);

/* vgpu_program_is_built - there is an executable for a device, and no build is going on. Lock held. */
bool vgpu_program_is_built(cl_program program);

/* vgpu_program_build - matches the source's kernels to registered ones for these devices (all of the program's: 0, NULL).
 * CL_INVALID_OPERATION: a build is going on or kernel objects are attached; CL_INVALID_BUILD_OPTIONS after a message;
 * CL_BUILD_PROGRAM_FAILURE with the reasons in the log; CL_OUT_OF_HOST_MEMORY. Any thread. */
cl_int vgpu_program_build(cl_program program, cl_uint num_devices, const cl_device_id *devices,
                          const char *options);

/* vgpu_program_attach - the kernel of that name, or (name NULL) all, in an array as long as the build. Counts as many
 * kernel objects, which the caller makes or takes back with vgpu_program_detach. CL_INVALID_PROGRAM_EXECUTABLE,
 * CL_INVALID_KERNEL_NAME; CL_INVALID_VALUE: more than `most`. */
cl_int vgpu_program_attach(cl_program program, const char *name, size_t most,
                           const struct vgpu_program_kernel **kernels_out, size_t *count_out);
void vgpu_program_detach(cl_program program, size_t count);

/* The answers of clGetProgramInfo, and of clGetProgramBuildInfo for one of the program's devices. */
cl_int vgpu_program_info(cl_program program, cl_program_info name, const struct vgpu_answer *answer);
cl_int vgpu_program_build_info(cl_program program, cl_device_id device, cl_program_build_info name,
                               const struct vgpu_answer *answer);

#endif
