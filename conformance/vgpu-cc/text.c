/* SPDX-License-Identifier: MIT */
/* What code looks like, as LLVM's text: for one processor, whatever runs the test. */
#include "text.h"

#include <stdlib.h>
#include <string.h>

#include "compiling.h"
#include "vgpu_test.h"

char *code_text_with(const char *options, const char *source, unsigned mode,
                     size_t local_size, unsigned sub_group_size)
{
    struct compiled compiled = compile_source(source, options, true);
    struct vgpu_cc_code_request request = {.kernel = "f",
                                           .local_size = {local_size, 1, 1},
                                           .mode = mode,
                                           .sub_group_size = sub_group_size,
                                           .form = VGPU_CC_LLVM,
                                           .cpu = "x86-64-v4"};
    void *bytes = NULL;
    size_t size;

    if (expect_done(&compiled))
        EXPECT_EQ(VGPU_STATUS_DONE,
                  vgpu_cc_unit_code(&compiled.unit, &request, stderr, &bytes, &size));
    compiled_fini(&compiled);
    return bytes ? bytes : strdup("");
}

char *code_text(const char *source, unsigned mode, size_t local_size)
{
    return code_text_with("", source, mode, local_size, 0);
}

void expect_text_with(const char *options, const char *source, unsigned mode,
                      size_t local_size, unsigned sub_group_size, const char *present,
                      const char *absent)
{
    char *const text = code_text_with(options, source, mode, local_size, sub_group_size);

    EXPECT_CONTAINS(text, present);
    if (absent && strstr(text, absent))
        VGPU_FAIL("'%s' has %s", source, absent);
    free(text);
}

void expect_text(const char *source, unsigned mode, size_t local_size,
                 const char *present, const char *absent)
{
    expect_text_with("", source, mode, local_size, 0, present, absent);
}
