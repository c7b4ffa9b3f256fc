/* SPDX-License-Identifier: MIT */
/* VGPU_REPORT and `vgpu run` of programs that use a virtual GPU: this one, run again. */
#include "sanitizer.h"
#include "vgpu_test.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT 4096

/* --- What the programs do. --- */

VGPU_TEST(report_program, fills_a_buffer)
{
    const cl_uint four = 4;
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_READ_WRITE, COUNT * 4, NULL);

    EXPECT_CL(CL_SUCCESS, clEnqueueFillBuffer(f->queue, buffer, &four, 4, 0, COUNT * 4, 0,
                                              NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(report_program, forks_a_child_that_exits)
{
    const pid_t child = fork();
    int status = -1;

    EXPECT_TRUE(f->queue != NULL);
    if (child == 0) {
#if VGPU_ASAN /* whose search for leaks waits for locks of units, which \
                               the child has not */
        _exit(0);
#endif
        exit(0);
    }
    EXPECT_EQ(child, waitpid(child, &status, 0));
    EXPECT_EQ(0, status);
    if (getenv("VGPU_REPORT"))
        EXPECT_TRUE(access(getenv("VGPU_REPORT"), F_OK) != 0);
}

#ifdef HAVE_CC
/* A kernel of OpenCL C with two buffers, launched once over COUNT items. */
static void launch(const struct vgpu_fixture *f, const char *source, const char *name)
{
    const size_t global = COUNT, local = 64;
    cl_int err;
    cl_program program = clCreateProgramWithSource(f->context, 1, &source, NULL, &err);
    cl_mem buffers[2];
    cl_kernel kernel;

    ASSERT_CL(CL_SUCCESS, clBuildProgram(program, 1, &f->device, "", NULL, NULL));
    kernel = clCreateKernel(program, name, &err);
    ASSERT_CL(CL_SUCCESS, err);
    for (cl_uint i = 0; i < 2; i++) {
        buffers[i] = vgpu_test_buffer(f, CL_MEM_READ_WRITE, COUNT * 4, NULL);
        EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, i, sizeof(cl_mem), &buffers[i]));
    }
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global,
                                                 &local, 0, NULL, NULL));
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clReleaseKernel(kernel));
    EXPECT_CL(CL_SUCCESS, clReleaseProgram(program));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffers[0]));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffers[1]));
}

VGPU_TEST(report_program, strides_through_a_buffer)
{
    launch(f,
           "__kernel void stride(__global const int *in, __global int *out)\n"
           "{\n"
           "    size_t i = get_global_id(0);\n"
           "    out[i] = in[i * 32 % 4096];\n"
           "}\n",
           "stride");
}

VGPU_TEST(report_program, reads_through_null_pointers)
{
    static const char *const kernels[] = {"reach", "reach", "reach_too"};

    for (int i = 0; i < 3; i++) {
        char source[256];

        snprintf(source, sizeof source,
                 "__kernel void %s(__global const int *in, __global int *out)\n"
                 "{\n"
                 "    size_t i = get_global_id(0);\n"
                 "    out[i] = *(volatile __global int *)(i / %d) + in[i];\n"
                 "}\n",
                 kernels[i], COUNT);
        launch(f, source, kernels[i]);
    }
}
#endif

/* --- What is reported of them. --- */

/* A folder of the test's own, for one report. */
struct place {
    char folder[32], path[64], variable[96];
};

static struct place make_place(const char *name)
{
    struct place place = {"/tmp/vgpu-report-XXXXXX", "", ""};

    EXPECT_TRUE(mkdtemp(place.folder) != NULL);
    snprintf(place.path, sizeof place.path, "%s/%s", place.folder, name);
    snprintf(place.variable, sizeof place.variable, "VGPU_REPORT=%s", place.path);
    return place;
}

static void remove_place(const struct place *place)
{
    unlink(place->path);
    EXPECT_EQ(0, rmdir(place->folder)); /* nothing else was left in it */
}

/* report_of - the document that the program writes of itself. */
static json_t *report_of(const char *program)
{
    const struct place place = make_place("report.json");
    const char *const environment[] = {place.variable, "VGPU_DEVICES=cu=2", NULL};
    struct vgpu_test_process process = vgpu_test_spawn_self(program, environment);
    json_t *document = json_load_file(place.path, 0, NULL);

    EXPECT_EQ(0, process.status);
    EXPECT_TRUE(document != NULL);
    vgpu_test_process_fini(&process);
    remove_place(&place);
    return document;
}

static const json_t *first(const json_t *document, const char *list)
{
    return json_array_get(json_object_get(document, list), 0);
}

VGPU_UNIT_TEST(VGPU_REPORT, has_devices_transfers_and_the_command_line)
{
    json_t *document = report_of("report_program.fills_a_buffer");
    const json_t *transfer = first(document, "transfers");

    EXPECT_STREQ("fill", json_string_value(json_object_get(transfer, "kind")));
    EXPECT_EQ(COUNT * 4, json_integer_value(json_object_get(transfer, "bytes")));
    EXPECT_EQ(2, json_integer_value(
                     json_object_get(first(document, "devices"), "compute_units")));
    EXPECT_CONTAINS(json_string_value(json_object_get(document, "program")),
                    "--gtest_filter");
    json_decref(document);
}

