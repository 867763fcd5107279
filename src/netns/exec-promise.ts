// A command born in a namespace, and its whole output as a promise. Knows nothing of namespaces but how to get inside.
import type { SpawnOptions } from 'node:child_process'
import type { Readable } from 'node:stream'
import { childProcess } from '../sys/builtin.ts'
import type { Inside } from './sockets.ts'

/** child_process.spawn's own options (`cwd`, `env`, `signal`, `timeout`, …), and what the command reads. */
export interface ExecOptions extends Omit<SpawnOptions, 'stdio' | 'detached'> {
  /** What the command reads on its standard input. Left out: nothing. */
  readonly input?: string | Uint8Array
}

/** How a command ended: `code` is null when `signal` ended it. */
export interface ExecResult {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * Runs a command inside to its end. A status other than 0 is an answer, no error.
 * @throws what keeps it from starting (`ENOENT`), and the AbortError of `options.signal`.
 */
export async function exec(
  inside: Inside,
  command: string,
  args: readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  const { input, ...rest } = options
  const child = inside(() =>
    childProcess().spawn(command, args, { ...rest, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] }),
  )
  const ended = new Promise<Pick<ExecResult, 'code' | 'signal'>>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  // A command that does not read its input to the end has not failed for that.
  child.stdin?.on('error', () => {}).end(input)
  const [stdout, stderr, end] = await Promise.all([text(child.stdout!), text(child.stderr!), ended])
  return { stdout, stderr, ...end }
}

/** All that comes, as UTF-8; also when the stream ends in an error, which the child's own event tells. */
function text(stream: Readable): Promise<string> {
  let all = ''
  stream.setEncoding('utf8').on('data', (part: string) => (all += part))
  return new Promise(resolve => stream.once('close', () => resolve(all)))
}
