/* SPDX-License-Identifier: MIT */
/* Units as one block of bytes: magic, version, fields, XXH3-128 of all before it. */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/hash.h"
#include "compiler/wire.h"

#define UNIT_VERSION 7u
#define HASH_SIZE    (2 * sizeof(uint64_t))

static const char magic[8] = {'v', 'g', 'p', 'u', 'U', 'N', 'I', 'T'};

enum {
    PARAMETER_LEAST = 3 * 8 + 4 * 4 + 8, /* bytes that one takes */
    KERNEL_LEAST = 3 * 8 + 4 * 4 + 8 * 8
};

static void write_parameter(struct vgpu_writer *writer,
                            const struct vgpu_parameter *parameter)
{
    vgpu_write_string(writer, parameter->name);
    vgpu_write_string(writer, parameter->type);
    vgpu_write_string(writer, parameter->same_as);
    vgpu_write_u32(writer, parameter->kind);
    vgpu_write_u32(writer, parameter->space);
    vgpu_write_u32(writer, parameter->qualifiers);
    vgpu_write_u32(writer, parameter->is_pointer);
    vgpu_write_u64(writer, parameter->size);
}

static void write_kernel(struct vgpu_writer *writer,
                         const struct vgpu_unit_kernel *kernel)
{
    const struct vgpu_declaration *declaration = &kernel->declaration;

    vgpu_write_string(writer, declaration->name);
    vgpu_write_string(writer, declaration->attributes);
    vgpu_write_u32(writer, declaration->is_definition);
    for (size_t i = 0; i < 3; i++)
        vgpu_write_u64(writer, declaration->required_local_size[i]);
    for (size_t i = 0; i < 3; i++)
        vgpu_write_u64(writer, declaration->hinted_local_size[i]);
    vgpu_write_u64(writer, declaration->num_parameters);
    for (uint32_t i = 0; i < declaration->num_parameters; i++)
        write_parameter(writer, &declaration->parameters[i]);
    vgpu_write_u64(writer, kernel->local_bytes);
    vgpu_write_u64(writer, kernel->private_bytes);
    vgpu_write_u32(writer, kernel->has_barrier);
    vgpu_write_u32(writer, kernel->sees_groups);
    vgpu_write_u32(writer, kernel->sees_sub_groups);
    vgpu_traced_table_write(writer, kernel->traced);
}

int vgpu_unit_pack(const struct vgpu_unit *unit, void **bytes_out, size_t *size_out)
{
    struct vgpu_writer writer = {0};
    struct vgpu_hash hash = {{0}};

    vgpu_write_bytes(&writer, magic, sizeof magic);
    vgpu_write_u32(&writer, UNIT_VERSION);
    vgpu_write_u32(&writer, unit->kind);
    vgpu_write_u64(&writer, unit->num_kernels);
    for (size_t i = 0; i < unit->num_kernels; i++)
        write_kernel(&writer, &unit->kernels[i]);
    vgpu_write_block(&writer, unit->variables, unit->variables_size);
    vgpu_write_u64(&writer, unit->num_addresses);
    for (size_t i = 0; i < unit->num_addresses; i++)
        vgpu_write_u64(&writer, unit->addresses[i]);
    vgpu_write_block(&writer, unit->bitcode, unit->bitcode_size);
    if (!writer.failed)
        hash = vgpu_hash_of(writer.bytes, writer.size);
    vgpu_write_u64(&writer, hash.words[0]);
    vgpu_write_u64(&writer, hash.words[1]);
    return vgpu_writer_take(&writer, bytes_out, size_out);
}

static void read_parameter(struct vgpu_reader *reader, struct vgpu_parameter *parameter)
{
    const unsigned all_qualifiers =
        VGPU_QUALIFIER_CONST | VGPU_QUALIFIER_RESTRICT | VGPU_QUALIFIER_VOLATILE;

    parameter->name = vgpu_read_string(reader);
    parameter->type = vgpu_read_string(reader);
    parameter->same_as = vgpu_read_string(reader);
    parameter->kind = (enum vgpu_type_kind)vgpu_read_u32_to(reader, VGPU_TYPE_UNKNOWN);
    parameter->space =
        (enum vgpu_address_space)vgpu_read_u32_to(reader, VGPU_SPACE_LOCAL);
    parameter->qualifiers = vgpu_read_u32_to(reader, all_qualifiers);
    parameter->is_pointer = vgpu_read_u32_to(reader, 1) != 0;
    parameter->size = vgpu_read_size(reader);
}

static void read_parameters(struct vgpu_reader *reader,
                            struct vgpu_declaration *declaration)
{
    const size_t count = vgpu_read_count(reader, PARAMETER_LEAST);

    if (count == 0)
        return;
    if (count > UINT32_MAX) {
        vgpu_reader_fail(reader, -EINVAL);
        return;
    }
    declaration->parameters = calloc(count, sizeof *declaration->parameters);
    if (!declaration->parameters) {
        vgpu_reader_fail(reader, -ENOMEM);
        return;
    }
    declaration->num_parameters = (uint32_t)count;
    for (size_t i = 0; i < count && reader->error == 0; i++)
        read_parameter(reader, &declaration->parameters[i]);
}

