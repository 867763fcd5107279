// Sockets, names, HTTP and Workers of this process in a namespace: reached from inside, not from outside, names asked
// of a DNS server of the test's own, and no descriptor left.
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import dnsPromises from 'node:dns/promises'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, get, type Server as HttpServer, type IncomingMessage } from 'node:http'
import { createServer as createHttpsServer, get as getHttps } from 'node:https'
import { type AddressInfo, connect as connectOutside, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import dnsPacket from 'dns-packet'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Netlink } from '../../src/client.ts'
import * as netns from '../../src/netns/netns.ts'
import * as address from '../../src/ops/address.ts'
import * as link from '../../src/ops/link.ts'
import { must, openDescriptors, SLOW, TIMEOUT } from './harness.ts'

let etc: string
let ns: netns.Netns
let dns: UdpSocket
let dnsTcp: Server
const asked: string[] = []

const RECORDS: Record<string, string[]> = {
  'server.test': ['192.0.2.1'],
  'ipv4only.test': ['192.0.2.1'],
  'other.test': ['192.0.2.1'],
  'two.test': ['192.0.2.99', '192.0.2.1'],
  'short.lab.test': ['192.0.2.1'],
  'long.test': Array.from({ length: 60 }, (_, i) => `198.51.100.${i + 1}`),
}
const MOST = 10

function answer(bytes: Buffer, overTcp: boolean): Buffer {
  const { id, questions = [] } = dnsPacket.decode(bytes)
  const { name, type } = questions[0]!
  asked.push(`${name} ${type}`)
  const known = RECORDS[name]
  const all = type === 'A' ? (known ?? []) : []
  const cut = !overTcp && all.length > MOST
  const flags =
    dnsPacket.RECURSION_DESIRED |
    dnsPacket.RECURSION_AVAILABLE |
    (known ? 0 : 3) |
    (cut ? dnsPacket.TRUNCATED_RESPONSE : 0)
  const answers = cut ? [] : all.map(data => ({ type: 'A' as const, name, ttl: 1, data }))
  return dnsPacket.encode({ type: 'response', id: id!, flags, questions, answers })
}

function answerTcp(socket: Socket): void {
  socket.on('data', (bytes: Buffer) => {
    const reply = answer(bytes.subarray(2), true)
    const length = Buffer.alloc(2)
    length.writeUInt16BE(reply.length)
    // In parts, as a network may.
    socket.write(length)
    setTimeout(() => socket.end(reply), 20)
  })
}

beforeAll(async () => {
  must('ip link set lo up')
  ns = netns.create('so-1')
  using inside = Netlink.open({ netns: ns })
  inside.runSync(link.set('lo', { up: true }))
  inside.runSync(address.add({ dev: 'lo', address: '192.0.2.1/24' }))
  etc = mkdtempSync(`${tmpdir()}/netloom-etc-`)
  ns.etc = etc
  writeFileSync(
    `${etc}/resolv.conf`,
    '# the test\nsearch lab.test\nnameserver 192.0.2.1\noptions timeout:1 attempts:2\n',
  )
  writeFileSync(`${etc}/hosts`, '192.0.2.1 Pinned.test pinned # of the hosts file\n')
  dns = await ns.listen(createSocket('udp4'), { host: '192.0.2.1', port: 53 })
  dns.on('message', (bytes, from) => {
    const [{ name, type } = {}] = dnsPacket.decode(bytes).questions ?? []
    if (name === 'ipv4only.test' && type === 'AAAA') return
    dns.send(answer(bytes, false), from.port, from.address)
  })
  dnsTcp = await ns.listen(createServer(answerTcp), { host: '192.0.2.1', port: 53 })
}, TIMEOUT)

afterAll(async () => {
  dns.close()
  dnsTcp.close()
  ns.close()
  rmSync(etc, { recursive: true })
  await netns.delete('so-1')
}, TIMEOUT)

afterEach(() => {
  asked.length = 0
})

// Inside, for Node turns a zone's index into its name.
const portOf = (server: Server | HttpServer): number => ns.run(() => server.address() as AddressInfo).port
const hello = () => createHttpServer((_, response) => response.end('hello from inside'))

/** What an attempt to connect comes to, outside. */
async function outside(port: number, host: string): Promise<string> {
  const socket = connectOutside({ port, host })
  return new Promise(resolve => {
    socket.once('connect', () => resolve('connected')).once('error', error => resolve((error as any).code))
  }).then(result => {
    socket.destroy()
    return result as string
  })
}

async function body(response: IncomingMessage): Promise<string> {
  let all = ''
  for await (const part of response) all += part
  return all
}

