/* SPDX-License-Identifier: MIT */
/* Heat spreads over a plate that is cut into a tile for each MPI rank, with borders of
 * one number all round (the halo). Before each step, neighbours send each other the rows
 * and columns at their edges into these borders. MPI reads and writes the tile itself,
 * where it is mapped; a column is a data type with a stride. */
#include "mpi_halo_exchange_cl.h"
#include "sample_rank.h"
#include "sample_team.h" /* sample_share_begin */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 20

/* First to first + count - 1 of the plate's rows or columns are the tile's. */
struct range {
    size_t first, count;
};

struct tile {
    struct sample_rank rank;
    MPI_Comm plate;            /* the ranks as a grid */
    int up, down, left, right; /* neighbours; MPI_PROC_NULL at the plate's edges */
    struct range rows, columns;
    size_t pitch, size;       /* numbers of a row, and of all rows, borders included */
    MPI_Datatype row, column; /* without borders */
    cl_kernel spread;
    cl_mem now, next;
    double kernel_ms;
};

static struct range share(size_t n, int which, int count)
{
    const size_t first = sample_share_begin(n, (cl_uint)which, (cl_uint)count);

    return (struct range){
        first, sample_share_begin(n, (cl_uint)which + 1, (cl_uint)count) - first};
}

/* Cuts a plate of n by n numbers into tiles, as square as they get. */
static void cut_plate(struct tile *tile, size_t n)
{
    const int round[] = {0, 0};
    int ranks[] = {0, 0}, place[2];

    MPI_Dims_create(tile->rank.count, 2, ranks);
    if (n < (size_t)ranks[0])
        sample_fail("%d x %d ranks need at least -n %d", ranks[0], ranks[1], ranks[0]);
    MPI_Cart_create(MPI_COMM_WORLD, 2, ranks, round, 0, &tile->plate);
    MPI_Cart_coords(tile->plate, tile->rank.rank, 2, place);
    MPI_Cart_shift(tile->plate, 0, 1, &tile->up, &tile->down);
    MPI_Cart_shift(tile->plate, 1, 1, &tile->left, &tile->right);
    tile->rows = share(n, place[0], ranks[0]);
    tile->columns = share(n, place[1], ranks[1]);
    tile->pitch = tile->columns.count + 2;
    tile->size = tile->pitch * (tile->rows.count + 2);
    MPI_Type_contiguous((int)tile->columns.count, MPI_UINT32_T, &tile->row);
    MPI_Type_commit(&tile->row);
    MPI_Type_vector((int)tile->rows.count, 1, (int)tile->pitch, MPI_UINT32_T,
                    &tile->column);
    MPI_Type_commit(&tile->column);
}

/* Sends one edge to a neighbour, while the border opposite comes from the other one. */
static void exchange(const struct tile *tile, cl_uint *mapped, MPI_Datatype type,
                     size_t edge, int to, size_t border, int from)
{
    MPI_Sendrecv(mapped + edge, 1, type, to, 0, mapped + border, 1, type, from, 0,
                 tile->plate, MPI_STATUS_IGNORE);
}

static void exchange_borders(const struct tile *tile)
{
    const size_t rows = tile->rows.count, columns = tile->columns.count;
    const size_t pitch = tile->pitch, first = pitch + 1;
    cl_uint *mapped = sample_rank_map(&tile->rank, tile->now, CL_MAP_READ | CL_MAP_WRITE,
                                      0, tile->size);

    exchange(tile, mapped, tile->row, first, tile->up, first + rows * pitch, tile->down);
    exchange(tile, mapped, tile->row, rows * pitch + 1, tile->down, 1, tile->up);
    exchange(tile, mapped, tile->column, first, tile->left, first + columns, tile->right);
    exchange(tile, mapped, tile->column, pitch + columns, tile->right, pitch, tile->left);
    sample_rank_unmap(&tile->rank, tile->now, mapped);
}

static void step(struct tile *tile)
{
    const size_t global[] = {tile->columns.count, tile->rows.count};
    const cl_uint pitch = (cl_uint)tile->pitch;
    cl_mem before = tile->now;
    cl_event spread;

    SAMPLE_CHECK(clSetKernelArg(tile->spread, 0, sizeof(cl_mem), &tile->next));
    SAMPLE_CHECK(clSetKernelArg(tile->spread, 1, sizeof(cl_mem), &tile->now));
    SAMPLE_CHECK(clSetKernelArg(tile->spread, 2, sizeof(pitch), &pitch));
    SAMPLE_CHECK(clEnqueueNDRangeKernel(tile->rank.queue, tile->spread, 2, NULL, global,
                                        NULL, 0, NULL, &spread));
    SAMPLE_CHECK(clWaitForEvents(1, &spread));
    tile->kernel_ms += sample_event_ms(spread);
    clReleaseEvent(spread);
    tile->now = tile->next;
    tile->next = before;
}

