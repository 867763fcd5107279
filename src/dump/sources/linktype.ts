// What captures say their packets are of: https://www.tcpdump.org/linktypes.html
import { LINKTYPE_NETLINK } from '../../netlink/capture.ts'

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
