/* SPDX-License-Identifier: MIT */
/* Programs: sources, and what became of them on each device. [OpenCL 3.0, 5.8] */
#ifndef VGPU_OBJECT_PROGRAM_H
#define VGPU_OBJECT_PROGRAM_H

#include "object/build_options.h"
#include "object/handle.h"
#include "object/info.h"
#include "object/program_part.h"

#include <pthread.h>

/* What a program is on one of its devices. */
struct vgpu_program_build {
    cl_device_id device;
    cl_build_status status; /* CL_BUILD_NONE, _IN_PROGRESS, _SUCCESS, _ERROR: of the last
                               build, compile or link */
    cl_program_binary_type binary_type;
    char *options;                 /* of the last build, or NULL */
    char *log;                     /* of the last build, or NULL */
    struct vgpu_program_part part; /* what binary_type says */
    /* Of clCreateProgramWithBinary: what the binary was, which stays. */
    cl_program_binary_type loaded_type;
    struct vgpu_program_part loaded;
};

struct _cl_program {
    struct vgpu_handle handle;
    cl_context context; /* retained */
    cl_uint num_devices;
    cl_device_id *devices;
    char *source; /* all strings joined; NULL: built-in kernels, binaries, or linked */
    size_t source_length;
    bool is_from_binary;
    char *built_in_names; /* of clCreateProgramWithBuiltInKernels; NULL otherwise */
    /* Kernel objects that the application holds, for which a rebuild is refused; and all,
     * also those that only commands hold. From 0: under the lock. */
    atomic_uint num_app_kernels, num_kernels;
    pthread_mutex_t lock;              /* guards what follows */
    struct vgpu_program_build *builds; /* num_devices */
    struct vgpu_replaced_parts *replaced;
};

/* Parts that another build has taken the place of, which kernels in flight may use. */
struct vgpu_replaced_parts {
    struct vgpu_replaced_parts *next;
    struct vgpu_program_part *parts; /* num_devices */
};

/* vgpu_replaced_parts_free - all of the list, of a program for so many devices. */
void vgpu_replaced_parts_free(struct vgpu_replaced_parts *list, cl_uint num_devices);

/* Who is told of a build's end, on the callback thread; without function, nobody. */
struct vgpu_build_callback {
    void(CL_CALLBACK *function)(cl_program program, void *user_data);
    void *user_data;
};

/* vgpu_program_create - without source, kernels and builds. CL_OUT_OF_HOST_MEMORY. */
cl_int vgpu_program_create(cl_context context, cl_uint num_devices,
                           const cl_device_id *devices, cl_program *program_out);

/* vgpu_program_abandon - the end of a program that the application has not been given. */
void vgpu_program_abandon(cl_program program);

/* vgpu_program_from_source - takes over `source`, which is NUL-terminated and allocated,
 * also where it fails. CL_OUT_OF_HOST_MEMORY. */
cl_int vgpu_program_from_source(cl_context context, char *source, size_t length,
                                cl_program *program_out);

/* vgpu_program_from_binaries - a binary for each device, that vgpu_program_binary made.
 * Each one's status goes to `statuses`, where that is not NULL. CL_INVALID_BINARY: at
 * least one is damaged, of another version, or not ours; CL_OUT_OF_HOST_MEMORY. */
cl_int vgpu_program_from_binaries(cl_context context, cl_uint num_devices,
                                  const cl_device_id *devices, const size_t *lengths,
                                  const unsigned char **binaries, cl_int *statuses,
                                  cl_program *program_out);

/* vgpu_program_binary - what a program is on a device as bytes, which the caller frees;
 * NULL and 0 where there is nothing. 0 or -ENOMEM. Lock held. */
int vgpu_program_binary(const struct vgpu_program_build *build, void **bytes_out,
                        size_t *size_out);

/* vgpu_program_from_built_in - the registered kernels of these names, joined by ';'. The
 * devices were checked. CL_INVALID_VALUE after a message where there is no such kernel,
 * CL_OUT_OF_HOST_MEMORY. */
cl_int vgpu_program_from_built_in(cl_context context, cl_uint num_devices,
                                  const cl_device_id *devices, const char *names,
                                  cl_program *program_out);
void vgpu_program_destroy(void *program);

/* vgpu_program_has_device - the device is one of the program's. */
bool vgpu_program_has_device(cl_program program, cl_device_id device);

