// What captures say their packets are of: https://www.tcpdump.org/linktypes.html

/** Packets of an nlmon device: a header of 16 bytes and a datagram. */
export const LINKTYPE_NETLINK = 253

/** Those that people meet; netlink is not among them. */
const NAMES: Readonly<Record<number, string>> = {
  0: 'BSD loopback',
  1: 'Ethernet',
  101: 'raw IP',
  105: 'Wi-Fi',
  113: 'Linux cooked',
  127: 'Wi-Fi radiotap',
  220: 'USB',
  [LINKTYPE_NETLINK]: 'netlink: capture on an nlmon device',
  276: 'Linux cooked v2',
}

/** `1 (Ethernet)` */
export const linkTypeText = (linkType: number): string => {
  const name = NAMES[linkType]
  return name === undefined ? String(linkType) : `${linkType} (${name})`
}

/** The header before each datagram, all in network byte order: packet type, device type, 10 bytes unused, protocol. */
export const COOKED_HEADER = 16
export const ARPHRD_NETLINK = 824
/** The packet types that tell a direction (linux/if_packet.h); most captures have PACKET_OUTGOING, which does not. */
export const PACKET_OUTGOING = 4
export const PACKET_USER = 6
export const PACKET_KERNEL = 7
