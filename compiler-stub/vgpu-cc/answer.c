/* SPDX-License-Identifier: MIT */
/* Requests of compiler/request.h, and the answers to them. */
#include "answer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compiler/cpu_level.h"
#include "dependency.h"
#include "operation.h"

/* What an operation yields. */
struct yield {
    FILE *log;
    void *bytes;
    size_t size;
    struct vgpu_cc_file *files;
    size_t num_files;
};

typedef enum vgpu_status operation_fn(struct vgpu_reader *reader, struct yield *yield);

static enum vgpu_status nonsense(struct yield *yield)
{
    fputs("error: vgpu-cc does not understand the request; is it of the same version as "
          "the library?\n",
          yield->log);
    return VGPU_STATUS_FAILED;
}

static enum vgpu_status no_memory(struct yield *yield)
{
    fputs("error: out of memory\n", yield->log);
    return VGPU_STATUS_FAILED;
}

static enum vgpu_status pack(struct vgpu_unit *unit, struct yield *yield)
{
    const int err = vgpu_unit_pack(unit, &yield->bytes, &yield->size);

    vgpu_unit_fini(unit);
    return err ? no_memory(yield) : VGPU_STATUS_DONE;
}

static struct vgpu_header *read_headers(struct vgpu_reader *reader, size_t *count_out)
{
    const size_t count = vgpu_read_count(reader, 16);
    struct vgpu_header *headers = calloc(count + 1, sizeof *headers);

    if (!headers)
        vgpu_reader_fail(reader, -1);
    for (size_t i = 0; headers && i < count; i++) {
        headers[i].name = vgpu_read_string(reader);
        headers[i].text = vgpu_read_block(reader, &headers[i].length);
    }
    *count_out = headers ? count : 0;
    return headers;
}

static void free_headers(struct vgpu_header *headers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free((char *)headers[i].name);
    free(headers);
}

static enum vgpu_status compile(struct vgpu_reader *reader, struct yield *yield)
{
    struct vgpu_cc_source source = {
        .language = (enum vgpu_cc_language)vgpu_read_u32_to(reader, VGPU_CC_C)};
    struct vgpu_unit unit;
    enum vgpu_status status;
    char *name = vgpu_read_string(reader);
    char **options, **extensions, *folder;
    struct vgpu_header *headers;
    bool is_executable;

    source.name = name;
    source.text = vgpu_read_block(reader, &source.length);
    options = vgpu_read_strings(reader, &source.num_options);
    extensions = vgpu_read_strings(reader, &source.num_extensions);
    headers = read_headers(reader, &source.num_headers);
    is_executable = vgpu_read_u32_to(reader, 1) != 0;
    folder = vgpu_read_string(reader);
    source.options = (const char *const *)options;
    source.extensions = (const char *const *)extensions;
    source.headers = headers;
    source.debug_folder = folder;
    if (vgpu_reader_finish(reader) != 0) {
        status = nonsense(yield);
    } else {
        status = vgpu_cc_compile(&source, is_executable, yield->log, &unit, &yield->files,
                                 &yield->num_files);
        if (status == VGPU_STATUS_DONE)
            status = pack(&unit, yield);
    }
    free(folder);
    free_headers(headers, source.num_headers);
    vgpu_strings_free(extensions, source.num_extensions);
    vgpu_strings_free(options, source.num_options);
    free(name);
    return status;
}

static struct vgpu_unit *read_units(struct vgpu_reader *reader, size_t *count_out)
{
    const size_t count = vgpu_read_count(reader, 8);
    struct vgpu_unit *units = calloc(count + 1, sizeof *units);
    size_t done = 0;

    while (units && done < count) {
        size_t size;
        const void *bytes = vgpu_read_block(reader, &size);

        if (!bytes || vgpu_unit_unpack(bytes, size, &units[done]) != 0)
            break;
        done++;
    }
    if (!units || done < count)
        vgpu_reader_fail(reader, -1);
    *count_out = done;
    return units;
}

static enum vgpu_status link_them(struct vgpu_reader *reader, struct yield *yield)
{
    size_t num_units, num_options;
    struct vgpu_unit *units = read_units(reader, &num_units);
    char **options = vgpu_read_strings(reader, &num_options);
    const uint32_t kind = vgpu_read_u32_to(reader, VGPU_UNIT_EXECUTABLE);
    struct vgpu_unit unit;
    enum vgpu_status status;

    if (vgpu_reader_finish(reader) != 0 || kind < VGPU_UNIT_LIBRARY) {
        status = nonsense(yield);
    } else {
        status =
            vgpu_cc_link_units(units, num_units, (const char *const *)options,
                               num_options, (enum vgpu_unit_kind)kind, yield->log, &unit);
        if (status == VGPU_STATUS_DONE)
            status = pack(&unit, yield);
    }
    vgpu_strings_free(options, num_options);
    for (size_t i = 0; i < num_units; i++)
        vgpu_unit_fini(&units[i]);
    free(units);
    return status;
}

