// Dumps of many parts on the running kernel: they are received on another thread, a few parts ahead. What may happen
// meanwhile: other calls, errors, an abort, the end of the connection, of a Worker, of the process.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
  const bundle = await bundlePlay('long-dumps', '../netlink/long-dumps-play.ts')
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
