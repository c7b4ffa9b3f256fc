/* SPDX-License-Identifier: MIT */
/* The watchdog: stops kernels that run longer than their device allows.
 *
 * A thread that sleeps until the oldest launch under way may be too old, and without an
 * end while there is none. What it finds too old it tells so by a signal to the unit,
 * again and again, for the unit may be where it cannot leave just then. Time in which the
 * process was stopped (by a debugger, or by Ctrl-Z) does not count: the watchdog notices
 * by waking late. */
#define _GNU_SOURCE
#include "fault/watchdog.h"

#include "background_thread.h"
#include "break_point.h"
#include "clock.h"
#include "environment.h"
#include "fault/handler.h"
#include "message.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NS_PER_S   1000000000ull
#define LOOKS      4u           /* while a launch comes of age */
#define PATIENCE   10u          /* limits that one without a processor may take */
#define AGAIN_NS   1000000ull   /* between signals: few may find what can be left */
#define LIBRARY_NS NS_PER_S     /* more, in which signals may find the C library's code */
#define LATE_NS    10000000ull  /* that a thread may wake without having been stopped */
#define LEAST_NS   100000ull    /* from one look to the next */
#define LONGEST_S  4000000000.0 /* 126 years */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake;
static struct vgpu_timed *first; /* guarded by lock */
static bool is_running;          /* guarded by lock */
static bool has_newcomer;     /* that the watchdog has not looked at; guarded by lock */
static atomic_bool is_asleep; /* without an end, or about to be */

/* As in C, whatever the program's locale writes for a decimal point. */
static double number_of(const char *text, char **end_out)
{
    const locale_t standard = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    double number = NAN;

    *end_out = (char *)text;
    if (!standard)
        return number;
    number = strtod_l(text, end_out, standard);
    freelocale(standard);
    return number;
}

uint64_t vgpu_watchdog_ns(void)
{
    const char *const text = vgpu_environment(VGPU_ENV_WATCHDOG);
    char *end;
    double seconds;

    if (!text)
        return 0;
    seconds = number_of(text, &end);
    if (end == text || *end || !(seconds >= 0) || !(seconds <= LONGEST_S)) {
        vgpu_message("VGPU_WATCHDOG: '%.100s' is no number of seconds, as in 2 or 0.5; "
                     "kernels are not watched",
                     text);
        return 0;
    }
    return (uint64_t)ceil(seconds * (double)NS_PER_S);
}

/* When the launch that runs there is too old; 0: none runs. Locked. */
static uint64_t deadline_of(struct vgpu_timed *timed)
{
    const uint64_t since = atomic_load(&timed->guard->since);

    if (since == 0)
        return 0;
    if (timed->grace.since != since) {
        timed->grace.since = since;
        timed->grace.ns = 0;
    }
    return since + timed->limit_ns + timed->grace.ns;
}

/* Locked. */
static void give_grace(uint64_t ns)
{
    for (struct vgpu_timed *each = first; each; each = each->next)
        if (deadline_of(each) != 0)
            each->grace.ns += ns;
}

static uint64_t processor_ns(clockid_t clock)
{
    struct timespec time = {0};

    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * NS_PER_S + (uint64_t)time.tv_nsec;
}

/* Has run for `more_ns` beyond what one without a processor may take. Locked. */
static bool is_overdue(const struct vgpu_timed *timed, uint64_t now, uint64_t more_ns)
{
    const uint64_t ran_ns = now - timed->grace.since;

    return ran_ns >= more_ns &&
           (ran_ns - more_ns) / PATIENCE >= timed->limit_ns + timed->grace.ns;
}

/* Of a launch past its deadline: ns of processor time that it still may have. On a busy
 * machine others may have had the time; one that only sleeps has to end some day, too.
 * Locked. */
static uint64_t rest_of(const struct vgpu_timed *timed, uint64_t now)
{
    uint64_t had;

    if (is_overdue(timed, now, 0))
        return 0;
    had = processor_ns(timed->processor) - atomic_load(&timed->begun.processor_ns);
    return had < timed->limit_ns ? timed->limit_ns - had : 0;
}

/* Tells the unit. Locked. */
static void stop(struct vgpu_timed *timed, uint64_t now)
{
    struct vgpu_guard *const guard = timed->guard;

    atomic_store(&guard->is_overdue, is_overdue(timed, now, LIBRARY_NS));
    atomic_store(&guard->stopped, timed->grace.since);
    vgpu_fault_send_stop(timed->thread);
}

