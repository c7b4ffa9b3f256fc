/* SPDX-License-Identifier: MIT */
/* The signals of faults: those of guarded calls end the call, all others go to whoever
 * would have had them without us.
 *
 * The program may set its own handlers before ours, or later. Ours are put in front again
 * then, and the new ones go behind; but these may have kept our handler as the one to
 * call next. So each time another function is used, of a higher *level*: a level hands on
 * to what stood there when it was put in front, and that may hand on to a lower level.
 * Where a lower level is found to be in front, the program has taken its handler back.
 * Whatever the program does, nothing runs in circles: on its way through a level, a
 * signal goes on to lower ones only. */
#define _GNU_SOURCE
#include "fault/handler.h"

#include "clock.h"
#include "critical.h"
#include "environment.h"
#include "fault/note.h"
#include "message.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

#define LEVELS       8
#define HIGHEST_STOP (SIGRTMAX - 2) /* the last ones are what others like */

enum { STOP = 6, NUM_SIGNALS }; /* STOP: the watchdog's */

/* 0: not chosen yet. Guarded by lock, written before it is handled. */
static int signals[NUM_SIGNALS] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* What each level hands on to. Written before the level is put in front. */
static struct sigaction before[NUM_SIGNALS][LEVELS];
static unsigned num_levels[NUM_SIGNALS]; /* in use; guarded by lock */

/* The value that comes with the watchdog's signal, and with nobody else's. */
static char stop_token;

static bool is_stop(const siginfo_t *info)
{
    return info->si_signo == signals[STOP] && info->si_code == SI_QUEUE &&
           info->si_value.sival_ptr == &stop_token;
}

/* --- Whose it is. --- */

/* Raised by what the thread did, and not sent by another process. */
static bool is_own(const siginfo_t *info)
{
    return info->si_code > 0 || (info->si_code == SI_TKILL && info->si_pid == getpid());
}

/* Ends the guarded call that the signal came in, of which the watchdog says (or not, 0)
 * that it runs for so long. False: there is none. */
static bool end_call(struct vgpu_guard *guard, const siginfo_t *info, void *machine,
                     uint64_t ran_ns)
{
    if (!guard || !guard->stack || vgpu_critical != 0)
        return false;
    if (!guard->is_noting) {
        guard->is_noting = true;
        vgpu_fault_note(&guard->fault, info, machine);
    } /* else the stack cannot be followed any further */
    guard->is_noting = false;
    if (ran_ns > 0) {
        guard->fault.signal = guard->fault.code = 0;
        guard->fault.ran_ns = ran_ns;
    }
    vgpu_guard_leave(guard, machine);
    return true;
}

/* Whether what runs is still what the watchdog found, and can be left; else the signal
 * comes again. Who left the C library's code might leave a lock behind, of malloc or of a
 * stream, that the program waits for in vain. */
static void end_too_long(struct vgpu_guard *guard, const siginfo_t *info, void *machine)
{
    const uint64_t since = guard ? atomic_load(&guard->since) : 0;

    if (since != 0 && since == atomic_load(&guard->stopped) && !guard->is_noting &&
        (atomic_load(&guard->is_overdue) || !vgpu_fault_is_in_c_library(machine)))
        end_call(guard, info, machine, vgpu_now_ns() - since);
}

/* As if there were no handler. What the processor raised it raises again when the handler
 * returns: so a core dump shows the place. */
static void do_by_default(int number, const siginfo_t *info)
{
    const struct sigaction standard = {.sa_handler = SIG_DFL};
    const bool is_repeated = info->si_code > 0 && number != SIGTRAP && number != SIGABRT;

    sigaction(number, &standard, NULL);
    if (!is_repeated)
        raise(number);
}

/* By signal: what is handing on, on this thread. It stays where a handler of the program
 * jumps away. */
static _Thread_local struct way {
    unsigned above;      /* 1 more than its level; 0: nothing */
    const void *machine; /* the third argument of the handler's */
    uintptr_t frame;     /* its stack behind the frame of the function that hands on */
} on_the_way[NUM_SIGNALS] __attribute__((tls_model("initial-exec")));

static int way_mark(void)
{
    return SIGRTMAX;
}

