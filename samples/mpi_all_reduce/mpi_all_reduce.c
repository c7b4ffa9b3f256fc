/* SPDX-License-Identifier: MIT */
/* Each MPI rank has a GPU with a vector; in the end each has the sum of all vectors. The
 * vectors are cut into as many parts as there are ranks. In each step every rank sends
 * one part to its right neighbour, gets one from its left, and adds it; once round, each
 * part is complete on one rank. Then the complete parts go round. MPI reads and writes
 * the buffers themselves, where they are mapped. */
#include "mpi_all_reduce_cl.h"
#include "sample_rank.h"
#include "sample_team.h" /* sample_share_begin */

#include <stdio.h>
#include <stdlib.h>

struct job {
    struct sample_rank rank;
    cl_kernel fill, add;
    cl_mem vector, inbox;
    size_t n;
    double kernel_ms;
};

struct part {
    size_t first, count; /* count may be 0 */
};

/* Parts are counted round the ring: number -1 is the last one. */
static struct part part_number(const struct job *job, int number)
{
    const cl_uint count = (cl_uint)job->rank.count;
    const cl_uint which = (cl_uint)(number + 2 * job->rank.count) % count;
    const size_t first = sample_share_begin(job->n, which, count);

    return (struct part){first, sample_share_begin(job->n, which + 1, count) - first};
}

/* Sends a part of the vector to the right, while one comes from the left into `into`,
 * at number `first`. */
static void exchange(const struct job *job, struct part sent, cl_mem into, size_t first,
                     size_t count)
{
    const struct sample_rank *rank = &job->rank;
    const int left = (rank->rank + rank->count - 1) % rank->count;
    const int right = (rank->rank + 1) % rank->count;

    cl_uint *from =
        sample_rank_map(rank, job->vector, CL_MAP_READ, sent.first, sent.count);
    cl_uint *to =
        sample_rank_map(rank, into, CL_MAP_WRITE_INVALIDATE_REGION, first, count);
    MPI_Sendrecv(from, (int)sent.count, MPI_UINT32_T, right, 0, to, (int)count,
                 MPI_UINT32_T, left, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    sample_rank_unmap(rank, into, to);
    sample_rank_unmap(rank, job->vector, from);
}

static void launch(struct job *job, cl_kernel kernel, size_t count)
{
    cl_event ran;

    SAMPLE_CHECK(clEnqueueNDRangeKernel(job->rank.queue, kernel, 1, NULL, &count, NULL, 0,
                                        NULL, &ran));
    SAMPLE_CHECK(clWaitForEvents(1, &ran));
    job->kernel_ms += sample_event_ms(ran);
    clReleaseEvent(ran);
}

static void add_inbox(struct job *job, struct part part)
{
    const cl_uint first = (cl_uint)part.first;

    if (part.count == 0)
        return;
    SAMPLE_CHECK(clSetKernelArg(job->add, 0, sizeof(cl_mem), &job->vector));
    SAMPLE_CHECK(clSetKernelArg(job->add, 1, sizeof(cl_mem), &job->inbox));
    SAMPLE_CHECK(clSetKernelArg(job->add, 2, sizeof(first), &first));
    launch(job, job->add, part.count);
}

static void all_reduce(struct job *job)
{
    const int rank = job->rank.rank, count = job->rank.count;

    for (int step = 0; step + 1 < count; step++) {
        const struct part comes = part_number(job, rank - step - 1);

        exchange(job, part_number(job, rank - step), job->inbox, 0, comes.count);
        add_inbox(job, comes);
    }
    for (int step = 0; step + 1 < count; step++) {
        const struct part comes = part_number(job, rank - step);

        exchange(job, part_number(job, rank - step + 1), job->vector, comes.first,
                 comes.count);
    }
}

/* Compares with what plain C makes of the vectors of all ranks. */
static bool is_sum(const struct job *job)
{
    cl_uint *vector = sample_rank_map(&job->rank, job->vector, CL_MAP_READ, 0, job->n);
    bool ok = true;

    for (size_t i = 0; i < job->n && ok; i++) {
        cl_uint sum = 0;

        for (int rank = 0; rank < job->rank.count; rank++) {
            cl_uint x = (cl_uint)i * 0x9e3779b9u + (cl_uint)rank * 0x85ebca6bu;

            x = (x ^ (x >> 15)) * 0x2c1b3c6du;
            sum += x ^ (x >> 12);
        }
        ok = vector[i] == sum;
        if (!ok)
            fprintf(stderr, "rank %d: number %zu is %u, not %u\n", job->rank.rank, i,
                    vector[i], sum);
    }
    sample_rank_unmap(&job->rank, job->vector, vector);
    SAMPLE_CHECK(clFinish(job->rank.queue));
    return ok;
}

static void create_vector(struct job *job)
{
    const cl_uint rank = (cl_uint)job->rank.rank;

    job->fill = sample_rank_kernel(&job->rank, "fill_vector");
    job->add = sample_rank_kernel(&job->rank, "add_inbox");
    job->vector = sample_rank_buffer(&job->rank, job->n);
    job->inbox = sample_rank_buffer(&job->rank, job->n / (size_t)job->rank.count + 1);
    SAMPLE_CHECK(clSetKernelArg(job->fill, 0, sizeof(cl_mem), &job->vector));
    SAMPLE_CHECK(clSetKernelArg(job->fill, 1, sizeof(rank), &rank));
    launch(job, job->fill, job->n);
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Adds up the vectors of all MPI ranks, on all of them.",
        .size = "numbers on each rank",
        .n = 1u << 20,
        .n_max = 1u << 28,
    };
    struct job job = {0};

    sample_parse(&options, argc, argv);
    job.n = options.n;
    sample_rank_open(&job.rank, &options, mpi_all_reduce_cl);
    create_vector(&job);
    all_reduce(&job);
    bool ok = is_sum(&job);

    clReleaseMemObject(job.inbox);
    clReleaseMemObject(job.vector);
    clReleaseKernel(job.add);
    clReleaseKernel(job.fill);
    int status = sample_rank_report(&job.rank, "mpi_all_reduce",
                                    sample_text("n=%zu", job.n), job.kernel_ms, ok);
    sample_rank_close(&job.rank);
    return status;
}
