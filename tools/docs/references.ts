import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './documents'

const link = /\[[^\]]*\]\(([^)\s]+)\)/g
const inBackticks = /`([^`\s]+)`/g
const folders = ['app', 'components', 'lib', 'public', 'e2e', 'test', 'tools', 'docs', 'deploy', 'examples']
/** Placeholders (`<x>`, `…`, `*`, `{a,b}`) stand for many files. */
const placeholder = /[<>*{}…]|\.\.\./

/** Links that lead nowhere, and names of files that are not there; one line each. */
export function brokenReferences(file: string, text: string): string[] {
  const problems: string[] = []
  const prose = text.replaceAll(/```[\s\S]*?```/g, '')
  for (const [, target = ''] of prose.matchAll(link)) {
    if (/^[a-z]+:/.test(target)) continue
    const [name = '', heading] = target.split('#')
    const whole = path.resolve(root, path.dirname(file), decodeURI(name))
    const isHere = name === ''
    if (!isHere && !existsSync(whole)) problems.push(`${file}: the link ${target} leads nowhere`)
    else if (heading !== undefined && !headings(isHere ? text : readFileSync(whole, 'utf8')).has(heading))
      problems.push(`${file}: there is no heading for ${target}`)
  }
  for (const [, name = ''] of prose.matchAll(inBackticks)) {
    const isPath = folders.some((folder) => name.startsWith(`${folder}/`))
    if (!isPath || placeholder.test(name)) continue
    if (!existsSync(path.join(root, name.replace(/[:#].*$/, '')))) problems.push(`${file}: there is no ${name}`)
  }
  return problems
}

/** The anchors of a document's headings, as code hosts make them. */
function headings(text: string): Set<string> {
  const lines = text.matchAll(/^#{1,6} (.+)$/gm)
  return new Set(
    [...lines].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}