/* The plate's n by n numbers with a border of zeros, the same on all ranks. */
static cl_uint *new_plate(size_t n)
{
    cl_uint *plate = sample_alloc((n + 2) * (n + 2), sizeof(*plate));
    uint64_t random = 23;

    for (size_t row = 1; row <= n; row++) {
        for (size_t column = 1; column <= n; column++)
            plate[row * (n + 2) + column] = sample_random(&random) >> 4;
    }
    return plate;
}

/* A buffer with this rank's numbers of the plate. Borders are 0: those at the plate's
 * edges stay so. */
static cl_mem new_tile(const struct tile *tile, const cl_uint *plate, size_t n)
{
    cl_mem buffer = sample_rank_buffer(&tile->rank, tile->size);
    cl_uint *mapped = sample_rank_map(&tile->rank, buffer, CL_MAP_WRITE_INVALIDATE_REGION,
                                      0, tile->size);

    memset(mapped, 0, tile->size * sizeof(*mapped));
    for (size_t row = 1; row <= tile->rows.count; row++)
        memcpy(mapped + row * tile->pitch + 1,
               plate + (tile->rows.first + row) * (n + 2) + tile->columns.first + 1,
               tile->columns.count * sizeof(*mapped));
    sample_rank_unmap(&tile->rank, buffer, mapped);
    return buffer;
}

/* What plain C makes of the whole plate. */
static void expect(cl_uint *plate, size_t n)
{
    const size_t pitch = n + 2;
    cl_uint *next = sample_alloc(pitch * pitch, sizeof(*next));

    for (int s = 0; s < STEPS; s++) {
        for (size_t row = 1; row <= n; row++) {
            for (size_t i = row * pitch + 1; i <= row * pitch + n; i++)
                next[i] = (4 * plate[i] + plate[i - 1] + plate[i + 1] + plate[i - pitch] +
                           plate[i + pitch]) /
                          8;
        }
        memcpy(plate, next, pitch * pitch * sizeof(*plate));
    }
    free(next);
}

static bool is_part_of(const struct tile *tile, const cl_uint *plate, size_t n)
{
    cl_uint *mapped = sample_rank_map(&tile->rank, tile->now, CL_MAP_READ, 0, tile->size);
    bool ok = true;

    for (size_t i = 0; i < tile->rows.count * tile->columns.count && ok; i++) {
        const size_t row = i / tile->columns.count, column = i % tile->columns.count;
        const cl_uint found = mapped[(row + 1) * tile->pitch + column + 1];
        const cl_uint expected = plate[(tile->rows.first + row + 1) * (n + 2) +
                                       tile->columns.first + column + 1];

        ok = found == expected;
        if (!ok)
            fprintf(stderr, "rank %d: row %zu, column %zu of its tile is %u, not %u\n",
                    tile->rank.rank, row, column, found, expected);
    }
    sample_rank_unmap(&tile->rank, tile->now, mapped);
    SAMPLE_CHECK(clFinish(tile->rank.queue));
    return ok;
}

static void release_tile(struct tile *tile)
{
    clReleaseMemObject(tile->next);
    clReleaseMemObject(tile->now);
    clReleaseKernel(tile->spread);
    MPI_Type_free(&tile->column);
    MPI_Type_free(&tile->row);
    MPI_Comm_free(&tile->plate);
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Lets heat spread over a plate that is shared by MPI ranks.",
        .size = "rows and columns",
        .n = 1024,
        .n_max = 1u << 13,
    };
    struct tile tile = {0};

    sample_parse(&options, argc, argv);
    const size_t n = options.n;
    sample_rank_open(&tile.rank, &options, mpi_halo_exchange_cl);
    cut_plate(&tile, n);
    cl_uint *plate = new_plate(n);
    tile.spread = sample_rank_kernel(&tile.rank, "spread");
    tile.now = new_tile(&tile, plate, n);
    tile.next = new_tile(&tile, plate, n);
    for (int s = 0; s < STEPS; s++) {
        exchange_borders(&tile);
        step(&tile);
    }
    expect(plate, n);
    bool ok = is_part_of(&tile, plate, n);

    free(plate);
    release_tile(&tile);
    int status = sample_rank_report(&tile.rank, "mpi_halo_exchange",
                                    sample_text("%zux%zu", n, n), tile.kernel_ms, ok);
    sample_rank_close(&tile.rank);
    return status;
}
