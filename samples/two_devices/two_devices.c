/* SPDX-License-Identifier: MIT */
/* Two devices of one context share a job: each has a queue of its own and takes every
 * second share of the numbers, so that both get some of the costly large ones. One device
 * does it all where there is only one. */
#include "sample_team.h"
#include "two_devices_cl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DEVICES 2
#define SHARES      16
#define SHARE_ALIGN \
    4096 /* sub-buffers start at multiples of what no device asks more than */

struct worker {
    cl_command_queue queue;
    double kernel_ms;
};

/* Enqueues the search of one share and the read of its result, and waits for neither. */
static void enqueue_share(const struct worker *worker, cl_kernel kernel, cl_mem share,
                          size_t first, size_t size, unsigned char *is_prime,
                          cl_event *searched)
{
    SAMPLE_CHECK(clSetKernelArg(kernel, 0, sizeof(share), &share));
    SAMPLE_CHECK(clEnqueueNDRangeKernel(worker->queue, kernel, 1, &first, &size, NULL, 0,
                                        NULL, searched));
    SAMPLE_CHECK(clEnqueueReadBuffer(worker->queue, share, CL_FALSE, 0, size,
                                     is_prime + first, 0, NULL, NULL));
}

static void search(struct worker *workers, cl_uint num_workers, cl_mem numbers,
                   cl_kernel kernel, size_t share_size, unsigned char *is_prime)
{
    cl_event searched[SHARES];
    cl_mem shares[SHARES];
    cl_int err;

    for (size_t i = 0; i < SHARES; i++) {
        const cl_buffer_region region = {i * share_size, share_size};

        shares[i] =
            clCreateSubBuffer(numbers, 0, CL_BUFFER_CREATE_TYPE_REGION, &region, &err);
        SAMPLE_CHECK(err);
        enqueue_share(&workers[i % num_workers], kernel, shares[i], region.origin,
                      region.size, is_prime, &searched[i]);
    }
    /* Neither device may wait for the host to be done with the other. */
    for (cl_uint w = 0; w < num_workers; w++)
        SAMPLE_CHECK(clFlush(workers[w].queue));
    for (cl_uint w = 0; w < num_workers; w++)
        SAMPLE_CHECK(clFinish(workers[w].queue));

    for (size_t i = 0; i < SHARES; i++) {
        workers[i % num_workers].kernel_ms += sample_event_ms(searched[i]);
        clReleaseEvent(searched[i]);
        clReleaseMemObject(shares[i]);
    }
}

static void search_on_devices(const cl_device_id *devices, struct worker *workers,
                              cl_uint num_devices, size_t share_size,
                              unsigned char *is_prime)
{
    cl_int err;

    cl_context context = clCreateContext(NULL, num_devices, devices, NULL, NULL, &err);
    SAMPLE_CHECK(err);
    cl_program program = sample_program(context, two_devices_cl);
    cl_kernel kernel = clCreateKernel(program, "find_primes", &err);
    SAMPLE_CHECK(err);
    cl_mem numbers =
        clCreateBuffer(context, CL_MEM_READ_WRITE, SHARES * share_size, NULL, &err);
    SAMPLE_CHECK(err);
    for (cl_uint i = 0; i < num_devices; i++) {
        workers[i].queue =
            clCreateCommandQueue(context, devices[i], CL_QUEUE_PROFILING_ENABLE, &err);
        SAMPLE_CHECK(err);
    }

    search(workers, num_devices, numbers, kernel, share_size, is_prime);

    for (cl_uint i = 0; i < num_devices; i++)
        clReleaseCommandQueue(workers[i].queue);
    clReleaseMemObject(numbers);
    clReleaseKernel(kernel);
    clReleaseProgram(program);
    clReleaseContext(context);
}

/* Exact: compared with the sieve of Eratosthenes. */
static bool are_primes(const unsigned char *is_prime, size_t n, size_t *count_out)
{
    unsigned char *sieve = sample_alloc(n, 1);
    size_t count = 0;

    memset(sieve, 1, n);
    sieve[0] = sieve[1] = 0;
    for (size_t i = 2; i < n; i++) {
        count += sieve[i];
        for (size_t multiple = i * i; sieve[i] && multiple < n; multiple += i)
            sieve[multiple] = 0;
    }
    bool ok = memcmp(sieve, is_prime, n) == 0;
    if (!ok)
        fprintf(stderr, "the primes differ from the sieve's\n");
    free(sieve);
    *count_out = count;
    return ok;
}

int main(int argc, char **argv)
{
    struct sample_options options = {
        .about = "Finds primes with two devices, or with one where there is one.",
        .size = "numbers, rounded up to a multiple of 65536",
        .n = 1u << 20,
        .n_max = 1u << 28,
    };
    struct worker workers[MAX_DEVICES] = {{0}};
    cl_device_id devices[MAX_DEVICES];
    size_t count = 0;

    sample_parse(&options, argc, argv);
    const size_t step = (size_t)SHARES * SHARE_ALIGN;
    const size_t n = (options.n + step - 1) / step * step;
    unsigned char *is_prime = sample_alloc(n, 1);

    cl_uint num_devices = sample_team_devices(&options, devices, MAX_DEVICES);
    search_on_devices(devices, workers, num_devices, n / SHARES, is_prime);
    bool ok = are_primes(is_prime, n, &count);

    free(is_prime);
    if (options.verbose) {
        for (cl_uint i = 0; i < num_devices; i++)
            printf("device %u was busy for %.3f ms\n", i, workers[i].kernel_ms);
    }
    return sample_report("two_devices", devices[0], sample_text("n=%zu", n),
                         workers[0].kernel_ms + workers[1].kernel_ms,
                         sample_text("%u device%s, %zu primes", num_devices,
                                     num_devices == 1 ? "" : "s", count),
                         ok);
}
