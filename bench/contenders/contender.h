// What the contenders in C share: the line protocol (see index.ts). The program that includes this defines `perform`.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/** Does what the line asks for: how many objects there were, or -1 where this program does not do it. */
static long perform(char *line);

static struct timespec began, busy;
/** The most memory, in KiB, that was taken; 0: not known. */
static long memory;

static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static long long nanoseconds(const struct timespec *from, const struct timespec *to) {
  return (to->tv_sec - from->tv_sec) * 1000000000LL + (to->tv_nsec - from->tv_nsec);
}

/** Of this process and of the children that it waited for. */
static void processor(struct timespec *at) {
  struct rusage children;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, at);
  getrusage(RUSAGE_CHILDREN, &children);
  at->tv_sec += children.ru_utime.tv_sec + children.ru_stime.tv_sec;
  at->tv_nsec += (children.ru_utime.tv_usec + children.ru_stime.tv_usec) * 1000L;
}

static void start_clock(void) {
  processor(&busy);
  clock_gettime(CLOCK_MONOTONIC, &began);
}

/** Says that this is ready, and measures from the moment that it is told to go. */
static inline void wait_for_go(void) {
  char line[16];
  printf("ready\n");
  fflush(stdout);
  if (!fgets(line, sizeof line, stdin)) exit(0);
  start_clock();
}

int main(void) {
  static char line[8192];
  while (fgets(line, sizeof line, stdin)) {
    struct timespec ended, idle;
    line[strcspn(line, "\n")] = 0;
    start_clock();
    long count = perform(line);
    clock_gettime(CLOCK_MONOTONIC, &ended);
    processor(&idle);
    if (count < 0) printf("-\n");
    else printf("%lld %ld %lld %ld\n", nanoseconds(&began, &ended), count, nanoseconds(&busy, &idle), memory);
    fflush(stdout);
  }
  return 0;
}
