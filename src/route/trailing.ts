// A payload that is a fixed struct and something variable behind it: SRv6 segments, u32 keys, pedit keys.
import { type Codec, type Fields, type Input, type Node, readable, type Value } from '../netlink/codec.ts'
import { soundPayload } from '../netlink/sound.ts'
import {
  composeFields,
  dissectFields,
  type FieldRows,
  type Struct,
  type StructInput,
  type StructValue,
} from '../netlink/struct.ts'

/** What the struct reads, and under `key` what stands behind it. */
export type Trailing<H extends FieldRows, K extends string, C> = Omit<StructValue<H>, 'tail'> & { [P in K]: Value<C> }
export type TrailingInput<H extends FieldRows, K extends string, C> = Omit<StructInput<H>, 'tail'> & {
  [P in K]?: Input<C> | undefined
}

/** `head`, then `tail` in all the bytes that are left. `name` is what nl-dump calls the tail. */
export function trailing<H extends FieldRows, const K extends string, C extends Codec<any, any>>(
  head: Struct<H>,
  key: K,
  name: string,
  tail: C,
): Codec<Trailing<H, K, C>, TrailingInput<H, K, C>> {
  const { span } = head
  return {
    kind: `struct ${head.name} + ${tail.kind}`,
    accepts: (b, p, n) => n >= span && readable(tail, b, p + span, n - span),
    read(v, b, p, n, h, s) {
      const value = head.read(v, b, p, span, h, s) as Fields
      return { ...value, [key]: tail.read(v, b, p + span, n - span, h, s) } as Trailing<H, K, C>
    },
    write(w, value, h, s) {
      const { [key]: rest, ...fields } = value as Fields
      head.write(w, fields as StructInput<H>, h, s)
      if (rest !== undefined) tail.write(w, rest, h, s)
    },
    dissect(node, v, b, p, n, h, s) {
      const rest: Node = { name, key, offset: p + span, length: n - span, codec: tail }
      if (tail.dissect) tail.dissect(rest, v, b, p + span, n - span, h, s)
      else rest.value = tail.read(v, b, p + span, n - span, h, s)
      node.children = [...dissectFields(head.fields, v, b, p, span), ...(n > span ? [rest] : [])]
    },
    ...(tail.sound && {
      sound: (v: DataView, b: Uint8Array, p: number, n: number, h: Fields, s: Fields) =>
        soundPayload(tail, v, b, p + span, n - span, h, s),
    }),
    compose: (w, node) => composeFields(w, node.children!),
  }
}
