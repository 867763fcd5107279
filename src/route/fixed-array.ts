// A C array inside a struct: `__u8 priomap[16]`.
import { type Codec, viewOf } from '../netlink/codec.ts'
import { layouts } from '../netlink/layout.ts'

/** Exactly `count` elements of a fixed size; what is left out at the end is written as zero. */
export function fixedArray<T, I>(element: Codec<T, I>, count: number): Codec<T[], readonly I[]> {
  const each = element.size!
  const size = each * count
  const self: Codec<T[], readonly I[]> = {
    kind: `${element.kind}[${count}]`,
    size,
    read: (v, b, p, _n, h, s) => Array.from({ length: count }, (_, i) => element.read(v, b, p + i * each, each, h, s)),
    write(w, value, h, s) {
      if (value.length > count) throw new RangeError(`must have at most ${count} elements, not ${value.length}`)
      const start = w.length
      for (const item of value) element.write(w, item, h, s)
      w.reserve(start + size - w.length)
    },
    layout: property => layouts.blob(size, property),
    fromLayout: raw => self.read(viewOf(raw as Uint8Array), raw as Uint8Array, 0, size, {}, {}),
  }
  return self
}
