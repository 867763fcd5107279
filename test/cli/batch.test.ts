// A batch's lines and words, as iproute2 reads them: comments, continuation lines, quotes.
import { describe, expect, it } from 'vitest'
import { commandLines, splitWords } from '../../src/cli/batch.ts'

describe('lines', () => {
  const read = (text: string): [number, string][] =>
    [...commandLines(text.split('\n'))].map(({ text: line, line: number }) => [number, line])

  it('are counted, and comments are none', () =>
    expect(read('# all\nlink show # lo\n\naddr')).toEqual([
      [1, ''],
      [2, 'link show '],
      [3, ''],
      [4, 'addr'],
    ]))
  it('go on behind a backslash; the last of them has the number', () =>
    expect(read('link \\\nshow\\ # lo\nlo\n')).toEqual([
      [2, 'link show\\ '],
      [3, 'lo'],
      [4, ''],
    ]))
  it('end a word at a comment sign, but for one in quotes', () =>
    expect(read(`link set lo alias a#b\nlink set lo alias "a # b" # c`)).toEqual([
      [1, 'link set lo alias a'],
      [2, 'link set lo alias "a # b" '],
    ]))
  it('must go on where a backslash says so', () => expect(() => read('link \\')).toThrow('Missing continuation line'))
})

describe('words', () => {
  it.each([
    ['', []],
    [' \t\r ', []],
    ['link  show\tlo\r', ['link', 'show', 'lo']],
    [`alias "a 'b'" 'c "d"'`, ['alias', "a 'b'", 'c "d"']],
    [`"" ''`, ['', '']],
    ['a"b c"', ['a"b', 'c"']],
    ['"a"b', ['a', 'b']],
    ['a\\ b', ['a\\', 'b']],
  ])('%s', (text, words) => expect(splitWords(text)).toEqual(words))

  it('must end with the quote they begin with', () =>
    expect(() => splitWords('link set "x up')).toThrow('Unterminated quoted string'))
})
