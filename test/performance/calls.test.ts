// Guards how often the socket is called, and how many bytes are sent: each call is a system call, or several.
import { describe, expect, test } from 'vitest'
import { Connection } from '../../src/netlink/connection.ts'
import { type Request, requestBytes } from '../../src/netlink/request.ts'
import * as address from '../../src/ops/address.ts'
import * as link from '../../src/ops/link.ts'
import * as route from '../../src/ops/route.ts'
import { linkMessage } from '../../src/route/link.ts'
import { object } from '../../src/testing/datagrams.ts'
import { FakeSocket, obedient, type Script } from '../../src/testing/fake-socket.ts'

/** A socket that counts what is asked of it. */
class CountingSocket extends FakeSocket {
  readonly calls = { send: 0, receive: 0, wait: 0, onReadable: 0 }

  override send(bytes: Uint8Array, length: number): void {
    this.calls.send++
    super.send(bytes, length)
  }
  override receive(): ReturnType<FakeSocket['receive']> {
    this.calls.receive++
    return super.receive()
  }
  override wait(milliseconds: number): boolean {
    this.calls.wait++
    return super.wait(milliseconds)
  }
  override onReadable(ready: (() => void) | undefined): void {
    this.calls.onReadable++
    super.onReadable(ready)
  }
}

const LINKS = Array.from({ length: 100 }, (_, i) =>
  object(linkMessage, 'RTM_NEWLINK', { header: { index: i + 1 }, attributes: { name: `v${i}` } }),
)
/** Answers a get by the first link, a dump by all of them, ten in a datagram. */
const hasLinks: Script = (sent, kernel) => {
  if (sent.type !== linkMessage.types.RTM_GETLINK) return obedient(sent, kernel)
  return (sent.flags & 0x300) === 0x300
    ? kernel.dump(sent, LINKS, { perDatagram: 10 })
    : [kernel.reply(sent, LINKS[0]!)]
}

async function calls(
  work: (connection: Connection) => unknown,
): Promise<CountingSocket['calls'] & { sizes: number[] }> {
  const socket = new CountingSocket(hasLinks)
  const connection = new Connection(socket)
  await work(connection)
  const counted = { ...socket.calls, sizes: socket.datagrams.map(messages => messages.length) }
  connection.close()
  return counted
}

const numbers = Array.from({ length: 1000 }, (_, i) => i)
const changes = numbers.map(i => link.set(i + 1, { up: true }))

describe('calls of the socket', () => {
  test('a request is sent once, its answer received once, and nothing is waited for', async () => {
    const once = { send: 1, receive: 1, wait: 0, onReadable: 0, sizes: [1] }
    expect(await calls(connection => connection.runSync(link.get(1)))).toEqual(once)
    expect(await calls(connection => connection.runSync(link.set(1, { up: true })))).toEqual(once)
  })
  test('a thousand changes go out in eight datagrams, and each answer is received once', async () => {
    const { send, receive, wait, sizes } = await calls(connection => connection.batchSync(changes))
    expect({ send, wait, sizes }).toEqual({ send: 8, wait: 0, sizes: [...Array(7).fill(128), 104] })
    expect(receive).toBeLessThanOrEqual(1000)
  })
  test('a batch asks for no more answers than there is room for, whoever receives them', async () => {
    const { sizes } = await calls(connection =>
      Promise.all([connection.batch(changes), ...numbers.slice(0, 50).map(() => connection.run(link.get(1)))]),
    )
    expect(Math.max(...sizes)).toBe(128)
    expect(sizes.reduce((sum, size) => sum + size)).toBe(1050)
  })
  test('a batch asks for a name once', async () => {
    const named = numbers.map(i => address.add({ dev: 'v0', address: `10.0.${i >> 8}.${i & 255}/32` }))
    const { sizes } = await calls(connection => connection.batchSync(named))
    expect(sizes).toEqual([1, ...Array(7).fill(128), 104])
  })
  test('a dump is asked for once, and each of its datagrams received once', async () => {
    const { send, receive, wait } = await calls(connection => connection.forEachSync(link.list(), () => {}))
    expect({ send, wait }).toEqual({ send: 1, wait: 0 })
    expect(receive).toBeLessThanOrEqual(11)
  })
  test('what is answered at once is not waited for on the event loop', async () => {
    expect(await calls(connection => connection.run(link.get(1)))).toMatchObject({ send: 1, receive: 1, onReadable: 0 })
    expect(await calls(connection => connection.run(link.list()))).toMatchObject({ send: 1, onReadable: 0 })
    expect(await calls(connection => connection.batch(changes))).toMatchObject({ send: 8, onReadable: 0 })
  })
})

describe('bytes that are sent', () => {
  const requests: readonly (readonly [name: string, request: Request<any, any>, bytes: number])[] = [
    ['link.get', link.get(1), 40],
    ['link.set up', link.set(1, { up: true }), 32],
    ['link.list', link.list(), 40],
    ['address.add', address.add({ dev: 1, address: '192.0.2.1/24' }), 40],
    ['route.add', route.add({ dst: '192.0.2.0/24', dev: 1 }), 44],
    ['route.list', route.list(), 28],
  ]
  test.each(requests)('%s', (_name, request, most) => {
    expect(requestBytes(request).length).toBeLessThanOrEqual(most)
  })
})
