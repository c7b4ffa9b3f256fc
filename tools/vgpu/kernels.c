/* SPDX-License-Identifier: MIT */
/* `vgpu kernels`: the registered kernels and their signatures. */
#include "command.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* load - runs the registrations of a library. A bare name means the file here, if there
 * is one. */
static int load(const char *library)
{
    char path[4096];
    const int length = snprintf(
        path, sizeof path, "%s%s",
        !strchr(library, '/') && access(library, F_OK) == 0 ? "./" : "", library);

    if (length < 0 || (size_t)length >= sizeof path)
        return complain("the name of a library is longer than %zu bytes",
                        sizeof path - 1);
    if (!dlopen(path, RTLD_NOW | RTLD_LOCAL))
        return complain("%s; give the path of a shared library of kernels", dlerror());
    return 0;
}

static void print_arg_text(cl_kernel kernel, cl_uint index, cl_kernel_arg_info what)
{
    char text[1024] = "";

    clGetKernelArgInfo(kernel, index, what, sizeof text, text, NULL);
    fputs(text, stdout);
}

static void print_arg(cl_kernel kernel, cl_uint index)
{
    cl_kernel_arg_address_qualifier space = CL_KERNEL_ARG_ADDRESS_PRIVATE;
    cl_kernel_arg_type_qualifier qualifiers = CL_KERNEL_ARG_TYPE_NONE;

    clGetKernelArgInfo(kernel, index, CL_KERNEL_ARG_ADDRESS_QUALIFIER, sizeof space,
                       &space, NULL);
    clGetKernelArgInfo(kernel, index, CL_KERNEL_ARG_TYPE_QUALIFIER, sizeof qualifiers,
                       &qualifiers, NULL);
    printf("%s%s%s%s", index ? ", " : "",
           space == CL_KERNEL_ARG_ADDRESS_GLOBAL     ? "__global "
           : space == CL_KERNEL_ARG_ADDRESS_LOCAL    ? "__local "
           : space == CL_KERNEL_ARG_ADDRESS_CONSTANT ? "__constant "
                                                     : "",
           qualifiers & CL_KERNEL_ARG_TYPE_CONST &&
                   space != CL_KERNEL_ARG_ADDRESS_CONSTANT
               ? "const "
               : "",
           qualifiers & CL_KERNEL_ARG_TYPE_VOLATILE ? "volatile " : "");
    print_arg_text(kernel, index, CL_KERNEL_ARG_TYPE_NAME);
    fputs(qualifiers & CL_KERNEL_ARG_TYPE_RESTRICT ? " restrict " : " ", stdout);
    print_arg_text(kernel, index, CL_KERNEL_ARG_NAME);
}

static void print_kernel(cl_kernel kernel)
{
    char name[1024] = "";
    cl_uint count = 0;

    clGetKernelInfo(kernel, CL_KERNEL_FUNCTION_NAME, sizeof name, name, NULL);
    clGetKernelInfo(kernel, CL_KERNEL_NUM_ARGS, sizeof count, &count, NULL);
    printf("__kernel void %s(", name);
    for (cl_uint i = 0; i < count; i++)
        print_arg(kernel, i);
    puts(")");
}

/* make_kernels - a kernel object for each of the device's built-in kernels, by way of a
 * program of them. */
static cl_int make_kernels(cl_context context, cl_device_id device, const char *names,
                           cl_kernel **kernels_out, cl_uint *count_out)
{
    cl_int err;
    cl_kernel *kernels = NULL;
    const cl_program program =
        clCreateProgramWithBuiltInKernels(context, 1, &device, names, &err);

    if (err == CL_SUCCESS)
        err = clCreateKernelsInProgram(program, 0, NULL, count_out);
    if (err == CL_SUCCESS) {
        kernels = calloc(*count_out, sizeof *kernels);
        err = kernels ? clCreateKernelsInProgram(program, *count_out, kernels, NULL)
                      : CL_OUT_OF_HOST_MEMORY;
    }
    if (program)
        clReleaseProgram(program); /* its kernels hold it */
    if (err == CL_SUCCESS)
        *kernels_out = kernels;
    else
        free(kernels);
    return err;
}

static int print_kernels(cl_device_id device, const char *names)
{
    cl_int err;
    cl_uint count = 0;
    cl_kernel *kernels = NULL;
    const cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &err);

    if (err == CL_SUCCESS)
        err = make_kernels(context, device, names, &kernels, &count);
    if (err != CL_SUCCESS)
        return complain(
            "registered are %s; their signatures could not be had (OpenCL error %d)",
            names, err);
    for (cl_uint i = 0; i < count; i++) {
        print_kernel(kernels[i]);
        clReleaseKernel(kernels[i]);
    }
    free(kernels);
    clReleaseContext(context);
    return 0;
}

int command_kernels(int argc, char **argv)
{
    cl_platform_id platform;
    cl_device_id *devices;
    cl_uint count;
    char *names;
    int status = 0;

    for (int i = 1; i < argc; i++)
        if (load(argv[i]) != 0)
            status = EXIT_FAILURE;
    platform = find_platform();
    devices = platform ? find_devices(platform, &count) : NULL;
    if (!devices)
        return EXIT_FAILURE;
    names = device_text(devices[0], CL_DEVICE_BUILT_IN_KERNELS);
    if (!names || !*names)
        puts(argc > 1 ? "No kernel is registered."
                      : "No kernel is registered. `vgpu kernels ./lib.so` lists those of "
                        "a library.");
    else if (print_kernels(devices[0], names) != 0)
        status = EXIT_FAILURE;
    free(names);
    free(devices);
    return status;
}
