/* SPDX-License-Identifier: MIT */
/* Linking: a new program of what others were compiled to. */
#define _GNU_SOURCE
#include "object/program_job.h"

#include "object/context.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What a program can be linked from, on that device; NULL: nothing. Lock held. */
static const struct vgpu_program_build *find_object(cl_program program,
                                                    cl_device_id device)
{
    for (cl_uint i = 0; i < program->num_devices; i++) {
        const struct vgpu_program_build *const build = &program->builds[i];
        const bool is_object =
            build->binary_type == CL_PROGRAM_BINARY_TYPE_COMPILED_OBJECT ||
            build->binary_type == CL_PROGRAM_BINARY_TYPE_LIBRARY;

        if (build->device == device)
            return is_object || build->status == CL_BUILD_IN_PROGRESS ? build : NULL;
    }
    return NULL;
}

/* What one input is for a device. */
enum input { ABSENT, PRESENT, BEING_COMPILED };

/* Copies what the input has for the device. CL_OUT_OF_HOST_MEMORY. */
static cl_int take_input(cl_program input, cl_device_id device,
                         struct vgpu_program_part *part_out, enum input *input_out)
{
    const struct vgpu_program_build *object;
    cl_int err = CL_SUCCESS;

    pthread_mutex_lock(&input->lock);
    object = find_object(input, device);
    *input_out = !object                                  ? ABSENT
                 : object->status == CL_BUILD_IN_PROGRESS ? BEING_COMPILED
                                                          : PRESENT;
    if (*input_out == PRESENT && vgpu_program_part_copy(part_out, &object->part) != 0)
        err = CL_OUT_OF_HOST_MEMORY;
    pthread_mutex_unlock(&input->lock);
    return err;
}

/* Claims the build of a device if all inputs have something for it. None may have. */
static cl_int claim(struct vgpu_build_job *job, cl_uint index, const cl_program *inputs)
{
    struct vgpu_program_build *const build = &job->program->builds[index];
    size_t num_present = 0;

    for (size_t i = 0; i < job->num_inputs; i++) {
        enum input input;
        const cl_int err = take_input(inputs[i], build->device,
                                      &job->inputs[index * job->num_inputs + i], &input);

        if (err != CL_SUCCESS)
            return err;
        if (input == BEING_COMPILED)
            return CL_INVALID_OPERATION;
        num_present += input == PRESENT;
    }
    if (num_present > 0 && num_present < job->num_inputs)
        return CL_INVALID_OPERATION;
    if (num_present > 0)
        build->status = CL_BUILD_IN_PROGRESS;
    return CL_SUCCESS;
}

/* Nobody else knows the program yet, so its lock is not needed. */
static cl_int claim_all(struct vgpu_build_job *job, cl_uint num_inputs,
                        const cl_program *inputs)
{
    const cl_uint num_devices = job->program->num_devices;
    cl_int err = CL_SUCCESS;
    bool is_any = false;

    job->inputs = calloc((size_t)num_devices * num_inputs, sizeof *job->inputs);
    if (!job->inputs)
        return CL_OUT_OF_HOST_MEMORY;
    job->num_inputs = num_inputs;
    for (cl_uint i = 0; err == CL_SUCCESS && i < num_devices; i++) {
        err = claim(job, i, inputs);
        is_any |= vgpu_build_job_has(job, i);
    }
    return err == CL_SUCCESS && !is_any ? CL_INVALID_OPERATION : err;
}

static void log_declaration(FILE *log, const struct vgpu_declaration *declaration)
{
    char *const text = vgpu_declaration_print(declaration);

    fprintf(log, "  %s%s%s\n", declaration->attributes,
            *declaration->attributes ? " " : "", text ? text : declaration->name);
    free(text);
}

/* A definition and a declaration may name their parameters differently; two definitions
 * may not, and only those that stand for one registered kernel can be the same. */
static bool agree(const struct vgpu_program_kernel *a,
                  const struct vgpu_program_kernel *b)
{
    if (a->declaration.is_definition && b->declaration.is_definition)
        return a->registered && b->registered &&
               vgpu_declaration_is_same(&a->declaration, &b->declaration);
    return vgpu_declaration_matches(&a->declaration, &b->declaration);
}

/* The better one of two that agree. 0 or -ENOMEM. */
static int replace_kernel(struct vgpu_program_kernel *present,
                          const struct vgpu_program_kernel *kernel)
{
    struct vgpu_declaration copy;

    if (!kernel->declaration.is_definition || present->declaration.is_definition)
        return 0;
    if (vgpu_declaration_copy(&kernel->declaration, &copy) != 0)
        return -ENOMEM;
    vgpu_declaration_fini(&present->declaration);
    *present = *kernel;
    present->declaration = copy;
    return 0;
}

