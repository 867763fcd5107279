// Command lines that cannot be read: each error says what is wrong as `ip` says it, points at the word, tells what
// could stand there and which is near. Abbreviations mean what they mean to iproute2.
import { describe, expect, it } from 'vitest'
import type { Host } from '../../src/cli/host.ts'
import { Digits, writeJson } from '../../src/cli/json.ts'
import { main } from '../../src/cli/main.ts'
import { keyword, parseInteger, short, Words, whole } from '../../src/cli/words.ts'

async function run(line: string, program = 'netloom'): Promise<{ out: string; err: string; status: number }> {
  let out = ''
  let err = ''
  const host: Host = {
    open: () => {
      throw new Error('a command line that cannot be read needs no connection')
    },
    out: text => void (out += text),
    err: text => void (err += text),
    netnsNames: () => new Map(),
    accounts: {},
  }
  const status = await main(line === '' ? [] : line.split(' '), program, host)
  return { out, err, status }
}

describe('errors', () => {
  it('points at an unknown word and suggests the nearest', async () => {
    const { err, status } = await run('link set d0 mtuu 1500')
    expect(err.split('\n').slice(0, 4)).toEqual([
      'Error: either "dev" is duplicate, or "mtuu" is a garbage.',
      '  netloom link set d0 mtuu 1500',
      `${' '.repeat(22)}^^^^ did you mean mtu?`,
      expect.stringMatching(/^ {2}expected: up down name index /),
    ])
    expect(status).toBe(255)
  })

  it.each([
    ['link add v1 mtu', 'Command line is not complete. Try option "help"', 255],
    ['link add v1 mtu abc type veth', 'Error: argument "abc" is wrong: Invalid "mtu" value', 255],
    ['link add v1 mtu -3 type veth', 'Error: argument "-3" is wrong: Invalid "mtu" value', 255],
    ['link add v1 mtu 1 mtu 2 type veth', 'Error: duplicate "mtu": "2" is the second value.', 255],
    ['link add v1 v2 type veth', 'Error: either "dev" is duplicate, or "v2" is a garbage.', 255],
    [
      'link add name 0123456789abcdef type veth',
      'Error: argument "0123456789abcdef" is wrong: "name" not a valid ifname',
      255,
    ],
    ['link add a/b type veth', 'Error: argument "a/b" is wrong: "dev" not a valid ifname', 255],
    ['link add v1', 'Not enough information: "type" argument is required', 1],
    ['link set', 'Not enough information: "dev" argument is required.', 255],
    ['link set d0 arp maybe', 'Error: argument of "arp" must be "on" or "off", not "maybe"', 1],
    ['link set d0 address zz', '"zz" is invalid lladdr.', 1],
    ['link add x type bridge forwarddelay 3', 'bridge: unknown command "forwarddelay"?', 1],
    ['link add x type veth per name y', 'veth: unknown command "per"?', 1],
    ['link add x type bond mode fast', 'Error: argument "fast" is wrong: invalid mode', 255],
    ['link add x type gre ttl 300', 'Error: argument "300" is wrong: invalid TTL', 255],
    ['link add x type gtp hsize 7', 'gtp: role of the gtp device was not specified', 1],
    ['link add x type dummy mode 1', 'Garbage instead of arguments "mode ...". Try "netloom link help".', 1],
    ['link set d0 xdp object a.o', 'Error: a.o: cannot be read: No such file or directory (ENOENT)', 255],
    ['link set d0 vf 0 colour red', '"colour" is no setting of a virtual function', 255],
    ['link property add dev d0 altnam x', 'Error: either "dev" is duplicate, or "altnam" is a garbage.', 255],
    ['link xstats type vlan', "xstats: link type vlan doesn't support xstats", 1],
    ['link frob', 'Command "frob" is unknown, try "netloom link help".', 255],
    ['lnk', 'Object "lnk" is unknown, try "netloom help".', 1],
    ...['l2tp', 'fou', 'ila', 'macsec', 'tunnel', 'tuntap', 'tcp_metrics', 'xfrm', 'vrf', 'sr', 'mptcp', 'ioam'].map(
      name =>
        [`${name} show`, `Object "${name}" is not there in netloom: iproute2's own ip has it.`, 1] as [
          string,
          string,
          number,
        ],
    ),
    ['-frob link', 'Option "-frob" is unknown, try "netloom -help".', 255],
    ['-f inet7 addr', 'Error: argument "inet7" is wrong: invalid protocol family', 255],
    ['addr add 1.2.3.4/33 dev d0', 'Error: any valid prefix is expected rather than "1.2.3.4/33".', 1],
    ['-4 addr add ::1 dev d0', 'Error: inet prefix is expected rather than "::1".', 1],
    ['addr add 1.2.3.4', 'Not enough information: "dev" argument is required.', 1],
    ['addr add ::1/64 dev d0 brd +', 'Broadcast can be set only for IPv4 addresses', 1],
    ['addr add 1.2.3.4/24 dev d0 scope foo', 'Error: argument "foo" is wrong: invalid scope value.', 255],
    ['addr flush', 'Flush requires arguments.', 1],
    ['netns add a/b', 'Invalid netns name "a/b"', 255],
    ['netns exec', 'No netns name specified', 1],
    ['brctl stp br0 maybe', 'expect on/off for argument', 1],
  ])('%s', async (line, first, status) => {
    const result = await run(line)
    expect(result.err.split('\n')[0]).toBe(first)
    expect(result.status).toBe(status)
  })

  it('refuses one or two letters that begin several keywords', async () => {
    const { err, status } = await run('link set d0 ad 02:00:00:00:00:01')
    expect(err).toContain('Error: "ad" is ambiguous: it can be address or addrgenmode.')
    expect(status).toBe(255)
  })

  it('shows the help where nothing is asked, and its version', async () => {
    expect(await run('')).toMatchObject({ status: 255, err: expect.stringContaining('Examples:') })
    expect(await run('--help')).toMatchObject({ status: 0, out: expect.stringContaining('Examples:') })
    expect(await run('--version')).toMatchObject({ status: 0, out: expect.stringMatching(/^netloom \d/) })
    expect(await run('-V', 'bridge')).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^bridge utility, 6\.1\.0/),
    })
    expect(await run('link help')).toMatchObject({
      status: 255,
      err: expect.stringMatching(/^Usage: netloom link add/),
    })
  })
})

