/* SPDX-License-Identifier: MIT */
/* Numbers, strings and blocks as bytes. */
#include "wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "arithmetic.h"

static bool reserve(struct vgpu_writer *writer, size_t more)
{
    size_t capacity = writer->capacity ? writer->capacity : 256;
    size_t needed;
    unsigned char *bytes;

    if (!vgpu_add(writer->size, more, &needed))
        return false;
    while (capacity < needed) {
        if (!vgpu_multiply(capacity, 2, &capacity))
            return false;
    }
    if (capacity == writer->capacity)
        return true;
    bytes = realloc(writer->bytes, capacity);
    if (!bytes)
        return false;
    writer->bytes = bytes;
    writer->capacity = capacity;
    return true;
}

void vgpu_write_bytes(struct vgpu_writer *writer, const void *bytes, size_t size)
{
    if (writer->failed || !reserve(writer, size)) {
        writer->failed = true;
        return;
    }
    if (size)
        memcpy(writer->bytes + writer->size, bytes, size);
    writer->size += size;
}

static void write_number(struct vgpu_writer *writer, uint64_t value, size_t size)
{
    unsigned char bytes[8];

    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(value >> (8 * i));
    vgpu_write_bytes(writer, bytes, size);
}

void vgpu_write_u32(struct vgpu_writer *writer, uint32_t value)
{
    write_number(writer, value, 4);
}

void vgpu_write_u64(struct vgpu_writer *writer, uint64_t value)
{
    write_number(writer, value, 8);
}

void vgpu_write_block(struct vgpu_writer *writer, const void *bytes, size_t size)
{
    vgpu_write_u64(writer, size);
    vgpu_write_bytes(writer, bytes, size);
}

void vgpu_write_string(struct vgpu_writer *writer, const char *string)
{
    vgpu_write_block(writer, string, strlen(string));
}

void vgpu_write_strings(struct vgpu_writer *writer, const char *const *strings,
                        size_t count)
{
    vgpu_write_u64(writer, count);
    for (size_t i = 0; i < count; i++)
        vgpu_write_string(writer, strings[i]);
}

void vgpu_writer_fini(struct vgpu_writer *writer)
{
    free(writer->bytes);
    *writer = (struct vgpu_writer){0};
}

int vgpu_writer_take(struct vgpu_writer *writer, void **bytes_out, size_t *size_out)
{
    if (writer->failed || !reserve(writer, 0)) {
        vgpu_writer_fini(writer);
        return -ENOMEM;
    }
    *bytes_out = writer->bytes;
    *size_out = writer->size;
    *writer = (struct vgpu_writer){0};
    return 0;
}

void vgpu_reader_init(struct vgpu_reader *reader, const void *bytes, size_t size)
{
    *reader = (struct vgpu_reader){.at = bytes, .left = size};
}

void vgpu_reader_fail(struct vgpu_reader *reader, int error)
{
    if (reader->error == 0)
        reader->error = error;
    reader->left = 0;
}

const void *vgpu_read_bytes(struct vgpu_reader *reader, size_t size)
{
    const unsigned char *at = reader->at;

    if (reader->error == 0 && size > reader->left)
        vgpu_reader_fail(reader, -EINVAL);
    if (reader->error != 0)
        return NULL;
    reader->at += size;
    reader->left -= size;
    return at;
}

static uint64_t read_number(struct vgpu_reader *reader, size_t size)
{
    const unsigned char *bytes = vgpu_read_bytes(reader, size);
    uint64_t value = 0;

    for (size_t i = 0; bytes && i < size; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

uint32_t vgpu_read_u32(struct vgpu_reader *reader)
{
    return (uint32_t)read_number(reader, 4);
}

uint64_t vgpu_read_u64(struct vgpu_reader *reader)
{
    return read_number(reader, 8);
}

size_t vgpu_read_size(struct vgpu_reader *reader)
{
    const uint64_t value = vgpu_read_u64(reader);

    if (value > SIZE_MAX) {
        vgpu_reader_fail(reader, -EINVAL);
        return 0;
    }
    return (size_t)value;
}

uint32_t vgpu_read_u32_to(struct vgpu_reader *reader, uint32_t most)
{
    const uint32_t value = vgpu_read_u32(reader);

    if (value > most) {
        vgpu_reader_fail(reader, -EINVAL);
        return 0;
    }
    return value;
}

const void *vgpu_read_block(struct vgpu_reader *reader, size_t *size_out)
{
    const size_t size = vgpu_read_size(reader);
    const void *bytes = vgpu_read_bytes(reader, size);

    *size_out = bytes ? size : 0;
    return bytes;
}

void *vgpu_read_block_copy(struct vgpu_reader *reader, size_t *size_out)
{
    const void *bytes = vgpu_read_block(reader, size_out);
    void *copy;

    if (*size_out == 0)
        return NULL;
    copy = malloc(*size_out);
    if (!copy) {
        vgpu_reader_fail(reader, -ENOMEM);
        *size_out = 0;
        return NULL;
    }
    memcpy(copy, bytes, *size_out);
    return copy;
}

char *vgpu_read_string(struct vgpu_reader *reader)
{
    size_t size;
    const char *bytes = vgpu_read_block(reader, &size);
    char *string;

    if (bytes && memchr(bytes, '\0', size))
        vgpu_reader_fail(reader, -EINVAL);
    if (reader->error != 0)
        return NULL;
    string = malloc(size + 1);
    if (!string) {
        vgpu_reader_fail(reader, -ENOMEM);
        return NULL;
    }
    memcpy(string, bytes, size);
    string[size] = '\0';
    return string;
}

size_t vgpu_read_count(struct vgpu_reader *reader, size_t least)
{
    const size_t count = vgpu_read_size(reader);

    if (count > reader->left / least) {
        vgpu_reader_fail(reader, -EINVAL);
        return 0;
    }
    return count;
}

char **vgpu_read_strings(struct vgpu_reader *reader, size_t *count_out)
{
    const size_t count = vgpu_read_count(reader, sizeof(uint64_t));
    char **strings = reader->error == 0 ? calloc(count + 1, sizeof *strings) : NULL;

    *count_out = 0;
    if (!strings) {
        vgpu_reader_fail(reader, -ENOMEM);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        strings[i] = vgpu_read_string(reader);
    if (reader->error != 0) {
        vgpu_strings_free(strings, count);
        return NULL;
    }
    *count_out = count;
    return strings;
}

void vgpu_strings_free(char **strings, size_t count)
{
    for (size_t i = 0; strings && i < count; i++)
        free(strings[i]);
    free(strings);
}

int vgpu_reader_finish(struct vgpu_reader *reader)
{
    if (reader->error == 0 && reader->left != 0)
        vgpu_reader_fail(reader, -EINVAL);
    return reader->error;
}
