// veth, a pair of Ethernet devices: include/uapi/linux/veth.h.
import { attributes, nest } from '../../netlink/schema.ts'
import { type LinkTable, linkPeer } from './peer.ts'

const VETH = (link: LinkTable) =>
  attributes('VETH_INFO', () => ({
    /** The other end, for making a pair; the kernel does not send it back. */
    peer: [1, 'VETH_INFO_PEER', linkPeer(link)],
  }))

export const veth = (link: LinkTable) => ({ veth: { data: nest(VETH(link)) } })
