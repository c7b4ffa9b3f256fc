/* SPDX-License-Identifier: MIT */
/* Running kernels that the test program was built with. */
#define _GNU_SOURCE
#include "running.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void run(const struct vgpu_fixture *f, cl_kernel kernel, cl_uint dimensions,
         const size_t *global, const size_t *local, size_t num_args,
         const struct arg *args)
{
    for (size_t i = 0; i < num_args; i++)
        ASSERT_CL(CL_SUCCESS,
                  clSetKernelArg(kernel, (cl_uint)i, args[i].size, args[i].value));
    ASSERT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, dimensions, NULL,
                                                 global, local, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
}

static int saved, memory;
static char text[4096];

void output_start(void)
{
    fflush(stdout);
    saved = dup(STDOUT_FILENO);
    memory = memfd_create("output", MFD_CLOEXEC);
    ASSERT_TRUE(saved >= 0 && memory >= 0);
    dup2(memory, STDOUT_FILENO);
}

const char *output_stop(void)
{
    ssize_t size;

    fflush(stdout);
    size = pread(memory, text, sizeof text - 1, 0);
    text[size < 0 ? 0 : size] = '\0';
    dup2(saved, STDOUT_FILENO);
    close(saved);
    close(memory);
    return text;
}
