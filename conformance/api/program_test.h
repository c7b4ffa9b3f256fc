/* SPDX-License-Identifier: MIT */
/* What the tests of compiling and linking share. */
#ifndef VGPU_PROGRAM_TEST_H
#define VGPU_PROGRAM_TEST_H

#include "api_test.h"

#define ADD_ONE \
    "__kernel void api_add_one(__global int *x) { x[get_global_id(0)] += 1; }\n"

static inline cl_int compile(const struct vgpu_fixture *f, cl_program program,
                             const char *options)
{
    return clCompileProgram(program, 1, &f->device, options, 0, NULL, NULL, NULL, NULL);
}

static inline cl_build_status build_status_of(cl_program program, cl_device_id device)
{
    cl_build_status status = 99;

    EXPECT_CL(CL_SUCCESS, clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_STATUS,
                                                sizeof status, &status, NULL));
    return status;
}

static inline cl_program_binary_type binary_type_of(cl_program program,
                                                    cl_device_id device)
{
    cl_program_binary_type type = 99;

    EXPECT_CL(CL_SUCCESS, clGetProgramBuildInfo(program, device, CL_PROGRAM_BINARY_TYPE,
                                                sizeof type, &type, NULL));
    return type;
}

static inline const char *build_log_of(cl_program program, cl_device_id device, char *log,
                                       size_t size)
{
    *log = '\0';
    EXPECT_CL(CL_SUCCESS, clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG,
                                                size, log, NULL));
    return log;
}

#endif
