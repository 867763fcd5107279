// Text for man pages.

/** Text as troff takes it. */
export const plain = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('…', '...')
    .replaceAll('→', '\\(->')
    .replaceAll('←', '\\(<-')
    .replaceAll("'", '\\(aq')
    .replaceAll(/^\./gm, '\\&.')

/** One paragraph, whatever its lines. */
export const paragraph = (text: string): string => plain(text.trim().replaceAll('\n', ' '))
