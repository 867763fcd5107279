// libmnl, in C: every message is parsed into a table of its attributes. 'read' looks at each value, nested ones too;
// 'kept' copies each object, with its table, to the heap, and looks at all of them at the end.
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include "contender.h"

enum { MOST = 80, HEADER = 16 };

struct kept {
  struct kept *next;
  /** Where each attribute begins in the message; 0: it is not there. */
  uint16_t at[MOST];
  char message[];
};

/** Which attributes hold attributes, by the type of the message. */
static const uint64_t NESTED_IN_LINK = 1ULL << IFLA_LINKINFO | 1ULL << IFLA_AF_SPEC | 1ULL << IFLA_XDP;
static const uint64_t NESTED_IN_ROUTE = 1ULL << RTA_METRICS;

struct reading {
  enum { UNREAD, READ, KEEP } how;
  long count;
  struct kept *first;
};

static struct mnl_socket *nl;
static char buffer[128 * 1024];
/** What was read. Other files could look at it, so that the compiler leaves none of it out. */
uint64_t sum;

static size_t header_size(uint16_t type) {
  if (type == RTM_NEWLINK) return sizeof(struct ifinfomsg);
  return type == RTM_NEWADDR ? sizeof(struct ifaddrmsg) : sizeof(struct rtmsg);
}

static uint64_t nested_in(uint16_t type) {
  return type == RTM_NEWLINK ? NESTED_IN_LINK : type == RTM_NEWROUTE ? NESTED_IN_ROUTE : 0;
}

static int collect(const struct nlattr *attribute, void *table) {
  const struct nlattr **found = table;
  if (mnl_attr_type_valid(attribute, MOST - 1) > 0) found[mnl_attr_get_type(attribute)] = attribute;
  return MNL_CB_OK;
}

static void read_value(const struct nlattr *attribute, int nested) {
  if (nested) {
    const struct nlattr *inner;
    mnl_attr_for_each_nested(inner, attribute) read_value(inner, mnl_attr_get_type(attribute) == IFLA_AF_SPEC);
    return;
  }
  const unsigned char *payload = mnl_attr_get_payload(attribute);
  uint16_t size = mnl_attr_get_payload_len(attribute);
  if (size == 1) sum += mnl_attr_get_u8(attribute);
  else if (size == 2) sum += mnl_attr_get_u16(attribute);
  else if (size == 4) sum += mnl_attr_get_u32(attribute);
  else if (size == 8) sum += mnl_attr_get_u64(attribute);
  else
    for (int i = 0; i < size; i++) sum += payload[i];
}

static void read_all(uint16_t type, const struct nlattr **table) {
  uint64_t nested = nested_in(type);
  for (int i = 1; i < MOST; i++)
    if (table[i]) read_value(table[i], i < 64 && nested >> i & 1);
}

static void keep(const struct nlmsghdr *message, const struct nlattr **table, struct reading *reading) {
  struct kept *object = malloc(sizeof *object + message->nlmsg_len);
  if (!object) fail("malloc");
  memcpy(object->message, message, message->nlmsg_len);
  for (int i = 0; i < MOST; i++) object->at[i] = table[i] ? (const char *)table[i] - (const char *)message : 0;
  object->next = reading->first;
  reading->first = object;
}

static int each(const struct nlmsghdr *message, void *data) {
  struct reading *reading = data;
  const struct nlattr *table[MOST] = { 0 };
  mnl_attr_parse(message, header_size(message->nlmsg_type), collect, table);
  if (reading->how == READ) read_all(message->nlmsg_type, table);
  else if (reading->how == KEEP) keep(message, table, reading);
  reading->count++;
  return MNL_CB_OK;
}

static void read_kept(struct kept *object) {
  while (object) {
    const struct nlattr *table[MOST];
    struct kept *next = object->next;
    for (int i = 0; i < MOST; i++)
      table[i] = object->at[i] ? (const struct nlattr *)(object->message + object->at[i]) : NULL;
    read_all(((struct nlmsghdr *)object->message)->nlmsg_type, table);
    free(object);
    object = next;
  }
}

