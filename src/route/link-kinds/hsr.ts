// hsr, two ports as one for seamless redundancy (HSR and PRP): include/uapi/linux/if_link.h, net/hsr/hsr_netlink.c.
import { enumeration, mac, u8, u16, u32 } from '../../netlink/codec.ts'
import { attributes, nest } from '../../netlink/schema.ts'
import { words } from '../../netlink/words.ts'

const HSR_PROTOCOL = words('redundancy protocol (HSR_PROTOCOL_*)', { hsr: 0, prp: 1 })

const HSR = attributes('IFLA_HSR', () => ({
  slave1: [1, 'IFLA_HSR_SLAVE1', u32],
  slave2: [2, 'IFLA_HSR_SLAVE2', u32],
  /** The last byte of the supervision address. */
  multicastSpec: [3, 'IFLA_HSR_MULTICAST_SPEC', u8, { json: 'multicast_spec' }],
  supervisionAddress: [4, 'IFLA_HSR_SUPERVISION_ADDR', mac, { json: 'supervision_addr' }],
  seqNr: [5, 'IFLA_HSR_SEQ_NR', u16, { json: 'seq_nr' }],
  version: [6, 'IFLA_HSR_VERSION', u8],
  protocol: [7, 'IFLA_HSR_PROTOCOL', enumeration(u8, HSR_PROTOCOL), { json: 'proto' }],
  // Since Linux 6.10.
  interlink: [8, 'IFLA_HSR_INTERLINK', u32],
}))

export const hsr = { hsr: { data: nest(HSR) } }
