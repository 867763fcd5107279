// What the tables make of netfilter, sock_diag, audit, events of devices, wireguard and nl80211: of public bytes, what their
// source says they are; of captures, what the tool printed of them or was told to do.
import { describe, expect, it, vi } from 'vitest'
import { Conversation } from '../../src/dump/conversation.ts'
import { compose, dissect, namedBytes } from '../../src/dump/dissect.ts'
import type { DissectedMessage } from '../../src/dump/dissected.ts'
import { fieldsOf } from '../../src/dump/fields.ts'
import { print } from '../../src/dump/print.ts'
import { protocolNumber } from '../../src/dump/protocols.ts'
import { datagramsOf } from '../../src/dump/sources/index.ts'
import { viewOf } from '../../src/netlink/codec.ts'
import { decodeMessageByClosures } from '../../src/netlink/decode.ts'
import { NETLINK_AUDIT, NETLINK_ROUTE } from '../../src/netlink/message.ts'
import { concat, fixture, fixtureFiles, hex, netlinkMessage } from './bytes.ts'

const { made } = vi.hoisted(() => ({ made: [] as unknown[] }))
vi.mock('../../src/netlink/lazy.ts', async original => {
  const { lazy } = (await original()) as typeof import('../../src/netlink/lazy.ts')
  return {
    lazy: <T>(make: () => T) =>
      lazy(() => {
        const value = make()
        // A table's rows, a struct's fields and a decoder of text are made at their first use, whatever the family.
        const common = 'byType' in Object(value) || 'span' in Object(value) || value instanceof TextDecoder
        if (!common) made.push(value)
        return value
      }),
  }
})

interface Shown {
  readonly message: DissectedMessage
  readonly datagram: Uint8Array
}

function messagesOf(file: string): Shown[] {
  const conversation = new Conversation()
  return [...datagramsOf(fixture(file))].flatMap(({ bytes, protocol }) =>
    dissect(bytes, { protocol, conversation }).map(message => ({ message, datagram: bytes })),
  )
}

/** The fields of the first message of a type. */
function first(file: string, typeName: string): Record<string, any> {
  const found = messagesOf(file).find(({ message }) => message.typeName === typeName)
  if (!found) throw new Error(`${file} has no ${typeName}`)
  return fieldsOf(found.message, found.datagram)
}

const line = ({ message, datagram }: Shown): string => print({ message, datagram, number: 1 }, { format: 'line' })

