// `ip link set DEV vf NUM …` and what `ip link show` says of virtual functions, as iproute2 6.1 does both.
import { macBytes, macText } from '../../netlink/text.ts'
import type { Link, LinkAttributesInput } from '../../route/link.ts'
import type { Sheet } from '../sheet.ts'
import { choice, expected, integer, type Keywords, keyword, onOff, type Words, whole } from '../words.ts'
import { hardwareAddress, typeName } from './link-words.ts'

type VfList = NonNullable<LinkAttributesInput['vfInfoList']>
type Vf = {
  -readonly [K in keyof NonNullable<NonNullable<VfList['vfs']>[number]>]: NonNullable<
    NonNullable<VfList['vfs']>[number]
  >[K]
}

// ── reading ────────────────────────────────────────────────────────────────

interface VfWords {
  readonly vf: number
  readonly info: Vf
}

const setting = (key: 'spoofchk' | 'rssQueryEnabled' | 'trust') =>
  whole<VfWords>((words, { vf, info }) => void (info[key] = { vf, setting: onOff(words, words.last) ? 1 : 0 }))
const guid = (key: 'ibNodeGuid' | 'ibPortGuid') =>
  whole<VfWords>((words, { vf, info }) => {
    const text = words.take('a GUID')
    const bytes = macBytes(text)
    if (bytes?.length !== 8) throw words.wrong('Invalid GUID format', '00:11:22:33:44:55:66:77')
    info[key] = { vf, guid: new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0) }
  })
const rate = (key: 'maxTxRate' | 'minTxRate', name: string) =>
  whole<VfWords>((words, { vf, info }) => {
    info.rate = { vf, minTxRate: 0, maxTxRate: 0, ...info.rate, [key]: integer(words, `Invalid "${name}" value`) }
  })

const WORDS: Keywords<VfWords> = {
  mac: whole((words, { vf, info }) => void (info.mac = { vf, mac: padded(hardwareAddress(words)) })),
  vlan: whole((words, { vf, info }) => {
    const vlan = { vf, vlan: integer(words, 'Invalid "vlan" value'), qos: 0 }
    if (words.next === 'qos') {
      words.take()
      vlan.qos = integer(words, 'Invalid "qos" value')
    }
    if (words.next !== 'proto') {
      info.vlan = vlan
      return
    }
    words.take()
    const protocol = choice(words, ['802.1Q', '802.1ad'], 'protocol is invalid')
    info.vlanList = { vlans: [...(info.vlanList?.vlans ?? []), { ...vlan, protocol }] }
  }),
  rate: whole((words, { vf, info }) => void (info.txRate = { vf, rate: integer(words, 'Invalid "rate" value') })),
  max_tx_rate: rate('maxTxRate', 'max tx rate'),
  min_tx_rate: rate('minTxRate', 'min tx rate'),
  spoofchk: setting('spoofchk'),
  query_rss: setting('rssQueryEnabled'),
  trust: setting('trust'),
  state: whole((words, { vf, info }) => {
    info.linkState = {
      vf,
      linkState: choice<'auto' | 'enable' | 'disable'>(words, ['auto', 'enable', 'disable'], 'Invalid "state" value'),
    }
  }),
  node_guid: guid('ibNodeGuid'),
  port_guid: guid('ibPortGuid'),
}

/** An address in the 32 bytes that the kernel has for it. */
const padded = (address: string): string => {
  const bytes = new Uint8Array(32)
  bytes.set(macBytes(address)!.subarray(0, 32))
  return macText(bytes, 0, bytes.length)
}

/** Reads what stands behind `vf`: its number and its settings, up to a word that is none of them. */
export function readVf(words: Words, extra: { vfInfoList?: LinkAttributesInput['vfInfoList'] }): void {
  const vf = integer(words, 'Invalid "vf" value')
  const info: Vf = {}
  for (let name = keyword(WORDS, words); name !== undefined; name = keyword(WORDS, words)) {
    words.at++
    WORDS[name]!.read(words, { vf, info })
  }
  if (Object.keys(info).length === 0) {
    const word = words.take('a setting of the function: mac, vlan, …')
    throw words.fail(`"${word}" is no setting of a virtual function`, expected(word, Object.keys(WORDS)), 255)
  }
  extra.vfInfoList = { vfs: [...(extra.vfInfoList?.vfs ?? []), info] }
}

// ── printing ───────────────────────────────────────────────────────────────

type Shown = NonNullable<NonNullable<Link['vfInfoList']>['vfs']>[number]

/** A line a function. */
export function addFunctions(sheet: Sheet, link: Link): void {
  const vfs = link.vfInfoList?.vfs ?? []
  if (vfs.length === 0) return
  sheet.list('vfinfo_list', vfs, vf => addFunction(sheet, link, vf))
}

