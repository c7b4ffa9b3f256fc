/* SPDX-License-Identifier: MIT */
/* Running kernels that the test program was built with. */
#ifndef VGPU_BUILD_TIME_RUNNING_H
#define VGPU_BUILD_TIME_RUNNING_H

#include "vgpu_test.h"

/* A buffer over the array that is seen by both sides. */
#define SHARED(f, array) vgpu_test_buffer(f, CL_MEM_USE_HOST_PTR, sizeof(array), array)

struct arg {
    size_t size;
    const void *value;
};
#define ARG(x)   ((struct arg){sizeof(x), &(x)})
#define LOCAL(n) ((struct arg){(n), NULL})

/* run - an NDRange of the kernel, to its end; `local` NULL: the library chooses. */
void run(const struct vgpu_fixture *f, cl_kernel kernel, cl_uint dimensions,
         const size_t *global, const size_t *local, size_t num_args,
         const struct arg *args);
#define RUN(f, name, dimensions, global, local, ...)           \
    do {                                                       \
        const struct arg run_args[] = {__VA_ARGS__};           \
        cl_kernel run_kernel = vgpu_test_kernel(f, name);      \
                                                               \
        if (run_kernel)                                        \
            run(f, run_kernel, dimensions, global, local,      \
                sizeof run_args / sizeof *run_args, run_args); \
        clReleaseKernel(run_kernel);                           \
    } while (0)

/* What is written to standard output between the two. */
void output_start(void);
const char *output_stop(void);

#endif
