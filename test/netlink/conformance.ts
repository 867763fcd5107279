// What every NetlinkSocket must do, and what it must refuse where its capabilities say that it cannot. The same suite
// runs over the fake (bytes) and over both bindings (on the kernel, in a namespace where only lo is).
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Writer } from '../../src/netlink/attribute.ts'
import { Connection } from '../../src/netlink/connection.ts'
import { NetlinkError } from '../../src/netlink/error.ts'
import { beginMessage, endMessage, NLM_F_ACK, NLM_F_REQUEST, NLMSG_NOOP, walk } from '../../src/netlink/message.ts'
import type { Request } from '../../src/netlink/request.ts'
import type { Capabilities, Datagram, NetlinkSocket } from '../../src/netlink/socket.ts'
import * as address from '../../src/ops/address.ts'
import * as link from '../../src/ops/link.ts'
import { linkMessage } from '../../src/route/link.ts'
import { UnsupportedError } from '../../src/sys/libc.ts'

const LO = 1
const NOWHERE = 9999
const RTNLGRP_LINK = 1

/** Asks for nothing but an ack. */
const noop: Request<void> = {
  op: 'noop',
  what: 'do nothing',
  mode: 'change',
  type: NLMSG_NOOP,
  flags: 0,
  message: linkMessage,
  needs: [],
  encode: () => {},
  finish: () => undefined,
}
const refused = address.add({ dev: NOWHERE, address: '192.0.2.1/24' })

function noopBytes(sequence: number): Uint8Array {
  const w = new Writer()
  endMessage(w, beginMessage(w, NLMSG_NOOP, NLM_F_REQUEST | NLM_F_ACK, sequence))
  return w.finish()
}

