/* SPDX-License-Identifier: MIT */
/* One job, a picture whose rows take very different times, split among all devices in
 * three ways: blocks of neighbouring rows; pieces dealt in turn (cyclic); pieces dealt by
 * the speed that each device has shown in a trial. */
#include "sample_team.h"
#include "sample_timeline.h"
#include "shared_job_cl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT      256 /* steps for a pixel */
#define PIECES     64  /* of a job that is dealt */
#define TRIAL_ROWS 16  /* rows, spread over the picture, on which speed is measured */

struct job {
    struct sample_team team;
    cl_kernel kernel;
    size_t size;     /* of the picture, which is square */
    cl_uint *result; /* size * size, as the rest */
    const cl_uint *expected;
};

/* Enqueues rows `first` to first + count - 1 on a device, into a buffer of their own. */
static cl_event enqueue_rows(struct job *job, cl_uint device, size_t first, size_t count,
                             cl_mem rows)
{
    const cl_uint args[] = {(cl_uint)first, (cl_uint)job->size, LIMIT};
    const size_t global[] = {job->size, count};
    cl_event computed;

    SAMPLE_CHECK(clSetKernelArg(job->kernel, 0, sizeof(rows), &rows));
    for (cl_uint i = 0; i < 3; i++)
        SAMPLE_CHECK(clSetKernelArg(job->kernel, i + 1, sizeof(args[i]), &args[i]));
    SAMPLE_CHECK(clEnqueueNDRangeKernel(job->team.queues[device], job->kernel, 2, NULL,
                                        global, NULL, 0, NULL, &computed));
    return computed;
}

/* Each device computes the same rows, all at the same time, as they will in the job. */
static void measure_speeds(struct job *job, double *speeds)
{
    const size_t num_rows = job->size < TRIAL_ROWS ? job->size : TRIAL_ROWS;
    struct sample_timeline trials[SAMPLE_TEAM_MAX] = {{0}};
    cl_mem rows[SAMPLE_TEAM_MAX];

    for (cl_uint d = 0; d < job->team.count; d++)
        rows[d] = sample_team_buffer(&job->team, job->size, sizeof(cl_uint));
    for (size_t i = 0; i <= num_rows; i++) {
        for (cl_uint d = 0; d < job->team.count; d++) {
            const size_t row = job->size * (i % num_rows) / num_rows;
            cl_event computed = enqueue_rows(job, d, row, 1, rows[d]);

            /* Not the first launch of all: code is loaded then, and units wake. */
            if (i > 0)
                sample_timeline_add(&trials[d], d, '#', computed);
            clReleaseEvent(computed);
        }
    }
    sample_team_finish(&job->team);
    for (cl_uint d = 0; d < job->team.count; d++) {
        const double ms = sample_timeline_ms(&trials[d], '#');

        speeds[d] = (double)num_rows / (ms > 0 ? ms : 1e-6);
        sample_timeline_clear(&trials[d]);
        clReleaseMemObject(rows[d]);
    }
}

static bool is_as_expected(const struct job *job, const char *split)
{
    for (size_t i = 0; i < job->size * job->size; i++) {
        if (job->result[i] != job->expected[i]) {
            fprintf(stderr, "%s: row %zu, column %zu is %u, not %u\n", split,
                    i / job->size, i % job->size, job->result[i], job->expected[i]);
            return false;
        }
    }
    return true;
}

