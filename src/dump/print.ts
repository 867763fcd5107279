// The three ways to show a message: a tree, its bytes with what they are, one JSON object.
import picocolors from 'picocolors'
import type { Colors } from 'picocolors/types.js'
import type { DissectedMessage } from './dissected.ts'
import { headLine } from './head.ts'
import { hexLines } from './hex-view.ts'
import { jsonLine, messageJson, type Origin } from './json.ts'
import { treeLines } from './tree.ts'

export type { Origin } from './json.ts'

export type Format = 'tree' | 'hex' | 'json'

export interface PrintOptions {
  readonly format?: Format
  /** Escape sequences for a terminal; off where it is not said. */
  readonly colors?: boolean
}

/** A message and where it is from. */
export interface Printable {
  readonly message: DissectedMessage
  /** What the message's offsets count in. */
  readonly datagram: Uint8Array
  /** Its number in the file, from 1 on. */
  readonly number: number
  readonly origin?: Origin
}

/** A message as text, with the newline that ends it. */
export function print({ message, datagram, number, origin = {} }: Printable, options: PrintOptions = {}): string {
  if (options.format === 'json') return `${jsonLine(messageJson(message, origin))}\n`
  const c: Colors = picocolors.createColors(options.colors ?? false)
  const body = options.format === 'hex' ? hexLines(message, datagram, c) : treeLines(message, c)
  return `${[headLine(message, number, origin, c), ...body].join('\n')}\n`
}
