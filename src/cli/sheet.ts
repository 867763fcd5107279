// What the printers share: what is to be shown, the names of what has only numbers, and a sheet on which an object's
// text and its JSON are written side by side. No I/O.
import type { BpfProgramInfo } from '../sys/libc.ts'
import { type Json, type JsonObject, writeJson } from './json.ts'

/** How to show things: iproute2's global options. */
export interface Show {
  /** `-j`, `-p` */
  readonly json: boolean
  readonly pretty: boolean
  /** `-d` */
  readonly details: boolean
  /** How often `-s` was given. */
  readonly statistics: number
  /** `-o`: an object a line. */
  readonly oneline: boolean
  /** `-br` */
  readonly brief: boolean
  /** `-h`: 1.25k; with `-iec` 1.22Ki. */
  readonly human: boolean
  readonly iec: boolean
  /** `-c`: the colours for a light or a dark background. */
  readonly color: 'light' | 'dark' | undefined
  /** Which addresses: `-4`, `-6`, `-0` (packet: links alone), `-M`, `-B`. */
  readonly family: 'unspec' | 'inet' | 'inet6' | 'mpls' | 'packet' | 'bridge'
  /** `-t`, `-ts`: how `monitor` tells the time. */
  readonly timestamp: 'long' | 'short' | undefined
  /** `-r`: names of hosts instead of their addresses. */
  readonly resolve: boolean
  /** `-N`: numbers instead of the names of protocols, scopes, tables… */
  readonly numeric: boolean
  /** `bridge -compressvlans`: ranges of VLANs. */
  readonly compressVlans: boolean
  /** tc's own: `-raw`, `-graph`, `-names` (and the file of names, `-cf`). */
  readonly raw: boolean
  readonly graph: boolean
  readonly names: boolean
  readonly namesFile: string | undefined
}

const PLAIN: Show = {
  json: false,
  pretty: false,
  details: false,
  statistics: 0,
  oneline: false,
  brief: false,
  human: false,
  iec: false,
  color: undefined,
  family: 'unspec',
  timestamp: undefined,
  resolve: false,
  numeric: false,
  compressVlans: false,
  raw: false,
  graph: false,
  names: false,
  namesFile: undefined,
}

/** Options, the others as they are without any. */
export const showing = (options: Partial<Show> = {}): Show => ({ ...PLAIN, ...options })

/** Names for numbers. The commands look them up in the kernel when a printer asks; tests hold them in a map. */
export interface Names {
  /** A link of this namespace; undefined: there is none of that index. */
  link(index: number): { readonly name: string; readonly up: boolean } | undefined
  /** The name of the namespace that has this id here. */
  netns(nsid: number): string | undefined
  user?(id: number): string | undefined
  group?(id: number): string | undefined
  /** The name of a host by its address, for `-r`. */
  hostName?(address: string): string | undefined
  /** The name of a set of ipset(8); undefined: there is none of that number, or nobody to ask. */
  setName?(index: number): string | undefined
  /** What the kernel tells of a loaded BPF program; undefined: nothing. */
  program?(id: number): BpfProgramInfo | undefined
}

/** An address, or with `-r` the name of its host. */
export const hostOf = (address: string, show: Show, names: Names): string =>
  (show.resolve ? names.hostName?.(address) : undefined) ?? address

/** Names from a list of links alone. */
export function namesOf(links: Iterable<{ index: number; name?: string; up: boolean }>): Names {
  const byIndex = new Map([...links].map(({ index, name = '', up }) => [index, { name, up }]))
  return { link: index => byIndex.get(index), netns: () => undefined }
}

/** A link's name, `if7` where it is not known. */
export const linkName = (names: Names, index: number): string => names.link(index)?.name ?? `if${index}`

/** The colours of iproute2's `-c`; on a dark background they are bold. */
const COLORS = { link: 36, mac: 33, inet: 35, inet6: 34, up: 32, down: 31 } as const

/** One object, as text and as JSON. */
export class Sheet {
  text = ''
  #json: Record<string, Json> = {}
  readonly show: Show
  /** What ends a line inside the object: with `-o` a backslash. */
  readonly newline: string

  constructor(show: Show) {
    this.show = show
    this.newline = show.oneline ? '\\' : '\n'
  }

  get json(): JsonObject {
    return this.#json
  }

  /** Writes both; left out, the text is `KEY VALUE ` as most of iproute2's. */
  add(key: string, value: Json, text = `${key} ${value} `): void {
    this.#json[key] = value
    this.text += text
  }

  /** Text only. */
  say(text: string): void {
    this.text += text
  }

  /** JSON only. */
  note(key: string, value: Json): void {
    this.#json[key] = value
  }

  /** What `fill` adds lies in an object of its own in the JSON; the text goes on. */
  inside(key: string, fill: () => void): void {
    const outer = this.#json
    const inner = (this.#json = {})
    fill()
    this.#json = outer
    outer[key] = inner
  }

  /** What `fill` adds for each item lies in an object of its own, in a list; the text goes on. */
  list<T>(key: string, items: readonly T[], fill: (item: T) => void): void {
    const outer = this.#json
    outer[key] = items.map(item => {
      const inner: Record<string, Json> = {}
      this.#json = inner
      fill(item)
      return inner
    })
    this.#json = outer
  }

  paint(color: keyof typeof COLORS | undefined, text: string): string {
    if (!this.show.color || !color) return text
    return `\x1b[${this.show.color === 'dark' ? '1;' : ''}${COLORS[color]}m${text}\x1b[0m`
  }
}

/** The sheets of a list, as text or as one JSON array. */
export function finish(sheets: readonly Sheet[], show: Show): string {
  if (!show.json) return sheets.map(sheet => sheet.text).join('')
  return `${writeJson(
    sheets.map(sheet => sheet.json),
    show.pretty,
  )}\n`
}
