/* SPDX-License-Identifier: MIT */
/* What objects are called: numbers, labels. */
#include "object/event.h"
#include "object/name.h"
#include "vgpu_test.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* The name with its first number taken out, which other tests of the process move on. */
static struct vgpu_name shape_of(const void *object)
{
    struct vgpu_name name = vgpu_name_of(object);
    char *const digits = strpbrk(name.text, "0123456789");

    if (digits)
        memmove(digits, digits + strspn(digits, "0123456789"),
                strlen(digits + strspn(digits, "0123456789")) + 1);
    return name;
}

VGPU_TEST(vgpu_name_of, says_kind_and_number)
{
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 256, NULL);
    const cl_buffer_region half = {128, 128};
    cl_int err;
    cl_mem part = clCreateSubBuffer(buffer, 0, CL_BUFFER_CREATE_TYPE_REGION, &half, &err);
    cl_event event = clCreateUserEvent(f->context, NULL);

    ASSERT_CL(CL_SUCCESS, err);
    EXPECT_STREQ("nothing", vgpu_name_of(NULL).text);
    EXPECT_STREQ("device 0", vgpu_name_of(f->device).text);
    EXPECT_STREQ("the platform", vgpu_name_of(f->platform).text);
    EXPECT_STREQ("context ", shape_of(f->context).text);
    EXPECT_STREQ("queue ", shape_of(f->queue).text);
    EXPECT_STREQ("buffer ", shape_of(buffer).text);
    EXPECT_STREQ("sub-buffer ", shape_of(part).text);
    EXPECT_STREQ("user event ", shape_of(event).text);
    EXPECT_EQ(((struct vgpu_handle *)buffer)->number + 1,
              ((struct vgpu_handle *)part)->number);
    EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(part));
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(vgpu_name_of, counts_the_commands_of_each_queue)
{
    cl_command_queue other = vgpu_test_queue(f, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE);
    char expected[2 * VGPU_NAME_BYTES];

    for (unsigned i = 1; i <= 40; i++) { /* more than pass without tidying up */
        cl_event event = NULL;

        ASSERT_CL(CL_SUCCESS,
                  clEnqueueMarkerWithWaitList(i % 2 ? other : f->queue, 0, NULL, &event));
        snprintf(expected, sizeof expected, "command %u of %s", (i + 1) / 2,
                 vgpu_name_of(i % 2 ? other : f->queue).text);
        EXPECT_STREQ(expected, vgpu_name_of(event).text);
        EXPECT_CL(CL_SUCCESS, clReleaseEvent(event));
    }
    EXPECT_CL(CL_SUCCESS, clFinish(f->queue));
    EXPECT_CL(CL_SUCCESS, clFinish(other));
    EXPECT_CL(CL_SUCCESS, clReleaseCommandQueue(other));
}

static void expect_label(cl_mem buffer, const char *label)
{
    const struct vgpu_name name = vgpu_name_of(buffer);
    char expected[2 * VGPU_NAME_BYTES];

    snprintf(expected, sizeof expected, label ? "buffer %llu \"%s\"" : "buffer %llu",
             (unsigned long long)((struct vgpu_handle *)buffer)->number, label);
    EXPECT_STREQ(expected, name.text);
}

VGPU_TEST(clSetMemObjectLabelVGPU, names_a_buffer_until_it_is_taken_away)
{
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 256, NULL);
    char label[] = "weights";

    EXPECT_CL(CL_SUCCESS, clSetMemObjectLabelVGPU(buffer, label));
    label[0] = 'x'; /* it was copied */
    expect_label(buffer, "weights");
    EXPECT_CL(CL_SUCCESS, clSetMemObjectLabelVGPU(buffer, "two\nlines \xff"));
    expect_label(buffer, "two lines ?");
    EXPECT_CL(CL_SUCCESS, clSetMemObjectLabelVGPU(buffer, ""));
    expect_label(buffer, NULL);
    EXPECT_CL(CL_SUCCESS, clSetMemObjectLabelVGPU(buffer, "again"));
    EXPECT_CL(CL_SUCCESS, clSetMemObjectLabelVGPU(buffer, NULL));
    expect_label(buffer, NULL);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clSetMemObjectLabelVGPU, keeps_what_fits_of_a_long_label)
{
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 256, NULL);
    char label[1000], kept[CL_MEM_OBJECT_LABEL_SIZE_VGPU];

    memset(label, 'a', sizeof label);
    memcpy(label + CL_MEM_OBJECT_LABEL_SIZE_VGPU - 2, "\xc3\xa4", 2); /* would be cut */
    label[sizeof label - 1] = '\0';
    memset(kept, 'a', sizeof kept);
    kept[sizeof kept - 2] = '\0';
    EXPECT_CL(CL_SUCCESS, clSetMemObjectLabelVGPU(buffer, label));
    expect_label(buffer, kept);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}

VGPU_TEST(clSetMemObjectLabelVGPU, refuses_what_is_no_memory_object)
{
    EXPECT_CL(CL_INVALID_MEM_OBJECT, clSetMemObjectLabelVGPU(NULL, "x"));
    EXPECT_CL(CL_INVALID_MEM_OBJECT, clSetMemObjectLabelVGPU((cl_mem)f->queue, "x"));
}

VGPU_TEST(clSetMemObjectLabelVGPU, is_found_by_name)
{
    char text[4096];

    EXPECT_TRUE(clGetExtensionFunctionAddressForPlatform(
                    f->platform, "clSetMemObjectLabelVGPU") != NULL);
    ASSERT_CL(CL_SUCCESS, clGetPlatformInfo(f->platform, CL_PLATFORM_EXTENSIONS,
                                            sizeof text, text, NULL));
    EXPECT_CONTAINS(text, CL_VGPU_OBJECT_LABELS_EXTENSION_NAME);
}

static void *label_often(void *mem)
{
    for (int i = 0; i < 2000; i++)
        clSetMemObjectLabelVGPU(mem, i % 3 == 0 ? NULL : i % 3 == 1 ? "one" : "three");
    return NULL;
}

VGPU_TEST(clSetMemObjectLabelVGPU, may_be_called_while_another_thread_reads_the_name)
{
    cl_mem buffer = vgpu_test_buffer(f, CL_MEM_READ_WRITE, 256, NULL);
    pthread_t thread;

    ASSERT_EQ(0, pthread_create(&thread, NULL, label_often, buffer));
    for (int i = 0; i < 2000; i++)
        EXPECT_CONTAINS(vgpu_name_of(buffer).text, "buffer ");
    pthread_join(thread, NULL);
    EXPECT_CL(CL_SUCCESS, clReleaseMemObject(buffer));
}
