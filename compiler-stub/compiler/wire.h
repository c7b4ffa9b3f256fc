/* SPDX-License-Identifier: MIT */
/* Numbers, strings and blocks as bytes: what messages, units and cache entries are made
 * of. Numbers are little endian; a block is its u64 length and its bytes; a string is a
 * block without NUL; a list is its u64 count and its elements. */
#ifndef VGPU_WIRE_H
#define VGPU_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that grow. Starts as {0}. A failed allocation is remembered, so that only
 * vgpu_writer_take is checked. */
struct vgpu_writer {
    unsigned char *bytes;
    size_t size;
    size_t capacity;
    bool failed;
};

void vgpu_write_u32(struct vgpu_writer *writer, uint32_t value);
void vgpu_write_u64(struct vgpu_writer *writer, uint64_t value);
/* The bytes alone, without their length. */
void vgpu_write_bytes(struct vgpu_writer *writer, const void *bytes, size_t size);
void vgpu_write_block(struct vgpu_writer *writer, const void *bytes, size_t size);
void vgpu_write_string(struct vgpu_writer *writer, const char *string);
void vgpu_write_strings(struct vgpu_writer *writer, const char *const *strings,
                        size_t count);

/* vgpu_writer_take - what was written, now the caller's to free; the writer starts anew.
 * 0, or -ENOMEM where memory ran out on the way. */
int vgpu_writer_take(struct vgpu_writer *writer, void **bytes_out, size_t *size_out);
void vgpu_writer_fini(struct vgpu_writer *writer);

/* Bytes being read: never outside of them. The first thing that is not there, or not as
 * it should be, is remembered in `error` (-EINVAL; -ENOMEM where memory is short); from
 * then on every read gives 0 or NULL. */
struct vgpu_reader {
    const unsigned char *at;
    size_t left;
    int error;
};

void vgpu_reader_init(struct vgpu_reader *reader, const void *bytes, size_t size);
uint32_t vgpu_read_u32(struct vgpu_reader *reader);
uint64_t vgpu_read_u64(struct vgpu_reader *reader);
/* A number that has to fit a size_t. */
size_t vgpu_read_size(struct vgpu_reader *reader);
/* A number of at most `most`. */
uint32_t vgpu_read_u32_to(struct vgpu_reader *reader, uint32_t most);
/* The bytes alone: they stay where they are. */
const void *vgpu_read_bytes(struct vgpu_reader *reader, size_t size);
/* A block: its bytes stay where they are. Not NULL where there is no error. */
const void *vgpu_read_block(struct vgpu_reader *reader, size_t *size_out);
/* A block, copied: the caller frees. NULL for an empty one. */
void *vgpu_read_block_copy(struct vgpu_reader *reader, size_t *size_out);
/* A string, copied and with a NUL; one that holds a NUL is an error. The caller frees. */
char *vgpu_read_string(struct vgpu_reader *reader);
/* A list's count. No more than can follow, where an element takes `least` (> 0) bytes or
 * more: so a hostile count asks for no more memory than the message has. */
size_t vgpu_read_count(struct vgpu_reader *reader, size_t least);
/* A list of strings: an array that ends in NULL (not counted), for vgpu_strings_free.
 * NULL after an error. */
char **vgpu_read_strings(struct vgpu_reader *reader, size_t *count_out);
void vgpu_strings_free(char **strings, size_t count);

/* vgpu_reader_fail - what was read makes no sense. */
void vgpu_reader_fail(struct vgpu_reader *reader, int error);

/* vgpu_reader_finish - `error`, or -EINVAL where something is left. */
int vgpu_reader_finish(struct vgpu_reader *reader);

#endif