static struct mnl_socket *opened(unsigned groups) {
  int on = 1;
  struct mnl_socket *made = mnl_socket_open(NETLINK_ROUTE);
  if (!made || mnl_socket_bind(made, groups, MNL_SOCKET_AUTOPID) < 0) fail("mnl_socket_bind");
  mnl_socket_setsockopt(made, NETLINK_GET_STRICT_CHK, &on, sizeof on);
  return made;
}

static void receive(struct mnl_socket *from, struct reading *reading) {
  ssize_t size = mnl_socket_recvfrom(from, buffer, sizeof buffer);
  if (size < 0) fail("mnl_socket_recvfrom");
  if (mnl_cb_run(buffer, size, 0, 0, each, reading) < 0) fail("mnl_cb_run");
}

static long get_link(int index, long calls, struct reading *reading) {
  for (long i = 0; i < calls; i++) {
    struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
    message->nlmsg_type = RTM_GETLINK;
    message->nlmsg_flags = NLM_F_REQUEST;
    message->nlmsg_seq = i + 1;
    struct ifinfomsg *link = mnl_nlmsg_put_extra_header(message, sizeof *link);
    link->ifi_index = index;
    mnl_attr_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_VF);
    if (mnl_socket_sendto(nl, message, message->nlmsg_len) < 0) fail("mnl_socket_sendto");
    receive(nl, reading);
  }
  return reading->count;
}

static long dump(uint16_t type, struct reading *reading) {
  struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
  message->nlmsg_type = type;
  message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  unsigned char *header = mnl_nlmsg_put_extra_header(message, header_size(type - 2));
  if (type == RTM_GETLINK) {
    header[0] = AF_PACKET;
    mnl_attr_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_VF);
  }
  if (mnl_socket_sendto(nl, message, message->nlmsg_len) < 0) fail("mnl_socket_sendto");
  for (;;) {
    ssize_t size = mnl_socket_recvfrom(nl, buffer, sizeof buffer);
    if (size < 0) fail("mnl_socket_recvfrom");
    int more = mnl_cb_run(buffer, size, 0, 0, each, reading);
    if (more < 0) fail("mnl_cb_run");
    if (more == MNL_CB_STOP) break;
  }
  read_kept(reading->first);
  return reading->count;
}

static long events(long wanted) {
  struct reading reading = { .how = READ };
  int size = 1 << 28;
  struct mnl_socket *subscribed = opened(RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE);
  if (setsockopt(mnl_socket_get_fd(subscribed), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
    fail("SO_RCVBUFFORCE");
  wait_for_go();
  while (reading.count < wanted) receive(subscribed, &reading);
  mnl_socket_close(subscribed);
  return reading.count;
}

static long perform(char *line) {
  int index;
  long number;
  char what[HEADER], how[HEADER];
  struct reading reading = { .how = UNREAD };
  if (!nl) nl = opened(0);
  if (sscanf(line, "getlink %d %ld %15s", &index, &number, how) == 3) {
    if (strcmp(how, "async") == 0) return -1;
    if (strcmp(how, "read") == 0) reading.how = READ;
    return get_link(index, number, &reading);
  }
  if (sscanf(line, "events %ld", &number) == 1) return events(number);
  if (sscanf(line, "%15s %15s", what, how) != 2) return -1;
  if (strcmp(how, "read") == 0) reading.how = READ;
  else if (strcmp(how, "kept") == 0) reading.how = KEEP;
  else return -1;
  if (strcmp(what, "links") == 0) return dump(RTM_GETLINK, &reading);
  if (strcmp(what, "addresses") == 0) return dump(RTM_GETADDR, &reading);
  if (strcmp(what, "routes") == 0) return dump(RTM_GETROUTE, &reading);
  return -1;
}
