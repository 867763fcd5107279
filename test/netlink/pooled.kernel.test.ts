// Dumps of many parts and batches of many datagrams on the running kernel: another thread receives a few parts ahead, and
// sends. What may happen meanwhile: other calls, errors, an abort, the end of the connection, of a Worker, of the process.
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Netlink } from '../../src/client.ts'
import { createNamed, deleteNamed } from '../../src/netns/named.ts'
import * as address from '../../src/ops/address.ts'
import * as link from '../../src/ops/link.ts'
import { bash, bundlePlay, openDescriptors, SLOW, TIMEOUT } from '../netns/harness.ts'

const NETNS = 'nd-many'
/** A part holds some 400 of them. */
const COUNT = SLOW ? 2000 : 6000
let host: Netlink
let play = ''
let removePlay = (): void => {}

beforeAll(async () => {
  const bundle = await bundlePlay('pooled', '../netlink/pooled-play.ts')
  play = bundle.play
  removePlay = bundle.remove
  createNamed(NETNS)
  host = Netlink.open({ netns: NETNS })
  await host.run(link.add({ kind: 'bridge', name: 'nd0' }))
  const { index } = await host.run(link.get('nd0'))
  await host.batch(
    Array.from({ length: COUNT }, (_, i) => address.add({ dev: index, address: `10.0.${i >> 8}.${i & 255}/32` })),
  )
}, TIMEOUT)
afterAll(() => {
  host.close()
  deleteNamed(NETNS)
  removePlay()
})

const all = address.list({ family: 'inet' })
const locals = (found: readonly { local?: string }[]): (string | undefined)[] => found.map(({ local }) => local)

describe('a dump of many parts', () => {
  test('has what a synchronous one has, in the same order', async () => {
    const expected = locals(host.runSync(all))
    expect(expected).toHaveLength(COUNT)
    expect(locals(await host.run(all))).toEqual(expected)
    const streamed: (string | undefined)[] = []
    await host.forEach(all, ({ local }) => streamed.push(local))
    expect(streamed).toEqual(expected)
  })

  test('goes on beside other dumps, questions and changes, synchronous ones too', async () => {
    let seen = 0
    let asked = 0
    const counted = await Promise.all([
      host.run(all).then(found => found.length),
      host.forEach(all, () => {
        if (seen++ % 500 !== 0) return
        asked += host.runSync(link.get('nd0')).name === 'nd0' ? 1 : 0
        asked += host.runSync(all).length === COUNT ? 1 : 0
      }),
      host.run(link.get('nd0')).then(({ name }) => name),
      host.run(link.set('nd0', { mtu: 1400 })),
      host.run(all).then(found => found.length),
    ])
    expect(counted).toEqual([COUNT, undefined, 'nd0', undefined, COUNT])
    expect([seen, asked]).toEqual([COUNT, 2 * Math.ceil(COUNT / 500)])
  })

  test('ends with what its reader throws, and the next one is whole', async () => {
    let seen = 0
    const failing = host.forEach(all, () => {
      if (++seen === 1000) throw new Error('enough')
    })
    const next = host.run(all)
    await expect(failing).rejects.toThrow('enough')
    expect(await next).toHaveLength(COUNT)
    expect(seen).toBe(1000)
  })

  test('ends with an abort, and the next one is whole', async () => {
    const ending = new AbortController()
    let seen = 0
    const aborted = host.forEach(
      all,
      () => {
        if (++seen === 1) ending.abort(new Error('no more'))
      },
      { signal: ending.signal },
    )
    await expect(aborted).rejects.toThrow('no more')
    expect(seen).toBeLessThan(COUNT)
    expect(await host.run(all)).toHaveLength(COUNT)
  })

  test('leaves the event loop to others', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 0)
    await host.run(all)
    clearInterval(timer)
    expect(turns).toBeGreaterThan(0)
  })

  test('ends with its connection, whose descriptors are closed', async () => {
    const before = openDescriptors()
    for (let i = 0; i < 10; i++) {
      const other = Netlink.open({ netns: NETNS })
      let seen = 0
      const running = other.forEach(all, () => {
        // In the middle of a part, while the next is on its way.
        if (++seen === 100 * i + 50) other.close()
      })
      await expect(running).rejects.toMatchObject({ name: 'ClosedError' })
      other.close()
    }
    await expect.poll(openDescriptors).toBeLessThanOrEqual(before)
  })

  test.each(['terminate', 'exit-in-worker', 'exit', 'to-the-end'])(
    'ends with a Worker and with the process: %s',
    { timeout: TIMEOUT },
    how => {
      expect(bash(`${play} ${how} ${NETNS}`)).toEqual({ status: 0, signal: null, stdout: 'done', stderr: '' })
    },
  )

  // In a user namespace with one user there is no other to become.
  const manyUsers = readFileSync('/proc/self/uid_map', 'utf8').trim().split(/\s+/)[2] !== '1'
  if (!manyUsers) console.log('this user namespace has one user: a long dump without privileges is not tested')
  test.runIf(manyUsers)('needs no privileges', { timeout: TIMEOUT }, () => {
    const { stdout, stderr } = bash(`${play} unprivileged ${NETNS}`)
    expect({ stdout, stderr }).toEqual({ stdout: `${COUNT}`, stderr: '' })
  })
})

