/* SPDX-License-Identifier: MIT */
/* Why a kernel could not be made, or an argument not be set, in words. */
#include "api/kernel_error.h"

#include "object/context.h"

#include <stdio.h>
#include <stdlib.h>

void vgpu_kernel_explain_name(cl_program program, const char *name, cl_int err)
{
    char text[768] = "", names[384] = "";
    const struct vgpu_answer answer = {sizeof names, names, NULL};

    if (err == CL_INVALID_PROGRAM_EXECUTABLE) {
        snprintf(text, sizeof text,
                 "kernel '%.128s' is of a program that is not built: call clBuildProgram; "
                 "where that failed, CL_PROGRAM_BUILD_LOG says why",
                 name);
    } else if (err == CL_INVALID_KERNEL_NAME) {
        if (vgpu_program_info(program, CL_PROGRAM_KERNEL_NAMES, &answer) != CL_SUCCESS)
            snprintf(names, sizeof names, "CL_PROGRAM_KERNEL_NAMES lists them");
        snprintf(text, sizeof text, "the program has no kernel '%.128s'; its kernels: %s",
                 name, *names ? names : "none, as no function is declared __kernel");
    }
    if (*text)
        vgpu_context_explain(program->context, text);
}

/* How an argument must be given. */
static void write_rule(const struct vgpu_kernel_arg *arg, char *text, size_t size)
{
    if (arg->is_mem)
        snprintf(text, size, "a buffer: sizeof(cl_mem), and the address of the cl_mem");
    else if (arg->is_local)
        snprintf(text, size,
                 "__local memory: the number of its bytes, not 0, and NULL as value");
    else
        snprintf(text, size, "a value of %u bytes: that size, and its address",
                 (unsigned)arg->size);
}

void vgpu_kernel_explain_arg(cl_kernel kernel, cl_uint index, size_t size,
                             const void *value, cl_int err)
{
    const struct vgpu_declaration *const declaration = &kernel->info->declaration;
    const struct vgpu_parameter *parameter;
    char text[640], rule[96];

    if (err == CL_INVALID_ARG_INDEX) {
        snprintf(text, sizeof text,
                 "kernel '%.128s' has no argument %u: it has %u, counted from 0",
                 declaration->name, index, kernel->num_args);
    } else {
        parameter = &declaration->parameters[index];
        write_rule(&kernel->args[index], rule, sizeof rule);
        snprintf(text, sizeof text,
                 "kernel '%.128s': argument %u ('%.64s %.64s') is %s; clSetKernelArg got "
                 "%zu bytes%s",
                 declaration->name, index, parameter->type, parameter->name, rule, size,
                 !value                         ? " and no value"
                 : err == CL_INVALID_MEM_OBJECT ? ", which are not those of a cl_mem "
                                                  "that is there"
                 : err == CL_INVALID_CONTEXT    ? ", a buffer of another context"
                                                : " and a value");
    }
    vgpu_context_explain(kernel->program->context, text);
}
