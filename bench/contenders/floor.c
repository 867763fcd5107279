// The floor: what the kernel and the system calls take, with nothing decoded. The requests are byte for byte netloom's,
// the receive buffer is as large; message headers are walked to count and to find the end of a dump.
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>
#include "contender.h"

static char received[128 * 1024] __attribute__((aligned(4)));
static int fd = -1;

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

struct route_request {
  struct nlmsghdr header;
  struct rtmsg route;
};

static int opened(unsigned groups) {
  int on = 1;
  int made = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = groups };
  if (made < 0) fail("socket");
  if (bind(made, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
  setsockopt(made, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
  setsockopt(made, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
  setsockopt(made, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on);
  return made;
}

static void ask(const void *request, size_t size) {
  if (send(fd, request, size, 0) < 0) fail("send");
}

/** Receives one datagram; the number of its objects. `*done`: it ends the dump. */
static long receive(int from, int *done) {
  ssize_t size = recv(from, received, sizeof received, 0);
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
  while (!done) count += receive(fd, &done);
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
    count += receive(fd, &done);
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

static long dump_routes(void) {
  struct route_request request = {
    .header = { .nlmsg_len = sizeof request, .nlmsg_type = RTM_GETROUTE, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
  };
  return dump(&request, sizeof request);
}

/** Route events that wait in the socket. */
static long events(long wanted) {
  int size = 1 << 28;
  int subscribed = opened(RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE);
  if (setsockopt(subscribed, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0) fail("SO_RCVBUFFORCE");
  wait_for_go();
  long count = 0;
  int done = 0;
  while (count < wanted) count += receive(subscribed, &done);
  close(subscribed);
  return count;
}

static long perform(char *line) {
  int index;
  long number;
  if (fd < 0) fd = opened(0);
  if (sscanf(line, "getlink %d %ld", &index, &number) == 2) return get_link(index, number);
  if (strncmp(line, "links ", 6) == 0) return dump_links();
  if (strncmp(line, "addresses ", 10) == 0) return dump_addresses();
  if (strncmp(line, "routes ", 7) == 0) return dump_routes();
  if (sscanf(line, "events %ld", &number) == 1) return events(number);
  return -1;
}
