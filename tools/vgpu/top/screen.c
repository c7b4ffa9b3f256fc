/* SPDX-License-Identifier: MIT */
/* Lines of text that end where the terminal does. */
#include "top/screen.h"

#include <stdarg.h>
#include <string.h>

static const char *const colour_codes[] = {
    [TOP_PLAIN] = "",         [TOP_BOLD] = "\033[1m",    [TOP_DIM] = "\033[2m",
    [TOP_GREEN] = "\033[32m", [TOP_YELLOW] = "\033[33m", [TOP_RED] = "\033[31m",
};

void top_put(struct top_screen *screen, enum top_colour colour, const char *format, ...)
{
    const bool coloured = screen->colour && colour != TOP_PLAIN;
    char text[512];
    va_list values;
    int length;

    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    length = (int)strlen(text);
    if (screen->width > 0 && length > screen->width - screen->column)
        length = screen->width - screen->column;
    screen->column += length;
    if (length > 0 && !screen->is_hidden)
        fprintf(screen->out, "%s%.*s%s", coloured ? colour_codes[colour] : "", length,
                text, coloured ? "\033[0m" : "");
}

void top_line_start(struct top_screen *screen)
{
    screen->is_hidden =
        screen->line < screen->first ||
        (screen->height > 0 && screen->line >= screen->first + screen->height);
    screen->column = 0;
}

void top_line_end(struct top_screen *screen)
{
    if (!screen->is_hidden)
        fputs(screen->colour ? "\033[K\n" : "\n", screen->out);
    screen->line++;
}

void top_put_bar(struct top_screen *screen, double share, int columns)
{
    static const char full[] = "########################################";
    const int room =
        columns - 2 < (int)sizeof full - 1 ? columns - 2 : (int)sizeof full - 1;
    int filled = (int)(share * room + 0.5);

    if (filled == 0 && share > 0.005)
        filled = 1; /* a little is not nothing */
    top_put(screen, TOP_PLAIN, "[");
    top_put(screen,
            share > 0.9   ? TOP_RED
            : share > 0.5 ? TOP_YELLOW
                          : TOP_GREEN,
            "%.*s", filled, full);
    top_put(screen, TOP_PLAIN, "%*s]", room - filled, "");
}

static const char *scaled(char *buffer, double value, double step,
                          const char *const units[], size_t num_units)
{
    size_t unit = 0;

    while (value >= step * 0.9995 && unit + 1 < num_units) {
        value /= step;
        unit++;
    }
    snprintf(buffer, TOP_NUMBER, "%.*f%s",
             value >= 99.95 || (unit == 0 && value >= 9.995) || value == 0 ? 0
             : value >= 9.995                                              ? 1
                                                                           : 2,
             value, units[unit]);
    return buffer;
}

const char *top_number(char *buffer, double number)
{
    static const char *const units[] = {"", " k", " M", " G", " T", " P", " E"};

    return number == (double)(int)number && number < 1000
               ? (snprintf(buffer, TOP_NUMBER, "%d", (int)number), buffer)
               : scaled(buffer, number, 1000, units, sizeof units / sizeof *units);
}

const char *top_bytes(char *buffer, double bytes)
{
    static const char *const units[] = {" B",   " KiB", " MiB", " GiB",
                                        " TiB", " PiB", " EiB"};

    return bytes == (double)(int)bytes && bytes < 1000
               ? (snprintf(buffer, TOP_NUMBER, "%d B", (int)bytes), buffer)
               : scaled(buffer, bytes, 1024, units, sizeof units / sizeof *units);
}

const char *top_time(char *buffer, double seconds)
{
    static const char *const units[] = {" ns", " us", " ms", " s"};
    const unsigned long long whole = seconds < 1e15 ? (unsigned long long)seconds : 0;

    if (seconds < 60)
        return scaled(buffer, seconds * 1e9, 1000, units, sizeof units / sizeof *units);
    if (whole < 3600)
        snprintf(buffer, TOP_NUMBER, "%llu:%02llu", whole / 60, whole % 60);
    else
        snprintf(buffer, TOP_NUMBER, "%llu:%02llu:%02llu", whole / 3600, whole / 60 % 60,
                 whole % 60);
    return buffer;
}
