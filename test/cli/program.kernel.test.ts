// The command as a program: bundled, called by its name and as `ip`, its pipes and exit status.

import { spawnSync } from 'node:child_process'
import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createNamed, deleteNamed } from '../../src/netns/named.ts'
import { type Result, spawn } from './differential/twins.ts'

const NAMES = { work: 'program', other: 'program-other' }

describe('the program', () => {
  const bundle = join(import.meta.dirname ?? '', '../../node_modules/.cache/netloom-differential.js')
  const asIp = '/run/as/ip'

  beforeAll(async () => {
    for (const name of Object.values(NAMES)) createNamed(name)
    await build({
      entryPoints: [join(import.meta.dirname ?? '', '../../src/bin/netloom.ts')],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      external: ['koffi'],
      banner: { js: "import { createRequire as __c } from 'node:module'; const require = __c(import.meta.url);" },
    })
    spawnSync('mkdir', ['-p', '/run/as'])
    symlinkSync(bundle, asIp)
  })
  afterAll(() => {
    for (const name of Object.values(NAMES)) deleteNamed(name)
    rmSync(bundle, { force: true })
  })

  const netloom = (script: string): Result =>
    spawn('sh', ['-c', script.replaceAll('NETLOOM', `node ${bundle}`).replaceAll('IP', `node ${asIp}`)])

  it('runs a command inside, with its own exit status', () => {
    const { out, status } = netloom(
      `IP netns exec ${NAMES.other} sh -c 'cat; exit 7' <<< hi`.replace('<<< hi', '</dev/null'),
    )
    expect(out).toBe('')
    expect(status).toBe(7)
  })

  it('is quiet and done when nobody reads any more', () => {
    const { err } = netloom(`NETLOOM -n ${NAMES.work} -d link | head -c 1 >/dev/null`)
    expect(err).toBe('')
  })

  it('is ip when called so', () => {
    const { out, status } = netloom('IP -V')
    expect(out).toMatch(/^ip utility, iproute2-/)
    expect(status).toBe(0)
  })

  it('saves addresses as ip reads them, and restores what ip saved', () => {
    const inside = `ip netns exec ${NAMES.work}`
    netloom(
      `NETLOOM -n ${NAMES.work} addr add 192.0.2.1/24 dev lo label lo:saved; NETLOOM -n ${NAMES.work} addr add 2001:db8::1/64 dev lo`,
    )
    netloom(`NETLOOM -n ${NAMES.work} addr save >/run/ours; ip -n ${NAMES.work} addr save >/run/theirs`)
    const shown = (command: string): string =>
      netloom(`${command} <${command.startsWith('ip') ? '/run/ours' : '/run/theirs'}`).out
    expect(shown('ip addr showdump')).toBe(shown('NETLOOM addr showdump'))
    expect(shown('NETLOOM addr showdump')).toContain('if1:\n    inet 192.0.2.1/24 scope global lo:saved')
    const before = netloom(`ip -n ${NAMES.work} addr`).out
    netloom(`ip -n ${NAMES.work} addr flush dev lo`)
    const { err, status } = netloom(`${inside} node ${bundle} addr restore </run/theirs`)
    expect([err, status]).toEqual(['', 0])
    expect(netloom(`ip -n ${NAMES.work} addr`).out).toBe(before)
    expect(netloom('echo no dump | NETLOOM addr restore')).toMatchObject({
      status: 255,
      err: expect.stringContaining('Magic mismatch'),
    })
  })

  it('saves routes and rules as ip reads them, and restores what ip saved', () => {
    const set = `-n ${NAMES.other}`
    netloom(`ip ${set} link add v1 type veth peer name v2; ip ${set} link set v1 up; ip ${set} link set v2 up
      ip ${set} addr add 192.0.2.1/24 dev v1; ip ${set} addr add 2001:db8::1/64 dev v1 nodad
      ip ${set} route add 10.0.0.0/8 via 192.0.2.2 metric 7 mtu 1300 proto bgp
      ip ${set} route add 10.1.0.0/16 nexthop via 192.0.2.2 weight 3 nexthop via 192.0.2.3
      ip ${set} route add unreachable 10.2.0.0/16
      ip ${set} -6 route add 2001:db8:1::/48 via 2001:db8::2
      ip ${set} rule add from 192.0.2.0/24 table 7 pref 99; ip ${set} rule add fwmark 5/0xff pref 100`)
    const shown = (): string =>
      netloom(`ip ${set} route; ip ${set} -6 route show proto boot; ip ${set} rule | grep -E '^(99|100):'`).out.replace(
        / linkdown/g,
        '',
      )
    const before = shown()
    expect(before).toContain('10.1.0.0/16')
    const inside = `ip netns exec ${NAMES.other}`
    for (const [saver, restorer] of [
      ['ip', `${inside} node ${bundle}`],
      ['NETLOOM', `${inside} ip`],
    ]) {
      netloom(`${saver} ${set} route save >/run/routes; ${saver} ${set} -6 route save >/run/routes6
        ${saver} ${set} rule save >/run/rules`)
      expect(netloom('NETLOOM route showdump </run/routes').out).toBe(netloom('ip route showdump </run/routes').out)
      netloom(`ip ${set} route flush proto bgp; ip ${set} route flush proto boot; ip ${set} -6 route flush proto boot
        ip ${set} rule del pref 99; ip ${set} rule del pref 100`)
      expect(shown()).not.toBe(before)
      netloom(`${restorer} route restore </run/routes; ${restorer} route restore </run/routes6
        ${restorer} rule restore </run/rules`)
      expect(shown()).toBe(before)
    }
    for (const what of ['route', 'rule'])
      expect(netloom(`echo no dump | NETLOOM ${what} restore`)).toMatchObject({
        status: netloom(`echo no dump | ip ${what} restore`).status,
        err: expect.stringContaining('Magic mismatch'),
      })
  })

  it('explains what the kernel refused, behind what ip says', () => {
    netloom(`NETLOOM -n ${NAMES.work} link add br1 type bridge`)
    const { err, status } = netloom(`NETLOOM -n ${NAMES.work} link add br1 type bridge`)
    expect(err).toBe(
      "RTNETLINK answers: File exists\nnetloom: cannot add link 'br1' (bridge): File exists (EEXIST); something of that name or value is there already\n",
    )
    expect(status).toBe(2)
  })
})
