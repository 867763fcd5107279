// Rates that may be a share of the device's speed: `rate 25%`.
import { linkSpeed } from '../../netns/link-speed.ts'
import { SysError } from '../../sys/libc.ts'
import type { Words } from '../words.ts'
import type { Reading } from './kind.ts'
import { rate } from './values.ts'

/** Reads a rate in bytes a second: `10mbit`, or `25%` of what the device's driver tells. */
export const rateOrShare =
  ({ session, dev }: Reading) =>
  (words: Words, name: string): number => {
    if (!words.next?.includes('%')) return rate(words, name) as number
    const text = words.take()
    if (dev === undefined)
      throw words.fail(
        'No device specified; specify device to rate limit by percentage',
        'dev NAME stands before the kind',
      )
    const megabits = speedOf(words, dev, session)
    const percent = /^(\d+\.?\d*|\.\d+)%$/.exec(text)?.[1]
    if (percent === undefined)
      throw words.fail('Specified rate value could not be read or is malformed', 'a rate (10mbit) or a share (25%)')
    if (Number(percent) > 100)
      throw words.fail(`Invalid rate specified; should be between [0,100]% but is ${text}`, `of ${megabits} Mbit/s`)
    // tc writes the bits with six digits behind the point, and reads that again.
    return Math.trunc(Number(((Number(percent) / 100) * megabits * 1e6).toFixed(6)) / 8)
  }

function speedOf(words: Words, dev: string, session: Reading['session']): number {
  const file = `/sys/class/net/${dev}/speed`
  const unknown = (reason: string): never => {
    throw words.fail(reason, `write a rate: 10mbit`)
  }
  const link = session.find(dev)
  if (!link) return unknown(`fopen ${file}: No such file or directory`)
  try {
    const speed = link.up ? linkSpeed(dev, session.settings.netns) : undefined
    return speed ?? unknown(`property "speed" in file ${file} is currently unknown`)
  } catch (error) {
    if (error instanceof SysError) return unknown(`${file}: ${error.message}`)
    throw error
  }
}
