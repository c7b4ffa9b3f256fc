/* SPDX-License-Identifier: MIT */
/* Build options: how a string becomes words, and which words are options. */
#include "object/build_options.h"
#include "vgpu_test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Parses options that must be fine; the caller finishes them. */
static struct vgpu_build_options parse(const char *text)
{
    struct vgpu_build_options options = {.num_defines = 0};
    char *error = NULL;

    EXPECT_EQ(0, vgpu_build_options_parse(text, VGPU_STAGE_COMPILE, &options, &error));
    if (error)
        VGPU_FAIL("refused: %s", error);
    free(error);
    return options;
}

static void expect_refused_at(enum vgpu_build_stage stage, const char *text,
                              const char *word, const char *why)
{
    struct vgpu_build_options options;
    char *error = NULL;

    ASSERT_EQ(-EINVAL, vgpu_build_options_parse(text, stage, &options, &error));
    ASSERT_NE(NULL, error);
    EXPECT_CONTAINS(error, word);
    EXPECT_CONTAINS(error, why);
    free(error);
}

static void expect_refused(const char *text, const char *word, const char *why)
{
    expect_refused_at(VGPU_STAGE_COMPILE, text, word, why);
}

static void expect_define(const char *text, const char *define)
{
    struct vgpu_build_options options = parse(text);

    ASSERT_EQ(1, options.num_defines);
    EXPECT_STREQ(define, options.defines[0]);
    vgpu_build_options_fini(&options);
}

VGPU_UNIT_TEST(vgpu_build_options_parse, takes_no_options)
{
    static const char *const texts[] = {NULL, "", " ", " \t\n "};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct vgpu_build_options options = parse(texts[i]);

        EXPECT_EQ(0, options.num_defines);
        EXPECT_FALSE(options.uniform_work_groups);
        EXPECT_STREQ("CL1.2", options.standard->name);
        vgpu_build_options_fini(&options);
    }
}

VGPU_UNIT_TEST(vgpu_build_options_parse, takes_every_option_of_the_specification)
{
    struct vgpu_build_options options = parse(
        "-D A -I dir -cl-single-precision-constant -cl-denorms-are-zero "
        "-cl-fp32-correctly-rounded-divide-sqrt -cl-opt-disable -cl-strict-aliasing "
        "-cl-uniform-work-group-size -cl-no-subgroup-ifp -cl-mad-enable "
        "-cl-no-signed-zeros -cl-unsafe-math-optimizations -cl-finite-math-only "
        "-cl-fast-relaxed-math -w -Werror -cl-std=CL3.0 -cl-kernel-arg-info -g");

    EXPECT_TRUE(options.uniform_work_groups);
    EXPECT_EQ(300, options.standard->c_version);
    ASSERT_EQ(2, options.num_defines);
    EXPECT_STREQ("A", options.defines[0]);
    EXPECT_STREQ("__FAST_RELAXED_MATH__=1", options.defines[1]);
    vgpu_build_options_fini(&options);
}

VGPU_UNIT_TEST(vgpu_build_options_parse, takes_values_attached_or_as_the_next_word)
{
    expect_define("-D N=16", "N=16");
    expect_define("-DN=16", "N=16");
    expect_define("  -D\tN  ", "N");
    expect_define("-Iinclude -I more -D _x1=", "_x1=");
}

VGPU_UNIT_TEST(vgpu_build_options_parse, unquotes_as_a_shell_does)
{
    expect_define("-D 'T=unsigned int'", "T=unsigned int");
    expect_define("-D \"T=unsigned int\"", "T=unsigned int");
    expect_define("-DT=\"unsigned int\"", "T=unsigned int");
    expect_define("-D T=unsigned\\ int", "T=unsigned int");
    expect_define("-D S=\\\"text\\\"", "S=\"text\"");
    expect_define("-D \"S=\\\"a b\\\"\"", "S=\"a b\"");
    expect_define("-D 'S=\\n'", "S=\\n");
    expect_define("-D \"S=\\n\"", "S=\\n");
    expect_define("-D S=\\", "S=\\");
}

VGPU_UNIT_TEST(vgpu_build_options_parse, keeps_macros_in_order)
{
    struct vgpu_build_options options = parse("-D A=1 -DB -D A=2");

    ASSERT_EQ(3, options.num_defines);
    EXPECT_STREQ("A=1", options.defines[0]);
    EXPECT_STREQ("B", options.defines[1]);
    EXPECT_STREQ("A=2", options.defines[2]);
    vgpu_build_options_fini(&options);
}

VGPU_UNIT_TEST(vgpu_build_options_parse, knows_which_standards_are_offered)
{
    static const struct {
        const char *text;
        bool is_offered;
    } cases[] = {{"-cl-std=CL1.0", true},  {"-cl-std=CL1.1", true},
                 {"-cl-std=CL1.2", true},  {"-cl-std=CL3.0", true},
                 {"-cl-std=CL2.0", false}, {"-cl-std=CLC++2021", false}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vgpu_build_options options = parse(cases[i].text);

        EXPECT_EQ(cases[i].is_offered, options.standard->is_offered);
        EXPECT_STREQ(cases[i].text + strlen("-cl-std="), options.standard->name);
        vgpu_build_options_fini(&options);
    }
}

