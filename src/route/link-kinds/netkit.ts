// netkit, a pair of devices with BPF programs in them (since Linux 6.7): include/uapi/linux/if_link.h,
// drivers/net/netkit.c.
import { bool, enumeration, u16, u32 } from '../../netlink/codec.ts'
import { attributes, nest } from '../../netlink/schema.ts'
import { words } from '../../netlink/words.ts'
import { type LinkTable, linkPeer } from './peer.ts'

/** NETKIT_PASS, NETKIT_DROP: the words of iproute2. */
const NETKIT_POLICY = words('netkit policy (NETKIT_*)', { forward: 0, blackhole: 2 })
const NETKIT_MODE = words('netkit mode (NETKIT_L2, NETKIT_L3)', { l2: 0, l3: 1 })
const NETKIT_SCRUB = words('netkit scrubbing (NETKIT_SCRUB_*)', { none: 0, default: 1 })
const NETKIT_DEVICE = words('netkit pairing (NETKIT_DEVICE_*)', { pair: 0, single: 1 })

const NETKIT = (link: LinkTable) =>
  attributes('IFLA_NETKIT', () => ({
    peer: [1, 'IFLA_NETKIT_PEER_INFO', linkPeer(link)],
    primary: [2, 'IFLA_NETKIT_PRIMARY', bool],
    policy: [3, 'IFLA_NETKIT_POLICY', enumeration(u32, NETKIT_POLICY)],
    peerPolicy: [4, 'IFLA_NETKIT_PEER_POLICY', enumeration(u32, NETKIT_POLICY), { json: 'peer_policy' }],
    mode: [5, 'IFLA_NETKIT_MODE', enumeration(u32, NETKIT_MODE)],
    // Since Linux 6.13 (two), 6.14 (two) and after 6.18.
    scrub: [6, 'IFLA_NETKIT_SCRUB', enumeration(u32, NETKIT_SCRUB)],
    peerScrub: [7, 'IFLA_NETKIT_PEER_SCRUB', enumeration(u32, NETKIT_SCRUB), { json: 'peer_scrub' }],
    headroom: [8, 'IFLA_NETKIT_HEADROOM', u16],
    tailroom: [9, 'IFLA_NETKIT_TAILROOM', u16],
    pairing: [10, 'IFLA_NETKIT_PAIRING', enumeration(u32, NETKIT_DEVICE)],
  }))

export const netkit = (link: LinkTable) => ({ netkit: { data: nest(NETKIT(link)) } })