describe('listen and connect', () => {
  test(
    'an http server is reached from inside, and not from outside',
    async () => {
      const server = await ns.listen(hello())
      const port = portOf(server)
      expect(await (await ns.fetch(`http://127.0.0.1:${port}/`)).text()).toBe('hello from inside')
      expect(await (await ns.fetch(`http://[::1]:${port}/`)).text()).toBe('hello from inside')
      expect(await outside(port, '127.0.0.1')).toBe('ECONNREFUSED')
      server.close()
    },
    TIMEOUT,
  )

  test(
    'a host name is resolved inside, where run() with it would listen outside',
    async () => {
      const server = await ns.listen(createServer(), { host: 'server.test' })
      expect(server.address()).toMatchObject({ address: '192.0.2.1', family: 'IPv4' })
      const socket = await ns.connect({ host: 'server.test', port: portOf(server) })
      expect(socket.remoteAddress).toBe('192.0.2.1')
      socket.destroy()
      server.close()
      const trap = createServer()
      ns.run(() => trap.listen(0, 'localhost'))
      await once(trap, 'listening')
      expect(await outside((trap.address() as AddressInfo).port, 'localhost')).toBe('connected')
      trap.close()
    },
    TIMEOUT,
  )

  test('a server that listens already, a taken port and an address of others are errors', async () => {
    const server = await ns.listen(createServer(), { host: '127.0.0.1' })
    const before = openDescriptors()
    await expect(ns.listen(server)).rejects.toMatchObject({ code: 'ERR_SERVER_ALREADY_LISTEN' })
    await expect(ns.listen(createServer(), { host: '127.0.0.1', port: portOf(server) })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      message: expect.stringContaining(`127.0.0.1:${portOf(server)}`),
    })
    await expect(ns.listen(createServer(), { host: '203.0.113.1' })).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' })
    await expect(ns.listen(createServer(), { host: 'none.test' })).rejects.toMatchObject({ code: 'ENOTFOUND' })
    await expect(ns.listen(createServer(), { port: 70_000 })).rejects.toBeInstanceOf(RangeError)
    await expect(ns.connect({ host: '127.0.0.1', port: 70_000 })).rejects.toMatchObject({ code: 'ERR_SOCKET_BAD_PORT' })
    await delay(10)
    expect(openDescriptors()).toBeLessThanOrEqual(before)
    server.close()
  })

  test(
    'addresses are tried in order until one answers; a refusal is told, an abort and a timeout end it',
    async () => {
      const server = await ns.listen(createServer(), { host: '192.0.2.1' })
      const port = portOf(server)
      // 192.0.2.99 is in lo's prefix, so nearby, and nobody listens there.
      must('ip netns exec so-1 ip route add blackhole 198.51.100.0/24')
      const socket = await ns.connect({ host: 'two.test', port, timeout: 4000 })
      expect(socket.remoteAddress).toBe('192.0.2.1')
      socket.destroy()
      const closed = portOf(server)
      server.close()
      await once(server, 'close')
      await expect(ns.connect({ host: '127.0.0.1', port: closed })).rejects.toMatchObject({ code: 'ECONNREFUSED' })
      await expect(ns.connect({ host: 'localhost', port: closed })).rejects.toBeInstanceOf(AggregateError)
      await expect(ns.connect({ host: '198.51.100.1', port: closed })).rejects.toMatchObject({ code: 'EINVAL' })
      const abort = new AbortController()
      const pending = ns.connect({ host: '127.0.0.1', port: closed, signal: abort.signal })
      abort.abort(new Error('enough'))
      await expect(pending).rejects.toThrow('enough')
    },
    TIMEOUT,
  )

  test('udp echo', async () => {
    const server = await ns.listen(createSocket('udp4'), { host: '127.0.0.1' })
    server.on('message', (bytes, from) => server.send(bytes, from.port, from.address))
    const client = await ns.listen(createSocket({ type: 'udp4', lookup: ns.nodeLookup as never }))
    const reply = once(client, 'message')
    client.send('echo', server.address().port, 'localhost')
    expect(String((await reply)[0])).toBe('echo')
    const stranger = createSocket('udp4')
    stranger.connect(server.address().port, '127.0.0.1', () => stranger.send('anyone?'))
    await expect(once(stranger, 'message')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    for (const socket of [server, client, stranger]) socket.close()
  })

  test('unix sockets: an abstract one is the namespace’s', async () => {
    const server = await ns.listen(
      createServer(socket => socket.end('abstract')),
      { path: '\0so-test' },
    )
    expect((await ns.exec('cat', ['/proc/net/unix'])).stdout).toMatch(/ @so-test$/m)
    expect(must('cat /proc/net/unix')).not.toContain('@so-test')
    await expect(ns.connect({ path: '\0so-test' })).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED' })
    server.close()
    const file = await ns.listen(
      createServer(peer => peer.end('file')),
      { path: `${etc}/socket` },
    )
    const second = await ns.connect({ path: `${etc}/socket` })
    expect(String((await once(second, 'data'))[0])).toBe('file')
    file.close()
    await once(file, 'close')
    expect(() => readFileSync(`${etc}/socket`)).toThrow('ENOENT')
  })

  test('a link-local address with its zone is the namespace’s', async () => {
    must(`ip -n so-1 link add ll1 type veth peer name ll2; ip -n so-1 link set ll1 addrgenmode none
      ip -n so-1 link set ll2 up; ip -n so-1 link set ll1 up; ip -n so-1 addr add fe80::77/64 dev ll1 nodad`)
    const server = await ns.listen(
      createServer(socket => socket.end('near')),
      { host: 'fe80::77%ll1' },
    )
    const socket = await ns.connect({ host: 'fe80::77%ll1', port: portOf(server) })
    expect(String((await once(socket, 'data'))[0])).toBe('near')
    socket.destroy()
    server.close()
  })
})

