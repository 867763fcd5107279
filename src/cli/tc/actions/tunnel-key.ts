// tunnel_key: what a tunnel device behind shall wrap a packet in.
import { hexText, ipBytes, isIPv4 } from '../../../netlink/text.ts'
import type { Sheet } from '../../sheet.ts'
import { type Keyword, type Keywords, matching, whole } from '../../words.ts'
import type { ActionKind } from '../kind.ts'
import { hex } from '../text.ts'
import { exact, type Found, hexBytes, illegal, unsigned } from '../values.ts'
import { readWhile } from './read.ts'
import { addEnd, addVerdict } from './verdict.ts'

const address = (side: 'src' | 'dst'): Keyword<Found> =>
  whole((words, found) => {
    const text = words.take('an address')
    if (!ipBytes(text)) throw illegal(words, `${side}_ip`, 'an IPv4 or IPv6 address is expected')
    found[isIPv4(text) ? `${side}Ipv4` : `${side}Ipv6`] = text
  })
const set = (change: (found: Found) => void): Keyword<Found> => whole((_, found) => change(found))

/** `CLASS:TYPE:DATA`, in hexadecimal digits. */
export function geneveOption(text: string): { class: number; type: number; data: Uint8Array } | undefined {
  const [, kind = '', type = '', data = ''] = /^([\da-f]{1,4}):([\da-f]{1,2}):((?:[\da-f]{8})+)$/i.exec(text) ?? []
  const bytes = hexBytes(data)
  return bytes && { class: Number.parseInt(kind, 16), type: Number.parseInt(type, 16), data: bytes }
}
/** `VERSION:INDEX:DIRECTION:HWID` */
export function erspanOption(text: string): Record<string, number> | undefined {
  const parts = text
    .split(':')
    .map(part => (part === '' ? 0 : /^(0x)?[\da-f]+$/i.test(part) ? Number(part) : Number.NaN))
  const [version, index, direction, hwId] = parts
  if (parts.length !== 4 || parts.some(part => Number.isNaN(part))) return undefined
  return { version: version!, index: index!, direction: direction!, hwId: hwId! }
}

const WORDS: Keywords<Found> = {
  src_ip: address('src'),
  dst_ip: address('dst'),
  id: exact('keyId', unsigned()),
  dst_port: exact('dstPort', unsigned(0, 0xffff)),
  geneve_opts: whole((words, found) => {
    const list = words.take('CLASS:TYPE:DATA').split(',').map(geneveOption)
    if (list.some(option => option === undefined))
      throw illegal(words, 'geneve_opts', 'CLASS:TYPE:DATA in hexadecimal digits, the data in words of 4 bytes')
    found['options'] = { geneve: list }
  }),
  vxlan_opts: whole((words, found) => {
    found['options'] = { vxlan: { gbp: unsigned()(words, 'vxlan_opts') } }
  }),
  erspan_opts: whole((words, found) => {
    const option = erspanOption(words.take('VERSION:INDEX:DIRECTION:HWID'))
    if (!option) throw illegal(words, 'erspan_opts', 'VERSION:INDEX:DIRECTION:HWID')
    found['options'] = { erspan: option }
  }),
  tos: exact('tos', unsigned(0, 255)),
  ttl: exact('ttl', unsigned(0, 255)),
  csum: set(found => void (found['noChecksum'] = 0)),
  nocsum: set(found => void (found['noChecksum'] = 1)),
  nofrag: set(found => void (found['noFragment'] = true)),
}

export const tunnelKey: ActionKind = {
  help: `Usage: … action tunnel_key unset
       … action tunnel_key set src_ip ADDRESS dst_ip ADDRESS [ id KEY ] [ dst_port PORT ] [ tos TOS ] [ ttl TTL ]
	[ geneve_opts CLASS:TYPE:DATA,… | vxlan_opts GBP | erspan_opts VERSION:INDEX:DIRECTION:HWID ]
	[ csum | nocsum ] [ nofrag ] [ VERDICT ] [ index INDEX ]\n`,
  read(words) {
    const tunnelAction = matching(words.take('set or unset'), ['unset', 'set'])
    if (tunnelAction === undefined) throw words.fail(`tunnel_key: bad word ${words.last}`, 'set or unset')
    const { action, index, noChecksum = 0, ...found } = readWhile(words, WORDS, 'tunnel_key', 'pipe')
    const both = (family: string): boolean => Boolean(found[`src${family}`] && found[`dst${family}`])
    if (tunnelAction === 'set' && !both('Ipv4') && !both('Ipv6'))
      throw words.fail('set needs tunnel_key parameters', 'src_ip ADDRESS dst_ip ADDRESS')
    return { ...found, noChecksum, parameters: { index, action, tunnelAction } }
  },
  print(sheet, options) {
    const { parameters, times } = options
    if (!parameters) return
    sheet.add('kind', 'tunnel_key', 'tunnel_key ')
    sheet.add('mode', parameters.tunnelAction, ` ${parameters.tunnelAction}`)
    if (parameters.tunnelAction === 'set') addTunnel(sheet, options)
    addVerdict(sheet, parameters.action, ' ')
    addEnd(sheet, parameters, times)
  },
}

function addTunnel(sheet: Sheet, options: any): void {
  const line = (key: string, json: any, text = `${key} ${json}`): void =>
    sheet.add(key, json, `${sheet.newline}\t${text}`)
  const { srcIpv4, dstIpv4, srcIpv6, dstIpv6, keyId, dstPort, noChecksum, tos, ttl, noFragment } = options
  if (srcIpv4 ?? srcIpv6) line('src_ip', srcIpv4 ?? srcIpv6)
  if (dstIpv4 ?? dstIpv6) line('dst_ip', dstIpv4 ?? dstIpv6)
  if (keyId !== undefined) line('key_id', keyId)
  if (dstPort) line('dst_port', dstPort)
  addOptions(sheet, options.options, line)
  if (noFragment) line('nofrag', true, 'nofrag')
  if (noChecksum !== undefined) line(noChecksum ? 'nocsum' : 'csum', true, noChecksum ? 'nocsum' : 'csum')
  if (tos) line('tos', tos, `tos ${hex(tos)}`)
  if (ttl) line('ttl', ttl)
}

const digits = (value: number, width: number): string => value.toString(16).padStart(width, '0')

function addOptions(_sheet: Sheet, options: any, line: (key: string, json: any, text?: string) => void): void {
  if (options?.geneve) {
    const list = options.geneve.map((option: any) => ({
      class: option.class,
      type: option.type,
      data: hexText(option.data),
    }))
    const text = list.map((o: any) => `${digits(o.class, 4)}:${digits(o.type, 2)}:${o.data}`).join(',')
    line('geneve_opts', list, `geneve_opts ${text}`)
  }
  if (options?.vxlan) line('vxlan_opts', [{ gbp: options.vxlan.gbp }], `vxlan_opts ${options.vxlan.gbp}`)
  if (options?.erspan) {
    const { version, index, direction, hwId } = options.erspan
    const text = `${version}:${index ?? 0}:${direction ?? 0}:${hwId ?? 0}`
    line('erspan_opts', [{ ver: version, index, dir: direction, hwid: hwId }], `erspan_opts ${text}`)
  }
}
