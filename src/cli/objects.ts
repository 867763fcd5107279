// The objects of netloom and of the programs that it stands for: what each is about, and its file, which is loaded only
// when it is asked for. Help and manual are made of it.
import type { Session } from './session.ts'
import type { Words } from './words.ts'

/** What runs a command line behind its object; answers the exit status, 0 where it answers nothing. */
export type Command = (words: Words, session: Session) => unknown

interface ObjectEntry {
  /** For the manual. */
  readonly about: string
  /** Another name for it. */
  readonly also?: string
  load(): Promise<Command>
}
export type Objects = Readonly<Record<string, ObjectEntry>>

/** What `ip` has too. */
export const IP_OBJECTS: Objects = {
  link: {
    about: 'network devices of every kind, their ports, virtual functions and alternative names',
    load: async () => (await import('./ip/link.ts')).linkCommand,
  },
  address: {
    about: 'IP addresses of devices; save, restore and flush',
    load: async () => (await import('./ip/address.ts')).addressCommand,
  },
  route: {
    about: 'routes, with several ways and every encapsulation; get, save, restore and flush',
    load: async () => (await import('./ip/route.ts')).routeCommand,
  },
  rule: { about: 'policy rules', load: async () => (await import('./ip/rule.ts')).ruleCommand },
  nexthop: {
    about: 'nexthop objects, groups and their buckets',
    load: async () => (await import('./ip/nexthop.ts')).nexthopCommand,
  },
  mroute: {
    about: 'multicast routes',
    load: async () => (await import('./ip/mroute.ts')).multicastRouteCommand,
  },
  mrule: {
    about: 'policy rules of multicast routes',
    load: async () => (await import('./ip/rule.ts')).multicastRuleCommand,
  },
  neighbour: {
    about: 'ARP and NDISC entries, and proxies',
    also: 'neighbor',
    load: async () => (await import('./ip/neighbour.ts')).neighbourCommand,
  },
  ntable: {
    about: "the neighbour tables' parameters",
    also: 'ntbl',
    load: async () => (await import('./ip/ntable.ts')).ntableCommand,
  },
  netconf: {
    about: "devices' settings of IP",
    load: async () => (await import('./ip/netconf.ts')).netconfCommand,
  },
  maddress: {
    about: 'multicast addresses that devices listen to',
    load: async () => (await import('./ip/maddress.ts')).maddressCommand,
  },
  addrlabel: {
    about: 'labels by which source addresses are chosen',
    load: async () => (await import('./ip/addrlabel.ts')).addrlabelCommand,
  },
  token: {
    about: 'tokens of IPv6 addresses that are made up',
    load: async () => (await import('./ip/token.ts')).tokenCommand,
  },
  stats: { about: 'statistics by group', load: async () => (await import('./ip/stats.ts')).statsCommand },
  monitor: {
    about: 'what happens, as it happens; also of all namespaces (--all-netns)',
    load: async () => (await import('./monitor/monitor.ts')).monitorCommand,
  },
  netns: {
    about:
      'network namespaces. delete looks inside first: it refuses while processes live there, moves devices out that would be lost, and waits until the namespace is gone',
    load: async () => (await import('./ip/netns.ts')).netnsCommand,
  },
}

/** What `ip` has not. */
export const OWN_OBJECTS: Objects = {
  bridge: {
    about: 'what the program bridge(8) does',
    load: async () => (await import('./bridge/bridge.ts')).bridgeCommand,
  },
  tc: { about: 'what the program tc(8) does', load: async () => (await import('./tc/tc.ts')).tcCommand },
  brctl: { about: 'what the program brctl(8) does', load: async () => (await import('./brctl.ts')).brctlCommand },
  top: {
    about: 'the links of all namespaces and what goes through them, live',
    load: async () => (await import('./monitor/top.ts')).topCommand,
  },
  demo: {
    about: 'two namespaces, joined by a veth pair, and a ping that fails first, step by step, in private namespaces',
    load: async () => {
      const { demo } = await import('./demo.ts')
      return words => demo(words.rest())
    },
  },
}

export const BRIDGE_OBJECTS: Objects = {
  link: {
    about: 'ports of bridges and their settings',
    load: async () => (await import('./bridge/link.ts')).bridgeLinkCommand,
  },
  fdb: { about: 'forwarding entries', load: async () => (await import('./bridge/fdb.ts')).bridgeFdbCommand },
  mdb: { about: 'multicast groups', load: async () => (await import('./bridge/mdb.ts')).bridgeMdbCommand },
  vlan: {
    about: 'VLANs of ports and bridges, and their settings',
    load: async () => (await import('./bridge/vlan.ts')).bridgeVlanCommand,
  },
  vni: {
    about: 'VNIs that a VXLAN device with a VNI filter takes',
    load: async () => (await import('./bridge/vni.ts')).bridgeVniCommand,
  },
  monitor: {
    about: 'what happens to all of these',
    load: async () => (await import('./monitor/monitor.ts')).bridgeMonitorCommand,
  },
}

export const TC_OBJECTS: Objects = {
  qdisc: { about: 'queueing disciplines', load: async () => (await import('./tc/qdisc.ts')).qdiscCommand },
  class: { about: 'their classes', load: async () => (await import('./tc/class.ts')).classCommand },
  filter: { about: 'what packets go where', load: async () => (await import('./tc/filter.ts')).filterCommand },
  chain: { about: 'chains of filters', load: async () => (await import('./tc/filter.ts')).chainCommand },
  actions: {
    about: 'what is done with packets',
    load: async () => (await import('./tc/action.ts')).actionCommand,
  },
  monitor: {
    about: 'what happens to all of these',
    load: async () => (await import('./monitor/monitor.ts')).trafficMonitorCommand,
  },
}

/** An object by its name, or its other one. */
export const entryOf = (objects: Objects, name: string): ObjectEntry | undefined =>
  Object.hasOwn(objects, name) ? objects[name] : Object.values(objects).find(({ also }) => also === name)

/** The names of objects, those that have another with it. */
export const namesOf = (objects: Objects): string[] =>
  Object.entries(objects).flatMap(([name, { also }]) => (also === undefined ? [name] : [name, also]))
