// What is wrong with a BPF object, or with loading it, as one kind of error.
import { errnoText } from '../sys/errno.ts'
import { SysError } from '../sys/libc.ts'

/**
 * A BPF program that cannot be had. `code` is errno's name where the kernel spoke (`EPERM`: it is not allowed; `EACCES`
 * or `EINVAL`: the verifier refused it), or `ERR_BPF_OBJECT` (the file is no sound BPF object), `ERR_BPF_PROGRAM` (it
 * has no such program), `ERR_BPF_UNSUPPORTED` (it needs what this loader does not do).
 */
export class BpfError extends Error {
  override readonly name = 'BpfError'
  readonly code: string
  /** The object file, or where a program is pinned. */
  readonly file: string
  /** All that the kernel's verifier said, where it said something. */
  readonly log: string

  constructor(code: string, file: string, message: string, log = '', cause?: unknown) {
    super(`${file}: ${message}`, cause === undefined ? undefined : { cause })
    this.code = code
    this.file = file
    this.log = log
  }
}

/** The file does not hold what its own tables say. */
export const broken = (file: string, what: string): BpfError => new BpfError('ERR_BPF_OBJECT', file, what)

/** What is asked of the loader is the work of libbpf. */
export const unsupported = (file: string, what: string): BpfError =>
  new BpfError(
    'ERR_BPF_UNSUPPORTED',
    file,
    `${what}, which netloom does not load: bpftool prog load ${file} /sys/fs/bpf/NAME, then use what is pinned there`,
  )

/** Of the verifier's log, what an error repeats. */
const LAST_LINES = 12

/** What the kernel refused, in a sentence; with the end of what its verifier said. */
export function refused(error: unknown, file: string, what: string, log = ''): unknown {
  if (!(error instanceof SysError)) return error
  const lines = log.trimEnd().split('\n').slice(-LAST_LINES)
  const said = log === '' ? '' : `\n  ${lines.join('\n  ')}`
  const advice =
    error.code === 'EPERM' && log === ''
      ? '; it takes CAP_BPF and CAP_NET_ADMIN in the first user namespace, and before Linux 5.11 a large `ulimit -l`'
      : ''
  return new BpfError(
    error.code,
    file,
    `${what}: ${errnoText(error.errno)} (${error.code})${advice}${said}`,
    log,
    error,
  )
}
