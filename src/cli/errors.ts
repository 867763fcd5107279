// Errors of the commands: what `ip` would print first, then what explains it, and the exit status. Exit statuses are
// iproute2's: 1 the user is wrong, 2 the kernel said no, 255 the command line cannot be read.
import { ClosedError, InterruptedDumpError, NetlinkError, OverrunError, TimeoutError } from '../netlink/error.ts'
import { InvalidValueError } from '../netlink/table.ts'
import { errnoText } from '../sys/errno.ts'
import { SysError, UnsupportedError } from '../sys/libc.ts'
import { NetnsError } from '../sys/netns-path.ts'

export const USER = 1
export const KERNEL = 2
export const USAGE = 255

/** A command fails: `message` as `ip` says it, `explanation` (lines of our own) behind it. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly status: number
  readonly explanation: string | undefined

  constructor(status: number, message: string, explanation?: string) {
    super(message)
    this.status = status
    this.explanation = explanation
  }
}

/** What is printed on stderr for an error, and the status to exit with. */
export interface Report {
  readonly text: string
  readonly status: number
}

/** Turns whatever a command threw into what the user reads. What is none of the known errors is a bug: its stack too. */
export function report(error: unknown, kernelStatus = KERNEL): Report {
  if (error instanceof CommandError) return said(error.status, error.message, error.explanation)
  if (error instanceof NetlinkError) return said(kernelStatus, kernelLine(error), `netloom: ${error.message}`)
  if (error instanceof SysError) return said(USER, sentence(error))
  if (EXPECTED.some(type => error instanceof type)) return said(USER, sentence(error as Error))
  return said(USER, `netloom: this should not happen: ${(error as Error)?.stack ?? String(error)}`)
}

const EXPECTED = [
  InvalidValueError,
  NetnsError,
  UnsupportedError,
  ClosedError,
  InterruptedDumpError,
  OverrunError,
  TimeoutError,
]

const sentence = (error: Error): string => `Error: ${error.message}`

const said = (status: number, first: string, more?: string): Report => ({
  status,
  text: more === undefined ? `${first}\n` : `${first}\n${more}\n`,
})

/** What iproute2 prints when the kernel refuses: the extended ack's sentence, or the error's. */
export function kernelLine({ kernelMessage, errno }: NetlinkError): string {
  if (kernelMessage === undefined) return `RTNETLINK answers: ${errnoText(errno)}`
  return `Error: ${kernelMessage}${/[.\n]$/.test(kernelMessage) ? '' : '.'}`
}

/** Whether the kernel answered with this error. */
export const isKernelError = (error: unknown, ...codes: readonly string[]): error is NetlinkError =>
  error instanceof NetlinkError && codes.includes(error.code)
