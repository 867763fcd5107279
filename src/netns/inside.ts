// Work inside a namespace that is named in any way, or in this one where it is left out.
import { closeSync } from 'node:fs'
import { enter } from '../sys/enter.ts'
import { type NetnsReference, openNetns } from '../sys/netns-path.ts'

/** Runs synchronous `work` in a namespace. */
export function inside<T>(netns: NetnsReference | undefined, work: () => T): T {
  if (netns === undefined) return work()
  if (typeof netns === 'object' && 'fd' in netns && netns.fd !== undefined) return enter(netns.fd, work)
  const fd = openNetns(netns)
  try {
    return enter(fd, work)
  } finally {
    closeSync(fd)
  }
}