VGPU_UNIT_TEST(VGPU_REPORT, has_the_timeline)
{
    json_t *document = report_of("report_program.fills_a_buffer");
    const json_t *timeline = json_object_get(document, "timeline");
    size_t fills = 0, i;
    json_t *span;

    json_array_foreach (json_object_get(timeline, "spans"), i, span)
        if (strcmp("f", json_string_value(json_array_get(span, 4))) == 0)
            fills++;
    EXPECT_EQ(1, fills);
    json_decref(document);
}

VGPU_UNIT_TEST(VGPU_REPORT, is_written_by_the_process_not_by_its_children)
{
    json_decref(report_of("report_program.forks_a_child_that_exits"));
}

VGPU_UNIT_TEST(VGPU_REPORT, says_at_the_start_that_it_cannot_be_written)
{
    static const char *const environment[] = {"VGPU_REPORT=/dev/null/report.html", NULL};
    struct vgpu_test_process process =
        vgpu_test_spawn_self("report_program.fills_a_buffer", environment);

    EXPECT_EQ(0, process.status);
    EXPECT_CONTAINS(process.err,
                    "VGPU_REPORT: the report /dev/null/report.html cannot be "
                    "written (Not a directory)");
    vgpu_test_process_fini(&process);
}

VGPU_UNIT_TEST(vgpu_run, tells_of_an_unmodified_program_and_writes_its_page)
{
    struct place place = make_place("page.html");
    char option[96], self[4096] = "", start[16] = "";
    const char *const argv[] = {
        VGPU_PROGRAM, "run", option, self, "--gtest_filter=report_program.fills_a_buffer",
        NULL};
    struct vgpu_test_process process;
    FILE *page;

    snprintf(option, sizeof option, "--report=%s", place.path);
    ASSERT_GT(readlink("/proc/self/exe", self, sizeof self - 1), 0);
    process = vgpu_test_spawn(argv, NULL);
    EXPECT_EQ(0, process.status);
    EXPECT_CONTAINS(process.err, "Transfers");
    EXPECT_CONTAINS(process.err, place.path);
    page = fopen(place.path, "r");
    EXPECT_TRUE(page && fgets(start, sizeof start, page));
    EXPECT_STREQ("<!doctype html>", start);
    if (page)
        fclose(page);
    vgpu_test_process_fini(&process);
    remove_place(&place);
}

#ifdef HAVE_CC
VGPU_UNIT_TEST(VGPU_REPORT, has_the_figures_of_kernels_and_the_advice_that_theory_gives)
{
    json_t *document = report_of("report_program.strides_through_a_buffer");
    const json_t *kernel = first(document, "kernels");
    const json_t *advice = first(document, "advice");

    EXPECT_STREQ("stride", json_string_value(json_object_get(kernel, "name")));
    EXPECT_EQ(1, json_integer_value(json_object_get(kernel, "launches")));
    EXPECT_NEAR(32,
                json_number_value(json_object_get(json_object_get(kernel, "global_load"),
                                                  "sectors_per_request")),
                0);
    EXPECT_NEAR(4,
                json_number_value(json_object_get(json_object_get(kernel, "global_store"),
                                                  "sectors_per_request")),
                0);
    EXPECT_STREQ("scattered_load", json_string_value(json_object_get(advice, "rule")));
    EXPECT_EQ(4, json_integer_value(json_object_get(advice, "line")));
    EXPECT_CONTAINS(json_string_value(json_object_get(advice, "text")),
                    "32 sectors per request where 4 would do");
    EXPECT_TRUE(json_number_value(json_object_get(kernel, "time_us")) > 0);
    EXPECT_CONTAINS(
        json_string_value(json_object_get(first(document, "sources"), "text")),
        "__kernel void stride");
    json_decref(document);
}

static void expect_failure(const json_t *failure, const char *kernel, json_int_t count)
{
    EXPECT_STREQ("fault", json_string_value(json_object_get(failure, "kind")));
    EXPECT_STREQ(kernel, json_string_value(json_object_get(failure, "kernel")));
    EXPECT_CONTAINS(json_string_value(json_object_get(failure, "text")), kernel);
    EXPECT_CONTAINS(json_string_value(json_object_get(failure, "text")),
                    "by a null pointer");
    EXPECT_EQ(count, json_integer_value(json_object_get(failure, "count")));
}

VGPU_UNIT_TEST(VGPU_REPORT, has_launches_that_failed)
{
    json_t *document = report_of("report_program.reads_through_null_pointers");
    const json_t *findings = json_object_get(document, "findings");

    ASSERT_EQ(2, json_array_size(findings));
    expect_failure(json_array_get(findings, 0), "reach", 2);
    expect_failure(json_array_get(findings, 1), "reach_too", 1);
    json_decref(document);
}
#endif
