#!/usr/bin/env node
// What each command is built as, in CommonJS: it runs the command's bundle, which lies beside it, with the code that V8
// made of it in an earlier run.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { CodeCache } from './code-cache.ts'

/** The command's name, and its bundle's hash: scripts/build.mjs puts them here. */
declare const COMMAND: string
declare const HASH: string

/** What a bundle is: what CommonJS modules are to Node, and how it imports. */
type Bundle = (require: NodeJS.Require, filename: string, load: (path: string) => Promise<unknown>) => void

const bundle = join(__dirname, `${COMMAND}.bundle.js`)
const cache = new CodeCache(`${bundle}.${HASH}`)
const cachedData = cache.read()
// It is built as ASCII: nothing is to be decoded.
const script = new Script(readFileSync(bundle, 'latin1'), { filename: bundle, ...(cachedData && { cachedData }) })
cache.keep(script)
;(script.runInThisContext() as Bundle)(require, bundle, path => import(path))
