/* SPDX-License-Identifier: MIT */
/* The cache on disk: entries come back as they were kept, or not at all. */
#define _GNU_SOURCE
#include "compiler/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client_test.h"
#include "fake/directive.h"
#include "vgpu_test.h"

static struct vgpu_hash key_of(uint64_t number)
{
    return vgpu_hash_of(&number, sizeof number);
}

static void store(const struct vgpu_cache *cache, uint64_t number, const char *payload)
{
    vgpu_cache_store(cache, VGPU_CACHE_UNIT, key_of(number), payload, strlen(payload),
                     "notes", 5);
}

static bool is_there(const struct vgpu_cache *cache, uint64_t number)
{
    struct vgpu_cache_entry entry;

    if (!vgpu_cache_find(cache, VGPU_CACHE_UNIT, key_of(number), &entry))
        return false;
    vgpu_cache_entry_fini(&entry);
    return true;
}

VGPU_UNIT_TEST(vgpu_cache, gives_back_what_was_kept)
{
    struct vgpu_cache_entry entry;
    struct vgpu_cache cache;

    client_test_start();
    ASSERT_TRUE(vgpu_cache_open(&cache));
    EXPECT_FALSE(is_there(&cache, 1));
    store(&cache, 1, "first");
    store(&cache, 1, "payload");
    ASSERT_TRUE(vgpu_cache_find(&cache, VGPU_CACHE_UNIT, key_of(1), &entry));
    ASSERT_EQ(7, entry.payload_size);
    EXPECT_BYTES("payload", entry.payload, 7);
    ASSERT_EQ(5, entry.notes_size);
    EXPECT_BYTES("notes", entry.notes, 5);
    vgpu_cache_entry_fini(&entry);
    EXPECT_FALSE(is_there(&cache, 2));
    EXPECT_FALSE(vgpu_cache_find(&cache, VGPU_CACHE_CODE, key_of(1), &entry));
    vgpu_cache_drop(&cache, VGPU_CACHE_UNIT, key_of(1));
    EXPECT_FALSE(is_there(&cache, 1));
    vgpu_cache_close(&cache);
    client_test_end();
}

static ino_t file_of(const char *path)
{
    struct stat status = {0};

    EXPECT_EQ(0, stat(path, &status));
    return status.st_ino;
}

/* Two processes may make it at once, and one have loaded its own when the other comes. */
VGPU_UNIT_TEST(vgpu_cache, an_entry_that_is_there_already_stays)
{
    struct vgpu_cache cache;
    char *path;
    ino_t file;

    client_test_start();
    ASSERT_TRUE(vgpu_cache_open(&cache));
    path = vgpu_cache_path(&cache, VGPU_CACHE_UNIT, key_of(1));
    store(&cache, 1, "payload");
    file = file_of(path);
    store(&cache, 1, "payload");
    EXPECT_EQ(file, file_of(path));
    store(&cache, 1, "another");
    EXPECT_NE(file, file_of(path));
    EXPECT_TRUE(is_there(&cache, 1));
    EXPECT_EQ(1, client_test_count(""));
    free(path);
    vgpu_cache_close(&cache);
    client_test_end();
}

/* Leaves the entry with those bytes. */
static void overwrite(const char *path, const char *bytes, size_t size)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    ASSERT_GE(file, 0);
    EXPECT_EQ(size, write(file, bytes, size));
    close(file);
}

static size_t read_entry(const char *path, char *bytes, size_t most)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t size = read(file, bytes, most);

    EXPECT_GT(size, 0);
    close(file);
    return size > 0 ? (size_t)size : 0;
}