static void read_kernel(struct vgpu_reader *reader, struct vgpu_unit_kernel *kernel)
{
    struct vgpu_declaration *declaration = &kernel->declaration;

    declaration->name = vgpu_read_string(reader);
    declaration->attributes = vgpu_read_string(reader);
    declaration->is_definition = vgpu_read_u32_to(reader, 1) != 0;
    for (size_t i = 0; i < 3; i++)
        declaration->required_local_size[i] = vgpu_read_size(reader);
    for (size_t i = 0; i < 3; i++)
        declaration->hinted_local_size[i] = vgpu_read_size(reader);
    read_parameters(reader, declaration);
    kernel->local_bytes = vgpu_read_size(reader);
    kernel->private_bytes = vgpu_read_size(reader);
    kernel->has_barrier = vgpu_read_u32_to(reader, 1) != 0;
    kernel->sees_groups = vgpu_read_u32_to(reader, 1) != 0;
    kernel->sees_sub_groups = vgpu_read_u32_to(reader, 1) != 0;
    kernel->traced = vgpu_traced_table_read(reader);
}

static void read_kernels(struct vgpu_reader *reader, struct vgpu_unit *unit)
{
    const size_t count = vgpu_read_count(reader, KERNEL_LEAST);

    if (count == 0)
        return;
    unit->kernels = calloc(count, sizeof *unit->kernels);
    if (!unit->kernels) {
        vgpu_reader_fail(reader, -ENOMEM);
        return;
    }
    unit->num_kernels = count;
    for (size_t i = 0; i < count && reader->error == 0; i++)
        read_kernel(reader, &unit->kernels[i]);
}

static void read_addresses(struct vgpu_reader *reader, struct vgpu_unit *unit)
{
    const size_t count = vgpu_read_count(reader, sizeof *unit->addresses);

    if (count == 0)
        return;
    unit->addresses = calloc(count, sizeof *unit->addresses);
    if (!unit->addresses) {
        vgpu_reader_fail(reader, -ENOMEM);
        return;
    }
    unit->num_addresses = count;
    for (size_t i = 0, end = 0; i < count && reader->error == 0; i++) {
        const size_t at = vgpu_read_size(reader);

        if (at < end || unit->variables_size < sizeof(void *) ||
            at > unit->variables_size - sizeof(void *))
            vgpu_reader_fail(reader, -EINVAL);
        unit->addresses[i] = at;
        end = at + sizeof(void *);
    }
}

/* The format is ours, and nothing of it was damaged. */
static bool is_intact(const unsigned char *bytes, size_t size)
{
    struct vgpu_reader hash;

    if (!bytes || size < sizeof magic + HASH_SIZE || memcmp(bytes, magic, sizeof magic))
        return false;
    size -= HASH_SIZE;
    vgpu_reader_init(&hash, bytes + size, HASH_SIZE);
    const uint64_t low = vgpu_read_u64(&hash), high = vgpu_read_u64(&hash);
    return vgpu_hash_is_same(vgpu_hash_of(bytes, size), (struct vgpu_hash){{low, high}});
}

int vgpu_unit_unpack(const void *bytes, size_t size, struct vgpu_unit *unit_out)
{
    struct vgpu_unit unit = {0};
    struct vgpu_reader reader;
    int error;

    if (!is_intact(bytes, size))
        return -EINVAL;
    vgpu_reader_init(&reader, bytes, size - HASH_SIZE);
    vgpu_read_bytes(&reader, sizeof magic);
    if (vgpu_read_u32(&reader) != UNIT_VERSION)
        vgpu_reader_fail(&reader, -EINVAL);
    unit.kind = (enum vgpu_unit_kind)vgpu_read_u32_to(&reader, VGPU_UNIT_EXECUTABLE);
    if (unit.kind < VGPU_UNIT_OBJECT)
        vgpu_reader_fail(&reader, -EINVAL);
    read_kernels(&reader, &unit);
    unit.variables = vgpu_read_block_copy(&reader, &unit.variables_size);
    read_addresses(&reader, &unit);
    unit.bitcode = vgpu_read_block_copy(&reader, &unit.bitcode_size);
    error = vgpu_reader_finish(&reader);
    if (error != 0) {
        vgpu_unit_fini(&unit);
        return error;
    }
    *unit_out = unit;
    return 0;
}

void vgpu_unit_fill_variables(const struct vgpu_unit *unit, void *memory)
{
    if (unit->variables_size == 0)
        return;
    memcpy(memory, unit->variables, unit->variables_size);
    for (size_t i = 0; i < unit->num_addresses; i++) {
        unsigned char *const at = (unsigned char *)memory + unit->addresses[i];
        uintptr_t address;

        memcpy(&address, at, sizeof address);
        address += (uintptr_t)memory;
        memcpy(at, &address, sizeof address);
    }
}

void vgpu_unit_fini(struct vgpu_unit *unit)
{
    for (size_t i = 0; i < unit->num_kernels; i++) {
        vgpu_declaration_fini(&unit->kernels[i].declaration);
        vgpu_traced_table_free(unit->kernels[i].traced);
    }
    free(unit->kernels);
    free(unit->variables);
    free(unit->addresses);
    free(unit->bitcode);
    *unit = (struct vgpu_unit){0};
}
