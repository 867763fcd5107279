// Where a command's datagrams come from: a file, or whatever else gives some, now or later.
import { NETLINK_ROUTE } from '../../netlink/message.ts'
import type { Conversation } from '../conversation.ts'
import { dissect } from '../dissect.ts'
import type { DissectedMessage } from '../dissected.ts'
import type { Names } from '../names.ts'
import { type Datagram, readDatagrams, SourceError } from '../sources/index.ts'
import type { Io } from './io.ts'

export interface Input {
  /** What it is called where it is only a value: the path; `-` for standard input. */
  readonly name: string
  /** What it is called in sentences. */
  readonly title: string
  /** In batches, as they come. Fails with SourceError, or with the system's error, where it breaks off. */
  readonly datagrams: AsyncIterable<readonly Datagram[]>
  /** Live sources know names that no message tells. */
  readonly names?: Names
  /** What to say where no message came; nothing where it is empty. */
  readonly silence?: string
}

/** Tells what is wrong, at which place of the input ('' for the input as a whole). */
export type Problem = (place: string, text: string) => void

export function fileInput(path: string, io: Io): Input {
  const title = path === '-' ? 'standard input' : path
  const note = (text: string): void => io.err(`nl-dump: ${title}: ${text}\n`)
  return { name: path, title, datagrams: readDatagrams(io.open(path), { note }) }
}

/**
 * Calls `handle` for each datagram with its messages, `problem` for whatever is wrong with the input itself, and `pause`
 * where nothing more has come yet.
 */
export function eachDatagram(
  input: Input,
  protocol: number | undefined,
  conversation: Conversation,
  problem: Problem,
  handle: (messages: DissectedMessage[], datagram: Datagram) => void,
  pause?: () => Promise<void>,
): Promise<void> {
  const dissected = (datagram: Datagram, of: number): void =>
    handle(dissect(datagram.bytes, { protocol: of, conversation }), datagram)
  return eachRead(input, protocol, problem, dissected, pause)
}

/** The same for those who read the datagrams themselves; `handle` is told the number of each one's protocol. */
export async function eachRead(
  input: Input,
  protocol: number | undefined,
  problem: Problem,
  handle: (datagram: Datagram, protocol: number) => void,
  pause?: () => Promise<void>,
): Promise<void> {
  try {
    for await (const batch of input.datagrams) {
      for (const datagram of batch) {
        handle(datagram, protocol ?? datagram.protocol ?? NETLINK_ROUTE)
        if (datagram.broken) problem(datagram.place, datagram.broken)
      }
      await pause?.()
    }
  } catch (error) {
    problem('', readError(error))
  }
}

const READ_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'it is a directory',
  EACCES: 'no permission to read it',
  ENOTDIR: 'a part of its path is not a directory',
}

/** What is wrong with an input, in words; other errors are ours and go on. */
function readError(error: unknown): string {
  if (error instanceof SourceError) return error.message
  const { code, syscall, message } = error as NodeJS.ErrnoException
  if (syscall === undefined) throw error
  return READ_ERRORS[code ?? ''] ?? message
}
