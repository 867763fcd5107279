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
