// The floor: what the kernel and the system calls take, with nothing decoded. A process that reads a line
//   getlink INDEX CALLS | links | addresses
// and answers `NANOSECONDS MESSAGES PROCESSOR_NANOSECONDS`. The requests are byte for byte netloom's, the receive buffer is as large.
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char received[128 * 1024] __attribute__((aligned(4)));
static int fd;

static void fail(const char *what) {
  fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
  exit(1);
}

struct link_request {
  struct nlmsghdr header;
  struct ifinfomsg link;
  struct rtattr attribute;
  __u32 mask;
};

struct address_request {
  struct nlmsghdr header;
  struct ifaddrmsg address;
};

static void ask(const void *request, size_t size) {
  if (send(fd, request, size, 0) < 0) fail("send");
}

/** Receives one datagram; the number of its objects. `*done`: it ends the dump. */
static long receive(int *done) {
  ssize_t size = recv(fd, received, sizeof received, 0);
  if (size < 0) fail("recv");
  long count = 0;
  unsigned left = size;
  for (struct nlmsghdr *m = (struct nlmsghdr *)received; NLMSG_OK(m, left); m = NLMSG_NEXT(m, left)) {
    if (m->nlmsg_type == NLMSG_ERROR) {
      errno = -((struct nlmsgerr *)NLMSG_DATA(m))->error;
      fail("the kernel");
    }
    if (m->nlmsg_type == NLMSG_DONE) *done = 1;
    else count++;
  }
  return count;
}

static long dump(const void *request, size_t size) {
  long count = 0;
  int done = 0;
  ask(request, size);
  while (!done) count += receive(&done);
  return count;
}

static long get_link(int index, long calls) {
  struct link_request request = {
    .header = { .nlmsg_len = sizeof request, .nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST },
    .link = { .ifi_index = index },
    .attribute = { .rta_len = 8, .rta_type = IFLA_EXT_MASK },
    .mask = RTEXT_FILTER_VF,
  };
  long count = 0;
  int done = 0;
  for (long i = 0; i < calls; i++) {
    request.header.nlmsg_seq = i + 1;
    ask(&request, sizeof request);
    count += receive(&done);
  }
  return count;
}

static long dump_links(void) {
  struct link_request request = {
    .header = { .nlmsg_len = sizeof request, .nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
    .link = { .ifi_family = AF_PACKET },
    .attribute = { .rta_len = 8, .rta_type = IFLA_EXT_MASK },
    .mask = RTEXT_FILTER_VF,
  };
  return dump(&request, sizeof request);
}

static long dump_addresses(void) {
  struct address_request request = {
    .header = { .nlmsg_len = sizeof request, .nlmsg_type = RTM_GETADDR, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
  };
  return dump(&request, sizeof request);
}

static long long nanoseconds(const struct timespec *from, const struct timespec *to) {
  return (to->tv_sec - from->tv_sec) * 1000000000LL + (to->tv_nsec - from->tv_nsec);
}

int main(void) {
  int on = 1;
  fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) fail("socket");
  struct sockaddr_nl address = { .nl_family = AF_NETLINK };
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
  setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
  setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
  setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on);

  char line[100];
  while (fgets(line, sizeof line, stdin)) {
    struct timespec before, after, busy, idle;
    int index;
    long calls, count;
    clock_gettime(CLOCK_MONOTONIC, &before);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &busy);
    if (sscanf(line, "getlink %d %ld", &index, &calls) == 2) count = get_link(index, calls);
    else if (strcmp(line, "links\n") == 0) count = dump_links();
    else if (strcmp(line, "addresses\n") == 0) count = dump_addresses();
    else {
      fprintf(stderr, "floor: what is '%s'?\n", line);
      return 2;
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &idle);
    clock_gettime(CLOCK_MONOTONIC, &after);
    printf("%lld %ld %lld\n", nanoseconds(&before, &after), count, nanoseconds(&busy, &idle));
    fflush(stdout);
  }
  return 0;
}
