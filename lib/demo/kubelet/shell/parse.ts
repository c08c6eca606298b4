/** One command of a line, and whether it runs: always, or by the success of what came before. */
export type Step = { when: 'always' | 'success' | 'failure'; words: Word[] }

/** The pieces of a word; variables in single quotes are plain text. */
export type Word = { text: string; variable: boolean }[]

export class SyntaxFault extends Error {}

const VARIABLE = /^(?:\{([A-Za-z_]\w*|\?)\}|([A-Za-z_]\w*|\?))/

/**
 * Reads a line of the shell: words, quotes, `$NAME`, comments, and commands joined by `;`, `&&` and `||`.
 * Throws SyntaxFault for what this shell does not have: pipes, redirections, jobs and substitutions.
 */
export function parse(line: string): Step[] {
  const steps: Step[] = []
  let when: Step['when'] = 'always'
  let words: Word[] = []
  let word: Word | null = null
  let quote = ''
  const add = (text: string, variable = false) => {
    word ??= []
    word.push({ text, variable })
  }
  const endWord = () => {
    if (word) words.push(word)
    word = null
  }
  const endStep = (next: Step['when'], operator: string) => {
    endWord()
    if (words.length === 0 && operator !== '' && operator !== '\n') throw new SyntaxFault(`"${operator}" unexpected`)
    if (words.length > 0) steps.push({ when, words })
    words = []
    when = next
  }
  for (let at = 0; at < line.length; at += 1) {
    const sign = line.charAt(at)
    const two = line.slice(at, at + 2)
    if (quote === "'") {
      if (sign === "'") quote = ''
      else add(sign)
    } else if (sign === '\\' && (quote === '' || /["\\$`]/.test(line.charAt(at + 1)))) {
      at += 1
      if (at < line.length && line[at] !== '\n') add(line.charAt(at))
    } else if (sign === '$') {
      const name = VARIABLE.exec(line.slice(at + 1))
      if (two === '$(') throw new SyntaxFault('command substitution is not in the shell of the demo cluster')
      if (name) {
        add(name[1] ?? name[2] ?? '', true)
        at += name[0].length
      } else add('$')
    } else if (quote === '"') {
      if (sign === '"') quote = ''
      else add(sign)
    } else if (sign === "'" || sign === '"') {
      quote = sign
      add('')
    } else if (two === '&&' || two === '||') {
      endStep(two === '&&' ? 'success' : 'failure', two)
      at += 1
    } else if (sign === ';' || sign === '\n') endStep('always', sign)
    else if (/\s/.test(sign)) endWord()
    else if (sign === '#' && word === null) {
      const end = line.indexOf('\n', at)
      at = end < 0 ? line.length : end - 1
    } else if (/[|<>&`()]/.test(sign)) throw new SyntaxFault(`"${sign}" is not in the shell of the demo cluster`)
    else add(sign)
  }
  if (quote !== '') throw new SyntaxFault('unterminated quoted string')
  endStep('always', '')
  return steps
}