VGPU_UNIT_TEST(vgpu_cache, any_damage_to_an_entry_deletes_it)
{
    struct vgpu_cache cache;
    char bytes[256];

    client_test_start();
    ASSERT_TRUE(vgpu_cache_open(&cache));
    store(&cache, 1, "payload");
    char *path = vgpu_cache_path(&cache, VGPU_CACHE_UNIT, key_of(1));
    const size_t size = read_entry(path, bytes, sizeof bytes - 1);
    for (size_t i = 0; i < size; i++) {
        bytes[i] ^= 0x10;
        overwrite(path, bytes, size);
        bytes[i] ^= 0x10;
        EXPECT_FALSE(is_there(&cache, 1));
        EXPECT_EQ(-1, access(path, F_OK));
        overwrite(path, bytes, i);
        EXPECT_FALSE(is_there(&cache, 1));
    }
    overwrite(path, bytes, size + 1);
    EXPECT_FALSE(is_there(&cache, 1));
    overwrite(path, bytes, size);
    EXPECT_TRUE(is_there(&cache, 1));
    free(path);
    vgpu_cache_close(&cache);
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_cache, an_entry_under_another_name_is_none)
{
    struct vgpu_cache cache;

    client_test_start();
    ASSERT_TRUE(vgpu_cache_open(&cache));
    store(&cache, 1, "payload");
    char *from = vgpu_cache_path(&cache, VGPU_CACHE_UNIT, key_of(1));
    char *to = vgpu_cache_path(&cache, VGPU_CACHE_UNIT, key_of(2));
    EXPECT_EQ(0, rename(from, to));
    EXPECT_FALSE(is_there(&cache, 2));
    free(from);
    free(to);
    vgpu_cache_close(&cache);
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_cache, what_is_no_file_is_no_entry)
{
    struct vgpu_cache cache;

    client_test_start();
    ASSERT_TRUE(vgpu_cache_open(&cache));
    char *path = vgpu_cache_path(&cache, VGPU_CACHE_UNIT, key_of(1));
    EXPECT_EQ(0, mkfifo(path, 0600));
    EXPECT_FALSE(is_there(&cache, 1));
    unlink(path);
    EXPECT_EQ(0, mkdir(path, 0700));
    EXPECT_FALSE(is_there(&cache, 1));
    store(&cache, 1, "payload");
    EXPECT_FALSE(is_there(&cache, 1));
    rmdir(path);
    free(path);
    vgpu_cache_close(&cache);
    client_test_end();
}

/* Each value is the number that all of it consists of. */
static int write_and_read(unsigned seed)
{
    static char payload[20000];
    struct vgpu_cache cache;
    struct vgpu_cache_entry entry;
    int odd = 0;

    if (!vgpu_cache_open(&cache))
        return 1;
    for (unsigned i = 0; i < 400; i++) {
        const char letter = (char)('a' + (seed + i) % 26);
        memset(payload, letter, sizeof payload);
        vgpu_cache_store(&cache, VGPU_CACHE_UNIT, key_of(i % 7), payload, sizeof payload,
                         &letter, 1);
        if (!vgpu_cache_find(&cache, VGPU_CACHE_UNIT, key_of(i % 5), &entry))
            continue;
        memset(payload, *(const char *)entry.notes, sizeof payload);
        odd += entry.payload_size != sizeof payload ||
               memcmp(payload, entry.payload, sizeof payload) != 0;
        vgpu_cache_entry_fini(&entry);
    }
    vgpu_cache_close(&cache);
    return odd;
}

VGPU_UNIT_TEST(vgpu_cache, processes_write_side_by_side)
{
    struct vgpu_cache cache;

    client_test_start();
    setenv("VGPU_CACHE_BYTES", "100K", 1); /* so that sweeps take part */
    for (unsigned i = 0; i < 4; i++) {
        const pid_t writer = fork();
        if (writer == 0)
            _exit(write_and_read(i) != 0);
        ASSERT_GT(writer, 0);
    }
    for (int i = 0; i < 4; i++) {
        int status = -1;
        EXPECT_GT(wait(&status), 0);
        EXPECT_EQ(0, status);
    }
    ASSERT_TRUE(vgpu_cache_open(&cache));
    EXPECT_EQ(0, write_and_read(9));
    vgpu_cache_close(&cache);
    EXPECT_EQ(client_test_count(".unit"), client_test_count(""));
    client_test_end();
}

static void set_use(const struct vgpu_cache *cache, uint64_t number, time_t seconds)
{
    const struct timespec times[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};
    char *path = vgpu_cache_path(cache, VGPU_CACHE_UNIT, key_of(number));

    EXPECT_EQ(0, utimensat(AT_FDCWD, path, times, 0));
    free(path);
}

