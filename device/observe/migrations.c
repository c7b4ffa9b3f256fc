/* SPDX-License-Identifier: MIT */
/* Which buffers went from memory to memory, and how often. */
#include "observe/migrations.h"

#include "observe/json_text.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define BUFFERS 1024u /* that are told apart; a power of two */
#define TOLD    32u   /* that come into the profile */

struct row {
    uint64_t buffer;
    char *name; /* NULL: the row is free */
    uint32_t last_from, last_to;
    uint64_t pieces, bytes, returns;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards what follows */
static struct row rows[BUFFERS];
static unsigned num_rows;

/* The buffer's row; NULL: there is no room for more. Locked. */
static struct row *find(const struct vgpu_migration *migration)
{
    struct row *row;

    for (uint64_t i = migration->buffer;; i++) {
        row = &rows[i % BUFFERS];
        if (!row->name)
            break;
        if (row->buffer == migration->buffer)
            return row;
    }
    if (num_rows == BUFFERS - 1 || !(row->name = strdup(migration->name)))
        return NULL;
    num_rows++;
    row->buffer = migration->buffer;
    return row;
}

void vgpu_migrations_note(const struct vgpu_migration *migration)
{
    struct row *row;

    pthread_mutex_lock(&lock);
    row = find(migration);
    if (row) {
        row->returns += row->pieces > 0 && row->last_from == migration->to &&
                        row->last_to == migration->from;
        row->pieces++;
        row->bytes += migration->bytes;
        row->last_from = migration->from;
        row->last_to = migration->to;
    }
    pthread_mutex_unlock(&lock);
}

static int by_returns(const void *left, const void *right)
{
    const struct row *const a = *(const struct row *const *)left;
    const struct row *const b = *(const struct row *const *)right;

    if (a->returns != b->returns)
        return a->returns > b->returns ? -1 : 1;
    if (a->bytes != b->bytes)
        return a->bytes > b->bytes ? -1 : 1;
    return a->buffer < b->buffer ? -1 : a->buffer > b->buffer;
}

json_t *vgpu_migrations_json(void)
{
    static const struct row *sorted[BUFFERS];
    json_t *const list = json_array();
    unsigned count = 0;

    pthread_mutex_lock(&lock);
    for (unsigned i = 0; i < BUFFERS; i++)
        if (rows[i].name)
            sorted[count++] = &rows[i];
    qsort(sorted, count, sizeof *sorted, by_returns);
    for (unsigned i = 0; i < count && i < TOLD; i++)
        json_array_append_new(list, json_pack("{s:o, s:I, s:I, s:I}", "buffer",
                                              vgpu_json_string_of(sorted[i]->name),
                                              "pieces", (json_int_t)sorted[i]->pieces,
                                              "bytes", (json_int_t)sorted[i]->bytes,
                                              "returns", (json_int_t)sorted[i]->returns));
    pthread_mutex_unlock(&lock);
    return list;
}
