// Names for numbers that mean something only where a message was sent: links' indexes, namespaces' descriptors and
// processes. A live source knows more than a file; a capture itself tells the names of the links that it shows.
import type { Conversation } from './conversation.ts'
import type { Datagram } from './sources/datagram.ts'

export interface Names {
  /** A link by index. */
  link?(index: number): string | undefined
  /** The namespace that the sender's file descriptor is open on: `ns1`. */
  netnsOfFd?(fd: number): string | undefined
  /** The namespace of a process, by a pid as the sender sees it. */
  netnsOfPid?(pid: number): string | undefined
  /** The namespace that the sender's namespace knows by this id. */
  netnsOfNsid?(nsid: number): string | undefined
}

/** The names that a source knows, those that the messages before told, and those of files that were seen opened. */
export class CaptureNames implements Names {
  /** What is being shown. */
  datagram: Datagram | undefined
  private readonly conversation: Conversation
  private readonly source: Names

  constructor(conversation: Conversation, source: Names = {}) {
    this.conversation = conversation
    this.source = source
  }

  link(index: number): string | undefined {
    return this.source.link?.(index) ?? (this.datagram && this.conversation.linkName(this.datagram, index))
  }
  netnsOfFd(fd: number): string | undefined {
    const path = this.datagram?.files?.get(fd)
    return this.source.netnsOfFd?.(fd) ?? path?.replace(/^\/(var\/)?run\/netns\//, '')
  }
  netnsOfPid(pid: number): string | undefined {
    return this.source.netnsOfPid?.(pid)
  }
  netnsOfNsid(nsid: number): string | undefined {
    return this.source.netnsOfNsid?.(nsid)
  }
}

export type Reference = 'link' | 'fd' | 'pid' | 'nsid'

/** What a number refers to, by the kernel's name of the field or attribute that holds it. */
const REFERENCES: ReadonlyMap<string, Reference> = new Map([
  ...[
    ...['ifi_index', 'ifa_index', 'ifal_index', 'link_dev', 'IFLA_LINK', 'IFLA_MASTER', 'RTA_OIF', 'RTA_IIF'],
    ...['NDA_MASTER', 'NHA_OIF', 'NHA_MASTER', 'ETHTOOL_A_HEADER_DEV_INDEX', 'IFLA_VXLAN_LINK', 'IFLA_GRE_LINK'],
    ...['IFLA_IPTUN_LINK', 'IFLA_VTI_LINK', 'IFLA_XFRM_LINK', 'IFLA_AMT_LINK', 'LWT_XFRM_LINK'],
    ...['IFLA_BOND_ACTIVE_SLAVE', 'IFLA_BOND_PRIMARY', 'IFLA_HSR_SLAVE1', 'IFLA_HSR_SLAVE2'],
    'IFLA_BRPORT_BACKUP_PORT',
  ].map(name => [name, 'link'] as const),
  ...['IFLA_NET_NS_FD', 'NETNSA_FD'].map(name => [name, 'fd'] as const),
  ...['IFLA_NET_NS_PID', 'NETNSA_PID'].map(name => [name, 'pid'] as const),
  ...[
    ...['IFLA_LINK_NETNSID', 'IFLA_NEW_NETNSID', 'IFLA_TARGET_NETNSID', 'IFA_TARGET_NETNSID', 'NDA_LINK_NETNSID'],
    ...['NETNSA_NSID', 'NETNSA_TARGET_NSID', 'NETNSA_CURRENT_NSID'],
  ].map(name => [name, 'nsid'] as const),
])

/** What the number in a field or attribute of this (kernel) name refers to; undefined: nothing, it is a number. */
export const referenceOf = (name: string): Reference | undefined =>
  REFERENCES.get(name) ?? (/ifindex$/i.test(name) ? 'link' : undefined)

/** The name behind a number, where somebody knows it. */
export function nameOf(reference: Reference, value: unknown, names: Names | undefined): string | undefined {
  if (typeof value !== 'number' || !names) return undefined
  if (reference === 'link') return names.link?.(value)
  if (reference === 'fd') return names.netnsOfFd?.(value)
  if (reference === 'pid') return names.netnsOfPid?.(value)
  return names.netnsOfNsid?.(value)
}
