/* SPDX-License-Identifier: MIT */
/* Binaries of programs: magic, version, type, the kernels that are bound to registered
 * ones, the unit of those that were compiled, and XXH3-128 of all before it. */
#define _GNU_SOURCE
#include "object/program.h"

#include "compiler/hash.h" /* the room compiler-stub/ */
#include "compiler/wire.h"
#include "registry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BINARY_VERSION 1u
#define HASH_SIZE      (2 * sizeof(uint64_t))

static const char magic[8] = {'v', 'g', 'p', 'u', 'P', 'R', 'O', 'G'};

/* Kernels without code are a unit, too: of declarations alone. */
static int write_bound(struct vgpu_writer *writer, const struct vgpu_kernel_list *kernels)
{
    struct vgpu_unit unit = {.kind = VGPU_UNIT_OBJECT};
    void *bytes = NULL;
    size_t size = 0;
    int err;

    unit.kernels = calloc(kernels->count + 1, sizeof *unit.kernels);
    if (!unit.kernels)
        return -ENOMEM;
    for (size_t i = 0; i < kernels->count; i++)
        if (kernels->items[i].registered)
            unit.kernels[unit.num_kernels++].declaration = kernels->items[i].declaration;
    err = vgpu_unit_pack(&unit, &bytes, &size);
    if (err == 0)
        vgpu_write_block(writer, bytes, size);
    free(bytes);
    free(unit.kernels); /* the declarations are the list's */
    return err;
}

static int write_unit(struct vgpu_writer *writer, const struct vgpu_shared_unit *unit)
{
    void *bytes = NULL;
    size_t size = 0;
    const int err = unit ? vgpu_unit_pack(&unit->unit, &bytes, &size) : 0;

    vgpu_write_block(writer, bytes, size);
    free(bytes);
    return err;
}

/* The names of kernels that were made with -cl-uniform-work-group-size. */
static void write_uniform(struct vgpu_writer *writer,
                          const struct vgpu_kernel_list *kernels)
{
    uint64_t count = 0;

    for (size_t i = 0; i < kernels->count; i++)
        count += kernels->items[i].uniform_work_groups;
    vgpu_write_u64(writer, count);
    for (size_t i = 0; i < kernels->count; i++)
        if (kernels->items[i].uniform_work_groups)
            vgpu_write_string(writer, kernels->items[i].declaration.name);
}

int vgpu_program_binary(const struct vgpu_program_build *build, void **bytes_out,
                        size_t *size_out)
{
    const struct vgpu_program_part *const part = &build->part;
    struct vgpu_writer writer = {.bytes = NULL};
    struct vgpu_hash hash = {{0}};
    int err;

    *bytes_out = NULL;
    *size_out = 0;
    if (build->binary_type == CL_PROGRAM_BINARY_TYPE_NONE)
        return 0;
    vgpu_write_bytes(&writer, magic, sizeof magic);
    vgpu_write_u32(&writer, BINARY_VERSION);
    vgpu_write_u32(&writer, build->binary_type);
    err = write_bound(&writer, &part->kernels);
    if (err == 0)
        err = write_unit(&writer, part->unit);
    write_uniform(&writer, &part->kernels);
    if (err == 0 && !writer.failed)
        hash = vgpu_hash_of(writer.bytes, writer.size);
    vgpu_write_u64(&writer, hash.words[0]);
    vgpu_write_u64(&writer, hash.words[1]);
    if (err == 0)
        err = vgpu_writer_take(&writer, bytes_out, size_out);
    vgpu_writer_fini(&writer);
    return err;
}

static bool is_intact(const unsigned char *bytes, size_t size)
{
    struct vgpu_reader reader;
    struct vgpu_hash hash;

    if (size < sizeof magic + HASH_SIZE || memcmp(bytes, magic, sizeof magic) != 0)
        return false;
    vgpu_reader_init(&reader, bytes + size - HASH_SIZE, HASH_SIZE);
    hash.words[0] = vgpu_read_u64(&reader);
    hash.words[1] = vgpu_read_u64(&reader);
    return vgpu_hash_is_same(hash, vgpu_hash_of(bytes, size - HASH_SIZE));
}

/* Binds the declared kernels again. -EINVAL: one is not registered any more, or with
 * another signature. */
static int read_bound(struct vgpu_reader *reader, struct vgpu_program_part *part)
{
    struct vgpu_unit unit;
    size_t size;
    const void *const block = vgpu_read_block(reader, &size);
    int err = reader->error ? reader->error : vgpu_unit_unpack(block, size, &unit);

    if (err != 0)
        return err;
    for (size_t i = 0; err == 0 && i < unit.num_kernels; i++) {
        const struct vgpu_declaration *const declaration = &unit.kernels[i].declaration;
        const struct vgpu_program_kernel kernel = {
            .registered = vgpu_registry_find(declaration->name),
            .declaration = *declaration};

        err = kernel.registered && vgpu_declaration_matches(
                                       declaration, &kernel.registered->declaration)
                  ? vgpu_kernel_list_append(&part->kernels, &kernel)
                  : -EINVAL;
    }
    vgpu_unit_fini(&unit);
    return err;
}

