/* SPDX-License-Identifier: MIT */
/* cl_vgpu_registered_kernels: kernels that a program registers while it runs. */
#include "object/handle.h"

#include <CL/cl_vgpu.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "declaration.h"
#include "message.h"

/* A kernel registered here, with the copies that its description points into. */
struct registration {
    struct registration *next;
    struct vgpu_kernel_description description;
    char *name;
    char *declaration;
    size_t *arg_sizes;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards registrations */
static struct registration *registrations;

static cl_int cl_error_of(int status)
{
    switch (status) {
    case 0:
        return CL_SUCCESS;
    case -EEXIST:
        return CL_INVALID_KERNEL_NAME;
    case -EINVAL:
        return CL_INVALID_KERNEL_DEFINITION;
    default:
        return CL_OUT_OF_HOST_MEMORY;
    }
}

static void registration_destroy(struct registration *registration)
{
    free(registration->name);
    free(registration->declaration);
    free(registration->arg_sizes);
    free(registration);
}

/* Copies what the caller may free; 0 or -ENOMEM. */
static int registration_create(const struct vgpu_declaration *parsed, const char *text,
                               const size_t *arg_sizes,
                               struct registration **registration_out)
{
    const size_t count = parsed->num_parameters;
    struct registration *registration = calloc(1, sizeof *registration);

    if (!registration)
        return -ENOMEM;
    registration->name = strdup(parsed->name);
    registration->declaration = strdup(text);
    if (arg_sizes && count > 0)
        registration->arg_sizes = malloc(count * sizeof *arg_sizes);
    if (!registration->name || !registration->declaration ||
        (arg_sizes && count > 0 && !registration->arg_sizes)) {
        registration_destroy(registration);
        return -ENOMEM;
    }
    if (registration->arg_sizes)
        memcpy(registration->arg_sizes, arg_sizes, count * sizeof *arg_sizes);
    registration->description = (struct vgpu_kernel_description){
        .size = sizeof registration->description,
        .name = registration->name,
        .declaration = registration->declaration,
        .num_args = parsed->num_parameters,
        .arg_sizes = registration->arg_sizes,
    };
    *registration_out = registration;
    return 0;
}

/* Reads the one declaration in `text` and makes a registration of it. */
static int registration_parse(const char *text, const size_t *arg_sizes,
                              struct registration **registration_out)
{
    struct vgpu_declaration *declarations = NULL;
    size_t count = 0;
    char *error = NULL;
    int status = vgpu_declarations_parse(text, strlen(text), NULL, &declarations, &count,
                                         NULL, &error);

    if (status) {
        if (status == -EINVAL)
            vgpu_message("clRegisterKernelVGPU: %s, in \"%s\"",
                         error ? error : "unreadable", text);
        free(error);
        return status;
    }
    if (count == 1) {
        status = registration_create(declarations, text, arg_sizes, registration_out);
    } else {
        vgpu_message(
            "clRegisterKernelVGPU: \"%s\" declares %zu kernels; give one, such as "
            "\"__kernel void scale(__global float *data, float factor)\"",
            text, count);
        status = -EINVAL;
    }
    vgpu_declarations_free(declarations, count);
    return status;
}

/* clRegisterKernelVGPU - see the header. [cl_vgpu_registered_kernels] */
CL_API_ENTRY cl_int CL_API_CALL clRegisterKernelVGPU(const char *declaration,
                                                     cl_uint kind,
                                                     vgpu_group_fn *function,
                                                     const size_t *arg_sizes)
{
    struct registration *registration;
    int status;

    if (!declaration || !function || kind > VGPU_KIND_OF_KERNEL_GROUP)
        return CL_INVALID_VALUE;
    status = registration_parse(declaration, arg_sizes, &registration);
    if (status)
        return cl_error_of(status);
    registration->description.kind = (enum vgpu_kernel_kind)kind;
    registration->description.function = function;
    status = vgpu_kernel_register(&registration->description);
    if (status) {
        registration_destroy(registration);
        return cl_error_of(status);
    }
    pthread_mutex_lock(&lock);
    registration->next = registrations;
    registrations = registration;
    pthread_mutex_unlock(&lock);
    return CL_SUCCESS;
}

/* clUnregisterKernelVGPU - see the header. [cl_vgpu_registered_kernels] */
CL_API_ENTRY cl_int CL_API_CALL clUnregisterKernelVGPU(const char *name)
{
    struct registration *found = NULL;

    if (!name)
        return CL_INVALID_VALUE;
    pthread_mutex_lock(&lock);
    for (struct registration **at = &registrations; *at; at = &(*at)->next) {
        if (strcmp((*at)->name, name) == 0) {
            found = *at;
            *at = found->next;
            break;
        }
    }
    pthread_mutex_unlock(&lock);
    if (!found)
        return CL_INVALID_KERNEL_NAME;
    vgpu_kernel_unregister(&found->description);
    registration_destroy(found);
    return CL_SUCCESS;
}
