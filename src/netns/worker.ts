// A Worker whose thread lives in a namespace. A thread is born in the namespace of the thread that makes it, and Node
// makes it within the constructor: so no switch of its own, and no C library, is needed in the Worker. What is loaded
// there before the file (worker-names.ts) lets its names be resolved inside.
import type { Worker, WorkerOptions } from 'node:worker_threads'
import { threads } from '../sys/builtin.ts'
import type { Inside } from './sockets.ts'

/** Starts `file` in a thread inside. See {@link Netns.worker}. */
export function worker(
  inside: Inside,
  etc: string | undefined,
  file: string | URL,
  options: WorkerOptions = {},
): Worker {
  const preload = ['--import', namesModule(etc).href]
  const start = (flags: readonly string[]): Worker =>
    inside(() => new (threads().Worker)(file, { ...options, execArgv: [...flags, ...preload] }))
  if (options.execArgv) return start(options.execArgv)
  try {
    return start(process.execArgv)
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_WORKER_INVALID_EXEC_ARGV') throw error
    // Flags of the whole process (V8's), which Node passes over when it inherits them itself; the message lists them.
    const refused = new Set((error as Error).message.split(': ').at(-1)!.split(', '))
    return start(process.execArgv.filter(flag => !refused.has(flag)))
  }
}

/** The module beside this one, as source or as built. Who bundles netloom must keep it there, as a file of its own. */
function namesModule(etc: string | undefined): URL {
  const url = new URL(import.meta.url.endsWith('.ts') ? './worker-names.ts' : './worker-names.js', import.meta.url)
  if (etc !== undefined) url.searchParams.set('etc', etc)
  return url
}
