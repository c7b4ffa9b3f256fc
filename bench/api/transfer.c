/* SPDX-License-Identifier: MIT */
/* The cost of moving data: small and large writes, mapping; and the check that it
 * arrives. */
#include "api.h"
#include "series.h"

#include <string.h>

double measure_write_64b(const struct bench_api *api)
{
    const uint64_t start = bench_now_ns();

    for (size_t i = 0; i < api->scale->writes; i++)
        BENCH_CL(clEnqueueWriteBuffer(api->in_order, api->small, CL_TRUE, 0, BENCH_SMALL,
                                      api->host_source, 0, NULL, NULL));
    return (double)(bench_now_ns() - start) / (double)api->scale->writes;
}

static unsigned char *map_small(const struct bench_api *api)
{
    cl_int err;
    unsigned char *bytes =
        clEnqueueMapBuffer(api->in_order, api->small, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE,
                           0, BENCH_SMALL, 0, NULL, NULL, &err);

    bench_cl_check(err, "clEnqueueMapBuffer");
    return bytes;
}

double measure_map_unmap(const struct bench_api *api)
{
    const uint64_t start = bench_now_ns();

    for (size_t i = 0; i < api->scale->maps; i++) {
        unsigned char *bytes = map_small(api);

        bytes[0]++;
        BENCH_CL(
            clEnqueueUnmapMemObject(api->in_order, api->small, bytes, 0, NULL, NULL));
    }
    BENCH_CL(clFinish(api->in_order));
    return (double)(bench_now_ns() - start) / (double)api->scale->maps;
}

double measure_write_64mib(const struct bench_api *api)
{
    const uint64_t start = bench_now_ns();

    BENCH_CL(clEnqueueWriteBuffer(api->in_order, api->big, CL_TRUE, 0,
                                  api->scale->big_write, api->host_source, 0, NULL,
                                  NULL));
    return (double)(bench_now_ns() - start);
}

static double time_memcpy(const struct bench_api *api)
{
    const uint64_t start = bench_now_ns();

    memcpy(api->host_target, api->host_source, api->scale->big_write);
    /* Without a reader the compiler may leave the copy out. */
    __asm__ volatile("" : : "r"(api->host_target) : "memory");
    return (double)(bench_now_ns() - start);
}

double measure_write_64mib_to_memcpy(const struct bench_api *api)
{
    const double write = measure_write_64mib(api);

    return write / time_memcpy(api);
}

static void verify_big(const struct bench_api *api)
{
    const size_t size = api->scale->big_write;

    for (size_t i = 0; i < size; i++)
        api->host_source[i] = (unsigned char)(i * 2654435761u >> 7);
    memset(api->host_target, 0, size);
    measure_write_64mib(api);
    BENCH_CL(clEnqueueReadBuffer(api->in_order, api->big, CL_TRUE, 0, size,
                                 api->host_target, 0, NULL, NULL));
    if (memcmp(api->host_source, api->host_target, size) != 0)
        bench_fail("a buffer of %zu bytes does not hold what was written to it", size);
}

static void verify_small(const struct bench_api *api)
{
    unsigned char *bytes;
    bool equal;

    measure_write_64b(api);
    measure_launch_round_trip(api);
    bytes = map_small(api);
    equal = memcmp(bytes, api->host_source, BENCH_SMALL) == 0;
    BENCH_CL(clEnqueueUnmapMemObject(api->in_order, api->small, bytes, 0, NULL, NULL));
    BENCH_CL(clFinish(api->in_order));
    if (!equal)
        bench_fail("a mapped buffer does not show the %zu bytes written to it",
                   BENCH_SMALL);
}

void bench_api_verify(const struct bench_api *api)
{
    verify_big(api);
    verify_small(api);
}
