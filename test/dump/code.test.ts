// nl-dump code: every request of every capture, as the printed text makes it again.
import { describe, expect, it } from 'vitest'
import { callFor } from '../../src/dump/code/code.ts'
import { literal } from '../../src/dump/code/literal.ts'
import { run } from '../../src/dump/command.ts'
import { Conversation } from '../../src/dump/conversation.ts'
import { dissect } from '../../src/dump/dissect.ts'
import { datagramsOf } from '../../src/dump/sources/index.ts'
import { NLM_F_REQUEST } from '../../src/netlink/message.ts'
import { attribute, bytesOf, concat, fixture, fixtureFiles, hex, netlinkMessage } from './bytes.ts'

const requestsOf = (file: string): { text: string; bytes: Uint8Array; type: string }[] => {
  const conversation = new Conversation()
  return [...datagramsOf(fixture(file))].flatMap(({ bytes: datagram, protocol }) =>
    dissect(datagram, { protocol, conversation })
      .filter(message => message.flags & NLM_F_REQUEST && message.malformed === undefined)
      .map(message => {
        const bytes = datagram.slice(message.offset, message.offset + message.length)
        return { text: callFor(message, bytes).text, bytes, type: message.typeName }
      }),
  )
}

describe('the requests', () => {
  it.each(fixtureFiles)('of %s are made again by what is printed', file => {
    for (const { text, bytes } of requestsOf(file))
      expect(Buffer.from(bytesOf(text, bytes)).toString('hex'), text).toBe(Buffer.from(bytes).toString('hex'))
  })

  it.each([
    ['link/add-veth', 1, "link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } })"],
    ['link/set-netns-rename', -1, "link.set(2, { netns: { fd: 4 }, name: 'eth0' })"],
    ['link/set-nomaster', -1, 'link.set(4, { master: null })'],
    ['link/delete', -1, 'link.delete(3)'],
    ['address/add-peer', -1, "address.add({ address: '192.0.2.1', peer: '192.0.2.2/32', dev: 3 })"],
    ['address/delete', -1, "address.delete({ address: '192.0.2.1/24', dev: 3 })"],
    ['route/add-default', -1, "route.add({ dst: 'default', via: '192.0.2.2', dev: 3 })"],
    ['rule/add-fwmark', 0, 'rule.add({ fwmark: 16, fwmask: 255, table: 100 })'],
    ['nexthop/add-group', 0, 'nexthop.add({ id: 10, group: [{ id: 1, weight: 3 }, { id: 2, weight: 5 }] })'],
    ['neighbour/add', -1, "neighbour.add({ address: '192.0.2.2', linkLayerAddress: '02:00:00:00:00:22', dev: 3 })"],
    ['netns/set', 0, 'nsid.set({ fd: 6 }, 7)'],
    ['neighbour/get-proxy', -1, "neighbour.getProxy({ address: '192.0.2.3', dev: 3 })"],
    ['neighbour/table-show', -1, 'neighbourTable.list()'],
    ['nexthop/show-dev', -1, 'nexthop.list({ dev: 3 })'],
    ['link/altname-delete', -1, "link.deleteAltNames(3, ['other'])"],
    [
      'bridge/fdb-add-sticky',
      -1,
      "fdb.add({ address: '02:00:00:00:00:20', dev: 4, state: 'static', flags: ['master', 'sticky'] })",
    ],
    ['bridge/fdb-flush', -1, 'fdb.flush({ permanent: false, dev: 2 })'],
    ['bridge/fdb-get', -1, "fdb.get({ address: '02:00:00:00:00:20', bridge: 2 })"],
    [
      'bridge/mdb-add-source',
      -1,
      "mdb.add({ port: 4, group: '239.1.1.1', state: 'permanent', source: '192.0.2.7', dev: 2 })",
    ],
    ['bridge/mdb-delete', -1, "mdb.delete({ port: 4, group: '239.1.1.1', dev: 2 })"],
    ['bridge/vlan-add-range', -1, "bridgeVlan.add({ vid: [10, 20], for: ['master'], dev: 4 })"],
    ['bridge/vlan-delete', -1, "bridgeVlan.delete({ vid: 10, for: ['self'], dev: 2 })"],
    ['bridge/vlan-set', -1, "bridgeVlan.set({ vid: 10, state: 'forwarding', mcastRouter: 'perm', dev: 4 })"],
    ['bridge/vlan-global-show', -1, 'bridgeVlan.listGlobal()'],
    ['bridge/vni-add', -1, "vni.add({ vnis: [[100, 110]], group: '192.0.2.7', dev: 2 })"],
    ['bridge/link-set-state', -1, "bridgePort.set({ dev: 4, data: { state: 'listening' } })"],
    ['address/token-set', -1, "token.set({ dev: 3, token: '::53' })"],
    ['address/addrlabel-add-dev', -1, "addressLabel.add({ label: 98, prefix: '2001:db8::/32', dev: 3 })"],
    ['address/netconf-show', -1, 'netconf.list()'],
    ['stats/show-link', -1, "stats.get({ dev: 4, groups: ['link'] })"],
    ['tc-qdisc/delete-ingress', -1, "tc.qdisc.delete({ kind: 'ingress', dev: 3 })"],
    ['tc-qdisc/link', -1, "tc.qdisc.link({ handle: '1:', dev: 3 })"],
    [
      'tc-class/drr',
      -1,
      "tc.class.add({ kind: 'drr', options: { quantum: 1500 }, dev: 3, classId: '1:20', parent: '1:' })",
    ],
    ['tc-filter/delete-all', -1, "tc.filter.delete({ dev: 3, parent: 'ingress' })"],
    ['tc-filter/show-block', -1, 'tc.filter.list({ block: 22 })'],
    ['tc-filter/chain-add', -1, "tc.chain.add({ chain: 7, dev: 3, parent: 'ingress' })"],
    ['tc-action/get', 0, "tc.action.get({ kind: 'mirred', index: 7 })"],
    ['tc-action/flush', -1, "tc.action.flush('mirred')"],
    [
      'generic/tcp-metrics-get',
      -1,
      "raw.generic('tcp_metrics', { command: 1, flags: [], payload: '080001007f000001' })",
    ],
    [
      'generic/ctrl-get-id',
      -1,
      "raw.generic('nlctrl', { command: 3, version: 0, flags: ['ack'], payload: '0600010010000000' })",
    ],
  ])('of %s (%i) are %s', (file, which, text) => {
    expect(requestsOf(`${file}.hex`).at(which)!.text).toBe(text)
  })

  it('that no table can write are bytes', () => {
    const twice = concat(new Uint8Array(16), attribute(3, hex('763100')), attribute(3, hex('763200')))
    const bytes = netlinkMessage(16, 5, twice)
    const { text } = callFor(dissect(bytes)[0]!, bytes)
    expect(text).toMatch(/^raw\.request\('RTM_NEWLINK', \{\n {2}flags: \['ack'\],\n {2}payload: '0{32}0700/)
    expect(bytesOf(text, bytes)).toEqual(bytes)
  })

  it('of a type that nobody knows are bytes', () => {
    const bytes = netlinkMessage(999, 0x8001, hex('0102'))
    const { text } = callFor(dissect(bytes)[0]!, bytes)
    expect(text).toBe("raw.request(999, { flags: 32769, payload: '0102' })")
    expect(bytesOf(text, bytes)).toEqual(bytes)
  })
})

describe('the program', () => {
  it('is not begun where the file cannot be read', async () => {
    let out = ''
    let err = ''
    const status = await run(['code', 'nowhere.pcap'], {
      ...{ version: '', colors: false, out: async text => void (out += text), err: text => void (err += text) },
      // biome-ignore lint/correctness/useYield: it fails before
      async *open() {
        throw Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall: 'open' })
      },
    })
    expect({ status, out, err }).toEqual({ status: 1, out: '', err: 'nl-dump: nowhere.pcap: no such file\n' })
  })

  it('imports what it uses, and says what each request is', async () => {
    let out = ''
    const io = { version: '', colors: false, out: async (text: string) => void (out += text), err: () => {} }
    await run(['code', '-'], {
      ...io,
      async *open() {
        yield fixture('link/add-veth.hex')
      },
    })
    expect(out).toMatchInlineSnapshot(`
      "// The requests of a capture as calls of netloom, by nl-dump code: they make the same bytes. Indexes of links and
      // descriptors of namespaces are those of the place where it was made.
      import { link, Netlink, raw } from 'netloom'

      const host = Netlink.open()

      // standard input

      // #1 RTM_NEWLINK
      await host.run(raw.request('RTM_NEWLINK', { flags: ['ack'] }))

      // #3 RTM_NEWLINK veth1 kind=veth peer=veth2
      await host.run(link.add({ name: 'veth1', kind: 'veth', peer: { name: 'veth2' } }))

      host.close()
      "
    `)
  })
})

describe('the program of generic netlink', () => {
  const programOf = async (text: string): Promise<string> => {
    let out = ''
    await run(['code', '-'], {
      ...{ version: '', colors: false, out: async (more: string) => void (out += more), err: () => {} },
      async *open() {
        yield new TextEncoder().encode(text)
      },
    })
    return out
  }

  it('has a connection of its own', async () => {
    const out = await programOf(new TextDecoder().decode(fixture('generic/tcp-metrics-get.hex')))
    expect(out).toContain(
      "import { Netlink, raw } from 'netloom'\n\nconst generic = Netlink.open({ protocol: 'generic' })\n",
    )
    expect(out).toContain("\nawait generic.run(raw.generic('tcp_metrics', { command: 1, flags: [], payload: '0800")
    expect(out).toMatch(/\ngeneric\.close\(\)\n$/)
  })

  it('has families that nobody named by their numbers, and what no connection speaks as comments', async () => {
    const out = await programOf(
      '# protocol: generic\n> 1800000021000500010000000000000007010000aabbccdd\n# protocol: xfrm\n> 1000000012000100010000000000000000\n',
    )
    expect(out).toContain("await generic.run(raw.generic(33, { command: 7, flags: ['ack'], payload: 'aabbccdd' }))")
    expect(out).toContain('// xfrm, which no connection speaks:\n// raw.request(18,')
  })
})

describe('a literal', () => {
  it.each([
    [{ a: 1n, 'b-c': [true, 'x'] }, "{ a: 1n, 'b-c': [true, 'x'] }"],
    [Uint8Array.of(1, 2), 'Uint8Array.of(1, 2)'],
    ["it's \\ \n\u2028\ud800", "'it\\'s \\\\ \\u{a}\\u{2028}\\u{d800}'"],
    [{ a: undefined }, '{}'],
  ])('%#', (value, text) => {
    expect(literal(value)).toBe(text)
    if (typeof value === 'string') expect(new Function(`return ${text}`)()).toBe(value)
  })
})