VGPU_UNIT_TEST(vgpu_cache, what_was_used_longest_ago_goes_first)
{
    static char payload[1001];
    struct vgpu_cache cache;

    client_test_start();
    setenv("VGPU_CACHE_BYTES", "5K", 1);
    memset(payload, 'x', sizeof payload - 1);
    ASSERT_TRUE(vgpu_cache_open(&cache));
    for (uint64_t i = 1; i <= 4; i++) {
        store(&cache, i, payload);
        set_use(&cache, i, (time_t)(1000 * i));
    }
    EXPECT_TRUE(is_there(&cache, 1)); /* which makes it the last */
    store(&cache, 5, payload);
    EXPECT_TRUE(is_there(&cache, 1));
    EXPECT_FALSE(is_there(&cache, 2));
    EXPECT_TRUE(is_there(&cache, 4));
    EXPECT_TRUE(is_there(&cache, 5));
    setenv("VGPU_CACHE_BYTES", "500", 1);
    store(&cache, 6, payload);
    EXPECT_FALSE(is_there(&cache, 6));
    vgpu_cache_close(&cache);
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_cache, files_of_others_in_the_folder_stay)
{
    static const char *const names[] = {"letter.txt", "x.unit", "tmp-1",
                                        "0123456789abcdef0123456789abcdef.txt"};
    struct vgpu_cache cache;
    struct timespec long_ago[2] = {{0}, {0}};

    client_test_start();
    setenv("VGPU_CACHE_BYTES", "200", 1);
    ASSERT_TRUE(vgpu_cache_open(&cache));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        utimensat(AT_FDCWD, client_test_write(names[i], "dear reader"), long_ago, 0);
    utimensat(AT_FDCWD, client_test_write("tmp-0123456789abcdef", "cut"), long_ago, 0);
    client_test_write("tmp-0123456789abcde0", "being written");
    for (uint64_t i = 0; i < 10; i++)
        store(&cache, i, "a payload of some length");
    EXPECT_EQ(1, client_test_count("abcde0"));
    EXPECT_EQ(0, client_test_count("abcdef"));
    EXPECT_EQ(1, client_test_count("letter.txt"));
    EXPECT_EQ(1, client_test_count("x.unit"));
    EXPECT_EQ(1, client_test_count("tmp-1"));
    EXPECT_EQ(2, client_test_count(".txt"));
    vgpu_cache_close(&cache);
    client_test_end();
}

static mode_t mode_of(const char *path)
{
    struct stat status = {0};

    EXPECT_EQ(0, stat(path, &status));
    return status.st_mode & 07777;
}

VGPU_UNIT_TEST(vgpu_cache, folder_and_entries_are_private)
{
    struct vgpu_cache cache;
    char *deep;

    const char *folder = client_test_start();
    ASSERT_GT(asprintf(&deep, "%s/deep/er", folder), 0);
    setenv("VGPU_CACHE_DIR", deep, 1);
    const mode_t before = umask(0);
    ASSERT_TRUE(vgpu_cache_open(&cache));
    store(&cache, 1, "payload");
    umask(before);
    char *path = vgpu_cache_path(&cache, VGPU_CACHE_UNIT, key_of(1));
    EXPECT_EQ(0700, mode_of(deep));
    EXPECT_EQ(0600, mode_of(path));
    unlink(path);
    rmdir(deep);
    *strrchr(deep, '/') = '\0';
    rmdir(deep);
    free(deep);
    free(path);
    vgpu_cache_close(&cache);
    client_test_end();
}

/* In processes of their own: each is reported once in a process. */
VGPU_UNIT_TEST_WITH_ENV(vgpu_cache, a_folder_that_others_write_to_is_reported_once,
                        "VGPU_CC")
{
    const char *folder = client_test_start();
    const char *messages;

    EXPECT_EQ(0, chmod(folder, 0770));
    vgpu_test_stderr_start();
    EXPECT_NE(client_test_serial(FAKE_ANSWER), client_test_serial(FAKE_ANSWER));
    messages = vgpu_test_stderr_stop();
    EXPECT_CONTAINS(messages, "can be written by other users");
    EXPECT_TRUE(strchr(messages, '\n') == strrchr(messages, '\n'));
    EXPECT_EQ(0, client_test_count(""));
    client_test_end();
}

