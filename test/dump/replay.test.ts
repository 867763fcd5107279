// nl-dump replay without a kernel: what would be sent, what is renewed, what is refused; and what is no difference.
import { createReadStream } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { run } from '../../src/dump/command.ts'
import { dissect } from '../../src/dump/dissect.ts'
import { MadeUpAddresses } from '../../src/dump/made-up-addresses.ts'
import { referencesOf } from '../../src/dump/replay/references.ts'
import { link, nsid, requestBytes } from '../../src/index.ts'
import { attribute, concat, fixtures, hex, netlinkMessage } from './bytes.ts'

async function replay(argv: readonly string[], input = ''): Promise<{ status: number; out: string; err: string }> {
  let out = ''
  let err = ''
  const status = await run(['replay', ...argv], {
    version: '',
    colors: false,
    async *open(path) {
      if (path === '-') yield new TextEncoder().encode(input)
      else yield* createReadStream(path)
    },
    out: async text => void (out += text),
    err: text => void (err += text),
  })
  return { status, out, err }
}

const line = (bytes: Uint8Array): string => `> ${Buffer.from(bytes).toString('hex')}\n`
const dry = (bytes: Uint8Array, ...argv: string[]) => replay(['--dry-run', ...argv, '-'], line(bytes))

describe('--dry-run', () => {
  it('shows what would be sent, and what is renewed by what the capture tells', async () => {
    const { status, out, err } = await replay(['--dry-run', `${fixtures}captures/netns.strace`])
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out).toMatchInlineSnapshot(`
      "#1 → RTM_NEWLINK  would be sent
      #3 → RTM_GETLINK v2  would be sent
      #5 → RTM_NEWLINK index=2 → netns fd 4  [ifi_index 2 → v2, IFLA_NET_NS_FD 4 → ns1]  would be sent
      "
    `)
  })

  it('prints an object a request with --json', async () => {
    const { out } = await replay(['--dry-run', '--json', `${fixtures}captures/netns.strace`])
    expect(JSON.parse(out.trimEnd().split('\n').at(-1)!)).toEqual({
      number: 5,
      protocol: 'route',
      type: 'RTM_NEWLINK',
      summary: expect.any(String),
      renewed: [
        { kind: 'link', path: 'ifi_index', recorded: 2, name: 'v2' },
        { kind: 'fd', path: 'IFLA_NET_NS_FD', recorded: 4, name: 'ns1' },
      ],
    })
  })

  it('warns of an index whose name nobody tells', async () => {
    const { status, out } = await dry(requestBytes(link.set(7, { mtu: 1400 })))
    expect(status).toBe(0)
    expect(out).toContain('warning: ifi_index 7 is the index of a link there whose name the capture does not tell')
    expect((await dry(requestBytes(link.set(1, { up: true })))).out).not.toContain('warning')
    expect((await dry(requestBytes(link.set(7, { mtu: 1400 })), '--link', '7=eth0')).out).toContain(
      '[ifi_index 7 → eth0]  would be sent\n',
    )
  })

  it.each([
    [requestBytes(link.set(1, { netns: { fd: 9 } }), { 'netns fd 9': 9 }), 'IFLA_NET_NS_FD 9', '--fd 9=ns1'],
    [requestBytes(link.set(1, { netns: { pid: 12 } })), 'IFLA_NET_NS_PID 12', '--pid 12=ns1'],
    [requestBytes(nsid.list(3)), 'NETNSA_TARGET_NSID 3', '--nsid 3=ns1'],
    [netlinkMessage(33, 5, hex('01000000')), 'nlmsg_type 33', '--family 33=ethtool'],
  ])('refuses what it cannot renew, until it is told (%#)', async (bytes, what, option) => {
    const argv = what.startsWith('nlmsg') ? ['--protocol', 'generic'] : []
    const { status, out } = await dry(bytes, ...argv)
    expect(status).toBe(1)
    expect(out).toContain('refused')
    expect(out).toContain(`✗ ${what} is `)
    expect(out).toContain(option.replace(/=.*/, '='))
    const told = await dry(bytes, ...argv, ...option.split(' '))
    expect(told.status).toBe(0)
    expect(told.out).toContain(`[${what} → ${option.split('=')[1]}]  would be sent`)
  })

  it('refuses loaded programs, whatever it is told', async () => {
    const xdp = attribute(43 | 0x8000, attribute(1, hex('05000000')))
    const { status, out } = await dry(netlinkMessage(16, 5, concat(hex('00000000 01000000 00000000 00000000'), xdp)))
    expect(status).toBe(1)
    expect(out).toContain('IFLA_XDP_FD 5 is a BPF program that was loaded there: it cannot be sent again')
  })

  it('passes over other protocols', async () => {
    const { status, out } = await dry(netlinkMessage(20, 0x301, new Uint8Array(56)), '--protocol', 'sock_diag')
    expect({ status, out }).toEqual({
      status: 0,
      out: '#1 → type 20 dump  would not be sent: requests of protocol sock-diag are not sent, only route and generic\n',
    })
  })
})

