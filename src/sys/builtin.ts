// Modules of Node's own that bring others with them (streams, most of all), for the little that is used of them: each is
// loaded when it is first asked for.
import { createRequire } from 'node:module'
import type netModule from 'node:net'
import type threadsModule from 'node:worker_threads'

let load: NodeJS.Require | undefined
/** What CommonJS has as `require`. */
export const requireFromHere = (name: string): unknown => (load ??= createRequire(import.meta.url))(name)

function first<T>(name: string): () => T {
  let loaded: T | undefined
  return () => (loaded ??= requireFromHere(name) as T)
}

export const net = first<typeof netModule>('node:net')
export const threads = first<typeof threadsModule>('node:worker_threads')
