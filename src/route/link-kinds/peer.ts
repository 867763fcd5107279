// The other end of a pair (veth, vxcan, netkit): a whole link message inside an attribute. Links contain kinds and
// kinds contain links, so the table of links is handed in, and its types are closed by the interfaces below.
import type { Codec } from '../../netlink/codec.ts'
import { framed } from '../../netlink/schema.ts'
import type { Table } from '../../netlink/table.ts'
import { ifinfomsg } from '../ifinfomsg.ts'
import type { LinkAttributes, LinkAttributesInput } from '../link.ts'

type Header = typeof ifinfomsg extends { structure: unknown } & Codec<infer V, infer I> ? { value: V; input: I } : never

export interface LinkPeer {
  header: Header['value']
  attributes: LinkAttributes
}
export interface LinkPeerInput {
  readonly header?: Header['input']
  readonly attributes?: LinkAttributesInput
}

/** Answers the table of links, which contains the kinds that ask for it. */
export type LinkTable = () => Table<any>

export const linkPeer = (link: LinkTable): Codec<LinkPeer, LinkPeerInput> => framed(ifinfomsg, link) as Codec<any, any>
