/* SPDX-License-Identifier: MIT */
/* What every sample would otherwise repeat: command line, choice of device, names of
 * errors, memory, random numbers, the line it prints. The OpenCL of a sample stands in
 * the sample itself. */
#ifndef SAMPLE_H
#define SAMPLE_H

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* SAMPLE_CHECK(call) - ends the program with the error's name unless `call` gave
 * CL_SUCCESS. */
#define SAMPLE_CHECK(call) sample_check((call), #call, __FILE__, __LINE__)
void sample_check(cl_int code, const char *call, const char *file, int line);

/* "CL_INVALID_VALUE" for -30; "unknown OpenCL error" for a code that is none. */
const char *sample_error_name(cl_int code);

/* sample_fail - ends the program with a message. */
_Noreturn void sample_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What a sample may be told on its command line; it fills in its defaults first. */
struct sample_options {
    const char *about; /* one sentence for --help */
    const char *size;  /* what -n counts: "elements", "rows and columns" */
    size_t n;          /* -n, --size */
    size_t n_max;      /* a larger -n is refused; as is 0 */
    unsigned
        device; /* -d, --device: counts the GPUs, or all devices where there is no GPU */
    const char *input;  /* -i, --input; NULL: the sample reads no file */
    const char *output; /* -o, --output; NULL: the sample writes no file */
    bool verbose;       /* -v, --verbose */
};

/* sample_parse - overwrites the defaults with what the command line says; ends the
 * program on an argument that it does not understand. */
void sample_parse(struct sample_options *options, int argc, char **argv);

/* sample_devices - the GPUs of all platforms, or, where there is no GPU, all devices.
 * Fills at most `capacity`; returns how many it filled in, at least 1: without any device
 * the program ends. */
cl_uint sample_devices(cl_device_id *devices, cl_uint capacity);

/* sample_device - the device that --device asks for. */
cl_device_id sample_device(const struct sample_options *options);

/* sample_check_build - where a build, a compilation or a link failed, prints the logs of
 * all of the program's devices and ends the program. */
void sample_check_build(cl_program program, cl_int err);

/* sample_program - creates a program from OpenCL C and builds it for all devices of the
 * context. Ends the program with the build log where that fails. */
cl_program sample_program(cl_context context, const char *source);

/* sample_event_ms - how long the command of a completed event ran. Its queue must
 * profile. */
double sample_event_ms(cl_event event);

/* sample_alloc - zeroed memory for `count` elements, aligned for any type; free() gives
 * it back. */
void *sample_alloc(size_t count, size_t element_size);

/* The same sequence on every machine; start with any state. Floats are in [low, high). */
uint32_t sample_random(uint64_t *state);
float sample_random_float(uint64_t *state, float low, float high);

/* sample_report - prints the sample's line; `size`, for example "n=1024", and `result`,
 * for example "38.6 GB/s", are its own words. Returns what main() should return. */
int sample_report(const char *name, cl_device_id device, const char *size,
                  double kernel_ms, const char *result, bool ok);

/* sample_text - formats into one of a few static buffers, for sample_report. */
const char *sample_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
