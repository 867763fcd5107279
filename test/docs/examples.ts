// The examples of the docstrings, found in the sources and made runnable. In an example without imports, everything that
// netloom exports is there, and `host`: a `Netlink` in a namespace with eth0 (192.0.2.1/24, 2001:db8::1/64; its wire ends
// in `wire`), the bridge br0 with the port veth1 (veth2 at its other end), and the named namespace ns1.
import * as fs from 'node:fs'
import { join, relative } from 'node:path'
import { inspect } from 'node:util'
import { transform } from 'esbuild'
import * as dump from '../../src/dump/index.ts'
import * as netloom from '../../src/index.ts'
import * as testing from '../../src/testing/index.ts'

const SOURCES = join(import.meta.dirname, '../../src')
const ENTRIES: Readonly<Record<string, object>> = {
  netloom,
  'netloom/dump': dump,
  'netloom/testing': testing,
  'node:fs': fs,
}
/** Of an asynchronous function made of text. */
const AsyncFunction = (async () => {}).constructor as new (
  ...texts: string[]
) => (...values: unknown[]) => Promise<void>

export interface Example {
  /** The source file, from src/ on. */
  readonly file: string
  /** The declaration it stands before. */
  readonly name: string
  readonly code: string
  /** Whether it talks to the kernel. */
  readonly kernel: boolean
}

const DOCUMENTED =
  /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n\s*(?:export )?(?:abstract )?(?:async )?(?:function\*?|const|class|static|type|interface) (\w+)/g
const FENCE = /@example[^\n]*\n```ts\n([\s\S]*?)```/g

function examplesOf(path: string): Example[] {
  const file = relative(SOURCES, path)
  return [...fs.readFileSync(path, 'utf8').matchAll(DOCUMENTED)].flatMap(([, comment, name]) => {
    const text = comment!.replace(/^[ \t]*\* ?/gm, '')
    return [...text.matchAll(FENCE)].map(([, code]) => ({
      file,
      name: name!,
      code: code!,
      kernel: /\bhost\.|\bnetns\.|Netlink\.open\(/.test(code!) && !code!.includes('FakeSocket'),
    }))
  })
}

export const EXAMPLES: readonly Example[] = fs
  .readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .toSorted()
  .flatMap(name => examplesOf(join(SOURCES, name)))

/** What an example says that it prints: the comments behind its console.log. */
const promised = (code: string): string[] =>
  [...code.matchAll(/console\.log\(.*\)\)? \/\/ (.*)$/gm)].map(([, text]) => text!)
const printing = (code: string): number => [...code.matchAll(/console\.log\(/g)].length

export interface Outcome {
  readonly printed: readonly string[]
  /** Where every console.log says what it prints. */
  readonly promised: readonly string[] | undefined
}

/** Runs an example. */
export async function runExample({ code }: Example, host?: netloom.Netlink): Promise<Outcome> {
  const printed: string[] = []
  const log = (...values: unknown[]): void => {
    printed.push(values.map(value => (typeof value === 'string' ? value : inspect(value))).join(' '))
  }
  const imports = /^import (?:type )?(\{[^}]*\}) from '([^']*)'$/gm
  const own = code.replace(
    imports,
    (_line, names: string, from: string) => `const ${names.replace(/\btype \w+,?/g, '')} = entries['${from}']`,
  )
  const ambient = `const {${free(netloom, own)}} = entries['netloom']`
  const { code: body } = await transform(`${own === code ? ambient : ''}\n{\n${own}\n}`, {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
  })
  const run = new AsyncFunction('entries', 'console', 'host', body)
  await run(ENTRIES, { log }, host)
  const said = promised(code)
  return { printed, promised: said.length === printing(code) && said.length > 0 ? said : undefined }
}

/** The names of an entry that an example uses. */
const free = (all: object, code: string): string =>
  Object.keys(all)
    .filter(name => new RegExp(`\\b${name}\\b`).test(code))
    .join(', ')

// ── which functions are exported ───────────────────────────────────────────

/** By what it is called where it is declared. */
export interface Exported {
  readonly file: string
  readonly name: string
}

/** Exported so that other modules of ours can use them. */
const INTERNAL = new Set(['prepareAction', 'prepareActions'])

/** Every function that an entry exports, by itself or in a namespace, with the file it is declared in. */
export function exportedFunctions(entry: string): Exported[] {
  return functionsOf(entry, ENTRIES[entry === 'index.ts' ? 'netloom' : `netloom/${entry.split('/')[0]}`]!)
}

function functionsOf(file: string, exported: object): Exported[] {
  const text = fs.readFileSync(join(SOURCES, file), 'utf8')
  return Object.entries(exported).flatMap(([name, value]) => {
    if (INTERNAL.has(name)) return []
    if (typeof value === 'function')
      return /^class\b/.test(Function.prototype.toString.call(value)) ? [] : [declared(file, text, name)]
    if (value?.[Symbol.toStringTag] !== 'Module') return []
    const from = new RegExp(`export \\* as ${name} from '([^']*)'`).exec(text)?.[1]
    return from === undefined ? [] : functionsOf(join(file, '..', from), value)
  })
}

function declared(file: string, text: string, name: string): Exported {
  for (const [, names, from] of text.matchAll(/export \{([^}]*)\}(?: from '([^']*)')?/g)) {
    const local = names!
      .split(',')
      .map(one => /^(?:type )?(\w+)(?: as (\w+))?$/.exec(one.trim()))
      .find(one => one && (one[2] ?? one[1]) === name)
    if (local) return { file: from === undefined ? file : join(file, '..', from), name: local[1]! }
  }
  return { file, name }
}