struct search {
    uintptr_t wanted, own;      /* frames of the function that hands on */
    uintptr_t region, function; /* of the last frame; of the own one */
    bool is_found, is_beyond;
};

static _Unwind_Reason_Code look_at_frame(struct _Unwind_Context *context, void *data)
{
    struct search *const search = data;
    const uintptr_t behind = _Unwind_GetCFA(context); /* the last one */

    if (behind == search->own)
        search->function = search->region;
    search->is_found = behind == search->wanted && behind != search->own &&
                       search->region == search->function;
    search->is_beyond = search->is_beyond || behind >= search->wanted;
    search->region = _Unwind_GetRegionStart(context);
    return search->is_found ? _URC_END_OF_STACK : _URC_NO_REASON;
}

/* Handlers that jump with sigsetjmp's mask take the mark back. Those that jump without
 * leave it blocked, but what they jumped out of is on no stack any more. */
static bool is_on_stack(const struct way *way, uintptr_t frame)
{
    struct search search = {.wanted = way->frame, .own = frame};

    _Unwind_Backtrace(look_at_frame, &search);
    return search.is_found || !search.is_beyond;
}

/* Whether the handler, which hands on in `frame`, was called within the way: for a signal
 * that came meanwhile, or by another handler for the same one. */
static bool is_within(const struct way *way, const void *machine, uintptr_t frame)
{
    bool is_marked = sigismember(&((const ucontext_t *)machine)->uc_sigmask, way_mark());
#if !VGPU_TSAN /* in whose handlers everything is blocked */
    sigset_t mask;

    if (!is_marked)
        is_marked = machine == way->machine &&
                    pthread_sigmask(SIG_SETMASK, NULL, &mask) == 0 &&
                    sigismember(&mask, way_mark());
#endif
    return is_marked && is_on_stack(way, frame);
}

static void call_handler(struct sigaction *action, int number, siginfo_t *info,
                         void *machine)
{
    const sigset_t *const interrupted = &((const ucontext_t *)machine)->uc_sigmask;
    const struct sigaction called = *action;
    sigset_t mask = called.sa_mask;

    if (called.sa_flags & (int)SA_RESETHAND)
        *action = (struct sigaction){.sa_handler = SIG_DFL};
    if (!(called.sa_flags & SA_NODEFER))
        sigaddset(&mask, number);
    sigaddset(&mask, way_mark());
    for (int each = 1; each <= SIGRTMAX; each++)
        if (sigismember(interrupted, each) == 1)
            sigaddset(&mask, each);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    if (called.sa_flags & SA_SIGINFO)
        called.sa_sigaction(number, info, machine);
    else
        called.sa_handler(number);
}

static bool is_a_function(const struct sigaction *action)
{
    return (action->sa_flags & SA_SIGINFO) ||
           (action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN);
}

/* What the system would have done had the level not been put in front. */
static __attribute__((noinline)) void hand_on(unsigned level, int number, siginfo_t *info,
                                              void *machine)
{
    static struct sigaction standard = {.sa_handler = SIG_DFL};
    struct sigaction *action = &standard;
    const uintptr_t frame = (uintptr_t)__builtin_dwarf_cfa();
    struct way before_it;
    size_t which = 0;

    while (which < NUM_SIGNALS && signals[which] != number)
        which++;
    if (which == NUM_SIGNALS)
        return;
    before_it = on_the_way[which];
    if (before_it.above > 0 && level + 1 >= before_it.above &&
        is_within(&before_it, machine, frame))
        level = before_it.above - 2; /* below 0, and so very large, where the way ends */
    if (level < LEVELS)
        action = &before[which][level];
    on_the_way[which] = (struct way){level + 1, machine, frame};
    if (is_a_function(action))
        call_handler(action, number, info, machine);
    else if (action->sa_handler == SIG_DFL || info->si_code > 0)
        do_by_default(number, info); /* what the processor raises cannot be ignored */
    on_the_way[which] = before_it;
}

static void handle(unsigned level, int number, siginfo_t *info, void *machine)
{
    struct vgpu_guard *const guard = vgpu_guard_here();
    const int saved_errno = errno;

    if (is_stop(info))
        end_too_long(guard, info, machine);
    else if (!is_own(info) || !end_call(guard, info, machine, 0))
        hand_on(level, number, info, machine);
    errno = saved_errno;
}

