// A nexthop's address in another family than the route's: struct rtvia (RTA_VIA), include/uapi/linux/rtnetlink.h.
import { type Codec, ip, mac, shown, u16 } from '../netlink/codec.ts'
import { valueWord, wordValue } from '../netlink/words.ts'
import { AF } from './words.ts'

export interface Via {
  /** `inet`, `inet6`, or `packet` for a link-layer address. */
  family: string | number
  address: string
}

const addressOf = (family: string | number): Codec<string> => (family === 'inet' || family === 'inet6' ? ip : mac)

/** A family and an address of it. */
export const via: Codec<Via> = {
  kind: 'struct rtvia',
  accepts(b, p, n) {
    if (n < 2) return false
    const family = b[p]! | (b[p + 1]! << 8)
    return family === 2 ? n === 6 : family === 10 ? n === 18 : true
  },
  read(v, b, p, n, h, s) {
    const family = valueWord(AF, v.getUint16(p, true))
    return { family, address: addressOf(family).read(v, b, p + 2, n - 2, h, s) }
  },
  write(w, value, h, s) {
    if (typeof value !== 'object' || value === null)
      throw new TypeError(`must be { family, address }, not ${shown(value)}`)
    u16.write(w, wordValue(AF, value.family), h, s)
    addressOf(value.family).write(w, value.address, h, s)
  },
}
