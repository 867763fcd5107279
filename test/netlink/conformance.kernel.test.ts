// The conformance suite over both bindings, on the running kernel.
import { describe, expect, test } from 'vitest'
import { Netlink } from '../../src/client.ts'
import { type Binding, openSocket } from '../../src/netlink/binding.ts'
import * as link from '../../src/ops/link.ts'
import { UnsupportedError } from '../../src/sys/libc.ts'
import { conformance } from './conformance.ts'

const NETLINK_ROUTE = 0

/** Why a binding cannot be tested here. */
function missing(binding: Binding): string | undefined {
  try {
    openSocket(NETLINK_ROUTE, { binding }).close()
    return undefined
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error
    return error.message
  }
}

describe('koffi', () => {
  conformance(() => openSocket(NETLINK_ROUTE, { binding: 'koffi' }), {
    sync: true,
    extendedAck: true,
    strict: true,
    sender: true,
    groups: true,
    workers: true,
    acks: 128,
  })
})

const reason = missing('unix-dgram')
if (reason) process.stdout.write(`the binding unix-dgram is not tested: ${reason}\n`)

describe.skipIf(reason)('unix-dgram', () => {
  conformance(() => openSocket(NETLINK_ROUTE, { binding: 'unix-dgram' }), {
    sync: false,
    extendedAck: false,
    strict: false,
    sender: false,
    groups: false,
    workers: false,
    acks: 64,
  })

  test('is what Netlink.open takes, by its option and by the environment', async () => {
    const byOption = Netlink.open({ binding: 'unix-dgram' })
    process.env['NETLOOM_BINDING'] = 'unix-dgram'
    const byEnvironment = Netlink.open()
    delete process.env['NETLOOM_BINDING']
    for (const connection of [byOption, byEnvironment]) {
      expect(connection.socket.capabilities.sync).toBe(false)
      expect((await connection.run(link.get('lo'))).index).toBe(1)
      expect(() => connection.subscribe(['link'])).toThrow('subscriptions are not supported by this binding: koffi')
      connection.close()
    }
  })
  test('names and masters are resolved over it', async () => {
    const host = Netlink.open({ binding: 'unix-dgram' })
    try {
      await host.batch([
        link.add({ kind: 'bridge', name: 'nk-br' }),
        link.add({ kind: 'veth', name: 'nk-a', master: 'nk-br', peer: { name: 'nk-b' } }),
      ])
      expect((await host.run(link.list({ master: 'nk-br' }))).map(({ name }) => name)).toEqual(['nk-a'])
      await host.batch([link.delete('nk-a'), link.delete('nk-br')])
    } finally {
      host.close()
    }
  })
  test('has no receive buffer of another size', () => {
    expect(() => Netlink.open({ binding: 'unix-dgram', receiveBuffer: 1 << 20 })).toThrow(UnsupportedError)
  })
})

test('a binding that is none', () => {
  expect(() => Netlink.open({ binding: 'libnl' as Binding })).toThrow(
    "there is no binding 'libnl': koffi or unix-dgram",
  )
})
