// What is too late in Main: a constructor of the executable runs before the .NET runtime does anything.

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

// The runtime ends without a word where it cannot start these.
#define RUNTIME_THREADS 3
// Less than this and it cannot reserve its heap.
#define LEAST_ADDRESS_SPACE (384ul << 20)

static void fail(const char *line)
{
    ssize_t written = write(STDERR_FILENO, line, strlen(line));
    (void)written;
    _exit(1);
}

static void *wait_for(void *gate)
{
    pthread_mutex_lock(gate);
    pthread_mutex_unlock(gate);
    return NULL;
}

// Descriptors 0 to 2 that the caller has closed would be the next ones opened, and log lines would go into a socket. open(2) gives the lowest free number.
static void open_standard_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= STDIN_FILENO && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

static void look_at_limits(void)
{
    struct rlimit space;
    if (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY && space.rlim_cur < LEAST_ADDRESS_SPACE)
        fail("proxify: the limit of address space is too low (ulimit -v, LimitAS=): it takes 384 MiB to start at all, and is better left unlimited\n");

    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_t threads[RUNTIME_THREADS];
    int started = 0;
    pthread_mutex_lock(&gate);
    while (started < RUNTIME_THREADS && pthread_create(&threads[started], NULL, wait_for, &gate) == 0)
        started++;
    pthread_mutex_unlock(&gate);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    if (started < RUNTIME_THREADS)
        fail("proxify: no thread can be started: a limit of threads is reached (ulimit -u, pids.max of the control group, TasksMax= of a unit), or of address space (ulimit -v)\n");
}

__attribute__((constructor)) static void before_main(void)
{
    open_standard_descriptors();
    look_at_limits();

    // What the runtime and proxify create is nobody else's.
    umask(077);

    // The runtime's diagnostic port listens all the time and leaves a socket in /tmp when the process is killed. Who wants it says DOTNET_EnableDiagnostics=1.
    setenv("DOTNET_EnableDiagnostics", "0", 0);
}
