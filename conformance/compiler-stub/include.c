/* SPDX-License-Identifier: MIT */
/* #include: what is found, where, and what nothing can make it do. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "declaration.h"
#include "vgpu_test.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* What reading a source gave. */
struct reading {
    int status;
    size_t count;
    char names[256]; /* of the kernels: "f g " */
    char *notes, *error;
};

static struct reading read_with(const char *source,
                                const struct vgpu_parse_options *options)
{
    struct reading reading = {.count = 0};
    struct vgpu_declaration *declarations = NULL;

    reading.status =
        vgpu_declarations_parse(source, strlen(source), options, &declarations,
                                &reading.count, &reading.notes, &reading.error);
    for (size_t i = 0; i < reading.count; i++) {
        const size_t used = strlen(reading.names);
        snprintf(reading.names + used, sizeof reading.names - used, "%s ",
                 declarations[i].name);
    }
    vgpu_declarations_free(declarations, reading.count);
    return reading;
}

static void fini(struct reading *reading)
{
    free(reading->notes);
    free(reading->error);
}

static void expect(const char *source, const struct vgpu_parse_options *options,
                   const char *names, const char *notes)
{
    struct reading reading = read_with(source, options);

    if (reading.status)
        VGPU_FAIL("%s\nis refused: %s", source, reading.error ? reading.error : "");
    EXPECT_STREQ(names, reading.names);
    EXPECT_STREQ(notes, reading.notes ? reading.notes : "(null)");
    fini(&reading);
}

static void expect_fault(const char *source, const struct vgpu_parse_options *options,
                         const char *needle)
{
    struct reading reading = read_with(source, options);

    EXPECT_EQ(-EINVAL, reading.status);
    EXPECT_CONTAINS(reading.error ? reading.error : "", needle);
    fini(&reading);
}

/* Headers handed over */

static struct vgpu_header header(const char *name, const char *text)
{
    return (struct vgpu_header){name, text, strlen(text)};
}

VGPU_UNIT_TEST(include, takes_headers_by_their_exact_name_in_both_forms)
{
    const struct vgpu_header headers[] = {
        header("a.h", "#define T float\n__kernel void a(T x);\n"),
        header("dir/b.h", "#include \"a.h\"\n__kernel void b(T x);"),
        header("a.h", "#error the first of a name counts"),
        header("odd's // name", "__kernel void odd();"),
    };
    const struct vgpu_parse_options options = {.headers = headers,
                                               .num_headers = COUNT_OF(headers)};

    expect("#include \"a.h\"\n__kernel void f(T x);", &options, "a f ", "");
    expect("#include <dir/b.h> // why\n__kernel void f(T x);", &options, "a b f ", "");
    expect("  #  include/* why */<dir/b.h>\n#ifdef T\n__kernel void f(T x);\n#endif",
           &options, "a b f ", "");
    expect("#include <odd's // name>\n", &options, "odd ", "");
    expect("#define NAME \"a.h\"\n#include NAME\n", &options, "a ", "");
    expect("#define ANGLED <dir/b.h>\n#include ANGLED\n", &options, "a b ", "");
    expect("#define F(x) #x\n#include F(a.h)\n", &options, "a ", "");
    expect("#if 0\n#include \"a.h\"\n#endif\n", &options, "", "");
    expect("#include \"A.h\"\n", &options, "",
           "note: #include \"A.h\" was not found and is skipped; looked in the input "
           "headers\n");
}

VGPU_UNIT_TEST(include, honours_guards_and_pragma_once)
{
    const struct vgpu_header headers[] = {
        header("guard.h", "#ifndef G\n#define G\n#include \"guard.h\"\n"
                          "__kernel void guard() {}\n#endif\n"),
        header("once.h", "#pragma once\n#include <once.h>\n__kernel void once() {}\n"),
        header("twice.h", "__kernel void twice() {}\n"),
    };
    const struct vgpu_parse_options options = {.headers = headers,
                                               .num_headers = COUNT_OF(headers)};

    expect("#pragma once\n#include \"guard.h\"\n#include \"guard.h\"\n"
           "#include \"once.h\"\n#include \"once.h\"\n",
           &options, "guard once ", "");
    expect_fault("#include \"twice.h\"\n\n#include \"twice.h\"\n", &options,
                 "twice.h, line 1: kernel 'twice' is defined twice; first in line 1 of "
                 "twice.h");
}