/* Stops what is too old. How long to wait then; 0: nothing runs. Locked. */
static uint64_t look(uint64_t now)
{
    uint64_t wait = UINT64_MAX;
    bool is_any = false;

    has_newcomer = false;
    for (struct vgpu_timed *each = first; each; each = each->next) {
        const uint64_t deadline = deadline_of(each);
        uint64_t until = each->limit_ns / LOOKS; /* also where nothing runs yet */
        uint64_t rest;

        is_any = is_any || deadline != 0;
        if (deadline == 0)
            rest = until;
        else
            rest = now < deadline ? deadline - now : rest_of(each, now);
        if (rest < until)
            until = rest;
        if (rest == 0) {
            until = AGAIN_NS;
            if (!vgpu_is_debugged())
                stop(each, now);
        }
        wait = until < wait ? until : wait;
    }
    return !is_any ? 0 : wait < LEAST_NS ? LEAST_NS : wait;
}

/* Waits for so long, or longer, or until there is a newcomer, whose limit may be shorter.
 * What it was too long by is given to all that runs. Locked. */
static void wait_for(uint64_t ns)
{
    const uint64_t end = vgpu_now_ns() + ns;
    const struct timespec until = {.tv_sec = (time_t)(end / NS_PER_S),
                                   .tv_nsec = (long)(end % NS_PER_S)};
    uint64_t now;

    while (!has_newcomer && pthread_cond_timedwait(&wake, &lock, &until) == 0 &&
           vgpu_now_ns() < end)
        ; /* what begins meanwhile comes of age later */
    now = vgpu_now_ns();
    if (now > end && now - end > ns && now - end > LATE_NS)
        give_grace(now - end);
}

static void *watch(void *unused)
{
    (void)unused;
    pthread_setname_np(pthread_self(), "vgpu-watchdog");
    pthread_mutex_lock(&lock);
    while (first) {
        uint64_t wait = look(vgpu_now_ns());

        if (wait == 0) {
            atomic_store(&is_asleep, true);
            wait = look(vgpu_now_ns()); /* what has begun before that was seen */
            if (wait == 0)
                pthread_cond_wait(&wake, &lock);
            atomic_store(&is_asleep, false);
        }
        if (wait > 0)
            wait_for(wait);
    }
    is_running = false;
    pthread_mutex_unlock(&lock);
    return NULL;
}

static void init_wake(void)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&wake, &attributes);
    pthread_condattr_destroy(&attributes);
}

/* Locked. */
static bool have_thread(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    if (is_running)
        return true;
    pthread_once(&once, init_wake);
    is_running = vgpu_background_thread(watch, NULL) == 0;
    return is_running;
}

void vgpu_watchdog_enter(struct vgpu_timed *timed, struct vgpu_guard *guard,
                         uint64_t limit_ns)
{
    const int number = vgpu_fault_stop_signal();
    bool is_timed;
    sigset_t mask;

    timed->guard = guard;
    timed->thread = pthread_self();
    timed->processor = CLOCK_MONOTONIC; /* where it has no clock of its own */
    pthread_getcpuclockid(timed->thread, &timed->processor);
    pthread_mutex_lock(&lock);
    timed->limit_ns = limit_ns;
    timed->next = first;
    first = timed;
    is_timed = number != 0 && have_thread();
    if (!is_timed)
        first = timed->next;
    has_newcomer = has_newcomer || is_timed;
    pthread_cond_signal(&wake);
    pthread_mutex_unlock(&lock);
    if (!is_timed) {
        timed->limit_ns = 0;
        vgpu_message("VGPU_WATCHDOG: the system has no %s for the watchdog; kernels are "
                     "not watched",
                     number != 0 ? "thread" : "free real-time signal");
        return;
    }
    sigemptyset(&mask);
    sigaddset(&mask, number);
    pthread_sigmask(SIG_UNBLOCK, &mask, NULL);
}

void vgpu_watchdog_leave(struct vgpu_timed *timed)
{
    struct vgpu_timed **at = &first;

    pthread_mutex_lock(&lock);
    while (*at && *at != timed)
        at = &(*at)->next;
    if (*at)
        *at = timed->next;
    pthread_cond_signal(&wake);
    pthread_mutex_unlock(&lock);
}

void vgpu_watchdog_begin(struct vgpu_timed *timed, uint64_t since_ns)
{
    if (atomic_load(&timed->begun.since) != since_ns) {
        atomic_store(&timed->begun.processor_ns, processor_ns(timed->processor));
        atomic_store(&timed->begun.since, since_ns);
    }
    atomic_store(&timed->guard->since, since_ns);
    if (!atomic_load(&is_asleep))
        return;
    pthread_mutex_lock(&lock);
    pthread_cond_signal(&wake);
    pthread_mutex_unlock(&lock);
}

void vgpu_watchdog_end(struct vgpu_timed *timed)
{
    /* relaxed: a signal that comes late finds no guarded call */
    atomic_store_explicit(&timed->guard->since, 0, memory_order_relaxed);
}
