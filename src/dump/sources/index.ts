// The kinds of input, told apart by their content. A new kind is its file and its place in this list.
import { hexText } from '../../netlink/text.ts'
import { type Datagram, type Source, SourceError } from './datagram.ts'
import { HEAD, Input } from './input.ts'
import { pcap } from './pcap.ts'
import { pcapng } from './pcapng.ts'
import { raw } from './raw.ts'
import { text } from './text.ts'

export { type Datagram, SourceError } from './datagram.ts'

const SOURCES: readonly Source[] = [pcap, pcapng, raw, text]

/** What some files are that people try. */
const OTHERS: readonly (readonly [begins: string, advice: string])[] = [
  ['1f8b', "it is compressed: 'gzip -dc FILE | nl-dump -'"],
  ['28b52ffd', "it is compressed: 'zstd -dc FILE | nl-dump -'"],
  ['fd377a585a', "it is compressed: 'xz -dc FILE | nl-dump -'"],
]

/** What kind of input it is; undefined where more of it must come first. */
function sourceOf(input: Input): Source | undefined {
  const head = input.peek(HEAD)
  const isWhole = input.ended || input.length >= HEAD
  if (head.length === 0) {
    if (input.ended) throw new SourceError('it is empty')
    return undefined
  }
  const begin = hexText(head.subarray(0, 8))
  const known = OTHERS.find(([begins]) => begin.startsWith(begins))
  if (known) throw new SourceError(known[1])
  for (const source of SOURCES) {
    const answer = source.matches(head, isWhole)
    if (answer) return source
    if (answer === undefined && !isWhole) return undefined
  }
  if (!isWhole) return undefined
  const names = SOURCES.map(candidate => candidate.name).join(', ')
  throw new SourceError(`it is none of: ${names}; it begins with the bytes ${begin}`)
}

/** Reads one input as it comes: give it chunks, and take the datagrams that are complete. */
class Reading {
  readonly input: Input
  #datagrams: Generator<Datagram | undefined, void, void> | undefined
  #failed: unknown

  constructor({ note, source }: ReadOptions) {
    this.input = new Input(note)
    this.#datagrams = source?.datagrams(this.input)
  }

  /** The datagrams that can be read now. An error is kept until what came before it was taken: see `check`. */
  take(): Datagram[] {
    const batch: Datagram[] = []
    try {
      this.#datagrams ??= sourceOf(this.input)?.datagrams(this.input)
      for (;;) {
        const next = this.#datagrams?.next()
        if (!next?.value) break
        batch.push(next.value)
      }
    } catch (error) {
      this.#failed = error
    }
    return batch
  }

  /** Throws what the input broke off with. */
  check(): void {
    if (this.#failed) throw this.#failed
  }
}

export interface ReadOptions {
  /** Told what is no error, but good to know: packets of other devices that are passed over. */
  readonly note?: (text: string) => void
  /** What kind it is, where that is known; else it is found out. */
  readonly source?: Source
}

/**
 * The datagrams of a stream of bytes, in batches, as they come; its kind is found out from its beginning. Holds no more
 * than a chunk and a datagram. Ends in a SourceError where the input breaks off.
 *
 * @example
 * ```ts
 * import { createReadStream } from 'node:fs'
 * import { readDatagrams } from 'netloom/dump'
 *
 * async function count(path: string): Promise<number> {
 *   let found = 0
 *   for await (const _ of readDatagrams(createReadStream(path))) found++
 *   return found
 * }
 * ```
 */
export async function* readDatagrams(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadOptions = {},
): AsyncGenerator<Datagram[], void, void> {
  const reading = new Reading(options)
  for await (const chunk of chunks) {
    reading.input.push(chunk)
    const batch = reading.take()
    if (batch.length > 0) yield batch
    reading.check()
  }
  reading.input.ended = true
  yield reading.take()
  reading.check()
}

/**
 * The datagrams of bytes that are all here. Ends in a SourceError where they break off.
 *
 * @example
 * ```ts
 * import { datagramsOf } from 'netloom/dump'
 *
 * const hex = new TextEncoder().encode('> 1400000012000103010000000000000000000000\n')
 * for (const { bytes } of datagramsOf(hex)) console.log(bytes.length) // 20
 * ```
 */
export function* datagramsOf(bytes: Uint8Array, options: ReadOptions = {}): Generator<Datagram, void, void> {
  const reading = new Reading(options)
  reading.input.push(bytes)
  reading.input.ended = true
  yield* reading.take()
  reading.check()
}
