// Names that come and go, told by watchNamed: of ours and of ip's, ready when told, however the directory comes.
import { closeSync, symlinkSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { createNamed, deleteNamed, listNamed } from '../../src/netns/named.ts'
import { type NamedEvent, type NamedWatch, type WatchOptions, watchNamed } from '../../src/netns/watch.ts'
import { openNetns } from '../../src/sys/netns-path.ts'
import { mountsAt, must, openDescriptors, TIMEOUT } from './harness.ts'

const open: NamedWatch[] = []
const watch = (options?: WatchOptions): NamedWatch => {
  const watch = watchNamed(options)
  open.push(watch)
  return watch
}
afterEach(async () => {
  for (const watch of open.splice(0)) await watch.return()
  for (const { name } of listNamed()) if (name.startsWith('wa-')) deleteNamed(name)
})

/** The next events about names of these tests. */
async function take(watch: NamedWatch, count: number): Promise<string[]> {
  const told: string[] = []
  while (told.length < count) {
    const { value } = await watch.next()
    const { type, name } = value as NamedEvent
    if (name.startsWith('wa-')) told.push(`${type} ${name}`)
  }
  return told
}

describe('watchNamed', () => {
  test(
    'our names and ip’s, in order',
    async () => {
      const events = watch()
      createNamed('wa-1')
      must('ip netns add wa-2')
      deleteNamed('wa-2')
      must('ip netns delete wa-1')
      // All four happened before anyone could look: nothing was ever there to be told.
      createNamed('wa-3')
      expect(await take(events, 1)).toEqual(['add wa-3'])
      createNamed('wa-1')
      expect(await take(events, 1)).toEqual(['add wa-1'])
      must('ip netns delete wa-1; ip netns add wa-2')
      expect(await take(events, 2)).toEqual(['delete wa-1', 'add wa-2'])
      deleteNamed('wa-2')
      createNamed('wa-2')
      expect(await take(events, 2)).toEqual(['delete wa-2', 'add wa-2'])
    },
    TIMEOUT,
  )

  test(
    'an added name can be opened at once, however late its mount comes',
    async () => {
      const events = watch()
      createNamed('wa-real')
      expect(await take(events, 1)).toEqual(['add wa-real'])
      writeFileSync('/run/netns/wa-late', '', { mode: 0 })
      const told = take(events, 1)
      expect(await Promise.race([told, delay(300, 'nothing yet')])).toBe('nothing yet')
      must('mount --bind /run/netns/wa-real /run/netns/wa-late')
      expect(await told).toEqual(['add wa-late'])
      closeSync(openNetns('wa-late'))
    },
    TIMEOUT,
  )

  test(
    'a file that never gets a namespace is not told, and waited for only so long',
    async () => {
      const events = watch({ readyTimeout: 50 })
      writeFileSync('/run/netns/wa-stale', '')
      await delay(300)
      must('mount --bind /proc/self/ns/net /run/netns/wa-stale')
      symlinkSync(`/proc/${process.pid}/ns/net`, '/run/netns/wa-link')
      expect(await take(events, 1)).toEqual(['add wa-link'])
      deleteNamed('wa-stale')
      deleteNamed('wa-link')
      expect(await take(events, 1)).toEqual(['delete wa-link'])
    },
    TIMEOUT,
  )

  test(
    'names that were there are told when they go only',
    async () => {
      createNamed('wa-old')
      const events = watch()
      deleteNamed('wa-old')
      expect(await take(events, 1)).toEqual(['delete wa-old'])
    },
    TIMEOUT,
  )

  test(
    'before the directory exists, and after it was removed',
    async context => {
      if (listNamed().length > 0) context.skip('other names are in /run/netns')
      const remove = () => {
        for (const _ of mountsAt('/run/netns')) must('umount /run/netns')
        must('rmdir /run/netns')
      }
      createNamed('wa-0')
      deleteNamed('wa-0')
      remove()
      const events = watch()
      for (const name of ['wa-1', 'wa-2']) {
        createNamed(name)
        expect(await take(events, 1)).toEqual([`add ${name}`])
        deleteNamed(name)
        expect(await take(events, 1)).toEqual([`delete ${name}`])
        remove()
      }
    },
    TIMEOUT,
  )

  test(
    'two hundred in a row',
    async () => {
      const events = watch()
      for (let i = 0; i < 100; i++) {
        createNamed('wa-x')
        await take(events, 1)
        deleteNamed('wa-x')
        await take(events, 1)
      }
    },
    TIMEOUT,
  )
})

describe('its end', () => {
  test(
    'leaving the loop closes the descriptor',
    async () => {
      const before = openDescriptors()
      const events = watch()
      createNamed('wa-1')
      for await (const { name } of events) if (name === 'wa-1') break
      expect(await events.next()).toEqual({ done: true, value: undefined })
      expect(openDescriptors()).toBe(before)
    },
    TIMEOUT,
  )

  test(
    'an abort throws its reason, waited for or not, and then it has ended',
    async () => {
      const before = openDescriptors()
      const waiting = new AbortController()
      const events = watch({ signal: waiting.signal })
      const next = events.next()
      waiting.abort(new Error('enough'))
      await expect(next).rejects.toThrow('enough')
      expect(await events.next()).toEqual({ done: true, value: undefined })

      const idle = new AbortController()
      const others = watch({ signal: idle.signal })
      idle.abort(new Error('enough'))
      await expect(others.next()).rejects.toThrow('enough')
      expect(await others.next()).toEqual({ done: true, value: undefined })
      expect(() => watchNamed({ signal: AbortSignal.abort(new Error('before')) })).toThrow('before')
      expect(openDescriptors()).toBe(before)
    },
    TIMEOUT,
  )
})
