// What of a request means something only where it was recorded: indexes of links, descriptors and pids of namespaces,
// namespace ids, ids of generic families. Found in the dissected request, with the place of each number in its bytes.
import type { Node } from '../../netlink/codec.ts'
import { NETLINK_GENERIC, NLM_F_CREATE, NLMSG_MIN_TYPE } from '../../netlink/message.ts'
import type { DissectedMessage } from '../dissected.ts'
import { referenceOf } from '../names.ts'

/** `program`: the descriptor of a loaded BPF program. */
export type Kind = 'link' | 'fd' | 'pid' | 'nsid' | 'family' | 'program'

/** A number that belongs to the place of the recording. */
export interface Found {
  readonly kind: Kind
  /** The kernel's names on the way to it: `IFLA_LINKINFO › … › IFLA_NET_NS_FD`. */
  readonly path: string
  readonly value: number
  /** Bytes from the start of the request's nlmsghdr to the number. */
  readonly at: number
  /** Bytes of the number. */
  readonly size: number
  /** The number is one of another namespace than the request's own. */
  readonly isForeign: boolean
}

const PROGRAM = /^IFLA_XDP_(?:EXPECTED_)?FD$|_BPF_(?:PROG_)?FD$|^SEG6_LOCAL_BPF_PROG$/
const FAMILY_ID = 'CTRL_ATTR_FAMILY_ID'
/** Numbers that the sender chose for what the request makes: they are sent as they are. */
const CHOSEN: ReadonlySet<string> = new Set(['IFLA_NEW_IFINDEX', 'IFLA_NEW_NETNSID'])

/** What is to be renewed in a request, in order. */
export function referencesOf(message: DissectedMessage): Found[] {
  const found: Found[] = []
  const { protocol, type, offset, typeName } = message
  if (protocol === NETLINK_GENERIC && type > NLMSG_MIN_TYPE)
    found.push({ kind: 'family', path: 'nlmsg_type', value: type, at: 4, size: 2, isForeign: false })
  const isElsewhere = message.attributes.some(({ name }) => /_TARGET_(?:NETNS|NS)ID$/.test(name))
  const walk = (nodes: readonly Node[], above: string): void => {
    for (const node of nodes) {
      const path = above + node.name
      if (node.children) walk(node.children, `${path} › `)
      const kind = kindOf(node, typeName)
      if (kind === undefined || isChosen(node, message, above)) continue
      const { length: size, value } = node as Node & { value: number }
      const isForeign = kind === 'link' && (isElsewhere || isOfOtherNetns(node, nodes))
      found.push({ kind, path, value, at: node.offset - offset, size, isForeign })
    }
  }
  walk(message.fields, '')
  walk(message.attributes, '')
  return found
}

function kindOf({ name, value, bytes }: Node, typeName: string): Kind | undefined {
  if (typeof value !== 'number' || bytes) return undefined
  if (PROGRAM.test(name)) return value < 0 ? undefined : 'program'
  if (name === FAMILY_ID) return value > NLMSG_MIN_TYPE ? 'family' : undefined
  const kind = referenceOf(name)
  if (kind === undefined || value < (kind === 'link' || kind === 'pid' ? 1 : 0)) return undefined
  // An id is given, not asked for.
  return kind === 'nsid' && typeName === 'RTM_NEWNSID' ? undefined : kind
}

/** A link that is made may be given an index: its own, or the other end's of a pair. */
function isChosen({ name }: Node, { typeName, flags }: DissectedMessage, above: string): boolean {
  if (CHOSEN.has(name)) return true
  return name === 'ifi_index' && (above !== '' || (typeName === 'RTM_NEWLINK' && (flags & NLM_F_CREATE) !== 0))
}

const isOfOtherNetns = ({ name }: Node, siblings: readonly Node[]): boolean =>
  name === 'IFLA_LINK' && siblings.some(sibling => sibling.name === 'IFLA_LINK_NETNSID')
