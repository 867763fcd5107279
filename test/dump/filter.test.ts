// --filter: what it chooses, and where it points when it cannot be read.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dissect } from '../../src/dump/dissect.ts'
import { FilterError, parseFilter } from '../../src/dump/filter.ts'
import { datagramsOf } from '../../src/dump/sources/index.ts'
import { attribute, concat, fixture, hex, netlinkMessage } from './bytes.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(`${value}\0`)
const linkinfo = attribute(18, attribute(1, hex('76657468')))
const link = dissect(
  netlinkMessage(
    16,
    0x605,
    concat(
      hex('00000000 05000000 01000000 01000000'),
      attribute(3, text('veth 1')),
      attribute(4, hex('dc050000')),
      linkinfo,
    ),
  ),
)[0]!
const refused = [...datagramsOf(fixture('netns/set-twice.hex'))].flatMap(({ bytes }) => dissect(bytes))[1]!

describe('a filter', () => {
  it.each([
    ['type=RTM_NEWLINK', true],
    ['type=newlink', true],
    ['type=16', true],
    ['type=RTM_*', true],
    ['type!=RTM_NEWLINK', false],
    ['name="veth 1"', true],
    ["ifname='veth*'", true],
    ['ifname=veth?1', true],
    ['IFLA_IFNAME=VETH*', true],
    ['ifname=eth*', false],
    ['ifname~^v.t', true],
    ['ifname!~1$', false],
    ['kind=veth', true],
    ['linkInfo.kind=veth', true],
    ['IFLA_LINKINFO.IFLA_INFO_KIND=veth', true],
    ['linkInfo.name=veth', false],
    ['mtu=1500', true],
    ['mtu=0x5dc', true],
    ['mtu<1500', false],
    ['mtu<=1500 && mtu>=1500', true],
    ['mtu>1499', true],
    ['ifi_flags=up', true],
    ['index=5', true],
    ['mtu', true],
    ['master', false],
    ['!master', true],
    ['master=1 || mtu=1500', true],
    ['!(master || mtu)', false],
    ['master=1 || mtu=1500 && index=6', false],
    ['nlflags=create && seq=1 && port=0 && length>30', true],
    ['protocol=route', true],
    ['error', false],
    ['direction=sent', true],
  ])('%s: %s', (source, expected) => {
    expect(parseFilter(source)(link, { direction: 'sent' })).toBe(expected)
  })

  it.each([
    ['error=EEXIST', true],
    ['error=17', true],
    ["said~'nsid assigned'", true],
    ['NETNSA_NSID=8', true],
    ['error=ENODEV', false],
  ])('of an error: %s: %s', (source, expected) => {
    expect(parseFilter(source)(refused)).toBe(expected)
  })

  it.each([
    ['', 1, 'a name is missing'],
    ['type=', 6, 'a value is missing'],
    ['type=a b', 8, "'&&' or '||' is missing"],
    ['(type=a', 8, "')' is missing"],
    ['type=a && ', 11, 'a name is missing'],
    ["a='b", 3, 'the quote has no end'],
    ['mtu<big', 5, "'mtu<' wants a number"],
    ['a~(', 3, 'a value is missing'],
    ["a~'('", 3, 'is no regular expression'],
    ['&& a', 1, 'a name is missing'],
    [`${'!'.repeat(300)}a`, 201, 'nested deeper'],
  ])('%s: column %i: %s', (source, column, reason) => {
    expect(() => parseFilter(source)).toThrow(FilterError)
    expect(() => parseFilter(source)).toThrow(`column ${column}: `)
    expect(() => parseFilter(source)).toThrow(reason)
  })

  it('of any text is a filter or a FilterError', () => {
    const piece = fc.constantFrom(
      'a',
      'mtu',
      '=',
      '!',
      '~',
      '<',
      '(',
      ')',
      '&&',
      '||',
      '"',
      "'",
      ' ',
      '*',
      '[',
      '1',
      '.',
      '\\',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), pieces => {
        try {
          parseFilter(pieces.join(''))(link)
        } catch (error) {
          expect(error).toBeInstanceOf(FilterError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