describe('names', () => {
  test('of a server inside, the hosts file and search list of the namespace; outside they are unknown', async () => {
    expect(await ns.lookup('server.test')).toEqual([{ address: '192.0.2.1', family: 4 }])
    expect(asked.sort()).toEqual(['server.test A', 'server.test AAAA'])
    asked.length = 0
    expect(await ns.lookup('PINNED')).toEqual([{ address: '192.0.2.1', family: 4 }])
    expect(await ns.lookup('::1')).toEqual([{ address: '::1', family: 6 }])
    expect(await ns.lookup('localhost', { family: 4 })).toEqual([{ address: '127.0.0.1', family: 4 }])
    expect(asked).toEqual([])
    expect(await ns.lookup('short')).toEqual([{ address: '192.0.2.1', family: 4 }])
    await expect(ns.lookup('nothing.test')).rejects.toMatchObject({ code: 'ENOTFOUND' })
    await expect(ns.lookup('server.test', { family: 6 })).rejects.toMatchObject({ code: 'ENOTFOUND' })
    await expect(dnsPromises.lookup('server.test')).rejects.toThrow()
  })

  test('a long answer comes over TCP', async () => {
    const addresses = await ns.lookup('long.test')
    expect(addresses).toHaveLength(60)
    expect(addresses[59]).toEqual({ address: '198.51.100.60', family: 4 })
  })

  test('when no server answers it is told which', async () => {
    using other = netns.temporary()
    mkdirSync(`${etc}/deaf`)
    writeFileSync(`${etc}/deaf/resolv.conf`, 'nameserver 192.0.2.1\noptions timeout:1 attempts:1\n')
    other.etc = `${etc}/deaf`
    await expect(other.lookup('server.test.')).rejects.toMatchObject({
      code: 'EAI_AGAIN',
      message: expect.stringContaining('192.0.2.1'),
    })
  })

  test('a server that never answers about IPv6 costs little', async () => {
    const before = performance.now()
    expect(await ns.lookup('ipv4only.test')).toEqual([{ address: '192.0.2.1', family: 4 }])
    expect(performance.now() - before).toBeLessThan(SLOW ? 5000 : 1000)
  })

  test('an abort or a timeout ends a look-up, and its sockets', async () => {
    mkdirSync(`${etc}/mute`)
    writeFileSync(`${etc}/mute/resolv.conf`, 'nameserver 192.0.2.1\n')
    using other = netns.temporary()
    other.run(() => must('ip link set lo up; ip addr add 192.0.2.1/24 dev lo'))
    other.etc = `${etc}/mute`
    const mute = await other.listen(createSocket('udp4'), { host: '192.0.2.1', port: 53 })
    const before = openDescriptors()
    await expect(other.lookup('server.test', { signal: AbortSignal.timeout(200) })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
    await expect(other.connect({ host: 'server.test', port: 1, timeout: 200 })).rejects.toMatchObject({
      code: 'ETIMEDOUT',
    })
    await delay(50)
    expect(openDescriptors()).toBeLessThanOrEqual(before)
    mute.close()
  })
})

describe('http', () => {
  test(
    'agents and fetch resolve names inside; a POST goes through',
    async () => {
      const echo = createHttpServer((request, response) => request.pipe(response))
      const server = await ns.listen(echo)
      const url = `http://server.test:${portOf(server)}/`
      const reply = await ns.fetch(url, { method: 'POST', body: 'posted' })
      expect([reply.status, await reply.text()]).toEqual([200, 'posted'])
      const again = await ns.fetch(new Request(url, { method: 'PUT', body: 'put' }))
      expect(await again.text()).toBe('put')
      const agent = ns.agent({ keepAlive: true })
      const [response] = (await once(get(url, { agent }), 'response')) as [IncomingMessage]
      expect([response.statusCode, await body(response)]).toEqual([200, ''])
      const [failed] = await once(get('http://nothing.test/', { agent }), 'error')
      expect(failed).toMatchObject({ code: 'ENOTFOUND' })
      agent.destroy()
      await expect(ns.fetch('http://nothing.test/')).rejects.toMatchObject({ cause: { code: 'ENOTFOUND' } })
      server.closeAllConnections()
      server.close()
    },
    TIMEOUT,
  )

  test(
    'TLS, for agents, and for fetch, which does not trust an unknown certificate',
    async () => {
      must(`openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=server.test \
        -addext subjectAltName=DNS:server.test -keyout ${etc}/key.pem -out ${etc}/cert.pem`)
      const [key, cert] = [readFileSync(`${etc}/key.pem`), readFileSync(`${etc}/cert.pem`)]
      const server = await ns.listen(createHttpsServer({ key, cert }, (_, response) => response.end('secret')))
      const agent = ns.httpsAgent()
      const url = (name: string) => `https://${name}:${portOf(server)}/`
      const [response] = (await once(getHttps(url('server.test'), { agent, ca: cert }), 'response')) as [
        IncomingMessage,
      ]
      expect(await body(response)).toBe('secret')
      const [wrong] = await once(getHttps(url('other.test'), { agent, ca: cert }), 'error')
      expect(wrong).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
      await expect(ns.fetch(url('server.test'))).rejects.toMatchObject({
        cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      })
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
      expect(await (await ns.fetch(url('server.test'))).text()).toBe('secret')
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
      agent.destroy()
      server.closeAllConnections()
      server.close()
    },
    TIMEOUT,
  )
})

describe('exec', () => {
  test('answers output, status and signal; what cannot start is an error', async () => {
    const { stdout } = await ns.exec('ip', ['-br', 'address', 'show', 'lo'])
    expect(stdout).toContain('192.0.2.1/24')
    expect(await ns.exec('sh', ['-c', 'cat; echo e >&2; exit 3'], { input: 'in' })).toEqual({
      stdout: 'in',
      stderr: 'e\n',
      code: 3,
      signal: null,
    })
    expect(await ns.exec('sleep', ['100'], { timeout: 50 })).toMatchObject({ code: null, signal: 'SIGTERM' })
    await expect(ns.exec('no-such-command')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(ns.exec('sleep', ['100'], { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: 'AbortError',
    })
  })
})

describe('worker', () => {
  test(
    'lives inside, resolves there, and ends when it is told to',
    async () => {
      const before = openDescriptors()
      // The preload is TypeScript here, and JavaScript in what is published.
      const options = {
        workerData: { a: 1 },
        execArgv: ['--import', new URL('./register-tsx.mjs', import.meta.url).href],
      }
      const worker = ns.worker(new URL('./inside-worker.mjs', import.meta.url), options)
      const [message] = await once(worker, 'message')
      expect(message).toMatchObject({
        workerData: { a: 1 },
        netns: `net:[${ns.identity.inode}]`,
        address: '192.0.2.1',
        fetched: 'from the worker',
        looked: { address: '192.0.2.1', family: 4 },
        resolved: ['192.0.2.1'],
      })
      expect(await (await ns.fetch(`http://server.test:${message.port}/`)).text()).toBe('from the worker')
      expect(await worker.terminate()).toBe(1)
      await expect(ns.connect({ host: '192.0.2.1', port: message.port })).rejects.toMatchObject({
        code: 'ECONNREFUSED',
      })
      // fetch has let go of its connection by now.
      await delay(100)
      expect(openDescriptors()).toBeLessThanOrEqual(before)
    },
    TIMEOUT,
  )
})

describe('descriptors', () => {
  test(
    'none is left after servers, connections, look-ups and fetches, and the namespace ends',
    async () => {
      const round = async () => {
        using one = netns.temporary()
        one.run(() => must('ip link set lo up'))
        const server = await one.listen(hello())
        const port = portOf(server)
        await (await one.fetch(`http://localhost:${port}/`)).text()
        await expect(one.connect({ host: '127.0.0.1', port: 1 })).rejects.toThrow()
        const udp = await one.listen(createSocket('udp6'))
        one.close()
        await expect(one.fetch(`http://localhost:${port}/`)).rejects.toMatchObject({ code: 'ERR_CLOSED' })
        await expect(one.connect({ port })).rejects.toMatchObject({ code: 'ERR_CLOSED' })
        udp.close()
        server.closeAllConnections()
        server.close()
        await once(server, 'close')
      }
      await round()
      await delay(50)
      const before = openDescriptors()
      for (let i = 0; i < 10; i++) await round()
      await delay(50)
      expect(openDescriptors()).toBe(before)
    },
    TIMEOUT,
  )
})
