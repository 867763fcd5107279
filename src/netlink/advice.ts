// What usually causes an error of the kernel, and what helps: for NetlinkError and for nl-dump.

/** By the kernel's own sentence, as far as it is always the same. */
const BY_SENTENCE: readonly (readonly [said: RegExp, advice: string])[] = [
  [/^The interface netns is immutable/, 'bridges and lo stay in the namespace that they were made in: make it there'],
  [/^mtu (less than device minimum|greater than device maximum)/, "the link's minMtu and maxMtu say what it takes"],
  [/^Unknown device type/, 'this kernel has no such kind of link: its module is not there, or not built'],
  [/^Nexthop has invalid gateway/, 'no address on a link that is up covers the gateway: add one, or say onlink'],
  [/^(Nexthop device|Device for nexthop) is not up/, 'set the link up first: a route needs one that is'],
  [/^Invalid prefix for given prefix length/, 'bits of the address are set behind its prefix length'],
  [/^Invalid prefsrc address/, 'the preferred source must be an address of this namespace'],
  [/^Can not enslave a bridge to a bridge/, 'bridges do not nest: join them by a veth pair'],
  [/^Device can not be enslaved while up/, 'set it down first; a bond sets its ports up itself'],
  [/^Peer netns already has a nsid assigned/, 'a namespace keeps its nsid as long as it lives'],
  [/^The specified nsid is already used/, 'another namespace has it: let the kernel choose (-1)'],
  [/^A VXLAN device with the specified VNI already exists/, 'a namespace has a VNI only once for each UDP port'],
  [/^Exclusivity flag on, cannot modify/, 'it is there already: replace or change it, instead of adding it'],
  [
    /^(Attribute failed policy validation|integer out of range)/,
    "the value is outside what the kernel's policy allows",
  ],
  [/^NLA_F_NESTED is missing/, 'strict checking wants that flag on attributes that hold attributes'],
  [/^Unknown attribute type/, 'the kernel is older than the attribute'],
  [/^Nexthop id does not exist/, 'nexthop objects are made before the routes that use them'],
  [/^bridge: Bridge device is not running/, 'set the bridge up first'],
  [/^Failed to find specified qdisc/, 'what is there may have another handle or parent: list it'],
  [
    /^(Specified qdisc kind is unknown|TC classifier not found|Failed to load TC action module|lwt encapsulation type not)/,
    'this kernel has no such kind: its module is not there, or not built',
  ],
]

/** By the error's name. */
const BY_CODE: Readonly<Record<string, string>> = {
  EPERM: 'CAP_NET_ADMIN over the namespace is needed: run as root, or in a user namespace of your own',
  EACCES: 'CAP_NET_ADMIN over the namespace is needed: run as root, or in a user namespace of your own',
  EEXIST: 'something of that name or value is there already',
  ENODEV: 'no such device in this namespace',
  EBUSY: 'it is in use: release it first',
  ENETDOWN: 'set the link up first',
  EOPNOTSUPP: 'this kernel has no support for it, or the device cannot do it',
}

/** What usually causes it; undefined where there is nothing to add. */
export function adviceFor(code: string, said?: string): string | undefined {
  const known = said === undefined ? undefined : BY_SENTENCE.find(([sentence]) => sentence.test(said))
  return known?.[1] ?? BY_CODE[code]
}
