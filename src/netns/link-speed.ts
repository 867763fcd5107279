// The speed of a link as its driver tells it: what /sys/class/net/DEV/speed says, but of any namespace.
import { checkLinkName } from '../ops/reference.ts'
import { AF_INET, close, ethtoolSpeed, SOCK_DGRAM, SysError, socket } from '../sys/libc.ts'
import type { NetnsReference } from '../sys/netns-path.ts'
import { inside } from './inside.ts'

/** Megabits a second; undefined where the driver knows none (a bridge, lo). Throws SysError where there is no such link. */
export function linkSpeed(dev: string, netns?: NetnsReference): number | undefined {
  return inside(netns, () => {
    const fd = socket(AF_INET, SOCK_DGRAM, 0)
    try {
      return ethtoolSpeed(fd, checkLinkName(dev, 'dev'))
    } catch (error) {
      if (error instanceof SysError && error.code === 'EOPNOTSUPP') return undefined
      throw error
    } finally {
      close(fd)
    }
  })
}