/* 0, -ENOMEM, or -EINVAL: another one of that name is there. */
static int add_kernel(struct vgpu_kernel_list *kernels, FILE *log, size_t input,
                      const struct vgpu_program_kernel *kernel)
{
    const char *const name = kernel->declaration.name;
    struct vgpu_program_kernel *const present = vgpu_kernel_list_find(kernels, name);

    if (!present) {
        fprintf(log, "kernel '%s': of input program %zu\n", name, input);
        return vgpu_kernel_list_append(kernels, kernel);
    }
    if (agree(present, kernel))
        return replace_kernel(present, kernel);
    fprintf(log, "error: kernel '%s' is in two input programs, and differs:\n", name);
    log_declaration(log, &present->declaration);
    log_declaration(log, &kernel->declaration);
    fprintf(log, "  what to do: give both the same declaration, or one another name\n");
    return -EINVAL;
}

/* The kernels of all inputs for a device. All that is wrong is logged. */
static int add_kernels(const struct vgpu_program_part *inputs, size_t num_inputs,
                       struct vgpu_kernel_list *kernels, FILE *log)
{
    int result = 0;

    for (size_t i = 0; i < num_inputs; i++)
        for (size_t k = 0; k < inputs[i].kernels.count; k++) {
            const int err = add_kernel(kernels, log, i + 1, &inputs[i].kernels.items[k]);

            if (err == -ENOMEM)
                return err;
            result = err != 0 ? err : result;
        }
    return result;
}

/* Units of the inputs; how many. */
static size_t list_units(const struct vgpu_program_part *inputs, size_t num_inputs,
                         const struct vgpu_unit **units)
{
    size_t count = 0;

    for (size_t i = 0; i < num_inputs; i++)
        if (inputs[i].unit)
            units[count++] = &inputs[i].unit->unit;
    return count;
}

/* Links the units into one. Errors are vgpu_compiler_link's. */
static int link_units(const struct vgpu_build_job *job,
                      const struct vgpu_unit *const *units, size_t num_units,
                      struct vgpu_shared_unit **unit_out, FILE *log)
{
    const bool is_library = job->type == CL_PROGRAM_BINARY_TYPE_LIBRARY;
    struct vgpu_unit unit;
    char *text = NULL;
    int err = vgpu_compiler_link(
        units, num_units, job->options.words, job->options.num_words,
        is_library ? VGPU_UNIT_LIBRARY : VGPU_UNIT_EXECUTABLE, &unit, &text);

    if (text)
        fputs(text, log);
    free(text);
    if (err != 0)
        return err;
    *unit_out = vgpu_shared_unit_create(&unit);
    return *unit_out ? 0 : -ENOMEM;
}

/* Puts what the linked unit says of its kernels in the place of what its inputs said. */
static int take_unit(struct vgpu_program_part *part, struct vgpu_shared_unit *unit)
{
    for (size_t i = 0; i < unit->unit.num_kernels; i++) {
        const struct vgpu_unit_kernel *const kernel = &unit->unit.kernels[i];
        struct vgpu_program_kernel *const present =
            vgpu_kernel_list_find(&part->kernels, kernel->declaration.name);
        struct vgpu_declaration copy;

        if (!present || present->registered)
            continue;
        if (vgpu_declaration_copy(&kernel->declaration, &copy) != 0)
            return -ENOMEM;
        vgpu_declaration_fini(&present->declaration);
        present->declaration = copy;
    }
    part->unit = vgpu_shared_unit_retain(unit);
    return 0;
}

/* Links a device's inputs. `log` gets lines, the first one where all went well is the
 * caller's. */
static int link_device(const struct vgpu_build_job *job,
                       const struct vgpu_program_part *inputs,
                       struct vgpu_program_part *part, FILE *log)
{
    const struct vgpu_unit **const units = calloc(job->num_inputs, sizeof *units);
    struct vgpu_shared_unit *unit = NULL;
    size_t num_units;
    int err;

    if (!units)
        return -ENOMEM;
    num_units = list_units(inputs, job->num_inputs, units);
    err = add_kernels(inputs, job->num_inputs, &part->kernels, log);
    if (err == 0 && num_units > 0)
        err = link_units(job, units, num_units, &unit, log);
    if (err == -EINVAL && num_units > 0 && num_units < job->num_inputs)
        fprintf(log, "note: an input program that is built from registered kernels has "
                     "no other functions: VGPU_COMPILER=opencl-c compiles it\n");
    if (err == 0 && unit)
        err = take_unit(part, unit);
    vgpu_shared_unit_release(unit);
    free(units);
    return err;
}

static bool is_same_kernel(const struct vgpu_program_kernel *a,
                           const struct vgpu_program_kernel *b)
{
    return a->registered == b->registered &&
           a->uniform_work_groups == b->uniform_work_groups &&
           vgpu_declaration_is_same(&a->declaration, &b->declaration);
}