/* vgpu_build_is_executable - there are kernels to make of it. Lock held. */
bool vgpu_build_is_executable(const struct vgpu_program_build *build);

/* A place among the kernels that a program offers. Starts as {0}. */
struct vgpu_kernel_cursor {
    cl_uint device;
    size_t index;
};

/* vgpu_program_next_kernel - the kernels that a program offers, one for each name; NULL:
 * that was all. Lock held. */
const struct vgpu_program_kernel *vgpu_program_next_kernel(
    cl_program program, struct vgpu_kernel_cursor *cursor);

/* vgpu_program_is_built - there is an executable for a device, and no build is going on.
 * Lock held. */
bool vgpu_program_is_built(cl_program program);

/* vgpu_program_build - makes an executable for these devices (all of the program's: 0,
 * NULL): of registered kernels, by the compiler (see program_origin.h), or of the binary.
 * CL_INVALID_OPERATION: a build is going on or the application holds kernel objects;
 * CL_INVALID_BINARY: a device's binary is no executable; CL_INVALID_BUILD_OPTIONS after a
 * message; CL_BUILD_PROGRAM_FAILURE with the reasons in the log; CL_OUT_OF_RESOURCES: no
 * memory on the device; CL_OUT_OF_HOST_MEMORY. With a callback that is called CL_SUCCESS
 * as soon as the build has begun. Any thread. */
cl_int vgpu_program_build(cl_program program, cl_uint num_devices,
                          const cl_device_id *devices, const char *options,
                          struct vgpu_build_callback callback);

/* vgpu_program_compile - the same, to an object that can be linked. `headers`, all with
 * source, are what an #include may name. CL_INVALID_COMPILER_OPTIONS,
 * CL_COMPILE_PROGRAM_FAILURE. */
cl_int vgpu_program_compile(cl_program program, cl_uint num_devices,
                            const cl_device_id *devices, const char *options,
                            cl_uint num_headers, const cl_program *headers,
                            const char **names, struct vgpu_build_callback callback);

/* vgpu_program_link - a new program of all inputs, for those of the devices (all of the
 * context's: 0, NULL) that all inputs have a compiled object or a library for.
 * CL_INVALID_OPERATION: a device that only some inputs have one for, or no device at all,
 * or one that is being compiled for; CL_INVALID_LINKER_OPTIONS after a message;
 * CL_LINK_PROGRAM_FAILURE, and then *program_out has the reasons in its log;
 * CL_OUT_OF_RESOURCES, CL_OUT_OF_HOST_MEMORY. Callback as above. Any thread. */
cl_int vgpu_program_link(cl_context context, cl_uint num_devices,
                         const cl_device_id *devices, const char *options,
                         cl_uint num_inputs, const cl_program *inputs,
                         struct vgpu_build_callback callback, cl_program *program_out);

/* vgpu_program_options - what the text says at that stage; `error`, after a message,
 * where it cannot be read, as there is no log yet that could say why.
 * CL_OUT_OF_HOST_MEMORY. */
cl_int vgpu_program_options(cl_context context, const char *text,
                            enum vgpu_build_stage stage, cl_int error,
                            struct vgpu_build_options *options_out);

/* vgpu_program_attach - the kernel of that name, or (name NULL) all that are the same on
 * every device that the program is built for. *rows_out, which the caller frees, has
 * num_devices pointers for each: what it is on the device, which lives as long as the
 * build; NULL: it is not there. Counts as many kernel objects, which the caller makes or
 * takes back with vgpu_program_detach. CL_INVALID_PROGRAM_EXECUTABLE,
 * CL_INVALID_KERNEL_NAME; CL_INVALID_KERNEL_DEFINITION: it is another on another device;
 * CL_INVALID_VALUE: more than `most`; CL_OUT_OF_HOST_MEMORY. */
cl_int vgpu_program_attach(cl_program program, const char *name, size_t most,
                           const struct vgpu_program_kernel ***rows_out,
                           size_t *count_out);
void vgpu_program_detach(cl_program program, size_t count);

/* The answers of clGetProgramInfo, and of clGetProgramBuildInfo for one of the program's
 * devices. */
cl_int vgpu_program_info(cl_program program, cl_program_info name,
                         const struct vgpu_answer *answer);
cl_int vgpu_program_build_info(cl_program program, cl_device_id device,
                               cl_program_build_info name,
                               const struct vgpu_answer *answer);

#endif
