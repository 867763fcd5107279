// Modules of Node's own that bring others with them (streams, most of all), for the little that is used of them: each is
// loaded when it is first asked for.
import { createRequire } from 'node:module'
import type netModule from 'node:net'
import type threadsModule from 'node:worker_threads'

const load = createRequire(import.meta.url)

function first<T>(name: string): () => T {
  let loaded: T | undefined
  return () => (loaded ??= load(name) as T)
}

export const net = first<typeof netModule>('node:net')
export const threads = first<typeof threadsModule>('node:worker_threads')
