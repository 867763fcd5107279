// A command, or a living process, under strace: its text comes through a FIFO, so that the command has no descriptor
// that it would not have otherwise, and its own output stays apart.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { constants as system, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Datagram, readDatagrams, SourceError } from '../sources/index.ts'
import { straceText } from '../sources/text.ts'

const MISSING = `strace is missing; it is in the package 'strace': apt-get install strace (Debian, Ubuntu), dnf install strace \
(Fedora), apk add strace (Alpine), pacman -S strace (Arch)`

/** Calls that carry datagrams, and those that tell what a descriptor is. `?`: not every machine has it. */
const CALLS = [
  ...['socket', 'sendto', 'sendmsg', '?sendmmsg', 'recvfrom', 'recvmsg', '?recvmmsg', 'openat', '?open'],
  ...['?clone', '?clone3', '?fork', '?vfork', '?dup', '?dup2', 'dup3', 'setns', 'unshare'],
]
const OPTIONS = ['-f', '-ttt', '-yy', '-e', `trace=${CALLS.join(',')}`, '-e', 'signal=none']
const BYTES = ['-e', 'read=all', '-e', 'write=all']

export interface Traced {
  readonly datagrams: AsyncIterable<readonly Datagram[]>
  /** The exit status, as a shell has it: 128 and the signal's number for one that a signal ended. */
  readonly status: Promise<number>
  /** Lets a living process go. */
  stop(): void
}

/** Runs a command under strace. Its standard output goes to our standard error: ours is the conversation's. */
export const traceCommand = (argv: readonly string[]): Traced => trace(['--', ...argv])

/** Follows a living process and its threads and children. */
export const traceProcess = (pid: number): Traced => trace(['-p', String(pid)])

function trace(what: readonly string[]): Traced {
  const directory = mkdtempSync(join(tmpdir(), 'nl-dump-'))
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
  const fifo = join(directory, 'trace')
  if (spawnSync('mkfifo', ['-m', '600', fifo]).status !== 0) throw new SourceError(`cannot make a FIFO in ${directory}`)
  const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK)
  // Ours keeps the FIFO open until strace has ended, also where it never opens it.
  const writer = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK)
  const child = spawn('strace', [...OPTIONS, ...BYTES, '-o', fifo, ...what], { stdio: ['inherit', 2, 'inherit'] })
  const status = statusOf(child).finally(() => {
    closeSync(writer)
    rmSync(directory, { recursive: true, force: true })
  })
  // Whoever reads the datagrams hears of a failure; nobody has to wait for the status.
  status.catch(() => {})
  const text = new Socket({ fd: reader, readable: true, writable: false })
  return { datagrams: datagramsOf(text, status), status, stop: () => void child.kill('SIGINT') }
}

async function* datagramsOf(text: AsyncIterable<Uint8Array>, status: Promise<number>): AsyncGenerator<Datagram[]> {
  yield* readDatagrams(text, { source: straceText })
  await status
}

function statusOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', error => {
      reject((error as NodeJS.ErrnoException).code === 'ENOENT' ? new SourceError(MISSING) : error)
    })
    child.on('exit', (code, signal) => resolve(code ?? 128 + system.signals[signal!]))
  })
}