VGPU_UNIT_TEST(vgpu_build_options_parse, names_the_word_that_it_refuses)
{
    expect_refused("-w -unknown -g", "'-unknown'", "unknown");
    expect_refused("-cl-mad-enableX", "'-cl-mad-enableX'", "unknown");
    expect_refused("file.cl", "'file.cl'", "unknown");
    expect_refused("''", "''", "unknown");
    expect_refused("-w -D", "'-D'", "lacks its value");
    expect_refused("-I", "'-I'", "lacks its value");
    expect_refused("-D 3D=1", "'3D=1'", "no macro");
    expect_refused("-D =1", "'=1'", "no macro");
    expect_refused("-D f(x=x", "'f(x=x'", "no macro");
    expect_refused("-D (x)=x", "'(x)=x'", "no macro");
    expect_refused("-D ''", "''", "no macro");
    expect_refused("-cl-std=CL9", "'CL9'", "no version");
    expect_refused("-cl-std=", "''", "no version");
    expect_refused("-cl-std CL1.2", "'-cl-std'", "unknown");
    expect_refused("-D 'A=1", "A=1", "not closed");
    expect_refused("\"-w", "-w", "not closed");
}

VGPU_UNIT_TEST(vgpu_build_options_parse, takes_strings_of_any_length)
{
    enum { WORDS = 20000 };
    char *const text = malloc(WORDS * 4 + 1);
    struct vgpu_build_options options;

    ASSERT_NE(NULL, text);
    for (int i = 0; i < WORDS; i++)
        memcpy(text + 4 * i, "-DA ", 5);
    options = parse(text);
    EXPECT_EQ(WORDS, options.num_defines);
    vgpu_build_options_fini(&options);

    memset(text, 'x', WORDS * 4);
    expect_refused(text, "'xxxx", "unknown");
    free(text);
}

VGPU_UNIT_TEST(vgpu_build_options_parse, keeps_folders_in_order)
{
    struct vgpu_build_options options = parse("-I one -Itwo -I 'a b' -D A -I\"c\"");

    ASSERT_EQ(4, options.num_folders);
    EXPECT_STREQ("one", options.folders[0]);
    EXPECT_STREQ("two", options.folders[1]);
    EXPECT_STREQ("a b", options.folders[2]);
    EXPECT_STREQ("c", options.folders[3]);
    EXPECT_EQ(1, options.num_defines);
    vgpu_build_options_fini(&options);
    expect_refused("-I ''", "''", "names no folder");
}

VGPU_UNIT_TEST(vgpu_build_options_parse, takes_every_option_of_the_linker)
{
    struct vgpu_build_options options;
    char *error = NULL;

    ASSERT_EQ(0, vgpu_build_options_parse(
                     "-create-library -enable-link-options -cl-denorms-are-zero "
                     "-cl-no-signed-zeroes -cl-no-signed-zeros "
                     "-cl-unsafe-math-optimizations -cl-finite-math-only "
                     "-cl-fast-relaxed-math -cl-no-subgroup-ifp",
                     VGPU_STAGE_LINK, &options, &error));
    EXPECT_TRUE(options.creates_library);
    EXPECT_TRUE(options.enables_link_options);
    vgpu_build_options_fini(&options);
}

VGPU_UNIT_TEST(vgpu_build_options_parse, keeps_stages_apart)
{
    expect_refused("-create-library", "'-create-library'", "unknown");
    expect_refused_at(VGPU_STAGE_LINK, "-w", "'-w'", "unknown to the linker");
    expect_refused_at(VGPU_STAGE_LINK, "-DA", "'-DA'", "unknown to the linker");
    expect_refused_at(VGPU_STAGE_LINK, "-cl-std=CL1.2", "'-cl-std=CL1.2'",
                      "unknown to the linker");
    expect_refused_at(VGPU_STAGE_LINK, "-enable-link-options", "'-enable-link-options'",
                      "needs -create-library");
}

VGPU_UNIT_TEST(vgpu_build_options_parse, gives_the_compiler_whole_words)
{
    static const char *const words[] = {"-DA=b c", "-DB=$(x);`y`", "-I-fplugin=x",
                                        "-I/a b",  "-DC=\"'\"",    "-cl-std=CL3.0",
                                        "-w",      "-DD"};
    struct vgpu_build_options options =
        parse("-D 'A=b c' -DB='$(x);`y`' -I -fplugin=x -I \"/a b\" -D \"C=\\\"'\\\"\" "
              "-cl-std=CL3.0  -w -D  D");

    ASSERT_EQ(sizeof words / sizeof *words, options.num_words);
    for (size_t i = 0; i < options.num_words; i++)
        EXPECT_STREQ(words[i], options.words[i]);
    ASSERT_EQ(4, options.num_defines);
    EXPECT_STREQ("A=b c", options.defines[0]);
    EXPECT_STREQ("D", options.defines[3]);
    ASSERT_EQ(2, options.num_folders);
    EXPECT_STREQ("-fplugin=x", options.folders[0]);
    vgpu_build_options_fini(&options);
}

VGPU_UNIT_TEST(vgpu_build_options_parse, keeps_what_is_ours_from_the_linker)
{
    struct vgpu_build_options options;
    char *error = NULL;

    ASSERT_EQ(0, vgpu_build_options_parse("-create-library -cl-finite-math-only "
                                          "-enable-link-options",
                                          VGPU_STAGE_LINK, &options, &error));
    ASSERT_EQ(1, options.num_words);
    EXPECT_STREQ("-cl-finite-math-only", options.words[0]);
    vgpu_build_options_fini(&options);
}
