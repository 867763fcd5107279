// Times that the kernel counts in USER_HZ, hundredths of a second.

/** As `bridge` prints a timer: seconds in at least four places, and two digits behind them. */
export function ticks(value: number): string {
  const [whole, rest] = [Math.floor(value / 100), value % 100]
  return `${String(whole).padStart(4)}.${String(rest).padStart(2, '0')}`
}
