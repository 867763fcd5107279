// The package as strangers get it: what is in it, what its types are, what an import loads, and where it works.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { Project, root, run } from './project.ts'

const MEGABYTE = 1_000_000
const TOOLS = join(root, 'tools/node_modules')

const CAPTURES = join(root, 'fixtures/captures')
const HEX = join(root, 'fixtures/link/add-ifb.hex')

// It may leave compiled code beside it, which is not packed.
run(process.execPath, [join(root, 'dist/bin/nl-dump.js'), HEX])
const project = new Project()
afterAll(() => project.remove())
const packed = project.pack()
const uninstalled = project.install(packed.tarball)
if (uninstalled) process.stdout.write(`the package is not tried as installed: ${uninstalled}\n`)
const noTools = existsSync(TOOLS) ? undefined : "tools/ are not installed ('npm ci --prefix tools')"
if (noTools) process.stdout.write(`publint and attw do not look at the package: ${noTools}\n`)

describe('the tarball', () => {
  test('is under a megabyte', () => {
    process.stdout.write(`the tarball has ${packed.size} bytes, ${packed.files.length} files\n`)
    expect(packed.size).toBeLessThan(MEGABYTE)
  })
  test('has what is built, and no sources, tests or fixtures', () => {
    const elsewhere = packed.files.filter(file => !/^(dist|man)\//.test(file))
    expect(elsewhere.toSorted()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'])
    expect(packed.files.filter(file => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([])
    expect(packed.files.filter(file => file.startsWith('dist/bin/')).toSorted()).toEqual([
      'dist/bin/netloom.bundle.js',
      'dist/bin/netloom.js',
      'dist/bin/netloom.more.js',
      'dist/bin/nl-dump.bundle.js',
      'dist/bin/nl-dump.js',
      'dist/bin/nl-dump.more.js',
      'dist/bin/package.json',
    ])
  })
  test.skipIf(noTools)('publint finds nothing', () => {
    const { status, stdout } = run(process.execPath, [
      join(TOOLS, 'publint/src/cli.js'),
      'run',
      '--strict',
      packed.tarball,
    ])
    expect(stdout).toContain('All good!')
    expect(status).toBe(0)
  })
  test.skipIf(noTools)('attw finds the types of every entry', () => {
    const attw = join(TOOLS, '@arethetypeswrong/cli/dist/index.js')
    const { status, stdout } = run(process.execPath, [
      attw,
      '--profile',
      'esm-only',
      '--format',
      'ascii',
      packed.tarball,
    ])
    expect([status, stdout]).toEqual([0, expect.stringContaining('node16 (from ESM): 🟢 (ESM)')])
  })
})

const CONSUMER = `
import { address, link, Netlink, type NetlinkError, netns } from 'netloom'
import { dissect, print } from 'netloom/dump'
import { FakeSocket, linkMessage, object, type Script } from 'netloom/testing'

const script: Script = (sent, kernel) =>
  kernel.dump(sent, [object(linkMessage, 'RTM_NEWLINK', { header: { index: 1 }, attributes: { name: 'lo' } })])
const host: Netlink = Netlink.open({ socket: () => new FakeSocket(script) })
export const links = await host.run(link.list())
const names: (string | undefined)[] = links.map(one => one.name)
export const words = links.map(({ family, type, flags, operState }) => ({ family, type, flags, operState }))
const batch: [undefined | void, string | undefined] = [undefined, names[0]]
host.close()
console.log(batch[1], typeof dissect, typeof print, typeof netns.open, typeof address.add)
export type { NetlinkError }
`
const MISTAKE = `import { link } from 'netloom'\n// @ts-expect-error a link has no such setting\nlink.set('lo', { speed: 5 })\n`
const PLAIN = CONSUMER.split('\n')
  .filter(line => !/^(export type|const batch)/.test(line))
  .join('\n')
  .replaceAll(/, type \w+|: (Netlink|Script|\(string \| undefined\)\[\])(?= =)/g, '')
  .replace('batch[1]', 'names[0]')

describe.skipIf(uninstalled)('installed in an empty project, without scripts', () => {
  describe.each([
    ['bundler', { module: 'esnext', moduleResolution: 'bundler' }],
    ['node16', { module: 'node16', moduleResolution: 'node16' }],
    ['nodenext', { module: 'nodenext', moduleResolution: 'nodenext' }],
  ])('TypeScript with moduleResolution %s', (name, options) => {
    test('has its types, whole and strict', () => {
      project.write('consumer.mts', CONSUMER)
      project.write('mistake.mts', MISTAKE)
      const config = {
        compilerOptions: {
          ...options,
          target: 'es2022',
          strict: true,
          noEmit: true,
          // The types of its exports have names that it can import.
          declaration: true,
          skipLibCheck: false,
          types: ['node'],
        },
        files: ['consumer.mts', 'mistake.mts'],
      }
      project.write(`tsconfig.${name}.json`, JSON.stringify(config))
      const tsc = join(root, 'node_modules/@typescript/native/bin/tsc')
      const { status, stdout } = run(process.execPath, [tsc, '-p', `tsconfig.${name}.json`], project.directory)
      expect([status, stdout]).toEqual([0, ''])
    })
  })

  test('works from plain ES modules', () => {
    expect(project.node('plain.mjs', PLAIN)).toMatchObject({
      stdout: 'lo function function function function\n',
      stderr: '',
    })
  })
  test.runIf((process.features as { require_module?: boolean }).require_module)(
    'works from CommonJS, by require() of a module',
    () => {
      const source = `
        const { link } = require('netloom')
        const { FakeSocket } = require('netloom/testing')
        console.log(typeof link.add, typeof FakeSocket, typeof require('netloom/dump').dissect)`
      const { stdout, status } = project.node('common.cjs', source)
      expect([status, stdout]).toEqual([0, 'function function function\n'])
    },
  )
  test('without require() of modules, Node says how, and that works', () => {
    const options = ['--no-experimental-require-module']
    const { stderr } = project.node('old.cjs', "require('netloom')", options)
    expect(stderr).toMatch(/ERR_REQUIRE_ESM|dynamic import\(\)/)
    const { stdout } = project.node('how.cjs', "import('netloom').then(m => console.log(typeof m.link.add))", options)
    expect(stdout).toBe('function\n')
  })
  test('the commands are there', () => {
    expect(project.command('netloom.js', ['-V']).stdout).toMatch(/^netloom/)
    expect(project.command('nl-dump.js', ['--version']).stdout).toMatch(/\d+\.\d+\.\d+/)
  })

  /** The packages whose modules are loaded after an import of `entry`. */
  const loadedBy = (entry: string): string[] => {
    const source = `
      import { createRequire, register } from 'node:module'
      import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
      const { port1, port2 } = new MessageChannel()
      const hook = 'let port; export const initialize = data => { port = data.port };' +
        'export const load = (url, context, next) => { port.postMessage(url); return next(url, context) }'
      register('data:text/javascript,' + encodeURIComponent(hook), { data: { port: port2 }, transferList: [port2] })
      await import('${entry}')
      const urls = Object.keys(createRequire(import.meta.url).cache)
      for (let next; (next = receiveMessageOnPort(port1)); ) urls.push(next.message)
      const packages = urls.map(url => /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1]).filter(Boolean)
      console.log(JSON.stringify([...new Set(packages)].sort()))
      process.exit()`
    const { stdout, stderr } = project.node('loaded.mjs', source)
    expect(stderr).toBe('')
    return JSON.parse(stdout)
  }
  test.each([
    ['netloom', ['netloom']],
    ['netloom/testing', ['netloom']],
    ['netloom/dump', ['netloom', 'picocolors']],
  ])('an import of %s loads only what it needs', (entry, packages) => {
    expect(loadedBy(entry)).toEqual(packages)
  })
  // They are a tenth of the memory that it takes.
  test("an import of netloom loads none of Node's modules that bring others", () => {
    const source = "import 'netloom'; console.log(process.moduleLoadList.join('\\n'))"
    const loaded = project.node('list.mjs', source).stdout.split('\n')
    expect(loaded).toContain('NativeModule fs')
    for (const name of ['stream', 'net', 'dgram', 'crypto', 'child_process', 'worker_threads', 'cluster'])
      expect(loaded).not.toContain(`NativeModule ${name}`)
  })
})

/** A preload that pretends another system, or that koffi is not installed. */
const preload = (source: string): string[] => ['--import', `data:text/javascript,${encodeURIComponent(source)}`]
const on = (platform: string): string[] =>
  preload(`Object.defineProperty(process, 'platform', { value: '${platform}' })`)
const withoutKoffi = preload(`
  import Module from 'node:module'
  const resolve = Module._resolveFilename
  Module._resolveFilename = (name, ...rest) => {
    if (/(^|\\/)koffi(\\.node)?$/.test(name)) throw Object.assign(new Error("Cannot find module 'koffi'"), { code: 'MODULE_NOT_FOUND' })
    return resolve(name, ...rest)
  }`)

describe.skipIf(uninstalled).each([
  ['macOS', on('darwin'), "netlink is Linux's: this is darwin; nl-dump on files works here, networking does not"],
  ['Windows', on('win32'), "netlink is Linux's: this is win32; nl-dump on files works here, networking does not"],
  ['Linux without koffi', withoutKoffi, 'koffi, through which netloom makes system calls, cannot be loaded on'],
])('on %s', (_name, options, sentence) => {
  test('everything can be imported, and requests are made as bytes', () => {
    const source = `
      import { link, requestBytes } from 'netloom'
      import 'netloom/dump'
      import 'netloom/testing'
      console.log(requestBytes(link.add({ kind: 'bridge', name: 'br0' })).length)`
    expect(project.node('import.mjs', source, options)).toMatchObject({ status: 0, stdout: '56\n', stderr: '' })
  })
  test('what needs the network fails with one sentence', () => {
    const source = `
      import { Netlink, netns } from 'netloom'
      const calls = {
        open: () => Netlink.open(),
        create: () => netns.create('x'),
        openSelf: () => Netlink.open({ netns: { pid: process.pid } }),
        watch: () => netns.watch()[Symbol.asyncIterator]().next(),
        delete: () => netns.delete('x', { force: true }),
      }
      for (const [name, call] of Object.entries(calls)) {
        try { await call(); console.log(name + ': worked') } catch (error) { console.log(name + ': ' + error.name + ': ' + error.message) }
      }`
    const { stdout } = project.node('fails.mjs', source, options)
    for (const line of stdout.trim().split('\n')) expect(line).toContain(`UnsupportedError: ${sentence}`)
    expect(stdout.trim().split('\n')).toHaveLength(5)
  })
  test('nl-dump reads files', () => {
    for (const file of [HEX, join(CAPTURES, 'netlink.pcap'), join(CAPTURES, 'netlink.pcapng')]) {
      const { status, stdout, stderr } = project.command('nl-dump.js', [file], options)
      expect([status, stderr]).toEqual([0, ''])
      expect(stdout).toContain('RTM_')
    }
  })
  test('netloom says it', () => {
    const { status, stderr } = project.command('netloom.js', ['link', 'show'], options)
    expect([status !== 0, stderr]).toEqual([true, expect.stringContaining(sentence)])
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})

describe.skipIf(uninstalled)('where code may not be generated from strings', () => {
  const options = ['--disallow-code-generation-from-strings']
  test('messages are decoded all the same', () => {
    expect(project.node('strict.mjs', PLAIN, options)).toMatchObject({ status: 0, stderr: '', stdout: /^lo / })
  })
  test('nl-dump explains hex', () => {
    const { status, stdout } = project.command('nl-dump.js', [HEX], options)
    expect([status, stdout]).toEqual([0, expect.stringContaining('RTM_NEWLINK')])
  })
  test.each(['netlink.pcap', 'netlink.pcapng'])('nl-dump says why it cannot read %s', file => {
    const { status, stderr } = project.command('nl-dump.js', [join(CAPTURES, file)], options)
    expect(status).not.toBe(0)
    expect(stderr).toContain(
      'captures are read by binary-parser, which generates code, and this Node may not (--disallow-code-generation-from-strings)',
    )
  })
})
