#!/usr/bin/env node
// What each command is built as, in CommonJS: it runs the command's bundle, which lies beside it, with the code that V8
// made of it in an earlier run. A second bundle has what few runs need, and is read when it is asked for.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { CodeCache } from './code-cache.ts'

/** The command's name, and its bundles' hashes: scripts/build.mjs puts them here. */
declare const COMMAND: string
declare const HASHES: Readonly<Record<string, string>>

/** What is loaded together: it answers what it exports. */
type Piece = () => unknown
/** What a bundle is: what CommonJS modules are to Node; how its pieces have each other, and what is imported. */
type Bundle = (
  require: NodeJS.Require,
  filename: string,
  load: (name: string) => unknown,
  later: (name: string) => Promise<unknown>,
) => Readonly<Record<string, Piece>>

const pieces: Record<string, Piece> = {}
const loaded: Record<string, unknown> = {}

function read(part: string): void {
  const path = join(__dirname, `${COMMAND}.${part}.js`)
  const cache = new CodeCache(`${path}.${HASHES[part]}`)
  const cachedData = cache.read()
  // It is built as ASCII: nothing is to be decoded.
  const script = new Script(readFileSync(path, 'latin1'), { filename: path, ...(cachedData && { cachedData }) })
  cache.keep(script)
  Object.assign(pieces, (script.runInThisContext() as Bundle)(require, path, load, later))
}

function load(name: string): unknown {
  if (Object.hasOwn(loaded, name)) return loaded[name]
  if (!pieces[name]) read('more')
  loaded[name] = pieces[name]!()
  return loaded[name]
}

/** What the library has too is imported; by this file, as V8 forgets how a script that it had compiled before imports. */
const later = async (name: string): Promise<unknown> => (name.startsWith('..') ? import(name) : load(name))

read('bundle')
load(`${COMMAND}.js`)