static bool is_same_part(const struct vgpu_program_part *a,
                         const struct vgpu_program_part *b)
{
    if (a->unit != b->unit || a->kernels.count != b->kernels.count)
        return false;
    for (size_t i = 0; i < a->kernels.count; i++)
        if (!is_same_kernel(&a->kernels.items[i], &b->kernels.items[i]))
            return false;
    return true;
}

/* A device before that one with the same inputs, or `index`. */
static cl_uint find_alike(const struct vgpu_build_job *job, cl_uint index)
{
    const size_t count = job->num_inputs;

    for (cl_uint i = 0; i < index; i++) {
        bool is_alike = vgpu_build_job_has(job, i);

        for (size_t k = 0; is_alike && k < count; k++)
            is_alike = is_same_part(&job->inputs[i * count + k],
                                    &job->inputs[index * count + k]);
        if (is_alike)
            return i;
    }
    return index;
}

static int link_all(struct vgpu_build_job *job, FILE *log)
{
    int err = 0;

    for (cl_uint i = 0; err == 0 && i < job->program->num_devices; i++) {
        const cl_uint alike = find_alike(job, i);

        if (!vgpu_build_job_has(job, i))
            continue;
        err = alike < i ? vgpu_program_part_copy(&job->result->parts[i],
                                                 &job->result->parts[alike])
                        : link_device(job, &job->inputs[i * job->num_inputs],
                                      &job->result->parts[i], log);
    }
    return err;
}

static bool has_unit(const struct vgpu_build_job *job)
{
    for (size_t i = 0; i < job->num_inputs * job->program->num_devices; i++)
        if (job->inputs[i].unit)
            return true;
    return false;
}

static int make_of_inputs(struct vgpu_build_job *job, FILE *log)
{
    char *text = NULL;
    size_t size;
    FILE *const lines = open_memstream(&text, &size);
    int err;

    if (!lines)
        return -ENOMEM;
    err = link_all(job, lines);
    fclose(lines);
    fprintf(log, "%s\n%s",
            err == -EINVAL    ? "not linked: the inputs do not fit together"
            : err == -ENOEXEC ? "not linked: there is no compiler"
            : err != 0        ? "not linked: vgpu-cc failed"
            : has_unit(job)   ? "linked by vgpu-cc"
                              : "linked from registered kernels",
            text);
    free(text);
    return err == 0 || err == -ENOMEM ? err : -EINVAL;
}

/* A job without inputs for a new program, which is nobody's but the job's. */
static cl_int make_job(cl_context context, cl_uint num_devices,
                       const cl_device_id *devices, const char *options,
                       struct vgpu_build_job **job_out)
{
    cl_program program;
    struct vgpu_build_job *job;
    cl_int err = vgpu_program_create(context, num_devices, devices, &program);

    if (err != CL_SUCCESS)
        return err;
    job = vgpu_build_job_create(program);
    if (!job) {
        vgpu_program_abandon(program);
        return CL_OUT_OF_HOST_MEMORY;
    }
    err = vgpu_program_options(context, options, VGPU_STAGE_LINK,
                               CL_INVALID_LINKER_OPTIONS, &job->options);
    if (err == CL_SUCCESS && options) {
        job->options_text = strdup(options);
        if (!job->options_text)
            err = CL_OUT_OF_HOST_MEMORY;
    }
    job->verb = "linked";
    job->type = job->options.creates_library ? CL_PROGRAM_BINARY_TYPE_LIBRARY
                                             : CL_PROGRAM_BINARY_TYPE_EXECUTABLE;
    job->failure = CL_LINK_PROGRAM_FAILURE;
    job->make = make_of_inputs;
    if (err == CL_SUCCESS) {
        *job_out = job;
        return CL_SUCCESS;
    }
    vgpu_build_job_destroy(job);
    vgpu_program_abandon(program);
    return err;
}

cl_int vgpu_program_link(cl_context context, cl_uint num_devices,
                         const cl_device_id *devices, const char *options,
                         cl_uint num_inputs, const cl_program *inputs,
                         struct vgpu_build_callback callback, cl_program *program_out)
{
    struct vgpu_build_job *job;
    cl_program program;
    cl_int err = make_job(context, num_devices ? num_devices : context->num_devices,
                          num_devices ? devices : context->devices, options, &job);

    if (err != CL_SUCCESS)
        return err;
    program = job->program;
    job->callback = callback;
    err = claim_all(job, num_inputs, inputs);
    if (err == CL_SUCCESS)
        err = vgpu_build_job_run(job);
    else
        vgpu_build_job_destroy(job);
    if (err == CL_SUCCESS || err == CL_LINK_PROGRAM_FAILURE)
        *program_out = program;
    else
        vgpu_program_abandon(program);
    return err;
}
