/* SPDX-License-Identifier: MIT */
/* The OpenCL objects that a benchmark starts from, whatever the implementation. */
#ifndef BENCH_OPENCL_H
#define BENCH_OPENCL_H

#ifndef CL_TARGET_OPENCL_VERSION
#define CL_TARGET_OPENCL_VERSION 120
#endif
#include <CL/cl.h>
#include <jansson.h>
#include <stdbool.h>

/* bench_cl_check - ends the program with a message where `err`, returned by `call`, is an
 * error. */
void bench_cl_check(cl_int err, const char *call);
#define BENCH_CL(call) bench_cl_check((call), #call)

/* bench_find_device - the first device of any type on the first platform whose name holds
 * `platform_name` (NULL: any), passing `index` devices over. Ends the program where there
 * is none. */
cl_device_id bench_find_device(const char *platform_name, cl_uint index);

/* bench_build_program - from source, built for the device with clBuildProgram's options;
 * prints the build log where that fails and ends. */
cl_program bench_build_program(cl_context context, cl_device_id device,
                               const char *source, const char *options);

/* bench_create_kernel - the program's kernel of that name. */
cl_kernel bench_create_kernel(cl_program program, const char *name);

/* bench_implementation - who answers: platform, versions, device, compute units. */
json_t *bench_implementation(cl_device_id device);

#endif