VGPU_UNIT_TEST(include, says_which_file_a_fault_is_in)
{
    const struct vgpu_header headers[] = {
        header("open.h", "\n#if 1\n"),
        header("close.h", "#endif\n"),
        header("comment.h", "\n\n/* "),
        header("bad.h", "\n__kernel void bad(float *x);"),
        header("half.h", "__kernel void f("),
        header("fine.h", "int fine;"),
        header("empty.h", ""),
    };
    const struct vgpu_parse_options options = {.headers = headers,
                                               .num_headers = COUNT_OF(headers)};

    expect_fault("#include \"open.h\"\n#endif", &options,
                 "open.h, line 2: this #if has no #endif");
    expect_fault("#if 1\n#include \"close.h\"", &options,
                 "close.h, line 1: #endif without an #if");
    expect_fault("#include \"comment.h\"\n*/", &options, "comment.h, line 3: a comment");
    expect_fault("#include <bad.h>", &options, "bad.h, line 2: parameter 1 of kernel");
    expect_fault("#include \"fine.h\"\n#error here", &options, "line 2: #error here");
    expect("#include \"half.h\"\nint a);\n#include \"empty.h\"\n__kernel void g();",
           &options, "f g ", "");
}

VGPU_UNIT_TEST(include, is_bounded_in_depth_and_number)
{
    enum { CHAIN = 40 };
    static char names[CHAIN][16], texts[CHAIN][64];
    static char large[1 << 20];
    struct vgpu_header headers[CHAIN + 2];
    struct vgpu_parse_options options = {.headers = headers, .num_headers = CHAIN + 2};

    for (int i = 0; i < CHAIN; i++) {
        snprintf(names[i], sizeof names[i], "h%d", i);
        snprintf(texts[i], sizeof texts[i], "#include \"h%d\"\n#include \"h%d\"\n", i + 1,
                 i + 1);
        headers[i] = header(names[i], texts[i]);
    }
    headers[CHAIN] = header("self", "#include <self>\n");
    memset(large, ' ', sizeof large);
    headers[CHAIN + 1] = (struct vgpu_header){"large", large, sizeof large};
    expect_fault("#include \"self\"", &options, "nested more than 64 deep");
    expect_fault("#include \"h0\"", &options, "more than 65536 #includes");
    snprintf(large, sizeof large, "%s", "#ifndef N0\n#define N0\n#endif\n");
    for (size_t i = 0; i < 100; i++)
        memcpy(large + 1000 + 20 * i, "\n#include \"large1\"\n", 19);
    headers[0] = (struct vgpu_header){"large1", large + 4000, sizeof large - 4000};
    expect_fault("#include \"large\"", &options, "more than 64 MiB");
}

/* Files */

/* A folder of its own, removed with what it holds. */
struct folder {
    char path[256];
};

static bool folder_init(struct folder *folder)
{
    const char *const parent = getenv("TMPDIR");

    snprintf(folder->path, sizeof folder->path, "%s/vgpu-include-XXXXXX",
             parent ? parent : "/tmp");
    if (mkdtemp(folder->path))
        return true;
    VGPU_FAIL("%s: %s", folder->path, strerror(errno));
    return false;
}

/* The path of a name in the folder; the newest two answers stay. */
static const char *path_of(const struct folder *folder, const char *name)
{
    static char paths[2][512];
    static int turn;
    char *const path = paths[turn++ % 2];

    snprintf(path, sizeof paths[0], "%s/%s", folder->path, name);
    return path;
}

static void put(const struct folder *folder, const char *name, const char *text)
{
    FILE *const file = fopen(path_of(folder, name), "w");

    ASSERT_TRUE(file != NULL);
    fputs(text, file);
    fclose(file);
}

static void folder_fini(const struct folder *folder, ...)
{
    va_list names;
    const char *name;

    va_start(names, folder);
    while ((name = va_arg(names, const char *)) != NULL)
        remove(path_of(folder, name));
    va_end(names);
    EXPECT_EQ(0, rmdir(folder->path));
}