/* Where the library sees less of the processor than is there: code for what it sees. */
static const char *lesser_cpu(unsigned level)
{
    static const char *const names[VGPU_CPU_LEVEL_MOST] = {NULL, "x86-64", "x86-64-v2",
                                                           "x86-64-v3"};

    return level < vgpu_cpu_level() ? names[level] : NULL;
}

static enum vgpu_status make_code(struct vgpu_reader *reader, struct yield *yield)
{
    struct vgpu_cc_code_request request = {.form = VGPU_CC_SHARED};
    struct vgpu_unit unit = {0};
    enum vgpu_status status;
    size_t size;
    const void *bytes = vgpu_read_block(reader, &size);
    char *kernel = vgpu_read_string(reader);

    for (int i = 0; i < 3; i++)
        request.local_size[i] = vgpu_read_size(reader);
    request.mode = vgpu_read_u32_to(reader, VGPU_CODE_TRACED);
    request.cpu = lesser_cpu(vgpu_read_u32_to(reader, VGPU_CPU_LEVEL_MOST));
    request.sub_group_size = vgpu_read_u32_to(reader, VGPU_MAX_SUB_GROUP_SIZE);
    request.kernel = kernel;
    if (vgpu_reader_finish(reader) != 0 ||
        (request.sub_group_size != 0 &&
         !vgpu_cc_is_sub_group_size(request.sub_group_size)) ||
        vgpu_unit_unpack(bytes, size, &unit) != 0) {
        status = nonsense(yield);
    } else {
        status =
            vgpu_cc_unit_code(&unit, &request, yield->log, &yield->bytes, &yield->size);
        vgpu_unit_fini(&unit);
    }
    free(kernel);
    return status;
}

static enum vgpu_status list_tools(struct vgpu_reader *reader, struct yield *yield)
{
    struct vgpu_writer writer = {0};
    size_t count;
    char **tools;

    if (vgpu_reader_finish(reader) != 0)
        return nonsense(yield);
    tools = vgpu_cc_tools(&count);
    if (!tools)
        return no_memory(yield);
    vgpu_write_strings(&writer, (const char *const *)tools, count);
    for (size_t i = 0; i < count; i++)
        free(tools[i]);
    free(tools);
    return vgpu_writer_take(&writer, &yield->bytes, &yield->size) ? no_memory(yield)
                                                                  : VGPU_STATUS_DONE;
}

static operation_fn *const operations[] = {
    [VGPU_OPERATION_COMPILE] = compile,
    [VGPU_OPERATION_LINK] = link_them,
    [VGPU_OPERATION_CODE] = make_code,
    [VGPU_OPERATION_TOOLS] = list_tools,
};

bool vgpu_cc_request_read(const void *bytes, size_t size,
                          struct vgpu_cc_request *request_out)
{
    struct vgpu_cc_request request = {.operation = 0};

    vgpu_reader_init(&request.rest, bytes, size);
    if (vgpu_read_u32(&request.rest) != VGPU_REQUEST_VERSION)
        return false;
    request.operation = vgpu_read_u32_to(&request.rest, VGPU_OPERATION_TOOLS);
    request.seconds = vgpu_read_u32(&request.rest);
    request.folder = vgpu_read_string(&request.rest);
    if (request.rest.error || request.operation == 0) {
        free(request.folder);
        return false;
    }
    *request_out = request;
    return true;
}

static bool write_answer(enum vgpu_status status, const char *log,
                         const struct yield *yield, void **bytes_out, size_t *size_out)
{
    struct vgpu_writer writer = {0};

    vgpu_write_u32(&writer, VGPU_REQUEST_VERSION);
    vgpu_write_u32(&writer, (uint32_t)status);
    vgpu_write_string(&writer, log);
    vgpu_write_block(&writer, yield->bytes, yield->size);
    vgpu_write_u64(&writer, yield->num_files);
    for (size_t i = 0; i < yield->num_files; i++) {
        vgpu_write_string(&writer, yield->files[i].path);
        vgpu_write_u64(&writer, yield->files[i].hash.words[0]);
        vgpu_write_u64(&writer, yield->files[i].hash.words[1]);
    }
    return vgpu_writer_take(&writer, bytes_out, size_out) == 0;
}

bool vgpu_cc_answer(struct vgpu_cc_request *request, void **bytes_out, size_t *size_out)
{
    struct yield yield = {0};
    char *log = NULL;
    size_t log_size = 0;
    enum vgpu_status status;
    bool ok = false;

    yield.log = open_memstream(&log, &log_size);
    if (!yield.log)
        return false;
    if (*request->folder && chdir(request->folder) != 0)
        fprintf(yield.log, "warning: folder '%s' cannot be entered\n", request->folder);
    status = operations[request->operation](&request->rest, &yield);
    if (fclose(yield.log) == 0)
        ok = write_answer(status, log, &yield, bytes_out, size_out);
    free(log);
    free(yield.bytes);
    vgpu_cc_files_free(yield.files, yield.num_files);
    return ok;
}

bool vgpu_cc_answer_failure(const char *log, void **bytes_out, size_t *size_out)
{
    const struct yield nothing = {0};

    return write_answer(VGPU_STATUS_FAILED, log, &nothing, bytes_out, size_out);
}