function addFunction(sheet: Sheet, link: Link, vf: Shown): void {
  if (!vf.mac) return
  const length = link.type === 'infiniband' ? 20 : 6
  const address = (text: string): string => text.split(':').slice(0, length).join(':')
  const type = typeName(link.type, sheet.show)
  sheet.add('vf', vf.mac.vf, `${sheet.newline}    vf ${vf.mac.vf} `)
  sheet.add('link_type', type, `    link/${type} `)
  sheet.add('address', address(vf.mac.mac), sheet.paint('mac', address(vf.mac.mac)))
  if (vf.broadcast) {
    const text = address(vf.broadcast.broadcast)
    sheet.add(
      'broadcast',
      text,
      `${link.flags.includes('pointopoint') ? ' peer ' : ' brd '}${sheet.paint('mac', text)}`,
    )
  }
  addVlans(sheet, vf)
  if (vf.txRate?.rate) sheet.add('tx_rate', vf.txRate.rate, `, tx rate ${vf.txRate.rate} (Mbps)`)
  if (vf.rate) {
    const { maxTxRate, minTxRate } = vf.rate
    sheet.note('rate', { max_tx: maxTxRate, min_tx: minTxRate })
    if (maxTxRate) sheet.say(`, max_tx_rate ${maxTxRate}Mbps`)
    if (minTxRate) sheet.say(`, min_tx_rate ${minTxRate}Mbps`)
  }
  addSwitch(sheet, 'spoofchk', 'spoof checking', vf.spoofchk)
  if (vf.ibNodeGuid) addGuid(sheet, 'node guid', 'NODE_GUID', vf.ibNodeGuid.guid)
  if (vf.ibPortGuid) addGuid(sheet, 'port guid', 'PORT_GUID', vf.ibPortGuid.guid)
  if (vf.linkState) sheet.add('link_state', String(vf.linkState.linkState), `, link-state ${vf.linkState.linkState}`)
  addSwitch(sheet, 'trust', 'trust', vf.trust)
  addSwitch(sheet, 'query_rss_en', 'query_rss', vf.rssQueryEnabled)
  if (vf.stats && sheet.show.statistics > 0) addStatistics(sheet, vf.stats)
}

function addVlans(sheet: Sheet, { vlanList, vlan }: Shown): void {
  const vlans = vlanList?.vlans ?? (vlan ? [{ ...vlan, protocol: '802.1Q' as const }] : [])
  const add = ({ vlan: id, qos, protocol }: (typeof vlans)[number]): void => {
    if (id) sheet.add('vlan', id, `, vlan ${id}`)
    if (qos) sheet.add('qos', qos, `, qos ${qos}`)
    if (id && protocol !== '802.1Q') sheet.add('protocol', String(protocol), `, vlan protocol ${protocol}`)
  }
  if (vlanList) sheet.list('vlan_list', vlans, add)
  else vlans.forEach(add)
}

/** All ones: the driver does not say. */
function addSwitch(sheet: Sheet, key: string, word: string, value: { readonly setting: number } | undefined): void {
  if (value && value.setting !== 0xffffffff)
    sheet.add(key, value.setting !== 0, `, ${word} ${value.setting ? 'on' : 'off'}`)
}

function addGuid(sheet: Sheet, key: string, word: string, guid: bigint): void {
  const text = guid
    .toString(16)
    .padStart(16, '0')
    .replace(/(..)(?!$)/g, '$1:')
  sheet.add(key, text, `, ${word} ${text}`)
}

function addStatistics(sheet: Sheet, stats: NonNullable<Shown['stats']>): void {
  const { rxBytes = 0n, rxPackets = 0n, multicast = 0n, broadcast = 0n, rxDropped = 0n } = stats
  const { txBytes = 0n, txPackets = 0n, txDropped = 0n } = stats
  sheet.note('stats', {
    rx: { bytes: rxBytes, packets: rxPackets, multicast, broadcast, dropped: rxDropped },
    tx: { bytes: txBytes, packets: txPackets, dropped: txDropped },
  })
  const columns = (widths: readonly number[], values: readonly (bigint | string)[]): string =>
    values.map((value, i) => `${String(value).padEnd(widths[i] ?? 7)} `).join('')
  const { newline } = sheet
  const widths = [10, 8, 7, 7, 7]
  sheet.say(
    `${newline}    RX: bytes  packets  mcast   bcast   dropped${newline}    ${columns(widths, [rxBytes, rxPackets, multicast, broadcast, rxDropped])}`,
  )
  sheet.say(
    `${newline}    TX: bytes  packets   dropped${newline}    ${columns(widths, [txBytes, txPackets, txDropped])}`,
  )
}
