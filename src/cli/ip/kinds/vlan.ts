// vlan.
import type { LinkData } from '../../../route/link.ts'
import type { Sheet } from '../../sheet.ts'
import { choice, onOff, parseInteger, type Words } from '../../words.ts'
import { asNumber, asText, type Kinds, number, type Option, type Options, option, type Printer, U16 } from './kind.ts'

const flag = (name: string): Option =>
  option('{ on | off }', (words, { data }) => {
    const on = onOff(words, words.last)
    const { flags = [], mask = [] } = data['flags'] ?? {}
    data['flags'] = { flags: on ? [...flags, name] : flags, mask: [...mask, name] }
  })

const qosMap = (key: string): Option =>
  option('FROM:TO…', (words, { data }) => {
    const mappings: { from: number; to: number }[] = []
    while (words.next?.includes(':')) mappings.push(mapping(words))
    data[key] = { mappings }
  })

function mapping(words: Words): { from: number; to: number } {
  const name = words.last
  const [from, to, ...rest] = words.take().split(':').map(parseInteger)
  if (from === undefined || to === undefined || rest.length > 0)
    throw words.wrong(`invalid ${name}`, 'a priority and what it becomes: 1:2')
  return { from, to }
}

const WORDS: Options = {
  protocol: option('{ 802.1Q | 802.1ad }', (words, { data }) => {
    data['protocol'] = choice(words, ['802.1Q', '802.1ad'], 'protocol is invalid')
  }),
  id: number('id', U16),
  reorder_hdr: flag('reorder_hdr'),
  gvrp: flag('gvrp'),
  mvrp: flag('mvrp'),
  loose_binding: flag('loose_binding'),
  bridge_binding: flag('bridge_binding'),
  'ingress-qos-map': qosMap('ingressQos'),
  'egress-qos-map': qosMap('egressQos'),
}

type Mappings = readonly { readonly from: number; readonly to: number }[] | undefined

const print: Printer<Exclude<LinkData<'vlan'>, Uint8Array>> = (sheet, data, names) => {
  if (data.protocol !== undefined) asText(sheet, 'protocol', 'protocol', data.protocol, names)
  if (data.id !== undefined) asNumber(sheet, 'id', 'id', data.id, names)
  if (data.flags) {
    const flags = data.flags.flags.map(name => (typeof name === 'number' ? name.toString(16) : name.toUpperCase()))
    sheet.add('flags', flags, `<${flags.join(',')}> `)
  }
  addQos(sheet, 'ingress', data.ingressQos?.mappings)
  addQos(sheet, 'egress', data.egressQos?.mappings)
}

function addQos(sheet: Sheet, side: string, mappings: Mappings): void {
  if (!mappings) return
  const pairs = mappings.map(({ from, to }) => `${from}:${to} `).join('')
  sheet.add(
    `${side}_qos`,
    mappings.map(({ from, to }) => ({ from, to })),
    `${sheet.newline}      ${side}-qos-map { ${pairs}} `,
  )
}

export const vlan: Kinds = { vlan: { words: WORDS, print } }
