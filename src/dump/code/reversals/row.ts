// How a message becomes a call of the library: what a reversal is, and how most are written.
import type { Fields } from '../../../netlink/codec.ts'
import type { Request } from '../../../netlink/request.ts'

/** A message, its header apart from its attributes (in the order in which they were sent). */
export interface Asked {
  readonly header: Fields
  readonly attributes: Fields
}

export interface Reversal {
  /** `link.add`; its first word is what is imported. */
  readonly call: string
  /** RTM_NEWLINK */
  readonly type: string
  /** Words beside request, ack and multi; '' for none. */
  readonly flags: string
  /** Its arguments; undefined where it cannot be meant. The last one, an object, is made as small as it can be. */
  arguments(asked: Asked): readonly unknown[] | undefined
  make(...args: any[]): Request<unknown, any>
}

/** How an attribute or a header field becomes an option: under another key, as other values, or not at all. */
export type Mapping = string | ((value: any, asked: Asked) => Fields) | undefined
export type Mappings = Readonly<Record<string, Mapping>>

/** The options of what is there, in order; undefined where something has no mapping. */
export function optionsOf(fields: Fields, mappings: Mappings, asked: Asked): Fields | undefined {
  const options: Fields = {}
  for (const [key, value] of Object.entries(fields)) {
    if (!(key in mappings)) return undefined
    const mapping = mappings[key]
    if (mapping !== undefined)
      Object.assign(options, typeof mapping === 'string' ? { [mapping]: value } : mapping(value, asked))
  }
  return options
}

/** Attributes that are options of the same name. */
export const same = (...keys: readonly string[]): Mappings => Object.fromEntries(keys.map(key => [key, key]))
/** What other mappings read. */
export const silent = (...keys: readonly string[]): Mappings => Object.fromEntries(keys.map(key => [key, undefined]))

/** A reversal whose one argument is made of attributes and header; `zeros` are options that header fields left at zero mean. */
export function row(
  call: string,
  make: Reversal['make'],
  [type, flags]: readonly [type: string, flags: string],
  attributes: Mappings,
  header: Mappings,
  zeros: Fields = {},
): Reversal {
  return {
    ...{ call, type, flags, make },
    arguments(asked) {
      const first = optionsOf(asked.attributes, attributes, asked)
      const second = optionsOf(asked.header, header, asked)
      return first && second && [{ ...zeros, ...first, ...second }]
    },
  }
}

/** `192.0.2.0/24` of an address and the length that the header has. */
export const prefix =
  (option: string, lengthKey: string): Mapping =>
  (value: unknown, { header }: Asked) => ({
    [option]: typeof value === 'string' ? `${value}/${header[lengthKey] ?? 0}` : value,
  })
export const hasFlags =
  (...words: readonly string[]): Mapping =>
  (value: readonly unknown[]) =>
    Object.fromEntries(words.filter(word => value.includes(word)).map(word => [word, true]))
