// The options of nl-dump's commands: what each is called, what it means, how it is read. Help and man page print them.
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { PROTOCOL } from '../../netlink/message.ts'
import { type Filter, FilterError, parseFilter } from '../filter.ts'
import type { Format } from '../print.ts'
import { protocolNumber } from '../protocols.ts'
import { type Io, UsageError } from './io.ts'

export interface Option {
  readonly short?: string
  /** What stands behind it, in help: `PROTOCOL`. Without it, the option takes nothing. */
  readonly value?: string
  /** It may be given more than once; its values come as a list. */
  readonly isMany?: boolean
  readonly help: string
}
export type Options = Readonly<Record<string, Option>>

/** Every command has these. */
export const COMMON = {
  help: { short: 'h', help: 'this text' },
  version: { short: 'V', help: 'the version' },
} satisfies Options

/** How messages are read. */
export const READING = {
  protocol: {
    value: 'PROTOCOL',
    help: "route, generic, another protocol's name, or its number; wins over what the file says (without either: route)",
  },
} satisfies Options

/** Which messages are meant. */
export const CHOOSING = {
  filter: {
    value: 'EXPRESSION',
    help: "only what it is true for: 'type=RTM_NEWLINK && ifname=veth*'; = != ~ < > && || ! ( ), names by key or kernel name, or alone: is there",
  },
} satisfies Options

/** How messages are shown. */
export const SHOWING = {
  verbose: { short: 'v', help: 'the full tree: every field and attribute' },
  hex: { help: 'every byte, with the name, type, length, padding and offset of its attribute' },
  json: { help: 'one JSON object a message, a line each' },
  color: { value: 'WHEN', help: 'always, never, or auto (the default): on a terminal, without NO_COLOR' },
} satisfies Options

/** What a command line says. */
export interface Given {
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
  /** Files, or what else the command takes. */
  readonly operands: readonly string[]
}

type Parsed = NonNullable<ParseArgsConfig['options']>
const declared = (options: Options): Parsed =>
  Object.fromEntries(
    Object.entries(options).map(([name, { short, value, isMany }]) => [
      name,
      { type: value ? 'string' : 'boolean', ...(short ? { short } : {}), ...(isMany ? { multiple: true } : {}) },
    ]),
  )

/** Reads a command line by `options`. Throws UsageError for what is none of them. */
export function parse(args: readonly string[], options: Options): Given {
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: declared(options) })
    return { values: values as Given['values'], operands: positionals }
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]!)
  }
}

/** Where the first argument stands that is neither an option nor an option's value; -1 where there is none. */
export function firstOperand(args: readonly string[], options: Options): number {
  const config = { args: [...args], allowPositionals: true, strict: false, tokens: true, options: declared(options) }
  const { tokens } = parseArgs(config) as { tokens: readonly { kind: string; index: number }[] }
  return tokens.find(token => token.kind === 'positional')?.index ?? -1
}

// ── the values, checked ────────────────────────────────────────────────────

/** How to read and show messages, as READING and SHOWING say. */
export interface View {
  readonly format: Format
  readonly colors: boolean
  /** The protocol that wins over what a source says. */
  readonly protocol: number | undefined
  /** Left out: all messages. */
  readonly filter?: Filter | undefined
}

export function viewOf({ values }: Given, io: Io): View {
  const formats = (['json', 'hex', 'verbose'] as const).filter(name => values[name])
  if (formats.length > 1) throw new UsageError(`--${formats[0]} and --${formats[1]} exclude each other`)
  const [format] = formats
  return {
    format: format === undefined ? 'line' : format === 'verbose' ? 'tree' : format,
    colors: colorsOf(values['color'], io),
    protocol: protocolOf({ values }),
    filter: filterOf({ values }),
  }
}

export function filterOf({ values }: Pick<Given, 'values'>): Filter | undefined {
  const text = values['filter']
  try {
    return text === undefined ? undefined : parseFilter(String(text))
  } catch (error) {
    if (error instanceof FilterError) throw new UsageError(`--filter: ${error.message}`)
    throw error
  }
}

export function colorsOf(when: unknown, io: Io): boolean {
  if (when === 'always') return true
  if (when === 'never') return false
  if (when === undefined || when === 'auto') return io.colors
  throw new UsageError(`--color ${when}: it is always, auto or never`)
}

export function protocolOf({ values }: Pick<Given, 'values'>): number | undefined {
  const text = values['protocol']
  if (text === undefined) return undefined
  const protocol = protocolNumber(String(text))
  if (protocol === undefined)
    throw new UsageError(
      `--protocol ${text}: it is a name (${[...PROTOCOL.byWord.keys()].join(', ')}) or a number below 256`,
    )
  return protocol
}

/** The files of a command line; at least one. */
export function filesOf({ operands }: Given): readonly string[] {
  if (operands.length === 0) throw new UsageError("no file is given ('-' is standard input)")
  return operands
}