VGPU_UNIT_TEST(include, searches_folders_in_order_and_the_current_one_last)
{
    struct folder first, second, here;
    const char *folders[2];
    const struct vgpu_header handed = header("h.h", "__kernel void handed();");
    struct vgpu_parse_options options = {
        .folders = folders, .num_folders = 2, .reads_files = true};
    const int back = open(".", O_RDONLY | O_DIRECTORY);

    ASSERT_TRUE(folder_init(&first) && folder_init(&second) && folder_init(&here));
    folders[0] = first.path;
    folders[1] = second.path;
    put(&first, "a.h", "__kernel void a1();\n#include \"b.h\"\n");
    put(&second, "a.h", "#error not this one");
    put(&second, "b.h", "__kernel void b2();\\\n\n");
    put(&here, "b.h", "#error not this one");
    put(&here, "c.h", "__kernel void c();");
    put(&here, "h.h", "#error not this one");
    ASSERT_EQ(0, chdir(here.path));
    expect("#include <a.h>\n#include \"c.h\"\n", &options, "a1 b2 c ", "");
    options.headers = &handed;
    options.num_headers = 1;
    expect("#include \"h.h\"\n", &options, "handed ", "");
    options.reads_files = false;
    expect("#include \"c.h\"\n", &options, "",
           "note: #include \"c.h\" was not found and is skipped; looked in the input "
           "headers\n");
    expect("#include \"c.h\"\n", NULL, "",
           "note: #include \"c.h\" was not found and is skipped; looked in no folder: "
           "-I names one\n");
    EXPECT_EQ(0, fchdir(back));
    close(back);
    folder_fini(&first, "a.h", NULL);
    folder_fini(&second, "a.h", "b.h", NULL);
    folder_fini(&here, "b.h", "c.h", "h.h", NULL);
}

VGPU_UNIT_TEST(include, knows_a_file_under_all_its_names_for_pragma_once)
{
    struct folder folder;
    const char *folders[] = {folder.path};
    const struct vgpu_parse_options options = {
        .folders = folders, .num_folders = 1, .reads_files = true};

    ASSERT_TRUE(folder_init(&folder));
    put(&folder, "a.h", "#pragma once\n__kernel void a() {}\n");
    ASSERT_EQ(0, link(path_of(&folder, "a.h"), path_of(&folder, "b.h")));
    expect("#include <a.h>\n#include \"b.h\"\n#include \"./a.h\"\n", &options, "a ", "");
    folder_fini(&folder, "a.h", "b.h", NULL);
}

VGPU_UNIT_TEST(include, notes_what_is_not_found_once_and_where_it_looked)
{
    struct folder folder;
    const char *folders[] = {folder.path, "no such folder"};
    const struct vgpu_parse_options options = {
        .folders = folders, .num_folders = 2, .reads_files = true};
    char notes[1024];

    ASSERT_TRUE(folder_init(&folder));
    snprintf(
        notes, sizeof notes,
        "note: #include <a\?.h> was not found and is skipped; looked in %s, no such "
        "folder\n"
        "note: #include \"vgpu-no-such.h\" was not found and is skipped; looked in "
        "%s, no such folder, the current folder\n"
        "note: #include \"\" was not found and is skipped; a file's name may neither "
        "begin with '/' nor hold '..'\n",
        folder.path, folder.path);
    expect("#include <a\x01.h>\n#include <a\x01.h>\n#include \"vgpu-no-such.h\"\n"
           "#include \"\"\n__kernel void f();",
           &options, "f ", notes);
    folder_fini(&folder, NULL);
}

VGPU_UNIT_TEST(include, never_leads_out_of_its_folders)
{
    struct folder outer;
    char inner[512];
    const char *folders[] = {inner};
    struct vgpu_parse_options options = {
        .folders = folders, .num_folders = 1, .reads_files = true};
    char source[1024];
    struct reading reading;

    ASSERT_TRUE(folder_init(&outer));
    snprintf(inner, sizeof inner, "%s", path_of(&outer, "inner"));
    ASSERT_EQ(0, mkdir(inner, 0700));
    put(&outer, "secret.h", "#error secret");
    put(&outer, "inner/a.h", "#include \"../secret.h\"\n__kernel void a();\n");
    snprintf(source, sizeof source,
             "#include \"../secret.h\"\n#include <../secret.h>\n"
             "#include <./../secret.h>\n#include <x/../../secret.h>\n#include <..>\n"
             "#include \"%s\"\n#include <%s>\n#include <a.h>\n",
             path_of(&outer, "secret.h"), path_of(&outer, "secret.h"));
    reading = read_with(source, &options);
    EXPECT_EQ(0, reading.status);
    EXPECT_STREQ("a ", reading.names);
    EXPECT_CONTAINS(reading.notes, "may neither begin with '/' nor hold '..'");
    fini(&reading);
    remove(path_of(&outer, "inner/a.h"));
    folder_fini(&outer, "secret.h", "inner", NULL);
}

