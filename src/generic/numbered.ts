// Attributes whose numbers mean something other than a name: an index, a command, another table's attribute.
import { NLA_F_NESTED } from '../netlink/attribute.ts'
import type { Codec } from '../netlink/codec.ts'
import { eachAttribute } from '../netlink/decode.ts'
import { dissectAttributes } from '../netlink/dissect.ts'
import { numberedRows } from '../netlink/schema.ts'
import { soundElements } from '../netlink/sound.ts'
import { isFlagged } from '../netlink/table.ts'

/** A nest whose attributes' types are keys of our own: `{ [number]: value }`. */
export function numbered<T, I>(codec: Codec<T, I>): Codec<Record<number, T>, Readonly<Record<number, I>>> {
  return {
    kind: 'numbered',
    read(v, b, p, n, h, s) {
      const values: Record<number, T> = {}
      eachAttribute('numbered attributes', v, p, p + n, (type, payload, size) => {
        values[type] = codec.read(v, b, payload, size, h, s)
      })
      return values
    },
    write(w, value, h, s) {
      for (const [key, item] of Object.entries(value)) {
        const at = w.fork(Number(key) | (isFlagged(codec) ? NLA_F_NESTED : 0))
        codec.write(w, item, h, s)
        w.join(at)
      }
    },
    dissect(node, v, b, p, n, header) {
      node.children = dissectAttributes(numberedRows('numbered', codec), v, b, p, p + n, header)
    },
    sound: (v, b, p, n, header) => soundElements(codec, v, b, p, p + n, header),
  }
}