const thrown = (work: () => unknown): unknown => {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

/** `capabilities` are what this socket is known for: a binding that lost one would pass by itself. */
export function conformance(open: () => NetlinkSocket, capabilities: Capabilities): void {
  let socket: NetlinkSocket
  beforeEach(() => {
    socket = open()
  })
  afterEach(() => socket.close())

  const none = (_name: string, _test: () => unknown): void => {}
  const can = (capability: Exclude<keyof Capabilities, 'acks'>) => (capabilities[capability] ? test : none)
  const cannot = (capability: Exclude<keyof Capabilities, 'acks'>) => (capabilities[capability] ? none : test)

  /** The next datagram, by the event loop. */
  const received = async (): Promise<Datagram> => {
    const there = socket.receive()
    if (there) return there
    await new Promise<void>(resolve => socket.onReadable(resolve))
    socket.onReadable(undefined)
    return socket.receive()!
  }

  describe('the socket', () => {
    test('says what it can do', () => {
      expect(socket.capabilities).toEqual(capabilities)
      expect(socket.protocol).toBe(0)
      expect(socket.sendLimit).toBeGreaterThan(16_384)
    })
    test('has nothing to receive at first', () => {
      expect(socket.receive()).toBeUndefined()
    })
    test('an answer has the sequence number, the port id and the sender that it must have', async () => {
      socket.send(noopBytes(77), 16)
      const { view, length, sender, nsid } = await received()
      const found: number[][] = []
      walk(view, length, (type, _flags, sequence, portId) => found.push([type, sequence, portId]))
      expect(found).toEqual([[2, 77, socket.portId || found[0]![2]]])
      expect([sender, nsid]).toEqual([0, -1])
      expect(socket.receive()).toBeUndefined()
    })
    test('as many answers as it says may be outstanding', async () => {
      const { acks } = socket.capabilities
      for (let i = 1; i <= acks; i++) socket.send(noopBytes(i), 16)
      const sequences: number[] = []
      while (sequences.length < acks) {
        const { view, length } = await received()
        walk(view, length, (_type, _flags, sequence) => sequences.push(sequence))
      }
      expect(sequences).toEqual(Array.from({ length: acks }, (_, i) => i + 1))
    })
    test('is readable until all is received', async () => {
      socket.send(noopBytes(1), 16)
      socket.send(noopBytes(2), 16)
      const seen: number[] = []
      await new Promise<void>(resolve =>
        socket.onReadable(() => {
          const datagram = socket.receive()
          if (datagram) seen.push(datagram.view.getUint32(8, true))
          if (seen.length === 2) resolve()
        }),
      )
      expect(seen).toEqual([1, 2])
    })
    test('tells nobody who is gone', async () => {
      socket.onReadable(() => {
        throw new Error('told')
      })
      socket.onReadable(undefined)
      socket.send(noopBytes(1), 16)
      await received()
    })
    can('sync')('the answer is there right after the request', () => {
      socket.send(noopBytes(1), 16)
      expect(socket.wait(1000)).toBe(true)
      expect(socket.receive()!.length).toBeGreaterThan(16)
      expect(socket.wait(1)).toBe(false)
    })
    cannot('sync')('refuses to wait without the event loop', () => {
      expect(thrown(() => socket.wait(1))).toBeInstanceOf(UnsupportedError)
    })
    can('groups')('joins a group', () => {
      socket.join(RTNLGRP_LINK)
      socket.listenAllNamespaces()
    })
    cannot('groups')('refuses to join a group', () => {
      for (const work of [() => socket.join(RTNLGRP_LINK), () => socket.listenAllNamespaces()])
        expect(thrown(work)).toBeInstanceOf(UnsupportedError)
    })
    test('closes once, also while somebody waits', () => {
      socket.onReadable(() => {})
      socket.close()
      socket.close()
    })
  })

  describe('a connection over it', () => {
    let connection: Connection
    beforeEach(() => {
      connection = new Connection(socket)
    })
    afterEach(() => connection.close())

    test('runs a change, a get and a dump', async () => {
      expect(await connection.run(noop)).toBeUndefined()
      expect((await connection.run(link.get(LO))).name).toBe('lo')
      expect((await connection.run(link.list())).map(one => one.name)).toContain('lo')
    })
    test('streams a dump', async () => {
      const seen: unknown[] = []
      await connection.forEach(link.list(), one => seen.push(one.name))
      expect(seen).toContain('lo')
    })
    test('an error has its number and the request', async () => {
      const error = await connection.run(refused).catch(e => e)
      expect(error).toBeInstanceOf(NetlinkError)
      expect(error).toMatchObject({ code: 'ENODEV', request: { op: 'address.add' } })
    })
    can('extendedAck')("an error has the kernel's own sentence", async () => {
      expect((await connection.run(refused).catch(e => e)).kernelMessage).toBe('ipv4: Device not found')
    })
    cannot('extendedAck')("an error has errno's sentence", async () => {
      const error = await connection.run(refused).catch(e => e)
      expect([error.kernelMessage, error.message]).toEqual([undefined, expect.stringContaining('No such device')])
    })
    test('a batch of more than may be outstanding, some of it refused', async () => {
      const requests = Array.from({ length: 400 }, (_, i) => (i % 4 === 3 ? refused : noop))
      const results = await connection.batchSettled(requests)
      expect(results.map(({ status }) => status === 'rejected')).toEqual(requests.map(one => one === refused))
    })
    test('more calls at once than may be outstanding: changes, gets and dumps', async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 400 }, (_, i) => {
          if (i % 100 === 0) return connection.run(link.list()).then(all => all.length > 0)
          if (i % 4 === 1) return connection.run(link.get(LO)).then(one => one.name === 'lo')
          return i % 4 === 3 ? connection.run(refused) : connection.run(noop).then(() => true)
        }),
      )
      const told = results.map(result => (result.status === 'fulfilled' ? result.value : result.reason.code))
      expect(told).toEqual(results.map((_, i) => (i % 4 === 3 ? 'ENODEV' : true)))
    })
    test('an abort of many leaves room for the next', async () => {
      const { acks } = socket.capabilities
      for (let round = 0; round < 10; round++) {
        const controller = new AbortController()
        const work = Array.from({ length: acks }, () => connection.run(noop, { signal: controller.signal }))
        controller.abort()
        await Promise.allSettled(work)
      }
      expect((await connection.run(link.get(LO))).name).toBe('lo')
    })
    can('sync')('runs without the event loop', () => {
      expect(connection.runSync(link.get(LO)).name).toBe('lo')
      expect(connection.batchSync([noop, noop])).toEqual([undefined, undefined])
    })
    cannot('sync')('refuses to run without the event loop, in one sentence', () => {
      for (const work of [() => connection.runSync(noop), () => connection.batchSync([noop])]) {
        const error = thrown(work)
        expect(error).toBeInstanceOf(UnsupportedError)
        expect((error as Error).message).toMatch(/^synchronous calls are not supported by this binding: use run/)
      }
    })
    test('closed, it ends what is pending', async () => {
      const work = Array.from({ length: socket.capabilities.acks * 2 }, () => connection.run(noop))
      connection.close()
      await Promise.allSettled(work)
      await expect(connection.run(noop)).rejects.toMatchObject({ code: 'ERR_CLOSED' })
    })
  })
}
