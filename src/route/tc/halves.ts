// 16 numbers of 16 bits, as struct tc_mqprio_qopt has them.
import type { Codec } from '../../netlink/codec.ts'
import { viewOf } from '../../netlink/codec.ts'
import { layouts } from '../../netlink/layout.ts'

const COUNT = 16

/** A `__u16 x[16]`. */
export const halves: Codec<number[], readonly number[]> = {
  kind: 'u16[16]',
  size: 2 * COUNT,
  read: (v, _b, p) => Array.from({ length: COUNT }, (_, i) => v.getUint16(p + 2 * i, true)),
  write(w, value) {
    if (value.length > COUNT) throw new RangeError(`must have at most ${COUNT} entries, not ${value.length}`)
    const at = w.reserve(2 * COUNT)
    for (const [i, number] of value.entries()) w.view.setUint16(at + 2 * i, number, true)
  },
  layout: property => layouts.blob(2 * COUNT, property),
  fromLayout: raw => halves.read(viewOf(raw as Uint8Array), raw as Uint8Array, 0, 2 * COUNT, {}, {}),
}
