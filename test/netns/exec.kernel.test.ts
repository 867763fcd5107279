// Becoming a command inside a namespace: each script once through `ip netns exec`, once through us, and the outcomes
// must be the same: output, exit status, signal.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createNamed, deleteNamed } from '../../src/netns/named.ts'
import { bash, bundlePlay, inFreshRun, type Outcome, TIMEOUT } from './harness.ts'

let play = ''
let removePlay = () => {}
beforeAll(async () => {
  const bundle = await bundlePlay('exec')
  play = bundle.play
  removePlay = bundle.remove
  createNamed('ex-x')
}, TIMEOUT)
afterAll(() => {
  removePlay()
  deleteNamed('ex-x')
})

/** Runs a script in which `$IN NAME COMMAND…` runs a command inside. */
const both = (script: string): { ip: Outcome; netloom: Outcome } => ({
  ip: bash(script, { IN: 'ip netns exec' }),
  netloom: bash(script, { IN: `${play} exec` }),
})

describe('as ip netns exec', () => {
  test.each([
    ['the namespace', '$IN ex-x readlink /proc/self/ns/net'],
    ['/sys shows it', '$IN ex-x ls /sys/class/net'],
    ['the links', '$IN ex-x ip -o link'],
    ['exit status', '$IN ex-x sh -c "exit 7"'],
    ['its output and errors', '$IN ex-x sh -c "echo out; echo err >&2"'],
    ['arguments as they are', `$IN ex-x printf '%s|' a 'b c' '' '$x' "é"`],
    ['the environment', 'export LOOM=1; $IN ex-x sh -c "echo $LOOM"'],
    ['the directory', 'cd /usr && $IN ex-x pwd'],
    ['standard input', 'echo hello | $IN ex-x cat'],
    ['a pipe, long', '$IN ex-x seq 100000 | (sleep 1; md5sum)'],
    ['signals: nothing ignored or blocked', '$IN ex-x grep -E "Sig(Ign|Blk)" /proc/self/status'],
    ['SIGPIPE ends it', `$IN ex-x yes | head -1; echo "\${PIPESTATUS[@]}"`],
    ['open files, soft and hard', 'ulimit -Sn 512; $IN ex-x bash -c "ulimit -Sn; ulimit -Hn"; true'],
    ['a descriptor from the parent', '$IN ex-x sh -c "cat <&3" 3<<<three'],
    ['descriptors with gaps', '$IN ex-x sh -c "cat <&5; cat <&9" 5<<<five 9<<<nine'],
    ['a file with a gap', '$IN ex-x sh -c "cat <&7" 7</etc/hostname'],
    [
      'a pipe with both its ends, as of make',
      `coproc cat; exec 3<&\${COPROC[0]} 4>&\${COPROC[1]}; $IN ex-x sh -c "echo job >&4; head -1 <&3"`,
    ],
    ['a high descriptor, as of a process substitution', '$IN ex-x bash -c "cat <&63" 63<<<high'],
    ['no descriptor of its own', '$IN ex-x sh -c "ls /proc/self/fd | wc -l"'],
    ['the flags of its output', '$IN ex-x sh -c "cat /proc/self/fdinfo/1 | grep flags" | cat'],
    ['a missing command', '$IN ex-x no-such-command; echo $?'],
    ['no executable', '$IN ex-x /etc/passwd; echo $?'],
    ['a directory', '$IN ex-x /etc; echo $?'],
    ['a script without a first line', 'd=$(mktemp -d); echo "echo ran" > $d/s; chmod +x $d/s; $IN ex-x $d/s; rm -r $d'],
    [
      'mounts do not show outside',
      '$IN ex-x mount -t tmpfs x-netloom /mnt; grep -c x-netloom /proc/self/mountinfo; true',
    ],
  ])(
    '%s',
    (_, script) => {
      const { ip, netloom } = both(script)
      // After iproute2's sentence ours says more.
      expect({ ...netloom, stderr: netloom.stderr.split('; ')[0] }).toEqual(ip)
    },
    TIMEOUT,
  )

  test(
    'a signal that ends it ends us: it is this process',
    () => {
      const { ip, netloom } = both('exec $IN ex-x sh -c "kill -TERM $$"')
      expect(netloom.signal).toBe('SIGTERM')
      expect(netloom).toEqual(ip)
    },
    TIMEOUT,
  )

  test(
    'files in /etc/netns/NAME, and one that has no namesake in /etc',
    () => {
      const script = `
      cp -a /etc /run/etc; mount --bind /run/etc /etc
      mkdir -p /etc/netns/p; echo 'nameserver 192.0.2.1' > /etc/netns/p/resolv.conf; touch /etc/resolv.conf
      touch /etc/netns/p/no-such-file
      ip netns add p; cat /etc/resolv.conf > /run/before
      $IN p cat /etc/resolv.conf 2>&1
      cmp /etc/resolv.conf /run/before`
      const run = (command: string) => inFreshRun(script.replace('$IN', command))
      expect(run(`${play} exec`)).toBe(run('ip netns exec'))
      expect(run(`${play} exec`)).toContain('nameserver 192.0.2.1')
    },
    TIMEOUT,
  )
})

describe('its errors', () => {
  test(
    'a command that is not there: where it was looked for',
    () => {
      const { status, stderr } = bash(`PATH=/no:/nowhere ${play} exec ex-x no-such-command`)
      expect(status).toBe(1)
      expect(stderr).toBe(
        'exec of "no-such-command" failed: No such file or directory; it is in no directory of PATH (/no:/nowhere)',
      )
    },
    TIMEOUT,
  )

  test(
    'without permission',
    () => {
      const { status, stderr } = bash(
        `setpriv --bounding-set=-all,+dac_override,+dac_read_search ${play} exec ex-x true`,
      )
      expect(status).toBe(3)
      expect(stderr).toMatch(/setns.*not permitted.*CAP_SYS_ADMIN/)
    },
    TIMEOUT,
  )

  test(
    'a namespace that is not there',
    () => {
      const { status, stderr } = bash(`${play} exec ex-none true`)
      expect(status).toBe(3)
      expect(stderr).toContain('"ex-none" (/run/netns/ex-none) does not exist')
    },
    TIMEOUT,
  )
})