describe('the tables of other families', () => {
  it('are made when a message needs them, and not before', () => {
    dissect(fixture('link/show.hex'))
    for (const { bytes } of datagramsOf(fixture('link/show.hex'))) dissect(bytes)
    expect(made).toEqual([])
    first('netfilter/nft-add-table.hex', 'NFT_MSG_NEWTABLE')
    expect(made.length).toBeGreaterThan(3)
  })

  const files = fixtureFiles.filter(file => /^(netfilter|sock-diag|audit|uevent|public)\//.test(file))
  it.each(files)('decode %s as the closures do, and name all of it', file => {
    for (const { message, datagram } of messagesOf(file)) {
      const { message: definition, offset, length } = message
      if (definition && !definition.payload && !message.malformed && message.protocol !== NETLINK_ROUTE) {
        const slow = decodeMessageByClosures(definition, viewOf(datagram), datagram, offset + 16, offset + length)
        expect(fieldsOf(message, datagram)).toEqual(slow)
      }
      // A socket of TIPC has no table.
      if (file !== 'sock-diag/tipc.hex')
        expect(namedBytes(message), line({ message, datagram })).toBe(length + message.padding)
    }
  })
})

describe('wireguard', () => {
  it('has what the source of the bytes says', () => {
    const device = first('public/wireguard.hex', 'WG_CMD_GET_DEVICE')
    expect(device).toMatchObject({ name: 'cn' })
    const answer = messagesOf('public/wireguard.hex').at(-1)!
    const { peers, ...rest } = fieldsOf(answer.message, answer.datagram) as Record<string, any>
    expect(rest).toMatchObject({ listenPort: 32812, fwmark: 0, ifindex: 3, name: 'cn' })
    expect(Buffer.from(rest['publicKey'], 'base64').subarray(0, 4)).toEqual(Buffer.from([204, 175, 16, 225]))
    expect(peers).toEqual([
      {
        publicKey: 'd9yawLPwxedbuNNCLYjsktE6NCMikIeCFVFXGWneoEQ=',
        presharedKey: Buffer.alloc(32).toString('base64'),
        lastHandshake: { seconds: 1769415834n, nanoseconds: 262671874n },
        persistentKeepalive: 25,
        sentBytes: 1917056n,
        receivedBytes: 30426264n,
        protocolVersion: 1,
        endpoint: { family: 'inet', port: 1111, address: '1.1.1.1' },
        allowedIps: [{ prefixLength: 0, family: 'inet', address: '0.0.0.0' }],
      },
    ])
  })
})

describe('nl80211', () => {
  it('has what the source of the bytes says', () => {
    expect(first('public/nl80211-interface.hex', 'NL80211_CMD_NEW_INTERFACE')).toMatchObject({
      ...{ ifindex: 3, ifname: 'wlo1', wiphy: 0, iftype: 'station', wdev: 1n, mac: 'a4:4e:31:43:1c:7d', generation: 5 },
    })
    expect(first('public/nl80211-scan.hex', 'NL80211_CMD_NEW_SCAN_RESULTS')).toMatchObject({
      generation: 7,
      ifindex: 11,
      bss: {
        bssid: '14:22:db:00:b6:65',
        tsf: 67820018829n,
        beaconInterval: 100,
        capability: 49,
        frequency: 5180,
        chanWidth: '20',
        seenMsAgo: 490,
        signalMbm: -4300,
      },
    })
    expect(first('public/nl80211-station.hex', 'NL80211_CMD_NEW_STATION')).toMatchObject({
      stationInfo: {
        signal: -30,
        transmitBitrate: { bitrate32: 1300, mcs: 15 },
        chainSignal: [-31, -54, -43, -34],
        stationFlags: { set: ['authorized', 'wme', 'authenticated', 'associated'] },
      },
    })
  })
})

describe('nf_tables', () => {
  it('shows what a rule does', () => {
    const { table, chain, expressions } = first('netfilter/nft-set-rule.hex', 'NFT_MSG_NEWRULE')
    expect({ table, chain }).toEqual({ table: 'filter', chain: 'input' })
    const names = expressions.elements.map(({ name }: { name: string }) => name)
    expect(names).toEqual(expect.arrayContaining(['meta', 'cmp', 'payload', 'lookup', 'dynset']))
    expect(expressions.elements).toContainEqual({
      name: 'lookup',
      data: expect.objectContaining({ set: 'allowed', sourceRegister: expect.anything() }),
    })
  })

  it('shows elements, verdicts and times', () => {
    const { elements } = first('netfilter/nft-sets.hex', 'NFT_MSG_NEWSETELEM')
    expect(elements[0]).toMatchObject({ timeout: 3600000n })
    const verdicts = messagesOf('netfilter/nft-sets.hex').map(({ message, datagram }) => fieldsOf(message, datagram))
    const map = verdicts.find(fields => fields['set'] === 'verdicts') as Record<string, any>
    expect(map['elements'].map((element: any) => element.data.verdict.code)).toEqual(['accept', 'drop'])
  })

  it('shows a transaction', () => {
    expect(messagesOf('netfilter/nft-add-table.hex').map(line).slice(-3)).toEqual([
      '#1 → nfnetlink NFNL_MSG_BATCH_BEGIN resource=10\n',
      '#1 → nftables NFT_MSG_NEWTABLE inet filter\n',
      '#1 → nfnetlink NFNL_MSG_BATCH_END resource=10\n',
    ])
  })
})

describe('connection tracking', () => {
  it('shows tuples, state and mark', () => {
    expect(first('netfilter/conntrack-add.hex', 'IPCTNL_MSG_CT_NEW')).toMatchObject({
      tupleOriginal: {
        ip: { v4Source: '192.0.2.1', v4Destination: '192.0.2.2' },
        protocol: { protocol: 'tcp', sourcePort: 1000, destinationPort: 80 },
      },
      status: ['seen_reply', 'assured', 'confirmed'],
      timeout: 100,
      mark: 7,
      protocolInfo: { tcp: { state: 'established' } },
    })
  })
})

describe('ipset', () => {
  it('reads the nest of a set and that of an element by the message', () => {
    expect(first('netfilter/ipset-create.hex', 'IPSET_CMD_CREATE')).toMatchObject({
      name: 's',
      typeName: 'hash:ip',
      data: { timeout: 300, maxElements: 1000, flags: ['with_counters', 'with_comment'] },
    })
    expect(first('netfilter/ipset-add.hex', 'IPSET_CMD_ADD')).toMatchObject({
      data: { ip: { ipv4: '192.0.2.1' }, timeout: 60, comment: 'a host' },
    })
  })
})

describe('sockets', () => {
  it('are asked for and shown by address and state', () => {
    const answers = messagesOf('sock-diag/tcp-all.hex').map(({ message, datagram }) => fieldsOf(message, datagram))
    expect(answers[0]).toMatchObject({ family: 'inet', protocol: 'tcp' })
    expect(answers.find(({ state }) => state === 'listen')).toMatchObject({ source: '127.0.0.1', sourcePort: 7000 })
    const connected = answers.find(({ state }) => state === 'established') as Record<string, any>
    expect(connected['info']).toMatchObject({ state: 'established', congestionState: 'open' })
    expect(first('sock-diag/tcp-inet6.hex', 'SOCK_DIAG_BY_FAMILY')).toMatchObject({ source: '::' })
  })

  it('have abstract names too', () => {
    const names = messagesOf('sock-diag/unix.hex').map(({ message, datagram }) => fieldsOf(message, datagram)['name'])
    expect(names).toEqual(expect.arrayContaining(['/run/named', '\0hidden']))
    const shown = messagesOf('sock-diag/unix.hex').map(line).join('')
    expect(shown).not.toMatch(/\0/)
  })
})

describe('audit', () => {
  const text = 'audit(1481076984.827:17): arch=c000003e syscall=313 success=yes comm="modprobe"'

  it('shows a rule', () => {
    expect(first('audit/add-rule.hex', 'AUDIT_ADD_RULE')).toMatchObject({
      ...{ list: 'exit', action: 'always', fieldCount: 4, text: 'opens' },
    })
  })

  it('shows what happened as a text, also where the length leaves out the header, as the daemon gets it', () => {
    const whole = netlinkMessage(1300, 0, Buffer.from(text))
    const daemons = Uint8Array.from(whole)
    new DataView(daemons.buffer).setUint32(0, whole.length - 16, true)
    for (const bytes of [whole, daemons]) {
      const messages = dissect(bytes, { protocol: NETLINK_AUDIT })
      expect(messages).toHaveLength(1)
      expect(messages[0]).toMatchObject({ typeName: 'AUDIT_SYSCALL', length: whole.length })
      expect(fieldsOf(messages[0]!, bytes)).toEqual({ text })
      expect(compose(messages[0]!)).toEqual(bytes)
    }
  })
})

describe('events of devices', () => {
  it("are the kernel's and udev's", () => {
    const [kernel] = messagesOf('public/uevent-kernel.hex')
    const path = '/devices/pci0000:00/0000:00:02.0/drm/card0/card0-eDP-1/intel_backlight'
    expect(line(kernel!)).toBe(`#1 ← uevent change DEVPATH=${path} SUBSYSTEM=backlight SOURCE=sysfs SEQNUM=19372\n`)
    const [udev] = messagesOf('public/uevent-udev.hex')
    expect(fieldsOf(udev!.message, udev!.datagram)).toMatchObject({
      ...{ prefix: 'libudev', magic: 0xfeedcafe, propertiesOffset: 40, propertiesLength: 417 },
      ...{ ACTION: 'change', DEVPATH: path, USEC_INITIALIZED: '15584837', NVME_HOST_IFACE: 'none' },
    })
  })

  it('may be anything', () => {
    const protocol = protocolNumber('kobject_uevent')!
    for (const bytes of [
      hex('00'),
      hex('ff00ff'),
      concat(Buffer.from('libudev\0'), hex('fe')),
      Buffer.from('a@b\0=x\0__proto__=1'),
    ]) {
      const [message] = dissect(bytes, { protocol })
      expect(Buffer.from(compose(message!))).toEqual(Buffer.from(bytes))
    }
    expect(dissect(new Uint8Array(), { protocol })).toEqual([])
  })
})