describe('a batch of many datagrams', () => {
  const SIZE = 1000
  const local = (i: number): string => `10.9.${i >> 8}.${i & 255}`
  const adding = (count = SIZE, from = 0) =>
    Array.from({ length: count }, (_, i) => address.add({ dev: 'nd0', address: `${local(from + i)}/32` }))
  const ours = (): string[] =>
    host
      .runSync(all)
      .map(found => found.local!)
      .filter(found => found.startsWith('10.9.'))
  afterEach(() => {
    const left = ours()
    host.batchSync(left.map(found => address.delete({ dev: 'nd0', address: `${found}/32` })))
  })

  test('is carried out in order, and each failure is told at its place', async () => {
    const requests = adding()
    for (const at of [3, 127, 128, 500, 999]) requests[at] = address.delete({ dev: 'nd0', address: `${local(at)}/32` })
    const results = await host.batchSettled(requests)
    const failed = results.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []))
    expect(failed).toEqual([3, 127, 128, 500, 999])
    for (const i of failed) expect(results[i]).toMatchObject({ reason: { code: 'EADDRNOTAVAIL' } })
    expect(ours()).toEqual(Array.from({ length: SIZE }, (_, i) => local(i)).filter((_, i) => !failed.includes(i)))
  })

  test('uses what it made before', async () => {
    await host.batch([
      ...adding(300),
      link.add({ kind: 'bridge', name: 'nd1' }),
      ...adding(300, 300),
      address.add({ dev: 'nd1', address: '192.0.2.1/24' }),
      link.set('nd1', { name: 'nd2' }),
      address.add({ dev: 'nd2', address: '192.0.2.2/24' }),
      ...adding(300, 600),
      link.delete('nd2'),
    ])
    expect(ours()).toHaveLength(900)
  })

  test('goes on beside others, synchronous ones too', async () => {
    let asked = 0
    const timer = setInterval(() => {
      if (host.runSync(link.get('nd0')).name === 'nd0') asked++
    }, 0)
    try {
      const [, links, found] = await Promise.all([
        host.batch(adding(SIZE)),
        host.run(link.list()).then(list => list.length),
        host.run(all).then(list => list.length),
        host.batch(adding(SIZE, SIZE)),
        host.run(link.get('nd0')),
      ])
      expect(links).toBe(2)
      expect(found).toBeGreaterThanOrEqual(COUNT)
    } finally {
      clearInterval(timer)
    }
    expect(asked).toBeGreaterThan(0)
    expect(ours()).toHaveLength(2 * SIZE)
  })

  test('ends with an abort: what was sent is done, what was not is not', async () => {
    const ending = new AbortController()
    const running = host.batch(adding(), { signal: ending.signal })
    setImmediate(() => ending.abort(new Error('no more')))
    await expect(running).rejects.toThrow('no more')
    // Behind what is on its way.
    await host.batch(adding(200, SIZE))
    const behind = new Set(Array.from({ length: 200 }, (_, i) => local(SIZE + i)))
    const done = ours().filter(found => !behind.has(found))
    expect(done).toEqual(Array.from({ length: done.length }, (_, i) => local(i)))
    expect(done.length).toBeLessThan(SIZE)
  })

  test('ends with its connection', async () => {
    const before = openDescriptors()
    for (let i = 0; i < 5; i++) {
      const other = Netlink.open({ netns: NETNS })
      const running = other.batch(adding(SIZE, i * SIZE))
      setTimeout(() => other.close(), i)
      await running.catch(error => expect(error.name).toBe('ClosedError'))
      other.close()
    }
    await expect.poll(openDescriptors).toBeLessThanOrEqual(before)
  })
})
