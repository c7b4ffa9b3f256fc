/* SPDX-License-Identifier: MIT */
/* What the tests of faults share. */
#define _GNU_SOURCE
#include "vgpu_test.h"

#include "faults_test.h"

#include <CL/cl_vgpu.h>
#include <sys/mman.h>
#include <unistd.h>

/* A call of nothing comes before abort: the processor's last word is of it then. */
const enum fault_kind fault_plain_kinds[] = {
    FAULT_WILD,     FAULT_NULL, FAULT_DIVISION, FAULT_ILLEGAL,
    FAULT_OVERFLOW, FAULT_CALL, FAULT_ABORT};
const size_t fault_num_plain_kinds = sizeof fault_plain_kinds / sizeof *fault_plain_kinds;

const char *fault_words(enum fault_kind kind)
{
    static const char *const words[FAULT_KINDS] = {
        [FAULT_WILD] = "8 bytes behind the end of buffer ",
        [FAULT_NULL] = "address 0x0, by a null pointer",
        [FAULT_CALL] = "a call of code at address 0x123450, where no memory is",
        [FAULT_DIVISION] = "an integer was divided by 0",
        [FAULT_ILLEGAL] = "an instruction that the processor does not have",
        [FAULT_OVERFLOW] = " overflowed",
        [FAULT_ABORT] = "it called abort",
        [FAULT_BUS] = "its file, shorter than the mapping, does not reach",
        [FAULT_RAISED] = ") was sent to it by a call, as of raise",
        [FAULT_LOOP] = "VGPU_WATCHDOG",
        [FAULT_PRINT] = "a read at address 0xa, by a null pointer",
    };

    return words[kind];
}

struct fault_pages fault_pages_make(void)
{
    struct fault_pages pages = {NULL, (size_t)sysconf(_SC_PAGESIZE)};

    pages.first = mmap(NULL, 2 * pages.bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages.first == MAP_FAILED ||
        mprotect(pages.first + pages.bytes, pages.bytes, PROT_NONE) != 0)
        VGPU_FAIL("there are no pages for the test");
    return pages;
}

void fault_pages_free(struct fault_pages *pages)
{
    munmap(pages->first, 2 * pages->bytes);
}

cl_mem fault_fence(const struct vgpu_fixture *f, const struct fault_pages *pages)
{
    cl_mem mem = vgpu_test_buffer(f, CL_MEM_USE_HOST_PTR, pages->bytes, pages->first);

    EXPECT_CL(CL_SUCCESS, clSetMemObjectLabelVGPU(mem, "fence"));
    return mem;
}

cl_int fault_run(const struct vgpu_fixture *f, cl_kernel kernel, cl_mem data,
                 enum fault_kind kind, cl_int item, size_t global, size_t local)
{
    const cl_int number = (cl_int)kind;
    size_t bytes = 0;
    cl_int size, status;
    cl_event event = NULL;

    EXPECT_CL(CL_SUCCESS,
              clGetMemObjectInfo(data, CL_MEM_SIZE, sizeof bytes, &bytes, NULL));
    size = (cl_int)(bytes / sizeof(cl_int));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 0, sizeof data, &data));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 1, sizeof number, &number));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 2, sizeof size, &size));
    EXPECT_CL(CL_SUCCESS, clSetKernelArg(kernel, 3, sizeof item, &item));
    EXPECT_CL(CL_SUCCESS, clEnqueueNDRangeKernel(f->queue, kernel, 1, NULL, &global,
                                                 &local, 0, NULL, &event));
    clWaitForEvents(1, &event);
    status = vgpu_test_event_status(event);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    return status;
}

const char *fault_message(const struct vgpu_fixture *f, cl_kernel kernel, cl_mem data,
                          enum fault_kind kind, cl_int item, size_t global, size_t local,
                          cl_int *status_out)
{
    vgpu_test_stderr_start();
    *status_out = fault_run(f, kernel, data, kind, item, global, local);
    return vgpu_test_stderr_stop();
}
