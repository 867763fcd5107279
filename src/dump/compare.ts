// Two messages beside each other: every field and attribute by its path, and where they differ.
import type { Node } from '../netlink/codec.ts'
import type { DissectedMessage } from './dissected.ts'
import { bytePairs, valueText } from './value.ts'

export interface Entry {
  /** `IFLA_LINKINFO › IFLA_INFO_KIND`; of the second of one name ` (2)` behind it. */
  readonly path: string
  readonly text: string
}

/** What one message has and the other has not, or has otherwise. */
export interface Difference {
  readonly path: string
  readonly a?: string
  readonly b?: string
}

/** How a value is compared; undefined: not at all. */
export type Reading = (node: Node) => string | undefined

/** A value as it is. */
export const plainReading: Reading = node => (node.bytes ? bytePairs(node.bytes) : valueText(node.value, node.codec))

/**
 * What a message says, in order; without what `ignores` is true for, and all that is in that. The request that an error
 * gives back is not part of it.
 *
 * @example
 * ```ts
 * import { link, requestBytes } from 'netloom'
 * import { dissect, entriesOf } from 'netloom/dump'
 *
 * const [message] = dissect(requestBytes(link.set(7, { mtu: 1400 })))
 * for (const { path, text } of entriesOf(message)) `${path} ${text}`
 * ```
 */
export function entriesOf(
  message: DissectedMessage,
  read: Reading = plainReading,
  ignores: (node: Node) => boolean = () => false,
): Entry[] {
  const entries: Entry[] = []
  const counts = new Map<string, number>()
  const add = (name: string, text: string | undefined): void => {
    if (text === undefined) return
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    entries.push({ path: count === 1 ? name : `${name} (${count})`, text })
  }
  const walk = (nodes: readonly Node[], above: string): void => {
    for (const node of nodes) {
      if (ignores(node)) continue
      const path = above + nameOf(node)
      if (node.children) {
        if (node.type !== undefined && node.children.length === 0) add(path, '(empty)')
        walk(node.children, `${path} › `)
      } else if (!isPad(node)) add(path, read(node))
      if (node.malformed) add(`${path} (malformed)`, node.malformed)
    }
  }
  add('type', message.family === undefined ? message.typeName : `${message.family} ${message.typeName}`)
  add('flags', message.flagWords.join('|') || '0')
  if (message.malformed) add('malformed', message.malformed)
  walk(message.fields, '')
  walk(message.attributes, '')
  return entries
}

const nameOf = (node: Node): string => (node.name === 'unknown' ? `unknown (${node.type})` : node.name)

const isPad = (node: Node): boolean =>
  !node.bytes && (node.name === 'padding' || (node.key?.startsWith('_') === true && !node.value))

/**
 * Where two messages differ, in the order of the first; the order of attributes is no difference.
 *
 * @example
 * ```ts
 * import { link, requestBytes } from 'netloom'
 * import { differencesOf, dissect, entriesOf } from 'netloom/dump'
 *
 * const [message] = dissect(requestBytes(link.set(7, { mtu: 1400 })))
 * console.log(differencesOf(entriesOf(message), entriesOf(message)).length) // 0
 * ```
 */
export function differencesOf(a: readonly Entry[], b: readonly Entry[]): Difference[] {
  const right = new Map(b.map(({ path, text }) => [path, text]))
  const left = new Set(a.map(({ path }) => path))
  return [
    ...a.flatMap(({ path, text }): Difference[] => {
      const other = right.get(path)
      if (other === undefined) return [{ path, a: text }]
      return other === text ? [] : [{ path, a: text, b: other }]
    }),
    ...b.filter(({ path }) => !left.has(path)).map(({ path, text }) => ({ path, b: text })),
  ]
}