VGPU_UNIT_TEST_WITH_ENV(include, asks_no_environment_where_to_look, "CPATH=/dev",
                        "C_INCLUDE_PATH=/dev", "INCLUDE=/dev", "HOME=/dev")
{
    struct folder folder;
    const struct vgpu_parse_options options = {.reads_files = true};

    ASSERT_TRUE(folder_init(&folder));
    put(&folder, "a.h", "#error found");
    setenv("CPATH", folder.path, 1);
    setenv("C_INCLUDE_PATH", folder.path, 1);
    expect(
        "#include <a.h>\n#include \"~/zero\"\n#include <$HOME/zero>", &options, "",
        "note: #include <a.h> was not found and is skipped; looked in no folder: -I "
        "names one\n"
        "note: #include \"~/zero\" was not found and is skipped; looked in the current "
        "folder\n"
        "note: #include <$HOME/zero> was not found and is skipped; looked in no "
        "folder: -I names one\n");
    folder_fini(&folder, "a.h", NULL);
}

VGPU_UNIT_TEST(include, reads_regular_files_only_and_never_waits)
{
    struct folder folder;
    const char *folders[] = {folder.path, "/dev"};
    const struct vgpu_parse_options options = {
        .folders = folders, .num_folders = 2, .reads_files = true};
    struct reading reading;

    ASSERT_TRUE(folder_init(&folder));
    ASSERT_EQ(0, mkfifo(path_of(&folder, "fifo.h"), 0600));
    ASSERT_EQ(0, mkdir(path_of(&folder, "dir.h"), 0700));
    ASSERT_EQ(0, symlink("loop.h", path_of(&folder, "loop.h")));
    ASSERT_EQ(0, symlink("fifo.h", path_of(&folder, "link.h")));
    put(&folder, "empty.h", "");
    reading = read_with("#include <fifo.h>\n#include <dir.h>\n#include <loop.h>\n"
                        "#include <link.h>\n#include <zero>\n#include <tty>\n"
                        "#include <fifo.h/x>\n#include <empty.h>\n__kernel void f();",
                        &options);
    EXPECT_EQ(0, reading.status);
    EXPECT_STREQ("f ", reading.names);
    EXPECT_CONTAINS(reading.notes, "<fifo.h> was not found");
    EXPECT_CONTAINS(reading.notes, "<dir.h> was not found");
    EXPECT_CONTAINS(reading.notes, "<loop.h> was not found");
    EXPECT_CONTAINS(reading.notes, "<link.h> was not found");
    EXPECT_CONTAINS(reading.notes, "<zero> was not found");
    EXPECT_CONTAINS(reading.notes, "<fifo.h/x> was not found");
    EXPECT_TRUE(strstr(reading.notes, "empty.h> was") == NULL);
    fini(&reading);
    folder_fini(&folder, "fifo.h", "dir.h", "loop.h", "link.h", "empty.h", NULL);
}

VGPU_UNIT_TEST(include, refuses_a_file_of_more_than_16_MiB)
{
    struct folder folder;
    const char *folders[] = {folder.path};
    const struct vgpu_parse_options options = {
        .folders = folders, .num_folders = 1, .reads_files = true};

    ASSERT_TRUE(folder_init(&folder));
    put(&folder, "a.h", "");
    ASSERT_EQ(0, truncate(path_of(&folder, "a.h"), (16 << 20) + 1));
    expect_fault("\n#include <a.h>\n", &options, "line 2: the #included file");
    expect_fault("\n#include <a.h>\n", &options, "has 16777217 bytes");
    ASSERT_EQ(0, truncate(path_of(&folder, "a.h"), 16 << 20));
    expect("#include <a.h>\n__kernel void f();", &options, "f ", "");
    folder_fini(&folder, "a.h", NULL);
}

VGPU_UNIT_TEST(include, limits_its_notes)
{
    enum { MANY = 2000 };
    static char source[MANY * 32];
    const struct vgpu_parse_options options = {.reads_files = true};
    struct reading reading;
    size_t used = 0, lines = 0;

    for (int i = 0; i < MANY; i++)
        used += (size_t)snprintf(source + used, sizeof source - used,
                                 "#include <no%d.h>\n", i);
    reading = read_with(source, &options);
    EXPECT_EQ(0, reading.status);
    for (const char *at = reading.notes; at && *at; at++)
        lines += *at == '\n';
    EXPECT_EQ(101, lines);
    EXPECT_CONTAINS(reading.notes, "more #includes were not found");
    fini(&reading);
}
