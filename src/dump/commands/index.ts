// The commands of nl-dump, in the order in which help lists them.
import type { Listed } from './command.ts'

export const COMMANDS: Readonly<Record<string, Listed>> = {
  show: {
    usage: ['[show] [options] FILE…'],
    summary: 'every message; what nl-dump does without a command',
    examples: [
      'nl-dump fixtures/link/add-veth.hex',
      "nl-dump --filter 'type=RTM_NEWLINK && ifname=veth*' -v capture.pcap",
      `nl-dump --json capture.pcap | jq 'select(.type == "RTM_NEWLINK")'`,
      'echo 2000000010000500000000000000000000000000000000000000000000000000 | nl-dump --hex -',
    ],
    load: () => import('./show.ts'),
  },
  check: {
    usage: ['check [options] FILE…'],
    summary: 'makes every message again from what was read, and compares; prints a JSON object',
    examples: ['nl-dump check capture.pcap', "nl-dump check fixtures/*/*.hex | jq '.failures[]'"],
    load: () => import('./check.ts'),
  },
  run: {
    usage: ['run [options] -- COMMAND [ARGUMENT…]'],
    summary: 'runs a command, and shows what it says to the kernel and hears, as it happens',
    about: `The command runs under strace. What it prints to its standard output goes to standard error: standard output has
the conversation. The exit status is the command's. It lasts until all that the command has started has ended.`,
    examples: ['nl-dump run -- ip link add br0 type bridge', 'nl-dump run --json -- ss -t | jq .type'],
    load: () => import('./run.ts'),
  },
  pid: {
    usage: ['pid [options] N'],
    summary: 'follows a living process, until it ends, or until ^C',
    about: 'Through strace, which must be permitted to trace it: the same user, or root.',
    examples: ['nl-dump pid $(pidof systemd-networkd)'],
    load: () => import('./pid.ts'),
  },
  monitor: {
    usage: ['monitor [options] [GROUP…]'],
    summary: 'what the kernel tells all who listen in this namespace, until ^C',
    about: `GROUP is an object of 'ip monitor' (link, address, route, neighbour, …), a group of rtnetlink (ipv4_route), a
family of generic netlink (ethtool) or one of its groups (nlctrl:notify). Without one: all that rtnetlink has.`,
    examples: ['nl-dump monitor', 'nl-dump monitor -v link address', 'nl-dump monitor --all-netns --write events.pcap'],
    load: () => import('./monitor.ts'),
  },
  diff: {
    usage: ['diff [options] A B'],
    summary: 'what two captures say differently, message by message',
    about: `Sequence numbers, ports and times are set apart; indexes of links, descriptors and pids count as what they stand
for: a link by its name, where the capture tells it. The order of attributes is no difference, and messages that one
capture has more do not shift the others.`,
    examples: ['nl-dump diff before.pcap after.pcap', "nl-dump diff --filter 'direction=sent' ip.strace ours.strace"],
    load: () => import('./diff.ts'),
  },
  replay: {
    usage: ['replay [options] --netns NETNS FILE', 'replay --dry-run [options] FILE'],
    summary: 'sends the requests of a capture again, in a namespace, and compares the answers',
    about: `Requests of rtnetlink and generic netlink are sent in their order, in one namespace; what a trace of strace shows to
have been said inside others needs --in for each of them. Sequence numbers and port ids are new. Indexes of links are
found by the names that the capture tells; without one, the index is sent as it is, with a warning. Descriptors of
namespaces are opened again where the capture tells their path, or --fd does; namespace ids, pids and unknown families
are told by the options. What cannot be renewed is refused before anything is sent. Answers are compared as diff does
it; counters, and addresses that the kernel made up, are set apart, too.`,
    examples: [
      'nl-dump replay --dry-run capture.pcap',
      'ip netns add again && nl-dump replay --netns again capture.pcap',
      "nl-dump replay --netns again --fd 9=ns1 --filter 'type!=RTM_GETLINK' trace.strace",
    ],
    load: () => import('./replay.ts'),
  },
  code: {
    usage: ['code [options] FILE…'],
    summary: 'the requests as a TypeScript program of calls of this library, which makes the same bytes',
    about: `Where no function of the library makes a request, raw.request does: by header and attributes, or by its bytes; of
generic netlink, raw.generic over a connection of its own. Tools ask for much before they act: --filter leaves that out.`,
    examples: [
      'nl-dump code capture.pcap > again.ts',
      "nl-dump code --filter '!(type=RTM_GETLINK)' fixtures/link/add-veth.hex",
    ],
    load: () => import('./code.ts'),
  },
  policy: {
    usage: ['policy [options] FAMILY [COMMAND]'],
    summary: 'what the running kernel accepts of a generic netlink family: attributes, types, ranges',
    about: `Each command of the family with the attributes that the kernel's policy lets pass (Linux 5.10 and later); named where
there are tables of the family, else by number. COMMAND is a number, a constant (ETHTOOL_MSG_RINGS_SET), or its end
(rings-set).`,
    examples: ['nl-dump policy ethtool rings-set', "nl-dump policy --json netdev | jq '.operations[].name'"],
    load: () => import('./policy.ts'),
  },
}