describe('usage', () => {
  const veth = `${fixtures}link/add-veth.hex`

  it.each([
    [[veth], '--netns NETNS is missing: the namespace, by name or path, in which the requests are to be sent'],
    [[], 'replay takes one file'],
    [['--dry-run', veth, veth], 'replay takes one file'],
    [['--dry-run', '--fd', 'ns1', veth], "--fd ns1: a number, '=' and a name are wanted, as --fd 9=name"],
    [['--dry-run', '--in', 'ns1', veth], '--in ns1: two namespaces are wanted, there and here: --in ns1=again1'],
    [['--dry-run', '--json', '-v', veth], '--json and --verbose exclude each other'],
  ])('%j is wrong', async (argv, message) => {
    expect(await replay(argv)).toMatchObject({ status: 2, out: '', err: expect.stringContaining(message) })
  })

  it('of a capture without a request is no success', async () => {
    const answer = '< 140000000200000001000000010000000000000000000000'
    expect(await replay(['--dry-run', '-'], answer)).toEqual({
      ...{ status: 1, out: '' },
      err: 'nl-dump: -: there is no request in it\n',
    })
  })

  it('does not send what is broken', async () => {
    const { status, out, err } = await replay(['--dry-run', '-'], '> 40000000100005000000000000000000000000\n')
    expect({ status, out }).toEqual({ status: 1, out: '' })
    expect(err).toContain('line 1: the header says it has 64 bytes, 19 are there: it is not sent')
  })
})

describe('references', () => {
  const found = (bytes: Uint8Array) => referencesOf(dissect(bytes)[0]!).map(({ path, value, at }) => [path, value, at])

  it('are found with their place, at any depth', () => {
    const bytes = requestBytes(
      link.add({ kind: 'veth', name: 'v1', master: 3, peer: { name: 'v2', netns: { fd: 9 } } }),
      { 'netns fd 9': 9 },
    )
    expect(found(bytes).map(([path, value]) => [path, value])).toEqual([
      ['IFLA_MASTER', 3],
      ['IFLA_LINKINFO › IFLA_INFO_DATA › VETH_INFO_PEER › IFLA_NET_NS_FD', 9],
    ])
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    for (const [, value, at] of found(bytes)) expect(view.getUint32(at as number, true)).toBe(value)
  })

  it('are none where the sender chose them', () => {
    expect(found(requestBytes(link.add({ kind: 'bridge', name: 'br0', index: 10 })))).toEqual([])
    expect(found(requestBytes(link.set(5, { up: true })))).toEqual([['ifi_index', 5, 20]])
  })
})

describe('addresses that the kernel made up', () => {
  it('count as which they are, in every form', () => {
    const addresses = new MadeUpAddresses()
    addresses.given('02:00:00:00:00:10')
    const replaced = (value: string) => addresses.replaced(value, () => 'A')
    expect(replaced('02:00:00:00:00:10')).toBeUndefined()
    expect(replaced('00:1b:2c:3d:4e:5f')).toBeUndefined()
    expect(replaced('ff:ff:ff:ff:ff:ff')).toBeUndefined()
    expect(replaced('0a:1b:2c:3d:4e:5f')).toBe('A')
    expect(replaced('8000.0a1b2c3d4e5f')).toBe('8000.(A)')
    expect(replaced('fe80::81b:2cff:fe3d:4e5f')).toBe('fe80::(A)')
    expect(replaced('33:33:ff:3d:4e:5f')).toBe('(A)')
    expect(replaced('fe80::1')).toBeUndefined()
  })
})
