/* SPDX-License-Identifier: MIT */
/* Tables of traced kernels (traced_abi.h): in memory, and as they lie in packed units. */
#ifndef VGPU_TRACED_TABLE_H
#define VGPU_TRACED_TABLE_H

#include "traced_abi.h"

struct vgpu_writer;
struct vgpu_reader;

/* vgpu_traced_table_write - NULL: there is none, which is what is read again. */
void vgpu_traced_table_write(struct vgpu_writer *writer,
                             const struct vgpu_traced_table *table);

/* vgpu_traced_table_read - a table whose indices are all within it, for
 * vgpu_traced_table_free; NULL where there is none, or the reader has failed. */
struct vgpu_traced_table *vgpu_traced_table_read(struct vgpu_reader *reader);

/* vgpu_traced_table_copy - one that shares nothing with it. NULL: no memory, or `table`
 * is NULL. */
struct vgpu_traced_table *vgpu_traced_table_copy(const struct vgpu_traced_table *table);

void vgpu_traced_table_free(struct vgpu_traced_table *table); /* may be NULL */

#endif
