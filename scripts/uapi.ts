// Reads the constants of the kernel's uapi headers (Debian: linux-libc-dev) that the tables of src/route, src/generic,
// src/netfilter, src/sock-diag and src/audit are about, and writes them to test/route/uapi.json: test/route/uapi.test.ts holds the tables against it,
// also where the headers are missing.
//
//   npx tsx scripts/uapi.ts && npm run format

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const INCLUDE = '/usr/include/linux'
export const DATA = fileURLToPath(new URL('../test/route/uapi.json', import.meta.url))

const HEADERS = `
  amt.h audit.h batman_adv.h caif/if_caif.h can/netlink.h can/vxcan.h dcbnl.h devlink.h ethtool_netlink.h fib_rules.h gen_stats.h genetlink.h gtp.h
  inet_diag.h if.h if_addr.h if_addrlabel.h if_bonding.h if_bridge.h if_link.h if_macsec.h if_tun.h if_tunnel.h ife.h ila.h
  ioam6_iptunnel.h ip.h ip6_tunnel.h ipv6.h lwtunnel.h mctp.h mpls.h mpls_iptunnel.h mptcp.h mroute.h mrp_bridge.h neighbour.h
  net_namespace.h netconf.h netdev.h netlink.h netlink_diag.h nexthop.h nl80211.h packet_diag.h pkt_cls.h pkt_sched.h
  rpl_iptunnel.h rtnetlink.h seg6_iptunnel.h seg6_local.h sock_diag.h tcp_metrics.h tls.h unix_diag.h veth.h
  vm_sockets_diag.h wireguard.h wwan.h xdp_diag.h
  netfilter.h netfilter/ipset/ip_set.h netfilter/nf_conntrack_common.h netfilter/nf_conntrack_sctp.h
  netfilter/nf_conntrack_tcp.h netfilter/nf_nat.h netfilter/nf_tables.h netfilter/nf_tables_compat.h
  netfilter/nfnetlink.h netfilter/nfnetlink_acct.h netfilter/nfnetlink_conntrack.h netfilter/nfnetlink_cthelper.h
  netfilter/nfnetlink_cttimeout.h netfilter/nfnetlink_hook.h netfilter/nfnetlink_log.h netfilter/nfnetlink_osf.h
  netfilter/nfnetlink_queue.h
`
  .trim()
  .split(/\s+/)
const FOLDERS = ['tc_act', 'tc_ematch']

/** An enumeration, or what a header defines: numbers by name. */
export type Group = Readonly<Record<string, number>>
export interface HeaderConstants {
  readonly package: string
  readonly headers: Readonly<Record<string, readonly Group[]>>
}

/** The headers there are, in order. */
function headers(): string[] {
  const inFolders = FOLDERS.flatMap(folder =>
    existsSync(`${INCLUDE}/${folder}`) ? readdirSync(`${INCLUDE}/${folder}`).map(file => `${folder}/${file}`) : [],
  )
  return [...HEADERS, ...inFolders].filter(file => existsSync(`${INCLUDE}/${file}`)).sort()
}

/** The value of a C expression of numbers and constants; undefined where it is something else. */
function evaluate(expression: string, known: ReadonlyMap<string, number>): number | undefined {
  const tokens = expression.trim().match(/0x[0-9a-f]+|\d+|[a-z_]\w*|<<|>>|[-+*|&~()]/gi)
  if (!tokens || tokens.join('').length !== expression.replace(/\s|(?<=[0-9a-f])[ul]+\b/gi, '').length) return undefined
  const words = tokens.map(token => (/^[a-z_]/i.test(token) ? known.get(token) : token))
  if (words.some(word => word === undefined)) return undefined
  try {
    // Digits and operators alone are left.
    const value = new Function(`return (${words.join(' ')})`)()
    return Number.isFinite(value) ? (value >>> 0 === value ? value : value | 0) : undefined
  } catch {
    return undefined
  }
}

/** The enumerations of a header (each its names and values) and, as one group, what it defines. */
function read(file: string, known: Map<string, number>): Group[] {
  const text = readFileSync(`${INCLUDE}/${file}`, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/\/\/.*$/gm, ' ')
    .replace(/\\\n/g, ' ')
  const defines: Record<string, number> = {}
  const remember = (group: Record<string, number>, name: string, value: number): void => {
    known.set(name, value)
    group[name] = value
  }
  const enums: Group[] = []
  const pattern = /^[ \t]*#[ \t]*define[ \t]+([A-Za-z_]\w*)[ \t]+(.+)$|\benum\b[ \t\n]*\w*[ \t\n]*\{([^}]*)\}/gm
  for (const [, name, expression, body] of text.matchAll(pattern)) {
    if (name !== undefined) {
      const value = evaluate(expression!, known)
      if (value !== undefined) remember(defines, name, value)
      continue
    }
    const group: Record<string, number> = {}
    let next = 0
    for (const part of body!.replace(/^[ \t]*#.*$/gm, ' ').split(',')) {
      const [, enumerator, given] = /^\s*(\w+)\s*(?:=([\s\S]+))?$/.exec(part) ?? []
      if (enumerator === undefined) continue
      const value = given === undefined ? next : evaluate(given, known)
      if (value === undefined) continue
      next = value + 1
      remember(group, enumerator, value)
    }
    enums.push(group)
  }
  const own = (group: Group): Group =>
    Object.fromEntries(Object.entries(group).filter(([name]) => !name.startsWith('__')))
  // `#define IFLA_MAX` is no constant of its own; an attribute may well be called so.
  const kept = Object.fromEntries(Object.entries(own(defines)).filter(([name]) => !name.endsWith('_MAX')))
  return [...enums.map(own), kept].filter(group => Object.keys(group).length > 0)
}

/** dpkg-query's word for a package's version. */
const FORMAT = '$' + '{Version}'

/** What the headers say, as the file holds it. */
export function readHeaders(): HeaderConstants {
  const known = new Map<string, number>()
  const groups = Object.fromEntries(headers().map(file => [file, read(file, known)]))
  const version = spawnSync('dpkg-query', ['-W', '-f', FORMAT, 'linux-libc-dev'], { encoding: 'utf8' }).stdout
  return { package: `linux-libc-dev ${version || '(unknown version)'}`, headers: groups }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!existsSync(`${INCLUDE}/rtnetlink.h`)) {
    process.stderr.write(`there are no uapi headers in ${INCLUDE}: install linux-libc-dev\n`)
    process.exit(1)
  }
  writeFileSync(DATA, `${JSON.stringify(readHeaders(), undefined, 2)}\n`)
}
