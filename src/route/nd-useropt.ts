// Neighbour discovery options that the kernel passes on (a notification): RTM_NEWNDUSEROPT.
// include/uapi/linux/rtnetlink.h; net/ipv6/ndisc.c (ndisc_ra_useropt).
import { enumeration, ip, s32, u8, u16, u32 } from '../netlink/codec.ts'
import { MalformedError } from '../netlink/malformed.ts'
import { attributes, message } from '../netlink/schema.ts'
import { struct } from '../netlink/struct.ts'
import type { Message, MessageOf } from '../netlink/table.ts'
import { valueWord, words } from '../netlink/words.ts'
import { AF } from './words.ts'

export const nduseroptmsg = struct('nduseroptmsg', {
  family: ['nduseropt_family', enumeration(u8, AF)],
  _pad1: ['nduseropt_pad1', u8],
  /** Bytes of options behind this header; the attributes come after them. */
  optionsLength: ['nduseropt_opts_len', u16],
  index: ['nduseropt_ifindex', s32],
  /** 134: router advertisement. */
  icmpType: ['nduseropt_icmp_type', u8],
  icmpCode: ['nduseropt_icmp_code', u8],
  _pad2: ['nduseropt_pad2', u16],
  _pad3: ['nduseropt_pad3', u32],
})

/** ND_OPT_*: the options that the kernel passes on (ndisc_is_useropt). */
export const ND_OPT = words('option (ND_OPT_*)', { pio: 3, rdnss: 25, dnssl: 31, '6co': 34, capport: 37, pref64: 38 })

export interface NdOption {
  type: string | number
  /** The option from its type on, a multiple of 8 bytes. */
  bytes: Uint8Array
}

export const ND_USEROPT = attributes('NDUSEROPT', () => ({ source: [1, 'NDUSEROPT_SRCADDR', ip] }))

const plain = message('nd useropt', { RTM_NEWNDUSEROPT: 68 }, nduseroptmsg, ND_USEROPT)

/** Length fields of options count 8 bytes. */
const UNIT = 8

function readOptions(b: Uint8Array, p: number, end: number): NdOption[] {
  const options: NdOption[] = []
  for (let at = p; at < end; ) {
    const length = at + 1 < end ? b[at + 1]! * UNIT : 0
    if (length === 0 || at + length > end) throw new MalformedError('neighbour discovery option', at, length, end - at)
    options.push({ type: valueWord(ND_OPT, b[at]!), bytes: b.slice(at, at + length) })
    at += length
  }
  return options
}

/**
 * The options stand between header and attributes, where a message has no place for them: `decode` gives them as
 * `options`; dissect shows them, and the attributes behind them, as bytes.
 */
export const ndUseroptMessage: typeof plain & Message<any, any, { options: NdOption[] }> = {
  ...plain,
  decode(v: DataView, b: Uint8Array, p: number, end: number) {
    const { span } = nduseroptmsg
    if (end - p < span) throw new MalformedError('struct nduseroptmsg', p, span, end - p)
    const header = nduseroptmsg.read(v, b, p, span, {}, {})
    const from = p + span + header.optionsLength
    if (from > end) throw new MalformedError('struct nduseroptmsg', p, header.optionsLength, end - p - span)
    const o = Object.create(plain.prototype) as object
    return Object.assign(
      o,
      header,
      { options: readOptions(b, p + span, from) },
      ND_USEROPT.decode(v, b, from, end, o as never),
    )
  },
} as never
export type NdUseropt = MessageOf<typeof plain> & { options: NdOption[] }