VGPU_UNIT_TEST_WITH_ENV(vgpu_cache, a_folder_of_another_user_is_not_used, "VGPU_CC")
{
    const char *folder = client_test_start();

    if (geteuid() != 0)
        VGPU_SKIP("only root can give a folder away");
    EXPECT_EQ(0, chown(folder, 65534, 65534));
    vgpu_test_stderr_start();
    EXPECT_NE(client_test_serial(FAKE_ANSWER), client_test_serial(FAKE_ANSWER));
    EXPECT_CONTAINS(vgpu_test_stderr_stop(), "belongs to another user");
    EXPECT_EQ(0, client_test_count(""));
    client_test_end();
}

VGPU_UNIT_TEST_WITH_ENV(vgpu_cache, a_folder_that_cannot_be_is_reported_once, "VGPU_CC")
{
    client_test_start();
    setenv("VGPU_CACHE_DIR", "/dev/null/cache", 1);
    vgpu_test_stderr_start();
    EXPECT_NE(client_test_serial(FAKE_ANSWER), client_test_serial(FAKE_ANSWER));
    EXPECT_STREQ("vgpu: VGPU_CACHE_DIR: '/dev/null/cache' cannot be used: Not a "
                 "directory; kernels are compiled anew by each process\n",
                 vgpu_test_stderr_stop());
    client_test_end();
}

VGPU_UNIT_TEST(vgpu_cache, a_place_where_nothing_can_be_written_is_silent)
{
    const char *folder = client_test_start();

    unsetenv("VGPU_CACHE_DIR");
    unsetenv("XDG_CACHE_HOME");
    setenv("HOME", "/proc/self", 1);
    vgpu_test_stderr_start();
    EXPECT_NE(client_test_serial(FAKE_ANSWER), client_test_serial(FAKE_ANSWER));
    unsetenv("HOME");
    EXPECT_NE(client_test_serial(FAKE_ANSWER), client_test_serial(FAKE_ANSWER));
    setenv("VGPU_CACHE_DIR", "", 1);
    setenv("HOME", folder, 1);
    EXPECT_NE(client_test_serial(FAKE_ANSWER), client_test_serial(FAKE_ANSWER));
    EXPECT_EQ(0, client_test_count(""));
    EXPECT_STREQ("", vgpu_test_stderr_stop());
    client_test_end();
}

static void expect_folder(const char *expected)
{
    struct vgpu_cache cache;

    ASSERT_TRUE(vgpu_cache_open(&cache));
    EXPECT_CONTAINS(cache.path, expected);
    EXPECT_EQ('/', *cache.path);
    rmdir(cache.path);
    vgpu_cache_close(&cache);
}

VGPU_UNIT_TEST(vgpu_cache, lies_where_the_environment_says)
{
    const char *folder = client_test_start();
    char *path = NULL;

    unsetenv("VGPU_CACHE_DIR");
    setenv("HOME", folder, 1);
    setenv("XDG_CACHE_HOME", "relative", 1); /* not allowed, so it does not count */
    expect_folder("/.cache/vgpu");
    ASSERT_GT(asprintf(&path, "%s/.cache", folder), 0);
    rmdir(path);
    free(path);
    setenv("XDG_CACHE_HOME", folder, 1);
    expect_folder("/vgpu");
    unsetenv("XDG_CACHE_HOME");
    ASSERT_EQ(0, chdir(folder));
    setenv("VGPU_CACHE_DIR", "here/./there//", 1);
    expect_folder("/here/there");
    EXPECT_EQ(0, rmdir("here"));
    setenv("VGPU_CACHE_DIR", "a;b $(c) %s", 1);
    expect_folder("/a;b $(c) %s");
    ASSERT_EQ(0, chdir("/"));
    client_test_end();
}

VGPU_UNIT_TEST_WITH_ENV(vgpu_cache, odd_sizes_are_reported_once, "VGPU_CC")
{
    static const char *const sizes[] = {
        "much", "1X", "-1", "99999999999999999999", "1KB", "9999999999T"};
    const char *messages;
    struct vgpu_cache cache;

    client_test_start();
    ASSERT_TRUE(vgpu_cache_open(&cache));
    vgpu_test_stderr_start();
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        setenv("VGPU_CACHE_BYTES", sizes[i], 1);
        store(&cache, i, "payload");
        EXPECT_TRUE(is_there(&cache, i));
    }
    messages = vgpu_test_stderr_stop();
    EXPECT_STREQ("vgpu: VGPU_CACHE_BYTES: 'much' is no size like 512M; 512M is taken\n",
                 messages);
    vgpu_cache_close(&cache);
    client_test_end();
}