describe('the help of a kind', () => {
  it('is made of its words', async () => {
    const { out, status } = await run('link help ipvlan')
    expect(out).toBe('Usage: ... ipvlan [ mode { l3 | l3s | l2 } ] [ private ] [ vepa ] [ bridge ]\n')
    expect(status).toBe(0)
  })
  it('stands behind its words too', async () =>
    expect((await run('link add x type vti help')).err).toMatch(/^Usage: \.\.\. vti \[ key KEY \]/))
  it('is that of all links where there is no such kind', async () =>
    expect((await run('link help nosuch')).err).toMatch(/^Usage: netloom link add/))
})

describe('keywords', () => {
  const read = (): void => {}
  const table = { mtu: whole(read), master: short(read), address: short(read, 'lladdr'), addrgenmode: short(read) }
  const find = (word: string): string | undefined => keyword(table, new Words([word]))

  it('are found in full, by another name, and by their beginning, in order', () => {
    expect(find('mtu')).toBe('mtu')
    expect(find('lladdr')).toBe('address')
    expect(find('m')).toBe('master')
    expect(find('addr')).toBe('address')
    expect(find('addrg')).toBe('addrgenmode')
  })
  it('are not found where they must be written in full, or are no keyword', () => {
    expect(find('mt')).toBeUndefined()
    expect(find('eth0')).toBeUndefined()
    expect(find('')).toBeUndefined()
  })
})

describe('values', () => {
  it.each([
    ['10', 10],
    ['0x10', 16],
    ['010', 8],
    ['0', 0],
    ['', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    ['0x', undefined],
  ])('%s', (text, value) => expect(parseInteger(text)).toBe(value))
})

describe('JSON', () => {
  const value = [{ a: 1n << 60n, b: ['x', 'y'], c: { d: new Digits('0.10'), e: null, f: [] } }, {}]
  it('is one line', () =>
    expect(writeJson(value)).toBe('[{"a":1152921504606846976,"b":["x","y"],"c":{"d":0.10,"e":null,"f":[]}},{}]'))
  it('is laid out as iproute2 does', () =>
    expect(writeJson(value, true)).toBe(
      '[ {\n        "a": 1152921504606846976,\n        "b": [ "x","y" ],\n        "c": {\n            "d": 0.10,\n            "e": null,\n            "f": [ ]\n        }\n    },{} ]',
    ))
})