static enum vgpu_unit_kind unit_kind_of(cl_program_binary_type type)
{
    return type == CL_PROGRAM_BINARY_TYPE_EXECUTABLE ? VGPU_UNIT_EXECUTABLE
           : type == CL_PROGRAM_BINARY_TYPE_LIBRARY  ? VGPU_UNIT_LIBRARY
                                                     : VGPU_UNIT_OBJECT;
}

static int read_unit(struct vgpu_reader *reader, cl_program_binary_type type,
                     struct vgpu_program_part *part)
{
    struct vgpu_shared_unit *shared;
    struct vgpu_unit unit;
    size_t size;
    const void *const block = vgpu_read_block(reader, &size);
    int err = reader->error;

    if (err != 0 || size == 0)
        return err;
    err = vgpu_unit_unpack(block, size, &unit);
    if (err != 0)
        return err;
    err = unit.kind == unit_kind_of(type) ? 0 : -EINVAL;
    shared = vgpu_shared_unit_create(&unit);
    if (!shared)
        return -ENOMEM;
    if (err == 0)
        err = vgpu_program_part_add_unit(part, shared);
    vgpu_shared_unit_release(shared);
    return err;
}

static int read_uniform(struct vgpu_reader *reader, struct vgpu_kernel_list *kernels)
{
    size_t count;
    char **const names = vgpu_read_strings(reader, &count);

    if (reader->error)
        return reader->error;
    for (size_t i = 0; i < count; i++) {
        struct vgpu_program_kernel *const kernel =
            vgpu_kernel_list_find(kernels, names[i]);

        if (kernel)
            kernel->uniform_work_groups = true;
    }
    vgpu_strings_free(names, count);
    return 0;
}

/* 0, -ENOMEM or -EINVAL. */
static int read_binary(const unsigned char *bytes, size_t size,
                       struct vgpu_program_build *build)
{
    struct vgpu_program_part part = {.unit = NULL};
    struct vgpu_reader reader;
    cl_program_binary_type type;
    int err;

    if (!is_intact(bytes, size))
        return -EINVAL;
    vgpu_reader_init(&reader, bytes + sizeof magic, size - sizeof magic - HASH_SIZE);
    if (vgpu_read_u32(&reader) != BINARY_VERSION)
        return -EINVAL;
    type = vgpu_read_u32_to(&reader, CL_PROGRAM_BINARY_TYPE_EXECUTABLE);
    err = type == CL_PROGRAM_BINARY_TYPE_NONE ? -EINVAL : read_bound(&reader, &part);
    if (err == 0)
        err = read_unit(&reader, type, &part);
    if (err == 0)
        err = read_uniform(&reader, &part.kernels);
    if (err == 0)
        err = vgpu_reader_finish(&reader);
    if (err == 0)
        err = vgpu_program_part_copy(&build->part, &part);
    if (err == 0) {
        build->loaded = part;
        build->loaded_type = build->binary_type = type;
    } else {
        vgpu_program_part_fini(&part);
    }
    return err;
}

/* Every binary is looked at, and each has its status. */
static cl_int read_binaries(cl_program program, const size_t *lengths,
                            const unsigned char **binaries, cl_int *statuses)
{
    cl_int result = CL_SUCCESS;

    for (cl_uint i = 0; i < program->num_devices; i++) {
        const int err = read_binary(binaries[i], lengths[i], &program->builds[i]);
        const cl_int status = err == 0         ? CL_SUCCESS
                              : err == -ENOMEM ? CL_OUT_OF_HOST_MEMORY
                                               : CL_INVALID_BINARY;

        if (statuses)
            statuses[i] = status;
        if (status != CL_SUCCESS)
            result = status;
    }
    return result;
}

cl_int vgpu_program_from_binaries(cl_context context, cl_uint num_devices,
                                  const cl_device_id *devices, const size_t *lengths,
                                  const unsigned char **binaries, cl_int *statuses,
                                  cl_program *program_out)
{
    cl_program program;
    cl_int err = vgpu_program_create(context, num_devices, devices, &program);

    if (err != CL_SUCCESS)
        return err;
    program->is_from_binary = true;
    err = read_binaries(program, lengths, binaries, statuses);
    if (err == CL_SUCCESS)
        *program_out = program;
    else
        vgpu_program_abandon(program);
    return err;
}
