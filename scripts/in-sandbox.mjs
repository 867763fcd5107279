// Runs a command in private mount, network and pid namespaces, so that whatever it does to the network is done to its
// own: `node scripts/in-sandbox.mjs vitest run`. /run is a fresh tmpfs, so /run/netns is its own too. Root makes the
// namespaces directly, an ordinary user through a user namespace where the kernel permits it.
import { spawn, spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'

const [command, ...args] = process.argv.slice(2)
if (process.platform !== 'linux')
  fail(`these tests are run on Linux; this is ${process.platform}. 'npm run test:bytes' works here.`)
if (!command) fail('usage: node scripts/in-sandbox.mjs COMMAND [ARGUMENT…]')

const root = process.getuid() === 0
const flags = [
  '--mount',
  '--net',
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
  ...(root ? [] : ['--user', '--map-root-user']),
]
const probe = spawnSync('unshare', [...flags, 'true'], { encoding: 'utf8', timeout: 60_000 })
if (probe.error?.code === 'ENOENT') fail("the command 'unshare' is missing: install util-linux.")
if (probe.error?.code === 'ETIMEDOUT')
  fail('the kernel makes no network namespace in a minute: its RTNL lock may be stuck (see dmesg).')
if (probe.status !== 0)
  fail(
    `cannot make private namespaces: ${(probe.stderr || String(probe.error)).trim()}\n` +
      (root
        ? 'This needs CAP_SYS_ADMIN: in a container, run it with --privileged.'
        : 'Run it as root, or permit unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1).'),
  )

// The command's own look at the network begins with nothing but lo, which is set up.
// Named namespaces of the machine would stay in the list of mounts, under the new /run: they are left behind first.
const script =
  'umount --lazy --recursive /run/netns 2>/dev/null; ' +
  'mount -t tmpfs tmpfs /run && mkdir -p /run/netns && mount -t sysfs sysfs /sys 2>/dev/null; exec "$@"'
const path = [join(process.cwd(), 'node_modules/.bin'), process.env.PATH].join(delimiter)
const child = spawn('unshare', [...flags, 'sh', '-c', script, 'sandbox', command, ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: path, NETLOOM_SANDBOX: '1' },
})
child.on('exit', (code, signal) => process.exit(signal ? 128 : (code ?? 1)))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