#define EACH_LEVEL(L) L(0) L(1) L(2) L(3) L(4) L(5) L(6) L(7)

#define LEVEL(n)                                                       \
    static void handle_##n(int number, siginfo_t *info, void *machine) \
    {                                                                  \
        handle(n, number, info, machine);                              \
    }
EACH_LEVEL(LEVEL)
#undef LEVEL

static void (*const handlers[LEVELS])(int, siginfo_t *, void *) = {
#define LEVEL(n) handle_##n,
    EACH_LEVEL(LEVEL)
#undef LEVEL
};

/* --- Being in front. --- */

/* The number of levels that are in use where `action` is in front; 0: it is none of ours.
 */
static unsigned level_of(const struct sigaction *action)
{
    for (unsigned i = 0; i < LEVELS; i++)
        if ((action->sa_flags & SA_SIGINFO) && action->sa_sigaction == handlers[i])
            return i + 1;
    return 0;
}

/* Puts a level in front. Locked. */
static void put_in_front(size_t which, unsigned level, const struct sigaction *found)
{
    struct sigaction action = {.sa_sigaction = handlers[level],
                               .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};

    before[which][level] = *found;
    sigemptyset(&action.sa_mask);
    if (which == STOP) /* several may have been sent */
        action.sa_flags &= ~SA_NODEFER;
    for (int number = SIGRTMIN; number <= HIGHEST_STOP; number++)
        sigaddset(&action.sa_mask, number); /* it must not find a handler that begins */
    if (sigaction(signals[which], &action, NULL) == 0)
        num_levels[which] = level + 1;
}

/* Where a program goes on setting the same handler, or very many, the highest level is
 * used again. Locked. */
static void see_to(size_t which)
{
    unsigned level = num_levels[which];
    struct sigaction found;

    if (sigaction(signals[which], NULL, &found) != 0)
        return;
    if (level_of(&found) > 0) {
        num_levels[which] = level_of(&found);
        return;
    }
    if (level == LEVELS ||
        (level > 0 && before[which][level - 1].sa_sigaction == found.sa_sigaction))
        level--;
    put_in_front(which, level, &found);
}

static bool are_contained(void)
{
    const char *const text = vgpu_environment(VGPU_ENV_FAULTS);

    if (!text || strcmp(text, "contain") == 0)
        return true;
    if (strcmp(text, "crash") != 0)
        vgpu_message("VGPU_FAULTS: '%.100s' is neither contain nor crash; faults of "
                     "kernels are contained",
                     text);
    return strcmp(text, "crash") != 0;
}

/* Locked. */
static int choose_signal(void)
{
    struct sigaction action;

    for (int number = HIGHEST_STOP; number >= SIGRTMIN; number--)
        if (sigaction(number, NULL, &action) == 0 && !(action.sa_flags & SA_SIGINFO) &&
            action.sa_handler == SIG_DFL)
            return number;
    return 0;
}

int vgpu_fault_stop_signal(void)
{
    int number;

    pthread_mutex_lock(&lock);
    if (signals[STOP] == 0) {
        vgpu_fault_find_c_library();
        signals[STOP] = choose_signal();
        if (signals[STOP] != 0)
            see_to(STOP);
    }
    number = signals[STOP];
    pthread_mutex_unlock(&lock);
    return number;
}

void vgpu_fault_send_stop(pthread_t thread)
{
    const union sigval value = {.sival_ptr = &stop_token};

    pthread_sigqueue(thread, signals[STOP], value);
}

/* Locked. */
static void see_to_all(void)
{
    static int wanted = -1;

    if (wanted < 0)
        wanted = are_contained();
    for (size_t i = 0; i < STOP && wanted > 0; i++)
        see_to(i);
    if (signals[STOP] != 0)
        see_to(STOP);
}

void vgpu_fault_handlers_install(void)
{
    pthread_mutex_lock(&lock);
    see_to_all();
    pthread_mutex_unlock(&lock);
}

void vgpu_fault_handlers_look_again(void)
{
    if (pthread_mutex_trylock(&lock) != 0)
        return; /* another thread is about it */
    see_to_all();
    pthread_mutex_unlock(&lock);
}