/* Frees the split. Adds to *kernel_ms. */
static bool run_split(struct job *job, const char *name, struct sample_split split,
                      double *busy_percent, double *kernel_ms)
{
    struct sample_timeline timeline = {0};
    cl_mem *rows = sample_alloc(split.num_pieces, sizeof(*rows));

    memset(job->result, 0xff, job->size * job->size * sizeof(cl_uint));
    for (size_t i = 0; i < split.num_pieces; i++)
        rows[i] = sample_team_buffer(&job->team, split.pieces[i].count * job->size,
                                     sizeof(cl_uint));
    for (size_t i = 0; i < split.num_pieces; i++) {
        const struct sample_piece *piece = &split.pieces[i];
        cl_event read, computed = enqueue_rows(job, piece->device, piece->first,
                                               piece->count, rows[i]);

        SAMPLE_CHECK(
            clEnqueueReadBuffer(job->team.queues[piece->device], rows[i], CL_FALSE, 0,
                                piece->count * job->size * sizeof(cl_uint),
                                job->result + piece->first * job->size, 0, NULL, &read));
        sample_timeline_add(&timeline, piece->device, '#', computed);
        sample_timeline_add(&timeline, piece->device, 'r', read);
        clReleaseEvent(computed);
        clReleaseEvent(read);
    }
    sample_team_finish(&job->team);

    sample_timeline_print(&timeline, job->team.count, name, "# computes, r reads");
    *busy_percent = 100 * sample_timeline_busy(&timeline, job->team.count);
    *kernel_ms += sample_timeline_ms(&timeline, '#');
    sample_timeline_clear(&timeline);
    for (size_t i = 0; i < split.num_pieces; i++)
        clReleaseMemObject(rows[i]);
    free(rows);
    free(split.pieces);
    return is_as_expected(job, name);
}

static bool run_splits(struct job *job, double busy[3], double *kernel_ms)
{
    const size_t n = job->size, piece = n / PIECES + 1;
    const cl_uint count = job->team.count;
    double speeds[SAMPLE_TEAM_MAX];
    bool ok;

    measure_speeds(job, speeds);
    ok = run_split(job, "blocks", sample_split_blocks(n, count), &busy[0], kernel_ms);
    ok = run_split(job, "cyclic", sample_split_cyclic(n, piece, count), &busy[1],
                   kernel_ms) &&
         ok;
    return run_split(job, "by speed", sample_split_by_speed(n, piece, speeds, count),
                     &busy[2], kernel_ms) &&
           ok;
}

/* What plain C makes of the picture. */
static cl_uint *expect(size_t size)
{
    cl_uint *expected = sample_alloc(size * size, sizeof(*expected));

    for (size_t i = 0; i < size * size; i++) {
        const int c_x = (int)(3 * 4096 * (i % size) / size) - 2 * 4096;
        const int c_y = (int)(3 * 4096 * (i / size) / size) - 4096;
        int x = 0, y = 0;

        while (x * x + y * y <= 4 * 4096 * 4096 && expected[i] < LIMIT) {
            const int next_x = (x * x - y * y) / 4096 + c_x;

            y = 2 * x * y / 4096 + c_y;
            x = next_x;
            expected[i]++;
        }
    }
    return expected;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Splits one job among all devices: by blocks, cyclic, and by speed.",
        .size = "rows and columns",
        .n = 1024,
        .n_max = 1u << 13,
    };
    struct job job;
    double busy[3], kernel_ms = 0;
    cl_int err;

    sample_parse(&options, argc, argv);
    job.size = options.n;
    job.result = sample_alloc(job.size * job.size, sizeof(cl_uint));
    cl_uint *expected = expect(job.size);
    job.expected = expected;

    sample_team_open(&job.team, &options, SAMPLE_TEAM_MAX);
    cl_program program = sample_program(job.team.context, shared_job_cl);
    job.kernel = clCreateKernel(program, "escape", &err);
    SAMPLE_CHECK(err);
    bool ok = run_splits(&job, busy, &kernel_ms);

    clReleaseKernel(job.kernel);
    clReleaseProgram(program);
    sample_team_close(&job.team);
    free(expected);
    free(job.result);
    return sample_report(
        "shared_job", job.team.devices[0], sample_text("%zux%zu", job.size, job.size),
        kernel_ms,
        sample_text("busy %.0f %%, %.0f %%, %.0f %%", busy[0], busy[1], busy[2]), ok);
}
