// macsec (802.1AE): include/uapi/linux/{if_link.h,if_macsec.h}, drivers/net/macsec.c.
import { be16, be64, bool, bytes, type Codec, enumeration, shown, u8, u32, u64 } from '../../netlink/codec.ts'
import { attributes, nest } from '../../netlink/schema.ts'
import { words } from '../../netlink/words.ts'

/** MACSEC_CIPHER_ID_*. The kernel calls 128 bits without XPN by the number of `default`, which was before the standard's. */
const CIPHERS: ReadonlyMap<string, bigint> = new Map([
  ['default', 0x0080_0200_0100_0001n],
  ['gcm-aes-128', 0x0080_c200_0100_0001n],
  ['gcm-aes-256', 0x0080_c200_0100_0002n],
  ['gcm-aes-xpn-128', 0x0080_c200_0100_0003n],
  ['gcm-aes-xpn-256', 0x0080_c200_0100_0004n],
])
const CIPHER_NAMES: ReadonlyMap<bigint, string> = new Map([...CIPHERS].map(([name, id]) => [id, name]))

/** The word of a cipher suite; its number where it has none. */
const cipherSuite: Codec<string | bigint> = {
  kind: 'cipher suite',
  size: 8,
  read: (v, _b, p) => {
    const id = v.getBigUint64(p, true)
    return CIPHER_NAMES.get(id) ?? id
  },
  write(w, value, h, s) {
    const id = typeof value === 'string' ? CIPHERS.get(value) : value
    if (id === undefined)
      throw new RangeError(`${shown(value)} is no cipher suite; one of: ${[...CIPHERS.keys()].join(', ')}`)
    u64.write(w, id, h, s)
  },
}

const MACSEC_VALIDATE = words('validation (MACSEC_VALIDATE_*)', { disabled: 0, check: 1, strict: 2 })
const MACSEC_OFFLOAD = words('offload (MACSEC_OFFLOAD_*)', { off: 0, phy: 1, mac: 2 })

const MACSEC = attributes('IFLA_MACSEC', () => ({
  sci: [1, 'IFLA_MACSEC_SCI', be64],
  port: [2, 'IFLA_MACSEC_PORT', be16],
  icvLength: [3, 'IFLA_MACSEC_ICV_LEN', u8, { json: 'icv_len' }],
  cipherSuite: [4, 'IFLA_MACSEC_CIPHER_SUITE', cipherSuite, { json: 'cipher_suite' }],
  window: [5, 'IFLA_MACSEC_WINDOW', u32],
  encodingSa: [6, 'IFLA_MACSEC_ENCODING_SA', u8, { json: 'encoding_sa' }],
  encrypt: [7, 'IFLA_MACSEC_ENCRYPT', bool],
  protect: [8, 'IFLA_MACSEC_PROTECT', bool],
  sendSci: [9, 'IFLA_MACSEC_INC_SCI', bool, { json: 'inc_sci' }],
  endStation: [10, 'IFLA_MACSEC_ES', bool, { json: 'es' }],
  scb: [11, 'IFLA_MACSEC_SCB', bool],
  replayProtect: [12, 'IFLA_MACSEC_REPLAY_PROTECT', bool, { json: 'replay_protect' }],
  validation: [13, 'IFLA_MACSEC_VALIDATION', enumeration(u8, MACSEC_VALIDATE)],
  _pad: [14, 'IFLA_MACSEC_PAD', bytes],
  offload: [15, 'IFLA_MACSEC_OFFLOAD', enumeration(u8, MACSEC_OFFLOAD)],
}))

export const macsec = { macsec: { data: nest(MACSEC) } }
