/* SPDX-License-Identifier: MIT */
/* Several devices that do one job together: a context of all of them, a queue for each,
 * and ways to split work among them. */
#ifndef SAMPLE_TEAM_H
#define SAMPLE_TEAM_H

#include "sample.h"

#define SAMPLE_TEAM_MAX 16

struct sample_team {
    cl_uint count; /* of devices, at least 1 */
    cl_device_id devices[SAMPLE_TEAM_MAX];
    cl_command_queue queues[SAMPLE_TEAM_MAX]; /* in-order, with profiling times */
    cl_context context;
};

/* sample_team_devices - the device that --device asks for, then the others of its
 * platform: a context cannot span platforms. Fills at most `capacity`; returns how many.
 */
cl_uint sample_team_devices(const struct sample_options *options, cl_device_id *devices,
                            cl_uint capacity);

/* sample_team_open - at most `at_most` devices, up to SAMPLE_TEAM_MAX. Close it after
 * what was made in its context. */
void sample_team_open(struct sample_team *team, const struct sample_options *options,
                      cl_uint at_most);
void sample_team_close(struct sample_team *team);

/* sample_team_buffer - memory for `count` elements, uninitialised, usable on all devices.
 */
cl_mem sample_team_buffer(const struct sample_team *team, size_t count,
                          size_t element_size);

/* sample_team_finish - returns when all queues are empty. All are flushed first: no
 * device may wait until the host is done with another. */
void sample_team_finish(const struct sample_team *team);

/* Items first to first + count - 1 of a job, for one device. */
struct sample_piece {
    cl_uint device;
    size_t first, count; /* count is never 0 */
};

/* All items of a job, each in one piece, in order. Free `pieces`. */
struct sample_split {
    size_t num_pieces;
    struct sample_piece *pieces;
};

/* sample_share_begin - where the share of device `which` begins when `n` items are cut
 * into `count` shares of the same size, or as nearly as they go; its end is the next
 * one's beginning. */
size_t sample_share_begin(size_t n, cl_uint which, cl_uint count);

/* One piece for each device; none for a device where there are fewer items. */
struct sample_split sample_split_blocks(size_t n, cl_uint num_devices);

/* Pieces of `piece` items, the last of which may be shorter, dealt in turn. */
struct sample_split sample_split_cyclic(size_t n, size_t piece, cl_uint num_devices);

/* Such pieces, dealt so that each device gets as many as its speed is of all speeds; all
 * are above 0. */
struct sample_split sample_split_by_speed(size_t n, size_t piece, const double *speeds,
                                          cl_uint num_devices);

#endif
