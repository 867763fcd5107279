// Values as people read them: text in quotes with nothing a terminal would act on, flags joined, bytes in pairs.
import type { Codec, Node } from '../netlink/codec.ts'
import { hexText } from '../netlink/text.ts'
import { type Names, nameOf, referenceOf } from './names.ts'

/** Control and format characters (these turn the direction of writing): a capture must not steer the terminal. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\']/gu
const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\', "'": "\\'" }

/** Text in single quotes. */
export const quoted = (text: string): string => `'${safe(text)}'`

/** Text without anything that a terminal would act on. */
export const safe = (text: string): string =>
  text.replace(UNSAFE, c => ESCAPES[c] ?? `\\u{${c.codePointAt(0)!.toString(16)}}`)

/** `0a 00 03 00` */
export const bytePairs = (bytes: Uint8Array): string => hexText(bytes).replaceAll(/..(?!$)/g, '$& ')

/** A node's value, with the name behind it where it is the number of a link or a namespace: `5 (veth1)`. */
export function nodeText(node: Node, names: Names | undefined): string {
  const text = valueText(node.value, node.codec)
  const reference = names && referenceOf(node.name)
  const name = reference && nameOf(reference, node.value, names)
  return name === undefined ? text : `${text} (${safe(name)})`
}

/** One value of a codec. */
export function valueText(value: unknown, codec?: Codec<any, any>): string {
  if (typeof value === 'string') return isFreeText(value, codec) ? quoted(value) : value
  if (value instanceof Uint8Array) return value.length === 0 ? '(empty)' : bytePairs(value)
  if (Array.isArray(value)) return listText(value, codec)
  if (typeof value === 'object' && value !== null) return objectText(value)
  return String(value)
}

/** Names and other text from the capture are quoted; words, addresses and the like are not. */
const isFreeText = (text: string, codec: Codec<any, any> | undefined): boolean =>
  codec === undefined || codec.kind === 'string' || codec.kind === 'chars' || !/^[\w.:/%+*-]+$/.test(text)

function listText(list: readonly unknown[], codec: Codec<any, any> | undefined): string {
  if (!codec?.words) return `[${list.map(item => valueText(item)).join(', ')}]`
  return list.length === 0 ? '0' : list.map(flagText).join('|')
}

/** A flag's word, or the bits that have none. */
const flagText = (flag: unknown): string => (typeof flag === 'number' ? `0x${flag.toString(16)}` : String(flag))

function objectText(value: object): string {
  const parts = Object.entries(value).map(([key, item]) => `${key}: ${valueText(item)}`)
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`
}
