// Modules of Node's own that bring others with them (streams, most of all), for the little that is used of them: each is
// loaded when it is first asked for.
import type childProcessModule from 'node:child_process'
import type clusterModule from 'node:cluster'
import type cryptoModule from 'node:crypto'
import type dgramModule from 'node:dgram'
import { createRequire } from 'node:module'
import type netModule from 'node:net'
import type timersModule from 'node:timers/promises'
import type ttyModule from 'node:tty'
import type threadsModule from 'node:worker_threads'

let made: NodeJS.Require | undefined
/** What CommonJS has as `require`. */
export const requireHere = (): NodeJS.Require => (made ??= createRequire(import.meta.url))

function first<T>(name: string): () => T {
  let loaded: T | undefined
  return () => (loaded ??= requireHere()(name) as T)
}

export const childProcess = first<typeof childProcessModule>('node:child_process')
export const cluster = first<typeof clusterModule>('node:cluster')
export const crypto = first<typeof cryptoModule>('node:crypto')
export const dgram = first<typeof dgramModule>('node:dgram')
export const net = first<typeof netModule>('node:net')
export const timers = first<typeof timersModule>('node:timers/promises')
export const tty = first<typeof ttyModule>('node:tty')
export const threads = first<typeof threadsModule>('node:worker_threads')
