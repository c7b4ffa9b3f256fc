/* SPDX-License-Identifier: MIT */
/* A rank of an MPI program with a virtual GPU of its own: what the samples that run on
 * several ranks share. Only the thread that opened it calls MPI. */
#ifndef SAMPLE_RANK_H
#define SAMPLE_RANK_H

#include "sample.h"

#include <mpi.h>

struct sample_rank {
    int rank, count; /* in MPI_COMM_WORLD */
    cl_device_id device;
    cl_context context;
    cl_command_queue queue; /* in-order, with profiling times */
    cl_program program;
    bool maps_in_place; /* the host sees mapped buffers where kernels see them: MPI gets
                         * the device's memory itself */
};

/* sample_rank_open - after sample_parse; initialises MPI, opens the device that --device
 * asks for, builds `source`, and has rank 0 print, for all ranks, to which cores each is
 * bound and on which its compute units are. Ends the program where units are on others.
 */
void sample_rank_open(struct sample_rank *rank, const struct sample_options *options,
                      const char *source);

/* sample_rank_close - finalises MPI. */
void sample_rank_close(struct sample_rank *rank);

cl_kernel sample_rank_kernel(const struct sample_rank *rank, const char *name);

/* sample_rank_buffer - memory for `count` numbers, uninitialised. */
cl_mem sample_rank_buffer(const struct sample_rank *rank, size_t count);

/* sample_rank_map - numbers first to first + count - 1 of a buffer, for MPI to read
 * (CL_MAP_READ) or write. NULL where count is 0. sample_rank_unmap takes such a NULL. */
cl_uint *sample_rank_map(const struct sample_rank *rank, cl_mem buffer,
                         cl_map_flags flags, size_t first, size_t count);
void sample_rank_unmap(const struct sample_rank *rank, cl_mem buffer, cl_uint *mapped);

/* sample_rank_report - prints the sample's line on rank 0, where all ranks are `ok`; the
 * time is rank 0's. Returns what main() should return, the same on all ranks. */
int sample_rank_report(const struct sample_rank *rank, const char *name, const char *size,
                       double kernel_ms, bool ok);

#endif
