// netloom/testing as its users have it: code that takes a Netlink, tested without a kernel.
import { expect, test } from 'vitest'
import { link, Netlink } from '../../src/index.ts'
import { addressMessage, FakeSocket, linkMessage, NLM_F_DUMP_INTR, object, overrun } from '../../src/testing/index.ts'

const named = (index: number, name: string) =>
  object(linkMessage, 'RTM_NEWLINK', { header: { index, flags: ['up'] }, attributes: { name } })
const lo = named(1, 'lo')
const br0 = named(2, 'br0')

test('the obedient kernel carries out all, and has nothing', async () => {
  const host = Netlink.open({ socket: () => new FakeSocket() })
  await host.run(link.add({ kind: 'bridge', name: 'br0' }))
  expect(await host.run(link.list())).toEqual([])
  await expect(host.run(link.get('br0'))).rejects.toMatchObject({ code: 'ENODEV' })
  host.close()
})

test('a subscription has a socket of its own, with what it joined', async () => {
  const sockets: FakeSocket[] = []
  const host = Netlink.open({
    socket: () => {
      sockets.push(new FakeSocket())
      return sockets.at(-1)!
    },
  })
  const events = host.subscribe(['link'])
  const [, heard] = sockets
  expect(heard!.groups).toContain(1)
  heard!.deliver(heard!.notification(lo), { bytes: heard!.notification(br0), nsid: 3 }, overrun())
  expect((await events.next()).value).toMatchObject({ object: 'link', value: { name: 'lo' }, nsid: -1 })
  expect((await events.next()).value).toMatchObject({ object: 'link', value: { name: 'br0' }, nsid: 3 })
  expect((await events.next()).value).toEqual({ object: 'overrun' })
  events.close()
  host.close()
  expect(sockets.map(({ closed }) => closed)).toEqual([true, true])
})

test('a dump that is interrupted, then fails', async () => {
  const socket = new FakeSocket((sent, kernel) => kernel.dump(sent, [lo, br0], { flags: NLM_F_DUMP_INTR }))
  const host = Netlink.open({ socket: () => socket })
  await expect(host.run(link.list())).rejects.toMatchObject({ code: 'EINTR', partial: { length: 2 } })
  socket.script = (sent, kernel) => kernel.dump(sent, [], { errno: 'EOPNOTSUPP' })
  await expect(host.run(link.list())).rejects.toMatchObject({ code: 'EOPNOTSUPP' })
  host.close()
})

test('the extended ack by values, up to the attribute it points at', async () => {
  const socket = new FakeSocket((sent, kernel) => [kernel.ack(sent, 'ERANGE', { message: 'no such mtu', offset: 32 })])
  const host = Netlink.open({ socket: () => socket })
  const error = await host.run(link.set(1, { mtu: 1 })).catch(e => e)
  expect(error.message).toBe('cannot set link 1: no such mtu (ERANGE) (at IFLA_MTU)')
  host.close()
})

test('what it cannot make of its arguments, it says', () => {
  const socket = new FakeSocket()
  const sent = { type: 16, flags: 0, sequence: 1, bytes: new Uint8Array(16), payload: new Uint8Array() }
  expect(() => socket.ack(sent, 'ENONSENSE')).toThrow("'ENONSENSE' is no error's name")
  expect(() => object(linkMessage, 'RTM_NEWLINK', { attributes: { mtu: -1 } })).toThrow('mtu')
  expect(() => object(addressMessage, 'RTM_NEWLINK', {})).toThrow('address has no message RTM_NEWLINK: RTM_NEWADDR')
})
