// `nl-dump check`: every message is taken apart and made again from its typed values; the bytes must be the same.
import { hexText } from '../netlink/text.ts'
import { compose, namedBytes, problems } from './dissect.ts'
import type { DissectedMessage } from './dissected.ts'

/** A message that did not come out as it went in, or a source that breaks off. */
export interface Failure {
  readonly file: string
  readonly place?: string
  readonly type?: string
  /** Byte offset in the datagram. */
  readonly offset?: number
  readonly reason: string
  /** A few bytes from the offset on, as they are, and as they were made. */
  readonly expected?: string
  readonly composed?: string
}

export interface CheckResult {
  messages: number
  /** Messages that came out byte for byte. */
  identical: number
  /** Bytes of all messages, with what pads behind them. */
  bytes: number
  /** Those of them that have a name and a typed value: headers, padding, and what the tables read. */
  namedBytes: number
  failures: Failure[]
}

const SHOWN = 16

export class Check {
  readonly result: CheckResult = { messages: 0, identical: 0, bytes: 0, namedBytes: 0, failures: [] }

  /** Checks one message of `datagram`. */
  message(file: string, place: string, message: DissectedMessage, datagram: Uint8Array): void {
    const { result } = this
    result.messages++
    result.bytes += message.length + message.padding
    result.namedBytes += namedBytes(message)
    const difference = compare(message, datagram)
    if (difference) result.failures.push({ file, place, type: message.typeName, ...difference })
    else result.identical++
  }

  /** A source that cannot be read, or not further. */
  failure(failure: Failure): void {
    this.result.failures.push(failure)
  }
}

type Difference = Pick<Failure, 'reason' | 'offset' | 'expected' | 'composed'>

function compare(message: DissectedMessage, datagram: Uint8Array): Difference | undefined {
  const [problem] = problems(message)
  if (problem) return { offset: problem.offset, reason: problem.text }
  const expected = datagram.subarray(message.offset, message.offset + message.length)
  let composed: Uint8Array
  try {
    composed = compose(message)
  } catch (error) {
    return { offset: message.offset, reason: `cannot be made again: ${(error as Error).message}` }
  }
  const at = firstDifference(expected, composed)
  if (at === undefined) return undefined
  return {
    offset: message.offset + at,
    reason: `differs at byte ${message.offset + at}`,
    expected: hexText(expected.subarray(at, at + SHOWN)),
    composed: hexText(composed.subarray(at, at + SHOWN)),
  }
}

function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) if (a[i] !== b[i]) return i
  return a.length === b.length ? undefined : shorter
}
